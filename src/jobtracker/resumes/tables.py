"""Résumés, their versions and letters; the files themselves lie under `home/resumes/<user>/`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from jobtracker.core.store import Base, UserOwned, UtcDateTime


class ResumeRow(UserOwned, Base):
    """A résumé and the version that is its newest."""

    __tablename__ = "resumes"
    resume_id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    version_id: Mapped[str] = mapped_column(sa.String(32))
    filename: Mapped[str] = mapped_column(sa.String(255))
    language: Mapped[str] = mapped_column(sa.String(16))
    digest: Mapped[str] = mapped_column(sa.String(64), index=True)
    """BLAKE2b of the file, by which a second import of the same file is known."""
    document: Mapped[str] = mapped_column(sa.String(255))
    """The kept file, relative to the user's folder."""
    read: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    """The `ReadResult` without the résumé: layout, sources, hidden text, warnings."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime())


class VersionRow(UserOwned, Base):
    """What a résumé was at some time; never changed."""

    __tablename__ = "resume_versions"
    version_id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    resume_id: Mapped[str] = mapped_column(sa.String(32), index=True)
    seq: Mapped[int]
    """1 is the import; grows by one within the résumé."""
    parent: Mapped[str | None] = mapped_column(sa.String(32))
    purpose: Mapped[str] = mapped_column(sa.String(16))
    label: Mapped[str | None] = mapped_column(sa.String(120))
    note: Mapped[str | None] = mapped_column(sa.Text)
    job_id: Mapped[str | None] = mapped_column(sa.String(64))
    job_title: Mapped[str | None] = mapped_column(sa.String(255))
    content: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())


class LetterRow(UserOwned, Base):
    """A letter that waits for the person's eyes."""

    __tablename__ = "resume_letters"
    letter_id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    resume_id: Mapped[str] = mapped_column(sa.String(32), index=True)
    version_id: Mapped[str] = mapped_column(sa.String(32))
    job_id: Mapped[str | None] = mapped_column(sa.String(64))
    kind: Mapped[str] = mapped_column(sa.String(16))
    status: Mapped[str] = mapped_column(sa.String(16))
    content: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())
