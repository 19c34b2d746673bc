"""LinkedIn's data export, a ZIP of CSV files (Settings, Data privacy, Get a copy of your data)."""

from __future__ import annotations

import csv
import io
import zipfile

from jobtracker.core.errors import BadInput
from jobtracker.resumes.model import (
    Basics,
    Certificate,
    Education,
    Language,
    Layout,
    Location,
    Profile,
    Project,
    ReadResult,
    Resume,
    Skill,
    Volunteer,
    Work,
)
from jobtracker.resumes.reading.containers import member, open_zip
from jobtracker.resumes.reading.dates import parse_point
from jobtracker.resumes.reading.jsonresume import all_text
from jobtracker.resumes.reading.text import decode
from jobtracker.resumes.reading.vocabulary import guess_language

Row = dict[str, str]


def _rows(archive: zipfile.ZipFile, file: str, name: str) -> list[Row]:
    part = next(
        (n for n in archive.namelist() if n.rpartition("/")[2].lower() == file.lower()), None
    )
    data = member(archive, part, name) if part else None
    if data is None:
        return []
    lines = decode(data, f"{name}:{file}").splitlines()
    # Some files begin with notes before the header.
    start = next(
        (i for i, line in enumerate(lines[:6]) if line.count(",") and "Notes:" not in line), 0
    )
    try:
        reader = csv.DictReader(io.StringIO("\n".join(lines[start:])))
        return [
            {key: (value or "").strip() for key, value in row.items() if key} for row in reader
        ][:500]
    except csv.Error as exc:
        raise BadInput(f"{name} is corrupt: {file} in it is no CSV ({exc})") from exc


def _date(text: str | None) -> str | None:
    return parse_point(text) if text else None


def split_bullets(text: str) -> tuple[str | None, list[str]]:
    """Split a description into its text and its bullets."""
    bullets: list[str] = []
    rest: list[str] = []
    for line in text.replace("  •", "\n•").replace("  - ", "\n- ").splitlines():
        clean = line.strip()
        if clean[:1] in {"•", "-", "*", "–"}:
            bullets.append(clean[1:].strip())
        elif clean:
            rest.append(clean)
    return " ".join(rest) or None, bullets


def read_linkedin(data: bytes, name: str) -> ReadResult:
    """Read the export.

    Raises:
        BadInput: it holds neither profile nor positions.
    """
    archive = open_zip(data, name)
    resume = Resume(basics=_basics(archive, name))
    for row in _rows(archive, "Positions.csv", name):
        summary, highlights = split_bullets(row.get("Description", ""))
        resume.work.append(
            Work(
                name=row.get("Company Name"),
                position=row.get("Title"),
                location=row.get("Location") or None,
                startDate=_date(row.get("Started On")),
                endDate=_date(row.get("Finished On")),
                summary=summary,
                highlights=highlights,
            )
        )
    _education(archive, name, resume)
    _others(archive, name, resume)
    if not (resume.work or resume.education or resume.basics.name):
        raise BadInput(
            f"{name} holds no profile and no positions; ask LinkedIn for the full export"
        )
    text = all_text(resume)
    layout = Layout(kind="linkedin", words=len(text.split()))
    return ReadResult(resume=resume, text=text, language=guess_language(text), layout=layout)


def _basics(archive: zipfile.ZipFile, name: str) -> Basics:
    profile: Row = next(iter(_rows(archive, "Profile.csv", name)), Row())
    emails = _rows(archive, "Email Addresses.csv", name)
    phones = _rows(archive, "PhoneNumbers.csv", name)
    first = [row for row in emails if row.get("Primary", "").lower() == "yes"] or emails
    place = profile.get("Geo Location") or profile.get("Address") or ""
    basics = Basics(
        name=f"{profile.get('First Name', '')} {profile.get('Last Name', '')}".strip() or None,
        label=profile.get("Headline") or None,
        summary=profile.get("Summary") or None,
        email=first[0].get("Email Address") if first else None,
        phone=phones[0].get("Number") if phones else None,
        birthDate=None,
    )
    if place:
        basics.location = Location(
            city=place.split(",")[0].strip(), region=place.partition(",")[2].strip()
        )
    for site in profile.get("Websites", "").strip("[]").split(","):
        if "http" in site:
            url = ("http" + site.partition("http")[2]).strip("] ")
            kind = site.split(":")[0].strip("[ ")
            if kind.upper() in _OWN_SITE and basics.url is None:
                basics.url = url
            else:
                basics.profiles.append(Profile(network=kind.capitalize(), url=url))
    return basics


_OWN_SITE = frozenset(["PERSONAL", "PORTFOLIO", "BLOG", "OTHER", "COMPANY"])


def _education(archive: zipfile.ZipFile, name: str, resume: Resume) -> None:
    for row in _rows(archive, "Education.csv", name):
        degree, _, area = row.get("Degree Name", "").partition(", ")
        resume.education.append(
            Education(
                institution=row.get("School Name"),
                studyType=degree or None,
                area=area or None,
                startDate=_date(row.get("Start Date")),
                endDate=_date(row.get("End Date")),
                courses=[note for note in [row.get("Notes", "")] if note],
            )
        )


def _others(archive: zipfile.ZipFile, name: str, resume: Resume) -> None:
    resume.skills = [
        Skill(name=r["Name"]) for r in _rows(archive, "Skills.csv", name) if r.get("Name")
    ]
    resume.languages = [
        Language(language=row["Name"], fluency=row.get("Proficiency") or None)
        for row in _rows(archive, "Languages.csv", name)
        if row.get("Name")
    ]
    resume.certificates = [
        Certificate(
            name=row["Name"],
            issuer=row.get("Authority") or None,
            url=row.get("Url") or None,
            date=_date(row.get("Started On")),
        )
        for row in _rows(archive, "Certifications.csv", name)
        if row.get("Name")
    ]
    resume.projects = [
        Project(
            name=row["Title"],
            description=row.get("Description") or None,
            url=row.get("Url") or None,
            startDate=_date(row.get("Started On")),
            endDate=_date(row.get("Finished On")),
        )
        for row in _rows(archive, "Projects.csv", name)
        if row.get("Title")
    ]
    resume.volunteer = [
        Volunteer(
            organization=row.get("Company Name"),
            position=row.get("Role"),
            startDate=_date(row.get("Started On")),
            endDate=_date(row.get("Finished On")),
            summary=row.get("Description") or None,
        )
        for row in _rows(archive, "Volunteering.csv", name)
    ]
