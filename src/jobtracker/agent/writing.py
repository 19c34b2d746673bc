"""The writer of the features (`core/words.py`) over the model of the settings.

Bounded in time and tokens, and by the month's limit, in the same ledger as the conversation. The
model has no tools here, and what it writes goes back to the feature as text to be checked.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import logging
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from jobtracker.agent.mind.llm.failures import ModelFailed
from jobtracker.agent.mind.llm.meter import Meter
from jobtracker.agent.mind.llm.model import Model
from jobtracker.agent.prompts import FALLBACK_LANGUAGE, render
from jobtracker.agent.spend import Spend
from jobtracker.agent.tasks import PromptTasks, Unusable
from jobtracker.core.errors import JobTrackerError
from jobtracker.core.words import Answer, Written

if TYPE_CHECKING:
    from jobtracker.core.bootstrap import Core

_LOG = logging.getLogger(__name__)
THREAD = "task:{}"
"""Under which name of a thread the ledger counts a prompt's calls."""
REST_SECONDS = 60.0
LONGEST_REST = 900.0
_RESTING = frozenset({
    "auth", "no_key", "forbidden", "not_found", "setup", "quota", "rate_limited", "unavailable",
    "unreachable", "stalled", "timeout",
})  # fmt: skip
"""Failures that the next question would meet too; the model is left alone for a while."""
AT_ONCE = 8
"""Texts that are asked for at the same time; each holds a thread of the server's tools."""
_GRACE = 5.0
_TOOL_SHARE = 0.8
"""Of a tool call's time: the feature has work of its own to do."""


class Busy(Exception):
    """As many texts as may be are asked for already."""


class ModelWriter:
    """Asks the model on an event loop of its own, so that features may stay synchronous."""

    def __init__(
        self,
        core: Core,
        model: Model | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._core = core
        self._llm = core.settings.llm
        self._model = model or Model(self._llm)
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._free = threading.BoundedSemaphore(AT_ONCE)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._rest: tuple[float, ModelFailed] | None = None

    @property
    def seconds(self) -> float:
        """How long one text may take: less than the tool call that waits for it."""
        call = self._core.settings.chat.timeout_seconds * _TOOL_SHARE
        return min(self._llm.writing_seconds, self._llm.timeout_seconds, call)

    def write(
        self, user: str, prompt: str, language: str, shape: type[Answer], **inputs: Any
    ) -> Written[Answer]:
        """Return the model's answer in `shape`, or why there is none. Never raises."""
        try:
            self._awake()
            value = self._in_turn(user, prompt, language, inputs)
            return Written(shape.model_validate(value))
        except Busy:
            return self._none(prompt, language, "rate_limited", "")
        except ModelFailed as failure:
            self._note(failure)
            return self._none(prompt, language, failure.kind, failure.detail)
        except (Unusable, ValidationError) as exc:
            reason = getattr(exc, "reason", "") or "it does not have the shape asked for"
            return self._none(prompt, language, "unusable", str(reason))
        except JobTrackerError as exc:
            return self._none(prompt, language, "failed", exc.message)
        except Exception as exc:  # noqa: BLE001 - words are never worth a failed tool
            _LOG.exception("prompt %s", prompt)
            return self._none(prompt, language, "failed", type(exc).__name__)

    def close(self) -> None:
        """Close the connections and end the loop."""
        with self._lock:
            loop, thread = self._loop, self._thread
            self._loop = self._thread = None
        if loop is None or thread is None:
            return
        closing = asyncio.run_coroutine_threadsafe(self._model.close(), loop)
        try:
            closing.result(_GRACE)
        except (concurrent.futures.TimeoutError, concurrent.futures.CancelledError, OSError):
            _LOG.info("the connections to the model did not close in time")
        loop.call_soon_threadsafe(loop.stop)
        thread.join()

    def _in_turn(self, user: str, prompt: str, language: str, inputs: dict[str, Any]) -> Any:
        """Ask, unless so many ask already that this thread is better used otherwise."""
        if not self._free.acquire(blocking=False):
            raise Busy
        try:
            return self._wait(self._ask(user, prompt, language, inputs))
        finally:
            self._free.release()

    async def _ask(self, user: str, prompt: str, language: str, inputs: dict[str, Any]) -> Any:
        began = self._monotonic()
        await self._model.open()
        # Opening imports a vendor's package, once; where that takes all of the time, the rules
        # answer now, and the next question finds the model open.
        left = self.seconds - (self._monotonic() - began)
        meter = Meter(self._llm, Spend(self._core), user, THREAD.format(prompt))
        tasks = PromptTasks(self._model, self._llm, meter, left)
        return await tasks.run(prompt, language, **inputs)

    def _wait(self, asking: Any) -> Any:
        future = asyncio.run_coroutine_threadsafe(asking, self._running())
        try:
            return future.result(self.seconds + _GRACE)
        except concurrent.futures.TimeoutError as exc:
            future.cancel()
            raise ModelFailed("timeout", f"{self.seconds:g}") from exc

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(
                    target=_serve, args=(self._loop,), name="words", daemon=True
                )
                self._thread.start()
            return self._loop

    def _awake(self) -> None:
        rest = self._rest
        if rest is not None and self._monotonic() < rest[0]:
            raise ModelFailed(rest[1].kind, rest[1].detail)

    def _note(self, failure: ModelFailed) -> None:
        """Leave the model alone for a while after what the next question would meet too."""
        if failure.kind not in _RESTING or (self._rest and self._monotonic() < self._rest[0]):
            return
        wait = min(max(failure.retry_after or 0.0, REST_SECONDS), LONGEST_REST)
        self._rest = (self._monotonic() + wait, failure)

    def _none(self, prompt: str, language: str, kind: str, detail: str) -> Written[Any]:
        spoken = language if language in {"en", "de", "fr", "it"} else FALLBACK_LANGUAGE
        if kind == "unusable":
            reason = render("words_by_rule", language=spoken, part="unusable")
        else:
            reason = render("model_failed", language=spoken, part=kind, detail=detail or None)
        _LOG.warning("prompt %s: %s", prompt, self._safe(f"{kind}: {detail}"))
        line = render("words_by_rule", language=spoken, part="instead", reason=reason)
        return Written(note=self._safe(line))

    def _safe(self, text: str) -> str:
        """Take the key out of a vendor's error text, should it be there."""
        for secret in self._model.secrets:
            text = text.replace(secret, "…")
        return " ".join(text.split())


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    try:
        loop.run_forever()
    finally:
        loop.close()


def open_writer(core: Core) -> ModelWriter:
    """Return the writer over the model that the settings name; it is opened when first asked."""
    return ModelWriter(core)
