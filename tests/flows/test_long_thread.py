"""A thread that is talked in for weeks: each turn costs what the first did, and says the same."""

from pathlib import Path

from tests.flows.conftest import Talk

ROUND = (
    "find engineer jobs in Zurich",
    "more",
    "tell me more about the first one",
    "only remote",
    "what can you do",
    "what is in my calendar tomorrow?",
    "hello",
    "what's open?",
)
PER_TURN = 40_000
"""Bytes that a turn may add at most; a transcript of it takes about 4,000."""


def stored(home: Path) -> int:
    files = (path for path in home.rglob("*") if path.is_file() and "vectors" not in path.parts)
    return sum(path.stat().st_size for path in files)


def test_a_long_thread_grows_by_what_is_said_alone(talk: Talk, home: Path) -> None:
    first = talk(*ROUND * 3)
    before = stored(home)
    later = talk(*ROUND * 9)
    assert stored(home) - before < PER_TURN * len(later)
    assert [turn.reply for turn in later[-8:]] == [turn.reply for turn in first[-8:]]
    assert [turn.intent for turn in later[-8:]] == [turn.intent for turn in first[:8]]
