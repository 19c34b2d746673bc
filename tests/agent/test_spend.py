"""The ledger adds up, per person, thread and month; the limit stops calls and not the turn."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobtracker.agent.mind.port import Usage
from jobtracker.agent.spend import Spend
from jobtracker.core.bootstrap import Core
from jobtracker.core.settings import Settings


@given(
    uses=st.lists(
        st.tuples(st.sampled_from("ab"), st.integers(0, 10**6), st.integers(0, 10**9)), max_size=12
    )
)
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_sum_of_the_month_is_the_sum_of_the_calls(
    core: Core, uses: list[tuple[str, int, int]]
) -> None:
    spend = Spend(core)
    before = spend.month("eva")
    for thread, tokens, micro in uses:
        spend.add("eva", thread, Usage(tokens, tokens, micro / 1e6))
    after = spend.month("eva")
    assert after.calls - before.calls == len(uses)
    assert after.input_tokens - before.input_tokens == sum(tokens for _, tokens, _ in uses)
    added = sum(micro for *_, micro in uses) / 1e6
    assert after.price - before.price == pytest.approx(added, abs=1e-6)


def test_people_threads_and_months_are_apart(settings: Settings, core: Core) -> None:
    spend = Spend(core)
    spend.add("anna", "t1", Usage(100, 10, 0.5))
    spend.add("anna", "t2", Usage(200, 20, 1.0))
    spend.add("bob", "t1", Usage(1, 1, 9.0))
    assert spend.month("anna").price == 1.5
    assert spend.thread("anna", "t2").input_tokens == 200
    core.clock = settings.model_copy(update={"now": "2026-12-01T00:00:00+01:00"}).clock()
    assert spend.month("anna").price == 0
    assert spend.thread("anna", "t1").price == 0.5


def test_forgetting_a_thread_keeps_the_sum_of_the_month(core: Core) -> None:
    spend = Spend(core)
    for thread in ("t1", "t2", "t3"):
        spend.add("anna", thread, Usage(100, 10, 0.5))
    spend.forget("anna", "t1")
    assert spend.thread("anna", "t1").calls == 0
    assert spend.thread("anna", "t2").calls == 1
    spend.forget("anna")
    assert spend.thread("anna", "t2").calls == 0
    assert spend.month("anna").price == 1.5
    assert spend.month("anna").calls == 3
