"""One contract for all sources, over HTTP, against a server that speaks their wire formats."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import anyio
import pytest

from jobtracker.core.bootstrap import Core
from jobtracker.core.errors import (
    AuthNeeded,
    ContractChanged,
    JobTrackerError,
    NotFound,
    NotSupported,
    RateLimited,
    Unavailable,
)
from jobtracker.core.http import Http
from jobtracker.core.settings import HttpSettings, load_settings
from jobtracker.jobs.model import RawPosting, SearchRequest
from jobtracker.jobs.service import JobService
from jobtracker.jobs.sources import REGISTRY, source_class
from jobtracker.jobs.sources.port import Query

sys.path.insert(0, str(Path(__file__).parent))
from boards import Boards, running
from wire import ANSWERS, EMPTY

KEYS = {"app_id": "i", "app_key": "k", "key": "k", "email": "a@b.c", "token": "t",
        "user_ip": "192.0.2.1", "user_agent": "x"}  # fmt: skip
NO_NETWORK = {
    "page",
    "linkedin",
    "glassdoor",
    "monster",
    "wellfound",
    "xing",
    "jobscout24",
    "stackoverflow",
}
FETCHED = [name for name in REGISTRY if name not in NO_NETWORK]
MCP = {"dice", "ziprecruiter", "indeed"}


@pytest.fixture(scope="module")
def boards() -> Iterator[Boards]:
    with running() as server:
        yield server


@pytest.fixture
def http(boards: Boards) -> Iterator[Http]:
    opened = Http(HttpSettings(timeout_seconds=1.0, max_bytes=1_000_000, allow_private=True))
    boards.mode.clear()
    boards.default, boards.delay = "ok", 0.0
    boards.seen.clear()
    yield opened
    opened.close()


def fetch(http: Http, boards: Boards, name: str) -> list[RawPosting]:
    source = source_class(name)(boards.base(name), KEYS)
    board = {"adzuna": ""}.get(name, ANSWERS[name][1])
    query = Query(text="x", board=board, country="ch", now=datetime(2026, 11, 23, tzinfo=UTC))
    return anyio.run(source.fetch, http, query)


@pytest.mark.parametrize("name", FETCHED)
def test_a_source_is_asked_and_its_answer_translated(http: Http, boards: Boards, name: str) -> None:
    found = fetch(http, boards, name)
    assert [posting.title for posting in found] == [ANSWERS[name][2]["title"]]


@pytest.mark.parametrize("name", FETCHED)
@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        ("limited", RateLimited),
        ("broken", Unavailable),
        ("cut", Unavailable),
        ("unknown", NotFound),
    ],
)
def test_trouble_is_told_by_what_to_do_next(
    http: Http, boards: Boards, name: str, mode: str, kind: type[JobTrackerError]
) -> None:
    boards.mode[name] = mode
    with pytest.raises(kind) as caught:
        fetch(http, boards, name)
    assert getattr(caught.value, "retry_after", None) == (120 if mode == "limited" else None)


@pytest.mark.parametrize("name", [n for n in FETCHED if n not in {"jazzhr", "applicantpro"}])
def test_another_format_is_a_changed_contract(http: Http, boards: Boards, name: str) -> None:
    boards.mode[name] = "changed"
    with pytest.raises(ContractChanged):
        fetch(http, boards, name)


@pytest.mark.parametrize("name", [n for n in FETCHED if n in EMPTY and n not in MCP])
def test_an_empty_board_gives_nothing(http: Http, boards: Boards, name: str) -> None:
    boards.mode[name] = "empty"
    assert fetch(http, boards, name) == []


def test_a_silent_source_is_given_up(http: Http, boards: Boards) -> None:
    boards.mode["remotive"] = "slow"
    with pytest.raises(Unavailable, match="in time"):
        fetch(http, boards, "remotive")


@pytest.mark.parametrize("name", ["adzuna", "usajobs", "jooble", "reed", "careerjet", "indeed"])
def test_a_missing_key_is_named(http: Http, boards: Boards, name: str) -> None:
    source = source_class(name)(boards.base(name), {})
    with pytest.raises(AuthNeeded, match="JOBTRACKER_SEARCH__KEYS"):
        anyio.run(source.fetch, http, Query(text="x", country="ch"))


@pytest.mark.parametrize("board", ["../x", "a/b@c", "", "x y", "a?b"])
def test_a_board_name_cannot_lead_elsewhere(http: Http, boards: Boards, board: str) -> None:
    for name in ("greenhouse", "recruitee", "workday"):
        source = source_class(name)(boards.base(name))
        with pytest.raises(NotSupported):
            anyio.run(source.fetch, http, Query(board=board))
    assert boards.seen == []


def service(fake: Boards, tmp_path: Path, **search: object) -> JobService:
    settings = load_settings(home=str(tmp_path / "h"), now="2026-11-23T09:00:00+01:00")
    settings.http.allow_private = True
    settings.search.offline = False
    settings.search.samples = False
    settings.search.deadline_seconds = 1.5
    for name, value in search.items():
        setattr(settings.search, name, value)
    return JobService(Core(settings), {name: fake.base(name) for name in REGISTRY})


def test_one_search_asks_all_and_names_what_did_not_answer(
    http: Http, boards: Boards, tmp_path: Path
) -> None:
    boards.mode |= {"remotive": "broken", "jobicy": "limited", "themuse": "slow"}
    jobs = service(boards, tmp_path, boards=["greenhouse:umbra", "lever:umbra"])
    found = jobs.search("u", SearchRequest(limit=50))
    assert {job.source for job in found.jobs} == {
        "greenhouse", "lever", "arbeitnow", "remoteok", "himalayas", "hackernews"
    }  # fmt: skip
    failed = {failure.source: failure for failure in found.failures}
    assert set(failed) == {"remotive", "jobicy", "themuse"}
    assert failed["jobicy"].retry_after == 120
    asked = len(boards.seen)
    again = jobs.search("u", SearchRequest(limit=50))
    assert again.total == found.total
    assert [f.source for f in again.failures if "wait" in f.reason] == ["jobicy"]
    assert not any("jobicy" in path for path in boards.seen[asked:])
    jobs.core.settings.search.offline = True
    assert jobs.search("someone else", SearchRequest(limit=50)).total == found.total
    jobs.core.close()
    jobs.core.http.close()


def test_a_company_of_the_list_is_looked_up_on_its_board(
    http: Http, boards: Boards, tmp_path: Path
) -> None:
    jobs = service(boards, tmp_path)
    jobs.search("u", SearchRequest(company="GitLab Inc.", sources=["greenhouse"]))
    assert boards.seen == ["/greenhouse/v1/boards/gitlab/jobs?content=true"]
    jobs.core.close()
    jobs.core.http.close()


def test_answers_to_a_persons_key_stay_that_persons(
    http: Http, boards: Boards, tmp_path: Path
) -> None:
    from pydantic import SecretStr

    keys = {"jooble": {"key": SecretStr("k")}}
    jobs = service(boards, tmp_path, keys=keys)
    request = SearchRequest(query="electrician", sources=["jooble"])
    assert jobs.search("u", request).total == 1
    jobs.core.settings.search.offline = True
    assert jobs.search("other", request).total == 0
    jobs.core.close()
    jobs.core.http.close()


def test_each_answer_is_told_as_progress_while_the_others_are_awaited(
    http: Http, boards: Boards, tmp_path: Path
) -> None:
    from mcp.client.client import Client
    from pytest import MonkeyPatch

    from mcp_servers.job_search.server import build

    jobs = service(boards, tmp_path, deadline_seconds=30.0)
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
    jobs.core.close()
    jobs.core.http.close()
