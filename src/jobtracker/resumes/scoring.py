"""How well a résumé fits a posting: the same input gives the same score, and every point a reason.

Parts from 0 to 100: keywords (45 %), experience (30 %), format (15 %), readability (10 %).
No model, no randomness, no clock of its own. What is hidden in the file never reached the résumé
and so earns nothing; a term counts once, however often it is written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from jobtracker.resumes.model import (
    Finding,
    HiddenText,
    Layout,
    Match,
    Missing,
    Resume,
    ScoreParts,
    ScoreResult,
)
from jobtracker.resumes.posting import Posting, language_key, seniority
from jobtracker.resumes.saying import finding
from jobtracker.resumes.scoring_file import format_part, readability_part
from jobtracker.resumes.terms import fields, fold, skills_in, words

WEIGHTS = {"keywords": 0.45, "experience": 0.30, "format": 0.15, "readability": 0.10}


@dataclass(slots=True)
class Profile:
    """What the résumé holds: each skill and word with the first place where it stands."""

    skills: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    words: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])


def profile(resume: Resume) -> Profile:
    """Return the résumé's skills and words with their places."""
    found = Profile()
    for path, text in fields(resume):
        for skill in skills_in(text):
            found.skills.setdefault(skill.key, (path, _quote(text, skill.start)))
        for word in words(text):
            found.words.setdefault(word, (path, text[:120]))
    return found


def _quote(text: str, at: int) -> str:
    begin = max(0, at - 40)
    return ("…" if begin else "") + text[begin : at + 80] + ("…" if at + 80 < len(text) else "")


def score(
    resume: Resume, layout: Layout, hidden: list[HiddenText], posting: Posting, as_of: date
) -> ScoreResult:
    """Score a résumé against a posting; `as_of` ends the jobs that still go on."""
    findings: list[Finding] = []
    have = profile(resume)
    keywords, matched, missing = _keywords(have, posting, findings)
    experience = _experience(resume, posting, as_of, findings)
    layout_part = format_part(resume, layout, hidden, findings)
    readability = readability_part(resume, layout, findings)
    parts = ScoreParts(
        keywords=keywords, experience=experience, format=layout_part, readability=readability
    )
    total = sum(weight * getattr(parts, name) for name, weight in WEIGHTS.items())
    return ScoreResult(
        score=round(total, 1),
        parts=parts,
        matched=matched[:50],
        missing=missing[:50],
        findings=findings,
    )


def _keywords(
    have: Profile, posting: Posting, findings: list[Finding]
) -> tuple[float, list[Match], list[Missing]]:
    matched: list[Match] = []
    missing: list[Missing] = []
    for term in posting.terms:
        place = (
            have.words.get(term.key[1:]) if term.key.startswith("=") else have.skills.get(term.key)
        )
        if place:
            matched.append(
                Match(term=term.label, path=place[0], quote=place[1], weight=term.weight)
            )
        else:
            missing.append(Missing(term=term.label, required=term.required, weight=term.weight))
    matched.sort(key=lambda item: -item.weight)
    missing.sort(key=lambda item: (not item.required, -item.weight))
    total = sum(term.weight for term in posting.terms)
    if not total:
        findings.append(finding("keywords", "info", "no_known_terms", 50))
        return 50.0, matched, missing
    share = 100 * sum(item.weight for item in matched) / total
    severity = "good" if share >= 60 else "warn"
    found, every = len(matched), len(posting.terms)
    points = round(share, 1)
    findings.append(finding("keywords", severity, "terms", points, found=found, every=every))
    return round(share, 1), matched, missing


def _experience(resume: Resume, posting: Posting, as_of: date, findings: list[Finding]) -> float:
    checks = [
        (0.35, _years_check(resume, posting, as_of)),
        (0.35, _title_check(resume, posting)),
        (0.10, _seniority_check(resume, posting)),
        (0.10, _language_check(resume, posting)),
        (0.10, _degree_check(resume, posting)),
    ]
    used = [(weight, check) for weight, check in checks if check is not None]
    total = sum(weight for weight, _ in used)
    for weight, (share, code, where, facts) in used:
        severity = "good" if share >= 0.8 else "info" if share >= 0.5 else "warn"
        points = round(100 * weight * share / total, 1)
        findings.append(finding("experience", severity, code, points, where, **facts))
    return round(100 * sum(weight * check[0] for weight, check in used) / total, 1)


