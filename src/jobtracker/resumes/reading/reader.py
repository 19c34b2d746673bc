"""Reads a file of any kind into a `ReadResult`; the function that the worker processes run."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import cast

from jobtracker.core.errors import BadInput
from jobtracker.core.speech import say
from jobtracker.resumes.model import ReadResult
from jobtracker.resumes.reading.build import build
from jobtracker.resumes.reading.detect import detect
from jobtracker.resumes.reading.document import Document

MAX_BYTES = 50 * 1024 * 1024
_PACKAGE = "jobtracker.resumes.reading"
READERS: dict[str, str] = {
    "pdf": f"{_PACKAGE}.pdf:read_pdf",
    "docx": f"{_PACKAGE}.docx:read_docx",
    "odt": f"{_PACKAGE}.odt:read_odt",
    "rtf": f"{_PACKAGE}.rtf:read_rtf",
    "html": f"{_PACKAGE}.html:read_html",
    "markdown": f"{_PACKAGE}.text:read_markdown",
    "text": f"{_PACKAGE}.text:read_text",
    "json": f"{_PACKAGE}.jsonresume:read_json",
    "linkedin": f"{_PACKAGE}.linkedin:read_linkedin",
    "europass": f"{_PACKAGE}.europass:read_europass",
}
"""Readers by kind, imported when needed. One gives lines, or the finished result."""


def read(data: bytes, name: str) -> ReadResult:
    """Read a résumé; `name` is the file's, for messages.

    Raises:
        BadInput: it cannot be read; the message names the file and the reason.
    """
    if len(data) > MAX_BYTES:
        raise BadInput(
            say(
                "resumes.too_large",
                name=name,
                n=len(data) // 1_048_576,
                most=MAX_BYTES // 1_048_576,
            )
        )
    module, _, function = READERS[detect(data, name)].partition(":")
    reader = cast(
        "Callable[[bytes, str], Document | ReadResult]",
        getattr(importlib.import_module(module), function),
    )
    found = reader(data, name)
    if isinstance(found, ReadResult):
        return found
    if not any(character.isalpha() for line in found.lines for character in line.text):
        raise BadInput(say("resumes.no_text", name=name))
    return build(found)
