"""What a person asks to be reminded of: kept once, told when due, gone when done, their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from jobtracker.applications.service import ApplicationService
from jobtracker.core.bootstrap import Core
from jobtracker.core.durable_tables import JobRow
from jobtracker.core.errors import BadInput, NotFound
from jobtracker.core.settings import load_settings

NOW = "2026-11-23T09:00:00+01:00"


def core_at(home: Path, now: str = NOW) -> Core:
    return Core(load_settings(home=str(home), now=now, timezone="Europe/Zurich"))


@pytest.fixture
def core(tmp_path: Path) -> Iterator[Core]:
    opened = core_at(tmp_path / "home")
    yield opened
    opened.close()


def test_it_stands_among_the_next_actions_until_it_is_dismissed(core: Core) -> None:
    tracker = ApplicationService(core)
    planned = tracker.set_reminder("ann", "call  HR", "2026-11-27")
    [action] = tracker.next_actions("ann").actions
    assert (action.action, action.title) == ("reminder", "call HR")
    assert action.due.isoformat() == "2026-11-27T08:00:00+01:00"
    assert tracker.next_actions("bob").actions == []
    with pytest.raises(NotFound):
        tracker.dismiss_reminder("bob", planned.reminder_id)
    tracker.dismiss_reminder("ann", planned.reminder_id)
    assert tracker.next_actions("ann").actions == []


def test_the_same_is_kept_once_and_one_job_waits_for_its_time(core: Core) -> None:
    tracker = ApplicationService(core)
    for _ in range(2):
        tracker.set_reminder("ann", "call HR", "2026-11-27T09:30")
    assert tracker.next_actions("ann").total == 1
    with core.store.begin() as session:
        [at] = session.scalars(sa.select(JobRow.run_at).where(JobRow.user_id == "ann"))
    assert at.isoformat() == "2026-11-27T08:30:00+00:00"


def test_it_is_told_once_and_not_before_its_time(tmp_path: Path) -> None:
    home = tmp_path / "home"
    core = core_at(home)
    tracker = ApplicationService(core)
    tracker.set_reminder("ann", "call HR", "2026-11-27T09:30")
    assert tracker.due_reminders("ann") == 0
    core.close()
    later = core_at(home, "2026-11-27T09:30:00+01:00")
    tracker = ApplicationService(later)
    assert [tracker.due_reminders("ann"), tracker.due_reminders("ann")] == [1, 0]
    [told] = tracker.reminders("ann").reminders
    assert (told.action, told.title) == ("reminder", "call HR")
    later.close()


def test_it_goes_with_the_application_it_is_about(core: Core) -> None:
    tracker = ApplicationService(core)
    kept = tracker.track("ann", None, "Acme", "Cook", "saved").application_id
    tracker.set_reminder("ann", "send the diploma", "2026-11-25", kept)
    with pytest.raises(NotFound):
        tracker.set_reminder("bob", "send the diploma", "2026-11-25", kept)
    assert "reminder" in {action.action for action in tracker.next_actions("ann").actions}
    tracker.delete("ann", kept)
    assert tracker.next_actions("ann").actions == []


@pytest.mark.parametrize(
    ("text", "due", "named"),
    [
        ("  ", "2026-11-27", "text"),
        ("x" * 301, "2026-11-27", "300"),
        ("call\0 HR", "2026-11-27", "plain text"),
        ("call \ud800", "2026-11-27", "plain text"),
        ("call", "on Friday", "RFC 3339"),
        ("call", "2026-11-22", "past"),
        ("call", "2029-01-01", "two years"),
        ("call", "", "RFC 3339"),
    ],
)
def test_bad_input_names_what_is_wrong(core: Core, text: str, due: str, named: str) -> None:
    with pytest.raises(BadInput, match=named):
        ApplicationService(core).set_reminder("ann", text, due)


def test_of_today_without_a_time_it_is_due_at_once_where_the_morning_is_over(core: Core) -> None:
    planned = ApplicationService(core).set_reminder("ann", "call HR", "2026-11-23")
    assert planned.due == core.clock.now()
