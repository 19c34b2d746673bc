"""Where the coach's facts come from: postings, tracker, résumé; each opened at the first call."""

from __future__ import annotations

import functools
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from jobtracker.coaching.model import Fact, Logistics, Market
from jobtracker.core.errors import BadInput, JobTrackerError, NotFound
from jobtracker.core.speech import say, word
from mcp_servers.kit import ServerKit

if TYPE_CHECKING:
    from jobtracker.applications.model import ApplicationDetails
    from jobtracker.applications.service import ApplicationService
    from jobtracker.coaching.goals import Week
    from jobtracker.coaching.preparation import Subject
    from jobtracker.coaching.service import CoachingService
    from jobtracker.jobs.model import JobPosting
    from jobtracker.jobs.service import JobService
    from jobtracker.resumes.service import ResumeService


class Sources:
    """The services that the coach's tools compose."""

    def __init__(self, kit: ServerKit) -> None:
        self.kit = kit

    @functools.cached_property
    def coach(self) -> CoachingService:
        """The coach itself."""
        from jobtracker.coaching.service import CoachingService

        return CoachingService(self.kit.core)

    @functools.cached_property
    def tracker(self) -> ApplicationService:
        """The applications."""
        from jobtracker.applications.service import ApplicationService

        return ApplicationService(self.kit.core)

    @functools.cached_property
    def jobs(self) -> JobService:
        """The postings."""
        from jobtracker.jobs.service import JobService

        return JobService(self.kit.core)

    @functools.cached_property
    def resumes(self) -> ResumeService:
        """The résumés."""
        from jobtracker.resumes.service import ResumeService

        return ResumeService(self.kit.core)

    def resume(self, user: str) -> dict[str, Any] | None:
        """Return the newest résumé's newest version as JSON Resume; None where none is kept."""
        known = self.resumes.list(user).resumes
        if not known:
            return None
        return self.resumes.get(user, known[0].resume_id).resume.to_json()

    def posting(self, user: str, job_id: str) -> JobPosting:
        """Return a posting.

        Raises:
            NotFound: no such posting.
        """
        return self.jobs.get(user, job_id)

    def market(self, user: str, title: str, location: str, currency: str) -> Market | None:
        """Return what comparable postings pay a year; None where the title is empty."""
        if not title.strip():
            return None
        found = self.jobs.salary_insight(user, title[:200], location, currency)
        return Market(
            n=found.n,
            p25=found.p25,
            median=found.median,
            p75=found.p75,
            currency=found.currency or currency,
            period=found.period,
        )

    def week(self, user: str, with_plan: bool) -> Week:
        """Return what the weekly review is made of; `with_plan` asks the calendar too."""
        from jobtracker.coaching.goals import Happened, Week

        now = self.kit.core.clock.now()
        today = now.date()
        since = min(today.replace(day=1), today - timedelta(days=today.weekday()))
        happened = [
            Happened(c["kind"], date.fromisoformat(c["on"]), c["company"], c["title"], c["status"])
            for c in self.tracker.changes(user, since)
        ]
        happened += [
            Happened("coaching.mock_finished", at.astimezone(now.tzinfo).date())
            for at in self.coach.mocks_finished(user)
        ]
        if not with_plan:
            return Week(today=today, happened=tuple(happened))
        stats = self.tracker.stats(user)
        best = max(stats.by_source, key=lambda g: g.rate.value or 0, default=None)
        free, notes = self._free(user)
        return Week(
            today=today,
            happened=tuple(happened),
            actions=tuple(
                (a.action, a.title, a.company, a.why)
                for a in self.tracker.next_actions(user, limit=6).actions
            ),
            free=free,
            median_days=stats.median_days_to_answer,
            best_source=(best.group, round(100 * best.rate.value), best.rate.n)
            if best and best.rate.value and len(stats.by_source) > 1
            else None,
            notes=notes,
        )

    def _free(self, user: str) -> tuple[tuple[tuple[datetime, datetime], ...], tuple[str, ...]]:
        """Return the free stretches of the next week; a calendar out of reach is only a note."""
        from jobtracker.calendars.service import CalendarService

        try:
            found = CalendarService(self.kit.core).find_free_time(user, duration_minutes=60)
        except JobTrackerError as exc:
            return (), (exc.message,)
        # One stretch a day, so that the plan does not fill the first free day alone.
        by_day = {slot.start.date(): (slot.start, slot.end) for slot in reversed(found.slots)}
        return tuple(by_day[day] for day in sorted(by_day)), ()

    def subject(
        self, user: str, job_id: str | None, application_id: str | None
    ) -> tuple[Subject, str | None]:
        """Return what is known of an interview's subject, and the posting's language.

        Raises:
            BadInput: neither id is given, and no interview is near.
            NotFound: the application or posting does not exist.
        """
        if not job_id and not application_id:
            application_id = self._next_interview(user)
        known = self.tracker.get(user, application_id) if application_id else None
        if known is None and job_id:
            known = self._application_of(user, job_id)
        wanted = job_id or (known.job_id if known else None)
        job = self._posting_if_kept(user, wanted, needed=application_id is None)
        return _subject(job, known), job.language if job else None

    def _posting_if_kept(self, user: str, job_id: str | None, needed: bool) -> JobPosting | None:
        if not job_id:
            return None
        try:
            return self.posting(user, job_id)
        except NotFound:
            # An application outlives its posting; without an application there is nothing else.
            if needed:
                raise
            return None

    def _next_interview(self, user: str) -> str:
        """Return the application whose interview is next, or the only one that is at that stage."""
        from jobtracker.applications.followups import rounds

        now, states = self.kit.core.clock.now(), self.tracker.states(user)
        coming = [(at, s.id) for s in states for at, _ in rounds(s) if at > now]
        if coming:
            return min(coming)[1]
        near = [s.id for s in states if s.status in {"screening", "interview"}]
        if len(near) == 1:
            return near[0]
        raise BadInput("give application_id or job_id, so that the coach knows which role it is")

    def _application_of(self, user: str, job_id: str) -> ApplicationDetails | None:
        for state in self.tracker.states(user):
            if state.job_id == job_id:
                return self.tracker.get(user, state.id)
        return None


