# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
"""Text of scanned pages by Tesseract, where the extra `ocr` and the program are installed.

Runs in a worker process. Pages are painted by PDFium at 200 dots per inch; a page may take fifteen
seconds and all pages together thirty-six, after which the rest stays unread.
"""

from __future__ import annotations

import time
from importlib import import_module
from typing import Any

from jobtracker.resumes.reading.pdf_page import Char, Page

DPI = 200
MAX_SCANNED = 6
_PAGE_SECONDS = 15.0
_ALL_SECONDS = 36.0
_LANGUAGES = ("eng", "deu", "fra", "ita")
_LEAST_CONFIDENCE = 35.0
_LIKE_BULLETS = frozenset("e*©«°o»¢+·•")
"""What a bullet is mistaken for."""


def available() -> bool:
    """Tell whether pages can be read here."""
    try:
        return bool(_languages(import_module("pytesseract")))
    except (ImportError, OSError, ValueError, RuntimeError):
        return False


def _languages(tesseract: Any) -> str:
    try:
        installed = set(tesseract.get_languages(config=""))
    except tesseract.TesseractNotFoundError:
        return ""
    return "+".join(name for name in _LANGUAGES if name in installed)


def read_scans(document: Any, pages: list[Page]) -> int:
    """Fill the characters of the first pages from their pictures; return how many were read."""
    tesseract = import_module("pytesseract")
    languages = _languages(tesseract)
    deadline = time.monotonic() + _ALL_SECONDS
    done = 0
    for page in pages[:MAX_SCANNED]:
        left = deadline - time.monotonic()
        if left < 1.0:
            break
        picture = document[page.number - 1].render(scale=DPI / 72, grayscale=True).to_pil()
        try:
            data = tesseract.image_to_data(
                picture,
                lang=languages,
                timeout=min(left, _PAGE_SECONDS),
                output_type=tesseract.Output.DICT,
            )
        except (RuntimeError, OSError, tesseract.TesseractError):
            break
        page.chars = _chars(data)
        page.unseen = []
        done += 1
    return done


def _chars(data: dict[str, list[Any]]) -> list[Char]:
    """Return the words as characters, all of one line on the line's own foot."""
    lines: dict[tuple[int, int, int], list[int]] = {}
    for index, text in enumerate(data["text"]):
        sure = float(data["conf"][index]) >= _LEAST_CONFIDENCE
        if str(text).strip() and (sure or str(text).strip() in _LIKE_BULLETS):
            key = tuple(int(data[name][index]) for name in ("block_num", "par_num", "line_num"))
            lines.setdefault((key[0], key[1], key[2]), []).append(index)
    scale = 72 / DPI
    found: list[Char] = []
    for members in lines.values():
        if len(members) > 2 and str(data["text"][members[0]]).strip() in _LIKE_BULLETS:
            data["text"][members[0]] = "•"
        foot = sorted(data["top"][i] + data["height"][i] for i in members)[len(members) // 2]
        tall = sorted(data["height"][i] for i in members)[len(members) // 2]
        for index in members:
            found += _word(data, index, foot * scale, max(tall * scale, 4.0))
    return found


def _word(data: dict[str, list[Any]], index: int, foot: float, size: float) -> list[Char]:
    text = str(data["text"][index]).strip()
    scale = 72 / DPI
    left, width = data["left"][index] * scale, data["width"][index] * scale
    step = width / len(text)
    chars = [
        Char(letter, left + step * i, left + step * (i + 1), foot, size, False, order=index)
        for i, letter in enumerate(text)
    ]
    chars[-1].space = True
    return chars
