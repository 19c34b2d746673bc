"""The question bank: one line a question in four languages, in `data/questions.tsv`."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jobtracker.coaching.model import Language, Stage

_DATA = Path(__file__).parent / "data"
GENERAL = "general"


@dataclass(frozen=True)
class Question:
    """A question; `stages` in which it is asked, `competency` that it probes."""

    trade: str
    stages: frozenset[str]
    competency: str
    texts: dict[Language, str]


@cache
def questions() -> tuple[Question, ...]:
    """Return the whole bank, in the order of the file."""
    found: list[Question] = []
    text = (_DATA / "questions.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        trade, stages, competency, en, de, fr, it = line.split("\t")
        texts: dict[Language, str] = {"en": en, "de": de, "fr": fr, "it": it}
        found.append(Question(trade, frozenset(stages.split(",")), competency, texts))
    return tuple(found)


@cache
def trades() -> dict[str, re.Pattern[str]]:
    """Return, per trade, the pattern of the words that name it in a job title or text."""
    found: dict[str, re.Pattern[str]] = {}
    text = (_DATA / "trades.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            trade, stems = line.split("\t")
            found[trade] = re.compile(rf"(?<!\w)(?:{stems})", re.IGNORECASE)
    return found


def trade_of(title: str, text: str = "") -> str:
    """Return the trade that the title names, else the text most often; `general` where none."""
    for source, least in ((title, 1), (text[:6000], 2)):
        counts = {name: len(set(p.findall(source))) for name, p in trades().items()}
        best = max(counts, key=lambda name: counts[name])
        if counts[best] >= least:
            return best
    return GENERAL


def ask(
    trade: str, stage: Stage, limit: int, first: Collection[str] = frozenset()
) -> list[Question]:
    """Return questions of the trade for the stage; no competency comes twice before all did.

    Those that probe a competency of `first` come before the others.
    """
    pool = [q for q in questions() if q.trade == trade and stage in q.stages]
    pool.sort(key=lambda q: q.competency not in first)
    chosen: list[Question] = []
    while pool and len(chosen) < limit:
        seen = {q.competency for q in chosen}
        fresh = next((q for q in pool if q.competency not in seen), pool[0])
        chosen.append(fresh)
        pool.remove(fresh)
    return chosen
