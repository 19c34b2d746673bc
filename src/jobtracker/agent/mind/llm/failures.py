"""What goes wrong with a model, by what can be done about it; a vendor's errors end here."""

from __future__ import annotations

import email.utils
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal, cast

from jobtracker.agent.mind.port import Usage

Kind = Literal[
    "auth",
    "no_key",
    "forbidden",
    "not_found",
    "setup",
    "rate_limited",
    "quota",
    "rejected",
    "unavailable",
    "unreachable",
    "stalled",
    "cut",
    "timeout",
    "overflow",
    "tools",
    "loop",
    "steps",
    "empty",
    "too_long",
    "withheld",
    "limit",
    "failed",
]
"""Each is a part of the prompt `model_failed`, which says it to the person."""

RETRYABLE: frozenset[Kind] = frozenset({"rate_limited", "unavailable", "unreachable", "cut"})
_OVERFLOW = re.compile(
    r"context[_ ](?:length|window|size)|prompt is too long|too many tokens|maximum context"
    r"|exceeds? the (?:limit|available context)|input is too long",
    re.I,
)
_BY_STATUS: dict[int, Kind] = {
    401: "auth",
    402: "quota",
    403: "forbidden",
    404: "not_found",
    408: "unavailable",
    409: "unavailable",
    429: "rate_limited",
}
_BY_CLASS: dict[str, Kind] = {
    "ModelAuthenticationError": "auth",
    "ModelPermissionDeniedError": "forbidden",
    "ModelNotFoundError": "not_found",
    "ModelRateLimitError": "rate_limited",
    "ContextOverflowError": "overflow",
    "ModelInvalidRequestError": "rejected",
    "ModelTimeoutError": "stalled",
    "ModelConnectionError": "unreachable",
    "ModelAPIError": "unavailable",
    "TimeoutException": "stalled",
    "APITimeoutError": "stalled",
    "RemoteProtocolError": "cut",
    "ReadError": "cut",
    "NetworkError": "unreachable",
    "TransportError": "unreachable",
    "APIConnectionError": "unreachable",
    "OSError": "unreachable",
    "APIError": "unavailable",
}


class ModelFailed(Exception):
    """The model did not do its part; `detail` fills the line for the person.

    `retry_after` is what the vendor asks to wait, in seconds; `usage` what the attempt has cost.
    """

    def __init__(self, kind: Kind, detail: str = "", retry_after: float | None = None) -> None:
        super().__init__(f"{kind}: {detail}" if detail else kind)
        self.kind: Kind = kind
        self.detail = detail
        self.retry_after = retry_after
        self.usage = Usage()

    @property
    def retryable(self) -> bool:
        """Whether the same request may succeed a little later."""
        return self.kind in RETRYABLE


def translate(exc: Exception, now: datetime | None = None) -> ModelFailed:
    """Return what a vendor's exception means.

    The HTTP status decides where there is one, else the class (LangChain's, or the transport's).
    """
    status = _status(exc)
    text = _line(str(exc))
    if status is not None:
        return _from_status(status, exc, text, now)
    names = {kind.__name__ for kind in type(exc).__mro__}
    if _OVERFLOW.search(text):
        return ModelFailed("overflow")
    for name, kind in _BY_CLASS.items():
        if name in names:
            return ModelFailed(kind, text if kind in {"rejected", "unavailable"} else "")
    if "api_key" in text or "credentials" in text.lower():
        return ModelFailed("no_key")
    return ModelFailed("failed", f"{type(exc).__name__}: {text}"[:160])


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Return the seconds that a `Retry-After` asks for: a number, or an HTTP date."""
    raw = headers.get("retry-after-ms")
    if raw and (milliseconds := _number(raw)) is not None:
        return milliseconds / 1000
    raw = headers.get("retry-after")
    if not raw:
        return None
    if (seconds := _number(raw)) is not None:
        return seconds
    try:
        moment = email.utils.parsedate_to_datetime(raw)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    # An HTTP date is of the real world, whatever clock the conversation runs on.
    return max(0.0, (moment - (now or datetime.now(UTC))).total_seconds())


def _from_status(status: int, exc: Exception, text: str, now: datetime | None) -> ModelFailed:
    if status == 429:
        if "insufficient_quota" in text or getattr(exc, "code", None) == "insufficient_quota":
            return ModelFailed("quota")
        wait = retry_after(_headers(exc), now)
        return ModelFailed("rate_limited", f"{wait:g} s" if wait else "", wait)
    if status >= 500:
        return ModelFailed("unavailable", f"HTTP {status}", retry_after(_headers(exc), now))
    if kind := _BY_STATUS.get(status):
        return ModelFailed(kind, f"HTTP {status}" if kind == "unavailable" else "")
    if status == 413 or _OVERFLOW.search(text):
        return ModelFailed("overflow")
    return ModelFailed("rejected", text)


def _status(exc: Exception) -> int | None:
    status = getattr(exc, "status_code", None) or getattr(
        getattr(exc, "response", None), "status_code", None
    )
    return status if isinstance(status, int) else None


def _headers(exc: Exception) -> Mapping[str, str]:
    headers: Any = getattr(getattr(exc, "response", None), "headers", None)
    return cast("Mapping[str, str]", headers) if headers is not None else {}


def _number(raw: str) -> float | None:
    try:
        value = float(raw)
    except ValueError:
        return None
    return value if 0 <= value < 1e9 else None


def _line(text: str) -> str:
    first = text.strip().splitlines()[0] if text.strip() else ""
    return first[:160]
