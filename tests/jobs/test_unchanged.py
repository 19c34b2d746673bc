"""What a source gives again just as before costs one look; what changed is written as ever."""

import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from jobtracker.core.bootstrap import Core
from jobtracker.core.identity import SHARED_USER
from jobtracker.core.settings import load_settings
from jobtracker.jobs.index import sighting_of
from jobtracker.jobs.model import RawPosting, SearchRequest
from jobtracker.jobs.service import JobService
from jobtracker.jobs.tables import PostingRow, SightingRow
from jobtracker.jobs.unchanged import digest_of

sys.path.insert(0, str(Path(__file__).parent))
from boards import Boards, running

MONDAY = datetime.fromisoformat("2026-11-23T09:00:00+01:00")


@pytest.fixture
def jobs(tmp_path: Path) -> Iterator[JobService]:
    settings = load_settings(home=str(tmp_path / "h"), now=MONDAY.isoformat())
    settings.search.samples = False
    core = Core(settings)
    yield JobService(core)
    core.close()


def at(jobs: JobService, moment: datetime) -> None:
    jobs.core.clock = type(jobs.core.clock)(jobs.core.clock.zone, moment)


def raw(number: int, **fields: Any) -> RawPosting:
    told = {"title": f"Nurse of ward {number}", "company": "Umbra", "text": "Care for people."}
    return RawPosting.model_validate(
        {"source": "greenhouse", "external_id": str(number)} | told | fields
    )


def keep(jobs: JobService, *raws: RawPosting) -> None:
    jobs._index.keep(SHARED_USER, list(raws))  # pyright: ignore[reportPrivateUsage]


def rows(jobs: JobService) -> dict[str, PostingRow]:
    with jobs.core.store.begin() as session:
        found = {row.title: row for row in session.scalars(sa.select(PostingRow))}
        session.expunge_all()
        return found


@contextmanager
def writes(jobs: JobService) -> Generator[list[str]]:
    """Collect the statements that write, but for the count of what was shown."""
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        word = statement.split(None, 1)[0].upper()
        if word in {"INSERT", "UPDATE", "DELETE", "REPLACE"} and "SET shown=" not in statement:
            seen.append(statement)

    engine = jobs.core.store.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_the_same_again_writes_nothing_and_later_only_when_it_was_seen(jobs: JobService) -> None:
    given = [raw(number) for number in range(40)]
    with writes(jobs) as first:
        keep(jobs, *given)
    assert any("INSERT INTO job_terms" in statement for statement in first)
    before = rows(jobs)
    with writes(jobs) as again:
        keep(jobs, *given)
    assert again == []
    later = MONDAY + timedelta(hours=30)
    at(jobs, later)
    with writes(jobs) as seen:
        keep(jobs, *given)
    assert len(seen) == 1 and seen[0].startswith("UPDATE job_postings SET last_seen=")
    after = rows(jobs)
    assert len(after) == 40
    for title, row in after.items():
        assert (row.num, row.seq, row.body) == tuple(
            getattr(before[title], name) for name in ("num", "seq", "body")
        )
        assert row.last_seen == later and row.first_seen == MONDAY
        assert jobs.get("ada", row.job_id).checked_at == later


