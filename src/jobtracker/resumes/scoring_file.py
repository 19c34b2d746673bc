"""The parts of the score that look at the file and at the writing, not at the posting."""

from __future__ import annotations

import re
from collections import Counter

from jobtracker.resumes.model import Finding, HiddenText, Layout, Resume
from jobtracker.resumes.saying import Part, finding
from jobtracker.resumes.terms import fields, words
from jobtracker.resumes.wordlist import split_words

_COMMON = frozenset(
    split_words(
        """
        the and of to in for with a an on by as at from is was were that this it my our their
        und der die das in mit für von zu im den des ein eine als auf bei sowie sich dem et de
        la le les des du en pour avec un une dans sur par au aux à e di il la le dei del della
        in per con un una nel al da gli
        """
    )
)
_FIRST_PERSON = re.compile(
    r"\b(?:i|me|my|ich|mein\w*|je|mon|ma|mes|io|mio|mia|miei)\b", re.IGNORECASE
)


def _take(
    findings: list[Finding], part: Part, points: float, code: str, where: str = "", **facts: object
) -> float:
    severity = "bad" if points >= 20 else "warn" if points >= 5 else "info"
    findings.append(finding(part, severity, code, -points, where, **facts))
    return points


def format_part(
    resume: Resume, layout: Layout, hidden: list[HiddenText], findings: list[Finding]
) -> float:
    """Return 0 to 100: what an applicant-tracking system can take from the file."""
    lost = 0.0
    for points, applies, code, number in _layout_rules(layout):
        if applies:
            lost += _take(findings, "format", points, code, n=number)
    for points, applies, code, where in _content_rules(resume):
        if applies:
            lost += _take(findings, "format", points, code, where)
    for item in hidden[:20]:
        text, page = item.text[:160], item.page
        findings.append(finding("hidden_text", "bad", "hidden", how=item.how, text=text, page=page))
    if hidden:
        lost += _take(findings, "format", 35, "hides")
    score = max(0.0, 100 - lost)
    if lost == 0:
        findings.append(finding("format", "good", "clean", 100))
    return score


def _layout_rules(layout: Layout) -> list[tuple[float, bool, str, float | None]]:
    small = layout.smallest_font is not None and layout.smallest_font < 8.5
    return [
        (12, layout.columns > 1, "columns", layout.columns),
        (8, layout.tables > 0, "tables", layout.tables),
        (12, layout.text_boxes > 0, "text_boxes", layout.text_boxes),
        (3, 0 < layout.images <= 2, "pictures", layout.images),
        (8, layout.images > 2, "many_pictures", layout.images),
        (6, layout.header_footer_text, "header_footer", None),
        (4, small, "small_print", layout.smallest_font),
        (3, layout.fonts > 8, "fonts", layout.fonts),
        (25, layout.unmapped_characters > 20, "unmapped", None),
        (6, layout.pages > 3, "pages", layout.pages),
    ]


def _content_rules(resume: Resume) -> list[tuple[float, bool, str, str]]:
    basics = resume.basics
    undated = [f"/work/{i}" for i, job in enumerate(resume.work) if not job.startDate]
    return [
        (20, not basics.name, "no_name", "/basics/name"),
        (15, not basics.email, "no_email", "/basics/email"),
        (8, not basics.phone, "no_phone", "/basics/phone"),
        (15, not resume.work, "no_work", "/work"),
        (6, not resume.education, "no_education", "/education"),
        (6, not resume.skills, "no_skills", "/skills"),
        (5, bool(undated), "undated", ", ".join(undated)),
    ]


def readability_part(resume: Resume, layout: Layout, findings: list[Finding]) -> float:
    """Return 0 to 100: how well it reads. Words that repeat are counted once for any credit."""
    bullets = _distinct_bullets(resume)
    lost = 0.0
    if not bullets:
        lost += _take(findings, "readability", 20, "no_bullets", "/work")
    else:
        lost += _bullet_rules(bullets, findings)
    texts = [text for _, text in fields(resume)]
    lost += _wording_rules(resume, texts, findings)
    return max(0.0, round(100 - lost, 1))


def _distinct_bullets(resume: Resume) -> list[tuple[str, str]]:
    seen: dict[str, tuple[str, str]] = {}
    for index, job in enumerate(resume.work):
        for number, text in enumerate(job.highlights):
            if len(set(words(text))) >= 4:
                seen.setdefault(" ".join(words(text)), (f"/work/{index}/highlights/{number}", text))
    return list(seen.values())


def _bullet_rules(bullets: list[tuple[str, str]], findings: list[Finding]) -> float:
    lost = 0.0
    long = [path for path, text in bullets if len(text.split()) > 34]
    if long:
        points = min(15.0, 3.0 * len(long))
        lost += _take(findings, "readability", points, "long_bullets", ", ".join(long[:5]))
    numbers = sum(1 for _, text in bullets if re.search(r"\d", text))
    if numbers * 5 < len(bullets):
        lost += _take(findings, "readability", 10, "few_numbers", "/work")
    return lost


def _wording_rules(resume: Resume, texts: list[str], findings: list[Finding]) -> float:
    lost = 0.0
    counts = Counter(
        word for text in texts for word in words(text) if word not in _COMMON and len(word) > 2
    )
    distinct = len(counts)
    if distinct < 60:
        lost += _take(findings, "readability", 15, "short", n=distinct)
    total = sum(counts.values())
    stuffed = [word for word, n in counts.items() if n > 12 and n > 0.04 * total]
    if stuffed:
        lost += _take(
            findings,
            "readability",
            20,
            "repeated",
            words=", ".join(sorted(stuffed)[:5]),
        )
    if total > 1400:
        lost += _take(findings, "readability", 6, "long", n=total)
    summary = resume.basics.summary or ""
    if len(summary.split()) > 110:
        lost += _take(findings, "readability", 5, "long_profile", "/basics/summary")
    mine = [path for path, text in _distinct_bullets(resume) if _FIRST_PERSON.search(text)]
    if mine:
        lost += _take(findings, "readability", 4, "first_person", ", ".join(mine[:5]))
    return lost
