from __future__ import annotations

import io
from typing import Any

import pytest

from jobtracker.core.errors import BadInput
from jobtracker.resumes.reading import ocr
from jobtracker.resumes.reading.reader import read
from jobtracker.resumes.rendering.render import render


def _scan(content: dict[str, Any]) -> bytes:
    """A PDF whose only content is the picture of a page."""
    import pypdfium2

    page = pypdfium2.PdfDocument(render(content, "pdf", "ats", "en"))[0]
    stream = io.BytesIO()
    page.render(scale=200 / 72).to_pil().convert("RGB").save(stream, "PDF", resolution=200)
    return stream.getvalue()


@pytest.mark.skipif(not ocr.available(), reason="Tesseract is not installed")
def test_a_scanned_pdf_is_read_from_its_picture(
    content: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    # What is read is tested here, not how fast this machine is just now.
    monkeypatch.setattr(ocr, "_PAGE_SECONDS", 600.0)
    monkeypatch.setattr(ocr, "_ALL_SECONDS", 600.0)
    result = read(_scan(content), "scan.pdf")
    assert result.resume.basics.email == "amelia@hartwell.example"
    assert [job.name for job in result.resume.work] == [
        "Nordlicht Logistics AG",
        "Baker & Finch Ltd",
    ]
    assert "resumes.ocr" in {one.code for one in result.warnings}


def test_a_scan_says_that_it_has_no_text_where_nothing_can_read_it(
    content: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ocr, "available", lambda: False)
    with pytest.raises(BadInput, match=r"scan\.pdf has no text.*Tesseract"):
        read(_scan(content), "scan.pdf")
