"""What works and what does not, each figure with its number, and silence where that is small."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from statistics import median

from jobtracker.applications.model import (
    ApplicationStats,
    FunnelStep,
    GroupRate,
    MonthChange,
    Rate,
)
from jobtracker.applications.naming import title_key
from jobtracker.applications.pipeline import RANK, STATUSES, State
from jobtracker.core.speech import Saying, saying, texts, word

ENOUGH = 5
"""A rate over fewer applications says nothing and is not given."""
Z95 = 1.959963984540054
FUNNEL = ("applied", "screening", "interview", "offer", "accepted")
"""A rejected application counts for every stage that it reached."""
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WAIT_DAYS = 30
"""Unanswered for longer counts as no answer; younger ones are not counted at all."""


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Return the 95 % Wilson interval of a share; (0, 1) where `n` is 0."""
    if n == 0:
        return 0.0, 1.0
    share, squared = hits / n, Z95 * Z95
    centre = share + squared / (2 * n)
    spread = Z95 * math.sqrt(share * (1 - share) / n + squared / (4 * n * n))
    scale = 1 + squared / n
    low, high = max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)
    return (0.0 if hits == 0 else low), (1.0 if hits == n else high)


def rate(hits: int, n: int) -> Rate:
    """Return the share with its interval, or only the numbers where they are too small."""
    if n < ENOUGH:
        return Rate(n=n, answered=hits, value=None)
    low, high = wilson(hits, n)
    return Rate(
        n=n, answered=hits, value=round(hits / n, 4), low=round(low, 4), high=round(high, 4)
    )


def stats(states: list[State], today: date) -> ApplicationStats:
    """Return the figures of these applications."""
    sent = [s for s in states if s.applied_on or (s.status != "saved" and s.reached > 0)]
    settled = [s for s in sent if _settled(s, today)]
    took = [days for s in sent if (days := days_to_answer(s)) is not None]
    by_status = {name: sum(s.status == name for s in states) for name in STATUSES}
    groups = _groups(settled)
    notes = _notes(len(settled), len(sent) - len(settled), len(took))
    return ApplicationStats(
        total=len(states),
        by_status={name: count for name, count in by_status.items() if count},
        funnel=_funnel(sent),
        response=rate(sum(map(_answered, settled)), len(settled)),
        by_source=groups["source"],
        by_resume_version=groups["resume"],
        by_title=groups["title"],
        by_company_size=groups["size"],
        by_weekday=groups["weekday"],
        median_days_to_answer=median(took) if len(took) >= ENOUGH else None,
        answers=len(took),
        month=_month(sent, today),
        notes=texts(notes),
        sayings=notes,
    )


def _answered(state: State) -> bool:
    return state.responded_on is not None or state.reached >= RANK["screening"]


def _settled(state: State, today: date) -> bool:
    if _answered(state) or state.status in {"rejected", "withdrawn"}:
        return True
    applied = state.applied_on or state.status_on
    return date.fromisoformat(applied) <= today - timedelta(days=WAIT_DAYS)


def days_to_answer(state: State) -> int | None:
    """Return the days from the application to the first answer; None where one is unknown."""
    if not state.applied_on or not state.responded_on:
        return None
    return (date.fromisoformat(state.responded_on) - date.fromisoformat(state.applied_on)).days


def _funnel(sent: list[State]) -> list[FunnelStep]:
    steps: list[FunnelStep] = []
    before: int | None = None
    for stage in FUNNEL:
        count = sum(s.reached >= RANK[stage] for s in sent)
        share = None if before is None else rate(count, before)
        steps.append(FunnelStep(stage=stage, count=count, from_previous=share))
        before = count
    return steps


def _groups(states: list[State]) -> dict[str, list[GroupRate]]:
    keys: dict[str, Callable[[State], str]] = {
        "source": lambda s: s.source.strip().casefold(),
        "resume": lambda s: s.resume_version_id or "",
        "title": lambda s: title_key(s.title),
        "size": lambda s: s.company_size,
        "weekday": lambda s: (
            WEEKDAYS[date.fromisoformat(s.applied_on).weekday()] if s.applied_on else ""
        ),
    }
    return {name: _by(states, key) for name, key in keys.items()}


def _by(states: Iterable[State], key: Callable[[State], str]) -> list[GroupRate]:
    """Return the rates of the groups that are large enough, largest first; at most 10."""
    counts: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for state in states:
        if name := key(state):
            counts[name][0] += 1
            counts[name][1] += _answered(state)
    found = [
        GroupRate(group=name, label=_label(name), rate=rate(hits, n))
        for name, (n, hits) in counts.items()
        if n >= ENOUGH
    ]
    return sorted(found, key=lambda g: (-g.rate.n, g.group))[:10]


def _label(group: str) -> str:
    return word("applications.weekday", group) if group in WEEKDAYS else group


def _month(sent: list[State], today: date) -> MonthChange:
    first = today.replace(day=1)
    last_first = (first - timedelta(days=1)).replace(day=1)
    last_same = min(last_first + timedelta(days=today.day - 1), first - timedelta(days=1))

    def count(field: str, start: date, end: date) -> int:
        days = (getattr(s, field) for s in sent)
        return sum(bool(d) and start.isoformat() <= d <= end.isoformat() for d in days)

    return MonthChange(
        applications=count("applied_on", first, today),
        applications_before=count("applied_on", last_first, last_same),
        answers=count("responded_on", first, today),
        answers_before=count("responded_on", last_first, last_same),
    )


def _notes(settled: int, fresh: int, answers: int) -> list[Saying]:
    notes: list[Saying] = []
    if settled < ENOUGH:
        notes.append(saying("applications.few_settled", n=settled, needed=ENOUGH))
    if fresh:
        notes.append(saying("applications.fresh", n=fresh, days=WAIT_DAYS))
    if answers < ENOUGH:
        notes.append(saying("applications.few_answers", n=answers, needed=ENOUGH))
    return notes
