"""Turns through the real graph, checkpointer and MCP, with a scripted mind and a small server."""

import asyncio
import contextlib
import json
import sqlite3
from collections.abc import AsyncIterator, Callable
from typing import Annotated, Any

import pytest
from mcp.server.elicitation import ElicitationResult
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.resolve import Elicit, Resolve
from pydantic import BaseModel

from jobtracker.agent.checkpoints import open_saver
from jobtracker.agent.checkpoints_sqlite import FileSaver
from jobtracker.agent.conversation import Conversations, Phrases
from jobtracker.agent.graph import build_graph
from jobtracker.agent.mind.embedded.answers import read_answer
from jobtracker.agent.mind.port import Decision, MindFailed, ToolCall
from jobtracker.agent.nodes.act import Act
from jobtracker.agent.nodes.recall import Recall
from jobtracker.agent.nodes.respond import Respond
from jobtracker.agent.nodes.understand import Understand
from jobtracker.agent.toolbox import Connection, Toolbox
from jobtracker.agent.transcript import Transcript
from jobtracker.core.bootstrap import Core
from jobtracker.core.errors import BadInput, NotFound, Unavailable
from mcp_servers.kit import Confirmation, ServerKit, require_yes

LOG: list[str] = []


class Said(BaseModel):
    user: str
    text: str


def build_server(core: Core) -> Any:
    kit = ServerKit(core, "memory", name="toy", title="Toy", description="A toy.")

    def ask(ctx: Context[Any, Any], what: str) -> Elicit[Confirmation] | Confirmation:
        return kit.ask(ctx, f"Do {what} for {kit.user(ctx)}?")

    @kit.tool(title="Read", read_only=True)
    def read(ctx: Context[Any, Any], what: str) -> Said:
        """Read."""
        if what == "missing":
            raise NotFound("there is no missing; ask for another")
        if what == "crash":
            raise ZeroDivisionError
        return Said(user=kit.user(ctx), text=what)

    @kit.tool(title="Write", destructive=True)
    def write(
        ctx: Context[Any, Any],
        what: str,
        answer: Annotated[ElicitationResult[Confirmation], Resolve(kit.asking(ask))],
    ) -> Said:
        """Write."""
        require_yes(answer)
        LOG.append(f"{kit.user(ctx)}:{what}")
        return Said(user=kit.user(ctx), text=what)

    return kit.server


def call(tool: str, what: str) -> ToolCall:
    return ToolCall(id="0", server="toy", tool=tool, arguments={"what": what})


class Scripted:
    """Runs the calls that the message lists as JSON, then tells what came of them."""

    mode = "embedded"

    async def decide(self, turn: Any, tools: Any, emit: Any) -> Decision:
        wanted = json.loads(turn.message) if turn.message.startswith("[") else []
        if len(turn.outcomes) < len(wanted):
            calls = [call(*item) for item in wanted[len(turn.outcomes) :]]
            return Decision(calls=calls, intent="run", dialogue={"calls": len(wanted)})
        told = [
            "declined" if o["declined"] else o["error"] or o["result"]["text"]
            for o in turn.outcomes
        ]
        seen = len(turn.history)
        return Decision(reply=f"{told} after {seen}", intent="run", dialogue={"told": told})


class Failing:
    mode = "llm"

    async def decide(self, turn: Any, tools: Any, emit: Any) -> Decision:
        raise MindFailed("no answer from the model")


@contextlib.asynccontextmanager
async def opened(core: Core, llm: Any = None) -> AsyncIterator[Conversations]:
    connection = Connection("toy", "memory", open=lambda: build_server(core))
    transcript = Transcript(core.store)

    def record(state: Any) -> None:
        transcript.add(
            state["user"],
            state["thread_id"],
            state["turn"],
            state["message"],
            state["reply"],
            core.clock.now(),
        )

    async with Toolbox([connection], 5.0) as toolbox, open_saver("", core.home) as saver:
        graph = build_graph(
            Recall(lambda user, text: []),
            Understand(Scripted(), llm, toolbox, 4, 8),
            Act(toolbox),
            Respond(record, lambda reason, language: f"({reason})"),
            saver,
        )
        yield Conversations(
            graph,
            saver,
            transcript,
            core.clock,
            1000,
            read_answer,
            Phrases(lambda summary, language: f"{summary}?", lambda kinds, language: "removed"),
            lambda text: (text, []),
        )


