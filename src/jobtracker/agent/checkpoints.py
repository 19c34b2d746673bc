"""Where the graph's checkpoints are kept: a SQLite file in the home folder, PostgreSQL by URL."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import sys
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any, cast

from langgraph.checkpoint.base import BaseCheckpointSaver

from jobtracker.core.errors import Unavailable

FILE = "checkpoints.db"
KEPT = 3
"""Checkpoints of a thread that stay; older ones are never resumed and only cost space."""


def checkpoint_key(user: str, thread_id: str) -> str:
    """Return the saver's thread id: one user's threads can never be another's."""
    return f"{user}\x1f{thread_id}"


@contextlib.asynccontextmanager
async def open_saver(store_url: str, home: Path) -> AsyncGenerator[BaseCheckpointSaver[Any]]:
    """Open the saver that goes with the store.

    Raises:
        Unavailable: the file or the server cannot be used.
    """
    if store_url.startswith("postgresql"):
        from jobtracker.agent import checkpoints_postgres

        async with checkpoints_postgres.open_saver(store_url) as saver:
            yield saver
        return
    import aiosqlite
    from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

    try:
        connection = await aiosqlite.connect(home / FILE, timeout=15)
        await connection.execute("PRAGMA journal_mode=WAL")
        await connection.execute("PRAGMA synchronous=NORMAL")
        await connection.execute("PRAGMA secure_delete=ON")
        saver = AsyncSqliteSaver(connection)
        await saver.setup()
    except aiosqlite.Error as exc:
        raise Unavailable(
            f"the conversations in {home / FILE} cannot be used ({exc}); make the folder writable, "
            "free some space, or move the file away"
        ) from exc
    try:
        yield saver
    finally:
        await connection.close()


def failures() -> tuple[type[Exception], ...]:
    """Return what a saver raises when its file or server cannot be used."""
    found: tuple[type[Exception], ...] = (sqlite3.Error,)
    if "psycopg" in sys.modules:
        from jobtracker.agent import checkpoints_postgres

        found += checkpoints_postgres.FAILURES
    return found


def _on_postgres(saver: BaseCheckpointSaver[Any]) -> bool:
    return "Postgres" in type(saver).__name__


async def prune(saver: BaseCheckpointSaver[Any], key: str) -> None:
    """Drop all but the newest checkpoints of a thread."""
    if _on_postgres(saver):
        from jobtracker.agent import checkpoints_postgres

        await checkpoints_postgres.prune(cast("Any", saver), key)
        return
    connection = getattr(saver, "conn", None)
    lock = getattr(saver, "lock", None)
    if connection is None or not isinstance(lock, asyncio.Lock):
        return
    old = (
        "SELECT checkpoint_id FROM checkpoints WHERE thread_id = ? AND checkpoint_ns = '' "
        f"ORDER BY checkpoint_id DESC LIMIT -1 OFFSET {KEPT}"
    )
    async with lock:
        for table in ("writes", "checkpoints"):
            await connection.execute(
                f"DELETE FROM {table} WHERE thread_id = ? AND checkpoint_id IN ({old})",
                (key, key),
            )
        await connection.commit()


async def scrub(saver: BaseCheckpointSaver[Any]) -> None:
    """Take what was deleted out of the SQLite file and its log; PostgreSQL's are its own."""
    if _on_postgres(saver):
        return
    connection = getattr(saver, "conn", None)
    lock = getattr(saver, "lock", None)
    if connection is None or not isinstance(lock, asyncio.Lock):
        return
    async with lock:
        await connection.commit()
        cursor = await connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        await cursor.close()


async def erase_user(saver: BaseCheckpointSaver[Any], user: str) -> int:
    """Remove all checkpoints of the user's threads, also of those that no transcript knows.

    Return how many threads there were. The prefix is compared as text: no id can be a pattern.
    """
    prefix = checkpoint_key(user, "")
    if _on_postgres(saver):
        from jobtracker.agent import checkpoints_postgres

        keys = await checkpoints_postgres.keys_below(cast("Any", saver), prefix)
    else:
        connection: Any = cast("Any", saver).conn
        query = "SELECT DISTINCT thread_id FROM checkpoints WHERE substr(thread_id, 1, ?) = ?"
        cursor = await connection.execute(query, (len(prefix), prefix))
        keys = [row[0] for row in await cursor.fetchall()]
        await cursor.close()
    for key in keys:
        await saver.adelete_thread(key)
    await scrub(saver)
    return len(keys)
