"""The review queue: letters wait here for the person's yes, and nothing goes out without it."""

from __future__ import annotations

import sqlalchemy as sa

from jobtracker.core.bootstrap import Core
from jobtracker.core.errors import BadInput, NotFound
from jobtracker.core.events import Event
from jobtracker.resumes.model import LetterResult, Review, ReviewDecision, ReviewList
from jobtracker.resumes.tables import LetterRow, VersionRow

WAITING = "draft"


class Reviews:
    """What a user has to look at; every method's first argument is the user."""

    def __init__(self, core: Core) -> None:
        self.core = core

    def list_reviews(self, user: str) -> ReviewList:
        """Return the letters that wait, newest first, 50 at most."""
        query = (
            sa.select(LetterRow, VersionRow.job_title)
            .join(VersionRow, VersionRow.version_id == LetterRow.version_id, isouter=True)
            .where(LetterRow.user_id == user, LetterRow.status == WAITING)
            .order_by(LetterRow.created_at.desc(), LetterRow.letter_id)
        )
        count = (
            sa.select(sa.func.count())
            .select_from(LetterRow)
            .where(LetterRow.user_id == user, LetterRow.status == WAITING)
        )
        with self.core.store.begin() as session:
            rows = session.execute(query.limit(50)).all()
            total = int(session.scalar(count) or 0)
        return ReviewList(reviews=[self._review(row) for row, _ in rows], total=total)

    def _review(self, row: LetterRow) -> Review:
        letter = LetterResult.model_validate(row.content)
        return Review(
            review_id=row.letter_id,
            kind="letter" if row.kind == "cover_letter" else "follow_up",
            subject=letter.subject,
            text=letter.text,
            about=letter.subject,
            claims=letter.claims,
            missing=[gap.term for gap in letter.gaps if gap.required][:10],
            created_at=row.created_at.astimezone(self.core.clock.zone).isoformat(),
        )

    def get(self, user: str, review_id: str) -> Review:
        """Return one thing that waits or was decided.

        Raises:
            NotFound: no such review of this user.
        """
        return self._review(self._row(user, review_id))

    def _row(self, user: str, review_id: str) -> LetterRow:
        query = sa.select(LetterRow).where(
            LetterRow.user_id == user, LetterRow.letter_id == review_id
        )
        with self.core.store.begin() as session:
            row = session.scalar(query)
        if row is None:
            raise NotFound(f"there is nothing to review with the id {review_id[:60]!r}")
        return row

    def decide(self, user: str, review_id: str, approve: bool) -> ReviewDecision:
        """Approve a letter, or discard it. Approving sends nothing: the person does.

        Raises:
            NotFound: no such review of this user.
            BadInput: it was decided otherwise before.
        """
        status = "approved" if approve else "discarded"
        now = self.core.clock.now()
        row = self._row(user, review_id)
        if row.status == status:
            return ReviewDecision(review_id=review_id, status=status)
        changed = (
            sa.update(LetterRow)
            .where(
                LetterRow.user_id == user,
                LetterRow.letter_id == review_id,
                LetterRow.status == WAITING,
            )
            .values(status=status, content={**row.content, "status": status})
        )
        with self.core.store.begin() as session:
            found: sa.CursorResult[tuple[()]] = session.execute(changed)  # type: ignore[assignment]
            if found.rowcount != 1:
                raise BadInput(f"{review_id[:60]} is {row.status} already; write a new letter")
            data = {"resume_id": row.resume_id, "version_id": row.version_id}
            self.core.events.append(session, Event(user, f"letter.{status}", review_id, now, data))
        return ReviewDecision(review_id=review_id, status=status)
