"""The month's limit stops the calls before they are made."""

from __future__ import annotations

import logging

import pytest

from jobtracker.agent.spend import Spend
from tests.agent.mind.llm.conftest import KEY, Driver
from tests.fakes.openai_server import Call, FakeOpenAI, Say


def test_above_the_limit_no_call_is_made(driver: Driver) -> None:
    driver.configure(monthly_limit=0.01, input_price=1.0, output_price=1.0)
    with FakeOpenAI(Say("Hello.", usage=(9_000, 500))) as fake:
        first = driver.run(fake)
        second = driver.run(fake)
        assert len(fake.requests) == 1
    assert first.reply == "Hello."
    assert "llm.monthly_limit" in second.failed
    assert "0.01 USD" in second.failed
    assert second.usage.price == 0


def test_each_call_of_a_turn_is_booked_also_where_the_turn_fails(driver: Driver) -> None:
    driver.configure(input_price=1.0, output_price=2.0)
    script = (Say(calls=[Call("search_jobs", {"query": "cook"})]), Say("one two three", cut=3))
    with FakeOpenAI(*script) as fake:
        ended = driver.run(fake)
    booked = Spend(driver.core).thread("anna", "t1")
    assert ended.failed
    assert booked.calls == 2
    assert booked.input_tokens == ended.usage.input_tokens > 100
    assert abs(booked.price - ended.usage.price) < 1e-5


def test_tokens_and_price_are_logged_and_the_key_is_not(
    driver: Driver, caplog: pytest.LogCaptureFixture
) -> None:
    driver.configure(input_price=1.0, output_price=2.0)
    failing = Say(status=400, error={"message": f"no {KEY} here"})
    with caplog.at_level(logging.INFO), FakeOpenAI(Say("Hello."), failing) as fake:
        driver.run(fake)
        driver.run(fake)
    assert "thread t1: 100 tokens in, 20 out, 0.000140 USD" in caplog.text
    assert "rejected" in caplog.text
    assert KEY not in caplog.text
