"""The embedded mind: no key, no network, no download.

Each message is parsed into acts; each act is served by a skill, a generator that yields tool calls
and returns what to say. At every step the skills run anew and are given the outcomes that are
already there (replay), so a turn can stop at any call, be checkpointed, and go on elsewhere.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, cast

from jobtracker.agent.mind.embedded import phrases
from jobtracker.agent.mind.embedded.answers import read_answer
from jobtracker.agent.mind.embedded.cleaning import undressed
from jobtracker.agent.mind.embedded.context import Context, SkillFunction
from jobtracker.agent.mind.embedded.dialogue import interpret, settle
from jobtracker.agent.mind.embedded.skills.table import FALLBACK, SKILLS
from jobtracker.agent.mind.embedded.slots import Act, Parse
from jobtracker.agent.mind.port import Decision, Emit, Mode, Outcome, ToolCall, ToolSpec, Turn
from jobtracker.core.clock import persons_zone
from jobtracker.core.personal import answers_in
from jobtracker.core.settings import Settings

if TYPE_CHECKING:
    from jobtracker.agent.memory import Memory
    from jobtracker.agent.mind.embedded.classifier import Embeds
    from jobtracker.agent.mind.embedded.nlu import Nlu

MAX_ACTS = 4
SAID_AS = {"correct_application": "correct"}
"""Intents that the dialogue makes of others, as they are told outside."""


def load_nlu(embedder: Callable[[], Embeds] | None = None) -> Nlu:
    """Load what understands messages, once the first one is there.

    `embedder` gives the one of the wheel, where the process has it already: it was trained with it.
    """
    from jobtracker.agent.mind.embedded.nlu import Nlu

    return Nlu(embedder=embedder() if embedder else None)


class _Needs(Exception):
    """A skill needs these calls before it can go on."""

    def __init__(self, calls: list[ToolCall]) -> None:
        super().__init__()
        self.calls = calls


class EmbeddedMind:
    """Understands by a trained classifier and typed slots, answers from templates."""

    mode: Mode = "embedded"

    def __init__(self, memory: Memory, settings: Settings, nlu: Callable[[], Nlu]) -> None:
        self._memory = memory
        self._settings = settings
        self._nlu = nlu

    def read_answer(
        self, message: str, language: str, action: str
    ) -> Literal["yes", "no", "other"]:
        """Tell what a message answers to the question whether to do an action."""
        return read_answer(message, language, action)

    async def decide(self, turn: Turn, tools: Sequence[ToolSpec], emit: Emit) -> Decision:
        """Return the next calls, or the reply; done in a thread, for the memory is on disk."""
        turn = replace(turn, message=undressed(turn.message))
        return await asyncio.to_thread(self._step, turn)

    def _step(self, turn: Turn) -> Decision:
        parse = self._parse(turn)
        language = answers_in(self._settings.language) or parse.language
        dialogue = _copied(turn.dialogue)
        for lapsed in ("question", "proposal", "offer", "missed", "about", "insight"):
            dialogue.pop(lapsed, None)
        outcomes = list(turn.outcomes)
        replies: list[str] = []
        # Kept for the replays of this turn: the same acts, and what the person likes as it was.
        scratch = turn.scratch or self._noted(turn.user, parse)
        intent = parse.acts[0].intent if parse.acts else "out_of_scope"
        intent = SAID_AS.get(intent, intent)
        for act in parse.acts[:MAX_ACTS]:
            context = self._context(act, turn, language, dialogue, scratch)
            try:
                reply = _run(SKILLS.get(act.intent, FALLBACK), context, outcomes)
            except _Needs as need:
                for number, call in enumerate(need.calls):
                    call["id"] = f"{turn.step}-{number}"
                return Decision(
                    calls=need.calls,
                    intent=intent,
                    language=language,
                    dialogue=dialogue,
                    scratch=scratch,
                )
            replies.extend(part for part in (reply, *context.notes) if part)
        settle(dialogue)
        text = "\n\n".join(dict.fromkeys(replies))
        return Decision(
            reply=text, intent=intent, language=language, dialogue=dialogue, scratch=scratch
        )

    def _noted(self, user: str, parse: Parse) -> dict[str, Any]:
        likes, dislikes = self._memory.profile(user)
        return {"parse": parse.model_dump(mode="json"), "likes": likes, "dislikes": dislikes}

    def _parse(self, turn: Turn) -> Parse:
        """Parse once a turn: a replay must see the very same acts."""
        if kept := turn.scratch.get("parse"):
            return Parse.model_validate(kept)
        return interpret(self._nlu(), turn)

    def _context(
        self,
        act: Act,
        turn: Turn,
        language: str,
        dialogue: dict[str, Any],
        scratch: dict[str, Any],
    ) -> Context:
        return Context(
            act=act,
            message=turn.message,
            now=turn.now,
            zone=persons_zone(self._settings.zone),
            language=phrases.supported(language),
            dialogue=dialogue,
            preferences=scratch["likes"],
            dislikes=scratch["dislikes"],
            memory=self._memory,
            user=turn.user,
            thread_id=turn.thread_id,
            page_size=self._settings.chat.page_size,
        )


def _copied(value: Any) -> Any:
    """Return JSON in containers of its own; `deepcopy` takes a note of each value in it."""
    if isinstance(value, dict):
        return {key: _copied(held) for key, held in cast("dict[str, Any]", value).items()}
    if isinstance(value, list):
        return [_copied(held) for held in cast("list[Any]", value)]
    return value


def _run(skill: SkillFunction, context: Context, outcomes: list[Outcome]) -> str:
    """Run a skill over the outcomes that are there; consumes those that it was given."""
    running = skill(context)
    try:
        calls = next(running)
        while True:
            if not calls:
                calls = running.send([])
                continue
            if len(outcomes) < len(calls):
                running.close()
                raise _Needs(calls)
            given, outcomes[: len(calls)] = outcomes[: len(calls)], []
            calls = running.send(given)
    except StopIteration as stop:
        return str(stop.value or "")
