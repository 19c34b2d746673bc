"""Which version did better, from how the applications with each of them went.

A version shows as the better one only where chance is an unlikely reason: its 95 % Wilson interval
lies above the answer rate of the others (https://doi.org/10.1080/01621459.1927.10502953).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from jobtracker.resumes.model import Outcome, ResumeDocument

ENOUGH = 5
_Z = 1.96


@dataclass(frozen=True, slots=True)
class Sent:
    """An application: the version that went with it, and how far it came."""

    version_id: str
    answered: bool
    interview: bool
    offer: bool


def add_outcomes(document: ResumeDocument, sent: list[Sent]) -> ResumeDocument:
    """Note at each version how its applications did, and which did clearly better."""
    for version in document.versions:
        own = [item for item in sent if item.version_id == version.version_id]
        if own:
            answers = sum(item.answered for item in own)
            version.outcome = Outcome(
                applications=len(own),
                answers=answers,
                interviews=sum(item.interview for item in own),
                offers=sum(item.offer for item in own),
                answer_rate=round(answers / len(own), 3) if len(own) >= ENOUGH else None,
            )
    document.better_version = _better(document)
    return document


def lower_bound(answers: int, count: int) -> float:
    """Return the lower end of the Wilson interval."""
    if not count:
        return 0.0
    share = answers / count
    middle = share + _Z**2 / (2 * count)
    spread = _Z * sqrt(share * (1 - share) / count + _Z**2 / (4 * count**2))
    return (middle - spread) / (1 + _Z**2 / count)


def _better(document: ResumeDocument) -> str | None:
    known = [v for v in document.versions if v.outcome and v.outcome.applications >= ENOUGH]
    best: tuple[float, str] | None = None
    for version in known:
        own = version.outcome
        rest = [v.outcome for v in known if v is not version and v.outcome]
        others = sum(outcome.applications for outcome in rest)
        if own is None or not others:
            continue
        usual = sum(outcome.answers for outcome in rest) / others
        low = lower_bound(own.answers, own.applications)
        if low > usual and (best is None or low > best[0]):
            best = (low, version.version_id)
    return best[1] if best else None
