"""Worker processes: hostile tasks end alone, others are answered meanwhile."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import pytest

from jobtracker.core import workers_limits
from jobtracker.core.errors import BadInput, BudgetExceeded, RateLimited, Unavailable
from jobtracker.core.settings import WorkerSettings, load_settings
from jobtracker.core.workers import Workers
from tests.core.workers import tasks

PATIENCE = 90.0
pytestmark = pytest.mark.timeout(300)


def settings(**changes: Any) -> WorkerSettings:
    chosen = {"count": 2, "memory_mb": 400, "overcommit": True, "timeout_seconds": 120, **changes}
    return load_settings().workers.model_copy(update=chosen)


@pytest.fixture
def make() -> Iterator[Callable[..., Workers]]:
    opened: list[Workers] = []

    def maker(**changes: Any) -> Workers:
        opened.append(Workers(settings(**changes)))
        return opened[-1]

    yield maker
    for workers in opened:
        workers.close()


def wait_until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain until {what}"
        time.sleep(0.01)


def gone(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state == "Z"


def test_a_value_comes_back_and_processes_start_when_needed(make: Callable[..., Workers]) -> None:
    workers = make()
    assert workers.snapshot().alive == 0
    assert workers.run("doubling", tasks.double, 21) == 42
    assert workers.snapshot().alive == 1


def test_more_memory_than_the_limit_is_refused_and_the_next_task_runs(
    make: Callable[..., Workers],
) -> None:
    workers = make()
    with pytest.raises(BudgetExceeded, match=r"reading big\.pdf needs more than 400 MB") as error:
        workers.run("reading big.pdf", tasks.take, 3000)
    assert error.value.resource == "memory"
    assert workers.run("doubling", tasks.double, 2) == 4
    assert workers.snapshot().kinds["tests.core.workers.tasks.take"].over_memory == 1


def test_three_gigabytes_do_not_fit_into_two(make: Callable[..., Workers]) -> None:
    workers = make(memory_mb=2048)
    with pytest.raises(BudgetExceeded) as error:
        workers.run("reading", tasks.take, 3072)
    assert error.value.resource == "memory"


def test_a_loop_without_end_is_killed(make: Callable[..., Workers]) -> None:
    workers = make()
    with pytest.raises(BudgetExceeded, match=r"longer than 0\.5 s") as error:
        workers.run("looping", tasks.loop_for_ever, timeout=0.5)
    assert error.value.resource == "time"
    assert workers.run("doubling", tasks.double, 2) == 4


@pytest.mark.parametrize("crash", [tasks.read_null, tasks.end_quietly])
def test_a_crash_loses_its_task_alone(
    make: Callable[..., Workers], crash: Callable[[], None], tmp_path: Path
) -> None:
    workers = make()
    other = workers.submit("holding", tasks.hold, str(tmp_path))
    with pytest.raises(Unavailable, match="nothing else was lost"):
        workers.run("crashing", crash)
    (tmp_path / "go").touch()
    assert other.result(PATIENCE) > 0


def test_a_safe_task_is_run_again_after_a_crash_and_another_is_not(
    make: Callable[..., Workers], tmp_path: Path
) -> None:
    workers = make()
    assert workers.run("reading", tasks.crash_once, str(tmp_path), safe=True) == "second time"
    (tmp_path / "crashed").unlink()
    with pytest.raises(Unavailable):
        workers.run("booking", tasks.crash_once, str(tmp_path))


def test_a_safe_task_that_always_crashes_is_given_up(make: Callable[..., Workers]) -> None:
    workers = make()
    with pytest.raises(Unavailable):
        workers.run("reading", tasks.read_null, safe=True)
    assert workers.snapshot().kinds["tests.core.workers.tasks.read_null"].crashed == 2


def test_the_child_of_a_fork_answers_nothing_and_does_not_stay(
    make: Callable[..., Workers], tmp_path: Path
) -> None:
    workers = make(count=1)
    answers = {workers.run("forking", tasks.fork_and_return) for _ in range(3)}
    assert answers == {workers.run("asking", tasks.pid)}
    child = workers.run("forking", tasks.fork_and_leave_a_child, str(tmp_path))
    wait_until(lambda: gone(child), "the child is gone")


def test_what_a_killed_task_has_forked_dies_with_it(
    make: Callable[..., Workers], tmp_path: Path
) -> None:
    workers = make()
    mark = tmp_path / "child"
    hanging = workers.submit("forking", tasks.fork_and_hang, str(tmp_path))
    wait_until(lambda: mark.exists() and bool(mark.read_text(encoding="ascii")), "it has forked")
    hanging.cancel()
    child = int(mark.read_text(encoding="ascii"))
    wait_until(lambda: gone(child), "the child is gone")


def test_others_are_answered_while_hostile_tasks_run(make: Callable[..., Workers]) -> None:
    workers = make(count=4)
    hostile: list[Future[Any]] = [
        workers.submit("looping", tasks.loop_for_ever, timeout=4, user="eve"),
        workers.submit("taking", tasks.take, 3000, user="eve"),
        workers.submit("crashing", tasks.read_null, user="eve"),
        workers.submit("forking", tasks.fork_and_return, user="eve"),
    ]
    assert [workers.run("doubling", tasks.double, n, user="ann") for n in range(20)] == [
        n * 2 for n in range(20)
    ]
    ends = [future.exception(PATIENCE) for future in hostile]
    assert [type(end) for end in ends] == [
        BudgetExceeded,
        BudgetExceeded,
        Unavailable,
        type(None),
    ]


def test_errors_of_ours_arrive_whole_and_others_readable(make: Callable[..., Workers]) -> None:
    workers = make(count=1)
    with pytest.raises(BadInput, match="page 3"):
        workers.run("reading", tasks.refuse, "bad")
    with pytest.raises(RateLimited) as limited:
        workers.run("reading", tasks.refuse, "limited")
    assert limited.value.retry_after == 7.5
    with pytest.raises(BudgetExceeded) as budget:
        workers.run("reading", tasks.refuse, "budget")
    assert budget.value.resource == "time"
    with pytest.raises(RuntimeError, match="Odd: odd one"):
        workers.run("reading", tasks.refuse, "odd")
    with pytest.raises(SystemExit):
        workers.run("leaving", tasks.leave)
    with pytest.raises(Exception, match="lambda"):
        workers.run("giving", tasks.give_a_lambda)
    with pytest.raises(Exception, match="lambda"):
        workers.run("taking", tasks.double, lambda: None)
    with pytest.raises(BudgetExceeded, match="too large a result"):
        workers.run("giving", tasks.give_megabytes, 80)
    assert workers.run("doubling", tasks.double, 2) == 4
    assert workers.snapshot().started == 1, "none of them cost the process"


def test_a_worker_is_replaced_after_so_many_tasks_or_when_it_has_grown(
    make: Callable[..., Workers],
) -> None:
    workers = make(count=1, max_tasks=3, recycle_mb=150)
    pids = [workers.run("asking", tasks.pid) for _ in range(6)]
    assert pids[0] == pids[1] == pids[2] != pids[3] == pids[4] == pids[5]
    grown = workers.run("leaking", tasks.leak, 200)
    assert workers.run("asking", tasks.pid) != grown
    assert workers.snapshot().recycled == 3


def test_an_idle_worker_gives_its_memory_back(make: Callable[..., Workers]) -> None:
    workers = make(idle_seconds=0.2)
    pid = workers.run("asking", tasks.pid)
    wait_until(lambda: workers.snapshot().alive == 0, "no worker is left")
    wait_until(lambda: gone(pid), "its process is gone")
    assert workers.run("doubling", tasks.double, 2) == 4


def test_a_conversation_goes_before_a_batch_and_users_take_turns(
    make: Callable[..., Workers], tmp_path: Path
) -> None:
    workers = make(count=1)
    holding = workers.submit("holding", tasks.hold, str(tmp_path))
    wait_until(lambda: (tmp_path / "held").exists(), "the worker is busy")
    waiting = [
        workers.submit("saying", tasks.say, str(tmp_path), name, user=user, priority=priority)
        for name, user, priority in [
            ("batch", "ann", "batch"),
            ("ann 1", "ann", "conversation"),
            ("ann 2", "ann", "conversation"),
            ("ann 3", "ann", "conversation"),
            ("bob 1", "bob", "conversation"),
        ]
    ]
    (tmp_path / "go").touch()
    for future in [holding, *waiting]:
        future.result(PATIENCE)
    order = (tmp_path / "order").read_text(encoding="utf-8").split("\n")[:-1]
    assert order == ["ann 1", "bob 1", "ann 2", "ann 3", "batch"]


def test_a_full_queue_says_when_to_come_back(make: Callable[..., Workers], tmp_path: Path) -> None:
    workers = make(count=1, queue=12, wait_seconds=1e9)
    held = [workers.submit("holding", tasks.hold, str(tmp_path), user="ann")]
    wait_until(lambda: (tmp_path / "held").exists(), "the worker is busy")
    held += [workers.submit("d", tasks.double, n, user="ann") for n in range(8)]
    with pytest.raises(Unavailable, match="8 of your own tasks") as own:
        workers.submit("d", tasks.double, 9, user="ann")
    assert own.value.retry_after
    held += [workers.submit("d", tasks.double, n, user="bob") for n in range(4)]
    with pytest.raises(Unavailable, match="too much is waiting") as full:
        workers.submit("d", tasks.double, 9, user="cat")
    assert full.value.retry_after
    (tmp_path / "go").touch()
    for future in held:
        future.result(PATIENCE)


def test_a_task_that_would_wait_too_long_by_what_was_learnt_is_refused_at_once(
    make: Callable[..., Workers], tmp_path: Path
) -> None:
    workers = make(count=1, wait_seconds=0.4)
    workers.run("napping", tasks.nap, 0.5, kind="slow")
    workers.run("doubling", tasks.double, 1, kind="quick")
    held = workers.submit("holding", tasks.hold, str(tmp_path))
    wait_until(lambda: (tmp_path / "held").exists(), "the worker is busy")
    with pytest.raises(Unavailable, match="napping would wait") as refused:
        workers.submit("napping", tasks.nap, 0.5, kind="slow")
    assert refused.value.retry_after and refused.value.retry_after > 0.4
    quick = workers.submit("doubling", tasks.double, 1, kind="quick")
    (tmp_path / "go").touch()
    held.result(PATIENCE)
    assert quick.exception(PATIENCE) is None or isinstance(quick.exception(), Unavailable)


def test_where_more_memory_is_promised_than_there_is_tasks_wait_for_what_they_are_known_to_need(
    make: Callable[..., Workers], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers_limits, "memory_mb", lambda: 1000)
    workers = make(count=4, memory_mb=400, reserve_mb=150, overcommit=True)

    def hold(count: int) -> list[Future[Any]]:
        return [
            workers.submit("holding", tasks.hold, str(tmp_path), f"held{number}", user=f"u{number}")
            for number in range(count)
        ]

    unknown = hold(3)
    wait_until(lambda: workers.snapshot().running == 2, "two run: each may need 400 of 850 MB")
    assert workers.snapshot().waiting["conversation"] == 1
    (tmp_path / "go").touch()
    for future in unknown:
        future.result(PATIENCE)
    (tmp_path / "go").unlink()
    small = hold(4)
    wait_until(lambda: workers.snapshot().running == 4, "four run: they are known to be small")
    (tmp_path / "go").touch()
    for future in small:
        future.result(PATIENCE)


def test_what_has_waited_too_long_is_refused_not_run(
    make: Callable[..., Workers], tmp_path: Path
) -> None:
    workers = make(count=1, wait_seconds=1.2)
    held = workers.submit("holding", tasks.hold, str(tmp_path))
    wait_until(lambda: (tmp_path / "held").exists(), "the worker is busy")
    late = workers.submit("saying", tasks.say, str(tmp_path), "late", kind="new")
    with pytest.raises(Unavailable, match="no worker came free"):
        late.result(PATIENCE)
    (tmp_path / "go").touch()
    held.result(PATIENCE)
    assert not (tmp_path / "order").exists()


def test_a_caller_who_leaves_takes_the_work_along(
    make: Callable[..., Workers], tmp_path: Path
) -> None:
    workers = make(count=1)

    async def leave() -> None:
        running = asyncio.ensure_future(workers.arun("holding", tasks.hold, str(tmp_path)))
        await asyncio.to_thread(wait_until, (tmp_path / "held").exists, "it runs")
        waiting = asyncio.ensure_future(
            workers.arun("saying", tasks.say, str(tmp_path), "never said")
        )
        await asyncio.to_thread(
            wait_until, lambda: bool(workers.snapshot().waiting["conversation"]), "it waits"
        )
        waiting.cancel()
        running.cancel()
        await asyncio.gather(running, waiting, return_exceptions=True)
        assert await workers.arun("doubling", tasks.double, 4) == 8

    asyncio.run(leave())
    assert not (tmp_path / "order").exists()
    assert workers.snapshot().killed == 1


async def _leave_a_thread(workers: Workers, folder: str) -> None:
    """Be cancelled while a thread of ours waits for a worker, as a request's task is."""
    async with anyio.create_task_group() as group:
        work = partial(workers.run, "holding", tasks.hold, folder)
        group.start_soon(anyio.to_thread.run_sync, work)
        await anyio.to_thread.run_sync(wait_until, (Path(folder) / "held").exists, "it runs")
        group.cancel_scope.cancel()


