"""Reminders: what was told is listed and dismissed, what is asked for is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobtracker.applications import todos
from jobtracker.applications.model import PlannedReminder, Reminders

if TYPE_CHECKING:
    from jobtracker.core.bootstrap import Core


class Reminding:
    """The part of the tracker's service that reminds."""

    core: Core

    def set_reminder(
        self, user: str, text: str, due: str, application_id: str = ""
    ) -> PlannedReminder:
        """Keep what the person wants to be reminded of; see `applications.todos`.

        Raises:
            BadInput: no text, a time that cannot be read, is past or too far.
            NotFound: no such application of this user.
        """
        from jobtracker.applications.reminders import keep_schedule

        with self.core.store.begin() as session:
            planned = todos.plan(self.core, session, user, text, due, application_id)
            keep_schedule(self.core, session, user)
        return planned

    def reminders(self, user: str, unread: bool = True, limit: int = 20) -> Reminders:
        """Return what the person was reminded of; see `applications.reminders`."""
        from jobtracker.applications.reminders import listed

        with self.core.store.begin() as session:
            return listed(session, user, unread=unread, limit=max(1, min(limit, 50)))

    def dismiss_reminder(self, user: str, reminder_id: str) -> Reminders:
        """Note that a reminder was seen, and return those that were not.

        Raises:
            NotFound: no such reminder of this user.
        """
        from jobtracker.applications.reminders import mark_read

        now = self.core.clock.now()
        with self.core.store.begin() as session:
            if reminder_id.startswith(todos.ID_PREFIX):
                todos.finish(session, user, reminder_id, now)
            else:
                mark_read(session, user, reminder_id, now)
        return self.reminders(user)

    def due_reminders(self, user: str) -> int:
        """Remind of what is due now; idempotent. The daily job does the same."""
        from jobtracker.applications.reminders import fire

        with self.core.store.begin() as session:
            return fire(self.core, session, user, self.core.clock.now())
