"""Which place in a résumé a text rests on."""

from __future__ import annotations

from jobtracker.resumes.claims import Facts
from jobtracker.resumes.claims_words import GENERIC, STOP, stem
from jobtracker.resumes.model import Evidence
from jobtracker.resumes.terms import words


def evidence(text: str, facts: Facts) -> Evidence | None:
    """Return the place that bears most of the text out, or None where there is none."""
    tokens = {t for t in words(text) if t not in STOP and t not in GENERIC and len(t) > 2}
    stems = {stem(t) for t in tokens}
    best: tuple[float, Evidence] | None = None
    for path, own in facts.texts:
        mine = {stem(t) for t in words(own) if t not in STOP}
        if not mine:
            continue
        share = len(stems & mine) / (len(mine) ** 0.5)
        if share > 0 and (best is None or share > best[0]):
            best = (share, Evidence(path=path, quote=own[:200]))
    return best[1] if best else None
