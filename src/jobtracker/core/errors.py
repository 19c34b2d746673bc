"""The one hierarchy of errors, drawn by what the caller can do next.

    JobTrackerError
    ├── BadInput          change what you sent
    ├── NotFound          ask for something that exists
    ├── AuthNeeded        log in, or give a key
    ├── Forbidden         not yours, or not allowed here
    ├── RateLimited       wait `retry_after` seconds
    ├── Unavailable       try again later, or elsewhere
    ├── NotSupported      choose another way
    ├── ContractChanged   a vendor's answer no longer parses: update the adapter
    └── BudgetExceeded    make it smaller (`resource`: memory, time or spend)

A message says what happened, to which thing, and what to do. A vendor's exceptions are translated
once, in its adapter.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal


class JobTrackerError(Exception):
    """Base of every error that a person or a model is meant to read."""

    code: ClassVar[str] = "error"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by state: what a worker process raises arrives with its extra fields."""
        return _unpickled, (type(self), self.__dict__)


def _unpickled(kind: type[JobTrackerError], state: dict[str, Any]) -> JobTrackerError:
    error = kind.__new__(kind)
    Exception.__init__(error, state["message"])
    error.__dict__.update(state)
    return error


class BadInput(JobTrackerError):
    """What was sent cannot be used; the message names the field or file."""

    code = "bad_input"


class NotFound(JobTrackerError):
    """The thing named does not exist, or is another user's."""

    code = "not_found"


class AuthNeeded(JobTrackerError):
    """A login, key or token is missing, wrong or expired."""

    code = "auth_needed"


class Forbidden(JobTrackerError):
    """Known who is asking, and the answer is no."""

    code = "forbidden"


class RateLimited(JobTrackerError):
    """Too many requests; `retry_after` is in seconds, None where the vendor does not say."""

    code = "rate_limited"

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unavailable(JobTrackerError):
    """Out of reach for now; `retry_after` is in seconds, None where unknown."""

    code = "unavailable"

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class NotSupported(JobTrackerError):
    """This way is not offered; the message names one that is."""

    code = "not_supported"


class ContractChanged(JobTrackerError):
    """A vendor's answer no longer has the shape that its adapter was written for."""

    code = "contract_changed"


class BudgetExceeded(JobTrackerError):
    """A bound was reached; `resource` says which."""

    code = "budget_exceeded"

    def __init__(self, message: str, resource: Literal["memory", "time", "spend"]) -> None:
        super().__init__(message)
        self.resource: Literal["memory", "time", "spend"] = resource


BY_CODE: dict[str, type[JobTrackerError]] = {
    kind.code: kind
    for kind in (
        BadInput,
        NotFound,
        AuthNeeded,
        Forbidden,
        RateLimited,
        Unavailable,
        NotSupported,
        ContractChanged,
    )
}
