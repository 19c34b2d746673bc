"""The outreach cases of `evals/letters.yaml`: messages say their facts and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from jobtracker.coaching.model import Fact
from jobtracker.coaching.outreach import write
from jobtracker.core.paths import asset_dir

CASES = [
    case
    for case in yaml.safe_load((asset_dir("evals") / "letters.yaml").read_text("utf-8"))["cases"]
    if case["inputs"]["writer"] == "outreach"
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_message_says_its_facts_and_nothing_else(case: dict[str, Any]):
    inputs, expected = case["inputs"], case["expected_output"]
    facts = {name: Fact(text=text, source="given") for name, text in inputs["facts"].items()}
    draft = write(inputs["kind"], inputs["language"], inputs["tone"], facts, "Anna Muster")
    text = f"{draft['subject']}\n{draft['text']}"
    for words in expected["must"]:
        assert words in text
    for words in expected["must_not"]:
        assert words not in text
    assert not any(letter.isdigit() for letter in text.replace("{0}", ""))
    assert len(draft["text"]) <= expected.get("max_chars", 2000)
