"""Stack Overflow Jobs: closed since March 2022; nothing is fetched."""

from __future__ import annotations

from typing import Any

from jobtracker.core.errors import NotSupported
from jobtracker.jobs.model import RawPosting
from jobtracker.jobs.sources.port import Capability, Source, SourceInfo


class StackOverflow(Source):
    """Listed so that the person learns what works instead."""

    info = SourceInfo(
        name="stackoverflow",
        title="Stack Overflow Jobs",
        kind="board",
        auth="partner",
        terms_url="https://stackoverflow.com/legal",
        limits="",
        status="closed",
        capabilities=frozenset[Capability](),
        hosts=("stackoverflow.com",),
        per_minute=30,
        note="closed since March 2022; nothing is fetched",
    )

    @classmethod
    def parse(cls, payload: Any, board: str = "") -> list[RawPosting]:
        """Refuse: there is nothing to read any more."""
        raise NotSupported(f"{cls.info.title} is {cls.info.note}")
