"""Chat over HTTP: whole and as a stream, resumed, in order, stopped, and answered precisely."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest

from jobtracker.agent.mind.port import Decision, ToolCall
from jobtracker.core.bootstrap import Core
from jobtracker.core.errors import NotFound, Unavailable
from jobtracker.core.settings import Settings
from jobtracker.web.app import create_app
from jobtracker.web.turns import Asked, Turns
from tests.web.served import events, served

pytestmark = pytest.mark.anyio
STREAM = {"Accept": "text/event-stream"}
PATIENCE = 100.0
KEYS = {"thread_id", "turn", "reply", "intent", "mode", "language", "tool_calls", "pending"}
BOOK = "schedule an interview with Acme on Thursday at 10:00 for one hour"


async def say(client: httpx.AsyncClient, message: str, thread: str = "t", **more: Any) -> Any:
    body = {"message": message, "thread_id": thread, **more}
    answer = await client.post("/v1/chat", json=body, timeout=PATIENCE)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not true():  # noqa: ASYNC110  # what is waited for has no event
            await asyncio.sleep(0.01)


@pytest.fixture
async def server(settings: Settings) -> AsyncIterator[str]:
    core = Core(settings)
    application = create_app(core)
    with served(application) as address:
        yield address
    core.close()


async def test_a_message_gets_the_contracts_turn(client: httpx.AsyncClient) -> None:
    first = await say(client, "find python jobs in Zurich")
    assert set(first) >= KEYS
    assert first["thread_id"] == "t" and first["turn"] == 1 and first["mode"] == "embedded"
    assert first["tool_calls"][0]["tool"] == "search_jobs" and first["tool_calls"][0]["ok"]
    assert (await say(client, "thanks"))["turn"] == 2


async def test_without_a_thread_a_new_one_is_made(client: httpx.AsyncClient) -> None:
    one = (await client.post("/v1/chat", json={"message": "hello"})).json()
    other = (await client.post("/v1/chat", json={"message": "hello"})).json()
    assert one["thread_id"] and one["thread_id"] != other["thread_id"]


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"message": "  "}, "empty"),
        ({"message": "a\0b"}, "NUL"),
        ({"message": "x" * 20_001}, "20,000"),
        ({"message": "hi", "thread_id": "a\nb"}, "thread id"),
        ({"message": "hi", "thread_id": ""}, "thread id"),
        ({"message": 7}, "message"),
        ({"message": "hi", "answer": "yes"}, "not both"),
        ({"answer": "yes"}, "pending"),
        ({"answer": "maybe", "pending": "x", "thread_id": "t"}, "answer"),
        ([], "body"),
    ],
)
@pytest.mark.parametrize("headers", [{}, STREAM])
async def test_bad_input_is_refused_before_anything_is_streamed(
    client: httpx.AsyncClient, body: Any, named: str, headers: dict[str, str]
) -> None:
    answer = await client.post("/v1/chat", json=body, headers=headers)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert named in answer.json()["detail"]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"message=hi", "application/x-www-form-urlencoded"),
        (b'{"message": "hi"}', "text/plain"),
        (b'{"message": "hi"', "application/json"),
        (b'{"message": ' + b"[" * 100_000, "application/json"),
        (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, "application/json"),
        (b"\xff\xfe\x00", "application/json"),
    ],
)
async def test_what_is_no_json_object_is_refused(
    client: httpx.AsyncClient, content: bytes, kind: str
) -> None:
    answer = await client.post("/v1/chat", content=content, headers={"Content-Type": kind})
    assert answer.status_code in (400, 415)
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_stream_tells_what_happens_and_ends_with_the_turn(server: str) -> None:
    async with httpx.AsyncClient(base_url=server, timeout=PATIENCE) as client:
        body = {"message": "find python jobs in Zurich", "thread_id": "s"}
        async with client.stream("POST", "/v1/chat", json=body, headers=STREAM) as answer:
            assert answer.status_code == 200
            assert answer.headers["content-type"].startswith("text/event-stream")
            got = [event async for event in events(answer)]
    kinds = [kind for kind, _, _ in got]
    assert set(kinds) == {"tool_call", "tool_result", "token", "done"}
    assert kinds.index("tool_call") < kinds.index("tool_result") < kinds.index("token")
    assert kinds[-1] == "done"
    done = got[-1][2]
    assert set(done) >= KEYS
    assert "".join(data["text"] for kind, _, data in got if kind == "token") == done["reply"]
    assert len({number for _, number, _ in got}) == len(got)


async def test_a_cut_stream_is_resumed_without_asking_again(server: str) -> None:
    async with httpx.AsyncClient(base_url=server, timeout=PATIENCE) as client:
        body = {"message": "find nursing jobs in Bern", "thread_id": "cut"}
        async with client.stream("POST", "/v1/chat", json=body, headers=STREAM) as answer:
            stream = events(answer)
            first = await anext(stream)
            second = await anext(stream)
        again = {**STREAM, "Last-Event-ID": second[1]}
        for method, json in (("POST", body), ("GET", None), ("POST", None)):
            async with client.stream(method, "/v1/chat", json=json, headers=again) as answer:
                rest = [event async for event in events(answer)]
            assert rest[-1][0] == "done" and rest[-1][2]["turn"] == 1
            assert {first[1], second[1]}.isdisjoint(number for _, number, _ in rest)
        thread = await client.post("/v1/chat", json={"message": "thanks", "thread_id": "cut"})
        assert thread.json()["turn"] == 2


async def test_an_event_id_of_nobody_leads_nowhere(client: httpx.AsyncClient) -> None:
    unknown = await client.get("/v1/chat", headers={"Last-Event-ID": f"{'0' * 24}-1"})
    assert unknown.status_code == 404
    for bad in ("../../etc/passwd", "1", ""):
        answer = await client.get("/v1/chat", headers={"Last-Event-ID": bad})
        assert answer.status_code == 400


async def test_messages_of_one_thread_are_answered_in_order(client: httpx.AsyncClient) -> None:
    names = ["Adela", "Boris", "Celia", "Dario", "Edith"]
    answers = await asyncio.gather(*(say(client, f"my name is {name}", "q") for name in names))
    assert [answer["turn"] for answer in answers] == [1, 2, 3, 4, 5]


async def test_a_thread_whose_queue_is_full_says_so(app: Any, client: httpx.AsyncClient) -> None:
    release = asyncio.Event()
    _slow(app, release)
    waiting = [asyncio.create_task(say(client, f"hello {n}", "full")) for n in range(8)]
    await until(lambda: _queued(app) == 8)
    body = {"message": "one more", "thread_id": "full"}
    refused = await client.post("/v1/chat", json=body)
    assert refused.status_code == 429 and int(refused.headers["retry-after"]) >= 1
    elsewhere = asyncio.create_task(say(client, "hello", "other"))
    release.set()
    turns = [answer["turn"] for answer in await asyncio.gather(*waiting)]
    assert turns == list(range(1, 9))
    assert (await elsewhere)["turn"] == 1


async def test_an_answer_is_taken_only_by_the_question_it_answers(
    client: httpx.AsyncClient,
) -> None:
    asked = await say(client, BOOK, "b")
    pending = asked["pending"]
    assert pending and pending["action"] == "schedule_interview"
    body = {"thread_id": "b", "answer": "yes", "pending": "Delete everything?"}
    refused = await client.post("/v1/chat", json=body)
    assert refused.status_code == 409 and refused.json()["pending"] == pending
    body["pending"] = pending["summary"]
    done = (await client.post("/v1/chat", json=body)).json()
    assert done["pending"] is None
    assert [call["tool"] for call in done["tool_calls"] if call["ok"]] == ["schedule_interview"]
    again = await client.post("/v1/chat", json=body)
    assert again.status_code == 409 and again.json()["pending"] is None


async def test_a_no_changes_nothing(client: httpx.AsyncClient) -> None:
    pending = (await say(client, BOOK, "n"))["pending"]
    body = {"thread_id": "n", "answer": "no", "pending": pending["summary"]}
    done = (await client.post("/v1/chat", json=body)).json()
    assert done["pending"] is None
    assert not [call for call in done["tool_calls"] if call["ok"]]


async def test_a_question_ends_its_stream_with_confirm(server: str) -> None:
    async with httpx.AsyncClient(base_url=server, timeout=PATIENCE) as client:
        body = {"message": BOOK, "thread_id": "c"}
        async with client.stream("POST", "/v1/chat", json=body, headers=STREAM) as answer:
            got = [event async for event in events(answer)]
    assert [kind for kind, _, _ in got][-2:] == ["confirm", "done"]
    assert got[-2][2] == got[-1][2]["pending"]


async def test_who_leaves_a_whole_answer_stops_the_work(app: Any) -> None:
    started, release = asyncio.Event(), asyncio.Event()
    cancelled = _slow(app, release, started)
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 50000))
    body = {"message": "hello", "thread_id": "left"}
    # httpx' own transport has no way to hang up in the middle: speak ASGI.
    task = asyncio.create_task(_asgi_post(app, body, started))
    await task
    await until(lambda: cancelled == ["hello"])
    release.set()
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080") as client:
        assert (await say(client, "hello again", "left"))["reply"]


async def test_who_leaves_a_stream_may_come_back_and_else_stops_the_work(
    app: Any, settings: Settings
) -> None:
    settings.server.resume_seconds = 0.05
    started, release = asyncio.Event(), asyncio.Event()
    cancelled = _slow(app, release, started)
    turns: Turns = app.state.web.turns
    running = turns.start(Asked("local", "leave", "hello"))
    stream = turns.follow("local", running.turn_id, 0)
    reading = asyncio.create_task(anext(stream, None))
    await started.wait()
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    await stream.aclose()
    await until(lambda: cancelled == ["hello"])
    assert running.task is not None
    await asyncio.wait({running.task})
    rest = [event async for event in turns.follow("local", running.turn_id, 0)]
    assert rest[-1].kind == "error" and rest[-1].final and "send the message again" in rest[-1].data


async def test_a_stream_that_cannot_be_resumed_stops_at_once(app: Any) -> None:
    started = asyncio.Event()
    cancelled = _slow(app, asyncio.Event(), started)
    turns: Turns = app.state.web.turns
    running = turns.start(Asked("local", "openai", "hello"), resumable=False)
    stream = turns.follow("local", running.turn_id, 0)
    reading = asyncio.create_task(anext(stream, None))
    await started.wait()
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    await until(lambda: cancelled == ["hello"])


async def test_a_turn_that_changes_something_is_finished_though_nobody_listens(app: Any) -> None:
    release = asyncio.Event()
    cancelled = _slow(
        app, release, calls=[ToolCall(id="1", server="applications", tool="track_application",
                             arguments={"company": "Acme", "title": "Baker"})],
    )  # fmt: skip
    turns: Turns = app.state.web.turns
    running = turns.start(Asked("local", "finish", "track Acme"))
    await until(lambda: running.changing)
    turns._left(running)
    release.set()
    assert running.task is not None
    result = await running.task
    assert result.tool_calls[0]["ok"] and not cancelled


async def test_another_persons_stream_is_not_found(app: Any) -> None:
    turns: Turns = app.state.web.turns
    running = turns.start(Asked("anna", "t", "hello"))
    for user in ("eve", "local"):
        with pytest.raises(NotFound):
            await turns.check(user, running.turn_id)
        with pytest.raises(NotFound):
            await anext(turns.follow(user, running.turn_id, 0))
    assert [e.kind async for e in turns.follow("anna", running.turn_id, 0)][-1] == "done"


async def test_a_stopping_server_finishes_turns_and_takes_no_new_ones(app: Any) -> None:
    release, started = asyncio.Event(), asyncio.Event()
    _slow(app, release, started)
    turns: Turns = app.state.web.turns
    running = turns.start(Asked("local", "t", "hello"))
    await started.wait()
    turns.drain()
    with pytest.raises(Unavailable, match="restarted"):
        turns.start(Asked("local", "u", "hello"))
    closing = asyncio.create_task(turns.close())
    release.set()
    await closing
    assert running.task is not None and running.task.result().turn == 1


async def test_a_stopping_server_cuts_what_does_not_finish_with_a_resumable_end(
    app: Any, settings: Settings
) -> None:
    settings.server.stop_seconds = 0
    started = asyncio.Event()
    cancelled = _slow(app, asyncio.Event(), started)
    turns: Turns = app.state.web.turns
    running = turns.start(Asked("local", "t", "hello"))
    stream = turns.follow("local", running.turn_id, 0)
    await started.wait()
    await turns.close()
    last = [event async for event in stream][-1]
    assert cancelled == ["hello"]
    assert last.kind == "error" and last.final and '"resend":true' in last.data


async def test_what_was_stopped_while_it_changed_something_is_not_to_be_sent_again(
    app: Any, settings: Settings
) -> None:
    settings.server.stop_seconds = 0
    _slow(
        app, asyncio.Event(), calls=[ToolCall(id="1", server="applications",
        tool="track_application", arguments={"company": "Acme", "title": "Baker"})],
    )  # fmt: skip
    turns: Turns = app.state.web.turns
    running = turns.start(Asked("local", "t", "track Acme"))
    stream = turns.follow("local", running.turn_id, 0)
    await until(lambda: running.changing)
    await turns.close()
    last = [event async for event in stream][-1]
    assert last.kind == "error" and '"resend":false' in last.data and "was done" in last.data


def _queued(app: Any) -> int:
    gates = app.state.web.turns._queue._gates.values()
    return max((gate.waiting for gate in gates), default=0)


def _slow(
    app: Any,
    release: asyncio.Event,
    started: asyncio.Event | None = None,
    calls: list[ToolCall] | None = None,
) -> list[str]:
    """Put a mind in that thinks until it is released; the messages whose turns were stopped."""
    stopped: list[str] = []

    class Slow:
        mode = "embedded"

        async def decide(self, turn: Any, _tools: Any, emit: Any) -> Decision:
            if calls and not turn.outcomes:
                return Decision(calls=calls)
            if started is not None:
                started.set()
            try:
                await release.wait()
            except asyncio.CancelledError:
                stopped.append(turn.message)
                raise
            await emit("token", {"text": "there"})
            return Decision(reply="there", intent="greeting", language="en")

    graph = app.state.web.assistant.conversations._graph
    graph.nodes["converse"].bound.afunc._understand._embedded = Slow()
    return stopped


async def _asgi_post(app: Any, body: Any, leave: asyncio.Event) -> None:
    content = json.dumps(body).encode()
    sent = False

    async def receive() -> Any:
        nonlocal sent
        if not sent:
            sent = True
            return {"type": "http.request", "body": content, "more_body": False}
        await leave.wait()
        return {"type": "http.disconnect"}

    async def send(_message: Any) -> None:
        pass

    headers = [(b"host", b"127.0.0.1:8080"), (b"content-type", b"application/json")]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST",
        "scheme": "http", "path": "/v1/chat", "raw_path": b"/v1/chat", "query_string": b"",
        "headers": headers, "client": ("127.0.0.1", 5), "server": ("127.0.0.1", 8080),
    }  # fmt: skip
    await app(scope, receive, send)
