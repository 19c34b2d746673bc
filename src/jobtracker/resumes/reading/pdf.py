# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportAttributeAccessIssue=false
"""PDF: the whole file, page by page, by PDFium.

PDFium rather than pdfplumber: on the same files it is 20 to 60 times faster, and it tells the
rendering mode and the colour that a reader sees. It is C++, so it runs in a worker process.
"""

from __future__ import annotations

import ctypes
from collections import Counter
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from jobtracker.core.errors import BadInput
from jobtracker.core.speech import Saying, say, saying
from jobtracker.resumes.model import HiddenText, Layout
from jobtracker.resumes.reading import ocr
from jobtracker.resumes.reading.document import Document
from jobtracker.resumes.reading.pdf_lines import to_lines
from jobtracker.resumes.reading.pdf_page import Page, hidden_runs, read_page

MAX_PAGES = 200


def read_pdf(data: bytes, name: str) -> Document:
    """Read a PDF.

    Raises:
        BadInput: corrupt, encrypted, without text or longer than 200 pages.
    """
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as exc:
        reason = str(exc).lower()
        if "password" in reason or "security" in reason:
            raise BadInput(say("resumes.encrypted", name=name)) from exc
        raise BadInput(say("resumes.corrupt_pdf", name=name)) from exc
    try:
        return _read(document, name)
    except pdfium.PdfiumError as exc:
        raise BadInput(say("resumes.corrupt_page", name=name)) from exc
    finally:
        document.close()


def _read(document: Any, name: str) -> Document:
    count = len(document)
    if count == 0:
        raise BadInput(f"{name} is a PDF without pages")
    if count > MAX_PAGES:
        raise BadInput(say("resumes.many_pages", name=name, n=count, most=MAX_PAGES))
    links = _links(document)
    pages = [read_page(document[index], index + 1) for index in range(count)]
    warnings: list[Saying] = []
    if not any(char.text.strip() for page in pages for char in page.chars):
        _take_ocr_layer(document, pages, name, warnings)
    lines, columns = to_lines([(page.number, page.width, page.chars) for page in pages])
    sizes = Counter(round(char.size, 1) for page in pages for char in page.chars)
    common = [size for size, seen in sizes.items() if seen >= 20]
    layout = Layout(
        kind="pdf",
        pages=count,
        columns=columns,
        images=sum(page.images for page in pages),
        fonts=len(set[str]().union(*(page.fonts for page in pages))),
        unmapped_characters=sum(page.unmapped for page in pages),
        smallest_font=min(common) if common else None,
    )
    if layout.unmapped_characters > 20:
        warnings.append(saying("resumes.unmapped", n=layout.unmapped_characters))
    hidden = [
        HiddenText.model_validate({"how": how, "text": text[:2000], "page": page.number})
        for page in pages
        for how, text in hidden_runs(page)
    ]
    return Document(lines, layout, hidden + _metadata(document), links, warnings)


def _take_ocr_layer(document: Any, pages: list[Page], name: str, warnings: list[Saying]) -> None:
    """Take the invisible text that OCR laid over scanned pages, else read the pictures ourselves.

    Raises:
        BadInput: there is no text, and nothing here that could read pictures.
    """
    for page in pages:
        if page.image_share > 0.6:
            page.chars = [char for char in page.unseen if char.hidden in {"invisible", "covered"}]
            page.unseen = []
    if sum(len(page.chars) for page in pages) >= 80:
        warnings.append(saying("resumes.ocr_layer"))
        return
    if not any(page.images for page in pages):
        raise BadInput(say("resumes.blank", name=name))
    if not ocr.available():
        raise BadInput(say("resumes.only_images", name=name))
    done = ocr.read_scans(document, pages)
    if sum(len(page.chars) for page in pages) < 80:
        raise BadInput(say("resumes.no_text_in_images", name=name))
    warnings.append(saying("resumes.ocr"))
    if done < len(pages):
        warnings.append(saying("resumes.first_pages", n=done, total=len(pages)))


def _metadata(document: Any) -> list[HiddenText]:
    """Return metadata that is long enough to be meant for machines; none of it is ever read."""
    found: list[HiddenText] = []
    for key in ("Keywords", "Subject", "Title"):
        value = str(document.get_metadata_value(key) or "")
        words = value.replace(",", " ").replace(";", " ").split()
        if len(words) > 25 or len(words) - len(set(words)) > 5:
            found.append(HiddenText(how="metadata", text=f"{key}: {value[:2000]}"))
    return found


def _links(document: Any) -> list[str]:
    """Return the addresses that the file's links point to."""
    found: list[str] = []
    for index in range(len(document)):
        page = document[index]
        position, link = ctypes.c_int(0), raw.FPDF_LINK()
        while len(found) < 100 and raw.FPDFLink_Enumerate(page, position, link):
            action = raw.FPDFLink_GetAction(link)
            size = raw.FPDFAction_GetURIPath(document, action, None, 0) if action else 0
            if 1 < size < 2000:
                buffer = ctypes.create_string_buffer(size)
                raw.FPDFAction_GetURIPath(document, action, buffer, size)
                found.append(buffer.value.decode("utf-8", "replace"))
        page.close()
    return list(dict.fromkeys(found))
