"""Reading the day on which something happened."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from jobtracker.core.errors import BadInput
from jobtracker.core.speech import say

EARLIEST = date(2000, 1, 1)


def read_day(text: str, now: datetime, field: str = "date") -> date:
    """Return the day that an ISO 8601 date or time names, in the zone of `now`.

    Raises:
        BadInput: not such a date.
    """
    given = text.strip()
    words = {"today": 0, "yesterday": 1}
    if given.casefold() in words:
        return now.date() - timedelta(days=words[given.casefold()])
    try:
        moment = datetime.fromisoformat(given)
    except ValueError as exc:
        raise BadInput(
            say("applications.no_date", field=field, given=given[:40], example=f"{now:%Y-%m-%d}")
        ) from exc
    zone = now.tzinfo
    if moment.tzinfo is not None and isinstance(zone, ZoneInfo):
        moment = moment.astimezone(zone)
    return moment.date()


def past_day(text: str | None, now: datetime, field: str = "date") -> date:
    """Return a day on which something can have happened; today where none is given.

    Raises:
        BadInput: no date, in the future, or long before any search of today.
    """
    if text is None or not text.strip():
        return now.date()
    day = read_day(text, now, field)
    if day > now.date():
        raise BadInput(say("applications.future", field=field, on=day, today=now.date()))
    _check_old(day, field)
    return day


def any_day(text: str, now: datetime, field: str) -> str:
    """Return a day, past or to come, as an ISO date.

    Raises:
        BadInput: no date, or an impossible one.
    """
    day = read_day(text, now, field)
    _check_old(day, field)
    if day > now.date() + timedelta(days=366 * 3):
        raise BadInput(say("applications.too_far", field=field, on=day))
    return day.isoformat()


def _check_old(day: date, field: str) -> None:
    if day < EARLIEST:
        raise BadInput(say("applications.too_old", field=field, on=day))
