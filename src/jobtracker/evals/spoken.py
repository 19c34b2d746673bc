"""The language that a text is in, as the embedded mind tells it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jobtracker.agent.mind.embedded.language import LanguageModel


@cache
def _model() -> LanguageModel:
    from jobtracker.agent.mind.embedded.language import LanguageModel
    from jobtracker.agent.mind.embedded.nlu import DATA

    return LanguageModel.load(DATA / "languages.npz")


def language_of(text: str) -> str:
    """Return `en`, `de`, `fr` or `it`."""
    return _model().detect(text)
