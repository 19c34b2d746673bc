"""A résumé as headings, entries and rows, which every format then writes in its own way."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from jobtracker.resumes.model import Resume

_HEADINGS = {
    "summary": ("Profile", "Profil", "Profil", "Profilo"),
    "work": ("Work Experience", "Berufserfahrung", "Expérience professionnelle",
             "Esperienza professionale"),
    "education": ("Education", "Ausbildung", "Formation", "Formazione"),
    "skills": ("Skills", "Kenntnisse", "Compétences", "Competenze"),
    "languages": ("Languages", "Sprachen", "Langues", "Lingue"),
    "certificates": ("Certificates", "Zertifikate", "Certificats", "Certificati"),
    "projects": ("Projects", "Projekte", "Projets", "Progetti"),
    "volunteer": ("Volunteering", "Freiwilligenarbeit", "Bénévolat", "Volontariato"),
    "awards": ("Awards", "Auszeichnungen", "Distinctions", "Riconoscimenti"),
    "publications": ("Publications", "Publikationen", "Publications", "Pubblicazioni"),
    "interests": ("Interests", "Interessen", "Intérêts", "Interessi"),
    "references": ("References", "Referenzen", "Références", "Referenze"),
}  # fmt: skip
_LANGUAGES = ("en", "de", "fr", "it")
_NOW = {"en": "Present", "de": "heute", "fr": "aujourd’hui", "it": "oggi"}
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()  # noqa: SIM905
_LABELS = {
    "permit": ("Permit", "Bewilligung", "Permis", "Permesso"),
    "nationality": ("Nationality", "Nationalität", "Nationalité", "Nazionalità"),
    "birth": ("Date of birth", "Geburtsdatum", "Date de naissance", "Data di nascita"),
}


@dataclass(slots=True)
class Entry:
    """A dated entry: what, where, when, and what was done."""

    head: str
    sub: str = ""
    dates: str = ""
    text: str = ""
    bullets: list[str] = field(default_factory=list[str])
    url: str = ""


@dataclass(slots=True)
class Part:
    """A section: entries, or rows of (label, text)."""

    key: str
    title: str
    entries: list[Entry] = field(default_factory=list[Entry])
    rows: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    text: str = ""


@dataclass(slots=True)
class Sheet:
    """The whole résumé, ready to be written."""

    language: str
    name: str
    label: str
    contact: list[str]
    personal: list[tuple[str, str]]
    parts: list[Part]

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values, for the PDF templates."""
        return asdict(self)


def make_sheet(resume: Resume, language: str) -> Sheet:
    """Lay a résumé out in one of our four languages (English for any other)."""
    language = language[:2] if language[:2] in _LANGUAGES else "en"
    basics = resume.basics
    parts: list[Part] = []
    if basics.summary:
        parts.append(_part("summary", language, text=basics.summary))
    parts.append(_part("work", language, entries=[_work(job, language) for job in resume.work]))
    parts.append(_part("education", language, entries=_education(resume, language)))
    parts.append(_part("skills", language, rows=_skills(resume)))
    rows = [(item.language or "", item.fluency or "") for item in resume.languages]
    parts.append(_part("languages", language, rows=rows))
    parts += _rest(resume, language)
    return Sheet(
        language=language,
        name=basics.name or "",
        label=basics.label or "",
        contact=_contact(resume),
        personal=_personal(resume, language),
        parts=[part for part in parts if part.entries or part.rows or part.text],
    )


def _part(key: str, language: str, **more: Any) -> Part:
    return Part(key, heading(key, language), **more)


def heading(key: str, language: str) -> str:
    """Return the heading of a section."""
    return _HEADINGS[key][_LANGUAGES.index(language)]


def _contact(resume: Resume) -> list[str]:
    basics = resume.basics
    found: list[str] = []
    if place := basics.location:
        town = " ".join(piece for piece in (place.postalCode, place.city) if piece)
        if place.region and place.region != place.city and not place.postalCode:
            town = f"{town}, {place.region}"
        found.append(", ".join(piece for piece in (place.address, town) if piece))
    found += [basics.phone or "", basics.email or "", basics.url or ""]
    found += [
        profile.url or f"{profile.network}: {profile.username}" for profile in basics.profiles
    ]
    return [piece for piece in found if piece]


def _personal(resume: Resume, language: str) -> list[tuple[str, str]]:
    basics = resume.basics
    at = _LANGUAGES.index(language)
    values = (
        ("birth", format_date(basics.birthDate, language) if basics.birthDate else ""),
        ("nationality", basics.nationality or ""),
        ("permit", basics.workPermit or ""),
    )
    return [(_LABELS[key][at], value) for key, value in values if value]


