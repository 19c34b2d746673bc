"""The occupation or field that a message names."""

from __future__ import annotations

# ruff: noqa: E501 (tables of words)
import re
from collections.abc import Sequence

from jobtracker.agent.mind.embedded import vocabulary as vocab
from jobtracker.agent.mind.embedded.tokens import STOP, Span, Token, closed, free, tokens
from jobtracker.core.lexicon.lazy import lazy

_I = re.IGNORECASE
_AS = lazy(
    r"(?<!\w)(?:as an?|as|als|come|comme|da(?=\s+[a-zà-ú]{4,})|job as an?|i am an?|i[’']m an?|im an?|trained|gelernte[rn]?|"
    r"poste? d[e']|emploi d[e']|emplois d[e']|travail d[e']|stage d[e']|posto da|lavoro da|posti da|"
    r"for an?|pour un[e]?|per un[ao']?|für eine?n?|un |una |une |ein |eine |en tant que|entretien d[e']|colloquio da|interview (?:as|for) an?|gespräch als)\s*",
    _I,
)
_JOB_AHEAD = lazy(
    r"[\s-]*(?:jobs?|positions?|roles?|openings?|vacanc(?:y|ies)|postings?|work|gigs?|stellen?|jobangebote?|inserate?|internships?|"
    r"offers?|opportunities|s\b)",
    _I,
)
_JOB_BEHIND = lazy(
    r"(?<!\w)(?:postes?|emplois?|travail|lavoro|posto|posti|stellen?|stage|job|boulot)\s+$", _I
)
_WISHED = lazy(
    r"(?<!\w)(?:de préférence|idéalement|si possible|preferibilmente|idealmente|se possibile|preferably|ideally|if possible|"
    r"bevorzugt|vorzugsweise|idealerweise|am liebsten|wenn möglich)(?!\w)",
    _I,
)
"""Words of a wish: what stands beside them may be anything, they are no occupation."""
_WITH = lazy(r"(?<!\w)(?:with|mit|avec|con|having|who|und|and|et)\s+$", _I)
"""What stands behind these is asked for beside the occupation."""
_MOST_RUNS = 40
_BREAK = lazy(r"[,;:!?()\n]|\.(?:\s|$)| - | – ")


def role(text: str, taken: Sequence[Span], *, loose: bool) -> tuple[str, Span] | None:
    """Return the occupation or field that is named.

    `loose` takes what is left of a search when everything else is accounted for; otherwise only
    what is said “as a …”, “the … job” counts.
    """
    taken = [*taken, *(match.span() for match in _WISHED.finditer(text))]
    runs = _runs(text, taken)[:_MOST_RUNS]
    if not runs:
        return None
    leads = {match.end() for match in _AS.finditer(text)}
    best = max(runs, key=lambda run: _weight(text, run, leads))
    if not loose and _weight(text, best, leads) < 2:
        return None
    start, end = best[0].span[0], best[-1].span[1]
    if elided := re.match(r"(?:[ldLD]|un|Un)['’](?=\w)", text[start:end]):
        start += elided.end()
    value = text[start:end].strip(" '’.-/")
    if len(value) < 2 or value.isdigit():
        return None
    # “nurses” of “who hires nurses” stays as said; boards stem it themselves
    return value[:80], (start, start + len(text[start:end].rstrip()))


def _runs(text: str, taken: Sequence[Span]) -> list[list[Token]]:
    """Neighbouring words that are neither small nor accounted for."""
    runs: list[list[Token]] = []
    run: list[Token] = []
    pending: list[Token] = []
    for token in tokens(text):
        broken = bool(run) and _BREAK.search(text[run[-1].span[1] : token.span[0]])
        usable = free(token.span, taken) and not token.text[0].isdigit()
        if broken or not usable:
            runs, run, pending = closed(runs, run), [], []
            if not usable:
                continue
        link = token.low in vocab.LINKS
        # “IT support”: in a message that is not shouted, capitals are an abbreviation.
        short = token.text.isupper() and len(token.text) > 1 and not text.isupper()
        if token.low in STOP and not short and not (link and run):
            runs, run, pending = closed(runs, run), [], []
        elif link:
            pending.append(token)
        else:
            run = [*run, *pending, token] if run else [token]
            pending = []
    return closed(runs, run)


def _weight(text: str, run: list[Token], leads: set[int]) -> float:
    start, end = run[0].span[0], run[-1].span[1]
    weight = 0.1 * min(len(run), 3) - 0.01 * start / max(len(text), 1)
    if start in leads:
        weight += 3
    if _JOB_AHEAD.match(text[end:]):
        weight += 2.5
    if _JOB_BEHIND.search(text[max(0, start - 12) : start]):
        weight += 1
    if len(run) == 1 and run[0].text.isupper() and len(run[0].text) > 2:
        weight -= 0.3  # “CHUV”, “SBB”: rather an employer
    if _WITH.search(text[max(0, start - 8) : start]):
        weight -= 0.5
    return weight
