"""The only place where the parts are joined: agent, servers, store, memory."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import importlib
import tomllib
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobtracker.core.bootstrap import Core
from jobtracker.core.errors import BadInput
from jobtracker.core.paths import asset_dir
from jobtracker.core.settings import child_environment

if TYPE_CHECKING:
    from jobtracker.agent.conversation import Conversations
    from jobtracker.agent.memory import Memory
    from jobtracker.agent.mind.llm.mind import LlmMind
    from jobtracker.agent.remembering import Remembering
    from jobtracker.agent.toolbox import Connection, Toolbox
    from jobtracker.agent.transcript import Transcript
    from jobtracker.core.embedding import Embedder

RECALLED = 5
Confirm = Callable[[str], bool]


def new_loop() -> asyncio.AbstractEventLoop:
    """Return an event loop: uvloop's where it is installed, a tenth off each turn."""
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


class Assistant:
    """An open assistant: what the command line and the web talk to."""

    def __init__(
        self,
        conversations: Conversations,
        toolbox: Toolbox,
        transcript: Transcript,
        memory: Memory,
    ) -> None:
        self.conversations = conversations
        self.toolbox = toolbox
        self.transcript = transcript
        self.memory = memory

    async def call(
        self, user: str, server: str, tool: str, arguments: dict[str, Any], confirm: Confirm,
        language: str = "",
    ) -> dict[str, Any]:  # fmt: skip
        """Call one tool for the user; `confirm` answers the question before a side effect.

        `language` is that of the sentences in the answer; empty: the setting's.

        Raises:
            JobTrackerError: what the tool reports, with its own code; `Forbidden` after a no.
        """
        return await _call(self.toolbox, user, server, tool, arguments, confirm, language)


@contextlib.asynccontextmanager
async def open_assistant(core: Core, model: LlmMind | None = None) -> AsyncGenerator[Assistant]:
    """Connect the servers and build the graph; everything closes with the context.

    `model` takes the place of the mind that the settings name.

    Raises:
        JobTrackerError: the home folder, the store or the settings cannot be used.
    """
    from jobtracker.agent.checkpoints import open_saver
    from jobtracker.agent.conversation import Conversations, Phrases
    from jobtracker.agent.forgetting import Forgetting
    from jobtracker.agent.graph import build_graph
    from jobtracker.agent.memory import Memory, screen
    from jobtracker.agent.mind.embedded import phrases
    from jobtracker.agent.mind.embedded.context import came_of
    from jobtracker.agent.mind.embedded.mind import EmbeddedMind, load_nlu
    from jobtracker.agent.nodes.act import Act
    from jobtracker.agent.nodes.recall import Recall
    from jobtracker.agent.nodes.respond import Respond
    from jobtracker.agent.nodes.understand import Understand
    from jobtracker.agent.toolbox import Toolbox
    from jobtracker.agent.transcript import Transcript
    from jobtracker.agent.turn_record import TurnRecorder

    settings = core.settings
    memory = Memory(core)
    transcript = Transcript(core.store)
    nlu = functools.cache(lambda: load_nlu(_trained_with(core)))
    embedded = EmbeddedMind(memory, settings, nlu)
    llm = model or _llm(core, lambda text, so_far: nlu().language_of(text, so_far))
    # A mind that was given in (an eval's) is measured alone: nothing is asked beside it.
    remembering = _remembering(core, memory) if llm is not None and model is None else None
    try:
        async with (
            Toolbox(connections(core), settings.chat.timeout_seconds) as toolbox,
            open_saver(settings.store.url, core.home) as saver,
        ):
            if llm is not None:
                await toolbox.connect_all()  # a model chooses among all tools
            graph = build_graph(
                Recall(_recaller(memory) if llm is not None else None),
                Understand(
                    embedded,
                    llm,
                    toolbox,
                    settings.llm.max_steps,
                    settings.llm.max_tool_calls,
                    came_of,
                ),
                Act(toolbox),
                Respond(
                    TurnRecorder(transcript, memory, core.clock, remembering),
                    phrases.offline_notice,
                ),
                saver,
            )
            forgetting = Forgetting(graph, saver, transcript)
            memory.on_forget(forgetting.note)
            conversations = Conversations(
                graph,
                saver,
                transcript,
                core.clock,
                settings.chat.max_message_chars,
                embedded.read_answer,
                Phrases(phrases.question, phrases.removed),
                screen,
                forgetting,
                core.personal.acting_async,
            )
            yield Assistant(conversations, toolbox, transcript, memory)
    finally:
        if remembering is not None:
            await asyncio.to_thread(remembering.close)
        if llm is not None:
            await llm.close()
        memory.close()


