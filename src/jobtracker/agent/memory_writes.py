"""Writing one memory, in statements that are built once: each turn may write some.

The unit of work of the ORM takes a millisecond more for each.
"""

from __future__ import annotations

from dataclasses import fields, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobtracker.agent.memory_index import STALE
from jobtracker.agent.memory_known import OPPOSITE, ROWS
from jobtracker.agent.memory_recall import MemoryItem
from jobtracker.agent.memory_tables import ErasureRow

_BUMP = sa.text(
    "insert into memory_users (user_id, version) values (:user, 1) "
    "on conflict (user_id) do update set version = memory_users.version + 1 returning version"
)
_KEYED = sa.select(ROWS.c.id, ROWS.c.created_at, ROWS.c.indexed).where(
    ROWS.c.user_id == sa.bindparam("user"),
    ROWS.c.kind == sa.bindparam("of_kind"),
    ROWS.c.key == sa.bindparam("named"),
)
_WRITTEN = ("text", "data", "thread_id", "updated_at", "vector", "embedder", "revision", "indexed")
_INSERT = sa.insert(ROWS)
_UPDATE = (
    sa.update(ROWS)
    .where(ROWS.c.id == sa.bindparam("row"))
    .values({name: sa.bindparam(name) for name in _WRITTEN})
)
_DELETE = sa.delete(ROWS).where(ROWS.c.id == sa.bindparam("row"))
_ERASE = sa.insert(ErasureRow)


def bump(connection: sa.Connection | Session, user: str) -> int:
    """Count a change of the user's memories; the number tells newer from older.

    It comes first in a transaction: the user's other writers wait for its row.
    """
    return int(connection.execute(_BUMP, {"user": user}).scalar_one())


def write(connection: sa.Connection, user: str, item: MemoryItem) -> tuple[MemoryItem, int]:
    """Write the item over what is there of its kind and key; return it as kept, and its revision.

    What was preferred and is now disliked, or the other way, leaves its old place.
    """
    revision = bump(connection, user)
    found = connection.execute(_KEYED, _place(user, item.kind, item.key)).first()
    if found is not None:
        item = replace(item, id=found.id, created_at=found.created_at)
    values = {field.name: getattr(item, field.name) for field in fields(item)}
    values |= {"user_id": user, "revision": revision, "indexed": ""}
    if found is None:
        connection.execute(_INSERT, values)
    else:
        values |= {"row": found.id, "indexed": found.indexed and STALE}
        connection.execute(_UPDATE, {name: values[name] for name in ("row", *_WRITTEN)})
    if other := OPPOSITE.get(item.kind):
        _displace(connection, user, other, item.key)
    return item, revision


def _displace(connection: sa.Connection, user: str, kind: str, key: str) -> None:
    """Delete the memory of that kind and key; what the index may have is noted for erasure."""
    found = connection.execute(_KEYED, _place(user, kind, key)).first()
    if found is None:
        return
    if found.indexed:
        connection.execute(_ERASE, {"user_id": user, "memory_id": found.id})
    connection.execute(_DELETE, {"row": found.id})


def _place(user: str, kind: str, key: str) -> dict[str, str]:
    return {"user": user, "of_kind": kind, "named": key}
