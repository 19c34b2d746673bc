from __future__ import annotations

from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobtracker.coaching.model import Country, Language, Market, OutreachKind, Tone
from jobtracker.coaching.negotiation import brief, period_of
from jobtracker.coaching.outreach import write
from jobtracker.coaching.pay import Terms, package
from jobtracker.core.errors import BadInput

D = Decimal


def test_thirteen_monthly_salaries_and_the_pension_minimum_make_a_swiss_total():
    offer = package(Terms(D("7500"), "month", "CH", "CHF", age=40, bonus=D("2000"), holidays=25))
    lines = {line.name: line.amount for line in offer.lines}
    # (90,720 - 26,460) * 10 % / 2; 97,500 / 260 * 5
    assert lines == {
        "base": D("97500.00"),
        "bonus": D("2000.00"),
        "pension": D("3213.00"),
        "holidays": D("1875.00"),
    }
    assert offer.total_year == D("104588.00")


@pytest.mark.parametrize(
    ("country", "currency", "line", "amount"),
    [
        ("DE", "EUR", "pension", "5580.00"),
        ("IT", "EUR", "severance", "4144.44"),
        ("GB", "GBP", "pension", "1320.90"),
    ],
)
def test_the_employers_share_by_law_is_counted(country, currency, line, amount):
    offer = package(Terms(D(60000), "year", country, currency))
    assert {part.name: part.amount for part in offer.lines}[line] == D(amount)


@pytest.mark.parametrize("country", ["FR", "US"])
def test_where_the_law_sets_nothing_only_what_is_given_counts(country):
    assert [p.name for p in package(Terms(D(60000), "year", country, "EUR")).lines] == ["base"]
    with_share = package(Terms(D(60000), "year", country, "EUR", pension=D(4)))
    assert with_share.lines[1].amount == D("2400.00")


@given(
    st.decimals(1, 10_000_000, places=2),
    st.sampled_from(["hour", "day", "week", "month", "year"]),
    st.sampled_from(get_args(Country)),
    st.integers(5, 100),
)
def test_the_total_is_the_sum_of_its_lines_to_the_cent(amount, period, country, pensum):
    offer = package(Terms(amount, period, country, "CHF", pensum=pensum, age=40))
    assert offer.total_year == sum(line.amount for line in offer.lines)
    assert offer.total_year.as_tuple().exponent == -2


@pytest.mark.parametrize("wrong", [{"months": 30}, {"pensum": 0}, {"age": 5}, {"hours": D(0)}])
def test_impossible_terms_are_refused(wrong):
    with pytest.raises(BadInput):
        package(Terms(D(5000), "month", "CH", "CHF", **wrong))


def test_the_period_of_a_bare_number_is_read_from_its_size():
    assert [period_of(D(n), None) for n in (32, 6500, 95000)] == ["hour", "month", "year"]


@pytest.mark.parametrize("language", get_args(Language))
def test_a_small_market_is_not_spoken_of(language):
    offer = Terms(D(80000), "year", "CH", "CHF", age=30)
    target = Terms(D(90000), "year", "CH", "CHF", age=30)
    market = Market(n=4, p25=D(1), median=D(2), p75=D(3), currency="CHF", period="year")
    told = brief("Acme", "Cook", "CH", language, offer, target, market, None)
    assert told.counter_year == D("94500.00")
    assert len(told.say) == 3
    assert len(told.missing) == 2
    assert "{" not in "".join([told.position, *told.say])


def test_an_offer_above_all_is_accepted_and_not_raised():
    offer = Terms(D(120000), "year", "CH", "CHF", age=30)
    target = Terms(D(100000), "year", "CH", "CHF", age=30)
    told = brief("Acme", "Cook", "CH", "en", offer, target, None, None)
    assert told.counter_year is None
    assert "in writing" in told.say[-1]


@pytest.mark.parametrize("kind", get_args(OutreachKind))
@pytest.mark.parametrize("language", get_args(Language))
def test_a_message_without_any_fact_still_reads(kind, language):
    texts = {write(kind, language, tone, {}, "")["text"] for tone in get_args(Tone)}
    assert len(texts) == 3
    assert all("{" not in text and "None" not in text for text in texts)
