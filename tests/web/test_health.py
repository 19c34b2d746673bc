"""What those who watch the process see, and who may see it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from jobtracker.core.bootstrap import Core
from jobtracker.core.settings import Settings, load_settings
from jobtracker.web.app import create_app

pytestmark = pytest.mark.anyio


async def test_a_broken_store_is_not_ready_and_says_no_more(
    app: Any, client: httpx.AsyncClient
) -> None:
    assert (await client.get("/readyz")).json()["checks"]["store"] == {"ok": True, "required": True}
    app.state.web.checked.clear()
    app.state.web.core.store.engine.dispose()
    app.state.web.core.home.joinpath("jobtracker.db").write_bytes(b"this is no database" * 500)
    for name in ("jobtracker.db-wal", "jobtracker.db-shm"):
        app.state.web.core.home.joinpath(name).unlink(missing_ok=True)
    answer = await client.get("/readyz")
    assert answer.status_code == 503 and not answer.json()["checks"]["store"]["ok"]
    assert "jobtracker.db" not in answer.text
    assert (await client.get("/healthz")).status_code == 200


async def test_redis_that_is_gone_makes_it_slower_not_unready(settings: Settings) -> None:
    gone = load_settings(
        home=settings.home, now=settings.now, redis={"url": "redis://127.0.0.1:1/0"}
    )
    core = Core(gone)
    app = create_app(core)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app, client=("127.0.0.1", 5))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            answer = await client.get("/readyz")
    core.close()
    assert answer.status_code == 200
    assert answer.json()["checks"]["cache"] == {"ok": False, "required": False}


async def test_a_stopping_server_is_not_ready(app: Any, client: httpx.AsyncClient) -> None:
    app.state.web.turns.drain()
    answer = await client.get("/readyz")
    assert answer.status_code == 503 and not answer.json()["checks"]["turns"]["ok"]
    refused = await client.post("/v1/chat", json={"message": "hello"})
    assert refused.status_code == 503 and refused.headers["retry-after"]


async def test_figures_count_routes_turns_and_tools_but_name_nobody(
    client: httpx.AsyncClient,
) -> None:
    body = {"message": "find nursing jobs in Bern", "thread_id": "zebra-thread"}
    await client.post("/v1/chat", json=body)
    await client.get("/v1/threads/zebra-thread")
    await client.get("/zebra/nowhere")
    answer = await client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    text = answer.text
    for wanted in (
        'jobtracker_http_requests_total{method="POST",route="/v1/chat",status="200"}',
        'jobtracker_http_requests_total{method="GET",route="none",status="404"}',
        'jobtracker_turns_total{outcome="embedded"}',
        'jobtracker_tool_calls_total{ok="true",server="job_search",tool="search_jobs"}',
        "jobtracker_turn_seconds_bucket", "jobtracker_streams_open",
    ):  # fmt: skip
        assert wanted in text, wanted
    assert "zebra" not in text


@pytest.mark.parametrize(
    ("peer", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("198.51.100.7", {}, 401),
        ("127.0.0.1", {"X-Forwarded-For": "198.51.100.7"}, 401),
        ("127.0.0.1", {"Forwarded": "for=198.51.100.7"}, 401),
    ],
)
@pytest.mark.parametrize("opened", [False, True])
async def test_figures_are_for_this_machine_unless_opened(
    settings: Settings, peer: str, headers: dict[str, str], status: int, opened: bool
) -> None:
    many = load_settings(
        home=settings.home, now=settings.now, server={"accounts": "open", "metrics_open": opened}
    )
    core = Core(many)
    app = create_app(core)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app, client=(peer, 5))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            answer = await client.get("/metrics", headers=headers)
    core.close()
    assert answer.status_code == (200 if opened else status)
