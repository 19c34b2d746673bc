"""Times in four languages, relative to a fixed Wednesday in Zurich."""

from __future__ import annotations

# ruff: noqa: E501 (rows of examples)
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobtracker.core.lexicon.times import find_durations, find_times

NOW = datetime(2026, 11, 25, 10, 0, tzinfo=ZoneInfo("Europe/Zurich"))


def said(text: str, language: str | None = None, **more: str) -> list[tuple[str, str | None]]:
    shape = "%Y-%m-%d %H:%M"
    return [
        (t.start.strftime(shape), t.end.strftime(shape) if t.end else None)
        for t in find_times(text, NOW, language, **more)  # type: ignore[arg-type]
    ]


@pytest.mark.parametrize(
    ("text", "language", "start", "end"),
    [
        ("tomorrow at 3pm", "en", "2026-11-26 15:00", None),
        ("next Tuesday 3–4 pm CET", "en", "2026-12-01 15:00", "2026-12-01 16:00"),
        ("this Friday at 10", "en", "2026-11-27 10:00", None),
        ("last Monday", "en", "2026-11-23 00:00", None),
        ("kommenden Donnerstag um halb vier", "de", "2026-11-26 15:30", None),
        ("jeudi prochain à 15h30", "fr", "2026-11-26 15:30", None),
        ("lunedì scorso", "it", "2026-11-23 00:00", None),
        ("am 03.12. um 15 Uhr", "de", "2026-12-03 15:00", None),
        ("Dec 3rd, 2pm", "en", "2026-12-03 14:00", None),
        ("2026-12-03 14:00", "en", "2026-12-03 14:00", None),
        ("2026-12-03T14:00", "en", "2026-12-03 14:00", None),
        ("12/03", "en", "2026-12-03 00:00", None),
        ("a week from today at 9am", "en", "2026-12-02 09:00", None),
        ("two weeks from tomorrow", "en", "2026-12-10 00:00", None),
        ("a week on Friday at 4pm", "en", "2026-12-04 16:00", None),
        ("Friday week at noon", "en", "2026-12-04 12:00", None),
        ("on the twenty-first of December at 9am", "en", "2026-12-21 09:00", None),
        ("end of next week", "en", "2026-12-03 00:00", "2026-12-05 00:00"),
        ("the week after next", "en", "2026-12-07 00:00", "2026-12-14 00:00"),
        ("am Mittag des 4. Dezembers", "de", "2026-12-04 12:00", "2026-12-04 14:00"),
        ("heute in einer Woche um 9 Uhr", "de", "2026-12-02 09:00", None),
        ("am ersten Dezember um drei Uhr nachmittags", "de", "2026-12-01 15:00", None),
        ("Anfang Dezember", "de", "2026-12-01 00:00", "2026-12-11 00:00"),
        ("vendredi en huit à 14h", "fr", "2026-12-04 14:00", None),
        ("il 9 dicembre tra le 9 e le 10", "it", "2026-12-09 09:00", "2026-12-09 10:00"),
        ("oggi a otto alle 15", "it", "2026-12-02 15:00", None),
        ("03/12", "fr", "2026-12-03 00:00", None),
        ("le 3 décembre à 15h30", "fr", "2026-12-03 15:30", None),
        ("3 dicembre alle 15", "it", "2026-12-03 15:00", None),
        ("Viertel nach drei", "de", "2026-11-25 15:15", None),
        ("tomorrow from 2 to 4", "en", "2026-11-26 14:00", "2026-11-26 16:00"),
        ("morgen zwischen 14 und 16 Uhr", "de", "2026-11-26 14:00", "2026-11-26 16:00"),
        ("Donnerstagnachmittag", "de", "2026-11-26 12:00", "2026-11-26 18:00"),
        ("in 2 weeks", "en", "2026-12-09 00:00", None),
        ("in 30 Minuten", "de", "2026-11-25 10:30", None),
        ("vor zwei Tagen", "de", "2026-11-23 00:00", None),
        ("il y a 3 jours", "fr", "2026-11-22 00:00", None),
        ("this month", "en", "2026-11-01 00:00", "2026-12-01 00:00"),
        ("since Monday", "en", "2026-11-23 00:00", "2026-11-25 10:00"),
        ("nächste Woche Dienstag", "de", "2026-12-01 00:00", None),
        ("du 3 au 5 décembre", "fr", "2026-12-03 00:00", "2026-12-06 00:00"),
        ("stasera alle 8", "it", "2026-11-25 20:00", None),
        ("wednesday at 3pm", "en", "2026-11-25 15:00", None),
        ("wednesday at 9am", "en", "2026-12-02 09:00", None),
        ("wednesday", "en", "2026-12-02 00:00", None),
    ],
)
def test_reads_a_time(text: str, language: str, start: str, end: str | None) -> None:
    assert said(text, language) == [(start, end)]


