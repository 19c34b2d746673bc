"""One question to the model with one of our prompts, its answer checked against the schema.

The prompts that are no conversation (classify a mail, tailor a résumé, …) go through here: for the
product and for the evals alike, so that what is measured is what runs.
"""

from __future__ import annotations

import json
import re
import secrets
from typing import TYPE_CHECKING, Any

from jobtracker.agent.mind.llm.lines import Line
from jobtracker.agent.mind.port import Usage
from jobtracker.agent.prompts import library, render

if TYPE_CHECKING:
    from jobtracker.agent.mind.llm.model import Model
    from jobtracker.core.settings import LlmSettings

_FENCE = re.compile(r"\A\s*```[a-zA-Z]*\n(.*?)\n?```\s*\Z", re.S)
_LONGEST = 200


class Unusable(Exception):
    """The model's answer is not of the shape asked for; `text` is what it wrote."""

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.text = text


class PromptTasks:
    """Asks a model with one prompt at a time."""

    def __init__(self, model: Model, settings: LlmSettings) -> None:
        self._model = model
        self._settings = settings
        self.usage = Usage()

    async def run(self, prompt: str, language: str | None = None, **inputs: Any) -> Any:
        """Return the answer: the JSON value that the prompt's schema describes, or the text.

        An answer that does not fit is told to the model once.

        Raises:
            NotFound: there is no such prompt.
            BadInput: an input is missing or unknown.
            Unusable: the answer does not fit, twice.
            ModelFailed: no answer.
        """
        text, schema = question(prompt, self._settings.model, language, inputs)
        lines = [Line(role="user", text=text)]
        system = "" if _is_text(schema) else render("answer_shape", schema=schema)
        for last in (False, True):
            heard = await self._model.ask(system, lines, [], self._settings.timeout_seconds)
            self.usage.input_tokens += heard.usage.input_tokens
            self.usage.output_tokens += heard.usage.output_tokens
            try:
                return answer(heard.text, schema)
            except Unusable as exc:
                if last:
                    raise
                told = render("repair", reason=exc.reason)
                lines += [Line(role="assistant", text=heard.text), Line(role="user", text=told)]
        raise AssertionError


def question(
    prompt: str, model: str, language: str | None, inputs: dict[str, Any]
) -> tuple[str, dict[str, Any]]:
    """Return the filled prompt, with a boundary that data cannot know, and the answer's schema."""
    found = library()
    name = found.localised(prompt, language)
    chosen = found.get(name, found.active(name, language, model))
    given = dict(inputs)
    if "boundary" in chosen.inputs:
        given["boundary"] = secrets.token_hex(4)
    if "language" in chosen.inputs and "language" not in given:
        given["language"] = language
    return found.fill(chosen, given), chosen.output


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
