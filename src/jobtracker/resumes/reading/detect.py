"""What a file is, by its content; its name only speaks where text could be several things."""

from __future__ import annotations

import re

from jobtracker.core.errors import BadInput
from jobtracker.core.speech import say
from jobtracker.resumes.reading.containers import open_zip

_PROGRAMS = (
    (b"MZ", "a Windows program"),
    (b"\x7fELF", "a Linux program"),
    (b"\xcf\xfa\xed\xfe", "a macOS program"),
    (b"\xfe\xed\xfa\xcf", "a macOS program"),
    (b"\xca\xfe\xba\xbe", "a compiled program"),
    (b"#!", "a script"),
    (b"\x00asm", "a compiled program"),
)
_OTHERS = (
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"RIFF", "an image or sound"),
    (b"II*\x00", "an image"),
    (b"MM\x00*", "an image"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"SQLite format 3", "a database"),
)
FORMATS = "PDF, DOCX, ODT, RTF, HTML, Markdown, text, JSON Resume, LinkedIn ZIP or Europass XML"


def detect(data: bytes, name: str) -> str:
    """Return the reader's name for the content.

    Raises:
        BadInput: empty, a program, an image, or another thing that is no résumé.
    """
    if not data.strip(b"\x00 \t\r\n"):
        raise BadInput(say("resumes.file_empty", name=name))
    start = data[:1024]
    for magic, what in (*_PROGRAMS, *_OTHERS):
        if start.startswith(magic):
            raise BadInput(f"{name} is {what}, not a résumé; send {FORMATS}")
    if b"%PDF-" in start:
        return "pdf"
    if start.startswith(b"PK"):
        return _archive(data, name)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        if b"E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k" in data:
            raise BadInput(say("resumes.encrypted", name=name))
        raise BadInput(say("resumes.old_word", name=name))
    if start.lstrip().startswith(b"{\\rtf"):
        return "rtf"
    return _textual(data, name)


def _archive(data: bytes, name: str) -> str:
    names = {entry.filename for entry in open_zip(data, name).infolist()}
    if "word/document.xml" in names:
        return "docx"
    if "content.xml" in names:
        return "odt"
    bases = {entry.rpartition("/")[2].lower() for entry in names}
    if bases & {"profile.csv", "positions.csv"}:
        return "linkedin"
    raise BadInput(say("resumes.other_archive", name=name, formats=FORMATS))


def _textual(data: bytes, name: str) -> str:
    start = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return "text"
    suffix = name.rpartition(".")[2].lower()
    if suffix in {"pdf", "docx", "odt"}:
        raise BadInput(say("resumes.renamed", name=name, kind=suffix.upper()))
    if start[:1] in {b"{", b"["}:
        return "json"
    lowered = start.lower()
    is_xml = lowered.startswith((b"<?xml", b"<skillspassport", b"<candidate"))
    if is_xml and b"<html" not in lowered:
        return "europass"
    if re.search(rb"<(?:!doctype html|html|body|div|h1|p|ul|table)\b", lowered):
        return "html"
    if suffix in {"md", "markdown"} or re.search(rb"(?m)^#{1,3} \S", data[:20000]):
        return "markdown"
    return "text"
