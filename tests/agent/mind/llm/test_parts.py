"""The parts of the mind by themselves: tools, results, window, errors."""

from __future__ import annotations

import inspect
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobtracker.agent.mind.llm.failures import ModelFailed, retry_after, translate
from jobtracker.agent.mind.llm.lines import Asked, Line, to_messages
from jobtracker.agent.mind.llm.results import compact, shown
from jobtracker.agent.mind.llm.tokens import cut, estimate
from jobtracker.agent.mind.llm.toolset import Checked, Refused, Toolset, simple_schema
from jobtracker.agent.mind.port import ToolSpec

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=300),
    lambda inner: (
        st.lists(inner, max_size=20) | st.dictionaries(st.text(max_size=9), inner, max_size=8)
    ),
    max_leaves=60,
)


def tool(schema: dict, name: str = "do_it", server: str = "s") -> ToolSpec:
    return ToolSpec(server, name, "Do it", "Does it.", schema, True)


# Tools.


def test_references_are_written_out_and_null_is_dropped() -> None:
    schema = {
        "title": "Args",
        "type": "object",
        "$defs": {
            "Money": {
                "title": "Money",
                "type": "object",
                "properties": {"title": {"type": "string", "title": "Title"}},
            }
        },
        "properties": {
            "pay": {"anyOf": [{"$ref": "#/$defs/Money"}, {"type": "null"}], "default": None},
            "mode": {"type": "string", "enum": ["a", "b"], "default": "a", "description": "How."},
        },
    }
    assert simple_schema(schema) == {
        "type": "object",
        "properties": {
            "pay": {"type": "object", "properties": {"title": {"type": "string"}}},
            "mode": {"type": "string", "enum": ["a", "b"], "default": "a", "description": "How."},
        },
    }


def test_a_recursive_schema_comes_to_an_end() -> None:
    node = {"type": "object", "properties": {"next": {"$ref": "#/$defs/Node"}}}
    schema = {"type": "object", "$defs": {"Node": node}, "properties": {"n": node}}
    assert len(json.dumps(simple_schema(schema))) < 5000


def test_a_tool_without_arguments_still_has_an_object() -> None:
    assert simple_schema({}) == {"type": "object", "properties": {}}


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.tuples(st.sampled_from(["s", "t"]), st.text(min_size=1, max_size=90)),
        unique=True,
        max_size=8,
    )
)
def test_names_are_fit_for_every_vendor_and_unique(named: list[tuple[str, str]]) -> None:
    tools = Toolset([tool({}, name, server) for server, name in named])
    assert len(tools.names) == len(named)
    for name in tools.names:
        assert 1 <= len(name) <= 64
        assert all(char.isascii() and (char.isalnum() or char in "_-") for char in name)
        assert isinstance(tools.check(name, {}), Checked)


def test_an_empty_optional_argument_is_left_out_and_a_needed_one_is_missed() -> None:
    schema = {
        "type": "object",
        "properties": {"a": {"type": "string"}, "b": {"type": "integer"}},
        "required": ["a"],
    }
    tools = Toolset([tool(schema)])
    assert tools.check("do_it", '{"a": "x", "b": null}') == Checked(tool(schema), {"a": "x"})
    assert isinstance(tools.check("do_it", '{"a": null}'), Refused)
    assert isinstance(tools.check("do_it", ""), Refused)


@settings(deadline=None, max_examples=40)
@given(st.text(max_size=60))
def test_any_text_for_arguments_is_checked_and_never_raises(text: str) -> None:
    result = Toolset([tool({"type": "object", "properties": {}})]).check("do_it", text)
    assert isinstance(result, Checked | Refused)


def test_deeply_nested_arguments_are_refused() -> None:
    tools = Toolset([tool({"type": "object"})])
    assert isinstance(tools.check("do_it", "[" * 100_000), Refused)


def test_a_broken_schema_leaves_the_judgement_to_the_server() -> None:
    broken = {"type": "object", "properties": {"a": {"type": "strange"}}}
    assert isinstance(Toolset([tool(broken)]).check("do_it", '{"a": 1}'), Checked | Refused)


# Results.


@settings(deadline=None, max_examples=40)
@given(JSON, st.integers(50, 2000))
def test_a_result_is_never_longer_than_asked(value: object, tokens: int) -> None:
    assert estimate(compact(value, tokens)) <= tokens