def _subject(job: JobPosting | None, known: ApplicationDetails | None) -> Subject:
    from jobtracker.coaching.preparation import Subject

    company = (known.company if known else None) or (job.company if job else None) or ""
    role = (known.title if known else None) or (job.title if job else "")
    return Subject(
        company=company,
        role=role,
        description=job.description if job else "",
        skills=tuple(job.skills) if job else (),
        facts=tuple(_facts(job, known)),
        rounds=tuple(_rounds(known)),
        application_id=known.application_id if known else None,
        job_id=job.job_id if job else (known.job_id if known else None),
    )


def _facts(job: JobPosting | None, known: ApplicationDetails | None) -> list[Fact]:
    facts: list[Fact] = []
    if job is not None:
        if job.location:
            text = say("coaching.location", value=job.location)
            facts.append(Fact(text=text, source="posting"))
        if job.work_mode:
            text = say("coaching.work_mode", value=word("jobs.modes", job.work_mode))
            facts.append(Fact(text=text, source="posting"))
    if known is not None:
        text = say(
            "coaching.status_applied" if known.applied_on else "coaching.status",
            status=word("applications.status", known.status), on=known.status_on,
            applied=known.applied_on,
        )  # fmt: skip
        facts.append(Fact(text=text, source="tracker"))
        facts += [
            Fact(
                text=", ".join(p for p in (c.name, c.role, c.email, c.phone) if p), source="contact"
            )
            for c in known.contacts
        ]
        facts += [Fact(text=note.text[:500], source="note") for note in known.notes[-5:]]
    return facts


def _rounds(known: ApplicationDetails | None) -> list[Logistics]:
    if known is None:
        return []
    return [
        Logistics(
            stage=item.stage or "interview",
            start=item.start,
            timezone=item.timezone,
            location=item.location,
        )
        for item in known.rounds
        if item.start is not None and not item.cancelled
    ]
