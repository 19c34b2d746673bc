"""What tests begin with is what the real code makes."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from jobtracker.core.bootstrap import Core
from jobtracker.core.settings import load_settings
from jobtracker.jobs.model import SearchRequest
from jobtracker.jobs.service import JobService
from tests.ready import Ready

MEANT = ("", "python", "Koch in Bern", "nurse", "comptable Genève")


def _made(home: Path) -> tuple[dict[str, list[Any]], list[list[str]]]:
    """Return the rows of a new home's tables and what is found in it."""
    core = Core(load_settings(home=str(home), now="2026-11-23T09:00:00+01:00"))
    jobs = JobService(core)
    found = [
        [job.job_id for job in jobs.search("ann", SearchRequest(query=query, limit=50)).jobs]
        for query in MEANT
    ]
    core.close()
    database = sqlite3.connect(home / "jobtracker.db")
    tables = [
        name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    ]
    plain = [name for name in tables if not name.startswith("job_terms")]
    rows = {name: sorted(map(repr, database.execute(f"SELECT * FROM {name}"))) for name in plain}
    database.close()
    # A random key of the home's own, with which cursors are sealed.
    rows["job_state"] = [row for row in rows["job_state"] if not row.startswith("('cursor")]
    return {**rows, "tables": sorted(tables)}, found


def test_a_copied_home_is_like_one_that_was_made(
    tmp_path: Path, _ready: Ready, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied, again = _made(tmp_path / "copied"), _made(tmp_path / "again")
    monkeypatch.setattr(_ready, "wanted", False)
    real = _made(tmp_path / "real")
    for name, rows in real[0].items():
        assert copied[0][name] == rows == again[0][name], name
    assert copied[1] == again[1] == real[1]
    assert real[0]["job_postings"] and all(real[1])
