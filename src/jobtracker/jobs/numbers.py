"""Numbers that grow with every change, by which each process knows what it has not read yet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobtracker.core.durable_tables import insert_once
from jobtracker.jobs.tables import PostingRow, StateRow

COUNTER = "seq"


def take_numbers(session: Session, count: int) -> int:
    """Reserve `count` numbers and return the first; the row lock orders all writers.

    Whoever writes postings takes the numbers first, so that no two writers wait for one another.
    """
    take = (
        sa.update(StateRow)
        .where(StateRow.name == COUNTER)
        .values(value=sa.cast(sa.cast(StateRow.value, sa.BigInteger) + count, sa.Text))
    )
    if not session.execute(take).rowcount:  # type: ignore[attr-defined]
        insert_once(session, StateRow, {"name": COUNTER, "value": "0"})  # or another has, just now
        session.execute(take)
    last = session.scalar(sa.select(StateRow.value).where(StateRow.name == COUNTER))
    return int(last or 0) - count + 1


def touch(session: Session, job_ids: Sequence[str]) -> None:
    """Give changed postings a new sequence number, for every process to read them again."""
    if not job_ids:
        return
    first = take_numbers(session, len(job_ids))
    session.connection().execute(
        sa.update(cast("sa.Table", PostingRow.__table__))
        .where(PostingRow.job_id == sa.bindparam("one"))
        .values(seq=sa.bindparam("number")),
        [{"one": job_id, "number": first + i} for i, job_id in enumerate(sorted(job_ids))],
    )
