"""Databases that are made once: a new one of a test begins as a copy of what was made for another.

Migrating takes 60 ms of a processor and writing the sample postings 250 ms, in hundreds of tests
whose subject is neither. What is copied was made by the real code in this run; the fixture
`real_store` gives a test the real way.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from jobtracker.core import store
from jobtracker.core.bootstrap import Core
from jobtracker.core.settings import load_settings
from jobtracker.jobs.service import JobService

COPIED = """
SELECT name FROM sqlite_master WHERE type = 'table' AND (
    name IN ('job_postings', 'job_sightings', 'job_state') OR name LIKE 'job!_terms!_%' ESCAPE '!')
"""
"""The tables that samples are in; FTS5 keeps `job_terms` in `job_terms_data` and others."""
Load = Callable[[JobService], None]


class Ready:
    """The databases of one run, each made when it is first wanted."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.RLock()
        self._made: dict[str, Path] = {}
        self._migrate = store._migrate
        self.wanted = True

    @contextmanager
    def used(self) -> Iterator[None]:
        """Let new SQLite files and empty sets of postings be copies."""
        load = JobService._load_samples

        def migrated(engine: Engine, home: Path) -> None:
            if self.wanted and engine.dialect.name == "sqlite" and engine.url.database:
                self.give_schema(Path(engine.url.database))
            self._migrate(engine, home)

        def loaded(service: JobService) -> None:
            if self.wanted and service.core.settings.search.samples:
                self._give_samples(load, service)
            load(service)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(store, "_migrate", migrated)
            patch.setattr(JobService, "_load_samples", loaded)
            _current.append(self)
            yield
            _current.remove(self)

    def give_schema(self, file: Path) -> None:
        """Put a migrated database there, unless there is one."""
        if file.exists():
            return
        with self._lock:
            if "schema" not in self._made:
                home = self._folder / "schema"
                home.mkdir()
                made = store._engine(store.default_url(home))
                self._migrate(made, home)
                made.dispose()
                self._made["schema"] = home / "jobtracker.db"
            # In one step: another process may open the same home at this moment.
            copy = file.with_name(f"{file.name}.{os.getpid()}")
            shutil.copy(self._made["schema"], copy)
            if file.exists():
                copy.unlink()
            else:
                copy.replace(file)

    def _give_samples(self, load: Load, service: JobService) -> None:
        core = service.core
        name = core.store.engine.url.database
        day = core.clock.now().date().isoformat()
        if core.store.dialect != "sqlite" or not name or service._catalogue_day == day:
            return
        with self._lock, closing(sqlite3.connect(name, timeout=60)) as database:
            if not _empty(database):
                return
            source = self._samples(load, core)
            database.execute("ATTACH ? AS ready", [str(source)])
            database.execute("BEGIN IMMEDIATE")
            if _empty(database):
                for (table,) in database.execute(COPIED).fetchall():
                    database.execute(f"DELETE FROM main.{table}")
                    database.execute(f"INSERT INTO main.{table} SELECT * FROM ready.{table}")
            database.commit()

    def _samples(self, load: Load, core: Core) -> Path:
        """Return the database with the samples of that moment, or day where the clock goes on."""
        now = core.clock.now()
        moment = now.isoformat() if core.clock.fixed else now.date().isoformat()
        key = f"{moment} {core.embedder.name}"
        if key not in self._made:
            home = self._folder / f"samples-{len(self._made)}"
            given = core.settings.model_copy(
                update={"home": str(home), "store": load_settings().store}
            )
            made = Core(given)
            made.clock, made.__dict__["embedder"] = core.clock, core.embedder
            load(JobService(made))
            made.store.close()
            self._made[key] = home / "jobtracker.db"
        return self._made[key]


_current: list[Ready] = []


def seed(home: Path) -> None:
    """Give a home its schema before a process of its own opens it: it need not import Alembic."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    for ready in _current:
        ready.give_schema(home / "jobtracker.db")


def _empty(database: sqlite3.Connection) -> bool:
    asked = ("SELECT count(*) FROM job_state", "SELECT count(*) FROM job_postings")
    return all(database.execute(one).fetchone()[0] == 0 for one in asked)