def test_one_changed_posting_among_many_is_written_alone(jobs: JobService) -> None:
    given = [raw(number) for number in range(40)]
    keep(jobs, *given)
    before = rows(jobs)
    given[7] = raw(7, text="Care for people, and play the harpsichord.")
    given.append(raw(40))
    keep(jobs, *given)
    after = rows(jobs)
    assert {
        title for title, row in after.items() if title not in before or row.seq != before[title].seq
    } == {"Nurse of ward 7", "Nurse of ward 40"}
    found = jobs.search("ada", SearchRequest(query="harpsichord")).jobs
    assert found[0].title == "Nurse of ward 7"
    with writes(jobs) as again:
        keep(jobs, *given)
    assert again == []


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Midwife"},
        {"salary_text": "CHF 80000"},
        {"places": [{"name": "Bern"}]},
        {"expires_at": MONDAY + timedelta(days=9)},
        {"tags": ["surgery"]},
        {"original": {"open": False}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_whatever_is_sent_otherwise_is_a_change(jobs: JobService, change: dict[str, Any]) -> None:
    keep(jobs, raw(1, original={"open": True}))
    with writes(jobs) as seen:
        keep(jobs, raw(1, **({"original": {"open": True}} | change)))
    assert any(statement.startswith("UPDATE job_postings") for statement in seen)


def test_a_closed_posting_that_is_listed_again_just_so_is_open(jobs: JobService) -> None:
    keep(jobs, raw(1))
    with jobs.core.store.begin() as session:
        session.execute(sa.update(PostingRow).values(status="closed", checked_at=MONDAY))
    keep(jobs, raw(1))
    assert [row.status for row in rows(jobs).values()] == ["open"]


def test_what_has_no_vector_yet_gets_it(jobs: JobService) -> None:
    jobs.keep_shared([raw(1)], embed=False)
    assert [row.vector for row in rows(jobs).values()] == [None]
    keep(jobs, raw(1))
    assert [row.vector is not None for row in rows(jobs).values()] == [True]


def test_what_was_kept_before_there_were_digests_is_written_once(jobs: JobService) -> None:
    keep(jobs, raw(1))
    with jobs.core.store.begin() as session:
        session.execute(sa.update(SightingRow).values(digest=None))
    keep(jobs, raw(1))
    with writes(jobs) as again:
        keep(jobs, raw(1))
    assert again == []


def test_of_two_that_bear_one_number_the_last_holds_each_time(jobs: JobService) -> None:
    for _ in range(3):
        keep(jobs, raw(1, title="Nurse"), raw(1, title="Head nurse"))
        assert list(rows(jobs)) == ["Head nurse"]


def test_a_posting_that_was_erased_is_kept_anew(jobs: JobService) -> None:
    keep(jobs, raw(1))
    with jobs.core.store.begin() as session:
        session.execute(sa.delete(PostingRow))
        held = session.scalar(sa.select(SightingRow.sighting_id))
    assert held == sighting_of(SHARED_USER, "greenhouse", "1")
    keep(jobs, raw(1))
    assert len(rows(jobs)) == 1


def test_a_date_ahead_is_read_anew_when_it_has_come() -> None:
    soon = raw(1, posted_at=MONDAY + timedelta(days=5))
    early, late = (digest_of(soon, "", MONDAY + timedelta(days=days)) for days in (0, 6))
    assert early != late
    assert early == digest_of(soon, "", MONDAY + timedelta(days=1))
    assert early != digest_of(soon, "words", MONDAY)


@pytest.fixture
def live(tmp_path: Path) -> Iterator[tuple[JobService, Boards]]:
    """A service that asks one board of twelve postings anew in each search."""
    settings = load_settings(home=str(tmp_path / "h"), now=MONDAY.isoformat())
    settings.http.allow_private, settings.http.timeout_seconds = True, 120.0
    search = settings.search
    search.offline, search.samples, search.fresh_minutes = False, False, 0
    search.boards, search.deadline_seconds = ["greenhouse:umbra"], 120.0
    core = Core(settings)
    with running() as boards:
        boards.size["greenhouse"] = 12
        yield JobService(core, {"greenhouse": boards.base("greenhouse")}), boards
        core.http.close()
    core.close()


def test_a_search_that_fetches_the_same_board_again_keeps_it_as_it_is(
    live: tuple[JobService, Boards],
) -> None:
    jobs, boards = live
    asked = SearchRequest(query="engineer", sources=["greenhouse"], limit=50)
    first = jobs.search("ada", asked)
    with writes(jobs) as again:
        second = jobs.search("ben", asked)
    assert len(boards.seen) == 2 and again == []
    assert second.jobs and second.failures == []
    assert [job.job_id for job in second.jobs] == [job.job_id for job in first.jobs]
    with jobs.core.store.begin() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(SightingRow)) == 12
