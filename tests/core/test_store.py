"""The store: migrated once, whoever comes first; clear when it cannot be used."""

import sqlite3
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from jobtracker.core.bootstrap import Core
from jobtracker.core.errors import BadInput, Unavailable
from jobtracker.core.events import Event, EventLog
from jobtracker.core.settings import load_settings
from jobtracker.core.store import migration_heads, open_store

POSTGRES = "postgresql://root@127.0.0.1:5432/postgres"


@pytest.mark.usefixtures("real_store")
def test_a_fresh_home_gets_every_branch(tmp_path: Path) -> None:
    store = open_store("", tmp_path)
    with store.engine.connect() as connection:
        applied = {row[0] for row in connection.execute(sa.text("select * from alembic_version"))}
    store.close()
    assert applied == migration_heads() and {"core_0002", "agent_0001"} <= applied


@pytest.mark.usefixtures("real_store")
def test_many_openers_at_once_migrate_once(tmp_path: Path) -> None:
    failures: list[BaseException] = []

    def opener() -> None:
        try:
            open_store("", tmp_path).close()
        except BaseException as exc:  # noqa: BLE001
            failures.append(exc)

    threads = [threading.Thread(target=opener) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "jobtracker.db").write_bytes(b"not a database at all, just text" * 50)
    with pytest.raises(BadInput, match=r"jobtracker\.db"):
        open_store("", tmp_path)


def test_an_unknown_url_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="JOBTRACKER_STORE__URL"):
        open_store("oracle-ish://x", tmp_path)


def test_a_home_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file")
    with pytest.raises(Unavailable, match="JOBTRACKER_HOME"):
        _ = Core(load_settings(home=str(tmp_path / "home"))).home


def test_an_error_rolls_back(core: Core) -> None:
    log = EventLog()
    at = datetime(2026, 1, 1, tzinfo=UTC)
    with pytest.raises(ZeroDivisionError), core.store.begin() as session:
        log.append(session, Event("ann", "x.y", "s", at))
        raise ZeroDivisionError
    assert list(log.replay(core.store)) == []


def test_events_replay_in_order_per_user_and_from_any_point(core: Core) -> None:
    log = EventLog()
    at = datetime(2026, 1, 1, tzinfo=UTC)
    seen: list[int] = []
    log.subscribe("n.counted", lambda session, event: seen.append(event.data["n"]))
    with core.store.begin() as session:
        for number in range(25):
            user = "ann" if number % 2 else "bob"
            log.append(session, Event(user, "n.counted", str(number), at, {"n": number}))
    assert seen == list(range(25))
    replayed = [event.data["n"] for event in log.replay(core.store, batch=7)]
    assert replayed == list(range(25))
    anns = list(log.replay(core.store, user="ann", batch=3))
    assert [event.data["n"] for event in anns] == list(range(1, 25, 2))
    later = log.replay(core.store, after=anns[3].seq)
    assert next(iter(later)).data["n"] == 8


def test_a_locked_database_is_waited_for(core: Core) -> None:
    _ = core.store
    other = sqlite3.connect(
        core.home / "jobtracker.db", isolation_level=None, check_same_thread=False
    )
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(0.3, lambda: other.execute("COMMIT"))
    release.start()
    with core.store.begin() as session:
        EventLog().append(session, Event("ann", "a.b", "s", core.clock.now()))
    release.join()
    other.close()


def test_the_same_schema_on_postgresql(tmp_path: Path) -> None:
    psycopg = pytest.importorskip("psycopg")
    try:
        admin = psycopg.connect(POSTGRES, autocommit=True, connect_timeout=2)
    except psycopg.OperationalError:
        pytest.skip("no PostgreSQL on 127.0.0.1:5432")
    name = f"jobtracker_test_{tmp_path.name.replace('-', '_')}_{id(tmp_path)}"
    admin.execute(f'CREATE DATABASE "{name}"')
    try:
        store = open_store(POSTGRES.rsplit("/", 1)[0] + f"/{name}", tmp_path)
        log = EventLog()
        with store.begin() as session:
            log.append(session, Event("ann", "a.b", "s", datetime(2026, 1, 1, tzinfo=UTC)))
        assert [event.kind for event in log.replay(store)] == ["a.b"]
        store.close()
    finally:
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        admin.close()
