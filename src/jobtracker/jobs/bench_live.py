"""`jobtracker bench live`: searches over ten live sources that answer after 100 to 900 ms each.

The boards are loopback servers that speak a vendor's wire format. The searches run in a process of
their own, whose memory is told. Each asks all boards anew; what vendors allow a minute is lifted,
for these have no limits.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from jobtracker.core.errors import Unavailable

Row = dict[str, Any]
SOURCES = 10
POSTINGS = 20
"""On each board; a board's ids are its own, as the vendor's are."""
SEARCHES = 200
SECONDS = 25.0
"""After so long no new search begins: a slow machine is told by the rate, not by waiting."""
LATEST = 60.0
PEOPLE = 8
"""Who search at once."""
LATENCY = (0.1, 0.9)
A_MINUTE_TARGET = 200.0
MEMORY_TARGET_MIB = 300.0
_WORDS = (
    "cook", "nurse", "driver", "teacher", "welder", "gardener", "baker", "carpenter", "painter",
    "librarian",
)  # fmt: skip


class _Board(BaseHTTPRequestHandler):
    """Answers for any board in the wire format of Greenhouse, after a while."""

    rng = random.Random(7)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Answer with the whole board."""
        time.sleep(self.rng.uniform(*LATENCY))
        board = int(self.path.split("/boards/b")[-1].split("/")[0])
        rows = [_posting(board, board * POSTINGS + number) for number in range(POSTINGS)]
        body = json.dumps({"jobs": rows, "meta": {"total": POSTINGS}}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _posting(board: int, number: int) -> dict[str, Any]:
    return {
        "id": number,
        "title": f"{_WORDS[number % len(_WORDS)].title()} {number}",
        "company_name": f"Firm {board}",
        "location": {"name": "Zurich"},
        "absolute_url": f"https://boards.greenhouse.io/b{board}/jobs/{number}",
        "content": "We work with care. " * 20,
        "first_published": "2026-11-20",
    }


@contextmanager
def serving() -> Generator[str]:
    """Run the boards and give their address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Board)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def measured() -> dict[str, float]:
    """Search in a new process and return what it tells.

    Raises:
        Unavailable: the process failed, or was not done long after the last search began.
    """
    command = [sys.executable, "-m", "jobtracker.jobs.bench_live"]
    with serving() as base:
        try:
            done = subprocess.run(
                [*command, base], capture_output=True, text=True, check=True, timeout=LATEST
            )
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as exc:
            raise Unavailable(f"the searches over live sources did not end: {exc}") from exc
    return json.loads(done.stdout.splitlines()[-1])


def searched(base: str, searches: int = SEARCHES) -> dict[str, float]:
    """Search as several people at once until `SECONDS` are over, at most so often."""
    from jobtracker.core.bootstrap import Core
    from jobtracker.core.settings import load_settings
    from jobtracker.jobs.model import SearchRequest
    from jobtracker.jobs.service import JobService
    from jobtracker.jobs.sources import source_class

    kind = source_class("greenhouse")
    kind.info = replace(kind.info, per_minute=1_000_000)
    with tempfile.TemporaryDirectory() as home:
        core = Core(load_settings(home=home))
        core.settings.http.allow_private = True
        search = core.settings.search
        search.offline, search.samples, search.fresh_minutes = False, False, 0
        search.boards = [f"greenhouse:b{number}" for number in range(SOURCES)]
        jobs = JobService(core, {"greenhouse": base})

        def one(number: int) -> tuple[float, int, int] | None:
            begun = time.perf_counter()
            if begun - started > SECONDS:
                return None
            request = SearchRequest(query=_WORDS[number % len(_WORDS)], sources=["greenhouse"])
            found = jobs.search(f"person{number % PEOPLE}", request)
            return time.perf_counter() - begun, len(found.jobs), len(found.failures)

        started = time.perf_counter()
        one(0)  # the first keeps the postings and loads what a process loads once
        started, used = time.perf_counter(), time.process_time()
        with ThreadPoolExecutor(PEOPLE) as pool:
            answers = [answer for answer in pool.map(one, range(searches)) if answer is not None]
        spent, used = time.perf_counter() - started, time.process_time() - used
        core.http.close()
        core.close()
    took = sorted(seconds for seconds, _, _ in answers)
    return {
        "searches": len(answers),
        "a_minute": len(answers) / spent * 60,
        "p95_ms": took[int(len(took) * 0.95)] * 1000,
        "cpu_ms": used / len(answers) * 1000,
        "mib": _most_resident(),
        "empty": sum(1 for _, found, _ in answers if not found),
        "failures": sum(failed for _, _, failed in answers),
    }


def _most_resident() -> float:
    """Return the most MiB that this process held; `ru_maxrss` would tell its parent's, too."""
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise Unavailable("this system does not tell a process's memory")


def run(_core: object = None) -> list[Row]:
    """Measure and return one row a figure, in the shape of `jobtracker bench`; within a minute."""
    told = measured()
    live = f"with {SOURCES} live sources"
    return [
        _row(f"searches {live}", told["a_minute"], "1/min", least=A_MINUTE_TARGET),
        _row(f"a search {live}, p95", told["p95_ms"], "ms"),
        _row(f"a search {live}, processor time", told["cpu_ms"], "ms"),
        _row(f"memory of searching {live}", told["mib"], "MiB", most=MEMORY_TARGET_MIB),
        _row(f"of {told['searches']:g} searches found nothing", told["empty"], "", most=0.0),
        _row("sources late or failed in these", told["failures"], ""),
    ]


def _row(
    name: str, value: float, unit: str, *, least: float | None = None, most: float | None = None
) -> Row:
    met = value >= least if least is not None else value <= most if most is not None else None
    return {
        "name": name, "value": round(value, 2), "unit": unit, "floor": None, "ratio": None,
        "target": least if least is not None else most, "met": met,
    }  # fmt: skip


if __name__ == "__main__":
    sys.stdout.write(json.dumps(searched(sys.argv[1])) + "\n")
