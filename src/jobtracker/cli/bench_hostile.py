"""Conversations while hostile tasks run in the worker processes: `jobtracker bench hostile`.

The served assistant is given durable jobs whose tasks take 3 GiB, loop for ever, read a null
pointer and fork. Conversations are timed at a fixed rate before and meanwhile: nothing but the
tasks themselves may notice.
"""

from __future__ import annotations

import asyncio
import ctypes
import json
import os
from collections import Counter
from statistics import quantiles
from typing import Literal

from pydantic import BaseModel

from jobtracker.app import new_loop
from jobtracker.cli.bench import Row, row
from jobtracker.cli.bench_http import Served, serve
from jobtracker.cli.bench_serve import CLIENTS, many_files, paced, throughput
from jobtracker.core.bootstrap import Core
from jobtracker.core.durable import Job, JobKind
from jobtracker.core.settings import load_settings

HANDLERS = json.dumps(["jobtracker.cli.bench_hostile:register"])
ROUNDS = 12
LOOP_SECONDS = 3.0
RATE = 20.0
"""Turns a second; what four loops leave of two processors is enough for them."""
_CHUNK = 16 * 1024 * 1024
Kind = Literal["memory", "loop", "crash", "fork"]
KINDS: tuple[Kind, ...] = ("memory", "loop", "crash", "fork")
ENDS: dict[Kind, str] = {
    "memory": "budget_exceeded",
    "loop": "budget_exceeded",
    "crash": "unavailable",
    "fork": "",
}
"""The code of the error that each ends with."""


class Hostile(BaseModel):
    """Which task."""

    kind: Kind


JOB = JobKind("bench.hostile", Hostile, attempts=1)


def act(kind: Kind) -> int:
    """Be hostile; runs in a worker process."""
    if kind == "memory":
        return len([bytearray(_CHUNK) for _ in range(3 * 64)])
    if kind == "crash":
        ctypes.string_at(0)
    if kind == "fork":
        os.fork()
    while kind == "loop":
        pass
    return os.getpid()


def register(core: Core) -> None:
    """Do these jobs in the process that serves."""

    def do(job: Job[Hostile]) -> None:
        kind = job.payload.kind
        core.workers.run(f"being hostile ({kind})", act, kind, timeout=LOOP_SECONDS, user="eve")

    core.durable.handle(JOB, do)


def queue(core: Core, rounds: int = ROUNDS) -> list[tuple[Kind, str]]:
    """Queue so many of each; return kinds and ids."""
    with core.store.begin() as session:
        return [
            (kind, core.durable.enqueue(session, JOB, Hostile(kind=kind), user="eve"))
            for _ in range(rounds)
            for kind in KINDS
        ]


def ended(core: Core, jobs: list[tuple[Kind, str]]) -> Counter[Kind]:
    """Count the jobs that have ended as such a task must."""
    found: Counter[Kind] = Counter()
    for kind, job in jobs:
        state = core.durable.get(job, "eve")
        code = (state.error or "").partition(":")[0]
        if state.state in ("done", "failed") and code == ENDS[kind]:
            found[kind] += 1
    return found


def run(core: Core) -> list[Row]:
    """Measure conversations alone, then beside hostile tasks."""
    many_files()
    home = str(core.home / "served")
    command = ["-m", "jobtracker", "serve", "--port", "0"]
    with (
        serve(command, JOBTRACKER_HOME=home, JOBTRACKER_DURABLE__HANDLERS=HANDLERS) as served,
        asyncio.Runner(loop_factory=new_loop) as runner,
    ):
        beside = Core(load_settings(home=home))
        try:
            return runner.run(_measure(served, beside))
        finally:
            beside.close()


async def _measure(served: Served, beside: Core) -> list[Row]:
    await throughput(served, CLIENTS * 2)  # the first turn of each thread
    alone = quantiles(await paced(served, RATE), n=100)
    jobs = await asyncio.to_thread(queue, beside)
    cuts = quantiles(await paced(served, RATE), n=100)
    met = await asyncio.to_thread(ended, beside, jobs)
    return [
        row("hostile.conversation.p50", cuts[49], "ms", floor=alone[49], most=200.0),
        row("hostile.conversation.p95", cuts[94], "ms", floor=alone[94], most=500.0),
        row("hostile.conversation.p99", cuts[98], "ms", floor=alone[98], most=1000.0),
        row("hostile.tasks_ended_meanwhile", float(met.total()), "", least=1.0),
    ]