def test_a_thread_whose_request_was_cancelled_takes_its_work_along(
    make: Callable[..., Workers], tmp_path: Path
) -> None:
    workers = make(count=1)
    asyncio.run(_leave_a_thread(workers, str(tmp_path)))
    assert workers.snapshot().killed == 1
    assert workers.snapshot().kinds["tests.core.workers.tasks.hold"].cancelled == 1
    assert workers.run("doubling", tasks.double, 4) == 8


def test_a_client_that_cancels_a_tool_call_ends_its_work(
    make: Callable[..., Workers], tmp_path: Path
) -> None:
    from mcp.client import Client
    from mcp.server import MCPServer

    workers = make(count=1)
    server = MCPServer("working")

    @server.tool()
    def work() -> int:  # pyright: ignore[reportUnusedFunction]
        return workers.run("holding", tasks.hold, str(tmp_path))

    async def leave() -> None:
        async with Client(server, mode="legacy") as client:  # over JSON-RPC, as from outside
            call = asyncio.ensure_future(client.call_tool("work", {}))
            await asyncio.to_thread(wait_until, (tmp_path / "held").exists, "it runs")
            call.cancel()
            await asyncio.gather(call, return_exceptions=True)
            await asyncio.to_thread(
                wait_until, lambda: workers.snapshot().killed == 1, "its work is killed"
            )

    asyncio.run(leave())
    assert workers.run("doubling", tasks.double, 4) == 8


def test_memory_and_time_are_learnt_per_kind(make: Callable[..., Workers]) -> None:
    workers = make(count=1)
    for _ in range(3):
        workers.run("taking", tasks.take, 160, kind="big")
        workers.run("doubling", tasks.double, 1, kind="small")
    kinds = workers.snapshot().kinds
    assert 160 < kinds["big"].memory_max_mb < 400
    assert kinds["small"].memory_max_mb < kinds["big"].memory_max_mb
    assert kinds["big"].runs == 3 and kinds["big"].run_total > 0


def test_closing_fails_what_waits_and_leaves_no_process(
    make: Callable[..., Workers], tmp_path: Path
) -> None:
    workers = make(count=1)
    pid = workers.run("asking", tasks.pid)
    held = workers.submit("holding", tasks.hold, str(tmp_path))
    waiting = workers.submit("d", tasks.double, 1)
    workers.close()
    for future in (held, waiting):
        with pytest.raises(Unavailable):
            future.result(PATIENCE)
    with pytest.raises(Unavailable, match="closed"):
        workers.run("d", tasks.double, 1)
    wait_until(lambda: gone(pid), "its process is gone")
