"""Versions: what a résumé was, what for, and from which one it came."""

from __future__ import annotations

import secrets
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobtracker.core.bootstrap import Core
from jobtracker.core.errors import NotFound
from jobtracker.core.events import Event
from jobtracker.core.speech import say
from jobtracker.resumes.model import Resume, VersionInfo
from jobtracker.resumes.tables import ResumeRow, VersionRow


def new_id(prefix: str) -> str:
    """Return an id that cannot be guessed."""
    return f"{prefix}_{secrets.token_hex(8)}"


class Versions:
    """Reads and writes the versions of a user's résumés."""

    def __init__(self, core: Core) -> None:
        self.core = core

    def resume(self, user: str, resume_id: str | None, version_id: str | None = None) -> ResumeRow:
        """Return a résumé; without an id that of the version, else the one last used.

        Raises:
            NotFound: the user has none, or not that one.
        """
        query = sa.select(ResumeRow).where(ResumeRow.user_id == user)
        if resume_id:
            query = query.where(ResumeRow.resume_id == resume_id)
        elif version_id:
            owner = sa.select(VersionRow.resume_id).where(
                VersionRow.version_id == version_id, VersionRow.user_id == user
            )
            query = query.where(ResumeRow.resume_id.in_(owner))
        query = query.order_by(ResumeRow.updated_at.desc(), ResumeRow.resume_id).limit(1)
        with self.core.store.begin() as session:
            row = session.scalar(query)
        if row is None:
            wanted = resume_id or version_id
            raise NotFound(
                say("resumes.unknown", id=wanted[:60]) if wanted else say("resumes.none_yet")
            )
        return row

    def get(self, user: str, resume_id: str, version_id: str | None) -> VersionRow:
        """Return a version of the résumé, by default its newest.

        Raises:
            NotFound: no such version.
        """
        query = sa.select(VersionRow).where(
            VersionRow.user_id == user, VersionRow.resume_id == resume_id
        )
        if version_id:
            query = query.where(VersionRow.version_id == version_id)
        with self.core.store.begin() as session:
            row = session.scalar(query.order_by(VersionRow.seq.desc()).limit(1))
        if row is None:
            raise NotFound(f"résumé {resume_id} has no version {(version_id or '')[:60]!r}")
        return row

    def list(self, user: str, resume_id: str, limit: int = 20) -> list[VersionInfo]:
        """Return the newest versions."""
        query = (
            sa.select(VersionRow)
            .where(VersionRow.user_id == user, VersionRow.resume_id == resume_id)
            .order_by(VersionRow.seq.desc())
            .limit(limit)
        )
        with self.core.store.begin() as session:
            rows = session.scalars(query).all()
        return [self.info(row) for row in rows]

    def info(self, row: VersionRow) -> VersionInfo:
        """Return a version without its content."""
        return VersionInfo.model_validate(
            {
                "version_id": row.version_id,
                "parent": row.parent,
                "purpose": row.purpose,
                "label": row.label,
                "note": _note(row),
                "job_id": row.job_id,
                "job_title": row.job_title,
                "created_at": row.created_at.astimezone(self.core.clock.zone).isoformat(),
            }
        )

    def add(
        self, user: str, parent: VersionRow, content: Resume, purpose: str, **more: Any
    ) -> VersionRow:
        """Add a version and make it the newest; `more`: label, note, job_id, job_title."""
        now = self.core.clock.now()
        with self.core.store.begin() as session:
            row = VersionRow(
                version_id=new_id("ver"),
                user_id=user,
                resume_id=parent.resume_id,
                seq=self._next(session, parent.resume_id),
                parent=parent.version_id,
                purpose=purpose,
                content=content.to_json(),
                created_at=now,
                **{key: value[:250] if value else value for key, value in more.items()},
            )
            session.add(row)
            session.execute(
                sa.update(ResumeRow)
                .where(ResumeRow.resume_id == parent.resume_id, ResumeRow.user_id == user)
                .values(version_id=row.version_id, updated_at=now)
            )
            data = {"version_id": row.version_id, "parent": parent.version_id, "purpose": purpose}
            self.core.events.append(
                session, Event(user, "resume.version_added", parent.resume_id, now, data)
            )
        return row

    @staticmethod
    def _next(session: Session, resume_id: str) -> int:
        query = sa.select(sa.func.max(VersionRow.seq)).where(VersionRow.resume_id == resume_id)
        return int(session.scalar(query) or 0) + 1


def _note(row: VersionRow) -> str | None:
    """Return where a version comes from, in words; a person's own note as it is."""
    kept = row.note or ""
    if row.purpose == "import" and kept.startswith(_IMPORTED):
        return say("resumes.imported_from", name=kept.removeprefix(_IMPORTED))
    if row.purpose == "restore" and kept.startswith(_RESTORED):
        return say("resumes.restored", version=kept.removeprefix(_RESTORED))
    return row.note


_IMPORTED, _RESTORED = "imported from ", "restored "
"""How the notes of our own begin, as they are kept."""
