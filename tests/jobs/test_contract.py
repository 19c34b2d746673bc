"""One contract for all sources, over HTTP, against a server that speaks their wire formats."""

import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import formatdate
from pathlib import Path

import anyio
import pytest

from jobtracker.core.errors import (
    AuthNeeded,
    BadInput,
    BudgetExceeded,
    ContractChanged,
    JobTrackerError,
    NotFound,
    NotSupported,
    RateLimited,
    Unavailable,
)
from jobtracker.core.http import Http
from jobtracker.core.settings import HttpSettings
from jobtracker.jobs.model import RawPosting
from jobtracker.jobs.sources import REGISTRY, source_class
from jobtracker.jobs.sources.port import Capability, Query, with_detail

sys.path.insert(0, str(Path(__file__).parent))
from boards import BAD_BODIES, MCP, Boards, running
from many import PAGERS
from wire import ANSWERS, EMPTY
from wire_details import BODY, DETAILS

KEYS = {"app_id": "i", "app_key": "k", "key": "k", "email": "a@b.c", "token": "t",
        "user_ip": "192.0.2.1", "user_agent": "x"}  # fmt: skip
BY_LIBRARY = {"linkedin", "glassdoor"}
"""Asked through python-jobspy, which is not installed here."""
FETCHED = [
    name
    for name in REGISTRY
    if source_class(name).info.status not in {"by_page_only", "closed"}
    and name not in BY_LIBRARY | {"page"}
]
BOARDS = [n for n in FETCHED if Capability.BOARD in source_class(n).info.capabilities]
DETAILED = [n for n in FETCHED if Capability.DETAIL in source_class(n).info.capabilities]
HUGE = 10_000
CALLS_OF_A_SEARCH = 20
NOW = datetime(2026, 11, 23, tzinfo=UTC)
PATIENT = HttpSettings(timeout_seconds=120, max_bytes=30_000_000, allow_private=True)


@pytest.fixture(scope="module")
def boards() -> Iterator[Boards]:
    with running() as server:
        yield server


@pytest.fixture
def http(boards: Boards) -> Iterator[Http]:
    opened = Http(PATIENT)
    boards.reset()
    yield opened
    opened.close()


def fetch(http: Http, boards: Boards, name: str) -> list[RawPosting]:
    source = source_class(name)(boards.base(name), KEYS)
    limit = 100_000 if name in BOARDS else 100
    query = Query(text="x", board=board_of(name), country="ch", limit=limit, now=NOW)
    return anyio.run(source.fetch, http, query)


def board_of(name: str) -> str:
    return "" if name == "adzuna" else ANSWERS[name][1]


def test_every_source_that_is_asked_has_an_example() -> None:
    assert set(FETCHED) <= set(ANSWERS), "write its wire format into tests/jobs/wire.py"
    assert set(DETAILED) == set(DETAILS), "write a posting's answer into tests/jobs/wire_details.py"
    assert set(PAGERS) <= set(FETCHED)


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
        ("bomb", BudgetExceeded),
    ],
)
def test_trouble_is_told_by_what_to_do_next(
    http: Http, boards: Boards, name: str, mode: str, kind: type[JobTrackerError]
) -> None:
    boards.mode[name] = mode
    with pytest.raises(kind) as caught:
        fetch(http, boards, name)
    assert getattr(caught.value, "retry_after", None) == (120 if mode == "limited" else None)


@pytest.mark.parametrize("name", FETCHED)
def test_a_wait_may_be_told_as_a_date(http: Http, boards: Boards, name: str) -> None:
    boards.mode[name] = "limited"
    boards.retry_after = formatdate(time.time() + 7000, usegmt=True)
    with pytest.raises(RateLimited) as caught:
        fetch(http, boards, name)
    assert caught.value.retry_after is not None
    assert 3400 < caught.value.retry_after <= 7000


@pytest.mark.parametrize("name", FETCHED)
@pytest.mark.parametrize("mode", BAD_BODIES)
def test_another_format_is_a_changed_contract_that_names_the_source(
    http: Http, boards: Boards, name: str, mode: str
) -> None:
    boards.mode[name] = mode
    # A page of ApplicantPro without its number is how an unknown board looks.
    kinds = (ContractChanged, NotFound) if name == "applicantpro" else ContractChanged
    with pytest.raises(kinds) as caught:
        fetch(http, boards, name)
    assert source_class(name).info.title.split(":")[0] in caught.value.message
    assert len(caught.value.message) < 400 and "\n" not in caught.value.message


@pytest.mark.parametrize("name", [n for n in FETCHED if n in EMPTY])
def test_an_empty_board_gives_nothing(http: Http, boards: Boards, name: str) -> None:
    boards.mode[name] = "empty"
    assert fetch(http, boards, name) == []


@pytest.mark.parametrize("name", FETCHED)
def test_a_silent_source_is_given_up(boards: Boards, name: str) -> None:
    boards.reset()
    boards.mode[name] = "held"
    impatient = Http(PATIENT.model_copy(update={"timeout_seconds": 0.2}))
    with pytest.raises(Unavailable, match="in time"):
        fetch(impatient, boards, name)
    impatient.close()


