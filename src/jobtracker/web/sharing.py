"""One port, several processes: each takes its part of the connections.

Left to the kernel, the process that wakes first takes all that wait: of sixteen connections that
come together one of two processes had thirteen or all, and a core stood idle beside it. Here each
tells the others how many it holds, and who holds more than another lets that one go first.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import socket
from collections.abc import Callable, MutableSequence
from typing import Any

COURTESY_SECONDS = 0.01
"""So long a connection is left to a process that holds fewer; it may be stuck."""
STEP_SECONDS = 0.001
"""So often it looks meanwhile whether the others have caught up."""
RELIEF_SECONDS = 1.0
"""So long nothing is taken where the system has no descriptor or memory left."""
_GONE = -1
_EXHAUSTED = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
_log = logging.getLogger("jobtracker.web")


class Board:
    """How many connections each process holds, in memory that they share."""

    def __init__(self, counts: MutableSequence[int], mine: int) -> None:
        self._counts = counts
        self._mine = mine

    def join(self) -> None:
        """Take part from now on."""
        self._counts[self._mine] = 0

    @property
    def ahead(self) -> bool:
        """Tell whether another process that serves holds fewer."""
        own = self._counts[self._mine]
        return any(_GONE < count < own for count in self._counts)

    def add(self, change: int) -> None:
        """Tell the others of one more or one less."""
        self._counts[self._mine] += change

    def leave(self) -> None:
        """Take no part any more."""
        self._counts[self._mine] = _GONE


def nobody(counts: MutableSequence[int], number: int) -> None:
    """Note that no process serves in that place."""
    counts[number] = _GONE


class Held(set[Any]):
    """The open connections of a server, which says when one has ended."""

    def __init__(self, ended: Callable[[], None]) -> None:
        super().__init__()
        self._ended = ended

    def discard(self, element: Any, /) -> None:
        """Forget a connection."""
        if element in self:
            super().discard(element)
            self._ended()


class Acceptor:
    """Takes connections from a listener that other processes listen on as well."""

    def __init__(
        self,
        listener: socket.socket,
        board: Board,
        protocol: Callable[[], asyncio.Protocol],
        courtesy: float = COURTESY_SECONDS,
    ) -> None:
        self._listener = listener
        self._board = board
        self._protocol = protocol
        self._courtesy = courtesy
        self._until = 0.0
        self._loop = asyncio.get_running_loop()
        self._later: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        listener.setblocking(False)
        board.join()
        self._watch()

    def _watch(self) -> None:
        self._later = None
        self._loop.add_reader(self._listener.fileno(), self._waiting)

    def _rest(self, seconds: float, then: Callable[[], None]) -> None:
        self._later = self._loop.call_later(seconds, then)

    def _waiting(self) -> None:
        """Somebody wants to connect."""
        if not self._board.ahead:
            self._take()
            return
        self._loop.remove_reader(self._listener.fileno())
        self._until = self._loop.time() + self._courtesy
        self._rest(STEP_SECONDS, self._look_again)

    def _look_again(self) -> None:
        if self._board.ahead and self._loop.time() < self._until:
            self._rest(STEP_SECONDS, self._look_again)
            return
        self._watch()
        self._take()

    def _take(self) -> None:
        """Take one; whether the next is ours is asked anew."""
        try:
            connection, _ = self._listener.accept()
        except (BlockingIOError, InterruptedError, ConnectionAbortedError):
            return  # another process has it, or the client has left
        except OSError as exc:
            if exc.errno not in _EXHAUSTED:
                raise
            _log.error("no connection can be taken (%s)", exc.strerror)
            self._loop.remove_reader(self._listener.fileno())
            self._rest(RELIEF_SECONDS, self._watch)
            return
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._board.add(1)
        task = self._loop.create_task(self._connect(connection))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _connect(self, connection: socket.socket) -> None:
        try:
            await self._loop.connect_accepted_socket(self._protocol, connection)
        except OSError:  # the client has left meanwhile
            self._board.add(-1)
            connection.close()

    def close(self) -> None:
        """Take no more."""
        if self._later is not None:
            self._later.cancel()
        with contextlib.suppress(OSError, ValueError):
            self._loop.remove_reader(self._listener.fileno())
        self._board.leave()
