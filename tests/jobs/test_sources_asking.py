"""A search over live sources: limits, waits, parts, descriptions, and what is asked for later."""

import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import anyio
import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from jobtracker.core.bootstrap import Core
from jobtracker.core.durable_tables import JobRow
from jobtracker.core.settings import load_settings
from jobtracker.jobs import details, later, live, pacing
from jobtracker.jobs.later import AskAgain
from jobtracker.jobs.model import Failure, SearchRequest, SearchResult
from jobtracker.jobs.service import JobService
from jobtracker.jobs.sources import REGISTRY, source_class
from jobtracker.jobs.sources.lever import Lever

sys.path.insert(0, str(Path(__file__).parent))
from boards import BAD_BODIES, Boards, running
from many import rows_of
from wire import ANSWERS
from wire_details import BODY, DETAILS

MONDAY = datetime.fromisoformat("2026-11-23T09:00:00+01:00")
WITHOUT_KEY = {
    "arbeitnow", "remotive", "remoteok", "themuse", "jobicy", "himalayas", "hackernews",
}  # fmt: skip
Make = Callable[..., JobService]


@pytest.fixture(scope="module")
def server() -> Iterator[Boards]:
    with running() as started:
        yield started


@pytest.fixture
def boards(server: Boards) -> Boards:
    server.reset()
    return server


@pytest.fixture
def make(boards: Boards, tmp_path: Path) -> Iterator[Make]:
    """Makes services of one home; what a test does not set is patient."""
    opened: list[Core] = []

    def made(now: datetime = MONDAY, **search: Any) -> JobService:
        settings = load_settings(home=str(tmp_path / "h"), now=now.isoformat())
        settings.http.allow_private = True
        settings.http.timeout_seconds = 120.0
        settings.search.offline = False
        settings.search.samples = False
        settings.search.deadline_seconds = 120.0
        for name, value in search.items():
            setattr(settings.search, name, value)
        opened.append(Core(settings))
        return JobService(opened[-1], {name: boards.base(name) for name in REGISTRY})

    yield made
    for core in opened:
        core.http.close()
        core.close()


def search(jobs: JobService, *sources: str, **asked: Any) -> SearchResult:
    return jobs.search("u", SearchRequest(sources=list(sources), limit=50, **asked))


def failures(found: SearchResult) -> dict[str, Failure]:
    return {failure.source: failure for failure in found.failures}


def set_clock(jobs: JobService, moment: datetime) -> None:
    jobs.core.clock = type(jobs.core.clock)(jobs.core.clock.zone, moment)


def queued(jobs: JobService) -> list[JobRow]:
    with jobs.core.store.begin() as session:
        query = sa.select(JobRow).where(JobRow.kind == later.ASK_AGAIN.name)
        rows = list(session.scalars(query.order_by(JobRow.run_at)))
        session.expunge_all()
        return rows


def ask_again(jobs: JobService) -> None:
    """Do what is queued and due, as the durable handler does, until nothing is."""
    for _ in range(20):
        now = jobs.core.clock.now()
        due = [row for row in queued(jobs) if row.state == "waiting" and row.run_at <= now]
        if not due:
            return
        for row in due:
            payload = AskAgain.model_validate(row.payload)
            answers = later.ask_again(jobs, row.user_id, payload)
            with jobs.core.store.begin() as session:
                done = sa.update(JobRow).where(JobRow.id == row.id).values(state="done")
                session.execute(done)
                later.queue(jobs.core, session, row.user_id, answers.later)


def test_one_search_asks_all_and_names_what_did_not_answer(make: Make, boards: Boards) -> None:
    boards.mode |= {"remotive": "broken", "jobicy": "limited", "themuse": "cut"}
    jobs = make(boards=["greenhouse:umbra", "lever:umbra"])
    found = search(jobs)
    assert {job.source for job in found.jobs} == {
        "greenhouse", "lever", "arbeitnow", "remoteok", "himalayas", "hackernews"
    }  # fmt: skip
    failed = failures(found)
    assert set(failed) == {"remotive", "jobicy", "themuse"}
    assert failed["jobicy"].retry_after == 120
    jobs.core.settings.search.offline = True
    shown = jobs.search("someone else", SearchRequest(limit=50))
    assert shown.total == found.total and shown.failures == []


