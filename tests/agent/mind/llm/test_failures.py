"""Everything that can go wrong with a model ends in bounds, with a reason in one line."""

from __future__ import annotations

import pytest

from tests.agent.mind.llm.conftest import KEY, Driver
from tests.fakes.openai_server import Call, FakeOpenAI, Say

SEARCH = Call("search_jobs", {"query": "cook"})


def test_an_unknown_tool_is_told_to_the_model_which_then_answers(driver: Driver) -> None:
    with FakeOpenAI(Say(calls=[Call("fly", {})]), Say("I cannot fly.")) as fake:
        ended = driver.run(fake)
        told = fake.requests[1]["messages"][-1]
    assert ended.reply == "I cannot fly."
    assert told["role"] == "tool"
    assert "no tool fly" in told["content"]
    assert "search_jobs" in told["content"]


@pytest.mark.parametrize(
    ("say", "told"),
    [
        (Say(calls=[Call("fly", {})]), "no tool fly"),
        (Say(calls=[Call("search_jobs", '{"query": "co')]), "not a JSON object"),
        (Say(calls=[Call("search_jobs", "[1]")]), "not a JSON object"),
        (Say(calls=[Call("search_jobs", {"query": 7})]), "query: 7 is not of type"),
        (Say(calls=[Call("search_jobs", {})]), "'query' is a required property"),
        (Say(calls=[Call("search_jobs", {"query": "a", "colour": 1})]), "no argument colour"),
        (Say(calls=[Call("search_jobs", '{"query": "a\\u0000"}')]), "holds NUL"),
        (Say(calls=[Call("search_jobs", '{"query": "a\\ud800"}')]), "holds NUL"),
        (Say(calls=[Call("search_jobs", '{"b\\ud800": [{"c": "a"}]}')]), "holds NUL"),
        (Say(calls=[Call("search_jobs", '{"query": ' + "[" * 400 + "]" * 400 + "}")]), "query: [["),
        (Say(calls=[Call("fly\ud800", {})]), "no tool fly"),
        (Say(""), "was empty"),
        (Say("\x00\ud83d"), "was empty"),
        (Say("   \n"), "was empty"),
    ],
)
def test_what_cannot_be_used_is_told_twice_then_the_mind_gives_up(
    driver: Driver, say: Say, told: str
) -> None:
    with FakeOpenAI(say) as fake:
        ended = driver.run(fake)
        assert len(fake.requests) == 3
        assert told in fake.requests[-1]["messages"][-1]["content"]
    assert ended.failed
    assert ended.calls == []
    assert "\n" not in ended.failed
    assert ended.usage.input_tokens == 300


def test_sound_calls_beside_a_broken_one_are_run(driver: Driver) -> None:
    with FakeOpenAI(Say(calls=[SEARCH, Call("fly", {})]), Say("One.")) as fake:
        ended = driver.run(fake)
        tool_lines = [m for m in fake.requests[1]["messages"] if m["role"] == "tool"]
    assert [c["tool"] for c in ended.calls] == ["search_jobs"]
    assert len(tool_lines) == 2
    assert ended.reply == "One."


@pytest.mark.parametrize(
    ("status", "error", "reason"),
    [
        (401, None, "JOBTRACKER_LLM__API_KEY"),
        (403, None, "may not use"),
        (404, None, "fake does not exist"),
        (400, {"message": "bad thing", "code": "x"}, "bad thing"),
        (400, {"message": "maximum context length is 4096 tokens"}, "does not fit"),
        (429, {"message": "pay", "code": "insufficient_quota"}, "quota"),
    ],
)
def test_what_waiting_does_not_mend_fails_at_once(
    driver: Driver, status: int, error: dict | None, reason: str
) -> None:
    with FakeOpenAI(Say(status=status, error=error)) as fake:
        ended = driver.run(fake)
        assert len(fake.requests) == 1
    assert reason in ended.failed
    assert ended.waits == []
    assert ended.usage.input_tokens == 0


def test_what_is_no_text_is_left_out_of_an_answer(driver: Driver) -> None:
    with FakeOpenAI(Say("One\x00 and \ud83dtwo \U0001f35e.")) as fake:
        ended = driver.run(fake)
    assert ended.reply == "One and two \U0001f35e." == ended.streamed


