"""Reminders are told once: run twice, killed half way, off for a week, from two processes."""

import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from jobtracker.applications.model import Change, Round
from jobtracker.applications.service import ApplicationService
from jobtracker.coaching.goals import Week
from jobtracker.coaching.reminders import report_due
from jobtracker.coaching.service import CoachingService
from jobtracker.core.bootstrap import Core
from jobtracker.core.errors import NotFound
from jobtracker.core.settings import load_settings

NOW = "2026-11-23T09:00:00+01:00"
WORKER = """
import os, signal, sys, threading
import sqlalchemy as sa
from jobtracker.core.durable_tables import JobRow
from jobtracker.background import REGISTER, open_background
from jobtracker.core.bootstrap import Core
core = Core()
ended = threading.Event()
if sys.argv[1] == "die":
    from jobtracker.applications import reminders
    kept = reminders._keep
    def die(*args, **kwargs):
        kept(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)
    reminders._keep = die
open_background(core)
for _ in range(1200):
    with core.store.begin() as session:
        wanted = sa.select(JobRow.state).where(JobRow.kind == "applications.remind")
        states = list(session.scalars(wanted))
    if states and all(state == "done" for state in states):
        print(len(states), flush=True)
        break
    ended.wait(0.1)
core.close()
"""


def core_at(home: Path, now: str = NOW, **more: str) -> Core:
    return Core(load_settings(home=str(home), now=now, timezone="Europe/Zurich", **more))


@pytest.fixture
def core(tmp_path: Path) -> Iterator[Core]:
    opened = core_at(tmp_path / "home")
    yield opened
    opened.close()


def applied(core: Core, company: str = "Acme", on: str = "2026-11-01") -> str:
    tracker = ApplicationService(core)
    return tracker.track("ann", None, company, "Cook", "applied", on).application_id


def test_what_is_due_is_told_once_however_often_it_is_looked_at(core: Core) -> None:
    tracker = ApplicationService(core)
    applied(core)
    assert tracker.due_reminders("ann") == 1
    assert tracker.due_reminders("ann") == 0
    [told] = tracker.reminders("ann").reminders
    assert (told.action, told.company, told.read) == ("follow_up", "Acme", False)
    assert tracker.dismiss_reminder("ann", told.reminder_id).unread == 0
    assert tracker.reminders("bob").reminders == []
    with pytest.raises(NotFound):
        tracker.dismiss_reminder("bob", told.reminder_id)


def test_a_new_spell_of_silence_is_a_new_reminder(core: Core, tmp_path: Path) -> None:
    tracker = ApplicationService(core)
    known = applied(core)
    tracker.due_reminders("ann")
    tracker.update("ann", known, Change(status="screening", date="2026-11-10"))
    assert tracker.due_reminders("ann") == 1
    assert [r.action for r in tracker.reminders("ann").reminders] == ["follow_up", "follow_up"]


def test_an_interview_is_called_to_mind_and_the_thank_you_after_it(
    core: Core, tmp_path: Path
) -> None:
    tracker = ApplicationService(core)
    known = applied(core, on="2026-11-20")
    start = core.clock.now() + timedelta(days=1)
    tracker.update("ann", known, Change(round=Round(stage="panel", start=start)))
    tracker.update("ann", known, Change(status="interview"))
    tracker.due_reminders("ann")
    later = core_at(tmp_path / "home", "2026-11-25T19:00:00+01:00")
    try:
        ApplicationService(later).due_reminders("ann")
        told = [r.action for r in ApplicationService(later).reminders("ann").reminders]
    finally:
        later.close()
    assert told.count("prepare_interview") == 1
    assert {"send_thank_you", "log_interview_result"} <= set(told)


def test_the_proof_of_efforts_is_called_to_mind_once_a_month(tmp_path: Path) -> None:
    before = core_at(tmp_path / "home", "2026-11-02T09:00:00+01:00")
    applied(before, on="2026-10-20")
    ApplicationService(before).export("ann", "rav", "2026-09", "de")
    before.close()
    after = core_at(tmp_path / "home", "2026-12-05T09:00:00+01:00")
    tracker = ApplicationService(after)
    tracker.due_reminders("ann")
    tracker.due_reminders("ann")
    told = [r.action for r in tracker.reminders("ann").reminders]
    after.close()
    assert told.count("submit_rav_proof") == 1


