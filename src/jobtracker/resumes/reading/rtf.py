# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportAttributeAccessIssue=false
"""RTF by `striprtf`; text that RTF marks as hidden is set apart first."""

from __future__ import annotations

import re

from jobtracker.core.errors import BadInput
from jobtracker.core.speech import say
from jobtracker.resumes.model import HiddenText, Layout
from jobtracker.resumes.reading.document import Document
from jobtracker.resumes.reading.rtf_hidden import set_apart
from jobtracker.resumes.reading.text import text_lines

_MARK = re.compile(r"\{\\(?:\*\\)?(?:pntext|listtext)\b([^{}]*)\}")


def _mark(match: re.Match[str]) -> str:
    """Return a list's mark as text: a bullet, or its number."""
    number = re.search(r"(?<![\w\\'])(\d{1,2}[.)])", match[1])
    return f"{number[1]} " if number else "\\bullet  "


def read_rtf(data: bytes, name: str) -> Document:
    """Read rich text.

    Raises:
        BadInput: it holds no text.
    """
    from striprtf.striprtf import rtf_to_text

    source = data.decode("latin-1")
    shown, found = set_apart(source)
    hidden = [HiddenText.model_validate({"how": how, "text": text[:2000]}) for how, text in found]
    try:
        text = str(rtf_to_text(_MARK.sub(_mark, shown), errors="ignore"))
    except (ValueError, IndexError, KeyError, AttributeError, UnicodeError, LookupError) as exc:
        raise BadInput(f"{name} is a corrupt RTF file; save it again or as .docx") from exc
    text = text.replace("\xa0", " ").replace("|", "\t") if "\\cell" in source else text
    lines = text_lines(text.replace("\t", "    "))
    if not any(character.isalpha() for character in text):
        raise BadInput(say("resumes.no_text", name=name))
    return Document(lines, Layout(kind="rtf"), hidden)
