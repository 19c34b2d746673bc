"""What a person has chosen for themself, over what the settings say for all: language, zone, look.

It is read whenever somebody is served (`core.personal_store`): by the conversation for a turn, by
every server for a tool call. Inside `served`, `Clock.zone` is the person's zone and `answers_in`
the language of what is said to them, wherever they are asked for.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Literal
from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict, field_validator

from jobtracker.core.clock import PERSONS_ZONE, parse_zone

_LANGUAGE: ContextVar[str] = ContextVar("language of the person served", default="")


class Personal(BaseModel):
    """A person's own choices; what is empty is as the settings say.

    `language` is that of answers and pages, `timezone` an IANA name, `theme` the pages' colours.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    language: Literal["", "en", "de", "fr", "it"] = ""
    timezone: str = ""
    theme: Literal["", "auto", "light", "dark"] = ""

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        if name and name not in zones():
            raise ValueError("not an IANA name such as Europe/Zurich")
        return name


@contextmanager
def served(own: Personal) -> Generator[Personal]:
    """Serve the person with these choices inside."""
    zone = PERSONS_ZONE.set(parse_zone(own.timezone) if own.timezone else None)
    language = _LANGUAGE.set(own.language)
    try:
        yield own
    finally:
        _LANGUAGE.reset(language)
        PERSONS_ZONE.reset(zone)


def answers_in(setting: str) -> str:
    """Return the language in which the person served wants answers, else the setting's."""
    return _LANGUAGE.get() or setting


@cache
def zones() -> frozenset[str]:
    """The zones that a person may choose."""
    return frozenset(available_timezones())
