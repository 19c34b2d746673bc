"""The suites on understanding, asked of a language model through the prompt `intent`."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from jobtracker.agent.mind.llm.failures import ModelFailed
from jobtracker.agent.tasks import PromptTasks, Unusable
from jobtracker.evals.model import Case, Scored, Share
from jobtracker.evals.scorers import Play

if TYPE_CHECKING:
    from jobtracker.evals.bench import Bench

SLOTS = {
    "role": "role", "company": "company", "place": "place", "mode": "work_mode",
    "type": "employment_type", "pensum": "pensum", "smin": "salary", "smax": "salary",
    "ord": "ordinal", "status": "status", "tone": "tone", "lang": "language",
}  # fmt: skip
"""The suite's slots that the prompt asks for, by its own names."""
_EXAMPLES = 3
Answer = dict[str, Any]


@cache
def catalogue() -> tuple[dict[str, str], ...]:
    """Return the intents; each is told by a few of the English examples that it is learned from."""
    from jobtracker.agent.mind.embedded.corpus import examples

    told: dict[str, list[str]] = {}
    for example in examples(copies=1):
        if example.language == "en" and example.intent != "out_of_scope":
            told.setdefault(example.intent, []).append(example.text)
    return tuple(
        {"name": name, "purpose": "e.g. " + "; ".join(f"“{text}”" for text in texts[:_EXAMPLES])}
        for name, texts in sorted(told.items())
    )


async def _heard(bench: Bench, case: Case) -> Answer | str:
    """Return what the model makes of a message, or why that cannot be used."""
    from jobtracker.agent.mind.embedded.nlu_eval import NOW

    context = case.inputs.get("context")
    try:
        return await PromptTasks(bench.model, bench.settings.llm).run(
            "intent",
            message=case.inputs["message"],
            intents=list(catalogue()),
            state=str(context) if context else None,
            now=NOW.strftime("%A, %Y-%m-%d %H:%M"),
        )
    except (Unusable, ModelFailed) as exc:
        return str(exc)


@asynccontextmanager
async def intents(bench: Bench) -> AsyncGenerator[Play]:
    """`accuracy`: all acts right and in order; `language`."""

    async def play(case: Case, _: str) -> Scored:
        want, said = case.expected_output, await _heard(bench, case)
        got: list[str] = said["intents"] if isinstance(said, dict) else []
        spoken = _tag(said["language"]) if isinstance(said, dict) else ""
        right: Share = (got == want["intents"], 1)
        return Scored(
            id=case.name, passed=bool(right[0]), expected=want["intents"],
            got=got if isinstance(said, dict) else said,
            scores={"accuracy": right, "language": (spoken == want["language"], 1)},
        )  # fmt: skip

    yield play


@asynccontextmanager
async def languages(bench: Bench) -> AsyncGenerator[Play]:
    """`accuracy`: the language of the message."""

    async def play(case: Case, _: str) -> Scored:
        said = await _heard(bench, case)
        got = _tag(said["language"]) if isinstance(said, dict) else said
        right = got == case.expected_output
        kind = str(case.metadata.get("kind", "plain"))
        return Scored(
            id=case.name, passed=right, expected=case.expected_output, got=got,
            scores={"accuracy": (right, 1), kind: (right, 1)},
        )  # fmt: skip

    yield play


@asynccontextmanager
async def slots(bench: Bench) -> AsyncGenerator[Play]:
    """`found`: expected slots that the prompt asks for, found, of all such."""

    async def play(case: Case, _: str) -> Scored:
        said = await _heard(bench, case)
        given: Answer = said["slots"] if isinstance(said, dict) else {}
        want = {name: str(v) for name, v in case.expected_output.items() if name in SLOTS}
        hits = sum(_hit(given.get(SLOTS[name]), value) for name, value in want.items())
        return Scored(
            id=case.name, passed=hits == len(want), expected=want,
            got=given if isinstance(said, dict) else said, scores={"found": (hits, len(want))},
        )  # fmt: skip

    yield play


def _hit(found: Any, value: str) -> bool:
    """Tell whether a slot holds the value; numbers count however they are written."""
    text = str(found).casefold()
    plain = value.removeprefix("~").casefold()
    if plain.replace(".", "").isdigit():
        digits = re.sub(r"(?<=\d)['’, ](?=\d{3})", "", text)
        digits = re.sub(r"(\d+(?:\.\d+)?)\s?k\b", lambda m: f"{float(m[1]) * 1000:.0f}", digits)
        return plain in re.findall(r"\d+", digits)
    return plain in text


def _tag(language: str) -> str:
    return language.casefold().partition("-")[0]