def _recaller(memory: Memory) -> Callable[[str, str], list[dict[str, Any]]]:
    return lambda user, text: [item.as_json() for item in memory.recall(user, text, RECALLED)]


def _trained_with(core: Core) -> Callable[[], Embedder] | None:
    """Return where the embedder comes from that the intents were trained with, if it is open."""
    return (lambda: core.embedder) if core.settings.embedding.model == "embedded" else None


def _llm(core: Core, detect_language: Callable[[str, str], str]) -> LlmMind | None:
    """Return the mind with a model, where the settings name one."""
    if not (core.settings.llm.model or core.settings.llm.base_url):
        return None
    from jobtracker.agent.mind.llm.mind import LlmMind

    return LlmMind(core, detect_language=detect_language)


def _remembering(core: Core, memory: Memory) -> Remembering | None:
    """Return what keeps what people tell a model, unless the settings leave that out."""
    if not (core.settings.llm.remember and core.settings.llm.writer):
        return None
    from jobtracker.agent.remembering import Remembering

    return Remembering(core, memory)


def connections(core: Core) -> list[Connection]:
    """Read `config/servers.toml`, overlaid by the home folder's `servers.toml`.

    Raises:
        BadInput: a file is not TOML, or an entry misses what its transport needs.
    """
    table = _read(asset_dir("config") / "servers.toml")
    own = core.home / "servers.toml"
    if own.is_file():
        for name, entry in _read(own).items():
            table[name] = {**table.get(name, {}), **entry}
    return [_connection(core, name, entry) for name, entry in table.items() if entry]


def _read(path: Path) -> dict[str, dict[str, Any]]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        raise BadInput(f"{path} is not TOML: {exc}") from exc


def _connection(core: Core, name: str, entry: dict[str, Any]) -> Connection:
    from jobtracker.agent.toolbox import Connection

    transport = entry.get("transport")
    needed = {"memory": "module", "stdio": "command", "http": "url"}
    if transport not in needed:
        raise BadInput(f"servers.toml: [{name}] needs transport = memory, stdio or http")
    if not entry.get(needed[transport]):
        raise BadInput(
            f"servers.toml: [{name}] with transport {transport} needs {needed[transport]}"
        )
    if transport == "memory":
        module = str(entry["module"])

        def build() -> Any:
            return importlib.import_module(module).build(core, "memory")

        return Connection(name, "memory", open=build)
    if transport == "stdio":
        own = {
            "JOBTRACKER_HOME": str(core.home),
            "JOBTRACKER_NOW": core.settings.now,
            "JOBTRACKER_MCP__CONFIRM": "elicit",
        }
        environment = child_environment(**own, **entry.get("env", {}))
        return Connection(name, "stdio", command=tuple(entry["command"]), environment=environment)
    return Connection(name, "http", url=str(entry["url"]))


async def call_tool(
    core: Core, server: str, tool: str, arguments: dict[str, Any], confirm: Confirm
) -> dict[str, Any]:
    """Call one tool of one server, for a command that needs no conversation.

    `confirm` is given the question before a side effect and returns the person's answer.

    Raises:
        JobTrackerError: what the tool reports, with its own code.
    """
    from jobtracker.agent.toolbox import Toolbox

    wanted = [found for found in connections(core) if found.name == server]
    async with Toolbox(wanted, core.settings.chat.timeout_seconds) as toolbox:
        return await _call(toolbox, core.settings.user, server, tool, arguments, confirm)


async def _call(
    toolbox: Toolbox, user: str, server: str, tool: str, arguments: dict[str, Any],
    confirm: Confirm, language: str = "",
) -> dict[str, Any]:  # fmt: skip
    from jobtracker.agent.mind.port import ToolCall
    from jobtracker.agent.toolbox import ConfirmationNeeded
    from jobtracker.core.errors import BY_CODE, Forbidden, JobTrackerError

    call = ToolCall(id="1", server=server, tool=tool, arguments=arguments)
    granted: str | None = None
    while True:
        try:
            outcome = await toolbox.call(call, user, granted, language)
            break
        except ConfirmationNeeded as need:
            if not confirm(need.question):
                raise Forbidden("not confirmed; nothing was changed") from need
            granted = need.question
    if outcome["ok"]:
        return outcome["result"] or {}
    code, _, message = (outcome["error"] or "").partition(": ")
    if code in BY_CODE:
        raise BY_CODE[code](message)
    raise JobTrackerError(outcome["error"] or "the tool gave no reason")
