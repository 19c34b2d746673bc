"""Turns that go well: tools, parallel calls, streaming, context, counts."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from jobtracker.agent.mind.port import Message
from tests.agent.mind.llm.conftest import JOBS, KEY, Driver, spec
from tests.fakes.openai_server import Call, FakeOpenAI, Say


def system_of(body: dict) -> str:
    return body["messages"][0]["content"]


def test_a_plain_answer_is_streamed_and_is_the_reply(driver: Driver) -> None:
    with FakeOpenAI(Say("Good morning. What work are you looking for? " * 8)) as fake:
        ended = driver.run(fake)
    assert ended.reply == ended.streamed.strip()
    assert len(ended.tokens) > 3
    assert ended.decisions[-1].intent == "chat"
    assert ended.decisions[-1].scratch == {}


def test_parallel_calls_in_pieces_are_run_and_their_results_come_back_as_data(
    driver: Driver,
) -> None:
    calls = [Call("search_jobs", {"query": "cook"}), Call("get_job", {"job_id": "job_1"})]
    with FakeOpenAI(Say(calls=calls, slices=4), Say("One kitchen needs you.")) as fake:
        ended = driver.run(fake)
        second = fake.requests[1]["messages"]
    assert [(c["tool"], c["arguments"]) for c in ended.calls] == [
        ("search_jobs", {"query": "cook"}),
        ("get_job", {"job_id": "job_1"}),
    ]
    assert len({c["id"] for c in ended.calls}) == 2
    results = [m for m in second if m["role"] == "tool"]
    assert len(results) == 2
    assert all(r["content"].startswith("<data ") and "Krone" in r["content"] for r in results)
    assert ended.decisions[-1].intent == "search_jobs"


def test_calls_that_share_an_index_are_told_apart_by_their_ids(driver: Driver) -> None:
    calls = [Call("search_jobs", {"query": "a"}, "x1"), Call("search_jobs", {"query": "b"}, "x2")]
    with FakeOpenAI(Say(calls=calls, same_index=True), Say("Done.")) as fake:
        ended = driver.run(fake)
    assert [c["arguments"]["query"] for c in ended.calls] == ["a", "b"]


def test_what_is_said_before_a_call_is_part_of_the_reply(driver: Driver) -> None:
    say = Say("Let me look.", calls=[Call("search_jobs", {"query": "cook"})])
    with FakeOpenAI(say, Say("There is one.")) as fake:
        ended = driver.run(fake)
    assert ended.reply == "Let me look.\n\nThere is one." == ended.streamed


def test_a_server_that_cannot_stream_is_asked_plainly(driver: Driver) -> None:
    say = Say("Hello.", calls=[Call("search_jobs", {"query": "cook"})], never_streams=True)
    with FakeOpenAI(say, say, Say("There is one.", never_streams=True)) as fake:
        ended = driver.run(fake)
        assert [bool(body.get("stream")) for body in fake.requests] == [True, False, False]
    assert ended.reply == "Hello.\n\nThere is one."
    assert ended.usage.input_tokens == 200


def test_the_turn_survives_json_between_the_steps(driver: Driver) -> None:
    turn = driver.turn()
    with FakeOpenAI(Say(calls=[Call("search_jobs", {"query": "cook"})]), Say("One.")) as fake:
        ended = driver.run(fake, turn)
    first = ended.decisions[0]
    assert json.loads(json.dumps([first.scratch, first.dialogue])) == [
        first.scratch,
        first.dialogue,
    ]


def test_the_next_turn_knows_what_was_shown(driver: Driver) -> None:
    first, turn = driver.turn(), driver.turn("tell me more about the second one")
    with FakeOpenAI(Say(calls=[Call("search_jobs", {"query": "cook"})]), Say("One.")) as fake:
        dialogue = driver.run(fake, first).decisions[-1].dialogue
        turn.dialogue = dialogue
        driver.run(fake, turn)
        assert "job_1" in system_of(fake.requests[-1])
    assert dialogue["jobs"][0]["job_id"] == "job_1"
    assert dialogue["job"]["company"] == "Krone"
    assert dialogue["search"] == {"query": "cook"}


def test_memories_time_and_language_are_in_the_context(driver: Driver) -> None:
    turn = driver.turn("Guten Tag", memories=[{"kind": "preference", "text": "wants hybrid work"}])
    with FakeOpenAI(Say("Guten Tag.")) as fake:
        driver.core.settings.language = "de"
        ended = driver.run(fake, turn)
        system = system_of(fake.requests[0])
    assert "wants hybrid work" in system
    assert "Monday, 2026-11-23 09:00" in system
    assert "Answer in: de" in system
    assert ended.decisions[-1].language == "de"


def test_tools_are_offered_with_a_simple_schema(driver: Driver) -> None:
    with FakeOpenAI(Say("Hello.")) as fake:
        driver.run(fake)
        tools = fake.requests[0]["tools"]
    assert [tool["function"]["name"] for tool in tools] == [t.name for t in driver.tools]
    assert fake.requests[0]["max_completion_tokens"] == 1024
    assert fake.headers[0]["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize("given", [None, (1000, 50)])
def test_tokens_and_price_are_counted_or_estimated(
    driver: Driver, given: tuple[int, int] | None
) -> None:
    driver.configure(input_price=2.0, output_price=10.0)
    with FakeOpenAI(Say("Hello there.", usage=given)) as fake:
        ended = driver.run(fake)
    usage = ended.usage
    if given:
        assert (usage.input_tokens, usage.output_tokens) == given
        assert usage.price == pytest.approx(0.0025)
    assert usage.input_tokens > 500
    assert usage.price == pytest.approx((usage.input_tokens * 2 + usage.output_tokens * 10) / 1e6)


def test_a_long_thread_stays_within_the_window_and_is_summarised(driver: Driver) -> None:
    history: list[Message] = []
    dialogue: dict = {}
    sizes: list[int] = []
    summaries = 0

    def brain(body: dict) -> Say:
        nonlocal summaries
        if not body.get("tools"):
            summaries += 1
            return Say(f"Summary {summaries}: a cook who wants to work in Chur.")
        sizes.append(len(json.dumps(body["messages"])))
        return Say("Noted. " + "Cooks are wanted in many places. " * 12)

    with FakeOpenAI(brain=brain) as fake:
        for number in range(44):
            turn = driver.turn(f"message {number} about kitchens " * 10)
            turn.history, turn.dialogue = history[-40:], dialogue
            ended = driver.run(fake, turn)
            dialogue = ended.decisions[-1].dialogue
            history += [
                Message(role="user", text=turn.message),
                Message(role="assistant", text=ended.reply),
            ]
        last = system_of(fake.requests[-1])
    assert 2 <= summaries <= 8
    assert max(sizes) < 16000 * 3
    assert "a cook who wants to work in Chur" in last


def test_a_summary_that_fails_is_made_without_the_model(driver: Driver) -> None:
    history = [
        Message(role="user" if n % 2 == 0 else "assistant", text=f"line {n} on bread")
        for n in range(40)
    ]

    def brain(body: dict) -> Say:
        return Say("Fine.") if body.get("tools") else Say(status=400)

    with FakeOpenAI(brain=brain) as fake:
        ended = driver.run(fake, driver.turn(history=history))
        system = system_of(fake.requests[-1])
    assert ended.reply == "Fine."
    assert "the person said: line 0 on bread" in system


def test_a_huge_result_is_cut_and_a_huge_message_too(driver: Driver) -> None:
    driver.configure(context_tokens=4000)
    many = {"jobs": [{**JOBS["jobs"][0], "description": "flour " * 4000}] * 50}
    say = [Say(calls=[Call("search_jobs", {"query": str(n)})]) for n in range(4)]
    with FakeOpenAI(*say, Say("Enough.")) as fake:
        ended = driver.run(fake, driver.turn("word " * 20000), execute=lambda _call: many)
        size = len(json.dumps(fake.requests[-1]["messages"][1:]))
    assert ended.reply == "Enough."
    assert size < 4000 * 4


def test_a_model_is_found_where_only_the_url_is_given(driver: Driver) -> None:
    driver.configure(model="")
    with FakeOpenAI(Say("Hello.")) as fake:
        assert driver.run(fake).reply == "Hello."
        assert fake.requests[0]["model"] == "fake"


def test_two_servers_with_a_tool_of_the_same_name_are_both_called(driver: Driver) -> None:
    twin = spec("search_jobs", {"query": {"type": "string"}}, "query")
    driver.tools.append(type(twin)("other", *list(vars(twin).values())[1:]))
    with FakeOpenAI(Say(calls=[Call("other__search_jobs", {"query": "x"})]), Say("Ok.")) as fake:
        ended = driver.run(fake)
    assert [(c["server"], c["tool"]) for c in ended.calls] == [("other", "search_jobs")]


def test_the_mind_is_there_before_any_vendor_is_imported() -> None:
    code = (
        "import sys, jobtracker.agent.mind.llm.mind; "
        "print([m for m in ('langchain', 'langchain_core', 'openai', 'sqlalchemy', 'jinja2', "
        "'jsonschema') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
