"""Long-term memory: what a person told or did that later conversations should know.

The relational store is the truth; Chroma is an index over it, fed behind the conversation. Facts,
preferences and dislikes have a key, and a newer one replaces the older of that key; an episode's
key is its own. The person owns it all: they list, correct, export and forget it, and what is
forgotten leaves the files.
"""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any, get_args

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobtracker.agent.memory_index import KIND, STALE, Indexer
from jobtracker.agent.memory_known import KnownMemories
from jobtracker.agent.memory_recall import (
    LOCAL,
    Kind,
    MemoryItem,
    Nearness,
    matching,
    packed,
    ranked,
    words,
)
from jobtracker.agent.memory_screen import screen, screen_data
from jobtracker.agent.memory_tables import ErasureRow, MemoryRow
from jobtracker.agent.memory_writes import bump, write
from jobtracker.core.errors import BadInput, JobTrackerError, NotFound

if TYPE_CHECKING:
    from jobtracker.core.bootstrap import Core
    from jobtracker.core.embedding import Matrix

__all__ = ["Memory", "MemoryItem", "screen"]

MAX_TEXT = 2000
MAX_KEY = 200
_CANDIDATES = 20
_log = logging.getLogger(__name__)

Forgotten = Callable[[str, list[MemoryItem] | None], None]
"""Takes the user and what was forgotten, None for everything: other places forget it too."""

_MEANT = re.compile(
    r"(?i)\b(forget|vergiss|vergessen|vergässe|oubli|dimentic|scord|about me|über mich|sur moi|"
    r"su di me|di me|know|wei(ss|ß)|sais|savez|sai|sapete|memor|mémoire|remember|gedächtnis|"
    r"erinner|souven|ricord|learn|gelernt|appris|imparat)"
)
_ALL = re.compile(r"(?i)\b(everything|alles|tout|tutto|all)\b")
_NO_SUBJECT = words(
    "everything about know known remember remembered learned learnt said told it this that last "
    "thing things memory memories gespeichert gemerkt weisst weißt über alles letzte sache "
    "erinnerung tout sais souviens dernière chose tutto sai ricordi ultima cosa again now "
    "wieder doch jetzt maintenant favore adesso wipe erase delete clear remove drop scrap lösch "
    "lösche löschen entferne efface effacer supprime enlève cancella cancellare elimina togli "
    "stored saved have hast habt enregistré retenu memorizzato please bitte"
)
_KIND_WORDS: dict[str, Kind] = {
    "prefer": "preference",
    "präfer": "preference",
    "vorlie": "preference",
    "préfér": "preference",
    "dislik": "dislike",
    "abneig": "dislike",
}


