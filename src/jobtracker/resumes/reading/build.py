"""From a document's lines to JSON Resume."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from jobtracker.core.speech import Saying, saying
from jobtracker.resumes.model import HiddenText, ReadResult, Resume
from jobtracker.resumes.reading import lists
from jobtracker.resumes.reading.contact import read_basics
from jobtracker.resumes.reading.document import Document, Line
from jobtracker.resumes.reading.history import read_education, read_volunteer, read_work
from jobtracker.resumes.reading.sections import Section, split_sections
from jobtracker.resumes.reading.sources import Sources
from jobtracker.resumes.reading.vocabulary import guess_language

_SPACES = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
_NO_WIDTH = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\U000e0000-\U000e007f]"
)
_PICTURES = re.compile(
    "\\s*[\U0001f300-\U0001faff\u260e\u260f\u2706\u2709\u270d-\u2712\u26a1\u2699\u231a-\u23ff\ufe0e\ufe0f]+\\s*"
)
"""Icons in front of an address, a telephone number, a heading: they part what is around them."""
_Reader = Callable[[Resume, Section, Sources], None]
_READERS: dict[str, _Reader] = {
    "work": read_work,
    "volunteer": read_volunteer,
    "education": read_education,
    "skills": lists.read_skills,
    "languages": lists.read_languages,
    "certificates": lists.read_certificates,
    "projects": lists.read_projects,
    "awards": lists.read_awards,
    "publications": lists.read_publications,
    "interests": lists.read_interests,
    "references": lists.read_references,
}


def build(document: Document) -> ReadResult:
    """Return the résumé that the lines hold, with the sources of its fields and warnings."""
    for line in document.lines:
        document.hidden += _tagged(line)
        line.text = tidy(line.text)
    text = document.text
    sections = split_sections(document.lines)
    sources = Sources()
    resume = Resume()
    resume.basics = read_basics(document, sections, sources)
    for section in sections:
        if section.kind == "summary" and section.lines:
            more = " ".join(line.plain.strip() for line in section.lines)
            resume.basics.summary = f"{resume.basics.summary or ''} {more}".strip()
            sources.add("/basics/summary", section.lines[0], more, 0.9)
        elif reader := _READERS.get(section.kind):
            reader(resume, section, sources)
    unknown = [section.title for section in sections if section.kind == "unknown"]
    document.layout.words = len(text.split())
    warnings = [*document.warnings, *_unclear(resume)]
    if unknown:
        warnings.append(saying("resumes.left_out", names=unknown))
    if document.hidden:
        warnings.append(saying("resumes.hidden", n=len(document.hidden)))
    return ReadResult(
        resume=resume,
        text=text,
        language=guess_language(text),
        layout=document.layout,
        sources=sources.found,
        hidden=document.hidden,
        warnings=warnings,
    )


def tidy(text: str) -> str:
    """Return the text composed (NFC), with plain spaces and without characters of no width."""
    if text.isascii():
        return text
    plain = _NO_WIDTH.sub("", _SPACES.sub(" ", unicodedata.normalize("NFC", text)))
    return _PICTURES.sub("\t", plain).strip(" \t") if _PICTURES.search(plain) else plain.strip(" ")


def _tagged(line: Line) -> list[HiddenText]:
    """Return what is spelt in tag characters (U+E0020 to U+E007E), which show nowhere."""
    if line.text.isascii():
        return []
    said = "".join(chr(ord(c) - 0xE0000) for c in line.text if 0xE0020 <= ord(c) <= 0xE007E)
    if sum(map(str.isalnum, said)) < 3:
        return []
    return [HiddenText(how="invisible", text=said[:2000], page=line.page)]


def _unclear(resume: Resume) -> list[Saying]:
    basics = resume.basics
    missing = [
        ("resumes.no_name", basics.name),
        ("resumes.no_email", basics.email),
        ("resumes.no_work", resume.work),
        ("resumes.no_education", resume.education),
        ("resumes.no_skills", resume.skills),
    ]
    warnings = [saying(code) for code, value in missing if not value]
    for index, job in enumerate(resume.work, 1):
        absent = [
            what
            for what, value in (
                ("title", job.position),
                ("employer", job.name),
                ("dates", job.startDate),
            )
            if not value
        ]
        if absent:
            job_name = job.position or job.name or "?"
            warnings.append(saying("resumes.job_lacks", n=index, job=job_name, parts=absent))
    return warnings
