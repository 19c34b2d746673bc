"""What is searched for where nothing else is said: the preferences that the conversation fills in.

They are memories like those that come of talking; this is another door to them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

from jobtracker.agent.mind.embedded.phrases import phrase

if TYPE_CHECKING:
    from jobtracker.agent.memory import Memory

Mode = Literal["", "remote", "hybrid", "onsite"]


class SearchView(BaseModel):
    """What the conversation fills into a search; empty where there is no preference."""

    location: str
    work_mode: Mode


class SearchChange(BaseModel):
    """What changes; an empty text forgets the preference."""

    model_config = ConfigDict(extra="forbid")

    location: Annotated[str, StringConstraints(strip_whitespace=True, max_length=120)] | None = None
    work_mode: Mode | None = None


def read_search(memory: Memory, user: str) -> SearchView:
    """Return the person's preferences."""
    likes = memory.preferences(user)
    mode = likes.get("work_mode")
    return SearchView(
        location=str(likes.get("location") or ""),
        work_mode=mode if mode in ("remote", "hybrid", "onsite") else "",
    )


def change_search(memory: Memory, user: str, given: Mapping[str, Any], language: str) -> None:
    """Remember what is given, in the words of the conversation; forget what is emptied."""
    for key, value in given.items():
        if value:
            shown = phrase(f"word_{value}", language) if key == "work_mode" else value
            text = phrase(f"prefers_{key}", language, value=shown)
            memory.remember(user, "preference", key, text, {"value": value})
        else:
            for item in memory.list(user, "preference", limit=1000):
                if item.key == key:
                    memory.forget(user, item.id)
