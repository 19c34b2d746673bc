"""Tables of the long-term memory."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from jobtracker.core.store import Base, UtcDateTime


class MemoryRow(Base):
    """One memory.

    `revision` is the user's count of changes when it was last written: newer is higher, also with
    a fixed clock. `indexed` names the generation of the vector index that has that revision.
    """

    __tablename__ = "memories"
    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    user_id: Mapped[str] = mapped_column(sa.String(128))
    kind: Mapped[str] = mapped_column(sa.String(16))
    key: Mapped[str] = mapped_column(sa.String(200))
    text: Mapped[str] = mapped_column(sa.Text)
    data: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    thread_id: Mapped[str] = mapped_column(sa.String(128))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime())
    revision: Mapped[int]
    indexed: Mapped[str] = mapped_column(sa.String(64), default="")
    vector: Mapped[bytes | None] = mapped_column(sa.LargeBinary, default=None)
    embedder: Mapped[str] = mapped_column(sa.String(64), default="")


class MemoryUserRow(Base):
    """How often a user's memories have changed, so that every process knows its copy is stale."""

    __tablename__ = "memory_users"
    user_id: Mapped[str] = mapped_column(sa.String(128), primary_key=True)
    version: Mapped[int]


class ErasureRow(Base):
    """A forgotten memory whose vector is still to be erased."""

    __tablename__ = "memory_erasures"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    user_id: Mapped[str] = mapped_column(sa.String(128))
    memory_id: Mapped[str] = mapped_column(sa.String(32))
