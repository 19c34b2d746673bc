"""The soak tells what grows: memory, files, connections, threads and the time of each kind."""

from __future__ import annotations

import pytest

from jobtracker.cli.bench_soak import Soak, compared
from jobtracker.cli.bench_soak_kinds import OVER_HTTP

LOOKED_AT = ("memory", "files", "connections", "threads")


def soaked(grows: str = "") -> Soak:
    """Ninety seconds in which one thing grows by a third in the last third, or nothing does."""
    soak = Soak()
    for second in range(90):
        for name in (*LOOKED_AT, *OVER_HTTP):
            grown = name == grows and second >= 60
            value = 100.0 * (1.6 if grown else 1.0) + second % 3
            soak.series.setdefault(name, []).append((float(second), value))
    return soak


def missed(soak: Soak) -> list[str]:
    return [row["name"] for row in compared(soak) if row["met"] is False]


def test_what_stays_as_it_is_is_met_though_the_start_was_different() -> None:
    soak = soaked()
    for name in LOOKED_AT:
        soak.series[name][:30] = [(at, 1.0) for at, _ in soak.series[name][:30]]
    assert missed(soak) == []


@pytest.mark.parametrize("name", LOOKED_AT)
def test_what_is_held_and_grows_is_missed(name: str) -> None:
    assert missed(soaked(name)) == [f"soak.{name}"]


@pytest.mark.parametrize("name", OVER_HTTP)
def test_a_kind_that_takes_longer_and_longer_is_missed(name: str) -> None:
    assert missed(soaked(name)) == [f"soak.{name}.p95"]


def test_an_error_is_missed_and_every_kind_is_counted() -> None:
    soak = soaked()
    soak.errors.append("turns: the server answered 500")
    soak.done["searches"] = 7
    assert missed(soak) == ["soak.errors"]
    done = {row["name"]: row["value"] for row in compared(soak) if row["unit"] == "done"}
    assert done["soak.searches"] == 7
    assert {"soak.turns", "soak.documents", "soak.mcp", "soak.vectors", "soak.cache"} <= set(done)
