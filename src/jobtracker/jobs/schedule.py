"""Saved searches in the background: each person who has some is looked after every hour."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from pydantic import BaseModel
from sqlalchemy.orm import Session

from jobtracker.core.durable import Job, JobKind
from jobtracker.jobs import later
from jobtracker.jobs.tables import SavedSearchRow

if TYPE_CHECKING:
    from jobtracker.core.bootstrap import Core

EACH_HOUR = "5 * * * *"
NAME = "jobs.saved_searches"


class RunSaved(BaseModel):
    """The job needs to know nothing but whose searches they are."""


RUN = JobKind("jobs.run_saved_searches", RunSaved)


def register(core: Core) -> None:
    """Do the jobs, and see that every person with saved searches has their hourly one."""

    def run(job: Job[RunSaved]) -> None:
        from jobtracker.jobs.saved import SavedSearchService
        from jobtracker.jobs.service import JobService

        # Each search is claimed and told in a transaction of its own: a second run finds nothing.
        new = SavedSearchService(JobService(core)).run_due(core.clock.now(), job.user)
        with core.store.begin() as session:
            job.done(session, {"new": sum(len(ids) for ids in new.values())})

    core.durable.handle(RUN, run)
    later.register(core)
    with core.store.begin() as session:
        for user in session.scalars(sa.select(SavedSearchRow.user_id).distinct()).all():
            keep_schedule(core, session, user)


def keep_schedule(core: Core, session: Session, user: str) -> None:
    """Have the person's searches run every hour; harmless when it is so already."""
    core.durable.schedule(session, NAME, RUN, RunSaved(), user=user, cron=EACH_HOUR)
