"""What a process has read of each person's memories; of what changed since, it reads that alone.

Every change counts the user's version up and writes the rows that it touches with that number, so
that the rows above the version which is known are all there is to read. Where they do not account
for every number between, something was deleted, and all is read again.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC
from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa

from jobtracker.agent.memory_recall import LOCAL, Kind, MemoryItem
from jobtracker.agent.memory_tables import MemoryRow

if TYPE_CHECKING:
    from jobtracker.core.bootstrap import Core

OPPOSITE: dict[str, Kind] = {"preference": "dislike", "dislike": "preference"}
"""The profile; what is written as one of these takes the place of the other of that key."""
_CACHED_USERS = 128

ROWS = cast("sa.Table", MemoryRow.__table__)
COLUMNS = [ROWS.c[column.name] for column in fields(MemoryItem)]
"""The columns of a `MemoryItem`, without the ORM, which would take three times as long."""
_OWN = ROWS.c.user_id == sa.bindparam("user")
_NEWEST_FIRST = ROWS.c.revision.desc()
_VERSION = sa.text("select version from memory_users where user_id = :user")
_LATEST = sa.select(ROWS.c.revision, *COLUMNS).where(_OWN).order_by(_NEWEST_FIRST).limit(LOCAL + 1)
_PROFILE = (
    sa.select(*COLUMNS).where(_OWN, ROWS.c.kind.in_(OPPOSITE)).order_by(_NEWEST_FIRST).limit(LOCAL)
)
_CHANGED = _LATEST.where(ROWS.c.revision >= sa.bindparam("since"))
_NAMED = sa.select(*COLUMNS).where(_OWN, ROWS.c.id.in_(sa.bindparam("ids", expanding=True)))


@dataclass(frozen=True)
class Known:
    """A user's memories as of a version, the newest first.

    `latest` holds the newest `LOCAL` and `profile` preferences and dislikes; `more` tells that
    there are others. `newest` is the revision of the first.
    """

    version: int
    newest: int
    latest: list[MemoryItem]
    profile: list[MemoryItem]
    more: bool


class KnownMemories:
    """The memories of the users who spoke last, as this process knows them. Thread-safe."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Known] = OrderedDict()

    def of(self, user: str) -> Known:
        """Return the user's memories as they are now."""
        with self._lock:
            known = self._kept.get(user)
        with self._core.store.transaction() as connection:
            version = connection.execute(_VERSION, {"user": user}).scalar() or 0
            if known is not None and known.version == version:
                return known
            known = known and _with_changes(connection, user, known, version)
            known = known or _read(connection, user, version)
        with self._lock:
            self._kept[user] = known
            self._kept.move_to_end(user)
            while len(self._kept) > _CACHED_USERS:
                self._kept.popitem(last=False)
        return known

    def learn(self, user: str, item: MemoryItem, revision: int) -> None:
        """Take in what this process has just written, as it would be read; so it is not read."""
        with self._lock:
            known = self._kept.get(user)
            if known is None or known.version != revision - 1:
                return  # others wrote as well: what changed is read
            as_read = replace(
                item,
                data=json.loads(json.dumps(item.data)),
                created_at=item.created_at.astimezone(UTC),
                updated_at=item.updated_at.astimezone(UTC),
            )
            if learnt := _with_fresh(known, [as_read], revision, revision):
                self._kept[user] = learnt

    def named(self, user: str, ids: set[str]) -> list[MemoryItem]:
        """Return the user's memories of those ids."""
        if not ids:
            return []
        with self._core.store.transaction() as connection:
            rows = connection.execute(_NAMED, {"user": user, "ids": list(ids)})
            return [MemoryItem(*row) for row in rows]

    def drop(self, user: str) -> None:
        """Keep nothing of the user."""
        with self._lock:
            self._kept.pop(user, None)


def _read(connection: sa.Connection, user: str, version: int) -> Known:
    rows = connection.execute(_LATEST, {"user": user}).all()
    latest = [_item(row) for row in rows]
    more = len(latest) > LOCAL
    if more:
        profile = [MemoryItem(*row) for row in connection.execute(_PROFILE, {"user": user})]
    else:
        profile = [item for item in latest if item.kind in OPPOSITE]
    newest = rows[0].revision if rows else 0
    return Known(version, newest, latest[:LOCAL], profile, more)


def _with_changes(connection: sa.Connection, user: str, known: Known, version: int) -> Known | None:
    """Return what is known with what was written since; None where that does not tell it all."""
    if not known.latest or version < known.version:
        return None
    found = connection.execute(_CHANGED, {"user": user, "since": known.newest}).all()
    rows = [row for row in found if row.revision > known.version]
    if not rows or known.latest[0].id not in {row.id for row in found}:
        return None  # the newest that is known is gone: the rows are others than they were
    newest = rows[0].revision
    if {row.revision for row in rows} != set(range(known.version + 1, max(newest, version) + 1)):
        return None
    return _with_fresh(known, [_item(row) for row in rows], newest, max(newest, version))


def _with_fresh(known: Known, fresh: list[MemoryItem], newest: int, version: int) -> Known | None:
    """Return what is known with fresh items, the newest first; None where it lacks others then."""
    latest = _replaced(known.latest, fresh)
    profile = _replaced(known.profile, [item for item in fresh if item.kind in OPPOSITE])
    if known.more and (len(latest) < LOCAL or len(profile) < min(len(known.profile), LOCAL)):
        return None  # what has left makes room for an older one
    more = known.more or len(latest) > LOCAL
    return Known(version, newest, latest[:LOCAL], profile[:LOCAL], more)


def _item(row: sa.Row[Any]) -> MemoryItem:
    _revision, *values = row
    return MemoryItem(*values)


def _replaced(items: Sequence[MemoryItem], fresh: list[MemoryItem]) -> list[MemoryItem]:
    """Return the items with fresh ones first, without those whose place they take."""
    taken: set[Any] = {item.id for item in fresh}
    taken.update((OPPOSITE[item.kind], item.key) for item in fresh if item.kind in OPPOSITE)
    return [*fresh, *(i for i in items if i.id not in taken and (i.kind, i.key) not in taken)]
