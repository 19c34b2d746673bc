"""MCP over HTTP: both eras, every server, identity and scopes, questions without a session."""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import httpx2
import pytest
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.server.auth.middleware.auth_context import auth_context_var
from mcp.shared.exceptions import MCPError
from mcp_types import ElicitResult, InputRequiredResult

from jobtracker.core.bootstrap import Core
from jobtracker.core.settings import Settings, load_settings
from jobtracker.jobs.service import JobService
from jobtracker.web.app import create_app
from jobtracker.web.context import SERVERS, Principal
from jobtracker.web.mcp_host import ALL, NAMES, McpHost
from jobtracker.web.mcp_scopes import identity
from tests.web.people import PASSWORD
from tests.web.served import served

pytestmark = pytest.mark.anyio
ERAS = ["legacy", "2026-07-28"]
PATIENCE = 100.0
BOOKING = {
    "company": "Acme", "role": "Baker", "start": "2026-11-26T10:00:00+01:00",
    "duration_minutes": 60,
}  # fmt: skip
DISCOVER = {
    "jsonrpc": "2.0", "id": 1, "method": "initialize",
    "params": {"protocolVersion": "2025-11-25", "capabilities": {},
               "clientInfo": {"name": "test", "version": "1"}},
}  # fmt: skip
ACCEPT = {"Accept": "application/json, text/event-stream"}


def path(name: str) -> str:
    return "/mcp" if name == ALL else f"/mcp/{name}"


@pytest.fixture
def local(settings: Settings) -> Iterator[str]:
    core = Core(settings)
    with served(create_app(core)) as address:
        yield address
    core.close()


@pytest.fixture
def many(settings: Settings) -> Iterator[str]:
    """A server with accounts."""
    core = Core(
        load_settings(
            home=settings.home, now=settings.now, timezone=settings.timezone,
            server={"accounts": "open"},
        )
    )  # fmt: skip
    with served(create_app(core)) as address:
        yield address
    core.close()


def token(address: str, name: str, *scopes: str) -> str:
    """Return an API token of a person, who is registered on first use."""
    headers = {"Origin": address}
    with httpx.Client(base_url=address, timeout=PATIENCE, headers=headers) as browser:
        body = {"name": name, "password": PASSWORD}
        answer = browser.post("/v1/account/register", json=body)
        if answer.status_code != 201:
            answer = browser.post("/v1/account/login", json=body)
        browser.headers["X-CSRF-Token"] = answer.json()["csrf"]
        wanted = {"name": "program", "scopes": list(scopes), "days": 30}
        made = browser.post("/v1/account/tokens", json=wanted)
        assert made.status_code == 201, made.text
        return made.json()["token"]


@contextlib.asynccontextmanager
async def connected(
    url: str, mode: Any, bearer: str = "", answers: list[str] | None = None
) -> AsyncIterator[Client]:
    """Connect; `answers` takes the questions and gives a yes to each."""

    async def elicit(_context: Any, params: Any) -> ElicitResult:
        assert answers is not None
        answers.append(params.message)
        return ElicitResult(action="accept", content={"confirm": True})

    headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
    async with httpx2.AsyncClient(headers=headers, timeout=PATIENCE) as http:
        transport = streamable_http_client(url, http_client=http)
        callback = None if answers is None else elicit
        async with Client(transport, mode=mode, elicitation_callback=callback) as client:
            yield client


@pytest.mark.parametrize("mode", ERAS)
@pytest.mark.parametrize("name", NAMES)
async def test_each_endpoint_lists_the_tools_of_its_server(
    local: str, core: Core, name: str, mode: str
) -> None:
    module = importlib.import_module(f"mcp_servers.{name}.server")
    own = {tool.name for tool in await module.build(core, "memory").list_tools()}
    async with connected(local + path(name), mode) as client:
        listed = (await client.list_tools()).tools
    assert {tool.name for tool in listed} == own and own


@pytest.mark.parametrize("mode", ERAS)
async def test_a_tool_is_called_as_the_tokens_person(many: str, mode: str) -> None:
    anna = token(many, "anna.keller", "applications:write")
    eve = token(many, "eve.meier", "applications:write")
    url = f"{many}/mcp/applications"
    async with connected(url, mode, anna) as client:
        made = await client.call_tool("track_application", {"company": "Acme", "title": "Baker"})
        assert not made.is_error and made.structured_content
        application_id = made.structured_content["application_id"]
    async with connected(url, mode, eve) as client:
        listed = await client.call_tool("list_applications", {})
        assert listed.structured_content == {**listed.structured_content, "applications": []}
        forged: Any = {"jobtracker/user": "anna.keller"}
        refused = await client.call_tool(
            "get_application", {"application_id": application_id}, meta=forged
        )
        assert refused.is_error and "not_found" in refused.content[0].text  # type: ignore[union-attr]


