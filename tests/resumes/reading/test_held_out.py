"""Files of other programs: browsers, typst, reportlab, Word with tables and boxes, ODT, RTF."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from jobtracker.resumes.accuracy import Tally, cases, compare, read_case
from jobtracker.resumes.reading.reader import read

FOLDER = Path(__file__).parent.parent / "data" / "held_out"
GOLD: dict[str, Any] = yaml.safe_load((FOLDER / "gold.yaml").read_text(encoding="utf-8"))


def _tally(name: str) -> Tally:
    found = read((FOLDER / name).read_bytes(), name).resume.to_json()
    return compare(found, GOLD["people"][GOLD["files"][name]])


@pytest.mark.parametrize("name", GOLD["files"])
def test_a_file_of_another_program_is_read_nearly_whole(name: str) -> None:
    assert _tally(name).f1 >= 0.85


def test_all_files_together_are_read_field_by_field() -> None:
    total = Tally()
    for name in GOLD["files"]:
        total += _tally(name)
    assert len(GOLD["files"]) >= 40
    assert total.f1 >= 0.98


@pytest.mark.parametrize("case", cases("resume_layouts"), ids=lambda case: case["name"])
def test_a_layout_that_is_not_ours_is_read_nearly_whole(case: dict[str, Any]) -> None:
    assert read_case(case["inputs"]).f1 >= case["expected_output"]
