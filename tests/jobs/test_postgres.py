"""The same searches on PostgreSQL's text index; skipped where no server listens on loopback."""

import secrets
import socket
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from jobtracker.core.bootstrap import Core
from jobtracker.core.identity import SHARED_USER
from jobtracker.core.settings import load_settings
from jobtracker.jobs.model import RawPosting, SearchRequest
from jobtracker.jobs.service import JobService
from jobtracker.jobs.tables import PostingRow

sys.path.insert(0, str(Path(__file__).parent))
from test_service import NURSE, board

ADMIN = "postgresql://postgres@127.0.0.1:5432/postgres"


@pytest.fixture
def jobs(tmp_path: Path) -> Iterator[JobService]:
    psycopg = pytest.importorskip("psycopg")
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", 5432)):
            pytest.skip("no PostgreSQL on 127.0.0.1:5432")
    name = f"jobs_{secrets.token_hex(6)}"
    with psycopg.connect(ADMIN, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
    settings = load_settings(home=str(tmp_path / "home"), now="2026-11-23T09:00:00+01:00")
    settings.store.url = f"postgresql://postgres@127.0.0.1:5432/{name}"
    settings.search.samples = False
    core = Core(settings)
    try:
        yield JobService(core)
    finally:
        core.close()
        with psycopg.connect(ADMIN, autocommit=True) as admin:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def found(jobs: JobService, query: str) -> set[str]:
    return {job.title for job in jobs.search("ada", SearchRequest(query=query)).jobs}


def test_words_synonyms_and_beginnings_are_found_and_new_rows_join_old_answers(
    jobs: JobService,
) -> None:
    jobs.import_payload("ada", board(NURSE, {"title": "Softwareentwickler C++"}))
    assert found(jobs, "infirmière") == {NURSE["title"]}
    assert found(jobs, "Softwareentw") == {"Softwareentwickler C++"}
    assert found(jobs, "C++") == {"Softwareentwickler C++"}
    again = jobs.import_payload("ada", board(NURSE))
    assert again.job_id is not None
    jobs.import_payload("ada", board({"title": "Infirmier", "id": 77}))
    assert found(jobs, "infirmière") == {NURSE["title"], "Infirmier"}
    assert jobs.similar("ada", again.job_id).jobs


@pytest.mark.parametrize(
    "query", ['"', "a OR b", "' & x", "x:*", "!a", "(", "\\", "a <-> b", "\x00"]
)
def test_no_query_is_syntax(jobs: JobService, query: str) -> None:
    assert jobs.search("ada", SearchRequest(query=query)).total >= 0


def test_what_is_listed_again_just_so_is_noted_as_seen_and_waits_for_nobody(
    jobs: JobService,
) -> None:
    given = [
        RawPosting(source="greenhouse", external_id=str(n), title=f"Nurse {n}") for n in range(3)
    ]
    keep = jobs._index.keep  # pyright: ignore[reportPrivateUsage]
    keep(SHARED_USER, given)
    clock = jobs.core.clock
    first = clock.now()
    jobs.core.clock = type(clock)(clock.zone, first + timedelta(hours=30))
    with jobs.core.store.begin() as other:
        held = sa.select(PostingRow.job_id).where(PostingRow.title == "Nurse 1").with_for_update()
        assert other.scalar(held)
        keep(SHARED_USER, given)
    with jobs.core.store.begin() as session:
        query = sa.select(PostingRow.title, PostingRow.last_seen).order_by(PostingRow.title)
        seen = [(title, moment - first) for title, moment in session.execute(query)]
    day = timedelta(hours=30)
    assert seen == [("Nurse 0", day), ("Nurse 1", timedelta(0)), ("Nurse 2", day)]
