"""What the tests of the durable jobs share."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from pydantic import BaseModel

from jobtracker.core.bootstrap import Core
from jobtracker.core.durable import JobKind
from jobtracker.core.settings import load_settings
from tests.core.postgres_server import postgres_server

SERVER = "postgresql+psycopg://root@127.0.0.1:5432/postgres"
PATIENCE = 240.0


class Note(BaseModel):
    """A payload."""

    number: int = 0


NOTE = JobKind("test.note", Note, attempts=3, wait_seconds=0.01)


def wait_until(condition: Callable[[], bool], what: str) -> None:
    """Wait until it holds; fail after a deadline that no machine needs."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain until {what}"
        time.sleep(0.02)


@contextmanager
def postgres() -> Iterator[str]:
    """A database of the test's own: of the server on loopback, else of a server of its own."""
    engine = sa.create_engine(SERVER, isolation_level="AUTOCOMMIT")
    name = f"jobtracker_{uuid.uuid4().hex[:12]}"
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql(f'create database "{name}"')
    except sa.exc.OperationalError:
        engine.dispose()
        with postgres_server() as server:
            yield server.url
        return
    try:
        yield f"postgresql://root@127.0.0.1:5432/{name}"
    finally:
        with engine.connect() as connection:
            connection.exec_driver_sql(f'drop database "{name}" with (force)')
        engine.dispose()


def open_core(home: Path, url: str = "", now: datetime | None = None) -> Core:
    """A core whose engine looks often."""
    durable: dict[str, object] = {
        "concurrency": 4,
        "poll_seconds": 0.05,
        "keep_days": 30,
        "grace_seconds": 2,
    }
    durable["handlers"] = []
    fixed = now.isoformat() if now else ""
    return Core(
        load_settings(
            home=str(home), store={"url": url}, durable=durable, now=fixed, timezone="Europe/Zurich"
        )
    )
