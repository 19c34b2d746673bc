"""DOCX by python-docx: Word's own heading and list styles, which parsers know."""

from __future__ import annotations

import io
from typing import Any

from jobtracker.resumes.rendering.sheet import Entry, Sheet


def render_docx(sheet: Sheet) -> bytes:
    """Return a Word document."""
    import docx
    from docx.shared import Cm, Pt

    document: Any = docx.Document()
    document.core_properties.title = sheet.name
    document.core_properties.author = sheet.name
    document.core_properties.comments = ""
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", Pt(10.5)
    normal.paragraph_format.space_after = Pt(2)
    for section in document.sections:
        section.left_margin = section.right_margin = Cm(2.2)
        section.top_margin = section.bottom_margin = Cm(2)
    document.add_heading(sheet.name, level=0)
    if sheet.label:
        document.add_paragraph(sheet.label)
    for line in [*sheet.contact, *(f"{label}: {value}" for label, value in sheet.personal)]:
        document.add_paragraph(line)
    for part in sheet.parts:
        document.add_heading(part.title, level=1)
        if part.text:
            document.add_paragraph(part.text)
        for entry in part.entries:
            _entry(document, entry)
        for label, text in part.rows:
            paragraph = document.add_paragraph()
            if label:
                paragraph.add_run(f"{label}: " if text else label).bold = True
            paragraph.add_run(text)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _entry(document: Any, entry: Entry) -> None:
    from docx.enum.text import WD_TAB_ALIGNMENT
    from docx.shared import Cm, Pt

    head = document.add_paragraph()
    head.paragraph_format.space_before = Pt(8)
    head.paragraph_format.keep_with_next = True
    head.paragraph_format.tab_stops.add_tab_stop(Cm(16.6), WD_TAB_ALIGNMENT.RIGHT)
    head.add_run(entry.head).bold = True
    if entry.dates:
        head.add_run(f"\t{entry.dates}")
    if entry.sub:
        document.add_paragraph().add_run(entry.sub).italic = True
    for text in (entry.url, entry.text):
        if text:
            document.add_paragraph(text)
    for bullet in entry.bullets:
        document.add_paragraph(bullet, style="List Bullet")