@pytest.mark.parametrize("name", [n for n in BOARDS if n not in MCP])
def test_a_board_of_ten_thousand_is_read_whole_and_once(
    http: Http, boards: Boards, name: str
) -> None:
    boards.size[name] = HUGE
    found = fetch(http, boards, name)
    assert len(found) == HUGE
    assert len({posting.external_id for posting in found}) == HUGE


@pytest.mark.parametrize("name", [n for n in FETCHED if n not in BOARDS])
def test_a_search_of_ten_thousand_hits_is_bounded(http: Http, boards: Boards, name: str) -> None:
    boards.size[name] = HUGE
    found = fetch(http, boards, name)
    assert len(found) >= 100 and len({posting.external_id for posting in found}) == len(found)
    assert len(boards.seen) <= CALLS_OF_A_SEARCH


@pytest.mark.parametrize("name", ["lever", "smartrecruiters", "workday", "taleo"])
def test_a_broken_row_does_not_end_a_board_of_pages(
    http: Http, boards: Boards, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import many

    rows = [{"no": "posting"}, *many.rows_of(name, 250)[1:]]
    monkeypatch.setattr(many, "rows_of", lambda *_: rows)
    boards.size[name] = 250
    assert len(fetch(http, boards, name)) == 249


@pytest.mark.parametrize("name", [n for n in PAGERS if n in BOARDS])
def test_a_vendor_that_repeats_itself_comes_to_an_end(
    http: Http, boards: Boards, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import boards as module

    first: dict[str, object] = {}

    def again(asked_name: str, count: int, request: module.Any) -> object:
        return first.setdefault(asked_name, many_page(asked_name, count, request))

    from many import page_of as many_page

    monkeypatch.setattr(module, "page_of", again)
    boards.size[name] = HUGE
    assert 0 < len(fetch(http, boards, name)) <= 100
    assert len(boards.seen) < 20


def test_a_list_that_is_switched_off_is_read_from_the_embedded_form(
    http: Http, boards: Boards, monkeypatch: pytest.MonkeyPatch
) -> None:
    from boards import Handler

    form = (
        "<div class='BambooHR-ATS-board'><ul><li id='bhrDepartmentID_7'>"
        "<div class='BambooHR-ATS-Department-Header'>Finance</div><ul>"
        "<li id='bhrPositionID_42'><a href='//umbra.bamboohr.com/careers/42'>Accountant</a>"
        "<span class='BambooHR-ATS-Location'>Bern</span></li></ul></li></ul></div>"
    )
    boards.before = lambda path, _: "unknown" if path.endswith("/careers/list") else None
    monkeypatch.setattr(Handler, "_body", lambda *_: form.encode())
    (found,) = fetch(http, boards, "bamboohr")
    assert (found.external_id, found.title, found.tags) == ("umbra/42", "Accountant", ["Finance"])
    assert found.places[0].name == "Bern"
    assert found.url == "https://umbra.bamboohr.com/careers/42"


@pytest.mark.parametrize("name", DETAILED)
def test_a_posting_without_text_in_the_list_is_asked_for_by_itself(
    http: Http, boards: Boards, name: str
) -> None:
    source = source_class(name)(boards.base(name), KEYS)
    listed = fetch(http, boards, name)[0]
    whole = with_detail(listed, anyio.run(source.detail, http, listed, board_of(name)))
    assert BODY in whole.text
    assert (whole.title, whole.external_id, whole.url) == (
        listed.title, listed.external_id, listed.url
    )  # fmt: skip
    assert whole.places and whole.company == listed.company
    assert DETAILS[name][0].search(boards.seen[-1])


@pytest.mark.parametrize("name", DETAILED)
@pytest.mark.parametrize("mode", [*BAD_BODIES, "limited", "broken", "cut", "unknown", "bomb"])
def test_a_posting_that_does_not_answer_is_one_error_of_ours(
    http: Http, boards: Boards, name: str, mode: str
) -> None:
    source = source_class(name)(boards.base(name), KEYS)
    listed = fetch(http, boards, name)[0]
    boards.mode[name] = mode
    with pytest.raises(JobTrackerError):
        anyio.run(source.detail, http, listed, board_of(name))


@pytest.mark.parametrize("name", DETAILED)
@pytest.mark.parametrize("number", ["..", "a b", "1?x=2", "1#2", "%2e%2e", "x\\y"])
def test_a_postings_number_cannot_lead_elsewhere(
    http: Http, boards: Boards, name: str, number: str
) -> None:
    source = source_class(name)(boards.base(name), KEYS)
    listed = fetch(http, boards, name)[0]
    hostile = {"friendly_id": number, "domainId": number, "externalPath": f"/{number}"}
    posting = listed.model_copy(
        update={"external_id": number, "original": listed.original | hostile}
    )
    boards.seen.clear()
    with pytest.raises((NotSupported, ContractChanged, BadInput)):
        anyio.run(source.detail, http, posting, board_of(name))
    assert boards.seen == []


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
