"""Threads over HTTP: listed in pages, read, renamed, exported, deleted; and feedback on turns."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

pytestmark = pytest.mark.anyio
BOOK = "schedule an interview with Acme on Thursday at 10:00 for one hour"


async def say(client: httpx.AsyncClient, message: str, thread: str) -> Any:
    answer = await client.post("/v1/chat", json={"message": message, "thread_id": thread})
    assert answer.status_code == 200
    return answer.json()


async def test_threads_are_listed_in_pages_each_once(client: httpx.AsyncClient) -> None:
    # The tests' clock stands still: pages must not depend on different times.
    for number in range(5):
        await say(client, f"hello {number}", f"t{number}")
    seen: list[str] = []
    cursor: str | None = None
    for _ in range(3):
        query = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        page = (await client.get("/v1/threads", params=query)).json()
        seen += [thread["thread_id"] for thread in page["threads"]]
        cursor = page["next_cursor"]
    assert sorted(seen) == ["t0", "t1", "t2", "t3", "t4"] and cursor is None
    assert page["threads"][0]["title"].startswith("hello")


@pytest.mark.parametrize("cursor", ["x", "%%%", "2026", "a" * 500, "MjAyNi0xMS0yMyB4"])
async def test_a_cursor_that_is_none_is_refused(client: httpx.AsyncClient, cursor: str) -> None:
    answer = await client.get("/v1/threads", params={"cursor": cursor})
    assert answer.status_code == 400


async def test_a_thread_is_read_in_whole_turns_with_what_waits(client: httpx.AsyncClient) -> None:
    await say(client, "hello", "r")
    await say(client, "thanks", "r")
    pending = (await say(client, BOOK, "r"))["pending"]
    thread = (await client.get("/v1/threads/r")).json()
    assert [(line["turn"], line["role"]) for line in thread["messages"]] == [
        (1, "user"), (1, "assistant"), (2, "user"), (2, "assistant"), (3, "user"),
        (3, "assistant"),
    ]  # fmt: skip
    assert thread["messages"][0]["text"] == "hello" and thread["pending"] == pending
    assert (await client.get("/v1/threads/r/pending")).json() == {"pending": pending}
    first = (await client.get("/v1/threads/r", params={"limit": 3})).json()
    assert [line["turn"] for line in first["messages"]] == [1, 1] and first["next_after"] == 1
    rest = (await client.get("/v1/threads/r", params={"after": 1})).json()
    assert {line["turn"] for line in rest["messages"]} == {2, 3} and rest["next_after"] is None


async def test_a_thread_is_renamed_unless_it_changed(client: httpx.AsyncClient) -> None:
    await say(client, "hello", "n")
    renamed = await client.patch("/v1/threads/n", json={"title": "  Ärzte \n in   Bern "})
    assert renamed.json()["title"] == "Ärzte in Bern"
    assert (await client.get("/v1/threads")).json()["threads"][0]["title"] == "Ärzte in Bern"
    stale = {"If-Match": '"0123"'}
    refused = await client.patch("/v1/threads/n", json={"title": "x"}, headers=stale)
    assert refused.status_code == 412
    for bad in ("", " ", "x" * 201, "a\x07b"):
        answer = await client.patch("/v1/threads/n", json={"title": bad})
        assert answer.status_code == 400


@pytest.mark.parametrize("name", ["käse & brot", "a/b", "100%", "名前", "a?b=c#d"])
async def test_ids_of_any_printable_text_work(client: httpx.AsyncClient, name: str) -> None:
    from urllib.parse import quote

    await say(client, "hello", name)
    path = f"/v1/threads/{quote(name, safe='')}"
    assert (await client.get(path)).json()["thread_id"] == name
    exported = await client.get(f"{path}/export")
    assert exported.status_code == 200 and "## You" in exported.text


async def test_an_export_holds_every_line(client: httpx.AsyncClient) -> None:
    await say(client, "hello there", "e")
    reply = (await say(client, "thanks", "e"))["reply"]
    text = await client.get("/v1/threads/e/export", params={"format": "markdown"})
    assert text.headers["content-type"].startswith("text/markdown")
    assert text.headers["content-disposition"] == "attachment; filename*=UTF-8''hello-there.md"
    assert "hello there" in text.text and reply in text.text
    whole = await client.get("/v1/threads/e/export", params={"format": "json"})
    assert [line["role"] for line in whole.json()["messages"]] == ["user", "assistant"] * 2


async def test_a_long_export_skips_no_line(app: Any, client: httpx.AsyncClient) -> None:
    transcript, now = app.state.web.assistant.transcript, app.state.web.core.clock.now()
    for turn in range(1, 701):
        transcript.add("local", "long", turn, f"said {turn}", f"answered {turn}", now)
    whole = (await client.get("/v1/threads/long/export", params={"format": "json"})).json()
    assert [line["text"] for line in whole["messages"]] == [
        text for turn in range(1, 701) for text in (f"said {turn}", f"answered {turn}")
    ]


async def test_a_deleted_thread_is_gone_with_its_feedback(client: httpx.AsyncClient) -> None:
    pending = (await say(client, BOOK, "d"))["pending"]
    assert pending
    await client.post("/v1/feedback", json={"thread_id": "d", "turn": 1, "rating": "down"})
    assert (await client.delete("/v1/threads/d")).status_code == 204
    for method, path in (
        ("GET", "/v1/threads/d"),
        ("GET", "/v1/threads/d/pending"),
        ("GET", "/v1/threads/d/export"),
        ("DELETE", "/v1/threads/d"),
    ):
        assert (await client.request(method, path)).status_code == 404
    again = await say(client, "yes", "d")
    assert again["turn"] == 1 and not again["tool_calls"]
    assert (await client.get("/v1/threads/d")).json()["feedback"] == []


async def test_feedback_is_kept_and_the_latest_word_counts(client: httpx.AsyncClient) -> None:
    await say(client, "hello", "f")
    given = {"thread_id": "f", "turn": 1, "rating": "up"}
    assert (await client.post("/v1/feedback", json=given)).status_code == 204
    changed = given | {"rating": "down", "comment": "not what I asked"}
    assert (await client.post("/v1/feedback", json=changed)).status_code == 204
    feedback = (await client.get("/v1/threads/f")).json()["feedback"]
    assert feedback == [{"turn": 1, "rating": "down", "comment": "not what I asked"}]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"turn": 2}, 404),
        ({"thread_id": "other"}, 404),
        ({"turn": 0}, 400),
        ({"turn": 2**80}, 400),
        ({"rating": "meh"}, 400),
        ({"comment": "x" * 2001}, 400),
    ],
)
async def test_feedback_on_what_is_not_there_is_refused(
    client: httpx.AsyncClient, change: dict[str, Any], status: int
) -> None:
    await say(client, "hello", "f")
    given = {"thread_id": "f", "turn": 1, "rating": "up"} | change
    assert (await client.post("/v1/feedback", json=given)).status_code == status