def test_a_rate_limit_is_waited_for_as_long_as_the_server_asks(driver: Driver) -> None:
    with FakeOpenAI(Say(status=429, headers={"Retry-After": "3"}), Say("Here I am.")) as fake:
        ended = driver.run(fake)
    assert ended.waits == [3.0]
    assert ended.reply == "Here I am."


def test_a_rate_limit_longer_than_the_turn_is_not_waited_for(driver: Driver) -> None:
    with FakeOpenAI(Say(status=429, headers={"Retry-After": "3600"})) as fake:
        ended = driver.run(fake)
        assert len(fake.requests) == 1
    assert ended.waits == []
    assert "3600 s" in ended.failed


@pytest.mark.parametrize("status", [500, 502, 503, 529])
def test_an_outage_is_tried_again_twice(driver: Driver, status: int) -> None:
    with FakeOpenAI(Say(status=status)) as fake:
        ended = driver.run(fake)
        assert len(fake.requests) == 3
    assert len(ended.waits) == 2
    assert f"HTTP {status}" in ended.failed


def test_an_outage_that_passes_is_not_noticed(driver: Driver) -> None:
    with FakeOpenAI(Say(status=500), Say("Back again.")) as fake:
        assert driver.run(fake).reply == "Back again."


@pytest.mark.parametrize("after", [0, 1, 3])
def test_a_stall_ends_the_turn(driver: Driver, after: int) -> None:
    driver.configure(stall_seconds=1.5)
    with FakeOpenAI(Say("one two three four five", stall=after)) as fake:
        ended = driver.run(fake)
        assert len(fake.requests) == 1
    assert "1.5 s" in ended.failed


def test_the_whole_turn_has_one_time_limit(driver: Driver) -> None:
    driver.configure(stall_seconds=5.0, timeout_seconds=0.4)
    with FakeOpenAI(Say("one two three", stall=1)) as fake:
        ended = driver.run(fake)
    assert "0.4 s" in ended.failed
    assert "timeout_seconds" in ended.failed


def test_a_stream_cut_before_a_word_is_tried_again(driver: Driver) -> None:
    with FakeOpenAI(Say("one two", cut=1), Say("Complete.")) as fake:
        ended = driver.run(fake)
    assert ended.reply == "Complete."
    assert ended.streamed == "Complete."


def test_a_stream_cut_in_the_middle_is_not_passed_off_as_an_answer(driver: Driver) -> None:
    with FakeOpenAI(Say("one two three four", cut=3)) as fake:
        ended = driver.run(fake)
        assert len(fake.requests) == 1
    assert "broke off" in ended.failed
    assert ended.reply == ""
    assert ended.usage.output_tokens > 0


def test_an_end_without_a_reason_is_a_cut(driver: Driver) -> None:
    with FakeOpenAI(Say("one two three", finish=None)) as fake:
        assert "broke off" in driver.run(fake).failed


def test_a_call_cut_in_the_middle_is_not_run(driver: Driver) -> None:
    with FakeOpenAI(Say(calls=[SEARCH], slices=6, cut=4)) as fake:
        ended = driver.run(fake)
    assert ended.calls == []
    assert ended.failed


@pytest.mark.parametrize("raw", [b"data: {nonsense\n\n", b"<html>proxy</html>", b"data: 7\n\n"])
def test_garbage_instead_of_a_stream_is_a_failure(driver: Driver, raw: bytes) -> None:
    with FakeOpenAI(Say(raw=raw)) as fake:
        ended = driver.run(fake)
    assert ended.failed
    assert ended.reply == ""


def test_an_error_inside_the_stream_is_a_failure(driver: Driver) -> None:
    with FakeOpenAI(Say("one two", error_in_stream="overloaded")) as fake:
        assert driver.run(fake).failed


def test_a_server_that_is_not_there_is_named(driver: Driver) -> None:
    with FakeOpenAI(Say("")) as fake:
        url = fake.url
    driver.configure(base_url=url)
    gone = type("Gone", (), {"url": url})()
    ended = driver.run(gone)
    assert "JOBTRACKER_LLM__BASE_URL" in ended.failed


