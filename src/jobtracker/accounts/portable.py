"""All that is one person's, taken along or erased: found by the schema, not by a list of features.

Every table with a column `user_id` is covered, also one that is added tomorrow. A feature's files
lie in folders or files whose name is the user id, or a digest of it; these are found by name.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import sqlalchemy as sa

from jobtracker.core.errors import Unavailable

if TYPE_CHECKING:
    from jobtracker.core.bootstrap import Core

_SECRET = re.compile(r"(.*_)?(hash|sealed)|public_key")
"""Columns that prove an identity or are encrypted for this server: no use elsewhere."""
_ABOUT = frozenset({"events", "account_invites"})
"""Tables whose `subject` may be a person: what others did to their account."""
_NOT_FILES = frozenset({"vectors", "cache", "logs"})
"""Folders of the home whose entries are no one's by name; they are emptied by other means."""
_DIGESTS = (6, 8, 10, 12, 16, 20, 32)
_ROWS_AT_ONCE = 500


def tables(core: Core) -> list[sa.Table]:
    """Return every table with a column `user_id`, those first that others refer to."""
    found = sa.MetaData()
    found.reflect(core.store.engine)
    return [table for table in found.sorted_tables if "user_id" in table.c]


def write_export(core: Core, user: str, target: IO[bytes]) -> dict[str, int]:
    """Write everything of the person as a ZIP; return the number of rows by table.

    `tables/<name>.json` holds the rows as the store has them, `files/…` the files; `README.txt`
    says so. What proves the person's identity (hashes, keys, encrypted logins) is left out.
    """
    counts: dict[str, int] = {}
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        archive.writestr(_entry("README.txt"), _README)
        for table in tables(core):
            count = 0
            with archive.open(_entry(f"tables/{table.name}.json"), "w") as out:
                out.write(b"[")
                for row in _rows(core, table, user):
                    out.write((b"," if count else b"") + b"\n" + _json(row))
                    count += 1
                out.write(b"\n]\n")
            counts[table.name] = count
        for path in files(core.home, user):
            name = path.relative_to(core.home).as_posix()
            archive.write(path, f"files/{name}")
    return counts


_README = (
    "Everything that Job Tracker Pro keeps of you.\n\n"
    "tables/  one JSON file per table, a list of rows; times are UTC\n"
    "files/   your files: r\u00e9sum\u00e9s, calendars, exports\n\n"
    "Left out, since it proves your identity or opens only on this server: passwords, keys and\n"
    "encrypted logins. The search index is made from the rows and not repeated.\n"
)


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name, (2000, 1, 1, 0, 0, 0))
    entry.compress_type = ZIP_DEFLATED
    return entry


def _rows(core: Core, table: sa.Table, user: str) -> Iterator[dict[str, Any]]:
    shown = [column for column in table.c if not _SECRET.fullmatch(column.name)]
    query = sa.select(*shown).where(table.c.user_id == user)
    order = list(table.primary_key.columns) or list(table.c)
    with core.store.begin() as session:
        result = session.execute(query.order_by(*order))
        for part in result.mappings().partitions(_ROWS_AT_ONCE):
            for row in part:
                yield {str(name): value for name, value in row.items()}


def _json(row: dict[str, Any]) -> bytes:
    return json.dumps(row, ensure_ascii=False, default=_plain).encode("utf-8", "replace")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode()}
    return str(value)


def erase_rows(core: Core, user: str) -> dict[str, int]:
    """Delete every row of the person, in one transaction; return how many by table."""
    counts: dict[str, int] = {}
    with core.store.begin() as session:
        for table in reversed(tables(core)):
            gone = session.execute(sa.delete(table).where(table.c.user_id == user))
            counts[table.name] = getattr(gone, "rowcount", 0)
            if table.name in _ABOUT:
                session.execute(sa.delete(table).where(table.c.subject == user))
    return counts


def files(home: Path, user: str) -> Iterator[Path]:
    """Yield the person's files, in order."""
    for place in places(home, user):
        if place.is_file() and not place.is_symlink():
            yield place
        elif place.is_dir() and not place.is_symlink():
            inside = (path for path in place.rglob("*") if path.is_file() and not path.is_symlink())
            yield from sorted(inside)


def places(home: Path, user: str) -> list[Path]:
    """Return the files and folders of the home that bear the person's id as their name."""
    names = own_names(user)
    found: list[Path] = []
    for top in sorted(home.iterdir()):
        if not top.is_dir() or top.is_symlink() or top.name in _NOT_FILES:
            continue
        for entry in sorted(top.iterdir()):
            if entry.name in names or entry.name.removeprefix(".") in names:
                found.append(entry)
    return found


def own_names(user: str) -> frozenset[str]:
    """Return the names under which features keep a person's files: the id, made safe, or digests.

    Contract for a feature: a file or folder of a person, directly under the feature's own folder of
    the home, is named by one of these.
    """
    safe = re.sub(r"[^\w.+@-]", "_", user)
    quoted = re.sub(
        r"[^A-Za-z0-9_@+-]|^-", lambda m: "".join(f"%{b:02x}" for b in m[0].encode()), user
    )
    digests = [hashlib.blake2b(user.encode(), digest_size=n).hexdigest() for n in _DIGESTS]
    short = hashlib.blake2b(user.encode(), digest_size=6).hexdigest()
    return frozenset({user if safe == user else quoted, quoted, f"{safe[:60]}-{short}", *digests})


def erase_files(home: Path, user: str) -> int:
    """Remove the person's files; return how many files and folders went.

    Raises:
        Unavailable: one cannot be removed.
    """
    found = places(home, user)
    for place in found:
        try:
            if place.is_dir() and not place.is_symlink():
                shutil.rmtree(place)
            else:
                place.unlink(missing_ok=True)
        except OSError as exc:
            raise Unavailable(
                f"{place} cannot be removed ({exc.strerror}); make the home folder writable and "
                "delete the account again"
            ) from exc
    return len(found)