class Memory:
    """The long-term memories of all users, each sealed from the others. Thread-safe."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._known = KnownMemories(core)
        self._nearness = Nearness()
        self._hooks: list[Forgotten] = []
        self.index = Indexer(core)

    def on_forget(self, hook: Forgotten) -> None:
        """Have `hook(user, items)` called after something was forgotten."""
        self._hooks.append(hook)

    def remember(
        self,
        user: str,
        kind: Kind,
        key: str,
        text: str,
        data: dict[str, Any] | None = None,
        thread_id: str = "",
    ) -> MemoryItem:
        """Keep something, without the secrets in it; a newer one replaces the older of its key.

        Raises:
            BadInput: no such kind, or an empty key or text.
        """
        if kind not in get_args(Kind):
            raise BadInput(f"{kind!r} is no kind of memory: fact, preference, dislike or episode")
        key = _short(screen(key)[0], MAX_KEY).casefold()
        text = _short(screen(text)[0], MAX_TEXT)
        if not key or not text:
            raise BadInput("a memory needs a key and a text that are not empty")
        now = self._core.clock.now()
        vector, embedder = self._vector(text)
        item = MemoryItem(
            f"mem_{secrets.token_hex(8)}", kind, key, text, screen_data(data or {}),
            thread_id[:128], now, now, vector, embedder,
        )  # fmt: skip
        with self._core.store.transaction() as connection:
            item, revision = write(connection, user, item)
        self._known.learn(user, item, revision)
        self.index.wake()
        return item

    def _vector(self, text: str) -> tuple[bytes | None, str]:
        """Return the text's vector and its model's name where that is loaded; else none.

        What has none is given one by the indexer, later.
        """
        if embedder := self.index.loaded:
            return packed(embedder.embed([text])[0]), embedder.name
        return None, ""

    def recall(self, user: str, query: str, k: int = 5) -> list[MemoryItem]:
        """Return at most `k` memories that bear on the query, the most fitting first.

        Never waits for the vector server: a person with many memories gets the latest ones
        compared until it is ready.
        """
        known = self._known.of(user)
        if not known.latest or k < 1:
            return []
        embedder = self.index.embedder()
        vector = embedder.embed([query])[0]
        items, near = known.latest, dict[str, float]()
        if known.more:
            near = self._from_index(user, query, vector)
            items = [*known.latest[: _CANDIDATES if near else LOCAL], *known.profile]
            items = [*items, *self._known.named(user, set(near) - {item.id for item in items})]
            items = list({item.id: item for item in items}.values())
        compared = [item for item in items if item.id not in near]
        near |= self._nearness.of(embedder, user, compared, vector)
        return ranked(items, near, query, self._core.clock.now(), k)

    def _from_index(self, user: str, query: str, vector: Matrix) -> dict[str, float]:
        if not self.index.ready_for(user, query, vector):
            return {}
        try:
            hits = self.index.ask(user, query, vector, _CANDIDATES)
        except JobTrackerError as exc:
            _log.warning("recall without the vector index: %s", exc)
            self.index.cool()
            return {}
        return {hit.id: hit.score for hit in hits}

    def profile(self, user: str) -> tuple[dict[str, Any], list[str]]:
        """Return what the person prefers, by key (the `value` in the data, else the text), and
        what they never want to see."""
        items = self._known.of(user).profile
        likes = {i.key: i.data.get("value", i.text) for i in items if i.kind == "preference"}
        return likes, [str(i.data.get("value", i.text)) for i in items if i.kind == "dislike"]

    def preferences(self, user: str) -> dict[str, Any]:
        """Return what the person prefers, by key."""
        return self.profile(user)[0]

    def dislikes(self, user: str) -> list[str]:
        """Return what the person never wants to see."""
        return self.profile(user)[1]

    def known(self, user: str) -> list[str]:
        """Return in words what is known of the person, the profile first."""
        order = {"preference": 0, "dislike": 1, "fact": 2, "episode": 3}
        items = sorted(self._known.of(user).latest, key=lambda item: order[item.kind])
        return [item.text for item in items]

    def list(
        self, user: str, kind: Kind | None = None, limit: int = 50, offset: int = 0
    ) -> list[MemoryItem]:
        """Return the person's memories, the newest first."""
        query = sa.select(MemoryRow).where(MemoryRow.user_id == user)
        if kind is not None:
            query = query.where(MemoryRow.kind == kind)
        query = query.order_by(MemoryRow.revision.desc())
        with self._core.store.begin() as session:
            rows = session.scalars(query.limit(max(1, min(limit, 1000))).offset(max(0, offset)))
            return [_item(row) for row in rows]

    def correct(self, user: str, memory_id: str, text: str) -> MemoryItem:
        """Put other words in place of a memory's; its value, if it had one, becomes the text.

        Raises:
            NotFound: the person has no such memory.
            BadInput: the text is empty.
        """
        text = _short(screen(text)[0], MAX_TEXT)
        if not text:
            raise BadInput("the corrected text is empty; forget the memory instead")
        with self._core.store.begin() as session:
            row = self._own(session, user, memory_id)
            if row.text != text and "value" in row.data:
                row.data = {**row.data, "value": _value(text)}
            row.text, row.updated_at = text, self._core.clock.now()
            row.indexed, row.revision = row.indexed and STALE, bump(session, user)
            row.vector, row.embedder = self._vector(text)
        self.index.wake()
        return _item(row)

    def export(self, user: str) -> dict[str, Any]:
        """Return all that is remembered of the person, as JSON."""
        query = sa.select(MemoryRow).where(MemoryRow.user_id == user)
        with self._core.store.begin() as session:
            rows = session.scalars(query.order_by(MemoryRow.revision)).all()
        return {
            "user": user,
            "exported_at": self._core.clock.now().isoformat(),
            "memories": [_item(row).as_json() for row in rows],
        }

    def forget(self, user: str, memory_id: str) -> MemoryItem:
        """Forget one memory and return it.

        Raises:
            NotFound: the person has no such memory.
        """
        with self._core.store.begin() as session:
            item = _item(self._own(session, user, memory_id))
        self._forget(user, [item])
        return item

    def forget_matching(self, user: str, text: str) -> list[MemoryItem]:
        """Forget what the text names, by its words; return what was forgotten."""
        found = matching(self.list(user, limit=1000), text)
        self._forget(user, found)
        return found

    def forget_all(self, user: str) -> int:
        """Forget everything of the person; return how many memories there were."""
        own = sa.select(MemoryRow).where(MemoryRow.user_id == user)
        with self._core.store.begin() as session:
            rows = session.scalars(own).all()
            _delete(session, rows)
            bump(session, user)
        self._forgotten(user, None)
        return len(rows)

    def means_everything(self, text: str) -> bool:
        """Tell whether “forget …” names all that is remembered, which cannot be undone."""
        subject = words(text) - _NO_SUBJECT
        return bool(_ALL.search(text) and not subject and _MEANT.search(text))

    def forget_said(self, user: str, text: str) -> list[str]:
        """Do what “forget …” says and return the words of what is gone.

        Everything, all preferences, what is named, or, where nothing is named, the latest.
        """
        subject = words(text) - _NO_SUBJECT
        kinds: set[Kind] = {kind for word, kind in _KIND_WORDS.items() if word in subject}
        if _ALL.search(text) and not subject and not _MEANT.search(text):
            return []  # “delete everything”: of what? Nothing is lost by a word that fits anything.
        if self.means_everything(text):
            gone = self.known(user)
            self.forget_all(user)
            return gone[:10]
        if kinds and len(subject) == len(kinds):
            found = [i for kind in kinds for i in self.list(user, kind, limit=1000)]
        elif subject:
            found = matching(self.list(user, limit=1000), text)
        else:
            found = [item for item in self.list(user, limit=50) if item.kind != "episode"][:1]
        self._forget(user, found)
        return [item.text for item in found]

    def _forget(self, user: str, items: Sequence[MemoryItem]) -> None:
        if not items:
            return
        ids = [item.id for item in items]
        with self._core.store.begin() as session:
            own = sa.select(MemoryRow).where(MemoryRow.user_id == user, MemoryRow.id.in_(ids))
            _delete(session, session.scalars(own).all())
            bump(session, user)
        self._forgotten(user, [*items])

    def _forgotten(self, user: str, items: list[MemoryItem] | None) -> None:
        """Take what was deleted out of caches, files, vectors and wherever else it is."""
        self._nearness.drop(user)
        self._known.drop(user)
        for hook in self._hooks:
            hook(user, items)
        try:
            self.index.erase_due()
        except JobTrackerError as exc:
            _log.warning("forgotten memories are still to be erased from the index: %s", exc)
            self.index.wake()
        self._core.store.scrub()

    def _own(self, session: Session, user: str, memory_id: str) -> MemoryRow:
        row = session.get(MemoryRow, memory_id)
        if row is None or row.user_id != user:
            raise NotFound(f"there is no memory {memory_id!r}; list them first")
        return row

    def rebuild_index(self) -> int:
        """Make the vector index from the store again; return how many memories it holds."""
        with self._core.store.begin() as session:
            session.execute(sa.update(MemoryRow).values(indexed=STALE))
        self._core.vectors.rebuild(KIND, [])
        return self.index.catch_up()

    def close(self) -> None:
        """Stop the work behind the conversation; what is left over is done by the next process."""
        self.index.close()


def _delete(session: Session, rows: Sequence[MemoryRow]) -> None:
    """Delete rows; those that the index may have are noted for erasure."""
    for row in rows:
        if row.indexed:
            session.add(ErasureRow(user_id=row.user_id, memory_id=row.id))
        session.delete(row)


def _item(row: MemoryRow) -> MemoryItem:
    return MemoryItem(*(getattr(row, column.name) for column in fields(MemoryItem)))


def _short(text: str, length: int) -> str:
    """Return bounded text without NUL and lone surrogates, which a database refuses."""
    usable = text.replace("\x00", "").encode(errors="replace").decode()
    return " ".join(usable.split())[:length].strip()


def _value(text: str) -> str:
    """Return what stands after `key:` in a preference's text."""
    return text.partition(":")[2].strip() or text
