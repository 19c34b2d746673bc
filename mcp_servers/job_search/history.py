"""What the person's own applications say of a company, for `research_company`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobtracker.core.speech import say, word
from jobtracker.jobs.model import Finding
from jobtracker.jobs.normalize import company_key

if TYPE_CHECKING:
    from jobtracker.applications.model import ApplicationDetails
    from jobtracker.core.bootstrap import Core

MOST_PAGES = 20
MOST = 5
NOTES = 3
QUOTED = 300


def own_history(core: Core, user: str, company: str) -> list[Finding]:
    """Return the person's applications to a company and their latest notes, newest first."""
    from jobtracker.applications.service import ApplicationService

    tracker = ApplicationService(core)
    wanted, cursor = company_key(company), None
    findings: list[Finding] = []
    for _ in range(MOST_PAGES):
        page = tracker.list(user, limit=50, cursor=cursor)
        for one in page.applications:
            if wanted and company_key(one.company) == wanted and len(findings) < MOST * (NOTES + 1):
                findings += _of_application(tracker.get(user, one.application_id))
        cursor = page.next_cursor
        if cursor is None:
            break
    return findings


def _of_application(application: ApplicationDetails) -> list[Finding]:
    applied = application.applied_on
    fact = say(
        "jobs.in_touch_applied" if applied else "jobs.in_touch", title=application.title,
        status=word("applications.status", application.status), on=application.status_on,
        applied=applied,
    )  # fmt: skip
    told = [Finding(fact=fact, source=application.application_id)]
    latest = sorted(application.notes, key=lambda note: note.at, reverse=True)[:NOTES]
    told += [
        Finding(
            fact=say(
                "jobs.you_noted", on=note.at.date(), text=" ".join(note.text.split())[:QUOTED]
            ),
            source=f"{application.application_id}, {note.note_id}",
        )
        for note in latest
    ]
    return told
