"""Writes a résumé in any format; runs in a worker process."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from jobtracker.resumes.model import Format, Resume
from jobtracker.resumes.rendering.docx import render_docx
from jobtracker.resumes.rendering.pdf import render_pdf
from jobtracker.resumes.rendering.plain import render_html, render_markdown, render_text
from jobtracker.resumes.rendering.sheet import Sheet, make_sheet

MIME: dict[Format, tuple[str, str]] = {
    "pdf": ("application/pdf", ".pdf"),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx"),
    "json": ("application/json", ".json"),
    "markdown": ("text/markdown", ".md"),
    "html": ("text/html", ".html"),
    "txt": ("text/plain", ".txt"),
}
_TEXTS: dict[str, Callable[[Sheet], str]] = {
    "markdown": render_markdown,
    "html": render_html,
    "txt": render_text,
}


def render(content: dict[str, Any], kind: Format, template: str, language: str) -> bytes:
    """Return the file's bytes.

    Raises:
        BadInput: no such template, or the content cannot be set.
    """
    if kind == "json":
        return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()
    resume = Resume.model_validate(content)
    sheet = make_sheet(resume, language)
    if kind == "pdf":
        image = resume.basics.image or ""
        # A photo behind a URL is not fetched: only one that the résumé itself holds is printed.
        return render_pdf(sheet.to_json(), template, image if image.startswith("data:") else None)
    if kind == "docx":
        return render_docx(sheet)
    return _TEXTS[kind](sheet).encode()
