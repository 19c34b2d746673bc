"""The person's own stories, out of the résumé: situation, task, action, result, with evidence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, cast

from jobtracker.coaching.language import sentences, words
from jobtracker.coaching.model import Evidence, Story
from jobtracker.coaching.phrases import competencies

_NUMBER = re.compile(
    r"\d[\d'’.,\u202f ]*\s*(?:%|percent|prozent|pour ?cent|per ?cento|k\b|m\b|mio|mrd|chf|eur|usd|"
    r"€|\$|£|hours?|stunden|heures|ore|days?|tagen?|jours|giorni|people|personen|personnes|persone)?",
    re.IGNORECASE,
)
_YEARS_ONLY = re.compile(r"\b(?:19|20)\d{2}\b")
_RESULT_WORDS = re.compile(
    r"\b(result\w*|so that|which|thus|therefore|thereby|leading to|led to|saving|reducing|"
    r"increasing|wodurch|sodass|so dass|dadurch|was zu|ce qui|permettant|grâce|d'où|ainsi|"
    r"portando|consentendo|riducendo|grazie|così)\b",
    re.IGNORECASE,
)
MAX_STORIES = 60


def extract(resume: dict[str, Any]) -> list[Story]:
    """Return the stories that a JSON Resume tells, newest employment first as listed there."""
    found: list[Story] = []
    for section in ("work", "projects", "volunteer"):
        entries = resume.get(section)
        for index, entry in enumerate(cast("list[Any]", entries or [])):
            if isinstance(entry, dict):
                found.extend(_of_entry(section, index, cast("dict[str, Any]", entry)))
    return found[:MAX_STORIES]


def _of_entry(section: str, index: int, entry: dict[str, Any]) -> Iterator[Story]:
    summary = _text(entry.get("summary") or entry.get("description"))
    where = _situation(entry)
    highlights = [_text(item) for item in cast("list[Any]", entry.get("highlights") or [])]
    told = [(f"/{section}/{index}/highlights/{at}", text) for at, text in enumerate(highlights)]
    if not any(text for _, text in told) and summary:
        field = "summary" if entry.get("summary") else "description"
        told = [(f"/{section}/{index}/{field}", text) for text in sentences(summary)]
        summary = ""
    task = sentences(summary)[0] if summary else ""
    for path, text in told:
        if len(words(text)) >= 4:
            yield Story(
                title=_short(text),
                situation=where,
                task=task,
                action=text,
                result=result_of(text),
                competencies=competencies_of(f"{text} {task}"),
                evidence=Evidence(path=path, quote=text),
            )


def _situation(entry: dict[str, Any]) -> str:
    role = _text(entry.get("position") or ", ".join(entry.get("roles") or []))
    firm = _text(entry.get("name") or entry.get("organization") or entry.get("entity"))
    start, end = _text(entry.get("startDate")), _text(entry.get("endDate"))
    years = "–".join(part[:4] for part in (start, end) if part)
    if start and not end:
        years += "–"
    return ", ".join(part for part in (role, firm, years) if part)


def result_of(text: str) -> str:
    """Return the clause of the text that tells an outcome; '' where none does."""
    clauses = [c.strip() for c in re.split(r"[;,–—]\s+|\s+-\s+", text) if c.strip()]
    numbered = [c for c in clauses if has_number(c)]
    if numbered:
        return numbered[-1] if len(words(numbered[-1])) >= 3 else text
    match = _RESULT_WORDS.search(text)
    return text[match.start() :] if match else ""


def has_number(text: str) -> bool:
    """Tell whether a quantity is named; a bare year is none."""
    return bool(_NUMBER.search(_YEARS_ONLY.sub(" ", text)))


def competencies_of(text: str, limit: int = 3) -> list[str]:
    """Return what the words of a text show, strongest first."""
    tokens = words(text)
    counts = {
        name: sum(any(token.startswith(stem) for stem in stems) for token in tokens)
        for name, stems in competencies().items()
    }
    return sorted((n for n, count in counts.items() if count), key=lambda n: -counts[n])[:limit]


def best_for(
    stories: list[Story], competency: str, terms: list[str], used: dict[int, int]
) -> int | None:
    """Return the index of the story that answers best; None where none is about it.

    `terms` are words of the question or posting; a story already used counts less.
    """
    ranked: list[tuple[float, int]] = []
    wanted = {word for term in terms for word in words(term) if len(word) > 3}
    for index, story in enumerate(stories):
        about = 2.0 * (competency in story.competencies)
        about += 1.5 * min(2, len(wanted & set(words(story.action))))
        if about:
            score = about + 1.0 * bool(story.result) - 0.02 * index - 1.5 * used.get(index, 0)
            ranked.append((score, -index))
    if not ranked:
        return None
    score, index = max(ranked)
    return -index if score > 0 else None


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _short(text: str) -> str:
    parts = text.split()
    return " ".join(parts[:9]) + (" …" if len(parts) > 9 else "")
