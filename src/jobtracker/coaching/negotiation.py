"""Numbers and words for talking about pay: offer, target and market, side by side. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, cast

from jobtracker.coaching.model import (
    Country,
    Fact,
    Language,
    Market,
    NegotiationBrief,
    Package,
    Period,
)
from jobtracker.coaching.pay import Terms, cents, country_facts, package
from jobtracker.coaching.phrases import table
from jobtracker.coaching.stories import extract

LOCALES = {"en": "en", "de": "de_CH", "fr": "fr_CH", "it": "it_CH"}
COUNTRY_OF: dict[str, Country] = {"CHF": "CH", "GBP": "GB", "USD": "US"}
STEP = Decimal(500)
ROOM = Decimal("1.05")
"""One asks for a little more than one wants, and never for more than the market's top quarter."""
ENOUGH = 5


def period_of(amount: Decimal, given: Period | None) -> Period:
    """Return the period that was given, or the one that an amount of this size is usually for."""
    if given is not None:
        return given
    return "hour" if amount < 250 else "month" if amount < 20_000 else "year"


def brief(
    company: str,
    role: str,
    country: Country,
    language: Language,
    offer: Terms | None,
    target: Terms | None,
    market: Market | None,
    resume: dict[str, Any] | None,
) -> NegotiationBrief:
    """Return the brief; what is not known is named in `missing`, never assumed.

    `market` is yearly pay at full time.

    Raises:
        BadInput: a number that cannot be right.
    """
    offered, wanted = (package(terms) if terms else None for terms in (offer, target))
    known = _usable(market, offered or wanted, country)
    pensum = offer.pensum if offer else target.pensum if target else 100
    counter = _counter(offered, wanted, known, pensum)
    words = _Words(language, offered, wanted, known, counter, company, pensum, country)
    proofs = list(_proofs(resume))
    gap = cents(wanted.base_year - offered.base_year) if offered and wanted else None
    return NegotiationBrief(
        company=company,
        role=role,
        country=country,
        language=language,
        market=market,
        offer=offered,
        target=wanted,
        gap_year=gap,
        counter_year=counter,
        position=words.position(),
        arguments=proofs,
        say=list(words.lines(proofs)),
        levers=list(words.table["levers"]),
        missing=list(_missing(words, offer, target, known, resume, country)),
    )


def _usable(market: Market | None, package: Package | None, country: Country) -> Market | None:
    if market is None or market.n < ENOUGH or market.median is None or market.period != "year":
        return None
    currency = package.currency if package else str(country_facts(country)["currency"])
    return market if market.currency == currency else None


def _counter(
    offered: Package | None, wanted: Package | None, market: Market | None, pensum: int
) -> Decimal | None:
    share = Decimal(pensum) / 100
    anchors = [wanted.base_year] if wanted else []
    if market is not None and market.median is not None:
        anchors.append(market.median * share)
    if not anchors:
        return None
    ask = max(anchors) * ROOM
    if market is not None and market.p75 is not None:
        ask = max(max(anchors), min(ask, market.p75 * share))
    ask = (ask / STEP).quantize(Decimal(1), ROUND_HALF_UP) * STEP
    return None if offered and offered.base_year >= ask else cents(ask)


class _Words:
    def __init__(
        self,
        language: Language,
        offered: Package | None,
        wanted: Package | None,
        market: Market | None,
        counter: Decimal | None,
        company: str,
        pensum: int,
        country: Country,
    ) -> None:
        self.table = cast("dict[str, Any]", table("negotiation")[language])
        self.language, self.offered, self.wanted, self.market = language, offered, wanted, market
        self.counter, self.company = counter, company
        self.share = Decimal(pensum) / 100
        any_package = offered or wanted
        self.currency = (
            any_package.currency if any_package else str(country_facts(country)["currency"])
        )

    def money(self, amount: Decimal) -> str:
        from babel.numbers import format_currency

        whole = amount == amount.to_integral_value()
        return format_currency(
            amount, self.currency, locale=LOCALES[self.language], decimal_quantization=True,
            currency_digits=not whole, format="¤ #,##0" if whole else "¤ #,##0.00",
        )  # fmt: skip

    def position(self) -> str:
        if self.offered is None:
            if self.counter is None:
                return str(self.table["unknown"])
            return str(self.table["no_offer"]).format(counter=self.money(self.counter))
        sentences: list[str] = []
        offer = self.offered.base_year
        if self.wanted is not None:
            gap = self.wanted.base_year - offer
            facts = {"gap": self.money(gap), "target": self.money(self.wanted.base_year)}
            key = "below" if gap > 0 else "above"
            sentences.append(str(self.table[key]).format(offer=self.money(offer), **facts))
        if self.market is not None and self.market.median is not None:
            median = cents(self.market.median * self.share)
            key = "market_below" if offer < median else "market_above"
            facts = {"offer": self.money(offer), "median": self.money(median)}
            sentences.append(str(self.table[key]).format(n=self.market.n, **facts))
        return " ".join(sentences) or str(self.table["unknown"])

    def lines(self, proofs: list[Fact]) -> Iterator[str]:
        if self.offered is not None:
            yield str(self.table["thanks"]).format(company=self.company)
            if self.counter is None and (self.wanted or self.market):
                yield str(self.table["accept"])
                return
        if self.counter is None:
            return
        yield str(self.table["counter"]).format(counter=self.money(self.counter))
        if self.market is not None and self.market.median is not None:
            median = self.money(cents(self.market.median * self.share))
            yield str(self.table["ground"]).format(n=self.market.n, median=median)
        if proofs:
            yield str(self.table["proof"]).format(proof=proofs[0].text)
        yield str(self.table["silence"])


def _proofs(resume: dict[str, Any] | None) -> Iterator[Fact]:
    """Yield up to three results out of the résumé, each with its place."""
    told = [story for story in extract(resume or {}) if story.result]
    for story in told[:3]:
        yield Fact(text=story.action, source=story.evidence.path)


def _missing(
    words: _Words,
    offer: Terms | None,
    target: Terms | None,
    market: Market | None,
    resume: dict[str, Any] | None,
    country: Country,
) -> Iterator[str]:
    if offer is None:
        yield str(words.table["no_offer_given"])
    if target is None:
        yield str(words.table["no_target"])
    if market is None:
        yield str(words.table["no_market"])
    terms = offer or target
    if country == "CH" and terms is not None and terms.age is None and terms.pension is None:
        yield str(words.table["no_age"])
    if not resume:
        yield str(words.table["no_resume"])
