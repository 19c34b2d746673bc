import pytest

from jobtracker.calendars import accuracy
from jobtracker.calendars.bench import sample_calendar
from jobtracker.calendars.reading import read_entries


@pytest.mark.parametrize(("suite", "least"), [("invitations", 0.95), ("times", 0.85)])
def test_the_suites_are_read_mostly_right(suite: str, least: float) -> None:
    share, total = accuracy.score(suite)
    assert total >= 50 and share >= least


def test_a_wrong_field_is_named_with_both_values() -> None:
    case = {"inputs": {"text": "Interview on 3 December at 10:00"},
            "expected_output": {"times": ["2026-12-03T11:00"], "method": "REQUEST"}}  # fmt: skip
    assert accuracy.wrong("invitations", case) == {
        "times": (["2026-12-03T11:00"], ["2026-12-03T10:00"])
    }


def test_the_bench_calendar_is_a_third_recurring() -> None:
    entries, warnings = read_entries(sample_calendar(300))
    assert len(entries) == 300 and warnings == []
    assert sum(entry.rule is not None for entry in entries) == 100
