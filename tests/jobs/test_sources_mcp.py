"""Boards behind an MCP server, against real servers of the SDK over HTTP, and behind a library."""

import json
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import anyio
import pytest
import uvicorn
from mcp.server.mcpserver import MCPServer

from jobtracker.core.errors import (
    AuthNeeded,
    ContractChanged,
    Forbidden,
    JobTrackerError,
    NotSupported,
    RateLimited,
    Unavailable,
)
from jobtracker.core.http import Fetched, Http
from jobtracker.core.settings import HttpSettings, load_settings
from jobtracker.jobs.live import usable
from jobtracker.jobs.model import RawPosting
from jobtracker.jobs.sources import jobspy_rows, source_class
from jobtracker.jobs.sources.mcp_wire import call_tool
from jobtracker.jobs.sources.port import Query

sys.path.insert(0, str(Path(__file__).parent))
from wire import ANSWERS

NOW = datetime(2026, 11, 23, tzinfo=UTC)
QUERY = Query(text="welder", location="Bern", country="CH", remote=True, days=7, now=NOW)
PATIENT = HttpSettings(timeout_seconds=120, max_bytes=3_000_000, allow_private=True)


class Board:
    """A board's MCP server: `tool` is what it offers, `asked` what it was called with."""

    def __init__(self, tool: Callable[..., Any], path: str, *, stateless: bool, as_json: bool):
        server = MCPServer("a board")
        server.tool(name="search_jobs")(tool)
        app = server.streamable_http_app(
            streamable_http_path=path, stateless_http=stateless, json_response=as_json
        )
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self.base = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="on"))
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True
        )

    def __enter__(self) -> "Board":
        # The socket listens before the server accepts: whoever connects waits for it.
        self._socket.listen(128)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(60)
        self._socket.close()


@pytest.fixture
def http() -> Iterator[Http]:
    opened = Http(PATIENT)
    yield opened
    opened.close()


def fetch(http: Http, name: str, base: str, **keys: str) -> list[RawPosting]:
    return anyio.run(source_class(name)(base, keys).fetch, http, QUERY)


WAYS = [(False, False), (False, True), (True, True), (True, False)]


@pytest.mark.parametrize(("stateless", "as_json"), WAYS)
def test_dice_is_asked_by_the_names_of_its_tool(http: Http, stateless: bool, as_json: bool) -> None:
    asked: list[dict[str, Any]] = []

    def search_jobs(
        keyword: str,
        location: str = "",
        workplace_types: list[str] | None = None,
        jobs_per_page: int = 10,
    ) -> dict[str, Any]:
        asked.append({"keyword": keyword, "location": location, "modes": workplace_types,
                      "count": jobs_per_page})  # fmt: skip
        return dict(ANSWERS["dice"][0])

    with Board(search_jobs, "/mcp", stateless=stateless, as_json=as_json) as board:
        (found,) = fetch(http, "dice", board.base)
    assert found.title == "Python Engineer"
    assert asked == [{"keyword": "welder", "location": "Bern", "modes": ["Remote"], "count": 50}]


@pytest.mark.parametrize("name", ["ziprecruiter", "indeed"])
def test_a_tool_whose_arguments_have_other_names_is_asked_by_those(http: Http, name: str) -> None:
    asked: list[tuple[str, str]] = []

    def search_jobs(query: str, where: str) -> dict[str, Any]:
        asked.append((query, where))
        return dict(ANSWERS[name][0])

    path = "/claude/mcp" if name == "indeed" else "/mcp"
    with Board(search_jobs, path, stateless=False, as_json=False) as board:
        (found,) = fetch(http, name, board.base, token="t")
    assert found.title == ANSWERS[name][2]["title"]
    assert asked == [("welder", "Bern")]


def test_a_tool_that_fails_says_so(http: Http) -> None:
    def search_jobs(keyword: str) -> dict[str, Any]:
        raise RuntimeError("the index is being rebuilt")

    with (
        Board(search_jobs, "/mcp", stateless=False, as_json=True) as board,
        pytest.raises(Unavailable, match=r"Dice: .*search_jobs"),
    ):
        fetch(http, "dice", board.base)


def test_a_server_without_the_tool_is_a_changed_contract(http: Http) -> None:
    def anything(keyword: str = "") -> dict[str, Any]:
        return {}

    with (
        Board(anything, "/mcp", stateless=False, as_json=True) as board,
        pytest.raises(ContractChanged, match=r"no tool 'other' any more; it has search_jobs"),
    ):
        anyio.run(call_tool, http, f"{board.base}/mcp", "Dice", "other", {"words": "x"})


