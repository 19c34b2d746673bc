"""Cover letters: sentences of ours around what the résumé says, each claim with its evidence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from jobtracker.resumes.claims import Facts, check, facts_of
from jobtracker.resumes.evidence import evidence
from jobtracker.resumes.model import Claim, Evidence, Match, Rejected, Resume, Tone
from jobtracker.resumes.phrases import LETTER, join
from jobtracker.resumes.posting import Posting
from jobtracker.resumes.scoring import years_of_work
from jobtracker.resumes.terms import skills_in, words

_MONTHS = {
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre "
    "novembre dicembre",
    "en": "January February March April May June July August September October November December",
}
MAX_SENTENCES = 12
_GENDER = re.compile(
    r"\s*\(?\b(?:[mwfdxh](?:\s?[/|,]\s?[mwfdxh]){1,3}|all "
    r"genders|a)\b\)?|\s*\d{2,3}\s?(?:-\s?\d{2,3}\s?)?%",
    re.I,
)


@dataclass
class Letter:
    """A letter and what it claims."""

    subject: str
    text: str
    claims: list[Claim] = field(default_factory=list[Claim])
    rejected: list[Rejected] = field(default_factory=list[Rejected])


def cover_letter(
    resume: Resume,
    posting: Posting,
    matched: list[Match],
    language: str,
    tone: Tone,
    today: date,
    as_of: date,
    sentences: Sequence[str] = (),
) -> Letter:
    """Return a cover letter in Swiss form: sender, recipient, place and date, subject, text.

    `sentences` come from somebody else, perhaps a model: those that the résumé bears out take the
    place of our own points, the others are named in `rejected`.
    """
    say = LETTER[language]
    title = _clean_title(posting.title) or "…"
    claims: list[Claim] = []
    opening = say["opening"][tone].format(
        title=title, at=say["at"].format(company=posting.company) if posting.company else ""
    )
    first = " ".join([opening, *_role(resume, say, claims, as_of)])
    paragraphs = [first]
    if text := _skills(resume, matched, say, language, claims):
        paragraphs.append(text)
    taken, rejected = _taken(sentences, resume, posting, language, as_of, claims)
    if taken:
        paragraphs.append(" ".join(taken))
    points = [] if taken else _points(resume, posting, claims, 2 if tone == "concise" else 3)
    if points:
        paragraphs.append(say["lead"] + "\n" + "\n".join(f"– {point}" for point in points))
    if tone != "concise":
        paragraphs += _background(resume, posting, say, claims)
    paragraphs.append(say["closing"][tone])
    subject = say["subject"].format(title=title)
    text = "\n\n".join(
        [
            *_head(resume, posting, language, today),
            subject,
            say["greeting"],
            *paragraphs,
            f"{say['farewell']}\n{resume.basics.name or ''}".rstrip(),
        ]
    )
    if language == "de":
        text, subject = text.replace("ß", "ss"), subject.replace("ß", "ss")
    return Letter(subject, text, claims, rejected)


def _taken(
    sentences: Sequence[str],
    resume: Resume,
    posting: Posting,
    language: str,
    as_of: date,
    claims: list[Claim],
) -> tuple[list[str], list[Rejected]]:
    """Part the sentences of others into those with evidence and those without."""
    facts = _facts(resume, posting, language, as_of)
    taken: list[str] = []
    rejected: list[Rejected] = []
    for number, sentence in enumerate(sentences[:MAX_SENTENCES]):
        text = " ".join(sentence.split())[:600]
        reasons = check(text, facts) if text else ["it is empty"]
        found = evidence(text, facts)
        if not reasons and found is None:
            reasons = ["no line of the résumé stands behind it"]
        if reasons or found is None:
            rejected.append(Rejected(path=f"/sentences/{number}", text=text, reasons=reasons))
        else:
            taken.append(text)
            claims.append(Claim(text=text, evidence=found))
    return taken, rejected


def _clean_title(title: str) -> str:
    return _GENDER.sub("", title).strip(" -–|,()")


def _head(resume: Resume, posting: Posting, language: str, today: date) -> list[str]:
    basics = resume.basics
    place = basics.location
    town = " ".join(p for p in (place.postalCode, place.city) if p) if place else ""
    sender = [basics.name, place.address if place else None, town, basics.phone, basics.email]
    month = _MONTHS[language].split()[today.month - 1]
    written = {
        "de": f"{today.day}. {month} {today.year}",
        "fr": f"le {today.day} {month} {today.year}",
        "it": f"{today.day} {month} {today.year}",
        "en": f"{today.day} {month} {today.year}",
    }[language]
    city = place.city if place and place.city else ""
    head = ["\n".join(line for line in sender if line)]
    if posting.company:
        head.append(posting.company)
    return [*[block for block in head if block], f"{city}, {written}" if city else written]


def _role(resume: Resume, say: dict[str, str], claims: list[Claim], as_of: date) -> list[str]:
    found: list[str] = []
    job = next((j for j in resume.work if j.position and j.name), None)
    if job is not None:
        index = resume.work.index(job)
        text = say["past" if job.endDate else "role"].format(position=job.position, name=job.name)
        evidence = Evidence(path=f"/work/{index}", quote=f"{job.position}, {job.name}")
        claims.append(Claim(text=text, evidence=evidence))
        found.append(text)
    years = int(years_of_work(resume, as_of))
    if years >= 2:
        text = say["years"].format(years=years)
        quote = ", ".join(f"{j.startDate or '?'}–{j.endDate or ''}" for j in resume.work[:6])
        claims.append(Claim(text=text, evidence=Evidence(path="/work", quote=quote)))
        found.append(text)
    return found


def _skills(
    resume: Resume, matched: list[Match], say: dict[str, str], language: str, claims: list[Claim]
) -> str:
    named: dict[str, Match] = {}
    for match in matched:
        if match.weight >= 1.5:
            named.setdefault(match.term, match)
    chosen = list(named.values())[:5]
    if not chosen:
        return ""
    text = say["skills"].format(skills=join([match.term for match in chosen], language))
    for match in chosen:
        claims.append(Claim(text=match.term, evidence=Evidence(path=match.path, quote=match.quote)))
    return text


def _points(resume: Resume, posting: Posting, claims: list[Claim], count: int) -> list[str]:
    """Return the achievements closest to the posting, word for word."""
    wanted = {term.key: term.weight for term in posting.terms}
    titles = set(posting.title_words)
    ranked: list[tuple[float, int, str, str]] = []
    for index, job in enumerate(resume.work):
        for number, text in enumerate(job.highlights):
            score = sum(wanted.get(skill.key, 0.0) for skill in skills_in(text))
            score += 0.5 * len(titles & set(words(text))) + (0.8 if re.search(r"\d", text) else 0.0)
            ranked.append(
                (score - 0.2 * index, -len(ranked), f"/work/{index}/highlights/{number}", text)
            )
    ranked.sort(reverse=True)
    points: list[str] = []
    for _, _, path, text in ranked[:count]:
        point = text.rstrip(" .") + "."
        points.append(point)
        claims.append(Claim(text=point, evidence=Evidence(path=path, quote=text[:200])))
    return points


def _background(
    resume: Resume, posting: Posting, say: dict[str, str], claims: list[Claim]
) -> list[str]:
    found: list[str] = []
    if resume.education:
        item = resume.education[0]
        degree = " ".join(p for p in (item.studyType, item.area) if p)
        study = ", ".join(p for p in (degree, item.institution) if p)
        if study:
            text = say["study"].format(study=study)
            claims.append(Claim(text=text, evidence=Evidence(path="/education/0", quote=study)))
            found.append(text)
    spoken = [
        f"{i.language} ({i.fluency})" if i.fluency else f"{i.language}" for i in resume.languages
    ]
    if spoken and posting.languages:
        text = say["languages"].format(languages=", ".join(spoken[:5]))
        claims.append(
            Claim(text=text, evidence=Evidence(path="/languages", quote=", ".join(spoken)[:200]))
        )
        found.append(text)
    return [" ".join(found)] if found else []


def unsupported(
    letter: Letter, resume: Resume, posting: Posting, language: str, as_of: date
) -> list[str]:
    """Return what the letter's claims say beyond the résumé.

    The posting's own names and the words of our own sentences are free.
    """
    facts = _facts(resume, posting, language, as_of)
    return [reason for claim in letter.claims for reason in check(claim.text, facts)]


def _facts(resume: Resume, posting: Posting, language: str, as_of: date) -> Facts:
    ours = [text for text in LETTER[language].values() if isinstance(text, str)]
    return facts_of(resume, as_of, allowed=[posting.title, posting.company, *ours])