def format_date(date: str, language: str) -> str:
    """Return a date of JSON Resume for people."""
    year, _, rest = date.partition("-")
    month, _, day = rest.partition("-")
    if not month.isdigit() or not 1 <= int(month) <= 12:
        return year
    if language == "en":
        return f"{_MONTHS[int(month) - 1]} {year}"
    if day.isdigit():
        return f"{day}.{month}.{year}"
    return f"{month}.{year}" if language != "fr" else f"{month}/{year}"


def _dates(start: str | None, end: str | None, language: str, *, goes_on: bool) -> str:
    if start and end and start != end:
        return f"{format_date(start, language)} – {format_date(end, language)}"
    if start and not end:
        now = f" – {_NOW[language]}" if goes_on else ""
        return format_date(start, language) + now
    return format_date(end or start or "", language) if end or start else ""


def _work(job: Any, language: str) -> Entry:
    company = job.name if hasattr(job, "name") else job.organization
    head = job.position or company or ""
    sub = ", ".join(p for p in (company if job.position else "", job.location or "") if p)
    return Entry(
        head=head,
        sub=sub,
        dates=_dates(job.startDate, job.endDate, language, goes_on=True),
        text=job.summary or "",
        bullets=list(job.highlights),
        url=job.url or "",
    )


_IN = {"en": "in", "de": "in", "fr": "en", "it": "in"}


def _education(resume: Resume, language: str) -> list[Entry]:
    found: list[Entry] = []
    for item in resume.education:
        both = item.studyType and item.area
        head = (
            f"{item.studyType} {_IN[language]} {item.area}"
            if both
            else item.studyType or item.area or ""
        )
        place = ", ".join(p for p in (item.institution, item.location) if p)
        bullets = list(item.courses)
        if item.score and not any(item.score in text for text in bullets):
            bullets.insert(0, f"GPA: {item.score}")
        dates = _dates(item.startDate, item.endDate, language, goes_on=True)
        found.append(
            Entry(head or place, place if head else "", dates, "", bullets, item.url or "")
        )
    return found


def _skills(resume: Resume) -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    loose = [skill.name or "" for skill in resume.skills if not skill.keywords and not skill.level]
    for skill in resume.skills:
        if skill.keywords:
            level = f" ({skill.level})" if skill.level else ""
            rows.append(((skill.name or "") + level, ", ".join(skill.keywords)))
        elif skill.level:
            rows.append((skill.name or "", f"({skill.level})"))
    if loose:
        rows.append(("", ", ".join(loose)))
    return rows


def _rest(resume: Resume, language: str) -> list[Part]:
    def said(*pieces: str | None) -> str:
        return " – ".join(piece for piece in pieces if piece)

    def dated(date: str | None) -> str:
        return format_date(date, language) if date else ""

    projects = [
        Entry(
            p.name or "",
            ", ".join([*p.roles, *([p.entity] if p.entity else [])]),
            _dates(p.startDate, p.endDate, language, goes_on=True),
            " ".join(
                t for t in (p.description, f"({', '.join(p.keywords)})" if p.keywords else "") if t
            ),
            list(p.highlights),
            p.url or "",
        )
        for p in resume.projects
    ]
    volunteer = [_work(item, language) for item in resume.volunteer]
    certificates = [Entry(said(c.name, c.issuer), "", dated(c.date)) for c in resume.certificates]
    awards = [
        Entry(said(a.title, a.awarder), "", dated(a.date), a.summary or "") for a in resume.awards
    ]
    publications = [
        Entry(said(p.name, p.publisher), "", dated(p.releaseDate), p.summary or "", [], p.url or "")
        for p in resume.publications
    ]
    interests = [item.name or "" for item in resume.interests if not item.keywords]
    rows = [
        (item.name or "", ", ".join(item.keywords)) for item in resume.interests if item.keywords
    ]
    if interests:
        rows.append(("", ", ".join(interests)))
    references = [(r.name or "", r.reference or "") for r in resume.references]
    return [
        _part("projects", language, entries=projects),
        _part("volunteer", language, entries=volunteer),
        _part("certificates", language, entries=certificates),
        _part("awards", language, entries=awards),
        _part("publications", language, entries=publications),
        _part("interests", language, rows=rows),
        _part("references", language, rows=references),
    ]
