"""Two people at once on every route: nobody ever sees what is another's.

The routes are read from the application, so that a new one is covered by itself. Marta leaves
traces of every kind, all with a mark of hers; Urs then calls every route with every id of hers
that fits, in parallel with her, and must see neither the mark nor a thing that exists.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from jobtracker.core.settings import load_settings
from tests.web.every_route import Ids, all_routes, example, filled
from tests.web.people import PASSWORD, Person, served

pytestmark = [pytest.mark.anyio, pytest.mark.slow]
BASE = "https://jobs.example.test"
MARK, OTHER = "Quokkaberg", "Wombatstadt"
ROUTES = all_routes()
REFUSED = {400, 401, 403, 404, 405, 406, 409, 410, 412, 415, 421, 422, 429}
OPEN_TO_ALL = {
    "/v1/companies/{company}": "what public postings say of an employer",
    "/v1/models/{model}": "the models that the server offers",
    "/static/{version}/{name}": "files of the pages",
    "/.well-known/oauth-protected-resource/mcp/{server}": "metadata for clients",
}
"""Routes whose parameter names nobody's thing; the mark must not be seen there either."""
KINDS = {
    "application_id", "resume_id", "thread_id", "memory_id", "event_id", "job_id", "search_id",
    "token_id", "session_id",
}  # fmt: skip
"""Things that Marta must have, or the tests would prove nothing."""
MCP_HEADERS = {
    "Accept": "application/json, text/event-stream",
    "MCP-Protocol-Version": "2025-11-25",
}


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


