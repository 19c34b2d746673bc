"""What sources owe is asked for later: durable jobs, done also after a restart.

A vendor's Retry-After, the rest of a large board, descriptions that did not come in time: each is a
job of `core/durable.py` that runs when the source may be asked again, and queues the next one
itself where something is still owed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from pydantic import BaseModel

from jobtracker.core.durable import Job, JobKind
from jobtracker.jobs.plans import Owed, query_values
from jobtracker.jobs.sources.port import Query

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from jobtracker.core.bootstrap import Core
    from jobtracker.jobs.plans import Answers
    from jobtracker.jobs.service import JobService

SECONDS = 240.0
"""One run; a larger board goes on in the next."""
DETAILS = 600
TRIES = 6
"""Runs in a row that bring nothing, after which a person's next search asks again."""


class AskAgain(BaseModel):
    """A question to one source, as it was asked in a search."""

    source: str
    text: str = ""
    location: str = ""
    country: str = ""
    board: str = ""
    remote: bool = False
    days: int | None = None
    limit: int = 100
    tries: int = 0


ASK_AGAIN = JobKind("jobs.ask_again", AskAgain)


def queue(
    core: Core, session: Session, user: str, owed: Sequence[Owed], tries: int = 0
) -> list[str]:
    """Queue what sources owe; return the ids of the jobs. The same debt is queued once.

    The jobs are the person's, who asked: a question is theirs, and is erased with them.
    """
    ids: list[str] = []
    for one in owed:
        values = query_values(one.plan.query)
        payload = AskAgain(source=one.plan.source.info.name, tries=tries, **values)
        # One search a second asks for the same: until it is due, it is the same job.
        due = one.at.replace(second=0, microsecond=0) + timedelta(minutes=1)
        key = f"{one.plan.key}|{due.isoformat()}"
        ids.append(core.durable.enqueue(session, ASK_AGAIN, payload, user=user, key=key, at=one.at))
    return ids


def register(core: Core) -> None:
    """Do the jobs, in the processes that do jobs."""

    def run(job: Job[AskAgain]) -> None:
        from jobtracker.jobs.service import JobService

        answers = ask_again(JobService(core), job.user, job.payload)
        found = sum(len(rows) for _, rows in answers.postings)
        tries = 0 if found else job.payload.tries + 1
        with core.store.begin() as session:
            if tries < TRIES:
                queue(core, session, job.user, answers.later, tries)
            job.done(session, {"postings": found, "owed": len(answers.later)})

    core.durable.handle(ASK_AGAIN, run)


def ask_again(jobs: JobService, user: str, asked: AskAgain) -> Answers:
    """Ask one source for what it owed, keep what it gives, and return what is still owed."""
    values = asked.model_dump(exclude={"source", "tries"})
    query = Query(**values, now=jobs.core.clock.now())
    return jobs.ask_again(user, asked.source, query, SECONDS, DETAILS)
