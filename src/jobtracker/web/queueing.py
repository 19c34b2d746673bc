"""One turn at a time within a thread: in order within this process, by a lock across processes."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import importlib.util
import threading
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from jobtracker.core.errors import RateLimited, Unavailable

if TYPE_CHECKING:
    from jobtracker.core.bootstrap import Core

_POLL_SECONDS = 0.02
_BITS = 62


class ThreadLock(Protocol):
    """A lock that other processes see, by number. A process asks once for a number at a time."""

    async def take(self, number: int) -> bool:
        """Take it now; false where another process has it."""
        ...

    async def give(self, number: int) -> None:
        """Give it back."""
        ...

    def close(self) -> None:
        """Give all back."""
        ...


class FileThreadLock:
    """Byte-range locks on one file of the home folder; the kernel frees those of a dead process.

    A lock belongs to the process and ends when any descriptor of the file is closed, so there is
    one descriptor. https://pubs.opengroup.org/onlinepubs/9799919799/functions/fcntl.html
    """

    def __init__(self, folder: Path) -> None:
        self._file: Any = (folder / "threads.lock").open("ab")

    async def take(self, number: int) -> bool:
        """Take it now; false where another process has it."""
        import fcntl

        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, number)
        except OSError:
            return False
        return True

    async def give(self, number: int) -> None:
        """Give it back."""
        import fcntl

        fcntl.lockf(self._file, fcntl.LOCK_UN, 1, number)

    def close(self) -> None:
        """Give all back."""
        self._file.close()


class PostgresThreadLock:
    """Advisory locks of one session; the server frees them when it ends.

    https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
    """

    def __init__(self, core: Core) -> None:
        self._core = core
        self._mutex = threading.Lock()
        self._connection: Any = None

    async def take(self, number: int) -> bool:
        """Take it now; false where another process has it."""
        return bool(await asyncio.to_thread(self._ask, "pg_try_advisory_lock", number))

    async def give(self, number: int) -> None:
        """Give it back."""
        with contextlib.suppress(Unavailable):  # with the session, the server has freed it
            await asyncio.to_thread(self._ask, "pg_advisory_unlock", number)

    def _ask(self, function: str, number: int) -> Any:
        import sqlalchemy as sa
        from sqlalchemy.exc import SQLAlchemyError

        with self._mutex:
            try:
                if self._connection is None:
                    engine = self._core.store.engine
                    self._connection = engine.connect().execution_options(
                        isolation_level="AUTOCOMMIT"
                    )
                query = sa.text(f"SELECT {function}(:number)")
                return self._connection.execute(query, {"number": number}).scalar()
            except SQLAlchemyError as exc:
                self._drop()
                raise Unavailable("the database does not answer; try again", 5) from exc

    def _drop(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(Exception):  # it is broken already
                self._connection.invalidate()
                self._connection.close()
            self._connection = None

    def close(self) -> None:
        """Give all back."""
        with self._mutex:
            self._drop()


def open_thread_lock(core: Core) -> ThreadLock | None:
    """Return the lock that goes with the store; None where the system has none.

    The store tells who shares threads: a SQLite file the processes of one machine, PostgreSQL all.
    """
    if core.store.dialect == "postgresql":
        return PostgresThreadLock(core)
    if importlib.util.find_spec("fcntl") is None:  # Windows: there, one process serves
        return None
    return FileThreadLock(core.home)


@dataclass
class _Gate:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0


class ThreadQueue:
    """Lets the turns of a thread pass one by one, in the order in which they came.

    Between processes the order is that of who asks first after the lock is free.
    """

    def __init__(self, lock: ThreadLock | None, limit: int, seconds: float) -> None:
        self._lock = lock
        self._limit = limit
        self._seconds = seconds
        self._gates: dict[str, _Gate] = {}

    def check(self, key: str) -> None:
        """Refuse a turn of a thread in which too many wait already.

        Raises:
            RateLimited: the thread's queue is full.
        """
        gate = self._gates.get(key)
        if gate is not None and gate.waiting >= self._limit:
            raise RateLimited(
                f"{gate.waiting} messages of this thread wait for their answers already; "
                "wait for those",
                2,
            )

    @contextlib.asynccontextmanager
    async def turn(self, key: str) -> AsyncGenerator[None]:
        """Wait until it is this turn's turn.

        Raises:
            Unavailable: another process holds the thread for very long.
        """
        gate = self._gates.setdefault(key, _Gate())
        gate.waiting += 1
        try:
            async with gate.lock:
                number = _number(key)
                await self._take(number)
                try:
                    yield
                finally:
                    if self._lock is not None:
                        await asyncio.shield(self._lock.give(number))
        finally:
            gate.waiting -= 1
            if not gate.waiting:
                self._gates.pop(key, None)

    async def _take(self, number: int) -> None:
        if self._lock is None:
            return
        loop = asyncio.get_running_loop()
        until = loop.time() + self._seconds
        while not await self._lock.take(number):
            if loop.time() > until:
                raise Unavailable("this thread is busy with another message; try again", 5)
            await asyncio.sleep(_POLL_SECONDS)

    def close(self) -> None:
        """Give the locks back."""
        if self._lock is not None:
            self._lock.close()


def _number(key: str) -> int:
    digest = hashlib.blake2b(key.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> (64 - _BITS)
