"""One question to the model with one of our prompts, its answer checked against the schema.

The prompts that are no conversation (classify a mail, tailor a résumé, …) go through here: for the
product and for the evals alike, so that what is measured is what runs.
"""

from __future__ import annotations

import json
import re
import secrets
import time
from typing import TYPE_CHECKING, Any

from jobtracker.agent.mind.llm.failures import ModelFailed
from jobtracker.agent.mind.llm.lines import Line
from jobtracker.agent.mind.llm.tokens import cut, estimate
from jobtracker.agent.mind.port import Usage
from jobtracker.agent.prompts import library, render

if TYPE_CHECKING:
    from jobtracker.agent.mind.llm.hearing import Heard
    from jobtracker.agent.mind.llm.meter import Meter
    from jobtracker.agent.mind.llm.model import Model
    from jobtracker.core.settings import LlmSettings

_FENCE = re.compile(r"\A\s*```[a-zA-Z]*\n(.*?)\n?```\s*\Z", re.S)
_LONGEST = 200
_CUTS = 8
"""Each halves the longest text at most: 256 times too long is mended still."""


class Unusable(Exception):
    """The model's answer is not of the shape asked for; `text` is what it wrote."""

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.text = text


class PromptTasks:
    """Asks a model with one prompt at a time.

    With a `meter` the month's limit holds and each call is booked, failed ones too. `seconds` are
    for a whole task, both of its tries; by default `llm.timeout_seconds` for each.
    """

    def __init__(
        self,
        model: Model,
        settings: LlmSettings,
        meter: Meter | None = None,
        seconds: float | None = None,
    ) -> None:
        self._model = model
        self._settings = settings
        self._meter = meter
        self._seconds = seconds
        self.usage = Usage()

    async def run(self, prompt: str, language: str | None = None, **inputs: Any) -> Any:
        """Return the answer: the JSON value that the prompt's schema describes, or the text.

        An answer that does not fit is told to the model once.

        Raises:
            NotFound: there is no such prompt.
            BadInput: an input is missing or unknown.
            Unusable: the answer does not fit, twice.
            ModelFailed: no answer, no time or no budget left.
        """
        room = self._settings.context_tokens - self._settings.max_output_tokens
        text, schema = question(prompt, self._settings.model, language, inputs, room)
        lines = [Line(role="user", text=text)]
        system = "" if _is_text(schema) else render("answer_shape", schema=schema)
        until = None if self._seconds is None else time.monotonic() + self._seconds
        for last in (False, True):
            heard = await self._ask(system, lines, until)
            try:
                return answer(heard.text, schema)
            except Unusable as exc:
                if last:
                    raise
                told = render("repair", reason=exc.reason)
                lines += [Line(role="assistant", text=heard.text), Line(role="user", text=told)]
        raise AssertionError

    async def _ask(self, system: str, lines: list[Line], until: float | None) -> Heard:
        seconds = self._settings.timeout_seconds
        if until is not None:
            seconds = until - time.monotonic()
            if seconds <= 0:
                raise ModelFailed("timeout", f"{self._seconds:g}")
        if self._meter is not None:
            asked = estimate(system) + sum(estimate(line.get("text", "")) for line in lines)
            await self._meter.allow(asked)
        try:
            heard = await self._model.ask(system, lines, [], seconds)
        except ModelFailed as failure:
            if self._meter is not None:
                await self._meter.book(failure.usage)
            if failure.kind == "timeout":
                failure.detail = f"{self._seconds or self._settings.timeout_seconds:g}"
            raise
        if self._meter is not None:
            await self._meter.book(heard.usage)
        self.usage.input_tokens += heard.usage.input_tokens
        self.usage.output_tokens += heard.usage.output_tokens
        return heard


def question(
    prompt: str,
    model: str,
    language: str | None,
    inputs: dict[str, Any],
    room: int | None = None,
) -> tuple[str, dict[str, Any]]:
    """Return the filled prompt, with a boundary that data cannot know, and the answer's schema.

    Where it has more than `room` tokens, the longest texts among the inputs lose their middle.
    """
    found = library()
    name = found.localised(prompt, language)
    chosen = found.get(name, found.active(name, language, model))
    given = dict(inputs)
    if "boundary" in chosen.inputs:
        given["boundary"] = secrets.token_hex(4)
    if "language" in chosen.inputs and "language" not in given:
        given["language"] = language
    filled = found.fill(chosen, given)
    for _ in range(_CUTS):
        if room is None or estimate(filled) <= room:
            break
        longest = max(
            (k for k, v in given.items() if isinstance(v, str)), key=lambda k: len(given[k])
        )
        size = estimate(given[longest])
        given[longest] = cut(given[longest], max(size // 2, size - (estimate(filled) - room)))
        filled = found.fill(chosen, given)
    return filled, chosen.output


def answer(text: str, schema: dict[str, Any]) -> Any:
    """Return what a text answers, by its schema; the text itself where it is to be text.

    Raises:
        Unusable: empty, no JSON, or not of that shape.
    """
    if not text.strip():
        raise Unusable("the answer is empty", text)
    if _is_text(schema):
        return text.strip()
    value = _json(text)
    from jsonschema import Draft202012Validator

    validator: Any = Draft202012Validator(schema)  # not fully typed upstream
    wrong = next(iter(validator.iter_errors(value)), None)
    if wrong is not None:
        place = ".".join(str(part) for part in wrong.absolute_path) or "the answer"
        raise Unusable(f"{place}: {wrong.message[:_LONGEST]}", text)
    return value


def _is_text(schema: dict[str, Any]) -> bool:
    return not schema or schema.get("type") == "string"


def _json(text: str) -> Any:
    fenced = _FENCE.match(text)
    body = (fenced[1] if fenced else text).strip()
    start = min((at for at in (body.find("{"), body.find("[")) if at >= 0), default=-1)
    if start < 0:
        raise Unusable("the answer holds no JSON", text)
    try:
        value, _ = json.JSONDecoder().raw_decode(body[start:])
    except ValueError as exc:
        raise Unusable(f"the answer is no valid JSON ({exc})", text) from exc
    return value
