"""How many workers a machine or its control group has room for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jobtracker.core.errors import BadInput, NotSupported
from jobtracker.core.settings import WorkerSettings, load_settings
from jobtracker.core.workers_limits import Budget, budget, check_cap, memory_mb


def settings(**changes: Any) -> WorkerSettings:
    return load_settings().workers.model_copy(update=changes)


def machine(root: Path, files: dict[str, str]) -> Path:
    for name, text in {"proc/meminfo": "MemTotal:  16777216 kB\n", **files}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, 16384),
        ({"proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/b/memory.max": "max\n"}, 16384),
        (
            {
                "proc/self/cgroup": "0::/a/b\n",
                "sys/fs/cgroup/a/b/memory.max": "max\n",
                "sys/fs/cgroup/a/memory.max": str(4 << 30),
            },
            4096,
        ),
        (  # in a container the path is the host's
            {"proc/self/cgroup": "0::/../../x\n", "sys/fs/cgroup/memory.max": str(2 << 30)},
            2048,
        ),
        (
            {
                "proc/self/cgroup": "9:cpu:/\n4:memory:/docker/1\n",
                "sys/fs/cgroup/memory/docker/1/memory.limit_in_bytes": str(3 << 30),
                "sys/fs/cgroup/memory/memory.limit_in_bytes": str((1 << 63) - 4096),
            },
            3072,
        ),
        ({"proc/self/cgroup": "nonsense\n"}, 16384),
    ],
)
def test_the_least_of_machine_and_groups_counts(
    tmp_path: Path, files: dict[str, str], expected: int
) -> None:
    assert memory_mb(machine(tmp_path, files)) == expected


def test_a_system_that_says_nothing_is_taken_at_its_settings(tmp_path: Path) -> None:
    assert memory_mb(tmp_path) is None
    assert budget(settings(count=6), None) == Budget(6, 2048)


@pytest.mark.parametrize(
    ("available", "expected"),
    [(16384, Budget(6, 2048)), (8192, Budget(3, 2048)), (2048, Budget(1, 1024))],
)
def test_auto_takes_what_fits(available: int, expected: Budget) -> None:
    assert budget(settings(), available) == expected


def test_a_number_that_does_not_fit_is_refused_with_the_ways_out() -> None:
    with pytest.raises(BadInput, match=r"6 workers of 2048 MB .*8192 MB.*OVERCOMMIT"):
        budget(settings(count=6), 8192)
    with pytest.raises(BadInput, match="reserve"):
        budget(settings(), 1100)
    promised = budget(settings(count=6, overcommit=True), 8192)
    assert (promised.workers, promised.memory_mb, promised.room_mb) == (6, 2048, 7168)
    assert budget(settings(count=3, overcommit=True), 8192).room_mb == 6144


@pytest.mark.parametrize("count", [0, -1, 10_000, "0", "10000"])
def test_no_worker_or_ten_thousand_name_the_setting(count: int | str) -> None:
    with pytest.raises(BadInput, match=r"JOBTRACKER_WORKERS__COUNT.*1 to 256, or auto"):
        load_settings(workers={**load_settings().workers.model_dump(), "count": count})


def test_a_number_may_be_written_and_auto_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().workers.count == 0
    monkeypatch.setenv("JOBTRACKER_WORKERS__COUNT", "3")
    assert load_settings().workers.count == 3


def test_where_no_limit_is_enforced_a_setting_goes_on() -> None:
    with pytest.raises(NotSupported, match="UNCAPPED"):
        check_cap(settings(), "darwin")
    check_cap(settings(uncapped=True), "darwin")
    check_cap(settings(), "linux")
