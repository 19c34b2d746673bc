"""Several processes open one index for the first time, at once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from jobtracker.core.bootstrap import Core
from jobtracker.core.settings import Settings
from jobtracker.jobs.model import SearchRequest
from jobtracker.jobs.numbers import take_numbers
from jobtracker.jobs.service import JobService
from jobtracker.jobs.state import keep_state, state_once

pytestmark = pytest.mark.timeout(400)


def test_all_who_search_first_at_once_are_answered(settings: Settings) -> None:
    cores = [Core(settings.model_copy(deep=True)) for _ in range(4)]
    _ = cores[0].store  # migrated
    together = threading.Barrier(4)

    def search(core: Core) -> tuple[int, bytes]:
        jobs = JobService(core)
        together.wait(100)
        total = jobs.search("ann", SearchRequest(query="nurse")).total
        return total, jobs._sealing()  # pyright: ignore[reportPrivateUsage]

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(search, cores))
    assert len(set(found)) == 1, "the same postings, and cursors that each of them reads"
    for core in cores:
        core.close()


def test_a_value_is_kept_by_the_last_and_made_by_the_first(core: Core) -> None:
    with core.store.begin() as session:
        assert take_numbers(session, 5) == 1
        assert take_numbers(session, 2) == 6
        keep_state(session, "a", "one")
        keep_state(session, "a", "two")
        assert state_once(session, "a", "three") == "two"
        assert state_once(session, "b", "four") == "four"
