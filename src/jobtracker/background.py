"""The durable jobs of all features, joined: which functions register them, and who runs them.

A function in the table is given the `Core` and calls `core.durable.handle` for its kinds of job. It
is imported by the processes that do jobs, and by no other.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from jobtracker.core.errors import BadInput

if TYPE_CHECKING:
    from jobtracker.core.bootstrap import Core

REGISTER: tuple[str, ...] = (
    "jobtracker.applications.reminders:register",
    "jobtracker.coaching.reminders:register",
    "jobtracker.jobs.schedule:register",
)
"""`module:function` of each feature that has durable jobs."""

WORKERS_NEED = ("jobtracker.resumes.reading.reader", "jobtracker.jobs.importing")
"""What tasks in worker processes import; a name that is not there costs nothing."""


def open_background(core: Core) -> None:
    """Register every kind of durable job, those of `durable.handlers` too, and begin to do them.

    Raises:
        BadInput: an entry of `durable.handlers` names no function.
    """
    core.workers.preload(*WORKERS_NEED)
    for name in (*REGISTER, *core.settings.durable.handlers):
        module, _, function = name.partition(":")
        try:
            register = getattr(importlib.import_module(module), function)
        except (ImportError, AttributeError, ValueError) as exc:
            raise BadInput(
                f"setting durable.handlers (JOBTRACKER_DURABLE__HANDLERS): {name!r} cannot be "
                f"imported ({exc}); write it as package.module:function"
            ) from exc
        register(core)
    core.durable.start()


def embedded(core: Core) -> bool:
    """Tell whether the server does durable jobs itself: with SQLite there is no other machine."""
    return not core.settings.store.url.startswith("postgresql")
