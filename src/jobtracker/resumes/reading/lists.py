"""The sections that are lists: skills, languages, certificates, projects and the rest."""

from __future__ import annotations

import re

from jobtracker.resumes.model import (
    Award,
    Certificate,
    Interest,
    Project,
    Publication,
    Reference,
    Resume,
    Skill,
)
from jobtracker.resumes.reading.dates import DateSpan, find_dates, first_range, without_dates
from jobtracker.resumes.reading.document import Line
from jobtracker.resumes.reading.entries import split_entries
from jobtracker.resumes.reading.sections import Section
from jobtracker.resumes.reading.sources import Sources
from jobtracker.resumes.reading.spoken import languages_in
from jobtracker.resumes.reading.vocabulary import fold

_LEVEL = re.compile(
    r"(?:beginner|basic|intermediate|advanced|expert|proficient|master|novice|competent|"
    r"anfänger|grundkenntnisse|gut|sehr gut|fortgeschritten|experte|"
    r"débutant|intermédiaire|avancé|expert|bases|base|intermedio|avanzato|esperto|ottimo|buono)",
    re.IGNORECASE,
)
_ITEMS = re.compile(r"\s*[,;|•·\t]\s*|\s+/\s+")


def _items(text: str) -> list[str]:
    """Split at commas and bullets, but not inside brackets."""
    guarded = re.sub(r"\(([^()]*)\)", lambda m: m[0].replace(",", "\0").replace(";", "\1"), text)
    pieces = (piece.replace("\0", ",").replace("\1", ";") for piece in _ITEMS.split(guarded))
    return [piece.strip(" .") for piece in pieces if piece.strip(" .-–")]


def read_skills(resume: Resume, section: Section, sources: Sources) -> None:
    """Add the section's skills, grouped under the labels that it gives."""
    label: str | None = None
    group: Skill | None = None
    for line in section.lines:
        text = line.text.strip()
        if not any(character.isalnum() for character in text):
            continue
        head, sep, rest = _label(text)
        if sep and rest:
            name, level = _with_level(head)
            group = Skill(name=name, level=level, keywords=_items(rest))
            resume.skills.append(group)
            sources.add(f"/skills/{len(resume.skills) - 1}", line, line.plain, 0.9)
            label = None
        elif sep:
            label = head
        elif group is not None and group.name and _LEVEL.fullmatch(text):
            group.level = text
        else:
            group = _loose_skill(resume, section, line, label, group)
            sources.add(f"/skills/{len(resume.skills) - 1}", line, line.plain, 0.8)


def _with_level(head: str) -> tuple[str, str | None]:
    match = re.match(r"(.+?)\s*\(([^()]+)\)$", head)
    if match and _LEVEL.fullmatch(match[2].strip()):
        return match[1], match[2].strip()
    return head, None


def _label(text: str) -> tuple[str, str, str]:
    match = re.match(r"([^:,•|]{2,48})(?::|\t(?=[^\t]*,))\s*(.*)", text)
    if match is None:
        return "", "", ""
    return match[1].strip(), ":", match[2].strip()


def _loose_skill(
    resume: Resume, section: Section, line: Line, label: str | None, group: Skill | None
) -> Skill:
    """Take a line without a colon: the keywords of the label above, or skills of their own."""
    items = _items(line.text)
    if label is not None:
        if resume.skills and resume.skills[-1].name == label:
            resume.skills[-1].keywords += items
        else:
            resume.skills.append(Skill(name=label, keywords=items))
        return resume.skills[-1]
    if group is not None and group.name and not group.keywords and len(items) > 1:
        group.keywords += items
        return group
    if len(items) == 1:
        return _single_skill(resume, section, line, items[0], group)
    title = section.title or "Skills"
    last = resume.skills[-1] if resume.skills else None
    if last is not None and last.name == title:
        last.keywords += items
        return last
    resume.skills.append(Skill(name=title, keywords=items))
    return resume.skills[-1]


