"""Fires the schedules: each due one queues one job, however many processes look."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from jobtracker.core.clock import parse_zone
from jobtracker.core.durable_cron import following, latest
from jobtracker.core.durable_run import LONGEST_WAIT
from jobtracker.core.durable_tables import WAITING, JobRow, ScheduleRow, change, insert_once

if TYPE_CHECKING:
    from jobtracker.core.durable import Durable

_BATCH = 500
_SKEW = timedelta(seconds=60)
"""Clocks of machines in good order differ by less."""
_LONGEST = timedelta(seconds=LONGEST_WAIT)
_NONE = timedelta(0)


def realign(durable: Durable, beyond: timedelta) -> None:
    """Bring schedules that wait for a future `beyond`, set while the clock ran ahead, back to now.

    What has fired for a time does not fire for it again: that job's id is taken. Jobs that were
    queued, or are to be tried again, while it ran ahead wait as long as was meant.
    """
    now = durable.clock.now()
    _recall(durable, now)
    far = sa.select(ScheduleRow).where(ScheduleRow.next_at > now + beyond)
    with durable.store.begin() as session:
        for row in session.scalars(far.execution_options(yield_per=1000)):
            row.next_at = min(row.next_at, following(row.cron, parse_zone(row.zone), now))


def _recall(durable: Durable, now: datetime) -> None:
    waiting = sa.select(JobRow).where(JobRow.state == WAITING)
    early = waiting.where(JobRow.attempt == 1, JobRow.created_at > now + _SKEW)
    again = waiting.where(JobRow.attempt > 1, JobRow.run_at > now + _LONGEST + _SKEW)
    with durable.store.begin() as session:
        for row in session.scalars(early):
            row.run_at, row.created_at = now + max(row.run_at - row.created_at, _NONE), now
        for row in session.scalars(again):
            row.run_at = now


def fire(durable: Durable) -> None:
    """Queue a job for each schedule that is due, and set the schedule to its next time."""
    now = durable.clock.now()
    due = sa.select(ScheduleRow).where(ScheduleRow.next_at <= now).order_by(ScheduleRow.next_at)
    with durable.store.begin() as session:
        rows = session.scalars(due.limit(_BATCH)).all()
        session.expunge_all()
    for row in rows:
        zone = parse_zone(row.zone)
        time_due = latest(row.cron, zone, row.next_at, now)
        mine = sa.update(ScheduleRow).where(
            ScheduleRow.user_id == row.user_id,
            ScheduleRow.name == row.name,
            ScheduleRow.next_at == row.next_at,
        )
        with durable.store.begin() as session:
            coming = following(row.cron, zone, now)
            # Of several processes, or of one and a person who changes the line, one goes first.
            if change(session, mine.values(next_at=coming, last_at=time_due)) == 1:
                insert_once(session, JobRow, _fired(row, time_due, now))


def _fired(row: ScheduleRow, due: datetime, now: datetime) -> dict[str, Any]:
    """Return the job of a schedule for that time; its id makes it the only one."""
    named = "\x1f".join(("schedule", row.user_id, row.name, due.isoformat())).encode()
    return {
        "id": hashlib.blake2b(named, digest_size=16).hexdigest(),
        "user_id": row.user_id,
        "kind": row.kind,
        "payload": row.payload,
        "priority": 10,
        "run_at": due,
        "state": WAITING,
        "attempt": 1,
        "starts": 0,
        "created_at": now,
    }
