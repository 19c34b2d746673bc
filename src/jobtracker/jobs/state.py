"""The few values of the index that outlive a process, kept by several at once."""

from __future__ import annotations

from sqlalchemy.orm import Session

from jobtracker.core.durable_tables import insert_once
from jobtracker.jobs.tables import StateRow


def keep_state(session: Session, name: str, value: str) -> None:
    """Set a value, whoever else is setting it for the first time at this moment."""
    if not insert_once(session, StateRow, {"name": name, "value": value}):
        session.merge(StateRow(name=name, value=value))


def state_once(session: Session, name: str, value: str) -> str:
    """Return the value, which is this one where there was none."""
    insert_once(session, StateRow, {"name": name, "value": value})
    return session.get_one(StateRow, name).value