@pytest.mark.parametrize("mode", [*BAD_BODIES, "bomb", "broken", "unknown", "limited", "cut"])
def test_a_source_in_trouble_takes_no_other_along(make: Make, boards: Boards, mode: str) -> None:
    boards.mode["remoteok"] = mode
    found = search(make())
    assert {job.source for job in found.jobs} == WITHOUT_KEY - {"remoteok"}
    assert list(failures(found)) == ["remoteok"]


def test_an_adapter_that_falls_over_takes_no_other_along(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    def falls_over(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(source_class("remoteok"), "parse", falls_over)
    found = search(make())
    assert {job.source for job in found.jobs} == WITHOUT_KEY - {"remoteok"}
    assert failures(found)["remoteok"].reason.startswith("contract_changed: Remote OK")


def test_a_source_that_says_nothing_until_the_deadline_is_named(make: Make, boards: Boards) -> None:
    boards.mode["remoteok"] = "held"
    found = search(make(deadline_seconds=0.2), "remoteok")
    assert failures(found)["remoteok"].reason == "unavailable: did not answer within 0.2 s"
    assert boards.arrived.wait(120), "the call that was left behind is not the next test's"


def test_a_company_of_the_list_is_looked_up_on_its_board(make: Make, boards: Boards) -> None:
    search(make(), "greenhouse", company="GitLab Inc.")
    assert boards.seen == ["/greenhouse/v1/boards/gitlab/jobs?content=true"]


def test_answers_to_a_persons_key_stay_that_persons(make: Make) -> None:
    jobs = make(keys={"jooble": {"key": SecretStr("k")}})
    assert search(jobs, "jooble", query="electrician").total == 1
    jobs.core.settings.search.offline = True
    asked = SearchRequest(query="electrician", sources=["jooble"])
    assert jobs.search("other", asked).total == 0


def test_each_answer_is_told_as_progress_while_the_others_are_awaited(make: Make) -> None:
    from mcp.client.client import Client
    from pytest import MonkeyPatch

    from mcp_servers.job_search.server import build

    jobs = make()
    told: list[tuple[float, str | None]] = []

    async def progress(done: float, total: float | None, message: str | None) -> None:
        told.append((done, message))

    async def ask() -> None:
        async with Client(build(jobs.core, "memory")) as client:
            asked = {"sources": ["remotive", "jobicy"]}
            await client.call_tool("search_jobs", asked, progress_callback=progress)

    with MonkeyPatch.context() as patch:
        patch.setattr("jobtracker.jobs.service.JobService", lambda core: jobs)
        anyio.run(ask)
    assert [done for done, _ in told] == [1, 2]
    assert {message for _, message in told} == {"remotive: 1 posting", "jobicy: 1 posting"}


# ---- waits --------------------------------------------------------------------------------------


def test_a_source_that_asks_to_wait_is_left_alone_until_then_and_asked_again(
    make: Make, boards: Boards
) -> None:
    boards.mode["remoteok"] = "limited"
    jobs = make()
    told = failures(search(jobs, "remoteok"))["remoteok"]
    assert told.retry_after == 120 and "queued for later (in 120 s)" in told.reason
    (row,) = queued(jobs)
    assert row.run_at == MONDAY + timedelta(seconds=120) and row.payload["source"] == "remoteok"
    assert row.user_id == "u", "a question is erased with the person who asked it"
    asked = len(boards.seen)

    again = failures(search(jobs, "remoteok"))["remoteok"]
    assert "asked to wait" in again.reason and len(boards.seen) == asked
    assert len(queued(jobs)) == 1, "the same debt is queued once"

    ask_again(jobs)
    assert len(boards.seen) == asked, "it is not due"
    boards.mode.clear()
    set_clock(jobs, MONDAY + timedelta(seconds=121))
    ask_again(jobs)
    jobs.core.settings.search.offline = True
    assert [job.source for job in search(jobs, "remoteok").jobs] == ["remoteok"]


def test_the_wait_holds_for_another_process_too(make: Make, boards: Boards) -> None:
    boards.mode["remoteok"] = "limited"
    search(make(), "remoteok")
    asked = len(boards.seen)
    boards.mode.clear()
    other = make(MONDAY + timedelta(seconds=60))
    told = failures(search(other, "remoteok"))["remoteok"]
    assert told.retry_after == 60 and len(boards.seen) == asked
    after = make(MONDAY + timedelta(seconds=121))
    assert search(after, "remoteok").failures == []


def test_the_list_of_sources_shows_until_when_one_is_left_alone(make: Make, boards: Boards) -> None:
    boards.mode["remoteok"] = "limited"
    jobs = make()

    def waiting() -> dict[str, datetime]:
        states = jobs.list_sources("u").sources
        return {one.name: one.waiting_until for one in states if one.waiting_until is not None}

    assert waiting() == {}
    search(jobs, "remoteok")
    assert waiting() == {"remoteok": MONDAY + timedelta(seconds=120)}
    set_clock(jobs, MONDAY + timedelta(seconds=121))
    assert waiting() == {}


def test_the_queue_is_a_durable_job_that_a_worker_does(
    make: Make, boards: Boards, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.core.durable.helpers import wait_until

    boards.mode["remoteok"], boards.retry_after = "limited", "0"
    jobs = make()
    jobs.core.settings.durable.poll_seconds = 0.05
    search(jobs, "remoteok")
    (row,) = queued(jobs)
    boards.mode.clear()
    monkeypatch.setattr("jobtracker.jobs.service.JobService", lambda core: jobs)
    later.register(jobs.core)
    jobs.core.durable.start()
    wait_until(lambda: jobs.core.durable.get(row.id, row.user_id).state == "done", "it is done")
    assert jobs.core.durable.get(row.id, row.user_id).result == {"postings": 1, "owed": 0}
    jobs.core.settings.search.offline = True
    assert search(jobs, "remoteok").total == 1


def test_a_second_try_without_a_turn_tells_what_the_first_one_said(
    make: Make, boards: Boards
) -> None:
    from limits import RateLimitItemPerHour

    boards.mode["jobicy"] = "broken"
    jobs = make()
    jobs._live._guarded().item = RateLimitItemPerHour
    told = failures(search(jobs, "jobicy"))["jobicy"]
    assert "trouble of its own" in told.reason and len(boards.seen) == 1


def test_our_own_limit_is_per_call_and_the_rest_of_a_board_follows(
    make: Make, boards: Boards, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    from limits import RateLimitItemPerHour

    monkeypatch.setattr(Lever, "info", replace(Lever.info, per_minute=2))
    boards.size["lever"] = 250
    jobs = make(boards=["lever:umbra"])
    jobs._live._guarded().item = RateLimitItemPerHour
    told = failures(search(jobs, "lever"))["lever:umbra"]
    assert len(boards.seen) == 2
    assert "asked often enough" in told.reason and "200 postings came before" in told.reason
    assert [row.payload["board"] for row in queued(jobs)] == ["umbra"]


# ---- parts --------------------------------------------------------------------------------------


def on_page(number: int, mode: str) -> Callable[[str, int], str | None]:
    return lambda path, _: mode if f"skip={(number - 1) * 100}&" in path else None


@pytest.fixture
def different(monkeypatch: pytest.MonkeyPatch) -> None:
    """Has every row of a board name a job of its own, so that none is taken for a copy."""
    import many

    rows = [dict(row, text=f"Role {n}") for n, row in enumerate(rows_of("lever", 250))]
    monkeypatch.setattr(many, "rows_of", lambda *_: rows)


@pytest.mark.usefixtures("different")
@pytest.mark.parametrize("mode", ["limited", "broken", "cut", "html"])
def test_what_came_before_the_trouble_is_kept(make: Make, boards: Boards, mode: str) -> None:
    boards.size["lever"], boards.before = 250, on_page(3, mode)
    jobs = make(boards=["lever:umbra"])
    found = search(jobs, "lever")
    assert found.total == 200
    assert "200 postings came before" in failures(found)["lever:umbra"].reason
    assert len(queued(jobs)) == (mode != "html"), "another format does not mend itself"
    boards.before = lambda path, number: None
    set_clock(jobs, MONDAY + timedelta(minutes=5))
    ask_again(jobs)
    jobs.core.settings.search.offline = True
    assert search(jobs, "lever").total == (200 if mode == "html" else 250)


@pytest.mark.usefixtures("different")
def test_what_came_before_the_deadline_is_kept_and_the_rest_follows(
    make: Make, boards: Boards, monkeypatch: pytest.MonkeyPatch
) -> None:
    boards.size["lever"] = 250
    scope: list[anyio.CancelScope] = []

    def deadline(_: float) -> anyio.CancelScope:
        scope.append(anyio.CancelScope())
        return scope[-1]

    whole = Lever.pages

    async def first_page(self: Lever, http: Any, query: Any) -> Any:
        async for page in whole(self, http, query):
            yield page
            scope[-1].cancel()
            await anyio.sleep_forever()

    jobs = make(boards=["lever:umbra"])
    with monkeypatch.context() as patch:
        patch.setattr(live.anyio, "move_on_after", deadline)
        patch.setattr(Lever, "pages", first_page)
        found = search(jobs, "lever")
    assert found.total == 100
    reason = failures(found)["lever:umbra"].reason
    assert "gave 100 postings" in reason and "queued for later" in reason
    set_clock(jobs, MONDAY + timedelta(minutes=5))
    ask_again(jobs)
    jobs.core.settings.search.offline = True
    assert search(jobs, "lever").total == 250


def test_a_feed_that_wants_few_calls_gets_few(make: Make, boards: Boards) -> None:
    for minutes, word in ((0, "python"), (90, "nurse"), (200, "cook"), (400, "welder")):
        search(make(MONDAY + timedelta(minutes=minutes)), "remotive", query=word)
    assert len(boards.seen) == 2
    assert not any("search=" in path for path in boards.seen)


def test_a_board_that_is_asked_by_words_is_asked_for_other_words(
    make: Make, boards: Boards
) -> None:
    jobs = make(boards=["workday:umbra.wd3/Careers", "greenhouse:umbra"])
    for word in ("Buchhalter", "Buchhalter", "nurse"):
        search(jobs, "workday", "greenhouse", query=word)
    words = [sent["searchText"] for sent in boards.sent if "searchText" in sent]
    assert words == ["Buchhalter", "nurse"]
    assert sum("/greenhouse/" in path for path in boards.seen) == 1


# ---- the breaker and the cache ------------------------------------------------------------------


class Time:
    """The breaker's clock."""

    def __init__(self) -> None:
        self.at = 1_000.0

    def time(self) -> float:
        return self.at


def test_a_broken_source_is_left_alone_probed_and_taken_back(
    make: Make, boards: Boards, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Time()
    monkeypatch.setattr("purgatory.domain.model.time", clock)
    boards.mode["remoteok"] = "broken"
    jobs = make(fresh_minutes=0)

    def run() -> tuple[str, int]:
        before = len(boards.seen)
        told = failures(search(jobs, "remoteok")).get("remoteok")
        return (told.reason if told else "", len(boards.seen) - before)

    for _ in range(pacing.BROKEN_AFTER):
        reason, asked = run()
        assert "trouble of its own" in reason and asked == pacing.ATTEMPTS
    reason, asked = run()
    assert "left alone for 60 s" in reason and asked == 0, "it is open"

    later_on = MONDAY
    for state in ("broken", "ok"):
        clock.at += pacing.PROBE_SECONDS + 1
        later_on += timedelta(seconds=pacing.PROBE_SECONDS + 1)
        set_clock(jobs, later_on)
        boards.mode["remoteok"] = state
        reason, asked = run()
        assert asked == (pacing.ATTEMPTS if state == "broken" else 1), "one probe, half open"
        if state == "broken":
            assert run()[1] == 0, "the probe failed: it is open again at once"
    assert reason == "" and run() == ("", 1), "the probe succeeded: it is closed"


def test_an_unchanged_board_is_not_sent_again(make: Make, boards: Boards) -> None:
    boards.validators = True
    jobs = make(boards=["greenhouse:umbra"], fresh_minutes=0)
    for _ in range(3):
        found = search(jobs, "greenhouse")
        assert found.total == 1 and found.failures == []
    assert (len(boards.seen), boards.bodies) == (3, 1)
    restarted = make(boards=["greenhouse:umbra"], fresh_minutes=0)
    assert search(restarted, "greenhouse").failures == []
    assert (len(boards.seen), boards.bodies) == (4, 1), "nor after a restart"


# ---- descriptions -------------------------------------------------------------------------------


def described(jobs: JobService) -> list[str]:
    jobs.core.settings.search.offline = True
    found = jobs.search("u", SearchRequest(limit=50))
    jobs.core.settings.search.offline = False
    return [jobs.get("u", job.job_id).description for job in found.jobs]


def asked_for(boards: Boards, name: str) -> int:
    return sum(DETAILS[name][0].search(path) is not None for path in boards.seen)


BOARDED = sorted(name for name in DETAILS if source_class(name).info.kind == "ats")


@pytest.mark.parametrize("name", BOARDED)
def test_a_description_is_fetched_once_and_stays(make: Make, boards: Boards, name: str) -> None:
    jobs = make(boards=[f"{name}:{ANSWERS[name][1]}"], fresh_minutes=0)
    for _ in range(3):
        found = search(jobs, name)
        assert found.failures == [] and found.total == 1
        (text,) = described(jobs)
        assert BODY in text
    assert asked_for(boards, name) == 1


def test_a_posting_that_is_listed_just_as_before_counts_as_seen(make: Make) -> None:
    jobs = make(boards=["smartrecruiters:Umbra"], fresh_minutes=0)
    (job,) = search(jobs, "smartrecruiters").jobs
    set_clock(jobs, MONDAY + timedelta(days=3))
    (again,) = search(jobs, "smartrecruiters").jobs
    assert again.checked_at == MONDAY + timedelta(days=3)
    assert again.job_id == job.job_id


def test_a_closed_posting_that_its_employer_lists_again_is_open(make: Make, boards: Boards) -> None:
    jobs = make(boards=["smartrecruiters:Umbra"], fresh_minutes=0)
    (job,) = search(jobs, "smartrecruiters").jobs
    boards.mode["smartrecruiters"] = "empty"
    assert jobs.check_open("u", job.job_id).status == "closed"
    assert search(jobs, "smartrecruiters").jobs == []
    boards.mode.clear()
    (again,) = search(jobs, "smartrecruiters").jobs
    assert again.job_id == job.job_id
    found = jobs.get("u", job.job_id)
    assert found.status == "open" and BODY in found.description


def test_a_changed_posting_is_asked_for_again(make: Make, boards: Boards) -> None:
    import many

    jobs = make(boards=["smartrecruiters:Umbra"], fresh_minutes=0)
    rows = [dict(many.rows_of("smartrecruiters", 1)[0])]
    boards.size["smartrecruiters"] = 1
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(many, "rows_of", lambda *_: rows)
        search(jobs, "smartrecruiters")
        rows[0]["name"] = "Senior QA Analyst"
        boards.mode["smartrecruiters"] = "no-detail"
        told = failures(search(jobs, "smartrecruiters"))["smartrecruiters:Umbra"]
        assert "1 of 1 descriptions are queued for later" in told.reason
        assert BODY in described(jobs)[0], "the older text stays until the new one is there"
        boards.mode.clear()
        found = search(jobs, "smartrecruiters")
    assert [job.title for job in found.jobs] == ["Senior QA Analyst"]
    assert BODY in described(jobs)[0]


def test_postings_without_their_description_are_kept_and_get_it_later(
    make: Make, boards: Boards
) -> None:
    boards.mode["smartrecruiters"] = "detail-limited"
    jobs = make(boards=["smartrecruiters:Umbra"], fresh_minutes=0)
    found = search(jobs, "smartrecruiters")
    told = failures(found)["smartrecruiters:Umbra"]
    assert found.total == 1 and described(jobs) == [""]
    assert told.reason.startswith("rate_limited") and told.retry_after == 120
    assert "1 of 1 descriptions are queued for later" in told.reason
    boards.mode.clear()
    set_clock(jobs, MONDAY + timedelta(minutes=3))
    ask_again(jobs)
    assert BODY in described(jobs)[0]


def test_a_search_asks_for_few_descriptions_and_the_background_for_the_rest(
    make: Make, boards: Boards, monkeypatch: pytest.MonkeyPatch
) -> None:
    import many

    names = [dict(row, name=f"Role {n}") for n, row in enumerate(rows_of("smartrecruiters", 60))]
    names[55]["name"] = "Welder of 55"
    monkeypatch.setattr(many, "rows_of", lambda *_: names)
    monkeypatch.setattr(details, "MOST_NOW", 40)
    boards.size["smartrecruiters"] = 60
    jobs = make(boards=["smartrecruiters:Umbra"])
    found = search(jobs, "smartrecruiters", query="welder")
    assert asked_for(boards, "smartrecruiters") == 40
    assert any("20 of 60 postings have no description yet" in note for note in found.notes)
    (welder,) = [job for job in found.jobs if job.title == "Welder of 55"]
    assert BODY in jobs.get("u", welder.job_id).description, "what was looked for comes first"
    set_clock(jobs, MONDAY + timedelta(minutes=3))
    ask_again(jobs)
    assert asked_for(boards, "smartrecruiters") == 60
    assert [row.state for row in queued(jobs)] == ["done"]
