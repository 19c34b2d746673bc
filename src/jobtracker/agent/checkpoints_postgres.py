"""Checkpoints on PostgreSQL: a pool that comes back by itself, one setup at a time, pruned."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator
from typing import Any, cast

import psycopg
import sqlalchemy as sa
from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool

from jobtracker.agent.checkpoints import Saver
from jobtracker.core.errors import Unavailable

_MOST = 10
"""Connections of one process: a turn holds one for some milliseconds at a time."""
_WAIT_SECONDS = 10.0
_SETUP_LOCK = 0x6A6F6263  # "jobc"
FAILURES: tuple[type[Exception], ...] = (psycopg.Error,)


class PostgresSaver(Saver, AsyncPostgresSaver):
    """Keeps the checkpoints beside the store."""

    async def prune_thread(self, key: str) -> None:
        """Drop all but the newest checkpoint of a thread."""
        # Another replica that prunes the thread at the same moment does what is needed.
        busy = (psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected)
        with contextlib.suppress(*busy):
            await self.aprune([key])

    async def scrub(self) -> None:
        """Do nothing: the files are the server's, whose autovacuum frees the space."""

    async def keys_below(self, prefix: str) -> list[str]:
        """Return the thread keys that begin with the prefix, compared as text."""
        pool = cast("AsyncConnectionPool[Any]", self.conn)
        async with pool.connection() as connection:
            cursor = await connection.execute(
                "select distinct thread_id from checkpoints where substr(thread_id, 1, %s) = %s",
                (len(prefix), prefix),
            )
            return [row["thread_id"] for row in await cursor.fetchall()]


@contextlib.asynccontextmanager
async def open_saver(store_url: str) -> AsyncGenerator[PostgresSaver]:
    """Open the saver on the store's server.

    Raises:
        Unavailable: the server cannot be reached or used.
    """
    plain = sa.make_url(store_url).set(drivername="postgresql")
    pool: AsyncConnectionPool[Any] = AsyncConnectionPool(
        plain.render_as_string(hide_password=False),
        min_size=1,
        max_size=_MOST,
        timeout=_WAIT_SECONDS,
        kwargs={"autocommit": True, "prepare_threshold": 0, "row_factory": dict_row},
        # A connection that died with the server is replaced when it is taken, not met in a turn.
        check=AsyncConnectionPool.check_connection,
        open=False,
    )
    try:
        try:
            await pool.open(wait=True, timeout=_WAIT_SECONDS)
            saver = PostgresSaver(pool)
            await _setup(pool, saver)
        except psycopg.Error as exc:
            raise Unavailable(
                f"the conversations on {plain.host or 'the database server'} cannot be used "
                f"({str(exc).splitlines()[0] if str(exc) else type(exc).__name__}); "
                "check that it runs",
                5,
            ) from exc
        yield saver
    finally:
        await pool.close()


async def _setup(pool: AsyncConnectionPool[Any], saver: AsyncPostgresSaver) -> None:
    """Make the tables. Two replicas that start at once would trip over one another's indexes."""
    async with pool.connection() as connection:
        # Asked for again and again, not waited for: an index made concurrently waits for every
        # statement that was there before it, a waiting lock call too.
        while True:
            cursor = await connection.execute(
                "select pg_try_advisory_lock(%s) as mine", (_SETUP_LOCK,)
            )
            if cast("dict[str, bool]", await cursor.fetchone())["mine"]:
                break
            await connection.execute("select pg_sleep(0.1)")
        try:
            await saver.setup()
        finally:
            await connection.execute("select pg_advisory_unlock(%s)", (_SETUP_LOCK,))
