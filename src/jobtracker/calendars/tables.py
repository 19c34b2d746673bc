"""Connected calendar accounts, and what was last seen in them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from jobtracker.core.store import Base, UserOwned


class AccountRow(UserOwned, Base):
    """One account. `sealed` holds its secrets, encrypted by `core.secrets`."""

    __tablename__ = "calendar_accounts"
    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    provider: Mapped[str] = mapped_column(sa.String(32))
    name: Mapped[str] = mapped_column(sa.String(200))
    config: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    sealed: Mapped[str] = mapped_column(sa.Text)
    chosen: Mapped[bool]
    tokens: Mapped[dict[str, Any]] = mapped_column(sa.JSON)


class HabitsRow(UserOwned, Base):
    """How one person works, where it differs from the settings; keys as in `habits.Habits`."""

    __tablename__ = "calendar_habits"
    user_id: Mapped[str] = mapped_column(sa.String(128), primary_key=True)
    data: Mapped[dict[str, Any]] = mapped_column(sa.JSON)


class ItemRow(UserOwned, Base):
    """One event as the provider last told it, as iCalendar text."""

    __tablename__ = "calendar_items"
    account_id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(1000), primary_key=True)
    etag: Mapped[str] = mapped_column(sa.String(300))
    ics: Mapped[str] = mapped_column(sa.Text)
