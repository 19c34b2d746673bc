"""One change of a person's calendars at a time, also over several machines on one PostgreSQL."""

from __future__ import annotations

import hashlib
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from jobtracker.core.errors import Unavailable

if TYPE_CHECKING:
    from jobtracker.core.store import Store

WAIT_SECONDS = 15


@contextmanager
def exclusive(store: Store, user: str) -> Generator[None]:
    """Hold the person's lock in the database; on SQLite the lock file of the home is enough.

    The lock is of the session, and ends with the connection: a process that dies frees it.

    Raises:
        Unavailable: another machine holds it for long.
    """
    if store.dialect != "postgresql":
        yield
        return
    digest = hashlib.blake2b(f"calendar:{user}".encode(), digest_size=8).digest()
    key = int.from_bytes(digest, "big", signed=True)
    with store.engine.connect() as connection:
        connection.exec_driver_sql(f"SET lock_timeout = '{WAIT_SECONDS}s'")
        try:
            connection.execute(sa.select(sa.func.pg_advisory_lock(key)))
        except OperationalError as exc:
            raise Unavailable("another machine is changing the calendar; try again", 5) from exc
        try:
            yield
        finally:
            connection.execute(sa.select(sa.func.pg_advisory_unlock(key)))
            connection.exec_driver_sql("RESET lock_timeout")
            connection.commit()
