"""Which question goes to which source, what came of it, and what is still owed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from jobtracker.jobs.model import Failure, RawPosting
from jobtracker.jobs.sources.port import Query, Source


@dataclass(frozen=True)
class Plan:
    """One source to ask, and whose the answer will be."""

    source: Source
    query: Query
    owner: str

    @property
    def name(self) -> str:
        """The source, with the employer's board where it is one."""
        board = self.query.board
        return f"{self.source.info.name}:{board}" if board else self.source.info.name

    @property
    def key(self) -> str:
        """What is the same for two questions that have the same answer."""
        query, info = self.query, self.source.info
        same = not info.board_by_words if query.board else not info.by_words
        where = "" if query.board else f"{query.location}|{query.country}|{query.remote}"
        words = "" if same else f"{query.text}|{where}"
        return f"{self.name}|{self.owner}|{words}"


@dataclass(frozen=True)
class Owed:
    """What a source still has for us, and from when on it may be asked for it."""

    plan: Plan
    at: datetime


@dataclass
class Answers:
    """What came, by owner, what did not, and what is to be asked for later."""

    postings: list[tuple[str, list[RawPosting]]] = field(
        default_factory=list[tuple[str, list[RawPosting]]]
    )
    failures: list[Failure] = field(default_factory=list[Failure])
    later: list[Owed] = field(default_factory=list[Owed])
    notes: list[str] = field(default_factory=list[str])
    asked: int = 0


def query_values(query: Query) -> dict[str, Any]:
    """Return what a queued job needs to ask the same again."""
    names = ("text", "location", "country", "board", "remote", "days", "limit")
    return {name: getattr(query, name) for name in names}
