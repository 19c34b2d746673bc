"""Work, volunteering and education: dated entries."""

from __future__ import annotations

import re
from dataclasses import replace

from jobtracker.resumes.model import Education, Resume, Volunteer, Work
from jobtracker.resumes.reading.entries import Entry, split_entries
from jobtracker.resumes.reading.fields import Role, roles, studies
from jobtracker.resumes.reading.sections import Section
from jobtracker.resumes.reading.sources import Sources


def _dates(entry: Entry) -> tuple[str | None, str | None]:
    if entry.dates is None:
        return None, None
    return entry.dates.start, entry.dates.end


def _summary(entry: Entry, *more: str) -> str | None:
    return " ".join([*more, *entry.paragraphs]).strip() or None


def _dated(section: Section) -> list[tuple[Entry, Role]]:
    entries = [
        entry for entry in split_entries(section.lines, ranges_only=False) if entry.head_lines
    ]
    found = roles([entry.fragments for entry in entries])
    return list(zip(entries, found, strict=True))


def read_work(resume: Resume, section: Section, sources: Sources) -> None:
    """Add the section's jobs."""
    for entry, role in _dated(section):
        if role.title is None and role.company is None and not entry.highlights:
            continue
        start, end = _dates(entry)
        if start is None and end is not None:
            start = end
        job = Work(
            name=role.company,
            position=role.title,
            location=role.location,
            url=entry.url,
            startDate=start,
            endDate=end,
            summary=_summary(entry, *role.rest),
            highlights=entry.highlights,
        )
        path = f"/work/{len(resume.work)}"
        resume.work.append(job)
        _note(sources, path, entry, _confidence(job.name, job.position, job.startDate))


def read_volunteer(resume: Resume, section: Section, sources: Sources) -> None:
    """Add the section's unpaid work."""
    for entry, role in _dated(section):
        start, end = _dates(entry)
        path = f"/volunteer/{len(resume.volunteer)}"
        resume.volunteer.append(
            Volunteer(
                organization=role.company,
                position=role.title,
                location=role.location,
                url=entry.url,
                startDate=start or end,
                endDate=end,
                summary=_summary(entry, *role.rest),
                highlights=entry.highlights,
            )
        )
        _note(sources, path, entry, _confidence(role.company, role.title, start))


def read_education(resume: Resume, section: Section, sources: Sources) -> None:
    """Add the section's schools and degrees."""
    if section.lines and all(line.bullet for line in section.lines):
        # A list of studies: each bullet is one, not what was done in one.
        section.lines = [replace(line, bullet=False) for line in section.lines]
    entries = [entry for entry in split_entries(section.lines) if entry.head_lines]
    found = studies([entry.fragments for entry in entries])
    for entry, study in zip(entries, found, strict=True):
        if not (study.institution or study.degree or study.area):
            continue
        start, end = _dates(entry)
        path = f"/education/{len(resume.education)}"
        resume.education.append(
            Education(
                institution=study.institution,
                studyType=study.degree,
                area=study.area,
                location=study.location,
                url=entry.url,
                startDate=start,
                endDate=end,
                score=_score(entry),
                courses=[
                    line
                    for line in [*entry.highlights, *entry.paragraphs]
                    if not _GRADE.fullmatch(line)
                ],
            )
        )
        _note(sources, path, entry, _confidence(study.institution, study.degree or study.area, end))


_GRADE = re.compile(
    r"(?:gpa|note|grade|abschlussnote|moyenne|voto)\s*:?\s*[\d.,/ ]+", re.IGNORECASE
)


def _score(entry: Entry) -> str | None:
    for text in [*entry.highlights, *entry.paragraphs]:
        head, colon, rest = text.partition(":")
        if colon and head.strip().casefold() in {
            "gpa",
            "note",
            "grade",
            "abschlussnote",
            "moyenne",
            "voto",
        }:
            return rest.strip().split(",")[0]
    return None


def _confidence(*values: object) -> float:
    return round(0.4 + 0.18 * sum(1 for value in values if value), 2)


def _note(sources: Sources, path: str, entry: Entry, confidence: float) -> None:
    quote = " · ".join(line.plain for line in entry.head_lines)
    sources.add(path, entry.first, quote, confidence)