async def test_a_side_effect_asks_first_though_nothing_is_kept_between_requests(
    local: str,
) -> None:
    asked: list[str] = []
    async with connected(f"{local}/mcp/calendar", "2026-07-28", answers=asked) as client:
        done = await client.call_tool("schedule_interview", BOOKING)
        assert not done.is_error and len(asked) == 1 and "Acme" in asked[0]
        start, end = "2026-11-26T00:00:00+01:00", "2026-11-27T00:00:00+01:00"
        listed = await client.call_tool("list_events", {"start": start, "end": end})
    assert listed.structured_content is not None
    assert any("Acme" in event["summary"] for event in listed.structured_content["events"])


@pytest.mark.parametrize("mode", ERAS)
async def test_a_client_that_cannot_ask_is_told_what_to_do(local: str, mode: str) -> None:
    async with connected(f"{local}/mcp/calendar", mode) as client:
        refused = await client.call_tool("schedule_interview", BOOKING)
    assert refused.is_error and "JOBTRACKER_MCP__CONFIRM" in refused.content[0].text  # type: ignore[union-attr]


async def test_another_replica_takes_the_answer_and_another_person_does_not(
    core: Core, settings: Settings
) -> None:
    """The state of a question is sealed under the key of the home folder, and for its person."""
    other = Core(settings)
    async with McpHost(core) as one, McpHost(other) as two:
        first = await _post(one, "anna", _booking())
        state = first["result"]["requestState"]
        assert InputRequiredResult.model_validate(first["result"])
        [question] = first["result"]["inputRequests"]
        yes = {question: {"action": "accept", "content": {"confirm": True}}}
        answered = _booking() | {}
        answered["params"] |= {"inputResponses": yes, "requestState": state}
        assert "error" in await _post(two, "eve", answered)
        done = await _post(two, "anna", answered)
        assert not done["result"].get("isError"), done
    other.close()


async def test_without_a_token_the_answer_says_where_to_get_one(many: str) -> None:
    async with httpx.AsyncClient(base_url=many, timeout=PATIENCE) as client:
        for name in NAMES:
            refused = await client.post(path(name), json=DISCOVER, headers=ACCEPT)
            assert refused.status_code == 401
            header = refused.headers["www-authenticate"]
            metadata = f"{many}/.well-known/oauth-protected-resource{path(name)}"
            assert f'resource_metadata="{metadata}"' in header and "invalid_token" not in header
            described = (await client.get(metadata)).json()
            assert described["resource"] == f"{many}{path(name)}"
            servers = SERVERS if name == ALL else [name]
            assert f"{servers[0]}:read" in described["scopes_supported"]
            wrong = {**ACCEPT, "Authorization": "Bearer jt_" + "A" * 43}
            refused = await client.post(path(name), json=DISCOVER, headers=wrong)
            assert refused.status_code == 401
            assert 'error="invalid_token"' in refused.headers["www-authenticate"]
        root = (await client.get("/.well-known/oauth-protected-resource")).json()
        assert root["resource"] == f"{many}/mcp"
        unknown = await client.get("/.well-known/oauth-protected-resource/mcp/nothing")
        assert unknown.status_code == 404


@pytest.mark.parametrize("mode", ERAS)
@pytest.mark.parametrize("endpoint", ["/mcp", "/mcp/applications"])
async def test_a_token_to_read_does_not_write(many: str, mode: str, endpoint: str) -> None:
    bearer = token(many, "reader.one", "applications:read")
    async with connected(many + endpoint, mode, bearer) as client:
        assert not (await client.call_tool("list_applications", {})).is_error
        with pytest.raises((MCPError, httpx2.HTTPError)):
            await client.call_tool("track_application", {"company": "Acme", "title": "Baker"})
        listed = await client.call_tool("list_applications", {})
        assert listed.structured_content and listed.structured_content["applications"] == []


