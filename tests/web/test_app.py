"""What every request passes through, in single-user mode."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from starlette.responses import Response
from starlette.routing import Route

from jobtracker.core.bootstrap import Core
from jobtracker.core.errors import Forbidden
from jobtracker.core.settings import load_settings
from jobtracker.web.app import create_app

pytestmark = pytest.mark.anyio
BASE = "http://127.0.0.1:8080"


async def test_it_is_alive_and_ready(client: httpx.AsyncClient) -> None:
    assert (await client.get("/healthz")).json() == {"status": "ok"}
    ready = await client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json()["checks"]["store"]["ok"]


async def test_an_unknown_path_is_a_problem_with_the_requests_id(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/nothing", headers={"X-Request-Id": "abc-12345678"})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["request_id"] == answer.headers["x-request-id"] == "abc-12345678"


async def test_a_request_id_that_is_no_id_is_replaced(client: httpx.AsyncClient) -> None:
    answer = await client.get("/healthz", headers={"X-Request-Id": "a b<script>"})
    assert len(answer.headers["x-request-id"]) == 16


async def test_every_answer_keeps_the_browser_strict(client: httpx.AsyncClient) -> None:
    headers = (await client.get("/healthz")).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("headers", "peer"),
    [
        ({"Host": "evil.example"}, "127.0.0.1"),
        ({"Origin": "https://evil.example"}, "127.0.0.1"),
        ({"Origin": "null"}, "127.0.0.1"),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}, "127.0.0.1"),
        ({}, "203.0.113.9"),
    ],
)
async def test_without_accounts_only_this_machine_is_answered(
    app: Any, headers: dict[str, str], peer: str
) -> None:
    transport = httpx.ASGITransport(app, client=(peer, 50000))
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        answer = await client.get("/healthz", headers=headers)
    assert answer.status_code == 403


@pytest.mark.parametrize("length", ["99999999999", "-1", "1e3"])
async def test_a_body_over_the_limit_is_refused_unread(
    client: httpx.AsyncClient, length: str
) -> None:
    answer = await client.post("/healthz", content=b"x", headers={"Content-Length": length})
    assert answer.status_code == 413


async def test_nothing_speaks_websocket(app: Any) -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "websocket", "path": "/v1/chat", "headers": [], "subprotocols": []}
    await app(scope, None, send)
    assert sent == [{"type": "websocket.close", "code": 1008}]


async def test_what_an_answer_sets_itself_is_kept_and_the_rest_is_added(app: Any) -> None:
    async def answer(request: Any) -> Response:
        headers = {"Cache-Control": "max-age=60", "Content-Security-Policy": "sandbox"}
        return Response("x", media_type="text/html", headers=headers)

    app.router.routes.insert(0, Route("/own", answer))
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 50000))
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        headers = (await client.get("/own")).headers
    assert headers["cache-control"] == "max-age=60"
    assert headers["content-security-policy"] == "sandbox"
    assert headers["x-frame-options"] == "DENY"


def test_without_accounts_it_refuses_to_listen_elsewhere(tmp_path: Any) -> None:
    server = {"host": "0.0.0.0", "port": 0, "accounts": "off", "public_url": "", "max_body_mb": 1}
    core = Core(load_settings(home=str(tmp_path), server=server))
    with pytest.raises(Forbidden, match="loopback only"):
        create_app(core)
