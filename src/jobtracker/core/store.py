"""The relational store: the truth of everything that is kept.

SQLite in WAL mode by default, PostgreSQL by URL, the same models on both. Features declare their
tables on `Base` in `<feature>/tables.py`; the schema itself is made by the Alembic migrations under
`core/migrations/versions`, one branch per feature, so that a server which imports only its own
feature still finds every table.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.exc import DatabaseError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker
from sqlalchemy.types import TypeDecorator

from jobtracker.core.errors import BadInput, JobTrackerError, Unavailable

MIGRATIONS = Path(__file__).parent / "migrations"
_BUSY_SECONDS = 15
_MIGRATION_LOCK = 0x6A6F626D  # "jobm"


class Base(DeclarativeBase):
    """Base of all tables."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC on engines that know no zones."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times; store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Return an aware UTC datetime."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class UserOwned:
    """Mixin: each row belongs to one user."""

    user_id: Mapped[str] = mapped_column(sa.String(128), index=True)


class Store:
    """An engine and its sessions; migrated when first opened."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._sessions = sessionmaker(engine, expire_on_commit=False)

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.engine.dialect.name

    @contextmanager
    def begin(self) -> Generator[Session]:
        """Open a session in one transaction: committed at the end, rolled back on any error.

        Raises:
            Unavailable: the database cannot be reached, is locked, full or read-only.
        """
        try:
            with self._sessions.begin() as session:
                yield session
        except JobTrackerError:
            raise
        except OperationalError as exc:
            raise _translate(exc, self.engine) from exc

    @contextmanager
    def transaction(self) -> Generator[sa.Connection]:
        """Open a transaction without the ORM: for statements that are built once and run each turn.

        With `Model.__table__` and bound parameters such a statement takes 60 µs, where a session
        that builds it takes 400 µs. What reacts to a session's commit does not see it.

        Raises:
            Unavailable: the database cannot be reached, is locked, full or read-only.
        """
        try:
            with self.engine.begin() as connection:
                yield connection
        except JobTrackerError:
            raise
        except OperationalError as exc:
            raise _translate(exc, self.engine) from exc

    def scrub(self) -> bool:
        """Take what was deleted out of the files now; false where a reader is in the way.

        SQLite: deleted content is overwritten as it is deleted, and the write-ahead log, which
        has it still, is emptied here (else when the last process closes the database).
        PostgreSQL: autovacuum frees the space; its files are the server's.
        """
        if self.dialect != "sqlite":
            return True
        with self.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout=1000")
            try:
                row = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
            finally:
                connection.exec_driver_sql(f"PRAGMA busy_timeout={_BUSY_SECONDS * 1000}")
        return row[0] == 0

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def default_url(home: Path) -> str:
    """Return the URL of the embedded database in the home folder."""
    return f"sqlite:///{home / 'jobtracker.db'}"


def open_store(url: str, home: Path) -> Store:
    """Open the store and bring its schema up to date.

    Raises:
        BadInput: the URL is not one that SQLAlchemy knows, or the file is no database.
        Unavailable: the database or the folder cannot be written.
    """
    engine = _engine(url or default_url(home))
    try:
        _migrate(engine, home)
    except OperationalError as exc:
        engine.dispose()
        raise _translate(exc, engine) from exc
    except DatabaseError as exc:
        engine.dispose()
        raise BadInput(
            f"{_name(engine)} is not a usable database ({exc.orig}); "
            "move it away or restore a backup"
        ) from exc
    return Store(engine)


def _engine(url: str) -> Engine:
    try:
        parsed = sa.make_url(url)
        if parsed.get_backend_name() == "sqlite":
            engine = sa.create_engine(parsed, connect_args={"timeout": _BUSY_SECONDS})
            event.listen(engine, "connect", _sqlite_pragmas)
            return engine
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        return sa.create_engine(parsed, pool_pre_ping=True, pool_size=5, max_overflow=15)
    except (SQLAlchemyError, ImportError) as exc:
        raise BadInput(
            "setting store.url (JOBTRACKER_STORE__URL) is not a usable database URL: "
            f"{str(exc).splitlines()[0]}; leave it empty for SQLite, or pip install "
            "'job-tracker-pro[postgres]' and write postgresql://user@host/name"
        ) from exc


def _sqlite_pragmas(connection: sqlite3.Connection, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        "cache_size=-16000",
        "secure_delete=ON",  # what a person has forgotten leaves the file, not only the index
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _name(engine: Engine) -> str:
    return engine.url.database or engine.url.render_as_string(hide_password=True)


def _translate(exc: OperationalError, engine: Engine) -> Unavailable:
    reason = str(exc.orig).splitlines()[0] if exc.orig else "no answer"
    hints = {
        "readonly": "make it writable or set JOBTRACKER_HOME to another folder",
        "unable to open": "make the folder writable or set JOBTRACKER_HOME to another one",
        "full": "free some disk space",
        "locked": "another process is writing for long; try again",
    }
    hint = next((text for word, text in hints.items() if word in reason), "check that it runs")
    return Unavailable(f"the database {_name(engine)} cannot be used ({reason}); {hint}")


@cache
def migration_heads() -> frozenset[str]:
    """Return the newest revision of each branch, read from the files without importing Alembic."""
    revisions: set[str] = set()
    parents: set[str] = set()
    for file in (MIGRATIONS / "versions").glob("*.py"):
        text = file.read_text(encoding="utf-8")
        revisions.update(re.findall(r'^revision\b[^=]*= "([^"]+)"', text, re.M))
        parents.update(re.findall(r'^down_revision\b[^=]*= "([^"]+)"', text, re.M))
    return frozenset(revisions - parents)


def _applied(engine: Engine) -> frozenset[str]:
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return frozenset()
        rows: Iterator[Any] = connection.execute(sa.text("select version_num from alembic_version"))
        return frozenset(row[0] for row in rows)


def _migrate(engine: Engine, home: Path) -> None:
    """Upgrade all branches, behind a lock, unless the schema is already the newest."""
    if _applied(engine) == migration_heads():
        return
    from filelock import FileLock

    with FileLock(home / "migrate.lock", timeout=60):
        if _applied(engine) == migration_heads():
            return
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                # The file keeps processes of this machine in turn, this lock those of others.
                connection.execute(sa.text(f"select pg_advisory_xact_lock({_MIGRATION_LOCK})"))
            config.attributes["connection"] = connection
            command.upgrade(config, "heads")
