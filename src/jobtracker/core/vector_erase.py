"""Taking deleted vectors out of Chroma's files.

Chroma marks a deleted vector in its graph file and leaves the bytes there; it leaves the folder of
a deleted collection behind, and freed pages in its database. So a shard is copied without what was
deleted, folders that no collection owns are removed, and the database is rewritten; meanwhile a
lock keeps the writers of all processes out.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from jobtracker.core.errors import Unavailable
from jobtracker.core.vector_link import COMPACTING, Link, Place

_BATCH = 500
_SHARD = re.compile(r"-\d+-\d{3}$")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def compact(link: Link, name: str, data: Path) -> None:
    """Rewrite collection `name` and Chroma's database so that deleted vectors leave the files.

    Raises:
        Unavailable: the database stays locked, or the disk is full.
    """
    with link.alone():
        fresh = COMPACTING + name
        link.finish_compacting(name)
        link.drop(fresh)
        copy(link, name, fresh)
        link.drop(name)
        link.finish_compacting(name)
        clean_files(data)


def erase_user(link: Link, user: str, data: Path | None) -> int:
    """Delete all vectors of the user in every collection; return in how many there were some.

    With Chroma's folder `data` at hand their bytes leave the files, too.
    """
    key = Place.of("any", "any", user, 1).user_key
    mine: dict[str, Any] = {"where": {"user": key}}
    found = [name for name in link.names() if _SHARD.search(name)]
    asked: dict[str, Any] = {**mine, "limit": 1, "include": []}
    held = [name for name in found if link.run("POST", name, "get", asked)["ids"]]
    for name in held:
        link.run("POST", name, "delete", mine)
        if data is not None:
            compact(link, name.removeprefix(COMPACTING), data)
    return len(held)


def copy(link: Link, source: str, target: str) -> None:
    """Copy all vectors of one collection into a new one."""
    start = 0
    while True:
        body = {"include": ["embeddings", "metadatas"], "limit": _BATCH, "offset": start}
        page = link.call("POST", source, "get", body)
        if not page["ids"]:
            break
        keys = ("ids", "embeddings", "metadatas")
        link.call("POST", target, "upsert", {key: page[key] for key in keys})
        start += len(page["ids"])
    link.resolve(target)  # an empty collection is made too


def clean_files(data: Path) -> None:
    """Remove folders that no collection owns, and the freed pages of the database."""
    try:
        with closing(sqlite3.connect(data / "chroma.sqlite3", timeout=20)) as connection:
            owned = {row[0] for row in connection.execute("select id from segments")}
            for folder in data.iterdir():
                if _UUID.fullmatch(folder.name) and folder.name not in owned:
                    shutil.rmtree(folder, ignore_errors=True)
            connection.execute("vacuum")
    except (sqlite3.Error, OSError) as exc:
        raise Unavailable(
            f"the vector index in {data} cannot be rewritten now ({exc}); what was deleted is not "
            "found any more, but its bytes leave the files only when this succeeds: try again"
        ) from exc