def test_the_same_call_again_and_again_ends(driver: Driver) -> None:
    with FakeOpenAI(Say(calls=[SEARCH])) as fake:
        ended = driver.run(fake)
        assert len(fake.requests) == 4
    assert len(ended.calls) == 1
    assert "repeating the same call" in ended.failed


def test_ever_new_calls_end_at_the_last_step_with_an_answer(driver: Driver) -> None:
    def brain(body: dict) -> Say:
        if body.get("tool_choice") == "none":
            return Say("This is what I have.")
        return Say(calls=[Call("search_jobs", {"query": f"cook {len(body['messages'])}"})])

    driver.configure(max_steps=5)
    with FakeOpenAI(brain=brain) as fake:
        ended = driver.run(fake)
        assert len(fake.requests) == 5
    assert ended.reply == "This is what I have."
    assert len(ended.calls) == 4


def test_a_model_that_never_stops_calling_is_stopped(driver: Driver) -> None:
    def brain(body: dict) -> Say:
        return Say(calls=[Call("search_jobs", {"query": f"cook {len(body['messages'])}"})])

    with FakeOpenAI(brain=brain) as fake:
        ended = driver.run(fake)
        assert len(fake.requests) == 8
    assert "max_steps" in ended.failed


def test_no_more_calls_are_run_than_allowed(driver: Driver) -> None:
    driver.configure(max_tool_calls=3)
    calls = [Call("search_jobs", {"query": str(n)}) for n in range(5)]
    with FakeOpenAI(Say(calls=calls), Say("Three are enough.")) as fake:
        ended = driver.run(fake)
    assert len(ended.calls) == 3
    assert ended.reply == "Three are enough."


def test_an_answer_that_hits_the_token_limit_is_marked(driver: Driver) -> None:
    with FakeOpenAI(Say("Once upon a time", finish="length")) as fake:
        ended = driver.run(fake)
    assert ended.reply == "Once upon a time …" == ended.streamed


def test_a_model_that_only_thinks_is_told_apart(driver: Driver) -> None:
    with FakeOpenAI(Say("", finish="length")) as fake:
        assert "max_output_tokens" in driver.run(fake).failed


def test_a_model_without_end_is_cut_off(driver: Driver) -> None:
    driver.configure(max_output_tokens=50)
    with FakeOpenAI(Say("word " * 5000)) as fake:
        ended = driver.run(fake)
    assert len(ended.reply) < 1500


def test_options_that_a_server_does_not_know_are_left_out(driver: Driver) -> None:
    def brain(body: dict) -> Say:
        for option in ("stream_options", "max_tokens", "tool_choice"):
            if option in body:
                return Say(status=400, error={"message": f"unknown field {option}"})
        return Say("Hello.")

    driver.configure(max_steps=1)
    with FakeOpenAI(brain=brain) as fake:
        assert driver.run(fake).reply == "Hello."
        assert len(fake.requests) == 4


def test_a_missing_key_for_a_vendor_is_named(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_API_BASE"):
        monkeypatch.delenv(name, raising=False)
    secret = type(driver.core.settings.llm.api_key)("")
    driver.configure(model="openai:gpt-5-mini", api_key=secret)
    ended = driver.run(type("None", (), {"url": ""})())
    assert "JOBTRACKER_LLM__API_KEY" in ended.failed


def test_a_vendor_whose_package_is_absent_is_named(driver: Driver) -> None:
    driver.configure(model="anthropic:claude-x")
    ended = driver.run(type("None", (), {"url": ""})())
    assert "langchain-anthropic" in ended.failed
    assert "\n" not in ended.failed


def test_the_reason_is_in_the_language_of_the_message(driver: Driver) -> None:
    with FakeOpenAI(Say(status=401)) as fake:
        ended = driver.run(fake, detect=lambda _text, _before: "de")
    assert "Schlüssel" in ended.failed


def test_a_key_in_a_vendors_error_is_taken_out(driver: Driver) -> None:
    with FakeOpenAI(Say(status=400, error={"message": f"bad key {KEY} here"})) as fake:
        assert KEY not in driver.run(fake).failed