def _single_skill(
    resume: Resume, section: Section, line: Line, item: str, group: Skill | None
) -> Skill:
    """Take a line that names one skill, perhaps with its level in brackets or behind a dash."""
    match = re.match(r"(.+?)\s*(?:[(–—-]\s*)([^()]+?)\)?$", item)
    if match and _LEVEL.fullmatch(match[2].strip()):
        skill = Skill(name=match[1].strip(), level=match[2].strip())
    else:
        skill = Skill(name=item)
    resume.skills.append(skill)
    return skill


def read_languages(resume: Resume, section: Section, sources: Sources) -> None:
    """Add the languages and how well they are spoken."""
    for line in section.lines:
        found = languages_in(line.text, named=True)
        for item in found:
            resume.languages.append(item)
            sources.add(f"/languages/{len(resume.languages) - 1}", line, line.plain, 0.9)
        last = resume.languages[-1] if resume.languages else None
        if not found and last and not last.fluency and len(line.text) < 50:
            resume.languages[-1].fluency = line.plain.strip(" ()")


def read_certificates(resume: Resume, section: Section, sources: Sources) -> None:
    """Add the certificates: name, issuer, date."""
    for line, more in _one_per_line(section.lines):
        text = line.text
        dates = first_range(" ".join([text, *more]))
        body = without_dates(text) if dates else text
        pieces = [
            p for p in re.split(r"\t|\s+[–—|·•-]\s+|,\s+|\s+\((?=[^)]*$)", body) if p.strip(" ()")
        ]
        if not pieces:
            continue
        issuer = pieces[1].strip(" ()") if len(pieces) > 1 else None
        extra = [without_dates(text) for text in more if without_dates(text)]
        resume.certificates.append(
            Certificate(
                name=pieces[0].strip(" ()"),
                issuer=issuer or (extra[0] if extra else None),
                date=(dates.end or dates.start) if dates else None,
            )
        )
        sources.add(f"/certificates/{len(resume.certificates) - 1}", line, line.plain, 0.8)


def _dated(text: str, more: list[str]) -> tuple[DateSpan | None, str]:
    """Return the last date of an item, and its first line without that date."""
    found = find_dates(text)
    if not found:
        return first_range(" ".join(more)), text
    last = found[-1]
    rest = f"{text[: last.span[0]]}\t{text[last.span[1] :]}"
    return last, re.sub(r"\(\s*\)", "", re.sub(r"\(\s*\t\s*\)", "\t", rest)).strip(" ,;|–—-")


def _pieces(body: str) -> list[str]:
    """Split an item at its marks; a plain hyphen only counts where there is no other mark."""
    found = [p.strip(" ()") for p in re.split(r"\t|\s+[–—|·•]\s+", body) if p.strip(" ()")]
    if len(found) == 1:
        found = [p.strip(" ()") for p in re.split(r"\s+-\s+", body) if p.strip(" ()\t")]
    return found


def _one_per_line(lines: list[Line]) -> list[tuple[Line, list[str]]]:
    """Return items of one line each, or of several where space shows where each begins."""
    lines = [line for line in lines if line.text.strip()]
    gaps = sum(1 for line in lines if line.gap)
    dates_alone = sum(
        1 for line in lines if first_range(line.text) and not without_dates(line.text)
    )
    if not any(line.bullet for line in lines) and (dates_alone > 0 or 1 < gaps < len(lines)):
        return _grouped(lines, by_date=dates_alone > 0)
    dated = [bool(find_dates(line.text)) for line in lines]
    if lines and dated[0] and sum(dated) * 3 >= len(lines) and not all(dated):
        items: list[tuple[Line, list[str]]] = []
        for line, has_date in zip(lines, dated, strict=True):
            if has_date and not (line.text.endswith(".") and len(line.text) > 60):
                items.append((line, []))
            else:
                items[-1][1].append(line.text)
        return items
    return [(line, []) for line in lines]


def _grouped(lines: list[Line], *, by_date: bool) -> list[tuple[Line, list[str]]]:
    items: list[tuple[Line, list[str]]] = []
    done = True
    for line in lines:
        if done or (not by_date and line.gap):
            items.append((line, []))
        else:
            items[-1][1].append(line.text)
        done = by_date and bool(first_range(line.text)) and not without_dates(line.text)
    return items


