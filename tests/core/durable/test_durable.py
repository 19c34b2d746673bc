"""Durable jobs: queued with the change that causes them, done once, tried again, scheduled."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from jobtracker.core.bootstrap import Core
from jobtracker.core.durable import Job, Lost
from jobtracker.core.durable_tables import JobRow, ScheduleRow
from jobtracker.core.errors import BadInput, NotFound, RateLimited, Unavailable
from tests.core.durable.helpers import NOTE, Note, open_core, postgres, wait_until

ZURICH = ZoneInfo("Europe/Zurich")
MONDAY = datetime(2026, 11, 23, 9, tzinfo=ZURICH)


@pytest.fixture(params=["sqlite", "postgresql"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Core]:
    """An open core on each of the two engines."""
    if request.param == "sqlite":
        core = open_core(tmp_path)
        yield core
        core.close()
        return
    with postgres() as url:
        core = open_core(tmp_path, url)
        yield core
        core.close()


def put(core: Core, note: int = 0, **options: object) -> str:
    with core.store.begin() as session:
        return core.durable.enqueue(
            session,
            NOTE,
            Note(number=note),
            **{"user": "ann", **options},  # type: ignore[arg-type]
        )


def ended(core: Core, *jobs: str, user: str = "ann") -> None:
    def over() -> bool:
        return all(
            core.durable.get(job, user).state in ("done", "failed", "cancelled") for job in jobs
        )

    wait_until(over, "the jobs have ended")


def test_a_job_is_done_and_its_result_kept(home: Core) -> None:
    home.durable.handle(NOTE, lambda job: {"twice": job.payload.number * 2})
    home.durable.start()
    job = put(home, 21)
    ended(home, job)
    state = home.durable.get(job, "ann")
    assert (state.state, state.result, state.error) == ("done", {"twice": 42}, None)


def test_a_change_that_is_rolled_back_queues_nothing(home: Core) -> None:
    ran: list[int] = []
    home.durable.handle(NOTE, lambda job: ran.append(job.payload.number))
    home.durable.start()
    with pytest.raises(ZeroDivisionError), home.store.begin() as session:
        home.durable.enqueue(session, NOTE, Note(number=1), user="ann")
        raise ZeroDivisionError
    ended(home, put(home, 2))
    assert ran == [2]


def test_the_same_key_is_the_same_job_for_its_user_alone(home: Core) -> None:
    ran: list[str] = []
    home.durable.handle(NOTE, lambda job: ran.append(job.user))
    home.durable.start()
    first = put(home, key="acme:2026-11-30")
    ended(home, first)
    assert put(home, key="acme:2026-11-30") == first
    other = put(home, key="acme:2026-11-30", user="bob")
    assert other != first
    ended(home, other, user="bob")
    assert ran == ["ann", "bob"]


def test_what_is_out_of_reach_is_tried_again_and_what_is_wrong_is_not(home: Core) -> None:
    tries: list[int] = []

    def handler(job: Job[Note]) -> str:
        tries.append(job.payload.number)
        if job.payload.number == 1 and job.attempt == 1:
            raise Unavailable("the board is down")
        if job.payload.number == 1 and job.attempt == 2:
            raise ZeroDivisionError
        if job.payload.number == 2:
            raise BadInput("the file is empty")
        if job.payload.number == 3:
            raise RateLimited("slow down", retry_after=0.02)
        return "fine"

    home.durable.handle(NOTE, handler)
    home.durable.start()
    good, wrong, never = (put(home, number) for number in (1, 2, 3))
    ended(home, good, wrong, never)
    assert home.durable.get(good, "ann").result == "fine"
    assert home.durable.get(wrong, "ann").error == "bad_input: the file is empty"
    assert home.durable.get(never, "ann").error == "rate_limited: slow down"
    assert sorted(tries) == [1, 1, 1, 2, 3, 3, 3]


def test_another_users_job_is_not_found_and_a_waiting_one_can_be_cancelled(home: Core) -> None:
    later = put(home, at=home.clock.now() + timedelta(hours=1))
    with pytest.raises(NotFound):
        home.durable.get(later, "bob")
    with home.store.begin() as session:
        assert not home.durable.cancel(session, later, "bob")
        assert home.durable.cancel(session, later, "ann")
    assert home.durable.get(later, "ann").state == "cancelled"


def test_a_payload_that_an_older_release_wrote_differently_fails_with_the_field(
    home: Core,
) -> None:
    job = put(home)
    with home.store.begin() as session:
        session.get_one(JobRow, job).payload = {"number": "many"}
    home.durable.handle(NOTE, lambda _: None)
    home.durable.start()
    ended(home, job)
    assert "number" in (home.durable.get(job, "ann").error or "")


def test_what_was_lost_rolls_its_effect_back(home: Core) -> None:
    """Of two runs of one attempt (one thought dead), the second to finish leaves nothing."""

    def handler(job: Job[Note]) -> None:
        with home.store.begin() as session:
            job.done(session, "first")
        with pytest.raises(Lost), home.store.begin() as session:
            session.add(
                ScheduleRow(
                    user_id="ann",
                    name="effect",
                    kind="x",
                    payload={},
                    cron="* * * * *",
                    zone="UTC",
                    next_at=MONDAY + timedelta(days=9999),
                )
            )
            job.done(session, "second")

    home.durable.handle(NOTE, handler)
    home.durable.start()
    job = put(home)
    ended(home, job)
    wait_until(lambda: home.durable.backlog() == 0, "nothing is left")
    with home.store.begin() as session:
        assert session.scalars(sa.select(ScheduleRow)).all() == []
    assert home.durable.get(job, "ann").result == "first"


def test_no_more_run_at_once_than_the_setting_says(home: Core) -> None:
    lock, now, most = threading.Lock(), [0], [0]
    full = threading.Event()

    def handler(job: Job[Note]) -> None:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
            if now[0] == 4:
                full.set()
        full.wait(60)
        with lock:
            now[0] -= 1

    home.durable.handle(NOTE, handler)
    home.durable.start()
    jobs = [put(home, number) for number in range(9)]
    ended(home, *jobs)
    assert most[0] == 4


def test_forgetting_a_user_removes_jobs_and_schedules(home: Core) -> None:
    job, other = put(home), put(home, user="bob")
    with home.store.begin() as session:
        home.durable.schedule(session, "weekly", NOTE, Note(), user="ann", cron="0 7 * * 1")
        home.durable.forget(session, "ann")
    with pytest.raises(NotFound):
        home.durable.get(job, "ann")
    assert home.durable.get(other, "bob").state == "waiting"


def fired_by(home: Path, now: datetime, url: str = "") -> list[datetime]:
    """Run the engine at that time until nothing is left; return what the schedule fired for."""
    due: list[datetime] = []
    core = open_core(home, url, now)
    core.durable.handle(NOTE, lambda job: due.append(job.due))
    core.durable.start()
    wait_until(lambda: core.durable.active, "the engine runs")
    with core.store.begin() as session:
        mark = core.durable.enqueue(session, NOTE, Note(), user="mark", at=now)
    ended(core, mark, user="mark")
    wait_until(lambda: core.durable.backlog() == 0, "nothing is left")
    core.close()
    return [moment for moment in due if moment != now]


def test_a_schedule_fires_once_after_a_week_switched_off(tmp_path: Path) -> None:
    core = open_core(tmp_path, now=MONDAY)
    with core.store.begin() as session:
        core.durable.schedule(session, "daily", NOTE, Note(), user="ann", cron="0 7 * * *")
    core.close()
    assert fired_by(tmp_path, MONDAY + timedelta(hours=2)) == []
    week_later = MONDAY + timedelta(days=7)
    assert fired_by(tmp_path, week_later) == [week_later.replace(hour=7)]
    assert fired_by(tmp_path, week_later + timedelta(minutes=1)) == []
    # The clock put back and forth again fires nothing twice.
    assert fired_by(tmp_path, week_later - timedelta(days=1)) == []
    assert fired_by(tmp_path, week_later) == []
    assert fired_by(tmp_path, week_later + timedelta(days=1)) == [
        (week_later + timedelta(days=1)).replace(hour=7)
    ]


def test_a_clock_that_ran_a_year_ahead_does_not_silence_a_schedule(tmp_path: Path) -> None:
    core = open_core(tmp_path, now=MONDAY)
    with core.store.begin() as session:
        core.durable.schedule(session, "daily", NOTE, Note(), user="ann", cron="0 7 * * *")
    core.close()
    assert len(fired_by(tmp_path, MONDAY + timedelta(days=400))) == 1
    assert fired_by(tmp_path, MONDAY) == []
    tuesday = MONDAY + timedelta(days=1)
    assert fired_by(tmp_path, tuesday) == [tuesday.replace(hour=7)]


def test_jobs_that_were_queued_while_the_clock_ran_ahead_wait_as_long_as_was_meant(
    tmp_path: Path,
) -> None:
    ahead = open_core(tmp_path, now=MONDAY + timedelta(days=365))
    at_once, in_an_hour = put(ahead), put(ahead, at=ahead.clock.now() + timedelta(hours=1))
    again = put(ahead)
    with ahead.store.begin() as session:
        row = session.get_one(JobRow, again)
        row.attempt, row.created_at = 2, MONDAY - timedelta(hours=1)  # it failed while ahead
    ahead.close()
    core = open_core(tmp_path, now=MONDAY)
    in_a_year = put(core, at=MONDAY + timedelta(days=365))
    core.durable.handle(NOTE, lambda _: None)
    core.durable.start()
    ended(core, at_once, again)
    with core.store.begin() as session:
        assert session.get_one(JobRow, in_an_hour).run_at == MONDAY + timedelta(hours=1)
        assert session.get_one(JobRow, in_a_year).run_at == MONDAY + timedelta(days=365)
    core.close()


def test_a_clock_that_is_put_back_while_jobs_are_done_keeps_none_of_them_waiting(
    tmp_path: Path,
) -> None:
    core = open_core(tmp_path)
    core.durable.handle(NOTE, lambda _: None)
    real = core.clock.now
    ahead = [timedelta(days=365)]
    object.__setattr__(core.clock, "now", lambda: real() + ahead[0])
    core.durable.start()
    ended(core, put(core))
    waiting = put(core, at=core.clock.now() + timedelta(minutes=-1))
    ahead[0] = timedelta(0)
    ended(core, waiting, put(core))
    core.close()


def test_setting_a_schedule_again_keeps_its_place_and_changing_it_moves_it(core: Core) -> None:
    with core.store.begin() as session:
        core.durable.schedule(session, "s", NOTE, Note(), user="ann", cron="0 7 * * *")
        session.get_one(ScheduleRow, ("ann", "s")).next_at = MONDAY - timedelta(days=1)
        session.flush()
        core.durable.schedule(session, "s", NOTE, Note(number=2), user="ann", cron="0 7 * * *")
        row = session.get_one(ScheduleRow, ("ann", "s"))
        assert row.next_at == MONDAY - timedelta(days=1) and row.payload == {"number": 2}
        core.durable.schedule(session, "s", NOTE, Note(), user="ann", cron="30 10 * * *")
        assert row.next_at == MONDAY.replace(hour=10, minute=30)
        assert core.durable.unschedule(session, "s", user="ann")
        assert not core.durable.unschedule(session, "s", user="ann")


@pytest.mark.parametrize(
    "cron", ["", "every day", "0 7 * *", "0 0 30 2 *", "61 * * * *", "0 7 * * * *", "@daily"]
)
def test_a_line_that_no_date_fulfils_is_named(core: Core, cron: str) -> None:
    with pytest.raises(BadInput, match="five fields"), core.store.begin() as session:
        core.durable.schedule(session, "s", NOTE, Note(), user="ann", cron=cron)