# ---- what no server of the SDK does -------------------------------------------------------------


class Scripted:
    """Answers the posts of one call in turn: initialize, initialized, tools/list, tools/call."""

    def __init__(self, *answers: tuple[str, Any]) -> None:
        self._answers = list(answers)
        self.sent: list[tuple[Any, dict[str, str]]] = []

    async def apost(self, url: str, *, json: Any, params: Any = None, headers: Any = None) -> Any:
        self.sent.append((json, dict(headers)))
        kind, body = self._answers.pop(0)
        raw = body if isinstance(body, bytes) else globals()["json"].dumps(body).encode()
        return Fetched(url, 200, {"content-type": kind, "mcp-session-id": "s1"}, raw)

    async def aget(self, *_: Any, **__: Any) -> Any:
        raise AssertionError("nothing is fetched")


J, S = "application/json", "text/event-stream; charset=utf-8"
HELLO = (J, {"result": {"protocolVersion": "2025-03-26"}})
READY = (J, b"")
TOOLS = (J, {"result": {"tools": [{"name": "search_jobs", "inputSchema": {
    "properties": {"q": {}, "limit": {"maximum": 20}}, "required": ["q"]}}]}})  # fmt: skip


def call(*answers: tuple[str, Any]) -> tuple[Any, Scripted]:
    scripted = Scripted(*answers)
    asked = {"words": "", "where": "Bern", "count": 50}
    found = anyio.run(call_tool, scripted, "https://x/mcp", "Board", "search_jobs", asked, "secret")
    return found, scripted


def test_the_agreed_version_session_and_token_go_with_every_call() -> None:
    found, scripted = call(HELLO, READY, TOOLS, (J, {"result": {"structuredContent": {"a": 1}}}))
    assert found == {"a": 1}
    for _, headers in scripted.sent[1:]:
        assert headers["MCP-Protocol-Version"] == "2025-03-26"
        assert headers["Mcp-Session-Id"] == "s1" and headers["Authorization"] == "Bearer secret"
    assert scripted.sent[-1][0]["params"]["arguments"] == {"limit": 20, "q": ""}


def test_tools_on_a_second_page_are_found() -> None:
    first = (J, {"result": {"tools": [{"name": "x"}], "nextCursor": "c"}})
    answer = (J, {"result": {"content": [{"type": "text", "text": '{"b": 2}'}]}})
    found, scripted = call(HELLO, READY, first, TOOLS, answer)
    assert found == {"b": 2}
    assert scripted.sent[3][0]["params"] == {"cursor": "c"}


def test_an_event_stream_with_comments_and_data_over_lines_is_read() -> None:
    stream = (
        b": ping\r\n\r\nevent: message\r\ndata: "
        b'{"jsonrpc": "2.0", "method": "notifications/progress"}\r\n\r\n'
        b'id: 7\r\ndata: {"jsonrpc": "2.0",\r\ndata: "result": {"structuredContent": [3]}}\r\n\r\n'
    )
    assert call(HELLO, READY, TOOLS, (S, stream))[0] == [3]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ((J, b"<html>"), ContractChanged),
        ((J, {"ok": True}), ContractChanged),
        ((S, b"data: {broken\n\n"), ContractChanged),
        ((S, b""), ContractChanged),
        ((J, {"error": {"message": "no"}}), Unavailable),
        ((J, {"error": "no"}), Unavailable),
        ((J, {"result": {"isError": True, "content": [{"text": "429 slow down"}]}}), RateLimited),
        ((J, {"result": {"isError": True, "content": [{"text": "401 sign in"}]}}), AuthNeeded),
        ((J, {"result": {"isError": True, "content": [None, 5]}}), Unavailable),
        ((J, {"result": {"content": [{"text": "not json"}]}}), ContractChanged),
    ],
)
def test_what_is_no_result_is_one_error_of_ours(answer: Any, kind: type[JobTrackerError]) -> None:
    with pytest.raises(kind):
        call(HELLO, READY, TOOLS, answer)


# ---- python-jobspy, which a person may install --------------------------------------------------


class Frame:
    """What the adapters use of a table of pandas."""

    def __init__(self, rows: list[dict[str, Any]], **attrs: Any) -> None:
        self.rows, self.attrs = rows, attrs

    def to_dict(self, kind: str) -> list[dict[str, Any]]:
        assert kind == "records"
        return self.rows


