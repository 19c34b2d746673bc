"""The suite `evals/letters.yaml`: messages say their facts and nothing else."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest
import yaml

from jobtracker.applications.drafting import write
from jobtracker.applications.pipeline import State
from jobtracker.core.paths import asset_dir

CASES = [
    case
    for case in yaml.safe_load((asset_dir("evals") / "letters.yaml").read_text("utf-8"))["cases"]
    if case["inputs"]["writer"] == "follow_up"
]
NOW = datetime.fromisoformat("2026-11-23T10:00:00+01:00")


def drafted(inputs: dict[str, Any]) -> dict[str, Any]:
    state = State(id="app_1", user="anna", status_on="2026-11-01", **inputs["state"])
    if contact := inputs.get("contact"):
        state.parts["c"] = {"id": "c", "kind": "contact", "data": {"name": contact}}
    if start := inputs.get("interview"):
        state.parts["r"] = {"id": "r", "kind": "round", "data": {"start": start}}
    return write(state, inputs["tone"], inputs["language"], "Anna Muster", NOW)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_follow_up_says_its_facts_and_nothing_else(case: dict[str, Any]):
    draft = drafted(case["inputs"])
    text = f"{draft['subject']}\n{draft['text']}"
    for words in case["expected_output"]["must"]:
        assert words in text
    for words in case["expected_output"]["must_not"]:
        assert words not in text
    assert set(re.findall(r"\d+", text)) <= set(re.findall(r"\d+", " ".join(draft["facts"])))
