"""Processes that do durable jobs are killed at random: nothing is lost, nothing done twice."""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from jobtracker.core.bootstrap import Core
from tests.core.durable import worker_process
from tests.core.durable.crew import ROOT, Crew
from tests.core.durable.helpers import NOTE, Note, open_core, postgres, wait_until

NOTES = 22
KILLS = 3

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def crew_of(home: Path, url: str) -> Crew:
    markers = home / "markers"
    markers.mkdir(parents=True, exist_ok=True)
    return Crew([sys.executable, worker_process.__file__, str(home), url, str(markers)])


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    with ExitStack() as stack:
        yield "" if request.param == "sqlite" else stack.enter_context(postgres())


def written(core: Core) -> Counter[str]:
    return Counter(event.subject for event in core.events.replay(core.store))


def test_each_note_is_written_once_whoever_is_killed(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    core = open_core(tmp_path, url)
    with core.store.begin() as session:
        jobs = [
            core.durable.enqueue(session, NOTE, Note(number=number), user="ann")
            for number in range(1, NOTES + 1)
        ]
    crew, chance = crew_of(tmp_path, url), random.Random(7)
    try:
        for kill in range(KILLS):
            enough = (kill + 1) * NOTES // (KILLS + 2)

            def far_enough(enough: int = enough) -> bool:
                crew.fill()
                return len(written(core)) >= enough

            wait_until(far_enough, f"{enough} notes are written")
            crew.kill_one(chance)

        def all_done() -> bool:
            crew.fill()
            return core.durable.backlog() == 0

        wait_until(all_done, "all notes are written")
    finally:
        crew.stop()
    assert written(core) == Counter({str(number): 1 for number in range(1, NOTES + 1)})
    assert {core.durable.get(job, "ann").state for job in jobs} == {"done"}
    assert crew.deaths >= KILLS
    core.close()


def test_a_step_is_not_done_again_by_who_takes_over(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Note 5 kills its process after the step; the next one writes the first one's value."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    core = open_core(tmp_path, url)
    with core.store.begin() as session:
        core.durable.enqueue(session, NOTE, Note(number=5), user="ann")
    crew = crew_of(tmp_path, url)
    try:
        crew.fill()
        first = {member.pid for member in crew.members}

        def done() -> bool:
            crew.fill()
            return core.durable.backlog() == 0

        wait_until(done, "the note is written")
    finally:
        crew.stop()
    (event,) = core.events.replay(core.store)
    assert event.data["first"] in first and event.data["pid"] != event.data["first"]
    core.close()
