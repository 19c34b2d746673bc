"""Where the graph's checkpoints are kept: a SQLite file in the home folder, PostgreSQL by URL."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import sys
from abc import abstractmethod
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver, CheckpointTuple

T = TypeVar("T")
READ = "checkpoint_read"
"""Key of a run's configuration under which it is handed what was read for it already."""


class Read(NamedTuple):
    """What was read of a thread under its lock; None where it has no checkpoint."""

    saved: CheckpointTuple | None


class Saver(BaseCheckpointSaver[Any]):
    """LangGraph's port, and what conversations need besides."""

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """Return the thread's checkpoint; the one handed along where there is one.

        A turn looks at the checkpoint before it runs the graph, which would read it once more.
        """
        read = config.get("configurable", {}).get(READ)
        return read.saved if isinstance(read, Read) else await super().aget_tuple(config)

    async def read_beside(
        self, config: RunnableConfig, read: Callable[[], T]
    ) -> tuple[CheckpointTuple | None, T]:
        """Return the thread's checkpoint and what `read` returns, which may block."""
        return await asyncio.gather(self.aget_tuple(config), asyncio.to_thread(read))

    @abstractmethod
    async def prune_thread(self, key: str) -> None:
        """Drop all but the newest checkpoints of a thread: older ones are never resumed."""

    @abstractmethod
    async def scrub(self) -> None:
        """Take what was deleted out of the files, where they are ours."""

    @abstractmethod
    async def keys_below(self, prefix: str) -> list[str]:
        """Return the thread keys that begin with the prefix; no id in it can be a pattern."""


def checkpoint_key(user: str, thread_id: str) -> str:
    """Return the saver's thread id: one user's threads can never be another's."""
    return f"{user}\x1f{thread_id}"


@contextlib.asynccontextmanager
async def open_saver(store_url: str, home: Path) -> AsyncGenerator[Saver]:
    """Open the saver that goes with the store.

    Raises:
        Unavailable: the file or the server cannot be used.
    """
    if store_url.startswith("postgresql"):
        from jobtracker.agent import checkpoints_postgres

        async with checkpoints_postgres.open_saver(store_url) as saver:
            yield saver
    else:
        from jobtracker.agent import checkpoints_sqlite

        async with checkpoints_sqlite.open_saver(home) as saver:
            yield saver


def failures() -> tuple[type[Exception], ...]:
    """Return what a saver raises when its file or server cannot be used."""
    found: tuple[type[Exception], ...] = (sqlite3.Error,)
    if "psycopg" in sys.modules:
        from jobtracker.agent import checkpoints_postgres

        found += checkpoints_postgres.FAILURES
    return found


async def erase_user(saver: Saver, user: str) -> int:
    """Remove all checkpoints of the user's threads, also of those that no transcript knows.

    Return how many threads there were.
    """
    keys = await saver.keys_below(checkpoint_key(user, ""))
    for key in keys:
        await saver.adelete_thread(key)
    await saver.scrub()
    return len(keys)
