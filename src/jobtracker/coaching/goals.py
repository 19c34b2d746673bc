"""Goals and the weekly review: planned, done, learnt, next. Pure; praise rests on what was done."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, cast

from jobtracker.coaching.language import words
from jobtracker.coaching.model import Fact, Goal, Language, WeeklyReview, WorkBlock
from jobtracker.coaching.phrases import table
from jobtracker.core.errors import BadInput

MAX_GOAL = 500
BLOCK = timedelta(minutes=60)
MAX_BLOCKS, MAX_NEXT, MAX_DONE = 5, 6, 12


@dataclass(frozen=True)
class Happened:
    """One thing that happened: kind as in the log, status where it moved, and on which day."""

    kind: str
    on: date
    company: str = ""
    title: str = ""
    status: str = ""


@dataclass(frozen=True)
class Week:
    """What the review is made of; gathered by whoever composes it."""

    today: date
    happened: tuple[Happened, ...]
    actions: tuple[tuple[str, str, str, str], ...] = ()
    """action, title, company, why"""
    free: tuple[tuple[datetime, datetime], ...] = ()
    median_days: float | None = None
    best_source: tuple[str, int, int] | None = None
    """source, percent, n"""
    notes: tuple[str, ...] = field(default=())


def read(text: str) -> dict[str, Any]:
    """Return what a goal counts: text, measure, target and period.

    Raises:
        BadInput: empty, or longer than 500 characters.
    """
    goal = " ".join(text.split())
    if not goal or len(goal) > MAX_GOAL:
        raise BadInput(f"a goal is a sentence of 1 to {MAX_GOAL} characters; this has {len(goal)}")
    known = table("goals")
    measure = next(
        (name for name, pattern in known["measure"].items() if _has(pattern, goal)), "custom"
    )
    daily = _has(known["period"]["day"], goal)
    period = next(
        (name for name in ("week", "month") if _has(known["period"][name], goal)),
        "week" if daily or measure != "custom" else "once",
    )
    number = _number(goal, cast("dict[str, int]", known["numbers"]))
    return {
        "text": goal,
        "measure": measure,
        "target": number * (5 if daily else 1),
        "period": period,
    }


def _has(pattern: str, text: str) -> bool:
    return re.search(rf"(?<!\w)(?:{pattern})(?!\w)", text, re.IGNORECASE) is not None


def _number(text: str, numbers: dict[str, int]) -> int:
    if digits := re.search(r"(?<![\w.,])\d{1,3}(?![\w.,]?\d)", text):
        return max(1, int(digits.group()))
    return next((numbers[word] for word in words(text) if word in numbers), 1)


def start_of(period: str, today: date, set_on: date) -> date:
    """Return the first day that counts for a goal."""
    if period == "week":
        return today - timedelta(days=today.weekday())
    return today.replace(day=1) if period == "month" else set_on


def count(measure: str, since: date, happened: tuple[Happened, ...]) -> int:
    """Return how often what a goal measures was done since that day."""
    return sum(_counts(measure, h) for h in happened if h.on >= since)


def _counts(measure: str, item: Happened) -> bool:
    if measure == "applications":
        return item.status == "applied"
    if measure == "interviews":
        return item.status in {"screening", "interview"}
    kinds = {"follow_ups": "draft.sent", "mock_interviews": "coaching.mock_finished"}
    return item.kind == kinds.get(measure)


def progress(goal_id: str, data: dict[str, Any], set_on: date, week: Week) -> Goal:
    """Return a goal with how far it is."""
    since = start_of(data["period"], week.today, set_on)
    done = int(data.get("ticked") or 0) + count(data["measure"], since, week.happened)
    until = data.get("until")
    return Goal(
        goal_id=goal_id,
        text=data["text"],
        measure=data["measure"],
        target=data["target"],
        period=data["period"],
        until=date.fromisoformat(until) if until else None,
        done=done,
        reached=done >= data["target"],
    )


def _word(language: Language, name: str) -> str:
    """Return a status or an action as it is said."""
    words = cast("dict[str, dict[str, dict[str, str]]]", table("goals"))[language]["words"]
    return words.get(name, name.replace("_", " "))


def review(week: Week, goals: list[Goal], language: Language) -> WeeklyReview:
    """Return the review of the week that holds today, and a plan for the next days."""
    monday = week.today - timedelta(days=week.today.weekday())
    said = cast("dict[str, str]", table("goals")[language])
    this_week = [h for h in week.happened if h.on >= monday]
    done = list(_done(this_week, said, language))
    act = said["act"]
    upcoming = [
        act.format(action=_word(language, a), title=t, company=c, why=w)
        if c
        else f"{_word(language, a)}: {t}"
        for a, t, c, w in week.actions[:MAX_NEXT]
    ] or [said["search"]]
    plan = _plan(week, upcoming)
    missing = [
        said[key] for key, lacks in (("no_goal", not goals), ("no_calendar", not plan)) if lacks
    ]
    return WeeklyReview(
        week_start=monday,
        week_end=monday + timedelta(days=6),
        planned=goals,
        done=done[:MAX_DONE],
        learnt=list(_learnt(week, this_week, said)),
        next_week=upcoming,
        plan=plan,
        encouragement=_encouragement(goals, len(this_week), said),
        missing=[*missing, *week.notes],
    )


def _done(this_week: list[Happened], said: dict[str, str], language: Language) -> Iterator[Fact]:
    applied = sum(h.status == "applied" for h in this_week)
    mocks = sum(h.kind == "coaching.mock_finished" for h in this_week)
    if applied:
        yield Fact(text=said["applied"].format(n=applied), source="tracker")
    for item in this_week:
        if item.status and item.status not in {"saved", "applied"}:
            status = _word(language, item.status)
            text = said["moved"].format(title=item.title, company=item.company, status=status)
            yield Fact(text=text, source=f"tracker, {item.on}")
    if mocks:
        yield Fact(text=said["mocks"].format(n=mocks), source="coach")


def _learnt(week: Week, this_week: list[Happened], said: dict[str, str]) -> Iterator[Fact]:
    for item in this_week:
        if item.status == "rejected":
            text = said["lesson"].format(title=item.title, company=item.company)
            yield Fact(text=text, source=f"tracker, {item.on}")
    if week.median_days is not None:
        yield Fact(text=said["slow"].format(days=f"{week.median_days:g}"), source="statistics")
    if week.best_source is not None:
        source, percent, n = week.best_source
        yield Fact(
            text=said["source"].format(source=source, percent=percent, n=n), source="statistics"
        )


def _plan(week: Week, todo: list[str]) -> list[WorkBlock]:
    """Put one hour a task into the free time, at most one block a free stretch."""
    long_enough = [(a, b) for a, b in week.free if b - a >= BLOCK]
    return [
        WorkBlock(start=start, end=start + BLOCK, what=what)
        for (start, _), what in zip(long_enough[:MAX_BLOCKS], todo, strict=False)
    ]


def _encouragement(goals: list[Goal], n: int, said: dict[str, str]) -> str:
    parts = [said["goal_reached"].format(goal=g.text) for g in goals if g.reached]
    parts += [
        said["goal_part"].format(done=g.done, target=g.target, goal=g.text)
        for g in goals
        if not g.reached and g.done
    ]
    if not parts:
        parts = [said["steady"].format(n=n)] if n else [said["quiet"]]
    return " ".join(parts[:3])
