"""The log of a turn: bounded, resumable, as fast as its slowest reader, and not slower for ever."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobtracker.core.errors import BadInput
from jobtracker.web.stream import TurnLog, event_id, new_turn_id, parse_event_id

pytestmark = pytest.mark.anyio


def log(max_bytes: int = 10_000, stall: float = 60.0) -> TurnLog:
    return TurnLog(new_turn_id(), "anna", max_bytes=max_bytes, stall_seconds=stall)


async def collect(source: TurnLog, after: int = 0) -> list[tuple[int, str, Any]]:
    return [(event.seq, event.kind, json.loads(event.data)) async for event in source.read(after)]


async def test_readers_that_come_early_late_or_again_see_the_same() -> None:
    turn = log()
    early = asyncio.create_task(collect(turn))
    for word in ("a", "b", "c"):
        await turn.append("token", {"text": word})
    await turn.append("done", {"reply": "abc"}, final=True)
    whole = [
        (1, "token", {"text": "a"}), (2, "token", {"text": "b"}),
        (3, "token", {"text": "c"}), (4, "done", {"reply": "abc"}),
    ]  # fmt: skip
    assert await early == await collect(turn) == whole
    assert await collect(turn, 2) == whole[2:]
    assert await collect(turn, 4) == []
    assert await collect(turn, 99) == []


async def test_a_full_log_waits_for_its_slow_reader() -> None:
    turn = log(max_bytes=100)
    reader = turn.read(0)
    await turn.append("token", {"text": "x" * 40})
    assert (await anext(reader)).seq == 1
    await turn.append("token", {"text": "y" * 20})
    writing = asyncio.create_task(turn.append("token", {"text": "z" * 40}))
    await asyncio.sleep(0)
    assert not writing.done() and turn.size <= 100
    assert (await anext(reader)).seq == 2  # asking for the second says that the first is written
    await writing
    assert (await anext(reader)).seq == 3
    assert turn.size <= 100
    await reader.aclose()


async def test_a_reader_that_never_reads_is_left_behind_and_put_right_later() -> None:
    turn = log(max_bytes=200, stall=0.0)
    reader = turn.read(0)
    await turn.append("token", {"text": "start "})
    await anext(reader)
    for number in range(40):
        await turn.append("token", {"text": f"{number} "})
    await turn.append("done", {}, final=True)
    assert turn.size <= 200
    seen = ""
    restarts = 0
    async for event in reader:
        data = json.loads(event.data)
        if data.get("restart"):
            seen, restarts = "", restarts + 1
        elif event.kind == "token":
            seen += data["text"]
    assert restarts == 1
    assert seen == "start " + "".join(f"{number} " for number in range(40))


@given(
    st.lists(st.one_of(st.text(max_size=30), st.none()), max_size=30),
    st.integers(min_value=0, max_value=40),
)
def test_what_a_returning_reader_puts_together_is_the_reply(
    pieces: list[str | None], after: int
) -> None:
    """None stands for a restart, which voids the pieces before it."""

    async def run() -> tuple[str, str]:
        turn = log(max_bytes=120, stall=0.0)
        first: list[str] = []
        reply = ""
        for number, piece in enumerate(pieces, 1):
            if piece is None:
                await turn.append("error", {"restart": True})
                reply = ""
            else:
                await turn.append("token", {"text": piece})
                reply += piece
            if number <= after:
                first = [] if piece is None else [*first, piece]
        await turn.append("done", {}, final=True)
        seen = first
        async for event in turn.read(after):
            data = json.loads(event.data)
            if data.get("restart"):
                seen = []
            elif event.kind == "token":
                seen = [*seen, data["text"]]
        return "".join(seen), reply

    seen, reply = asyncio.run(run())
    assert seen == reply


@pytest.mark.parametrize(
    "raw", ["", "1", "x-1", f"{'a' * 24}-", f"{'a' * 24}-1\r\nSet-Cookie: a=b", f"{'A' * 24}-1"]
)
def test_an_id_that_is_not_ours_is_refused(raw: str) -> None:
    with pytest.raises(BadInput, match="Last-Event-ID"):
        parse_event_id(raw)


def test_an_id_leads_back_to_its_turn() -> None:
    turn = new_turn_id()
    assert parse_event_id(event_id(turn, 17)) == (turn, 17)
