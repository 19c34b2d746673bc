"""Two processes, and two machines on one PostgreSQL, that book at the same time."""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

BOOK = """
import sys
from jobtracker.calendars.booking import Wanted
from jobtracker.calendars.service import CalendarService
from jobtracker.core.bootstrap import Core
from jobtracker.core.errors import JobTrackerError
company, start = sys.argv[1:]
core = Core()
service = CalendarService(core)
wanted = Wanted(company, "", start, blocks=False)
service.booking.question("ann", wanted)
print("asked", flush=True)
sys.stdin.readline()
try:
    print("again" if service.booking.schedule("ann", wanted).already_booked else "booked")
except JobTrackerError as exc:
    print(exc.code)
service.close()
core.close()
"""


@pytest.fixture
def postgres() -> Iterator[str]:
    name = f"caltrack_{uuid.uuid4().hex[:10]}"
    admin = sa.create_engine(
        "postgresql+psycopg://postgres@127.0.0.1:5432/postgres", isolation_level="AUTOCOMMIT"
    )
    try:
        with admin.connect() as connection:
            connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    except OperationalError:
        pytest.skip("no PostgreSQL on loopback")
    yield f"postgresql://postgres@127.0.0.1:5432/{name}"
    with admin.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')
    admin.dispose()


def race(environment: dict[str, str], *companies: str, homes: list[Path]) -> list[str]:
    """Let each process ask its question, then book all at once; return what each said."""
    running = [
        subprocess.Popen(
            [sys.executable, "-c", BOOK, company, "2026-11-26T15:00"], text=True,
            env={**os.environ, "JOBTRACKER_NOW": "2026-11-23T09:00:00+01:00",
                 "JOBTRACKER_TIMEZONE": "Europe/Zurich", "JOBTRACKER_HOME": str(home),
                 **environment},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )
        for company, home in zip(companies, homes, strict=True)
    ]  # fmt: skip
    for process in running:
        assert process.stdout is not None and process.stdout.readline() == "asked\n"
    for process in running:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    return sorted(process.communicate(timeout=110)[0].strip() for process in running)


def events(folder: Path) -> int:
    return len(list(folder.glob("*.ics")))


def test_the_same_minute_is_booked_once_by_two_processes(tmp_path: Path) -> None:
    homes = [tmp_path, tmp_path]
    assert race({}, "Acme", "Beta", homes=homes) == ["bad_input", "booked"]
    assert events(tmp_path / "calendars" / "ann") == 1


def test_the_same_interview_from_two_processes_is_one_event(tmp_path: Path) -> None:
    homes = [tmp_path, tmp_path]
    assert race({}, "Acme", "acme", homes=homes) == ["again", "booked"]
    assert events(tmp_path / "calendars" / "ann") == 1


def test_two_machines_on_one_postgresql_book_the_minute_once(postgres: str, tmp_path: Path) -> None:
    shared = {"JOBTRACKER_STORE__URL": postgres, "JOBTRACKER_CALENDAR__FOLDER": str(tmp_path / "f")}
    homes = [tmp_path / "one", tmp_path / "two"]
    assert race(shared, "Acme", "Beta", homes=homes) == ["bad_input", "booked"]
    assert events(tmp_path / "f" / "ann") == 1
