"""What is due and why: rules over the tracker's own facts, waiting times learnt from the person's.

Pure: states and a time in, actions out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import quantiles
from typing import Any, cast

from jobtracker.applications.model import ActionKind, NextAction
from jobtracker.applications.pipeline import OPEN, State
from jobtracker.core.speech import Saying, saying

DEFAULT_WAIT = {"applied": 10, "screening": 6, "interview": 5}
"""Days of silence after which a polite question is usual, before anything is learnt."""
SHORTEST, LONGEST = {"applied": 5, "screening": 3, "interview": 3}, 21
LEARN_FROM = 5
"""Fewer own answers than this teach nothing."""
AGAIN_AFTER = 10
GIVE_UP_FACTOR = 4
THANKS_WITHIN_DAYS = 4
PREPARE_DAYS = 2
OFFER_DAYS = 5
SAVED_DAYS = 7
LESSON_DAYS = 14
URGENCY: dict[ActionKind, int] = {
    "answer_offer": 0,
    "prepare_interview": 1,
    "send_thank_you": 2,
    "reminder": 2,
    "apply": 3,
    "log_interview_result": 4,
    "submit_rav_proof": 5,
    "follow_up": 6,
    "decide_or_withdraw": 7,
    "note_lesson": 8,
}


@dataclass(frozen=True)
class Waits:
    """Days to wait before asking, per stage; `n` own answers taught the one after applying."""

    days: dict[str, int]
    n: int

    def reason(self, stage: str, since: date) -> Saying:
        """Tell how long nothing was heard, and where the number of days comes from."""
        days = self.days[stage]
        if stage == "applied" and self.n >= LEARN_FROM:
            return saying("applications.learnt_wait", stage=stage, on=since, days=days, n=self.n)
        return saying("applications.usual_wait", stage=stage, on=since, days=days)


def learn(states: Iterable[State]) -> Waits:
    """Learn from the person's own response times: the third quartile, within bounds."""
    took = [
        (date.fromisoformat(s.responded_on) - date.fromisoformat(s.applied_on)).days
        for s in states
        if s.applied_on and s.responded_on
    ]
    days = dict(DEFAULT_WAIT)
    if len(took) >= LEARN_FROM:
        third = quantiles(took, n=4, method="inclusive")[2]
        days["applied"] = int(min(LONGEST, max(SHORTEST["applied"], round(third) + 1)))
    return Waits(days, len(took))


def next_actions(states: list[State], now: datetime, horizon_days: int = 14) -> list[NextAction]:
    """Return what is due until the horizon, overdue and urgent things first."""
    waits = learn(states)
    end = now + timedelta(days=horizon_days)
    found: list[NextAction] = []
    for state in states:
        if state.status == "rejected":
            found.extend(a for a in _lesson(state, now) if a.due <= end)
        elif state.status in OPEN:
            found.extend(a for a in _of(state, now, waits) if a.due <= end)
    return sort(found, now)


def proof_due(month: str | None, count: int, now: datetime) -> NextAction | None:
    """Return the reminder to hand in last month's proof of efforts (RAV) by the 5th.

    `month` is the last one that was exported; who never exported one is not reminded.
    """
    last = (now.date().replace(day=1) - timedelta(days=1)).strftime("%Y-%m")
    if month is None or month >= last or now.day > 10:
        return None
    due = _morning(now.date().replace(day=5), now)
    reason = saying("applications.proof_due", month=last, n=count)
    return NextAction(
        application_id="", action="submit_rav_proof", due=due, why=reason.text(), reason=reason,
        company="RAV", title=last, overdue=due.date() < now.date(),
    )  # fmt: skip


def sort(actions: list[NextAction], now: datetime) -> list[NextAction]:
    """Return the actions most urgent first."""
    return sorted(actions, key=lambda a: (_day_rank(a, now), URGENCY[a.action], a.due, a.company))


def _day_rank(action: NextAction, now: datetime) -> int:
    """Overdue and today weigh the same; later days follow one by one."""
    return max(0, (action.due.date() - now.date()).days)


def _of(state: State, now: datetime, waits: Waits) -> Iterator[NextAction]:
    yield from _rounds(state, now)
    if state.status == "saved":
        yield _saved(state, now)
    elif state.status == "offer":
        yield _offer(state, now)
    else:
        yield from _silence(state, now, waits)


def _rounds(state: State, now: datetime) -> Iterator[NextAction]:
    for start, body in rounds(state):
        when = start.astimezone(now.tzinfo)
        name = f"{body.get('stage') or 'interview'}"
        if when > now:
            due = max(_morning(when.date() - timedelta(days=PREPARE_DAYS), now), now)
            yield _action(
                state,
                "prepare_interview",
                due if due < when else now,
                saying("applications.prepare", stage=name, at=when),
                now,
            )
            continue
        since = (now.date() - when.date()).days
        if since <= THANKS_WITHIN_DAYS and not _sent(state, "thank_you", when):
            why = saying("applications.thank_you", stage=name, on=when.date())
            yield _action(state, "send_thank_you", when + timedelta(days=1), why, now)
        if not body.get("outcome") and state.status in {"screening", "interview"} and since >= 1:
            why = saying("applications.no_result", stage=name, on=when.date())
            yield _action(state, "log_interview_result", when + timedelta(days=1), why, now)