class House:
    """The server, its two people, and what is Marta's."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.document = app.openapi()
        self.marta = Person(app, BASE, "198.51.100.1")
        self.urs = Person(app, BASE, "198.51.100.2")
        self.ids = Ids()
        self.own = Ids()
        self.before = ""

    async def furnish(self) -> None:
        """Let both move in and leave traces."""
        await self.marta.sign_up("marta")
        await self.urs.sign_up("urs")
        for somebody, mark, ids in (
            (self.marta, MARK, self.ids),
            (self.urs, OTHER, self.own),
        ):
            await leave_traces(somebody, mark, ids)
            for method, path in ROUTES:
                if method == "GET" and "{" not in path and path.startswith("/v1/"):
                    ids.take(body_of(await somebody.client.get(path)))
        self.ids = self.ids.without(self.own)
        missing = KINDS - self.ids.names()
        assert not missing, f"Marta has no {missing}: the tests would prove nothing"
        self.before = await self.state()

    async def state(self) -> str:
        """Return what Marta has, as she sees it."""
        seen: list[Any] = []
        for path in (
            "/v1/applications", "/v1/resumes", "/v1/memories/export", "/v1/calendar/events",
            "/v1/saved-searches", "/v1/threads", "/v1/account", "/v1/account/tokens",
        ):  # fmt: skip
            params = {"start": "2026-11-01", "end": "2026-12-31"} if "events" in path else {}
            body = body_of(await self.marta.client.get(path, params=params))
            if isinstance(body, dict):
                body = {k: v for k, v in body.items() if k not in ("exported_at", "took_ms")}
            seen.append(body)
        return json.dumps(seen, sort_keys=True)

    async def at_home(self) -> Person:
        """Return Urs, signed in again if the last route has signed him out."""
        if (await self.urs.client.get("/v1/account/session")).status_code != 200:
            self.urs.client.cookies.clear()
            self.urs.client.headers.pop("X-CSRF-Token", None)
            assert (await self.urs.sign_in("urs")).status_code == 200
        return self.urs

    def request(self, method: str, path: str, template: str, ids: Ids) -> dict[str, Any]:
        """Return a request that fits the route, with ids wherever something is named."""
        operation = self.document["paths"].get(template.replace(":path", ""), {})
        told = operation.get(method.lower(), {})
        params = {
            one["name"]: (ids.named(one["name"]) or [example(one["schema"], self.document, ids)])[0]
            for one in told.get("parameters", ())
            if one["in"] == "query" and (one.get("required") or ids.named(one["name"]))
        }
        made: dict[str, Any] = {"method": method, "url": path, "params": params}
        content = told.get("requestBody", {}).get("content", {})
        if "application/json" in content:
            made["json"] = example(content["application/json"]["schema"], self.document, ids)
        elif "multipart/form-data" in content:
            made["files"] = {"file": ("cv.json", b'{"basics": {"name": "Urs"}}')}
        return made


def body_of(answer: httpx.Response) -> Any:
    with contextlib.suppress(ValueError):
        return answer.json()
    return None


async def leave_traces(somebody: Person, mark: str, ids: Ids) -> None:
    """Make one thing of every kind that carries the mark."""
    resume = json.dumps(
        {
            "basics": {"name": f"Person {mark}", "email": f"{mark.lower()}@example.test"},
            "work": [{"name": f"{mark} AG", "position": "Baker", "startDate": "2020-01"}],
        }
    ).encode()
    start = "2026-12-02T10:00:00+01:00"
    posting = (
        f"Baker (m/w/d)\n{mark} Bakery AG\nBern\n\nWe look for a baker with experience in bread. "
        "Your tasks: baking. Your profile: diligence. Workload 100%."
    )
    sent: list[dict[str, Any]] = [
        {"url": "/v1/applications", "json": {"company": f"{mark} AG", "title": "Baker"}},
        {"url": "/v1/resumes", "files": {"file": (f"{mark}.json", resume)}},
        {"url": "/v1/chat", "json": {"message": f"Remember that I prefer to work in {mark}."}},
        {"url": "/v1/jobs/import", "json": {"text": posting}},
        {
            "url": "/v1/calendar/interviews",
            "json": {"company": f"{mark} AG", "role": "Baker", "start": start},
        },
        {
            "url": "/v1/saved-searches",
            "json": {"name": f"{mark} jobs", "query": "baker", "location": "Bern"},
        },
        {"url": "/v1/coaching/goals", "json": {"goal": f"Visit {mark}"}},
        {"url": "/v1/coaching/mock-interviews", "json": {}},
        {"url": "/v1/account/tokens", "json": {"name": mark, "scopes": ["chat"]}},
        {"url": "/v1/account/passkeys/options"},
    ]
    for one in sent:
        answer = await somebody.client.post(**one)
        if answer.status_code == 428:
            question = {"confirm": answer.json()["confirm"]}
            answer = await somebody.client.post(**one, params=question)
        if one["url"] == "/v1/account/tokens":
            ids.take({"token_id": answer.json()["id"]})
        else:
            ids.take(body_of(answer))


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """The furnished house; at the end Marta still has what she had."""
    settings = load_settings(
        home=str(tmp_path_factory.mktemp("isolation") / "home"),
        now="2026-11-23T09:00:00+01:00",
        timezone="Europe/Zurich",
        server={"accounts": "open", "public_url": BASE, "rate_per_minute": 0},
    )
    async with served(settings) as app:
        opened = House(app)
        async with opened.marta.client, opened.urs.client:
            await opened.furnish()
            yield opened
            assert await opened.state() == opened.before


def unseen(answer: httpx.Response, mark: str) -> None:
    """Fail where the mark is in the answer: its body, its headers."""
    where = f"{answer.request.method} {answer.request.url} → {answer.status_code}"
    assert mark.lower() not in answer.text.lower(), f"{where}: {answer.text[:300]}"
    assert mark.lower() not in str(answer.headers.multi_items()).lower(), where


@pytest.mark.parametrize(("method", "path"), ROUTES, ids=[f"{m} {p}" for m, p in ROUTES])
async def test_nobody_sees_what_is_anothers(house: House, method: str, path: str) -> None:
    urs = await house.at_home()
    paths = list(filled(path, house.ids))[:12]
    assert paths, f"no id of Marta's fits {path}"
    for one in paths:
        request = house.request(method, one, path, house.ids)
        calls = [urs.client.request(**request)]
        if method == "GET":  # she looks at her own meanwhile, and he at his
            calls.append(house.marta.client.request(**request))
            calls.append(urs.client.get(path) if "{" not in path else urs.client.get("/v1/account"))
        answers = await asyncio.gather(*calls)
        unseen(answers[0], MARK)
        if method == "GET":
            unseen(answers[1], OTHER)
            unseen(answers[2], MARK)
        if "{" in path and path not in OPEN_TO_ALL:
            assert answers[0].status_code in REFUSED, f"{method} {one}: {answers[0].text[:300]}"
    await house.at_home()


@pytest.mark.parametrize("server", ["job_search", "resume", "calendar", "coaching", "applications"])
async def test_no_tool_shows_what_is_anothers(house: House, server: str) -> None:
    urs = await house.at_home()
    scopes = [f"{server}:read", f"{server}:write"]
    made = await urs.client.post(
        "/v1/account/tokens", json={"name": server, "scopes": scopes, "days": 1}
    )
    async with urs.bearing(made.json()["token"]) as program:
        program.headers.update(MCP_HEADERS)
        listed = await tool_call(program, server, "tools/list", {})
        assert listed["tools"], "the test would prove nothing"
        for tool in listed["tools"]:
            schema = tool["inputSchema"]
            document = {"components": {"schemas": schema.get("$defs", {})}}
            arguments = example(schema, document, house.ids)
            params = {"name": tool["name"], "arguments": arguments}
            found = await tool_call(program, server, "tools/call", params)
            assert MARK.lower() not in json.dumps(found).lower(), (tool["name"], found)


async def tool_call(
    program: httpx.AsyncClient, server: str, method: str, params: dict[str, Any]
) -> dict[str, Any]:
    body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    answer = await program.post(f"/mcp/{server}", json=body)
    assert answer.status_code == 200, answer.text
    text = answer.text
    if answer.headers["content-type"].startswith("text/event-stream"):
        lines = [line[5:] for line in text.splitlines() if line.startswith("data:")]
        text = next(line for line in reversed(lines) if '"id"' in line)
    message = json.loads(text)
    return message.get("result") or message["error"]


async def test_the_password_of_one_opens_nothing_of_the_other(house: House) -> None:
    body = {"name": "marta", "password": f"{PASSWORD}x"}
    somebody = Person(house.app, BASE, "198.51.100.3")
    async with somebody.client:
        assert (await somebody.client.post("/v1/account/login", json=body)).status_code == 401


def test_every_exception_is_a_route() -> None:
    assert set(OPEN_TO_ALL) <= {path for _, path in ROUTES}
