"""When a cron line fires: local wall time, each time once, what was missed at most once.

A machine that was off, asleep or crashed for a week fires each schedule once when it is back, for
the last of the times that it missed: a reminder is wanted once, not seven times.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from jobtracker.core.errors import BadInput

_FIELDS = 5


@lru_cache(maxsize=256)
def check(cron: str) -> None:
    """Accept five fields (minute hour day month weekday) that some day fulfils.

    Raises:
        BadInput: anything else.
    """
    from croniter import croniter

    if len(cron.split()) == _FIELDS and croniter.is_valid(cron):
        try:
            following(cron, ZoneInfo("UTC"), datetime.now(UTC))
        except ValueError:
            pass
        else:
            return
    raise BadInput(
        f"schedule {cron[:60]!r} is not usable: five fields, minute hour day month weekday, "
        'such as "30 7 * * 1-5", of a date that exists'
    )


def following(cron: str, zone: ZoneInfo, after: datetime) -> datetime:
    """Return the first time after `after` (aware), in UTC.

    Wall times that the spring change skips fire at its end; those that come twice in autumn fire
    at the first, unless the line is of every hour.

    Raises:
        ValueError: no such time within croniter's horizon of 50 years.
    """
    from croniter import croniter

    times = croniter(cron, after.astimezone(zone))
    found: datetime = times.get_next(datetime)
    while _second_of_two(found, zone) and not cron.split()[1].startswith("*"):
        found = times.get_next(datetime)
    return found.astimezone(UTC)


def latest(cron: str, zone: ZoneInfo, since: datetime, now: datetime) -> datetime:
    """Return the last time that fires from `since`, itself one, until `now`, both aware; in UTC."""
    from croniter import croniter

    # croniter's own previous time counts both of the doubled hour: step over from just before it.
    before: datetime = croniter(cron, now.astimezone(zone)).get_prev(datetime)
    found = max(since.astimezone(UTC), before.astimezone(UTC))
    if _second_of_two(found.astimezone(zone), zone) and not cron.split()[1].startswith("*"):
        found = max(since.astimezone(UTC), _first_of_two(found, zone))
    upcoming = following(cron, zone, found)
    return upcoming if upcoming <= now else found


def _first_of_two(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(fold=0).astimezone(UTC)


def _second_of_two(moment: datetime, zone: ZoneInfo) -> bool:
    """Tell whether the clock already showed this wall time an hour ago."""
    local = moment.astimezone(zone)
    return local.fold == 1 and local.utcoffset() != local.replace(fold=0).utcoffset()
