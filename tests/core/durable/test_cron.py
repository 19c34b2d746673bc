"""When a cron line fires, across the changes of the clocks."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobtracker.core.durable_cron import following, latest

ZURICH = ZoneInfo("Europe/Zurich")
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


def local(*parts: int, zone: ZoneInfo = ZURICH) -> datetime:
    # In UTC: Python calls no two zones' times equal within the doubled hour.
    return datetime(*parts, tzinfo=zone).astimezone(UTC)  # type: ignore[arg-type,misc]


def times(cron: str, zone: ZoneInfo, start: datetime, count: int) -> list[datetime]:
    found: list[datetime] = []
    for _ in range(count):
        start = following(cron, zone, start)
        found.append(start)
    return found


def test_the_doubled_hour_fires_once_and_the_skipped_one_at_its_end() -> None:
    autumn = times("30 2 * * *", ZURICH, local(2026, 10, 24, 12), 2)
    assert autumn == [local(2026, 10, 25, 2, 30), local(2026, 10, 26, 2, 30)]
    spring = times("30 2 * * *", ZURICH, local(2026, 3, 28, 12), 2)
    assert spring == [local(2026, 3, 29, 3, 0), local(2026, 3, 30, 2, 30)]


def test_an_hourly_line_fires_in_both_of_the_doubled_hours() -> None:
    found = times("0 * * * *", ZURICH, local(2026, 10, 25, 1, 30), 3)
    assert [b - a for a, b in itertools.pairwise(found)] == [timedelta(hours=1)] * 2


@given(
    st.sampled_from(["30 2 * * *", "0 7 * * 1-5", "*/15 * * * *", "0 9 1 * *", "5 4 * * 0"]),
    st.sampled_from(["Europe/Zurich", "America/New_York", "Asia/Kathmandu", "UTC"]),
    st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: NEW_YEAR + timedelta(minutes=minutes)),
    st.integers(0, 40 * 24 * 60),
)
@pytest.mark.timeout(300)
def test_the_latest_is_one_of_the_times_and_none_lies_after_it(
    cron: str, name: str, start: datetime, minutes: int
) -> None:
    zone = ZoneInfo(name)
    first = following(cron, zone, start)
    now = first + timedelta(minutes=minutes)
    found = latest(cron, zone, first, now)
    assert first <= found <= now
    assert following(cron, zone, found) > now
    assert found == first or following(cron, zone, found - timedelta(minutes=1)) == found