_Check = tuple[float, str, str, dict[str, str]]
"""The share that is met, the code of the finding, its place and its facts."""


def years_of_work(resume: Resume, as_of: date) -> float:
    """Return the years in work, times that overlap counted once."""
    spans: list[tuple[int, int]] = []
    for job in resume.work:
        if job.startDate is None:
            continue
        begin = _month(job.startDate, first=True)
        end = _month(job.endDate, first=False) if job.endDate else as_of.year * 12 + as_of.month
        spans.append((begin, max(end, begin)))
    months, reached = 0, -1
    for begin, end in sorted(spans):
        begin = max(begin, reached)
        if end > begin:
            months += end - begin
            reached = end
    return months / 12


def _month(text: str, *, first: bool) -> int:
    numbers = [int(part) for part in re.findall(r"\d+", text)[:2]]
    if not numbers:
        return 0
    month = numbers[1] - 1 if len(numbers) > 1 else (0 if first else 11)
    return numbers[0] * 12 + month + (0 if first else 1)


def _years_check(resume: Resume, posting: Posting, as_of: date) -> _Check:
    years = years_of_work(resume, as_of)
    wanted = posting.years if posting.years is not None else 3
    share = min(1.0, years / wanted) if wanted else 1.0
    code = "years" if posting.years is not None else "years_open"
    return share, code, "/work", {"years": f"{years:.1f}", "wanted": str(wanted)}


def _title_check(resume: Resume, posting: Posting) -> _Check | None:
    if not posting.title_words:
        return None
    wanted = posting.title_words
    titles = [(f"/work/{i}/position", job.position or "") for i, job in enumerate(resume.work)]
    titles.append(("/basics/label", resume.basics.label or ""))
    best: tuple[float, str, str] = (0.0, "", "")
    for path, title in titles:
        own = words(title)
        share = sum(_close(word, own) for word in wanted) / len(wanted)
        best = max(best, (share, title, path), key=lambda item: item[0])
    facts = {"wanted": posting.title[:60], "title": best[1]}
    return best[0], "title" if best[1] else "no_title", best[2], facts


def _close(word: str, own: list[str]) -> float:
    if word in own:
        return 1.0
    stem = word[: max(5, len(word) - 3)]
    return (
        0.8
        if any(len(other) > 4 and (other.startswith(stem) or stem in other) for other in own)
        else 0.0
    )


def _seniority_check(resume: Resume, posting: Posting) -> _Check | None:
    if posting.seniority is None or not resume.work:
        return None
    levels = [seniority(job.position or "") for job in resume.work]
    top = max((2 if level is None else level for level in levels), default=2)
    share = 1.0 if top >= posting.seniority else max(0.0, 1 - 0.35 * (posting.seniority - top))
    return share, "seniority", "/work", {}


def _language_check(resume: Resume, posting: Posting) -> _Check | None:
    if not posting.languages:
        return None
    spoken = {language_key(item.language or "") for item in resume.languages}
    if "gsw" in spoken:
        spoken.add("de")
    known = [code for code in posting.languages if code in spoken]
    absent = [code for code in posting.languages if code not in spoken]
    facts = {"found": ", ".join(known) or "–", "absent": ", ".join(absent)}
    code = "languages_absent" if absent else "languages"
    return len(known) / len(posting.languages), code, "/languages", facts


def _degree_check(resume: Resume, posting: Posting) -> _Check | None:
    if not posting.degree:
        return None
    degrees = " ".join(f"{item.studyType or ''} {item.area or ''}" for item in resume.education)
    has = bool(
        re.search(
            r"bachelor|master|\bb\.?sc|\bm\.?sc|ph\.?d|mba|diplom|lic\.|licence|laurea|\bb[as]\b|\bm[as]\b|promotion|doktor|dottorato",
            fold(degrees),
        )
    )
    return (1.0 if has else 0.3), "degree" if has else "no_degree", "/education", {}
