# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportAttributeAccessIssue=false
"""Archives and XML of strangers, opened within bounds."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from lxml import etree

from jobtracker.core.errors import BadInput
from jobtracker.core.speech import say

MAX_ENTRIES = 3000
MAX_UNPACKED = 150 * 1024 * 1024
MAX_RATIO = 250


def open_zip(data: bytes, name: str) -> zipfile.ZipFile:
    """Open an archive whose unpacked size is bounded.

    Raises:
        BadInput: corrupt, encrypted, or a bomb.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as exc:
        raise BadInput(f"{name} is corrupt: its archive cannot be opened ({exc})") from exc
    total = sum(entry.file_size for entry in entries)
    big = any(
        entry.file_size > 5_000_000 and entry.file_size > MAX_RATIO * max(entry.compress_size, 1)
        for entry in entries
    )
    if len(entries) > MAX_ENTRIES or total > MAX_UNPACKED or big:
        raise BadInput(
            f"{name} unpacks to {total // 1_000_000} MB in {len(entries)} parts, which no "
            "résumé does "
            "(a zip bomb?); it was not opened"
        )
    if any(entry.flag_bits & 1 for entry in entries):
        raise BadInput(say("resumes.encrypted", name=name))
    return archive


def member(archive: zipfile.ZipFile, part: str, name: str) -> bytes | None:
    """Return a part of the archive, or None where it is not in it.

    Raises:
        BadInput: the part is corrupt or longer than it says.
    """
    try:
        info = archive.getinfo(part)
    except KeyError:
        return None
    try:
        with archive.open(info) as stream:
            data = stream.read(info.file_size + 1)
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError) as exc:
        raise BadInput(f"{name} is corrupt: its part {part} cannot be read") from exc
    except Exception as exc:
        raise BadInput(f"{name} is corrupt: its part {part} cannot be unpacked") from exc
    if len(data) > info.file_size:
        raise BadInput(f"{name} is corrupt: its part {part} is longer than it says")
    return data


def parse_xml(data: bytes, name: str, part: str = "") -> Any:
    """Parse XML without entities, DTDs or network.

    Raises:
        BadInput: not well-formed, or it declares a document type (external entities).
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False
    )
    where = f" in {part}" if part else ""
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as exc:
        raise BadInput(f"{name} is corrupt: its XML{where} cannot be parsed ({exc})") from exc
    info = root.getroottree().docinfo
    if info.doctype or info.internalDTD is not None:
        raise BadInput(
            f"{name} declares entities of its own{where} (external entities?); it was not read"
        )
    return root
