"""How each person works: kept in the store, over what the settings say for all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from jobtracker.calendars.availability import Preferences
from jobtracker.calendars.tables import HabitsRow
from jobtracker.core.errors import BadInput
from jobtracker.core.personal import answers_in
from jobtracker.core.speech import known, spoken

if TYPE_CHECKING:
    from jobtracker.core.bootstrap import Core

_CLOCK = r"^([01]\d|2[0-3]):[0-5]\d$"
_LUNCH = r"^(([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d)?$"


class Habits(BaseModel):
    """Working hours and what is kept free around interviews; clock times are local, HH:MM.

    `lunch` is HH:MM-HH:MM or empty; `language` that of the events' titles, empty: of the settings.
    """

    model_config = ConfigDict(extra="forbid")

    work_start: str = Field(pattern=_CLOCK)
    work_end: str = Field(pattern=_CLOCK)
    work_days: list[int] = Field(min_length=1, max_length=7)
    lunch: str = Field(pattern=_LUNCH)
    buffer_minutes: int = Field(ge=0, le=240)
    notice_hours: int = Field(ge=0, le=720)
    travel_minutes: int = Field(ge=0, le=480)
    language: Literal["", "en", "de", "fr", "it"] = ""

    @field_validator("work_days")
    @classmethod
    def _iso_weekdays(cls, days: list[int]) -> list[int]:
        if any(not 1 <= day <= 7 for day in days):
            raise ValueError("ISO weekdays from 1 (Monday) to 7 (Sunday)")
        return sorted(set(days))

    @field_validator("lunch")
    @classmethod
    def _lunch_ends_later(cls, lunch: str) -> str:
        if lunch and lunch[:5] >= lunch[6:]:
            raise ValueError("lunch must end after it begins")
        return lunch


class HabitStore:
    """Reads and changes the habits of all users."""

    def __init__(self, core: Core) -> None:
        self.core = core

    def get(self, user: str) -> Habits:
        """Return the person's habits, the settings' where nothing else was said."""
        with self.core.store.begin() as session:
            row = session.get(HabitsRow, user)
            own = dict(row.data) if row else {}
        base = self._defaults()
        return Habits.model_validate({**base, **{k: v for k, v in own.items() if k in base}})

    def change(self, user: str, given: Mapping[str, Any]) -> Habits:
        """Change what is given, and return all.

        Raises:
            BadInput: a value does not fit; the message names it.
        """
        try:
            habits = Habits.model_validate({**self.get(user).model_dump(), **given})
        except ValidationError as exc:
            first = exc.errors()[0]
            name = str(first["loc"][0]) if first["loc"] else "value"
            raise BadInput(f"{name} {str(first.get('input'))[:40]!r}: {first['msg']}") from exc
        base = self._defaults()
        own = {key: value for key, value in habits.model_dump().items() if value != base[key]}
        with self.core.store.begin() as session:
            row = session.get(HabitsRow, user)
            if row is None:
                session.add(HabitsRow(user_id=user, data=own))
            else:
                row.data = own
        return habits

    def preferences(self, user: str) -> Preferences:
        """Return the habits as the reckoning takes them."""
        own = self.get(user)
        begin, _, end = own.lunch.partition("-")
        return Preferences(
            zone=self.core.clock.zone,
            work_start=time.fromisoformat(own.work_start),
            work_end=time.fromisoformat(own.work_end),
            work_days=tuple(own.work_days),
            buffer_minutes=own.buffer_minutes,
            notice_hours=own.notice_hours,
            travel_minutes=own.travel_minutes,
            lunch=(time.fromisoformat(begin), time.fromisoformat(end)) if end else None,
            language=own.language or known(answers_in(self.core.settings.language)) or spoken(),
        )

    def _defaults(self) -> dict[str, Any]:
        own = self.core.settings.calendar
        return {
            "work_start": f"{own.work_start:%H:%M}",
            "work_end": f"{own.work_end:%H:%M}",
            "work_days": list(own.work_days),
            "lunch": own.lunch,
            "buffer_minutes": own.buffer_minutes,
            "notice_hours": own.notice_hours,
            "travel_minutes": own.travel_minutes,
            "language": "",
        }
