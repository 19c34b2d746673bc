"""What the language model has cost: a ledger per user, thread and calendar month.

Prices are kept in millionths of the currency, as integers, so that adding never rounds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Mapped, mapped_column

from jobtracker.agent.mind.port import Usage
from jobtracker.core.bootstrap import Core
from jobtracker.core.store import Base, UserOwned

MICRO = 1_000_000


class SpendRow(UserOwned, Base):
    """What one thread used in one month, in one currency; `month` is like 2026-11."""

    __tablename__ = "llm_spend"
    user_id: Mapped[str] = mapped_column(sa.String(128), primary_key=True)
    month: Mapped[str] = mapped_column(sa.String(7), primary_key=True)
    thread_id: Mapped[str] = mapped_column(sa.String(128), primary_key=True)
    currency: Mapped[str] = mapped_column(sa.String(3), primary_key=True)
    calls: Mapped[int] = mapped_column(sa.BigInteger)
    input_tokens: Mapped[int] = mapped_column(sa.BigInteger)
    output_tokens: Mapped[int] = mapped_column(sa.BigInteger)
    price_micro: Mapped[int] = mapped_column(sa.BigInteger)


@dataclass(frozen=True)
class Spent:
    """A sum over the ledger; `price` in `currency`."""

    calls: int
    input_tokens: int
    output_tokens: int
    price: float
    currency: str


class Spend:
    """Adds to the ledger and sums it up. Prices are those of the settings when a call is made."""

    def __init__(self, core: Core) -> None:
        self._core = core

    @property
    def currency(self) -> str:
        """The currency that is counted in."""
        return self._core.settings.llm.currency

    def price(self, input_tokens: int, output_tokens: int) -> float:
        """Return what so many tokens cost by the settings."""
        llm = self._core.settings.llm
        return (input_tokens * llm.input_price + output_tokens * llm.output_price) / MICRO

    def add(self, user: str, thread_id: str, usage: Usage) -> None:
        """Count one call of the model for the current month."""
        values: dict[str, Any] = {
            "user_id": user,
            "month": self._month(),
            "thread_id": thread_id,
            "currency": self.currency,
            "calls": 1,
            "input_tokens": usage.input_tokens,
            "output_tokens": usage.output_tokens,
            "price_micro": round(usage.price * MICRO),
        }
        store = self._core.store
        insert = postgresql_insert if store.dialect == "postgresql" else sqlite_insert
        statement = insert(SpendRow).values(values)
        counted = ("calls", "input_tokens", "output_tokens", "price_micro")
        statement = statement.on_conflict_do_update(
            index_elements=["user_id", "month", "thread_id", "currency"],
            set_={name: getattr(SpendRow, name) + statement.excluded[name] for name in counted},
        )
        with store.begin() as session:
            session.execute(statement)

    def month(self, user: str, at: datetime | None = None) -> Spent:
        """Return what the user spent in the calendar month of `at`, the current one by default."""
        return self._sum(SpendRow.user_id == user, SpendRow.month == self._month(at))

    def thread(self, user: str, thread_id: str) -> Spent:
        """Return what one conversation has cost, over all months."""
        return self._sum(SpendRow.user_id == user, SpendRow.thread_id == thread_id)

    def forget(self, user: str, thread_id: str | None = None) -> None:
        """Fold a thread, or all threads of the user, into a row without a name.

        The sum of the month stays, so that deleting a conversation does not lift the limit.
        """
        with self._core.store.begin() as session:
            query = sa.select(SpendRow).where(SpendRow.user_id == user, SpendRow.thread_id != "")
            if thread_id is not None:
                query = query.where(SpendRow.thread_id == thread_id)
            for row in session.scalars(query).all():
                kept = session.get(SpendRow, (user, row.month, "", row.currency))
                if kept is None:
                    row.thread_id = ""
                    session.flush()
                    continue
                kept.calls += row.calls
                kept.input_tokens += row.input_tokens
                kept.output_tokens += row.output_tokens
                kept.price_micro += row.price_micro
                session.delete(row)
                session.flush()

    def _month(self, at: datetime | None = None) -> str:
        return (at or self._core.clock.now()).strftime("%Y-%m")

    def _sum(self, *where: sa.ColumnElement[bool]) -> Spent:
        columns = (
            SpendRow.calls,
            SpendRow.input_tokens,
            SpendRow.output_tokens,
            SpendRow.price_micro,
        )
        query = sa.select(*(sa.func.coalesce(sa.func.sum(column), 0) for column in columns))
        with self._core.store.begin() as session:
            row = session.execute(query.where(SpendRow.currency == self.currency, *where)).one()
        calls, tokens_in, tokens_out, micro = (int(value) for value in row)
        return Spent(calls, tokens_in, tokens_out, micro / MICRO, self.currency)
