"""The garbage collector rests while a process starts, and works as usual afterwards."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from jobtracker.core import collector


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before, watchers = gc.get_threshold(), list(gc.callbacks)
    gc.collect()
    yield
    gc.set_threshold(*before)
    gc.callbacks[:] = watchers


def test_it_does_not_run_while_the_process_starts() -> None:
    runs: list[str] = []
    collector.start_without_collecting()
    gc.callbacks.append(lambda phase, _info: runs.append(phase))
    kept = [[number] for number in range(collector.STARTED // 4)]
    assert len(kept) and runs == []


def test_after_the_start_what_lives_is_walked_no_more_and_new_garbage_goes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(collector, "STARTED", 1000)
    frozen = gc.get_freeze_count()
    collector.start_without_collecting()
    kept = [[number] for number in range(2000)]
    assert gc.get_freeze_count() >= frozen + 1000 and len(kept) == 2000
    assert gc.get_threshold() == collector.USUAL
    runs: list[str] = []
    gc.callbacks.append(lambda phase, _info: runs.append(phase))
    later = [[number] for number in range(collector.USUAL[0] + 1000)]
    assert len(later) and runs