def run(core: Core, story: Callable[[Conversations], Any], llm: Any = None) -> Any:
    async def main() -> Any:
        async with asyncio.timeout(200):
            async with opened(core, llm) as conversations:
                return await story(conversations)

    LOG.clear()
    return asyncio.run(main())


def test_reads_run_and_the_identity_comes_from_the_transport(core: Core) -> None:
    async def story(talk: Conversations) -> Any:
        return await talk.turn("ann", "t", '[["read", "a"], ["read", "b"]]')

    result = run(core, story)
    assert [c["result"] for c in result.tool_calls] == [
        {"user": "ann", "text": "a"},
        {"user": "ann", "text": "b"},
    ]
    assert result.turn == 1 and result.pending is None


def test_a_turn_that_was_written_but_not_kept_is_gone_on_from_or_done_again(core: Core) -> None:
    """Its process was killed between the transcript and the checkpoint."""
    transcript = Transcript(core.store)

    async def story(talk: Conversations) -> Any:
        await talk.turn("ann", "t", '[["read", "a"]]')
        transcript.add("ann", "t", 2, '[["read", "b"]]', "it says b", core.clock.now())
        again = await talk.turn("ann", "t", '[["read", "b"]]')
        transcript.add("ann", "t", 3, '[["read", "c"]]', "it says c", core.clock.now())
        other = await talk.turn("ann", "t", '[["read", "d"]]')
        return again, other

    again, other = run(core, story)
    assert (again.turn, other.turn) == (2, 4)
    lines = transcript.read("ann", "t")
    assert [line.turn for line in lines] == [1, 1, 2, 2, 3, 3, 4, 4]
    assert [line.text[-5:] for line in lines if line.role == "user"] == [
        '"a"]]', '"b"]]', '"c"]]', '"d"]]',
    ]  # fmt: skip
    assert lines[3].text != "it says b" and lines[5].text == "it says c"


def test_a_failed_tool_is_told_and_an_unexpected_error_is_masked(core: Core) -> None:
    async def story(talk: Conversations) -> Any:
        return await talk.turn("ann", "t", '[["read", "missing"], ["read", "crash"]]')

    first, second = run(core, story).tool_calls
    assert first["error"] == "not_found: there is no missing; ask for another"
    assert not second["ok"] and "ZeroDivision" not in str(second["error"])


def test_a_side_effect_waits_for_the_yes(core: Core) -> None:
    async def story(talk: Conversations) -> Any:
        asked = await talk.turn("ann", "t", '[["read", "a"], ["write", "b"]]')
        before = list(LOG)
        done = await talk.turn("ann", "t", "yes please")
        return asked, before, done

    asked, before, done = run(core, story)
    assert asked.pending == {"action": "write", "summary": "Do b for ann?"}
    assert before == [] and LOG == ["ann:b"]
    assert [c["tool"] for c in done.tool_calls] == ["write"] and done.pending is None
    assert done.turn == 2


@pytest.mark.parametrize("answer", ["no", "nein danke", "cancel"])
def test_a_no_changes_nothing(core: Core, answer: str) -> None:
    async def story(talk: Conversations) -> Any:
        await talk.turn("ann", "t", '[["write", "b"]]')
        return await talk.turn("ann", "t", answer)

    result = run(core, story)
    assert LOG == [] and "declined" in result.reply


def test_another_message_lets_the_question_lapse(core: Core) -> None:
    async def story(talk: Conversations) -> Any:
        await talk.turn("ann", "t", '[["write", "b"]]')
        other = await talk.turn("ann", "t", '[["read", "c"]]')
        return other, await talk.turn("ann", "t", "yes")

    other, late = run(core, story)
    assert LOG == [] and other.tool_calls[0]["tool"] == "read"
    assert "after 2" in other.reply  # the question and what led to it are in the history
    assert late.tool_calls == []


def test_a_pending_question_survives_a_restart(core: Core) -> None:
    async def ask(talk: Conversations) -> Any:
        return await talk.turn("ann", "t", '[["write", "b"]]')

    async def answer(talk: Conversations) -> Any:
        return await talk.turn("ann", "t", "yes")

    run(core, ask)
    assert run(core, answer).tool_calls[0]["ok"]
    assert LOG == ["ann:b"]


