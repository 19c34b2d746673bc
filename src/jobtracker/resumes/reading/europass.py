# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportAttributeAccessIssue=false
"""Europass XML: the older SkillsPassport and the newer HR-XML `Candidate`, by their local names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from jobtracker.core.errors import BadInput
from jobtracker.core.speech import saying
from jobtracker.resumes.model import (
    Basics,
    Education,
    Language,
    Layout,
    Location,
    ReadResult,
    Resume,
    Skill,
    Work,
)
from jobtracker.resumes.reading.containers import parse_xml
from jobtracker.resumes.reading.dates import parse_point
from jobtracker.resumes.reading.jsonresume import all_text
from jobtracker.resumes.reading.linkedin import split_bullets
from jobtracker.resumes.reading.vocabulary import guess_language


def _local(node: Any) -> str:
    return str(node.tag).rpartition("}")[2] if isinstance(node.tag, str) else ""


def _all(root: Any, name: str) -> Iterator[Any]:
    return (node for node in root.iter() if _local(node) == name)


def _text(root: Any, *path: str) -> str | None:
    """Return the text of the first node below, by the local names of the path."""
    nodes = [root]
    for name in path:
        nodes = [child for node in nodes for child in _all(node, name) if child is not node]
        if not nodes:
            return None
    words = " ".join("".join(nodes[0].itertext()).split())
    return words or None


def read_europass(data: bytes, name: str) -> ReadResult:
    """Read a Europass CV.

    Raises:
        BadInput: not XML, with entities, or no Europass CV.
    """
    root = parse_xml(data, name)
    if any(True for _ in _all(root, "LearnerInfo")):
        resume = _skills_passport(root)
    elif _local(root) == "Candidate":
        resume = _candidate(root)
    else:
        raise BadInput(
            f"{name} is XML, but no Europass CV; export it from Europass or save it as PDF"
        )
    text = all_text(resume)
    if not text.strip():
        raise BadInput(f"{name} is a Europass CV without content")
    layout = Layout(kind="europass", words=len(text.split()))
    warnings = [] if resume.basics.name else [saying("resumes.no_name")]
    return ReadResult(
        resume=resume, text=text, language=guess_language(text), layout=layout, warnings=warnings
    )


def _name(*parts: str | None) -> str | None:
    return " ".join(part for part in parts if part) or None


def _skills_passport(root: Any) -> Resume:
    contact = next(_all(root, "ContactInfo"), root)
    resume = Resume(
        basics=Basics(
            name=_name(
                _text(root, "PersonName", "FirstName"), _text(root, "PersonName", "Surname")
            ),
            label=_text(root, "Headline", "Description", "Label"),
            email=_text(contact, "Email", "Contact"),
            phone=_text(contact, "Telephone", "Contact"),
            url=_text(contact, "Website", "Contact"),
            location=Location(
                address=_text(contact, "Address", "AddressLine"),
                postalCode=_text(contact, "Address", "PostalCode"),
                city=_text(contact, "Address", "Municipality"),
                countryCode=_text(contact, "Address", "Country", "Code"),
            ),
        )
    )
    for node in _all(root, "WorkExperience"):
        summary, highlights = split_bullets(_plain(_text(node, "Activities") or ""))
        resume.work.append(
            Work(
                name=_text(node, "Employer", "Name"),
                position=_text(node, "Position", "Label"),
                location=_text(node, "Employer", "Municipality"),
                startDate=_period(node, "From"),
                endDate=_period(node, "To"),
                summary=summary,
                highlights=highlights,
            )
        )
    for node in _all(root, "Education"):
        resume.education.append(
            Education(
                institution=_text(node, "Organisation", "Name"),
                studyType=_text(node, "Title"),
                startDate=_period(node, "From"),
                endDate=_period(node, "To"),
            )
        )
    _passport_skills(root, resume)
    return resume


def _passport_skills(root: Any, resume: Resume) -> None:
    for kind, fluency in (("MotherTongue", "native"), ("ForeignLanguage", None)):
        for node in _all(root, kind):
            level = fluency or _text(node, "ProficiencyLevel", "SpokenInteraction")
            resume.languages.append(Language(language=_text(node, "Label"), fluency=level))
    for kind in ("Computer", "JobRelated", "Communication", "Organisational"):
        for node in _all(root, kind):
            text = _plain(_text(node, "Description") or "")
            items = [
                item.strip(" -•.") for item in text.replace(";", ",").split(",") if item.strip()
            ]
            if items:
                resume.skills.append(Skill(name=kind, keywords=items))


def _plain(text: str) -> str:
    """Return the text of a description that holds HTML as text."""
    if "<" not in text:
        return text
    from lxml import html

    for mark in ("<li>", "<p>", "<br"):
        text = text.replace(mark, "\n• " + mark if mark == "<li>" else "\n" + mark)
    return str(html.fromstring(f"<div>{text}</div>").text_content())


def _period(node: Any, edge: str) -> str | None:
    point = next((n for period in _all(node, "Period") for n in _all(period, edge)), None)
    if point is None or not point.get("year"):
        return None
    pieces = [str(point.get("year"))]
    for key in ("month", "day"):
        value = str(point.get(key) or "").strip("-")
        if not value.isdigit():
            break
        pieces.append(f"{int(value):02d}")
    return "-".join(pieces)


def _candidate(root: Any) -> Resume:
    person = next(_all(root, "CandidatePerson"), root)
    resume = Resume(
        basics=Basics(
            name=_name(_text(person, "GivenName"), _text(person, "FamilyName")),
            email=_communication(person, "Email", "URI"),
            phone=_dialled(person),
            label=_text(root, "DesiredPosition") or None,
            summary=_plain(_text(root, "ExecutiveSummary") or "").strip() or None,
            birthDate=parse_point(_text(person, "BirthDate") or ""),
            nationality=(_text(person, "NationalityCode") or "").upper() or None,
            location=Location(
                address=_text(person, "AddressLine"),
                postalCode=_text(person, "PostalCode"),
                city=_text(person, "CityName"),
                countryCode=(_text(person, "CountryCode") or "").upper() or None,
            ),
        )
    )
    profile = next(_all(root, "CandidateProfile"), root)
    told = str(profile.get("languageCode") or "en")
    for node in _all(person, "PrimaryLanguageCode"):
        spoken = _language(str(node.text or ""), told)
        resume.languages.append(Language(language=spoken, fluency="native"))
    for node in _all(root, "EmployerHistory"):
        summary, highlights = split_bullets(_plain(_text(node, "Description") or ""))
        resume.work.append(
            Work(
                name=_text(node, "OrganizationName"),
                position=_text(node, "PositionTitle"),
                location=_text(node, "City") or _text(node, "CityName"),
                startDate=parse_point(_text(node, "StartDate") or ""),
                endDate=parse_point(_text(node, "EndDate") or ""),
                summary=summary,
                highlights=highlights,
            )
        )
    for node in _all(root, "EducationOrganizationAttendance"):
        resume.education.append(
            Education(
                institution=_text(node, "OrganizationName"),
                studyType=_text(node, "DegreeName") or _text(node, "ProgramName"),
                startDate=parse_point(_text(node, "StartDate") or ""),
                endDate=parse_point(_text(node, "EndDate") or ""),
            )
        )
    for node in _all(root, "PersonCompetency"):
        label = _text(node, "CompetencyName") or _text(node, "CompetencyID")
        if label and (_text(node, "TaxonomyID") or "").lower() == "language":
            spoken = _language(label, told)
            resume.languages.append(Language(language=spoken, fluency=_level(node)))
        elif label:
            resume.skills.append(Skill(name=label))
    return resume


def _level(node: Any) -> str | None:
    """Return how well a language is spoken: in conversation where that is told, else the first."""
    for dimension in _all(node, "CompetencyDimension"):
        if "interaction" in (_text(dimension, "CompetencyDimensionTypeCode") or "").lower():
            return _text(dimension, "ScoreText")
    return _text(node, "ScoreText")


def _language(code: str, locale: str) -> str:
    """Return the name of a language, given by its ISO 639 code, in the language of the file."""
    if not re.fullmatch(r"[a-z]{2,3}", code.strip()):
        return code
    from babel import Locale, UnknownLocaleError
    from babel.core import get_global

    short = get_global("language_aliases").get(code.strip(), code.strip())
    try:
        return str(Locale.parse(locale[:2]).languages.get(str(short), code))
    except (UnknownLocaleError, ValueError):
        return code


def _dialled(person: Any) -> str | None:
    number = _communication(person, "Telephone", "DialNumber")
    for node in _all(person, "Communication"):
        country = (_text(node, "CountryDialing") or "").lstrip("+0")
        if number and country and _text(node, "DialNumber") == number:
            return number if number.startswith("+") else f"+{country} {number.lstrip('0')}"
    return number


def _communication(person: Any, kind: str, field: str) -> str | None:
    for node in _all(person, "Communication"):
        if kind.lower() in (_text(node, "ChannelCode") or "").lower():
            value = _text(node, field)
            return value.removeprefix("mailto:") if value else None
    return _text(person, field)
