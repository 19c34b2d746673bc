"""Plain text and Markdown as lines."""

from __future__ import annotations

import re

from jobtracker.core.errors import BadInput
from jobtracker.core.speech import say
from jobtracker.resumes.model import HiddenText, Layout
from jobtracker.resumes.reading.document import BULLETS, Document, Line


def decode(data: bytes, name: str) -> str:
    """Return the text of a file in UTF-8, UTF-16 or, failing these, Windows-1252.

    Raises:
        BadInput: it holds bytes that no text has.
    """
    for encoding in (
        ("utf-8-sig", "utf-16") if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else ("utf-8-sig",)
    ):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        text = data.decode("cp1252", "replace")
    odd = sum(1 for c in text[:20000] if (ord(c) < 32 and c not in "\t\n\r\f\x0b") or c == "\ufffd")
    if "\x00" in text or odd > 0.02 * max(len(text[:20000]), 1):
        raise BadInput(say("resumes.no_document", name=name))
    return text


def text_lines(text: str, *, markdown: bool = False) -> list[Line]:
    """Return the lines; wrapped lines are joined where the text is clearly wrapped."""
    lines: list[Line] = []
    gap = True
    lengths = [len(line.rstrip()) for line in text.splitlines()]
    width = max(lengths, default=0)
    if sum(length >= 0.85 * width for length in lengths) < 3:
        # One or two long lines are no margin at which lines were broken.
        width = 1000
    for number, raw in enumerate(text.expandtabs(8).splitlines(), 1):
        stripped = raw.strip()
        if not stripped or re.fullmatch(r"[=_*~#\-–—]{3,}", stripped):
            if stripped and markdown and lines and not gap and set(stripped) <= {"=", "-"}:
                lines[-1].heading = 1 if stripped[0] == "=" else 2
            gap = True
            continue
        line = _line(raw, stripped, number, markdown=markdown)
        line.gap = gap
        if lines and not gap and _wraps(lines[-1], line, width, markdown=markdown):
            lines[-1].text += " " + line.text
        else:
            lines.append(line)
        gap = False
    return lines


def _line(raw: str, stripped: str, number: int, *, markdown: bool) -> Line:
    indent = float(len(raw) - len(raw.lstrip()))
    line = Line(stripped, number=number, indent=indent)
    if markdown and (match := re.match(r"(#{1,6})\s+(.*?)\s*#*$", stripped)):
        line.heading, line.text = len(match[1]), match[2]
    elif (len(stripped) > 2 and stripped[0] in BULLETS and stripped[1] == " ") or (
        stripped[0] in "•●▪◦‣·" and len(stripped) > 1
    ):
        line.bullet, line.text = True, stripped[1:].strip()
    if markdown:
        line.bold = bool(re.match(r"(?:\*\*|__).+?(?:\*\*|__)", line.text))
        line.text = strip_markdown(line.text)
    line.text = re.sub(r"(?<=\S)\s{3,}(?=\S)", "\t", line.text)
    return line


def strip_markdown(text: str) -> str:
    """Return the text without Markdown's marks; a table's row has its cells between tabs."""
    text = re.sub(r"!\[[^\]]*\]\([^)]*\)", "", text)
    text = re.sub(r"\[([^\]]+)\]\(([^)\s]+)[^)]*\)", _link, text)
    text = re.sub(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1", r"\2", text)
    text = re.sub(r"(?<![\w*])[*_](?=\S)(.+?)(?<=\S)[*_](?![\w*])", r"\1", text)
    text = re.sub(r"`([^`]+)`", r"\1", text)
    if text.startswith("|") and text.endswith("|"):
        text = "\t".join(cell.strip() for cell in text.strip("|").split("|"))
    return text.replace("\\", "").removeprefix("> ")


def _link(match: re.Match[str]) -> str:
    label, target = match[1], match[2]
    return (
        label
        if target.removeprefix("mailto:") in label or "://" not in target
        else f"{label} {target}"
    )


def _wraps(before: Line, line: Line, width: int, *, markdown: bool) -> bool:
    """Tell a line that goes on from one that begins: only text that was wrapped has the former."""
    if line.bullet or line.heading or before.heading or (markdown and not before.bullet):
        return False
    if before.bullet:
        return line.indent > before.indent or (len(before.text) > 60 and line.text[:1].islower())
    if width > 110 or "\t" in before.text or line.indent != before.indent:
        return False
    long = len(before.text) >= max(55, 0.8 * width)
    return long and not re.match(r"[^:]{2,40}:\s", line.text)


def read_text(data: bytes, name: str) -> Document:
    """Read plain text."""
    return Document(text_lines(decode(data, name)), Layout(kind="text"))


_COMMENT = re.compile(r"<!--(.*?)(?:-->|\Z)", re.DOTALL)
_NOTE = re.compile(r"^ {0,3}\[[^\]\n]+\]:\s*(?:#|<>)\s*[(\"'](.*)[)\"']\s*$", re.MULTILINE)
"""A link definition that leads nowhere and is named nowhere: a comment by custom."""
_ELEMENT = re.compile(r"<([a-zA-Z][\w-]*)((?:\s[^<>]*)?)>(.*?)</\1\s*>", re.DOTALL)
_TAG = re.compile(r"</?[a-zA-Z][\w-]*(?:\s[^<>]*)?/?>")


def _without_hidden(text: str) -> tuple[str, list[HiddenText]]:
    """Return Markdown without comments and without elements that a page would not show."""
    hidden: list[HiddenText] = []

    def comment(match: re.Match[str]) -> str:
        if said := " ".join(match[1].split()):
            hidden.append(HiddenText(how="hidden_style", text=said[:2000]))
        return "\n" * match[0].count("\n")

    def element(match: re.Match[str]) -> str:
        from jobtracker.resumes.reading.html import hidden_in

        found = hidden_in(match[0])
        hidden.extend(found)
        return "\n" * match[0].count("\n") if found else match[0]

    text = _NOTE.sub(comment, _COMMENT.sub(comment, text))
    return _TAG.sub("", _ELEMENT.sub(element, text)), hidden


def read_markdown(data: bytes, name: str) -> Document:
    """Read Markdown; what a page made of it would not show is set apart."""
    text, hidden = _without_hidden(decode(data, name))
    return Document(text_lines(text, markdown=True), Layout(kind="markdown"), hidden)