@pytest.mark.parametrize(
    "text",
    [
        "80–100 % python 3.12 job with 5 years",
        "may I see mon CV",
        "between 2 and 4 years of experience",
        "guten Morgen",
        "part time job, 24/7, the second one",
        "salary from 10 to 12k",
        "in 9999 years",
        "30.02.2026",
    ],
)
def test_leaves_alone_what_is_no_time(text: str) -> None:
    assert said(text) == []


def test_a_named_zone_gives_a_time_in_that_zone() -> None:
    (mention,) = find_times("tomorrow 3pm ET", NOW)
    assert mention.start.astimezone(UTC) == datetime(2026, 11, 26, 20, 0, tzinfo=UTC)


def test_the_past_is_preferred_where_the_caller_says_so() -> None:
    assert said("on Monday", "en", prefer="past") == [("2026-11-23 00:00", None)]
    assert said("on 3 December", "en", prefer="past") == [("2025-12-03 00:00", None)]


def test_a_naive_now_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        find_times("tomorrow", datetime(2026, 1, 1))  # noqa: DTZ001


@given(st.dates(date(2026, 11, 25), date(2027, 11, 24)))
def test_every_coming_date_is_read_back_in_each_language(day: date) -> None:
    months = {
        "en": "January February March April May June July August September October November December",
        "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
        "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    }
    for language, names in months.items():
        text = f"{day.day}{'.' if language == 'de' else ''} {names.split()[day.month - 1]}"
        assert [t.start.date() for t in find_times(text, NOW, language)] == [day]
    assert [t.start.date() for t in find_times(day.strftime("%d.%m."), NOW)] == [day]


@given(st.text(max_size=80), st.sampled_from([None, "en", "de", "fr", "it"]))
def test_any_text_gives_spans_inside_it_in_order(text: str, language: str | None) -> None:
    last = 0
    for mention in find_times(text, NOW, language):
        assert last <= mention.span[0] < mention.span[1] <= len(text)
        assert mention.start.tzinfo is not None
        assert mention.end is None or mention.end > mention.start
        last = mention.span[1]


@given(st.integers(0, 23), st.integers(0, 59), st.integers(0, 6))
def test_a_weekday_with_a_clock_time_lies_within_the_week_to_come(h: int, m: int, d: int) -> None:
    name = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"][d]
    (mention,) = find_times(f"{name} at {h:02}:{m:02}", NOW, "en")
    assert NOW - timedelta(0) <= mention.start <= NOW + timedelta(days=7)
    assert mention.start.weekday() == d and (mention.start.hour, mention.start.minute) == (h, m)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("for 45 minutes", 45), ("anderthalb Stunden", 90), ("for 1h30", 90), ("une demi-heure", 30),
        ("un'ora e mezza", 90), ("90-minute call", 90), ("1.5 hours", 90), ("2 Std. 15 Min.", 135),
    ],
)  # fmt: skip
def test_reads_a_duration(text: str, minutes: int) -> None:
    assert [d.minutes for d in find_durations(text)] == [minutes]


@pytest.mark.parametrize(
    "text", ["$45 an hour", "in 30 minutes", "2 hours ago", "42 hours per week"]
)
def test_points_in_time_and_wages_are_no_durations(text: str) -> None:
    assert find_durations(text) == []


@pytest.mark.parametrize(
    ("text", "language", "starts"),
    [
        ("Tuesday 10 or Wednesday 14:30", "en", ["2026-11-24T10:00", "2026-11-25T14:30"]),
        ("Dienstag 10 oder Mittwoch 14", "de", ["2026-11-24T10:00", "2026-11-25T14:00"]),
        ("mardi 10 ou jeudi 15", "fr", ["2026-11-24T10:00", "2026-11-26T15:00"]),
        ("giovedì 26 novembre alle ore 14:00", "it", ["2026-11-26T14:00"]),
    ],
)
def test_a_bare_number_behind_a_weekday_is_its_hour(
    text: str, language: str, starts: list[str]
) -> None:
    now = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Europe/Zurich"))
    assert [m.start.isoformat()[:16] for m in find_times(text, now, language)] == starts


@pytest.mark.parametrize("text", ["Tuesday 24", "Tuesday 10%", "Monday 10 jobs"])
def test_a_number_that_is_no_hour_is_left_alone(text: str) -> None:
    now = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Europe/Zurich"))
    assert [m.grain for m in find_times(text, now, "en")] == ["day"]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("next week between 9 and 12", "en"),
        ("nächste Woche zwischen 9 und 12 Uhr", "de"),
        ("la semaine prochaine entre 9 et 12 heures", "fr"),
        ("la settimana prossima tra le 9 e le 12", "it"),
    ],
)
def test_hours_of_a_week_are_meant_on_each_of_its_days(text: str, language: str) -> None:
    (mention,) = find_times(text, NOW, language)
    assert mention.grain == "week" and mention.start.date() == date(2026, 11, 30)
    assert mention.daily == (9 * 60, 12 * 60)


def test_between_two_days_is_no_pair_of_hours() -> None:
    assert said("tra il 9 e il 10 dicembre", "it")[0][0].startswith("2026-12-")
    assert "09:00" not in str(said("tra il 9 e il 10 dicembre", "it"))
