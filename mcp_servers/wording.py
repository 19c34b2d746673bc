"""How a server asks for better words: the writer of the process, and the person's own résumé."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jobtracker.core.bootstrap import Core
    from jobtracker.core.words import Reword, Reworded
    from jobtracker.resumes.model import Resume
    from jobtracker.resumes.rewording import Kind


def rewording(
    core: Core,
    user: str,
    kind: Kind,
    language: str,
    *,
    tone: str | None = None,
    longest: int | None = None,
    about: str = "",
    background: str = "",
) -> Reword:
    """Return what says the lines of a draft in a model's words, checked against the résumé.

    `longest` is a number of characters for all lines; `background` a posting's text.
    """

    def call(lines: list[str], facts: list[str]) -> Reworded:
        from jobtracker.resumes.rewording import Task, reword

        named = [fact for fact in dict.fromkeys(facts) if fact.strip()]
        task = Task(kind, lines, named, language, tone, longest, background, about)
        today = core.clock.now().date()
        return reword(core.writer, user, task, lambda: _resume(core, user), today)

    return call


def _resume(core: Core, user: str) -> Resume | None:
    """Return the newest résumé of the person; None where none is kept."""
    from jobtracker.resumes.service import ResumeService

    service = ResumeService(core)
    known = service.list(user).resumes
    return service.get(user, known[0].resume_id).resume if known else None
