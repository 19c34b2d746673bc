"""The coach: prepares, practises, reviews, drafts and keeps goals."""

from __future__ import annotations

import secrets
import weakref
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobtracker.coaching import goals, mock, outreach
from jobtracker.coaching.goals import Week
from jobtracker.coaching.model import (
    AnswerReview,
    Fact,
    Goal,
    Language,
    MockQuestion,
    MockResult,
    MockTurn,
    OutreachDraft,
    OutreachDrafts,
    OutreachKind,
    PreparedInterview,
    Stage,
    Tone,
    WeeklyReview,
)
from jobtracker.coaching.phrases import note
from jobtracker.coaching.preparation import Subject, prepare
from jobtracker.coaching.review import review_answer
from jobtracker.coaching.tables import CoachingRow
from jobtracker.core.errors import BadInput, NotFound
from jobtracker.core.events import Event, EventLog

if TYPE_CHECKING:
    from jobtracker.core.bootstrap import Core
    from jobtracker.core.words import Reword

MOCK, GOAL, OUTREACH = "mock", "goal", "outreach"


class CoachingService:
    """Everything the coach does for one person at a time."""

    def __init__(self, core: Core) -> None:
        self.core = core
        subscribe(core)

    def prepare(
        self, subject: Subject, resume: dict[str, Any] | None, stage: Stage, language: Language
    ) -> PreparedInterview:
        """Prepare an interview from what is stored."""
        return prepare(subject, resume, stage, language)

    def take_along(self, user: str, plan: PreparedInterview) -> PreparedInterview:
        """Write the plan as a one-page PDF and return it with the file's path.

        Raises:
            Unavailable: the disk is full or read-only.
        """
        from jobtracker.coaching.page import write

        return plan.model_copy(update={"pdf_path": str(write(self.core, user, plan))})

    def review(self, question: str, answer: str) -> AnswerReview:
        """Score an answer on the rubric.

        Raises:
            BadInput: nothing was asked or said, or far too much.
        """
        return review_answer(question, answer)

    def start_mock(self, user: str, prepared: PreparedInterview, count: int) -> MockQuestion:
        """Start a mock interview and return its first question."""
        session_id, session = _new_id("mock"), mock.start(prepared, count)
        with self.core.store.begin() as db:
            self._add(db, user, MOCK, session_id, session, prepared.application_id)
        return cast("MockQuestion", mock.current(session_id, session))

    def open_question(self, user: str, session_id: str | None) -> MockQuestion | None:
        """Return the question of a session that waits for an answer; newest session by default.

        Raises:
            NotFound: no such session of this user.
        """
        with self.core.store.begin() as db:
            row = self._session(db, user, session_id)
            return mock.current(row.id, row.data)

    def answer_mock(self, user: str, session_id: str | None, answer: str) -> MockTurn:
        """Take the answer to the question that waits, and ask the next; newest session by default.

        Raises:
            NotFound: no such session of this user.
            BadInput: it is finished, or the answer is empty.
        """
        with self.core.store.begin() as db:
            row = self._session(db, user, session_id)
            asked = mock.current(row.id, row.data)
            if asked is None:
                raise BadInput(
                    f"mock interview {row.id} has no open question; finish_mock_interview "
                    "shows how it went, start_mock_interview starts another"
                )
            review = review_answer(asked.question, answer)
            session = mock.answered(row.data, asked, review)
            row.data, row.updated_at = session, self.core.clock.now()
            following = mock.current(row.id, session)
            spoken = cast("Language", session["language"])
            message = (
                note("last", spoken)
                if following is None
                else note("next", spoken, number=following.number, of=following.of)
            )
            return MockTurn(session_id=row.id, review=review, next=following, message=message)

    def finish_mock(self, user: str, session_id: str | None) -> MockResult:
        """Close a session and compare it with the earlier ones; newest session by default.

        Raises:
            NotFound: no such session of this user.
        """
        with self.core.store.begin() as db:
            row = self._session(db, user, session_id)
            earlier = [
                int(other.data["score"])
                for other in self._rows(db, user, MOCK)
                if other.id != row.id
                and other.created_at <= row.created_at
                and other.data.get("score") is not None
            ]
            result = mock.finish(row.id, row.data, earlier)
            if row.data["status"] == "open":
                now = self.core.clock.now()
                row.data = {**row.data, "status": "finished", "score": result.score}
                row.updated_at = now
                data = {"score": result.score, "answers": len(result.answers)}
                self.core.events.append(
                    db, Event(user, "coaching.mock_finished", row.id, now, data)
                )
            return result

    def draft_outreach(
        self,
        user: str,
        kind: OutreachKind,
        language: Language,
        tone: Tone,
        facts: dict[str, Fact],
        sender: str,
        application_id: str | None = None,
        reword: Reword | None = None,
    ) -> OutreachDraft:
        """Write a message from facts and keep it for review; nothing is sent.

        Raises:
            BadInput: a LinkedIn note cannot be kept within 300 characters.
        """
        body = outreach.write(kind, language, tone, facts, sender, reword)
        draft_id = _new_id("draft")
        with self.core.store.begin() as db:
            self._add(db, user, OUTREACH, draft_id, body, application_id)
        return OutreachDraft(draft_id=draft_id, **body)

    def outreach_drafts(self, user: str) -> OutreachDrafts:
        """Return the messages that wait for the person, newest first."""
        with self.core.store.begin() as db:
            waiting = [
                OutreachDraft.model_validate(
                    {**row.data, "draft_id": row.id, "created_at": row.created_at}
                )
                for row in reversed(self._rows(db, user, OUTREACH))
                if row.data.get("status") == "review"
            ]
        return OutreachDrafts(drafts=waiting)

    def mark_outreach(
        self, user: str, draft_id: str, status: Literal["sent", "discarded"]
    ) -> OutreachDraft:
        """Keep what the person did with a message: sent it, or threw it away.

        Raises:
            NotFound: the person has no such draft.
        """
        with self.core.store.begin() as db:
            row = self._get(db, user, OUTREACH, draft_id)
            row.data = {**row.data, "status": status}
            row.updated_at = self.core.clock.now()
            found: dict[str, Any] = {**row.data, "draft_id": row.id, "created_at": row.created_at}
        return OutreachDraft.model_validate(found)

    def set_goal(
        self, user: str, text: str, target: int | None, period: str | None, week: Week
    ) -> Goal:
        """Keep a goal, read from its words; `target` and `period` win over them.

        Raises:
            BadInput: no goal, or far too long a one.
        """
        from jobtracker.coaching.reminders import keep_schedule

        data = goals.read(text)
        data |= {k: v for k, v in (("target", target), ("period", period)) if v is not None}
        goal_id = _new_id("goal")
        with self.core.store.begin() as db:
            row = self._add(db, user, GOAL, goal_id, data)
            now = self.core.clock.now()
            told = {name: data[name] for name in ("measure", "target", "period")}
            self.core.events.append(db, Event(user, "coaching.goal_set", goal_id, now, told))
            keep_schedule(self.core, db, user)
            return goals.progress(goal_id, data, row.created_at.date(), week)

    def weekly_review(self, user: str, week: Week, language: Language) -> WeeklyReview:
        """Review the week against the person's goals and plan the next days."""
        zone = self.core.clock.zone
        with self.core.store.begin() as db:
            kept = [
                goals.progress(row.id, row.data, row.created_at.astimezone(zone).date(), week)
                for row in self._rows(db, user, GOAL)
            ]
        return goals.review(week, kept[-10:], language)

    def mocks_finished(self, user: str) -> list[datetime]:
        """Return when mock interviews were finished."""
        with self.core.store.begin() as db:
            rows = self._rows(db, user, MOCK)
            return [row.updated_at for row in rows if row.data["status"] == "finished"]

    def _session(self, db: Session, user: str, session_id: str | None) -> CoachingRow:
        if session_id is None:
            rows = [row for row in self._rows(db, user, MOCK) if row.data["status"] == "open"]
            if not rows:
                raise NotFound("no mock interview is open; start_mock_interview starts one")
            return rows[-1]
        return self._get(db, user, MOCK, session_id)

    def _get(self, db: Session, user: str, kind: str, record_id: str) -> CoachingRow:
        row = db.get(CoachingRow, record_id)
        if row is None or row.user_id != user or row.kind != kind:
            raise NotFound(f"{kind} {record_id[:60]!r} does not exist")
        return row

    def _rows(self, db: Session, user: str, kind: str) -> list[CoachingRow]:
        query = (
            sa.select(CoachingRow)
            .where(CoachingRow.user_id == user, CoachingRow.kind == kind)
            .order_by(CoachingRow.created_at, CoachingRow.id)
        )
        return list(db.scalars(query))

    def _add(
        self,
        db: Session,
        user: str,
        kind: str,
        record_id: str,
        data: dict[str, Any],
        application_id: str | None = None,
    ) -> CoachingRow:
        now = self.core.clock.now()
        row = CoachingRow(
            id=record_id,
            user_id=user,
            kind=kind,
            application_id=application_id,
            created_at=now,
            updated_at=now,
            data=data,
        )
        db.add(row)
        return row


def _new_id(prefix: str) -> str:
    return f"{prefix}_{secrets.token_hex(6)}"


def _forget(session: Session, event: Event) -> None:
    """Drop what the coach kept about an application that was deleted."""
    session.execute(
        sa.delete(CoachingRow).where(
            CoachingRow.user_id == event.user, CoachingRow.application_id == event.subject
        )
    )


_subscribed: weakref.WeakSet[EventLog] = weakref.WeakSet()


def subscribe(core: Core) -> None:
    """React to what other features report; harmless when called again for the same core."""
    if core.events not in _subscribed:
        _subscribed.add(core.events)
        core.events.subscribe("application.deleted", _forget)