def row(prefix: str, site: str) -> dict[str, Any]:
    return {
        "id": f"{prefix}1", "site": site, "job_url": f"https://{site}.example/1", "title": "Welder",
        "company": "Umbra", "location": "Bern, Switzerland", "date_posted": "2026-11-20",
        "job_type": "fulltime, contract", "salary_source": "direct_data", "interval": "yearly",
        "min_amount": 80000.0, "max_amount": float("nan"), "currency": "CHF", "is_remote": False,
        "description": "You weld.", "company_rating": float("nan"),
    }  # fmt: skip


LIBRARY = {
    "linkedin": ("linkedin", "li-"), "glassdoor": ("glassdoor", "gd-"), "indeed": ("indeed", "in-"),
    "ziprecruiter": ("zip_recruiter", "zr-"),
}  # fmt: skip


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """A stand-in for the library: `answer` is what it returns, `asked` how it was called."""
    held: dict[str, Any] = {}

    def scrape_jobs(**asked: Any) -> Any:
        held["asked"] = asked
        answer = held["answer"]
        if isinstance(answer, Exception):
            raise answer
        return answer

    module = ModuleType("jobspy")
    module.scrape_jobs = scrape_jobs  # type: ignore[attr-defined]
    module.__spec__ = ModuleType("x").__spec__
    monkeypatch.setitem(sys.modules, "jobspy", module)
    monkeypatch.setattr(jobspy_rows, "installed", lambda: True)
    yield held


@pytest.mark.parametrize("name", LIBRARY)
def test_a_board_is_asked_through_the_library(
    library: dict[str, Any], http: Http, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    site, prefix = LIBRARY[name]
    library["answer"] = Frame([row(prefix, site)])

    async def refused(*_: Any, **__: Any) -> Any:
        raise Forbidden("not from here")

    monkeypatch.setattr("jobtracker.jobs.sources.ziprecruiter.call_tool", refused)
    (found,) = fetch(http, name, "http://127.0.0.1:9")
    assert (found.source, found.title, found.employment) == (
        name,
        "Welder",
        ["fulltime", "contract"],
    )
    assert found.salary is not None and found.salary.max is None and found.salary.min == 80000
    json.dumps(found.original, allow_nan=False)
    assert library["asked"]["site_name"] == [site]
    assert library["asked"]["country_indeed"] == "switzerland"
    assert library["asked"]["hours_old"] == 168


@pytest.mark.parametrize(
    ("code", "name"),
    [("", "switzerland"), ("DE", "germany"), ("GB", "uk"), ("US", "usa"), ("FR", "france"),
     ("CZ", "czech republic"), ("nl", "netherlands")],
)  # fmt: skip
def test_a_country_is_named_as_the_library_names_it(
    library: dict[str, Any], code: str, name: str
) -> None:
    library["answer"] = Frame([])
    info = source_class("linkedin").info
    anyio.run(jobspy_rows.fetch, "linkedin", info, Query(text="x", country=code))
    assert library["asked"]["country_indeed"] == name


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Frame([], errors={"linkedin": "429 Too Many Requests"}), RateLimited),
        (Frame([], errors={"linkedin": "403"}), Unavailable),
        (ValueError("Invalid country_indeed: 'narnia'"), NotSupported),
    ],
)
def test_a_refusal_of_the_library_is_told(
    library: dict[str, Any], http: Http, answer: Any, kind: type[JobTrackerError]
) -> None:
    library["answer"] = answer
    with pytest.raises(kind, match="LinkedIn"):
        fetch(http, "linkedin", "")


def test_without_the_library_the_way_to_it_is_named(http: Http) -> None:
    with pytest.raises(NotSupported, match=r"job-tracker-pro\[boards\]"):
        fetch(http, "linkedin", "")


@pytest.mark.parametrize("name", LIBRARY)
def test_nothing_is_asked_before_its_terms_are_accepted(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = load_settings(home=str(tmp_path)).search
    info = source_class(name).info
    assert info.status == "optional" and "terms" in info.note + info.terms_url
    monkeypatch.setattr("jobtracker.jobs.live._has", lambda library: bool(library))
    assert not usable(info, settings)
    settings.accepted_terms = [name]
    assert usable(info, settings)


def test_closed_and_page_only_boards_are_listed_and_never_asked(tmp_path: Path) -> None:
    settings = load_settings(home=str(tmp_path)).search
    names = ["stackoverflow", "monster", "wellfound", "xing", "jobscout24"]
    settings.accepted_terms = names
    for name in names:
        info = source_class(name).info
        assert not usable(info, settings) and info.note
    with pytest.raises(NotSupported, match="closed since March 2022"):
        source_class("stackoverflow").parse({})
