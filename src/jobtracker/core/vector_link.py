"""An open connection to a Chroma database: collections by name, and locks between processes."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jobtracker.core.errors import AuthNeeded, Unavailable
from jobtracker.core.identity import SHARED_USER, shard
from jobtracker.core.vector_http import Answer, Connections
from jobtracker.core.vector_owner import Endpoint
from jobtracker.core.vector_server import open_lock

COMPACTING = "compacting-"
_USER = "user"


@dataclass(frozen=True)
class Place:
    """The collection of a user's vectors, and the pseudonym that marks them there."""

    name: str
    user_key: str | None

    @classmethod
    def of(cls, kind: str, embedder: str, user: str, shards: int) -> Place:
        """Return the place: a shard, or the one collection of what is shared."""
        if user == SHARED_USER:
            return cls(f"{kind}-{embedder}", None)
        name = f"{kind}-{embedder}-{shards}-{shard(user, shards):03d}"
        return cls(name, hashlib.blake2b(user.encode(), digest_size=12).hexdigest())

    def inner_id(self, name: str) -> str:
        """Return the id within the collection, which no other user's can meet."""
        return f"{self.user_key}/{name}" if self.user_key else name

    def outer_id(self, name: str) -> str:
        """Return the caller's id."""
        return name.partition("/")[2] if self.user_key else name

    def owns(self, inner_id: str) -> bool:
        """Tell whether an id within the collection is this user's."""
        return not self.user_key or inner_id.startswith(f"{self.user_key}/")

    def inner_data(self, data: dict[str, Any]) -> dict[str, Any] | None:
        """Return the metadata as stored."""
        return {**data, _USER: self.user_key} if self.user_key else (data or None)

    def outer_data(self, data: dict[str, Any] | None) -> dict[str, Any]:
        """Return the caller's metadata."""
        hidden = _USER if self.user_key else ""
        return {key: value for key, value in (data or {}).items() if key != hidden}

    def filter(self, where: dict[str, Any] | None) -> dict[str, Any] | None:
        """Return Chroma's filter: the caller's, within the user's own."""
        if not self.user_key:
            return where or None
        own: dict[str, Any] = {_USER: self.user_key}
        return {"$and": [own, where]} if where else own


class Link:
    """One Chroma database. `folder` holds the locks of a loopback server, None for a remote one."""

    def __init__(self, endpoint: Endpoint, folder: Path | None) -> None:
        self.endpoint = endpoint
        self.connections = Connections(endpoint.address)
        self._base = f"{endpoint.path}/collections"
        self._folder = folder
        self._ids: dict[str, str] = {}

    @contextmanager
    def _locked(self, kind: int) -> Generator[None]:
        if self._folder is None:
            yield
            return
        lock = open_lock(self._folder / "write.lock")
        try:
            fcntl.flock(lock, kind)
            yield
        finally:
            os.close(lock)

    @contextmanager
    def alone(self) -> Generator[None]:
        """Keep out everybody who writes or looks a collection up."""
        with self._locked(fcntl.LOCK_EX):
            self._ids.clear()
            yield

    def run(self, method: str, name: str, action: str, body: Any) -> Any:
        """Call `action` on the collection, with those who rewrite collections kept out."""
        if action in {"query", "get", "count"} and name in self._ids:
            answer = self._send(method, name, action, body)
            if answer.status != 404:
                return checked(answer)
        with self._locked(fcntl.LOCK_SH):
            return self.call(method, name, action, body)

    def call(self, method: str, name: str, action: str, body: Any) -> Any:
        """Call `action` on the collection; the caller holds a lock."""
        if name not in self._ids:
            self.resolve(name)
        answer = self._send(method, name, action, body)
        if answer.status == 404:  # rewritten by another process
            self.resolve(name)
            answer = self._send(method, name, action, body)
        return checked(answer)

    def _send(self, method: str, name: str, action: str, body: Any) -> Answer:
        return self.connections.request(
            method, f"{self._base}/{self._ids.get(name)}/{action}", body
        )

    def resolve(self, name: str) -> str:
        """Return the id of the collection, made if absent; the caller holds a lock."""
        if not self.finish_compacting(name):
            body = {
                "name": name,
                "get_or_create": True,
                "configuration": {"hnsw": {"space": "cosine"}},
            }
            answer = checked(self.connections.request("POST", self._base, body))
            self._ids[name] = answer["id"]
        return self._ids[name]

    def current(self, name: str) -> str:
        """Return the id of the collection as the server has it now."""
        with self._locked(fcntl.LOCK_SH):
            return self.resolve(name)

    def finish_compacting(self, name: str) -> bool:
        """Name a rewritten collection, also one that a killed process left; true if it is there."""
        found = self.connections.request("GET", f"{self._base}/{name}")
        if found.status != 200 and not name.startswith(COMPACTING):
            waiting = self.connections.request("GET", f"{self._base}/{COMPACTING}{name}")
            if waiting.status != 200:
                return False
            path = f"{self._base}/{waiting.body['id']}"
            checked(self.connections.request("PUT", path, {"new_name": name}))
            self._ids.pop(COMPACTING + name, None)
            found = waiting
        if found.status != 200:
            return False
        self._ids[name] = found.body["id"]
        return True

    def drop(self, name: str) -> None:
        """Delete the collection if there is one; the caller holds a lock."""
        self._ids.pop(name, None)
        answer = self.connections.request("DELETE", f"{self._base}/{name}")
        if answer.status != 404:
            checked(answer)

    def names(self) -> list[str]:
        """Return the names of all collections."""
        listed = checked(self.connections.request("GET", f"{self._base}?limit=10000"))
        return [collection["name"] for collection in listed]

    def drop_kind(self, kind: str) -> None:
        """Delete all collections of a kind, whatever their embedder and shards."""
        with self.alone():
            for name in self.names():
                if name.removeprefix(COMPACTING).startswith(f"{kind}-"):
                    self.drop(name)


def checked(answer: Answer) -> Any:
    """Return the body of a good answer.

    Raises:
        AuthNeeded: the server wants another token.
        Unavailable: it answers with an error.
    """
    if answer.status < 300:
        return answer.body
    if answer.status in {401, 403}:
        raise AuthNeeded(
            "the vector server refuses the token; write it into vectors.url as http://:TOKEN@host"
        )
    raise Unavailable(f"the vector server answers {answer.status}: {answer.message[:200]}")
