"""The list of OWASP ASVS 5.0.0, level 2: no item without a test or a reason."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.web.asvs_items import ELSEWHERE, ITEMS, NOT_TESTED

ROOT = Path(__file__).resolve().parents[2]
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def _tests_of(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, FUNCTIONS)}


def test_every_item_is_tested_or_has_a_reason() -> None:
    here = {
        ".".join(name.removeprefix("test_v").split("_")[:3])
        for file in Path(__file__).parent.glob("test_asvs*.py")
        for name in _tests_of(file)
        if re.match(r"test_v\d+_\d+_\d+_", name)
    }
    places = {"here": here, "elsewhere": set(ELSEWHERE), "not tested": set(NOT_TESTED)}
    assert {one for found in places.values() for one in found - ITEMS} == set()
    assert ITEMS - set().union(*places.values()) == set()
    twice = [one for one in ITEMS if sum(one in found for found in places.values()) > 1]
    assert twice == []
    assert all(reason.strip() for reason in NOT_TESTED.values())


@pytest.mark.parametrize(("item", "where"), ELSEWHERE.items(), ids=list(ELSEWHERE))
def test_the_test_that_proves_an_item_exists(item: str, where: str) -> None:
    file, _, name = where.partition("::")
    assert name in _tests_of(ROOT / file)


def test_every_gap_is_named_in_the_document() -> None:
    told = (ROOT / "docs/security.md").read_text(encoding="utf-8")
    gaps = [item for item, reason in NOT_TESTED.items() if reason.startswith("gap")]
    assert gaps
    for item in gaps:
        assert re.search(rf"\b{re.escape(item)}\b", told), item
