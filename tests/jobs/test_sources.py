import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobtracker.core.errors import BadInput, ContractChanged, JobTrackerError
from jobtracker.jobs import importing
from jobtracker.jobs.sources import REGISTRY, port, source_class
from jobtracker.jobs.sources.port import Capability

sys.path.insert(0, str(Path(__file__).parent))
from wire import ANSWERS, EMPTY

HELPERS = {
    "__init__", "port", "fields", "shapes", "structured", "schema_org", "mcp_wire", "jobspy_rows",
}  # fmt: skip
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
PARSING = [n for n in REGISTRY if n in ANSWERS]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["jobs", "data", "id", "title", "content", "results", "location", "url"]
            )
            | st.text(max_size=6),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


def test_the_table_names_exactly_the_files() -> None:
    folder = Path(port.__file__).parent
    assert {path.stem for path in folder.glob("*.py")} - HELPERS == set(REGISTRY)


@pytest.mark.parametrize("name", REGISTRY)
def test_every_source_opens_with_its_card(name: str) -> None:
    info = source_class(name).info
    assert info.name == name
    assert info.title and info.terms_url.startswith("https://")
    assert info.per_minute > 0


def test_every_source_that_can_be_read_has_an_example() -> None:
    readable = {n for n in REGISTRY if Capability.PARSE in source_class(n).info.capabilities}
    by_page = {n for n in REGISTRY if source_class(n).info.status == "by_page_only"}
    assert readable - by_page == set(ANSWERS)


@pytest.mark.parametrize("name", PARSING)
def test_an_answer_is_translated(name: str) -> None:
    payload, board, expected = ANSWERS[name]
    first, *rest = source_class(name).parse(payload, board)
    assert not rest
    assert first.source == name
    assert first.external_id
    assert (first.title, first.company) == (expected["title"], expected["company"])
    if "place" in expected:
        assert first.places[0].name == expected["place"]
    if "mode" in expected:
        assert first.work_mode == expected["mode"]
    if "pay" in expected:
        assert (first.salary.min if first.salary else None) == expected["pay"]
    if "day" in expected:
        assert first.posted_at is not None
        assert first.posted_at.date().isoformat() == expected["day"]
    if "workload" in expected:
        assert first.workload is not None
        assert (first.workload.min, first.workload.max) == expected["workload"]
    if "text" in expected:
        assert first.text == expected["text"]


@pytest.mark.parametrize("name", PARSING)
def test_an_answer_is_recognised_by_its_shape(name: str) -> None:
    payload, _, _ = ANSWERS[name]
    assert {posting.source for posting in importing.parse_payload(payload)} == {name}


@pytest.mark.parametrize("name", EMPTY)
def test_an_empty_board_is_healthy(name: str) -> None:
    assert source_class(name).parse(EMPTY[name], "umbra/1") == []


@pytest.mark.parametrize("name", [n for n in PARSING if isinstance(ANSWERS[n][0], dict | list)])
@pytest.mark.parametrize("changed", [{"error": "gone"}, "<html></html>", 5, None, {"jobs": "no"}])
def test_another_shape_is_a_changed_contract(name: str, changed: Any) -> None:
    if name == "page":
        pytest.skip("a page is any page")
    with pytest.raises(ContractChanged, match=r"\w"):
        source_class(name).parse(changed, "umbra")


@pytest.mark.parametrize("name", [n for n in PARSING if isinstance(ANSWERS[n][0], dict)])
def test_rows_without_their_fields_are_a_changed_contract(name: str) -> None:
    def emptied(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: emptied(v) for k, v in value.items()}
        return [{"unexpected": 1} for _ in value] if isinstance(value, list) else value

    with pytest.raises(ContractChanged, match="has changed"):
        source_class(name).parse(emptied(ANSWERS[name][0]), "umbra")


def test_one_broken_row_loses_no_other() -> None:
    payload = {"jobs": [None, {"title": "x"}, *ANSWERS["greenhouse"][0]["jobs"]]}
    assert len(source_class("greenhouse").parse(payload)) == 1


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(JSON)
def test_no_payload_makes_a_parser_fall_over(payload: Any) -> None:
    for name in REGISTRY:
        try:
            source_class(name).detects(payload)
            source_class(name).parse(payload, "umbra/x")
        except JobTrackerError:
            continue


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", BadInput), ("   ", BadInput), ("{", BadInput), ("[1, 2", BadInput), ("{}", BadInput),
        ('{"a": 1}', BadInput), ("[" * 100_000, BadInput), ("just words", BadInput),
        ("<html><body>nothing</body></html>", JobTrackerError),
        ("<workzag-jobs><x>", ContractChanged),
        ('<!DOCTYPE x [<!ENTITY a "b">]><workzag-jobs>&a;</workzag-jobs>', ContractChanged),
    ],
)  # fmt: skip
def test_what_is_no_answer_gets_one_clear_error(text: str, kind: type[Exception]) -> None:
    with pytest.raises(kind) as caught:
        importing.parse_payload(text)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "name", "board"),
    [
        ("https://boards.greenhouse.io/umbra/jobs/1", "greenhouse", "umbra"),
        ("https://jobs.lever.co/umbra/0a0a", "lever", "umbra"),
        ("https://jobs.ashbyhq.com/umbra", "ashby", "umbra"),
        ("https://umbra.jobs.personio.de/job/9?language=de", "personio", "umbra"),
        (
            "https://umbra.wd3.myworkdayjobs.com/en-US/Careers/job/Z/B",
            "workday",
            "umbra.wd3/Careers",
        ),
        ("https://apply.workable.com/umbra/j/AB12/", "workable", "umbra"),
        ("https://umbra.recruitee.com/o/x", "recruitee", "umbra"),
    ],
)
def test_a_board_is_found_from_its_url(url: str, name: str, board: str) -> None:
    assert source_class(name).board_of(url) == board
    others = [n for n in REGISTRY if n != name and source_class(n).board_of(url)]
    assert others == []


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2026-11-02T09:15:00-05:00", "2026-11-02"), ("2026-11-02", "2026-11-02"),
        (1793577600, "2026-11-02"), (1793577600000, "2026-11-02"), ("02/11/2026", "2026-11-02"),
        ("Nov 2, 2026", "2026-11-02"), ("02-Nov-2026", "2026-11-02"), ("soon", None), (0, None),
        ("2026-11-02 09:00:00 UTC", "2026-11-02"),
        ("Mon, 02 Nov 2026 09:00:00 +0100", "2026-11-02"),
        ("Posted 3 Days Ago", "2026-11-20"), ("Posted Yesterday", "2026-11-22"), (True, None),
    ],
)  # fmt: skip
def test_vendors_dates_are_read(value: Any, day: str | None) -> None:
    found = port.moment(value, NOW)
    assert (found.date().isoformat() if found else None) == day
