"""A durable job that reads a document in a worker process, for `durable.handlers`."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel

from jobtracker.core.bootstrap import Core
from jobtracker.core.durable import Job, JobKind
from jobtracker.core.events import Event
from jobtracker.resumes.reading.reader import read


class Document(BaseModel):
    """Which file."""

    path: str


READ = JobKind("test.read", Document, attempts=8, wait_seconds=0.05)


def register(core: Core) -> None:
    def do(job: Job[Document]) -> None:
        path = Path(job.payload.path)
        result = core.workers.run(
            f"reading {path.name}",
            read,
            path.read_bytes(),
            path.name,
            user=job.user,
            priority="batch",
            safe=True,
        )
        name = (result.resume.basics.name if result.resume.basics else None) or ""
        with core.store.begin() as session:
            core.events.append(
                session,
                Event(job.user, "document.read", path.name, core.clock.now(), {"name": name}),
            )
            job.done(session, {"name": name})

    core.durable.handle(READ, do)