def test_a_goal_that_is_not_reached_is_called_to_mind_before_its_week_ends(tmp_path: Path) -> None:
    monday = core_at(tmp_path / "home")
    coach = CoachingService(monday)
    coach.set_goal(
        "ann", "Send 3 applications a week", None, None, Week(monday.clock.now().date(), ())
    )
    monday.close()
    thursday = core_at(tmp_path / "home", "2026-11-26T08:00:00+01:00")
    tracker = ApplicationService(thursday)
    applied(thursday, on="2026-11-25")
    with thursday.store.begin() as session:
        assert report_due(thursday, session, "ann", thursday.clock.now()) == 1
        assert report_due(thursday, session, "ann", thursday.clock.now()) == 0
    [told] = [r for r in tracker.reminders("ann").reminders if r.action == "goal_due"]
    thursday.close()
    assert "1 of 3 by 2026-11-27" in told.why


def test_deleting_an_application_takes_its_reminders_along(core: Core) -> None:
    tracker = ApplicationService(core)
    known = applied(core, company="Geheim AG")
    tracker.due_reminders("ann")
    tracker.delete("ann", known)
    assert tracker.reminders("ann", unread=False).reminders == []


def worker(home: Path, how: str, now: str, **more: str) -> tuple[int, str]:
    environment = {
        **os.environ, "JOBTRACKER_HOME": str(home), "JOBTRACKER_NOW": now,
        "JOBTRACKER_TIMEZONE": "Europe/Zurich", "JOBTRACKER_WORKERS__COUNT": "1",
        "JOBTRACKER_WORKERS__OVERCOMMIT": "true", **more,
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", WORKER, how], env=environment, capture_output=True, text=True,
        timeout=110, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout.strip() + done.stderr[-2000:]


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    if request.param == "sqlite":
        yield {}
        return
    name = f"caltrack_{uuid.uuid4().hex[:10]}"
    admin = sa.create_engine(
        "postgresql+psycopg://postgres@127.0.0.1:5432/postgres", isolation_level="AUTOCOMMIT"
    )
    try:
        with admin.connect() as connection:
            connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    except OperationalError:
        pytest.skip("no PostgreSQL on loopback")
    yield {"JOBTRACKER_STORE__URL": f"postgresql://postgres@127.0.0.1:5432/{name}"}
    with admin.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')
    admin.dispose()


def test_killed_half_way_and_off_for_a_week_each_reminder_is_there_once(
    store: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    for name, value in store.items():
        monkeypatch.setenv(name, value)
    before = core_at(home, "2026-11-16T06:00:00+01:00")
    for company in ("Acme", "Beta", "Gamma"):
        applied(before, company)
    before.close()
    code, _ = worker(home, "die", "2026-11-23T09:00:00+01:00", **store)
    assert code == -signal.SIGKILL
    looked = core_at(home)
    assert ApplicationService(looked).reminders("ann").reminders == []  # all or nothing
    code, out = worker(home, "do", "2026-11-23T09:05:00+01:00", **store)
    assert code == 0, out
    told = [r.company for r in ApplicationService(looked).reminders("ann").reminders]
    looked.close()
    assert sorted(told) == ["Acme", "Beta", "Gamma"]


TRACK = """
import sys
from jobtracker.applications.service import ApplicationService
from jobtracker.core.bootstrap import Core
core = Core()
tracker = ApplicationService(core)
tracker.list("ann")
print("ready", flush=True)
sys.stdin.readline()
made = tracker.track("ann", None, "Acme AG", "Cook", "applied", "2026-11-20")
print("new" if made.created else "known")
core.close()
"""


def test_the_same_application_from_four_processes_is_one(
    store: dict[str, str], tmp_path: Path
) -> None:
    environment = {
        **os.environ, "JOBTRACKER_HOME": str(tmp_path), "JOBTRACKER_NOW": NOW, **store,
    }  # fmt: skip
    running = [
        subprocess.Popen(
            [sys.executable, "-c", TRACK], env=environment, text=True, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for _ in range(4)
    ]  # fmt: skip
    for process in running:
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
    for process in running:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    said = sorted(process.communicate(timeout=110)[0].strip() for process in running)
    assert said == ["known", "known", "known", "new"]
