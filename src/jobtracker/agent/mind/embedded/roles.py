"""The occupation or field that a message names."""

from __future__ import annotations

# ruff: noqa: E501 (tables of words)
import re
from collections.abc import Sequence

from jobtracker.agent.mind.embedded import vocabulary as vocab
from jobtracker.agent.mind.embedded.tokens import (
    STOP,
    Span,
    Token,
    closed,
    free,
    ordinary,
    tokens,
)
from jobtracker.core.lexicon.lazy import lazy
from jobtracker.core.lexicon.occupations import OccupationMention, find_occupations

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
_LOOKING = lazy(
    r"(?:jobs?(?:su|sü|hunt|seek|börs|boers)|stellensu|arbeitss?u|arbeitslos|stellenlos|chôm|disoccup|unemploy)|"
    r"(?:s[ear]{2,4}ch(?:i?n?g?|e|es)|lo{1,3}k(?:in|ng|ig|ing|ign)|s(?:uhc|cuh|uh)en?|ch[er]{1,3}(?:h?c|ch)es?)$",
    _I,
)
"""Words of looking for work, however they are spelled: none is an occupation."""
_HIRES = "HR specialist"
"""In “the recruiter rejected me” not what is looked for."""
_KNOWN, _AT_WORK = 2.0, 1.0
"""What speaks for a name of the lexicon, and for a word such as “engineer” or “Mitarbeiter”."""
_MOST_RUNS = 40
_BREAK = lazy(r"[,;:!?()\n]|\.(?:\s|$)| - | – ")


def role(text: str, taken: Sequence[Span], *, loose: bool) -> tuple[str, Span] | None:
    """Return the occupation or field that is named.

    `loose` takes what is left of a search when everything else is accounted for; otherwise only
    what is said “as a …”, “the … job” counts.
    """
    taken = [*taken, *(match.span() for match in _WISHED.finditer(text))]
    work = find_occupations(text)
    runs = _runs(text, taken, [mention.span for mention in work])[:_MOST_RUNS]
    if not runs:
        return None
    leads = {match.end() for match in _AS.finditer(text)}
    weights = [_weight(text, run, leads) + _known(run, work, loose=loose) for run in runs]
    weight = max(weights)
    best = runs[weights.index(weight)]
    if not loose and weight < 2:
        return None
    start, end = best[0].span[0], best[-1].span[1]
    if elided := re.match(r"(?:[ldLD]|un|Un)['’](?=\w)", text[start:end]):
        start += elided.end()
    value = text[start:end].strip(" '’.-/")
    if len(value) < 2 or value.isdigit():
        return None
    # “nurses” of “who hires nurses” stays as said; boards stem it themselves
    return value[:80], (start, start + len(text[start:end].rstrip()))


def _known(run: list[Token], work: Sequence[OccupationMention], *, loose: bool) -> float:
    """What the lexicon says for a run of words."""
    start, end = run[0].span[0], run[-1].span[1]
    labels = [
        mention.label for mention in work if start < mention.span[1] and mention.span[0] < end
    ]
    if not loose:
        labels = [label for label in labels if label and label != _HIRES]
    return _KNOWN if any(labels) else _AT_WORK if labels else 0.0


def _says_nothing(token: Token, work: Sequence[Span]) -> bool:
    if token.low not in ordinary() and _LOOKING.match(token.low) is None:
        return False
    return free(token.span, work)


def _runs(text: str, taken: Sequence[Span], work: Sequence[Span]) -> list[list[Token]]:
    """Neighbouring words that are neither small nor accounted for; `work` are occupations."""
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
        small = token.low in STOP or _says_nothing(token, work)
        if small and not short and not (link and run):
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
