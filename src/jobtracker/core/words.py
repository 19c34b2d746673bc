"""Words of a language model, where there is one: what features ask for better wording.

A feature has rules that always answer. It may ask a `Writer` for a text; what comes back is checked
like any other text of a stranger, and is never a reason to do anything. A writer does not raise:
with no model, no budget or no usable answer there is no text, and the rules' words stand.
"""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Literal, Protocol, TypeVar, cast

from pydantic import BaseModel, Field

if TYPE_CHECKING:
    from jobtracker.core.bootstrap import Core

_LOG = logging.getLogger(__name__)
Answer = TypeVar("Answer", bound=BaseModel)


class Wording(BaseModel):
    """Who found the words of a result. The facts are the same either way."""

    by: Literal["model", "rules"] = Field(
        description="model: some words are the language model's; rules: all are the program's own"
    )
    note: str = Field(default="", description="why not the model, where it was asked in vain")
    refused: list[str] = Field(
        default_factory=list[str],
        description="what the model said beyond the facts, which is left out, with the reason",
    )


@dataclass(frozen=True)
class Written(Generic[Answer]):
    """What a writer answered. `note` says in one line, for the person, why there is no answer.

    Both are empty where no model is set: there is nothing to tell.
    """

    answer: Answer | None = None
    note: str = ""


@dataclass(frozen=True)
class Reworded:
    """As many lines as were given; `wording` is None where no model is set."""

    lines: list[str]
    wording: Wording | None = None


Reword = Callable[[list[str], list[str]], Reworded]
"""Takes the lines of a draft and the facts that they may name; returns them in better words."""


class Writer(Protocol):
    """Asks a model with one of the prompts in `prompts/`. Safe to use from several threads."""

    def write(
        self, user: str, prompt: str, language: str, shape: type[Answer], **inputs: Any
    ) -> Written[Answer]:
        """Return the model's answer to the prompt, in `shape`; blocks for a bounded time.

        `inputs` fill the prompt; what it cost is booked to the user. Never raises.
        """
        ...

    def close(self) -> None:
        """Close what was opened."""
        ...


class Silent:
    """The writer where no model is set, or none can be used; `note` says why."""

    def __init__(self, note: str = "") -> None:
        self._note = note

    def write(
        self, user: str, prompt: str, language: str, shape: type[Answer], **inputs: Any
    ) -> Written[Answer]:
        """Return nothing."""
        return Written(note=self._note)

    def close(self) -> None:
        """Nothing is open."""


def open_writer(core: Core) -> Writer:
    """Return the writer that `llm.writer` names where a model is set, else a silent one."""
    llm = core.settings.llm
    if not llm.writer or not (llm.model or llm.base_url):
        return Silent()
    module, _, function = llm.writer.partition(":")
    try:
        return cast("Writer", getattr(importlib.import_module(module), function)(core))
    except (ImportError, AttributeError, ValueError) as exc:
        _LOG.warning("llm.writer %r cannot be used: %s", llm.writer, exc)
        return Silent(
            f"setting llm.writer (JOBTRACKER_LLM__WRITER): {llm.writer!r} cannot be used; "
            "write package.module:function"
        )


def wording(
    written: Written[Any], language: str, *, offered: int, used: int
) -> Wording | None:  # fmt: skip
    """Return who found the words, given how many of the model's texts are used; None without one.

    Where texts were `offered` and none is used, the note says that the facts do not bear them out.
    """
    if used:
        return Wording(by="model")
    if written.answer is None:
        return Wording(by="rules", note=written.note) if written.note else None
    return Wording(by="rules", note=refused_note(language) if offered else "")


def refused_note(language: str) -> str:
    """Return the line that says that a model's words were refused for what they claim."""
    from jobtracker.core.prompts import render

    reason = render("words_by_rule", language=language, part="refused")
    return render("words_by_rule", language=language, part="instead", reason=reason)
