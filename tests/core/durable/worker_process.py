"""A process that does notes until it is killed: `python worker_process.py HOME URL MARKERS`.

A note whose number is divisible by five kills its process once, before its effect; one divisible
by seven, once, right after it is committed.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path

from jobtracker.core.durable import Job
from jobtracker.core.events import Event
from tests.core.durable.helpers import NOTE, Note, open_core


def main(home: str, url: str, markers: Path) -> None:
    core = open_core(Path(home), url)

    def die_once(name: str) -> None:
        try:
            (markers / name).touch(exist_ok=False)
        except FileExistsError:
            return
        os.kill(os.getpid(), signal.SIGKILL)

    def note(job: Job[Note]) -> None:
        number = job.payload.number
        first = job.step("who", lambda: os.getpid())
        if number % 5 == 0:
            die_once(f"before-{number}")
        with core.store.begin() as session:
            data = {"pid": os.getpid(), "first": first}
            core.events.append(
                session, Event(job.user, "note.written", str(number), core.clock.now(), data)
            )
            job.done(session)
        if number % 7 == 0:
            die_once(f"after-{number}")

    core.durable.handle(NOTE, note)
    core.durable.start()
    threading.Event().wait()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