def test_a_short_result_is_whole_and_empty_fields_are_left_out() -> None:
    value = {"jobs": [{"title": "Köchin", "salary": None, "why": []}], "total": 0, "open": False}
    assert compact(value, 500) == '{"jobs":[{"title":"Köchin"}],"total":0,"open":false}'


def test_a_long_list_says_how_much_was_left_out() -> None:
    text = compact({"jobs": [{"title": f"Job {n} " + "x" * 300} for n in range(50)]}, 700)
    assert "more" in text
    assert "Job 0" in text


@settings(deadline=None, max_examples=40)
@given(st.text(max_size=3000), st.integers(20, 500))
def test_a_cut_text_fits_and_keeps_its_beginning(text: str, tokens: int) -> None:
    short = cut(text, tokens)
    assert estimate(short) <= max(tokens, 60)
    assert short[:5] == text[:5]


def test_things_with_an_id_are_listed_in_order() -> None:
    result = {"resumes": [{"resume_id": "res_1", "name": "Ana"}, {"resume_id": "res_2"}]}
    assert shown(result) == [{"kind": "resume", "id": "res_1", "is": "Ana"}]


# The wire.


def test_neighbours_of_one_role_are_joined_and_calls_stay_apart() -> None:
    call = Asked(id="call01000", name="do_it", arguments={})
    messages = to_messages(
        "S",
        [
            Line(role="user", text="a"),
            Line(role="user", text="b"),
            Line(role="assistant", text="", calls=[call]),
            Line(role="tool", id="call01000", name="do_it", text="r"),
            Line(role="user", text="c"),
        ],
    )
    assert [m.type for m in messages] == ["system", "human", "ai", "tool", "human"]
    assert messages[1].content == "a\n\nb"


# Errors.


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "Mon, 23 Nov 2026 09:00:30 GMT"}, 30.0),
        ({"retry-after": "Mon, 23 Nov 2026 08:00:00 GMT"}, 0.0),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-3"}, None),
        ({"retry-after": "nan"}, None),
        ({}, None),
    ],
)
def test_retry_after_is_read_as_a_number_or_a_date(headers: dict, seconds: float | None) -> None:
    now = datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert retry_after(headers, now) == seconds


def test_every_error_class_of_langchain_has_a_meaning() -> None:
    from langchain_core import exceptions

    for name, kind in inspect.getmembers(exceptions, inspect.isclass):
        if issubclass(kind, exceptions.ModelError) and kind is not exceptions.ModelError:
            assert translate(kind("x")).kind != "failed", name


def test_every_error_class_of_openai_has_a_meaning() -> None:
    import httpx2
    import openai

    request = httpx2.Request("POST", "http://127.0.0.1/")
    # By name: looking at the module's other members loads all of the SDK.
    for name in (name for name in openai.__all__ if name.endswith("Error")):
        kind = getattr(openai, name)
        if issubclass(kind, openai.APIStatusError) and kind is not openai.APIStatusError:
            status = getattr(kind, "status_code", 500)
            response = httpx2.Response(status if isinstance(status, int) else 500, request=request)
            error = openai.APIStatusError("x", response=response, body=None)
            assert translate(error).kind != "failed", name
    assert translate(openai.APIConnectionError(request=request)).kind == "unreachable"
    assert translate(openai.APITimeoutError(request)).kind == "stalled"


def test_an_unknown_error_is_named_by_its_class() -> None:
    failure = translate(RuntimeError("odd\nsecond line"))
    assert (failure.kind, failure.detail) == ("failed", "RuntimeError: odd")
    assert isinstance(failure, ModelFailed)


def test_many_tools_are_described_shorter_where_the_window_is_small() -> None:
    amount = {"type": "integer", "minimum": 1, "description": "How many. At most fifty."}
    properties = {"description": {"type": "string", "description": "A text."}, "n": amount}
    specs = [tool({"type": "object", "properties": properties}, f"do_{n}") for n in range(20)]
    sizes = {t: len(json.dumps(Toolset(specs, t).schemas)) for t in (100_000, 1700, 100)}
    assert sizes[100_000] > sizes[1700] > sizes[100]
    short = Toolset(specs, 1700).schemas[0]["function"]["parameters"]["properties"]
    assert short["n"] == {"type": "integer", "description": "How many"}
    bare = Toolset(specs, 100).schemas[0]["function"]
    assert bare["parameters"]["properties"]["description"] == {"type": "string"}
    assert bare["description"]