def test_threads_of_the_same_name_are_sealed_per_user(core: Core) -> None:
    async def story(talk: Conversations) -> Any:
        await talk.turn("ann", "t", '[["write", "secret"]]')
        return await talk.turn("bob", "t", "yes")

    result = run(core, story)
    assert LOG == [] and result.turn == 1 and "secret" not in result.reply


def test_a_failing_model_is_replaced_within_the_turn(core: Core) -> None:
    async def story(talk: Conversations) -> Any:
        return await talk.turn("ann", "t", '[["read", "a"]]')

    result = run(core, story, Failing())
    assert result.mode == "offline" and result.tool_calls[0]["ok"]
    assert "(no answer from the model)" in result.reply


class Breaking:
    mode = "llm"

    async def decide(self, turn: Any, tools: Any, emit: Any) -> Decision:
        await emit("token", {"text": "The answer is"})
        raise MindFailed("the stream was cut")


def heard(core: Core, llm: Any, *messages: str) -> list[tuple[Any, list[tuple[str, Any]]]]:
    """Return each turn's result with what was emitted in it."""

    async def story(talk: Conversations) -> Any:
        turns: list[tuple[Any, list[tuple[str, Any]]]] = []
        for message in messages:
            events: list[tuple[str, Any]] = []

            async def emit(kind: str, data: Any, events: Any = events) -> None:
                events.append((kind, data))

            turns.append((await talk.turn("ann", "t", message, emit), events))
        return turns

    return run(core, story, llm)


def test_what_is_emitted_of_a_turn_makes_up_its_result(core: Core) -> None:
    (read, events), (asked, waiting), (done, after) = heard(
        core, None, '[["read", "a. b"]]', '[["write", "b"]]', "yes"
    )
    kinds = [kind for kind, _ in events]
    assert kinds[:2] == ["tool_call", "tool_result"] and set(kinds[2:]) == {"token"}
    assert len(kinds) > 3  # sentence by sentence
    assert "".join(data["text"] for kind, data in events if kind == "token") == read.reply
    assert events[0][1]["id"] == events[1][1]["id"] and events[1][1]["result"]["text"] == "a. b"
    assert [kind for kind, _ in waiting] == ["tool_call", "token", "confirm"]
    assert waiting[1][1] == {"text": asked.reply} and waiting[2][1] == asked.pending
    assert [kind for kind, _ in after] == ["tool_call", "tool_result", "token"]
    assert after[2][1] == {"text": done.reply}


def test_what_a_model_had_begun_to_say_is_void_when_it_fails(core: Core) -> None:
    ((result, events),) = heard(core, Breaking(), "hello")
    kinds = [kind for kind, _ in events]
    assert kinds[:2] == ["token", "restart"]
    assert "".join(data["text"] for _, data in events[2:]) == result.reply
    assert "The answer is" not in result.reply and "(the stream was cut)" in result.reply


def test_messages_at_once_in_one_thread_are_queued(core: Core) -> None:
    async def story(talk: Conversations) -> Any:
        return await asyncio.gather(*(talk.turn("ann", "t", f"hello {n}") for n in range(8)))

    assert sorted(result.turn for result in run(core, story)) == list(range(1, 9))


def test_the_checkpoints_of_a_long_thread_stay_few(core: Core) -> None:
    async def story(talk: Conversations) -> Any:
        for number in range(17):
            await talk.turn("ann", "t", f"hello {number}")
        with sqlite3.connect(core.home / "checkpoints.db") as connection:
            return connection.execute("SELECT count(*) FROM checkpoints").fetchone()

    assert run(core, story)[0] <= 12


@pytest.mark.parametrize("message", ["", "   ", "a\0b", "x" * 1001, "\udcff"])
def test_a_message_that_is_no_text_is_refused(core: Core, message: str) -> None:
    async def story(talk: Conversations) -> Any:
        with pytest.raises(BadInput):
            await talk.turn("ann", "t", message)
        return await talk.turn("ann", "t", "still here")

    assert run(core, story).turn == 1


def test_a_full_disk_is_said_in_one_line(core: Core, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    async def story(talk: Conversations) -> Any:
        with monkeypatch.context() as patched:
            patched.setattr(FileSaver, "put", full)
            with pytest.raises(Unavailable, match="disk space"):
                await talk.turn("ann", "t", "hello")
        return await talk.turn("ann", "t", "hello again")

    assert run(core, story).reply
