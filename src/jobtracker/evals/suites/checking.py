"""Suites of answers with checks: of our prompts, of other people's, of the assistant itself.

A case asks by `inputs`: `prompt` and `with` (one of our prompts and what fills it), `template` and
`with` (a Jinja2 template of somebody else's), or `messages` (role and content). What its answer has
to be like: `jobtracker.evals.code_checks`.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from jobtracker.agent.mind.llm.failures import ModelFailed
from jobtracker.agent.mind.llm.lines import Line
from jobtracker.agent.prompts import library
from jobtracker.agent.tasks import PromptTasks, Unusable
from jobtracker.core.errors import BadInput, NotSupported
from jobtracker.evals import code_checks
from jobtracker.evals.judges import NONE, grade
from jobtracker.evals.model import Case, Scored
from jobtracker.evals.scorers import Play, Tell

if TYPE_CHECKING:
    from jobtracker.evals.bench import Bench
    from jobtracker.evals.suites.driver import Stage


@asynccontextmanager
async def tasks(bench: Bench) -> AsyncGenerator[Play]:
    """`passed`: cases in which every check holds; `checks`: those that hold; `judged`: rubrics."""

    async def play(case: Case, _: str) -> Scored:
        given: Mapping[str, Any] = case.inputs.get("with") or {}
        try:
            got = await _asked(bench, case, given)
        except (Unusable, ModelFailed) as exc:
            wrong = f"no usable answer: {exc}"
            result = scored(case, {"answer": [wrong]}, getattr(exc, "text", None))
            if code_checks.RUBRIC in case.expected_output:
                result.scores["judged"] = (0, 1)
            return result
        found = code_checks.run(case.expected_output, got, given, case.name)
        result = scored(case, found, code_checks.text_of(got))
        if rubric := case.expected_output.get(code_checks.RUBRIC):
            await _judged(bench, result, str(rubric), given)
        return result

    yield play


def embedded(cases: Sequence[Case], tell: Tell) -> list[Scored]:
    """The same, of the assistant's reply to the last message of the user."""
    from jobtracker.evals.suites.driver import on_stage

    async def play(stage: Stage, case: Case, person: str) -> Scored:
        said = [str(m["content"]) for m in _messages(case) if m["role"] == "user"]
        if not said:
            raise NotSupported(
                f"case {case.name} asks a prompt, not the assistant: run it with --mind llm"
            )
        replies = [(await stage.say(person, message)).reply for message in said]
        found = code_checks.run(case.expected_output, replies[-1], {}, case.name)
        return scored(case, found, replies[-1])

    return on_stage(cases, play, tell)


def scored(case: Case, found: Mapping[str, list[str]], output: str | None) -> Scored:
    """Return a case's score from what its checks found."""
    wrong = {name: lines for name, lines in found.items() if lines}
    return Scored(
        id=case.name, passed=not wrong, expected=case.expected_output,
        got=wrong or "as expected", output=output,
        scores={"passed": (not wrong, 1), "checks": (len(found) - len(wrong), max(1, len(found)))},
    )  # fmt: skip


async def _judged(
    bench: Bench, result: Scored, rubric: str, given: Mapping[str, Any]
) -> None:  # fmt: skip
    facts = json.dumps(dict(given), ensure_ascii=False, default=str)
    verdict = await grade(bench, rubric, result.id, result.output or "", facts)
    result.scores["judged"] = (verdict.said == "passed", 1)
    result.judged = True
    if verdict.said == NONE:
        # Nonsense from a judge says nothing of the answer; it counts against the judge's score.
        result.scores["judge_silent"] = (1, 1)
    if verdict.said != "passed":
        result.got = {"judge": [verdict.said, *verdict.reasons], "checks": result.got}


async def _asked(bench: Bench, case: Case, given: Mapping[str, Any]) -> Any:
    if prompt := case.inputs.get("prompt"):
        values = dict(given)
        language = values.get("language")
        declared = library().get(library().localised(str(prompt), language)).inputs
        for name, value in values.items():
            if declared.get(name, "").startswith("string") and not isinstance(value, str | None):
                values[name] = json.dumps(value, ensure_ascii=False, default=str)
        return await PromptTasks(bench.model, bench.settings.llm).run(
            str(prompt), **{"language": language, **values}
        )
    messages = _messages(case)
    if not messages:
        raise BadInput(f"case {case.name} asks nothing: give prompt, template or messages")
    system = "\n\n".join(m["content"] for m in messages if m["role"] in {"system", "developer"})
    lines = [
        Line(role="assistant" if m["role"] == "assistant" else "user", text=m["content"])
        for m in messages
        if m["role"] not in {"system", "developer"}
    ]
    heard = await bench.model.ask(system, lines, [], bench.settings.llm.timeout_seconds)
    if not heard.text.strip():
        raise Unusable("the answer is empty", heard.text)
    return heard.text.strip()


def _messages(case: Case) -> list[dict[str, str]]:
    """Return what is said, with the template filled where there is one.

    Raises:
        BadInput: the template names a variable that is not there, or leaves the sandbox.
    """
    if raw := case.inputs.get("messages"):
        return [
            {"role": str(m["role"]), "content": str(m["content"])}
            for m in cast("list[dict[str, Any]]", raw)
        ]
    template = case.inputs.get("template")
    if template is None:
        return []
    return [{"role": "user", "content": fill(str(template), case.inputs.get("with") or {})}]


def fill(template: str, given: Mapping[str, Any]) -> str:
    """Fill a template of somebody else's, in the sandbox of our own prompts."""
    from jobtracker.core.prompt_files import Prompt

    inputs = {name: "any" for name in given}
    prompt = Prompt("template", "v1", Path(), "", template, inputs, parts={"": template})
    return type(library())(Path()).fill(prompt, given)
