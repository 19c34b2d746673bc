# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportAttributeAccessIssue=false
"""PDF by typst: tagged, PDF/A-2a where the text allows it, with typst's own fonts.

These fonts (Libertinus Serif) carry Latin with all its accents, Greek and Cyrillic; system fonts
are left out, so that the same résumé looks the same on every machine.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import tempfile
from functools import cache
from pathlib import Path
from typing import Any, cast

from jobtracker.core.errors import BadInput
from jobtracker.resumes.rendering.sheet import Sheet

TEMPLATES = ("classic", "modern", "swiss", "ats", "compact")
_FOLDER = Path(__file__).parent / "templates"
_PHOTO = re.compile(r"data:image/(png|jpeg|jpg);base64,([A-Za-z0-9+/=\s]+)")
_MAX_PHOTO = 5_000_000


@cache
def _fonts() -> Any:
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)


def render_pdf(sheet: dict[str, Any], template: str, photo: str | None) -> bytes:
    """Return the PDF; `photo` is a data URI and only the Swiss template shows it.

    Raises:
        BadInput: no such template, or the photo is no PNG or JPEG.
    """
    import typst

    if template not in TEMPLATES:
        raise BadInput(
            f"template {template[:40]!r} is unknown; choose one of {', '.join(TEMPLATES)}"
        )
    with tempfile.TemporaryDirectory(prefix="jobtracker-pdf-") as name:
        folder = Path(name)
        data: dict[str, Any] = {"sheet": sheet}
        if photo and template == "swiss":
            data["photo"] = _write_photo(folder, photo)
        (folder / "data.json").write_text(json.dumps(data), encoding="utf-8")
        for file in ("base.typ", f"{template}.typ"):
            (folder / file).write_bytes((_FOLDER / file).read_bytes())
        source = folder / f"{template}.typ"
        compiler = typst.Compiler(
            source, root=folder, font_paths=_fonts(), ignore_system_fonts=True
        )
        try:
            made = compiler.compile(format="pdf", pdf_standards=["a-2a"])
        except typst.TypstError:
            made = _without_standard(compiler)
    return cast("bytes", made)


def _without_standard(compiler: Any) -> Any:
    """Try again without PDF/A, which refuses letters that no font of ours has."""
    import typst

    try:
        return compiler.compile(format="pdf")
    except typst.TypstError as exc:
        raise BadInput(f"the résumé cannot be set as PDF: {exc.message}") from exc


def _write_photo(folder: Path, photo: str) -> str:
    match = _PHOTO.fullmatch(photo.strip())
    if match is None:
        raise BadInput("the photo (basics.image) is no PNG or JPEG as a data URI")
    try:
        raw = base64.b64decode("".join(match[2].split()), validate=True)
    except (binascii.Error, ValueError) as exc:
        raise BadInput("the photo (basics.image) is not base64") from exc
    if len(raw) > _MAX_PHOTO or not raw.startswith((b"\x89PNG", b"\xff\xd8\xff")):
        raise BadInput("the photo (basics.image) is no PNG or JPEG of at most 5 MB")
    name = "photo.png" if raw.startswith(b"\x89PNG") else "photo.jpg"
    (folder / name).write_bytes(raw)
    return name


def count_pages(data: bytes) -> int:
    """Return the number of pages of a PDF."""
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    try:
        return len(document)
    finally:
        document.close()


def sheet_pages(sheet: Sheet, template: str) -> int:
    """Return on how many pages a sheet comes to lie."""
    return count_pages(render_pdf(sheet.to_json(), template, None))
