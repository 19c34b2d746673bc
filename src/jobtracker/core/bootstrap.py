"""Opens what a process needs, once and when first asked for."""

from __future__ import annotations

import os
import threading
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from jobtracker.core.clock import Clock
from jobtracker.core.errors import Unavailable
from jobtracker.core.settings import Settings, load_settings

if TYPE_CHECKING:
    from jobtracker.core.cache import Cache
    from jobtracker.core.durable import Durable
    from jobtracker.core.embedding import Embedder
    from jobtracker.core.events import EventLog
    from jobtracker.core.http import Http
    from jobtracker.core.notify import Notifier
    from jobtracker.core.personal_store import PersonalStore
    from jobtracker.core.store import Store
    from jobtracker.core.vectors import Vectors
    from jobtracker.core.words import Writer
    from jobtracker.core.workers import Workers


class Core:
    """Settings, clock, store, vectors, embedder, HTTP and workers of one process.

    Each part is imported and opened on first use, so that a server lists its tools before any
    database is touched. Safe to use from several threads.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or load_settings()
        self.clock: Clock = self.settings.clock()
        self._lock = threading.RLock()

    @cached_property
    def home(self) -> Path:
        """The folder of all state, made if absent.

        Raises:
            Unavailable: it cannot be made or written.
        """
        folder = self.settings.home_dir
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as exc:
            raise Unavailable(
                f"the home folder {folder} cannot be made ({exc.strerror}); "
                "set JOBTRACKER_HOME to a folder that you can write"
            ) from exc
        if not os.access(folder, os.W_OK | os.X_OK):
            raise Unavailable(
                f"the home folder {folder} is read-only; make it writable "
                "or set JOBTRACKER_HOME to another folder"
            )
        return folder

    @cached_property
    def store(self) -> Store:
        """The relational store, migrated."""
        from jobtracker.core.store import open_store

        with self._lock:
            if opened := self.__dict__.get("store"):
                return opened
            return self.__dict__.setdefault("store", open_store(self.settings.store.url, self.home))

    @cached_property
    def events(self) -> EventLog:
        """The event log."""
        from jobtracker.core.events import EventLog

        return self.__dict__.setdefault("events", EventLog())

    @cached_property
    def personal(self) -> PersonalStore:
        """What each person has chosen for themself."""
        from jobtracker.core.personal_store import PersonalStore

        return self.__dict__.setdefault("personal", PersonalStore(self))

    @cached_property
    def embedder(self) -> Embedder:
        """What turns text into vectors."""
        from jobtracker.core.embedding import open_embedder

        with self._lock:
            return self.__dict__.setdefault(
                "embedder", open_embedder(self.settings.embedding.model, self.settings.llm)
            )

    @cached_property
    def vectors(self) -> Vectors:
        """The vector index; its server is found or started when first used."""
        from jobtracker.core.vectors import open_vectors

        with self._lock:
            return self.__dict__.setdefault(
                "vectors", open_vectors(self.settings.vectors, self.home, self.embedder)
            )

    @cached_property
    def cache(self) -> Cache:
        """The layered cache; Redis and the disk are touched when it is first used."""
        from jobtracker.core.cache import open_cache

        with self._lock:
            if opened := self.__dict__.get("cache"):
                return opened
            made = open_cache(self.settings.cache, self.settings.redis, self.home)
            if self.settings.redis.url:
                made.share(self.notifier)
            return self.__dict__.setdefault("cache", made)

    @cached_property
    def http(self) -> Http:
        """The bounded HTTP client for public addresses."""
        from jobtracker.core.http import Http
        from jobtracker.core.http_kept import KeptBelow

        made = Http(self.settings.http, KeptBelow(lambda: self.cache))
        return self.__dict__.setdefault("http", made)

    @cached_property
    def workers(self) -> Workers:
        """The pool of worker processes; they start with the first task."""
        from jobtracker.core.workers import Workers

        with self._lock:
            return self.__dict__.setdefault("workers", Workers(self.settings.workers))

    @cached_property
    def writer(self) -> Writer:
        """What finds words with the language model; silent where none is set."""
        from jobtracker.core.words import open_writer

        with self._lock:
            if opened := self.__dict__.get("writer"):
                return opened
            return self.__dict__.setdefault("writer", open_writer(self))

    @cached_property
    def notifier(self) -> Notifier:
        """Live notices to this process and, by Redis, to the others."""
        from jobtracker.core.notify import open_notifier

        with self._lock:
            return self.__dict__.setdefault("notifier", open_notifier(self.settings.redis))

    @cached_property
    def durable(self) -> Durable:
        """Jobs that outlive the process; queued by any, done by those that start it."""
        from jobtracker.core.durable import Durable

        store = self.store
        with self._lock:
            return self.__dict__.setdefault(
                "durable", Durable(store, self.settings.durable, self.home, self.clock)
            )

    def close(self) -> None:
        """Close what was opened, in the opposite order."""
        opened_in_order = (
            "durable", "writer", "notifier", "workers", "http", "cache", "vectors", "store",
        )  # fmt: skip
        for name in opened_in_order:
            opened = self.__dict__.pop(name, None)
            if opened is not None:
                opened.close()
