"""Checkpoints in a SQLite file: each operation is one step to a thread and back.

LangGraph's own asynchronous saver takes a step for each statement, six to read a checkpoint; with
many turns at once each of them waits for the event loop, and all for the one connection.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncGenerator, Callable, Sequence
from pathlib import Path
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    ChannelVersions,
    Checkpoint,
    CheckpointMetadata,
    CheckpointTuple,
)
from langgraph.checkpoint.sqlite import SqliteSaver

from jobtracker.agent.checkpoints import Saver, T
from jobtracker.core.errors import Unavailable

FILE = "checkpoints.db"
KEPT = 3
"""Checkpoints of a thread that stay; older ones are never resumed and only cost space."""
_BUSY_SECONDS = 15


class _InThread(SqliteSaver):
    """LangGraph's saver, whose connection and lock any thread may use, from the event loop."""

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        return await asyncio.to_thread(self.get_tuple, config)

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        return await asyncio.to_thread(self.put, config, checkpoint, metadata, new_versions)

    async def aput_writes(
        self,
        config: RunnableConfig,
        writes: Sequence[tuple[str, Any]],
        task_id: str,
        task_path: str = "",
    ) -> None:
        await asyncio.to_thread(self.put_writes, config, writes, task_id, task_path)

    async def adelete_thread(self, thread_id: str) -> None:
        await asyncio.to_thread(self.delete_thread, thread_id)


class FileSaver(Saver, _InThread):
    """Keeps the checkpoints of one home."""

    async def read_beside(
        self, config: RunnableConfig, read: Callable[[], T]
    ) -> tuple[CheckpointTuple | None, T]:
        """Return the thread's checkpoint and what `read` returns; one step to a thread is both."""
        return await asyncio.to_thread(lambda: (self.get_tuple(config), read()))

    async def prune_thread(self, key: str) -> None:
        """Drop all but the newest checkpoints of a thread."""
        await asyncio.to_thread(self._prune, key)

    def _prune(self, key: str) -> None:
        old = (
            "SELECT checkpoint_id FROM checkpoints WHERE thread_id = ? AND checkpoint_ns = '' "
            f"ORDER BY checkpoint_id DESC LIMIT -1 OFFSET {KEPT}"
        )
        with self.cursor() as cursor:
            for table in ("writes", "checkpoints"):
                cursor.execute(
                    f"DELETE FROM {table} WHERE thread_id = ? AND checkpoint_id IN ({old})",
                    (key, key),
                )

    async def scrub(self) -> None:
        """Empty the write-ahead log; in the file deleted content is overwritten already."""
        await asyncio.to_thread(self._scrub)

    def _scrub(self) -> None:
        with self.cursor(transaction=False) as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    async def keys_below(self, prefix: str) -> list[str]:
        """Return the thread keys that begin with the prefix, compared as text."""
        return await asyncio.to_thread(self._keys_below, prefix)

    def _keys_below(self, prefix: str) -> list[str]:
        query = "SELECT DISTINCT thread_id FROM checkpoints WHERE substr(thread_id, 1, ?) = ?"
        with self.cursor(transaction=False) as cursor:
            return [row[0] for row in cursor.execute(query, (len(prefix), prefix)).fetchall()]


@contextlib.asynccontextmanager
async def open_saver(home: Path) -> AsyncGenerator[FileSaver]:
    """Open the saver on the home's file.

    Raises:
        Unavailable: the file cannot be used.
    """
    try:
        saver = await asyncio.to_thread(_open, home / FILE)
    except sqlite3.Error as exc:
        raise Unavailable(
            f"the conversations in {home / FILE} cannot be used ({exc}); make the folder writable, "
            "free some space, or move the file away"
        ) from exc
    try:
        yield saver
    finally:
        await asyncio.to_thread(_close, saver)


def _open(file: Path) -> FileSaver:
    connection = sqlite3.connect(file, timeout=_BUSY_SECONDS, check_same_thread=False)
    try:
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}").close()
        saver = FileSaver(connection)
        saver.setup()
    except BaseException:
        connection.close()
        raise
    return saver


def _close(saver: FileSaver) -> None:
    with saver.lock:  # what is being written still is finished first
        saver.conn.close()
