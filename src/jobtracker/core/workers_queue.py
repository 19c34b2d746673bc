"""The order in which tasks are run: conversations before batches, users in turn."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Literal

from jobtracker.core.errors import Unavailable
from jobtracker.core.speech import Language

Priority = Literal["conversation", "batch"]
BATCH_EVERY = 8
"""So many conversations' tasks in a row, then one of a batch that waits: late, but not never."""


@dataclass(eq=False)
class Task:
    """A task and who waits for it. Times are of the monotonic clock."""

    name: str
    kind: str
    user: str
    priority: Priority
    function: Callable[..., Any]
    args: tuple[Any, ...]
    seconds: float
    safe: bool
    language: Language = "en"
    future: Future[Any] = field(default_factory=Future[Any])
    queued: float = field(default_factory=time.monotonic)
    crashes: int = 0


class FairQueue:
    """A bounded queue. Within a priority, the user with the fewest running tasks goes first, then
    the one who waited longest for a turn. Not thread-safe: the caller holds a lock."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._per_user = max(8, most // 4)
        self._lines: dict[Priority, OrderedDict[str, deque[Task]]] = {
            "conversation": OrderedDict(),
            "batch": OrderedDict(),
        }
        self._in_a_row = 0

    def __len__(self) -> int:
        return sum(self.depths().values())

    def depths(self) -> dict[Priority, int]:
        """Return how many tasks wait, by priority."""
        return {priority: sum(map(len, users.values())) for priority, users in self._lines.items()}

    def put(self, task: Task, retry_after: float) -> None:
        """Add a task at the end of its user's line.

        Raises:
            Unavailable: the queue is full, or the user's share of it.
        """
        if len(self) >= self._most:
            raise Unavailable(
                f"too much is waiting before {task.name}; try again in {retry_after:.0f} s",
                retry_after,
            )
        held = sum(len(users.get(task.user, ())) for users in self._lines.values())
        if held >= self._per_user:
            raise Unavailable(
                f"{held} of your own tasks wait before {task.name}; "
                f"try again in {retry_after:.0f} s",
                retry_after,
            )
        self._lines[task.priority].setdefault(task.user, deque()).append(task)

    def put_first(self, task: Task) -> None:
        """Put a task back that was taken, before all of its user's."""
        self._lines[task.priority].setdefault(task.user, deque()).appendleft(task)

    def take(
        self, running: dict[str, int], batch_may: bool, fits: Callable[[Task], bool]
    ) -> Task | None:
        """Remove and return the next task, None where none may run now.

        `running` counts each user's running tasks; `batch_may` is false where the last place is
        kept for a conversation; `fits` says whether there is memory for it.
        """
        order: list[Priority] = ["conversation", "batch"]
        if self._in_a_row >= BATCH_EVERY:
            order.reverse()
        for priority in order:
            if priority == "batch" and not batch_may:
                continue
            task = self._next_of(priority, running, fits)
            if task is not None:
                self._in_a_row = self._in_a_row + 1 if priority == "conversation" else 0
                return task
        return None

    def _next_of(
        self, priority: Priority, running: dict[str, int], fits: Callable[[Task], bool]
    ) -> Task | None:
        users = self._lines[priority]
        for user in sorted(users, key=lambda name: running.get(name, 0)):  # stable: turns stay
            if fits(users[user][0]):
                task = users[user].popleft()
                if users[user]:
                    users.move_to_end(user)
                else:
                    del users[user]
                return task
        return None

    def remove(self, task: Task) -> bool:
        """Take a task out; tell whether it waited."""
        line = self._lines[task.priority].get(task.user)
        if line is None or task not in line:
            return False
        line.remove(task)
        if not line:
            del self._lines[task.priority][task.user]
        return True

    def overdue(self, before: float) -> list[Task]:
        """Remove and return what was queued before that moment."""
        late = [
            task
            for users in self._lines.values()
            for line in users.values()
            for task in line
            if task.queued < before
        ]
        for task in late:
            self.remove(task)
        return late

    def drain(self) -> list[Task]:
        """Remove and return everything."""
        return self.overdue(float("inf"))