async def test_too_little_a_scope_is_named_with_status_403(many: str) -> None:
    bearer = token(many, "reader.two", "applications:read")
    headers = {**ACCEPT, "Authorization": f"Bearer {bearer}"}
    params = {"name": "delete_application", "arguments": {"application_id": "x"}}
    call = {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": params}
    async with httpx.AsyncClient(base_url=many, timeout=PATIENCE, headers=headers) as client:
        for endpoint, scope in (("/mcp", "applications:write"), ("/mcp/calendar", "calendar:read")):
            refused = await client.post(endpoint, json=call)
            assert refused.status_code == 403
            header = refused.headers["www-authenticate"]
            assert 'error="insufficient_scope"' in header and scope in header
            assert "resource_metadata=" in header


async def test_the_tools_themselves_check_the_scope(core: Core) -> None:
    """The check of the endpoint reads the body by itself; this is the one that counts."""
    call = _request("tools/call", name="track_application",
                    arguments={"company": "Acme", "title": "Baker"})  # fmt: skip
    async with McpHost(core) as host:
        for scopes in (frozenset(["applications:read"]), frozenset(["calendar:write"])):
            for server in ("applications", ALL):
                answer = await _post(host, "anna", call, server, scopes)
                assert "applications:write" in answer["error"]["message"]
        allowed = await _post(host, "anna", call, ALL, frozenset(["applications:write"]))
        assert not allowed["result"].get("isError")


@pytest.mark.parametrize("mode", ERAS)
async def test_who_waits_for_the_network_is_told_how_far_it_is(
    local: str, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = JobService.search

    def with_news(self: JobService, user: str, request: Any, heard: Any = None) -> Any:
        heard("a board", 3)
        return search(self, user, request, None)

    monkeypatch.setattr(JobService, "search", with_news)
    heard: list[str | None] = []

    async def progress(_done: float, _total: float | None, message: str | None) -> None:
        heard.append(message)

    async with connected(f"{local}/mcp/job_search", mode) as client:
        asked = {"query": "nurse"}
        answer = await client.call_tool("search_jobs", asked, progress_callback=progress)
    assert not answer.is_error
    assert heard == ["a board: 3 postings"]


async def test_a_request_that_names_another_tool_in_its_head_is_refused(
    client: httpx.AsyncClient,
) -> None:
    body = _request("tools/call", name="search_jobs", arguments={"query": "nurse"})
    headers = {**ACCEPT, "MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/call"}
    for name, status in (("list_saved_searches", 400), ("search_jobs", 200)):
        answer = await client.post(
            "/mcp/job_search", json=body, headers={**headers, "Mcp-Name": name}
        )
        assert answer.status_code == status, answer.text


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT", "HEAD"])
async def test_there_is_no_session_to_open_or_end(client: httpx.AsyncClient, method: str) -> None:
    answer = await client.request(method, "/mcp/resume", headers=ACCEPT)
    assert answer.status_code == 405 and answer.headers["allow"] == "POST"


@pytest.mark.parametrize(
    ("content", "headers"),
    [
        (b"", {}),
        (b"[" * 200_000, {}),
        (b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":' + b'{"a":' * 9000 + b"1"
         + b"}" * 9000 + b"}", {}),
        (b"\xff\xfe", {}),
        (b"[]", {}),
        (b'[{"jsonrpc":"2.0","id":1,"method":"tools/list"}]', {}),
        (b"{}", {"Content-Type": "text/plain"}),
        (b"{}", {"Accept": "image/png"}),
        (b"{}", {"MCP-Protocol-Version": "1999-01-01"}),
        (b"{}", {"MCP-Protocol-Version": "2026-07-28"}),
    ],
)  # fmt: skip
async def test_what_is_no_request_is_refused(
    client: httpx.AsyncClient, content: bytes, headers: dict[str, str]
) -> None:
    sent = {**ACCEPT, "Content-Type": "application/json", **headers}
    answer = await client.post("/mcp/resume", content=content, headers=sent)
    assert 400 <= answer.status_code < 500
    assert "Traceback" not in answer.text


def _request(method: str, **params: Any) -> dict[str, Any]:
    meta = {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {"elicitation": {"form": {}}},
        "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
    }
    return {"jsonrpc": "2.0", "id": 1, "method": method, "params": {**params, "_meta": meta}}


def _booking() -> dict[str, Any]:
    return _request("tools/call", name="schedule_interview", arguments=dict(BOOKING))


async def _post(
    host: McpHost,
    user: str,
    body: dict[str, Any],
    server: str = "calendar",
    scopes: frozenset[str] | None = None,
) -> Any:
    """Send a request to a server of the host as that person."""
    who = Principal(user, "token", scopes) if scopes else Principal(user, "token")
    served_by = await host.get(server)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        held = auth_context_var.set(identity(who))
        try:
            answer = served_by.answering(body["method"], body["params"]["name"])
            await answer(scope, receive, send)
        finally:
            auth_context_var.reset(held)

    headers = {
        **ACCEPT, "MCP-Protocol-Version": "2026-07-28", "Mcp-Method": body["method"],
        "Mcp-Name": body["params"]["name"],
    }  # fmt: skip
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        return (await client.post("/", json=body, headers=headers)).json()
