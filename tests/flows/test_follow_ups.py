"""What is said next means what was talked of: pay, a saved search, the hour of an interview."""

from typing import Any

from tests.flows.conftest import Talk


def arguments(turn: Any, tool: str) -> dict[str, Any]:
    return next(call["arguments"] for call in turn.tool_calls if call["tool"] == tool)


def test_pay_is_asked_on_and_then_searched(talk: Talk) -> None:
    turns = talk("what do tilers earn in Bern", "and in Geneva?", "and welders?", "search there")
    asked = [arguments(turn, "salary_insight") for turn in turns[:3]]
    assert [one["location"] for one in asked] == ["Bern", "Geneva", "Geneva"]
    assert [one["title"] for one in asked] == ["tilers", "tilers", "welders"]
    searched = arguments(turns[3], "search_jobs")
    assert searched["query"] == "welders" and searched["location"] == "Geneva"


def test_searches_carry_what_is_avoided_and_the_workload(talk: Talk) -> None:
    turns = talk("never show me consulting", "engineer in Zurich 80%", "only 60%")
    first, then = (arguments(turn, "search_jobs") for turn in turns[1:])
    assert first["avoid"] == then["avoid"] == ["consulting"]
    assert first["query"].endswith("80%") and then["query"].endswith("60%")
    assert "80%" not in then["query"]


def test_another_day_at_the_same_time(talk: Talk) -> None:
    turns = talk(
        "schedule an interview with Oak Nursery as a gardener on Thursday at 10:30",
        "yes",
        "move it to Friday, same time",
        "yes",
    )
    assert turns[3].tool_calls[-1]["arguments"]["start"] == "2026-11-27T10:30:00+01:00"


def test_two_employers_are_two_applications(talk: Talk) -> None:
    turns = talk("I applied to Geberit and to Sika as a fitter", "what's open?")
    kept = turns[1].tool_calls[-1]["result"]["applications"]
    assert {one["company"] for one in kept} == {"Geberit", "Sika"}