def read_projects(resume: Resume, section: Section, sources: Sources) -> None:
    """Add the projects."""
    if section.lines and all(line.bullet for line in section.lines):
        for line in section.lines:
            name, _, rest = re.sub(r"\s+[–—]\s+", ": ", line.plain).partition(": ")
            resume.projects.append(Project(name=name, description=rest or None))
            sources.add(f"/projects/{len(resume.projects) - 1}", line, line.plain, 0.7)
        return
    for entry in split_entries(section.lines):
        if not entry.fragments:
            continue
        start, end = (entry.dates.start, entry.dates.end) if entry.dates else (None, None)
        description = " ".join([*entry.fragments[1:], *entry.paragraphs]).strip()
        resume.projects.append(
            Project(
                name=entry.fragments[0].rstrip(":"),
                description=description or None,
                highlights=entry.highlights,
                startDate=start,
                endDate=end,
                url=entry.url,
            )
        )
        quote = " · ".join(line.plain for line in entry.head_lines)
        sources.add(f"/projects/{len(resume.projects) - 1}", entry.first, quote, 0.75)


def read_awards(resume: Resume, section: Section, sources: Sources) -> None:
    """Add the awards."""
    for line, more in _one_per_line(section.lines):
        dates, body = _dated(line.text, more)
        pieces = _pieces(body)
        if not pieces:
            continue
        resume.awards.append(
            Award(
                title=pieces[0],
                awarder=pieces[1] if len(pieces) > 1 else None,
                date=(dates.end or dates.start) if dates else None,
                summary=" ".join(text for text in more if without_dates(text).strip()) or None,
            )
        )
        sources.add(f"/awards/{len(resume.awards) - 1}", line, line.plain, 0.75)


def read_publications(resume: Resume, section: Section, sources: Sources) -> None:
    """Add the publications."""
    for entry in split_entries(section.lines) if not _all_bullets(section) else []:
        if not entry.fragments:
            continue
        date = (entry.dates.end or entry.dates.start) if entry.dates else None
        more = " ".join([*entry.fragments[1:], *entry.highlights, *entry.paragraphs]).strip()
        resume.publications.append(
            Publication(
                name=entry.fragments[0], releaseDate=date, summary=more or None, url=entry.url
            )
        )
        sources.add(
            f"/publications/{len(resume.publications) - 1}", entry.first, entry.fragments[0], 0.7
        )
    for line in section.lines if _all_bullets(section) else []:
        dates = first_range(line.text)
        name = without_dates(line.text).replace("\t", ", ") if dates else line.plain
        date = (dates.end or dates.start) if dates else None
        resume.publications.append(Publication(name=name.strip(" ()"), releaseDate=date))
        sources.add(f"/publications/{len(resume.publications) - 1}", line, line.plain, 0.7)


def _all_bullets(section: Section) -> bool:
    return bool(section.lines) and all(line.bullet for line in section.lines)


def read_interests(resume: Resume, section: Section, sources: Sources) -> None:
    """Add the interests."""
    for line in section.lines:
        head, sep, rest = _label(line.text)
        if sep and rest:
            resume.interests.append(Interest(name=head, keywords=_items(rest)))
        else:
            resume.interests += [Interest(name=item) for item in _items(line.text)]
        sources.add(f"/interests/{max(0, len(resume.interests) - 1)}", line, line.plain, 0.85)


def read_references(resume: Resume, section: Section, sources: Sources) -> None:
    """Add the references; a notice that they follow on request stays as it is."""
    for line, more in _one_per_line(section.lines):
        text = line.plain.strip()
        words = fold(text)
        if re.search(r"request|anfrage|wunsch|demande|richiesta", words):
            resume.references.append(Reference(reference=text))
        else:
            name, colon, rest = text.partition(": ")
            if not colon:
                name, _, rest = text.partition(",")
            said = " ".join([rest.strip(), *more]).strip()
            resume.references.append(Reference(name=name, reference=said or None))
        sources.add(f"/references/{len(resume.references) - 1}", line, line.plain, 0.7)
