from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from jobtracker.coaching import goals
from jobtracker.coaching.goals import Happened, Week
from jobtracker.core.errors import BadInput

TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("text", "measure", "target", "period"),
    [
        ("Apply to five jobs every week", "applications", 5, "week"),
        ("ich will 3 Bewerbungen pro Woche schreiben", "applications", 3, "week"),
        ("fünf Bewerbungen im Monat", "applications", 5, "month"),
        ("deux candidatures par semaine", "applications", 2, "week"),
        ("tre colloqui al mese", "interviews", 3, "month"),
        ("two mock interviews a week", "mock_interviews", 2, "week"),
        ("one application a day", "applications", 1, "week"),
        ("send 4 follow-ups", "follow_ups", 4, "week"),
        ("Learn Italian", "custom", 1, "once"),
    ],
)
def test_a_goal_is_read_from_its_words(text: str, measure: str, target: int, period: str):
    read = goals.read(text)
    expected = target * 5 if "a day" in text else target
    assert (read["measure"], read["target"], read["period"]) == (measure, expected, period)


@pytest.mark.parametrize("text", ["", "   ", "x" * 501])
def test_an_empty_or_endless_goal_is_refused(text: str):
    with pytest.raises(BadInput):
        goals.read(text)


def test_only_what_was_done_in_the_period_counts():
    happened = tuple(
        Happened("application.created", TODAY - timedelta(days=n), "A", "B", "applied")
        for n in (0, 2, 3, 30)
    )
    week = Week(today=TODAY, happened=happened)
    data = goals.read("3 applications a week")
    goal = goals.progress("goal_1", data, TODAY, week)
    assert (goal.done, goal.reached) == (2, False)


@pytest.mark.parametrize("language", ["en", "de", "fr", "it"])
def test_the_review_praises_only_what_was_done(language):
    zone = ZoneInfo("Europe/Zurich")
    free = tuple(
        (datetime(2026, 11, day, 9, tzinfo=zone), datetime(2026, 11, day, 12, tzinfo=zone))
        for day in (26, 27)
    )
    moved = Happened("application.moved", TODAY, "Acme", "Cook", "rejected")
    week = Week(today=TODAY, happened=(moved,), actions=(("follow_up", "T", "C", "w"),), free=free)
    told = goals.review(week, [], language)
    assert "Acme" in told.done[0].text
    assert "Acme" in told.learnt[0].text
    assert told.plan[0].end - told.plan[0].start == timedelta(hours=1)
    assert len(told.missing) == 1
    quiet = goals.review(Week(today=TODAY, happened=()), [], language)
    assert quiet.done == []
    assert quiet.next_week
