"""The same searches on PostgreSQL's text index; skipped where no server listens on loopback."""

import secrets
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from jobtracker.core.bootstrap import Core
from jobtracker.core.settings import load_settings
from jobtracker.jobs.model import SearchRequest
from jobtracker.jobs.service import JobService

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