def rounds(state: State) -> list[tuple[datetime, dict[str, Any]]]:
    """Return the rounds that have a time and were not called off, by time."""
    found: list[tuple[datetime, dict[str, Any]]] = []
    for part in state.parts.values():
        body = cast("dict[str, Any]", part["data"])
        if part["kind"] == "round" and body.get("start") and not body.get("cancelled"):
            found.append((datetime.fromisoformat(body["start"]), body))
    return sorted(found, key=lambda pair: pair[0])


def _saved(state: State, now: datetime) -> NextAction:
    if state.deadline:
        due = _morning(date.fromisoformat(state.deadline) - timedelta(days=1), now)
        return _action(state, "apply", due, saying("applications.closes", on=state.deadline), now)
    saved = date.fromisoformat(state.status_on)
    due = _morning(saved + timedelta(days=SAVED_DAYS), now)
    return _action(state, "apply", due, saying("applications.saved", on=saved), now)


def _offer(state: State, now: datetime) -> NextAction:
    if state.deadline and state.deadline >= state.status_on:
        due = _morning(date.fromisoformat(state.deadline), now)
        why = saying("applications.answer_by", on=state.deadline)
        return _action(state, "answer_offer", due, why, now)
    due = _morning(date.fromisoformat(state.status_on) + timedelta(days=OFFER_DAYS), now)
    why = saying("applications.offer", on=state.status_on)
    return _action(state, "answer_offer", due, why, now)


def _lesson(state: State, now: datetime) -> Iterator[NextAction]:
    """Ask for the lesson of a rejection, for two weeks, until a note is written after it."""
    day = date.fromisoformat(state.status_on)
    noted = any(
        part["kind"] == "note" and part["data"]["at"][:10] >= state.status_on
        for part in state.parts.values()
    )
    asked = any(sent >= day for sent in _sent_days(state, "follow_up"))
    if (now.date() - day).days <= LESSON_DAYS and not noted and not asked:
        why = saying("applications.lesson", on=day)
        yield _action(
            state, "note_lesson", _morning(_workday(day + timedelta(days=1)), now), why, now
        )


def _silence(state: State, now: datetime, waits: Waits) -> Iterator[NextAction]:
    upcoming = [start for start, _ in rounds(state) if start > now]
    if upcoming:
        return
    last = _last_contact(state, now)
    wait = waits.days[state.status]
    asked = _last_sent(state, "follow_up")
    silent = (now.date() - last).days
    if silent > wait * GIVE_UP_FACTOR:
        why = saying("applications.silent", days=silent)
        yield _action(
            state,
            "decide_or_withdraw",
            _morning(last + timedelta(wait * GIVE_UP_FACTOR), now),
            why,
            now,
        )
        return
    due_day = last + timedelta(days=wait)
    if asked is not None:
        due_day = max(due_day, asked + timedelta(days=AGAIN_AFTER))
    why = waits.reason(state.status, last)
    yield _action(state, "follow_up", _morning(_workday(due_day), now), why, now)


def _last_contact(state: State, now: datetime) -> date:
    days = [date.fromisoformat(state.status_on)]
    if state.status == "applied" and state.applied_on:
        days = [date.fromisoformat(state.applied_on)]
    days += [start.astimezone(now.tzinfo).date() for start, _ in rounds(state) if start <= now]
    return max(days)


def _sent(state: State, kind: str, after: datetime) -> bool:
    return any(at >= after.date() for at in _sent_days(state, kind))


def _last_sent(state: State, kind: str) -> date | None:
    return max(_sent_days(state, kind), default=None)


def _sent_days(state: State, kind: str) -> list[date]:
    return [
        datetime.fromisoformat(part["data"].get("sent_at") or part["data"]["created_at"]).date()
        for part in state.parts.values()
        if part["kind"] == "draft"
        and part["data"].get("kind") == kind
        and part["data"].get("status") == "sent"
    ]


def _workday(day: date) -> date:
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= 5 else 0)


def _morning(day: date, now: datetime) -> datetime:
    return datetime.combine(day, time(9), now.tzinfo)


def _action(
    state: State, kind: ActionKind, due: datetime, why: Saying, now: datetime
) -> NextAction:
    return NextAction(
        application_id=state.id,
        action=kind,
        due=due,
        why=why.text(),
        reason=why,
        company=state.company,
        title=state.title,
        overdue=due.date() < now.date(),
    )
