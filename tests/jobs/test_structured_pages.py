"""A schema.org JobPosting as careers pages write it: rightly, wrongly, and half."""

# ruff: noqa: E501 (tables of pages)

import html
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from jobtracker.core.errors import ContractChanged, NotFound
from jobtracker.jobs.importing import parse_payload
from jobtracker.jobs.model import JobPosting
from jobtracker.jobs.normalize import normalise

NOW = datetime(2026, 11, 23, tzinfo=UTC)
JOB: dict[str, Any] = {
    "@context": "https://schema.org", "@type": "JobPosting", "title": "Cook",
    "description": "<p>Cook &amp; serve</p>", "datePosted": "2026-11-20",
    "hiringOrganization": {"@type": "Organization", "name": "Rössli AG"},
    "jobLocation": {"@type": "Place", "address": {"addressLocality": "Thun", "addressCountry": "CH"}},
}  # fmt: skip


def page(*values: Any, kind: str = "application/ld+json") -> str:
    texts = [value if isinstance(value, str) else json.dumps(value) for value in values]
    scripts = "".join(f'<script type="{kind}">{text}</script>' for text in texts)
    return f"<!doctype html><html><head>{scripts}</head><body><h1>Jobs</h1></body></html>"


def read(payload: str) -> list[JobPosting]:
    return [normalise(row, "ada", NOW) for row in parse_payload(payload, "https://ex.ch/jobs/1")]


def job(**changes: Any) -> str:
    return page(JOB | changes)


RAW = json.dumps(JOB)
WAITER = JOB | {"title": "Waiter"}
MICRODATA = (
    '<html><body><article itemscope itemtype="http://schema.org/JobPosting"><a itemprop="url" '
    'href="/jobs/1"><span itemprop="title">Cook</span></a><span itemprop="hiringOrganization">'
    'Rössli AG</span><span itemprop="jobLocation">Thun</span></article></body></html>'
)
RDFA = (
    '<html><body prefix="s: https://schema.org/"><div typeof="s:JobPosting"><h1 property="s:title">'
    'Cook</h1><span property="s:hiringOrganization">Rössli AG</span><span property="s:jobLocation">'
    "Thun</span></div></body></html>"
)
PREFIXED = {
    "@context": {"s": "https://schema.org/"}, "@type": "s:JobPosting", "s:title": "Cook",
    "s:hiringOrganization": {"s:name": "Rössli AG"},
    "s:jobLocation": {"s:address": {"s:addressLocality": "Thun"}},
}  # fmt: skip


@pytest.mark.parametrize(
    "payload",
    [
        job(hiringOrganization="Rössli AG"), job(hiringOrganization=[{"name": ["Rössli AG"]}]),
        job(**{"@type": ["JobPosting", "Thing"]}), job(**{"@type": "http://schema.org/JobPosting"}),
        job(jobLocation="Thun, Switzerland"), job(jobLocation={"name": "Thun"}),
        job(jobLocation={"address": "Bahnhofstrasse 1, 3600 Thun, Schweiz"}),
        job(jobLocation={"address": {"addressLocality": "Thun", "addressCountry": {"name": "Schweiz"}}}),
        page({"@graph": [{"@type": "WebPage"}, {"@type": "Organization", "@id": "#o",
              "name": "Rössli AG"}, JOB | {"hiringOrganization": {"@id": "#o"}}]}),
        page(PREFIXED), MICRODATA, RDFA, RAW, f'<script type="application/ld+json">{RAW}</script>',
        page(RAW, kind="Application/LD+JSON; charset=utf-8"), page(RAW[:-1] + ",}"),
        page(f"//<![CDATA[\n{RAW}\n//]]>"), page(f"<!-- {RAW} -->"), page(html.escape(RAW)),
        page(f"/* job */ {RAW};"), page(RAW.replace("&amp; serve", "\n\tserve")),
        page(RAW.replace("&amp; serve", "\\' serve")), page(RAW[:-40], JOB),
        page({"props": {"pageProps": {"job": JOB}}}, kind="application/json"),
        '<?xml version="1.0" encoding="utf-8"?>\n' + page(JOB),
    ],
)  # fmt: skip
def test_however_a_page_writes_it_the_posting_is_the_same(payload: str) -> None:
    (found,) = read(payload)
    assert (found.title, found.company) == ("Cook", "Rössli AG")
    assert found.places[0].key == "town-thun"


@pytest.mark.parametrize(
    "payload",
    [
        page([JOB, WAITER]), page(JOB, WAITER), page(RAW + RAW.replace("Cook", "Waiter")),
        page({"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": JOB},
                                                       {"@type": "ListItem", "item": WAITER}]}),
        MICRODATA.replace("</body>", MICRODATA[12:].replace("Cook", "Waiter")),
    ],
)  # fmt: skip
def test_several_postings_of_a_page_are_several(payload: str) -> None:
    assert [one.title for one in read(payload)] == ["Cook", "Waiter"]


@pytest.mark.parametrize(
    "where",
    [
        [JOB["jobLocation"], {"address": {"addressLocality": "Bern", "addressCountry": "CH"}}],
        {"address": [{"addressLocality": "Thun"}, {"addressLocality": "Bern"}]},
        {"address": {"addressLocality": ["Thun", "Bern"], "addressCountry": "CH"}},
    ],
)  # fmt: skip
def test_several_places_are_all_kept(where: Any) -> None:
    (found,) = read(job(jobLocation=where))
    assert [place.key for place in found.places] == ["town-thun", "town-bern"]


def amount(currency: str = "CHF", **value: Any) -> dict[str, Any]:
    return {"@type": "MonetaryAmount", "currency": currency, "value": value}


@pytest.mark.parametrize(
    ("fields", "pay"),
    [
        ({"baseSalary": amount(minValue="5'000", maxValue="5'600", unitText="MONTH")},
         (5000, 5600, "CHF", "month")),
        ({"baseSalary": 65000, "salaryCurrency": "CHF"}, (65000, 65000, "CHF", "year")),
        ({"baseSalary": "65000", "salaryCurrency": "CHF"}, (65000, 65000, "CHF", "year")),
        ({"baseSalary": "CHF 65'000 - 70'000 pro Jahr"}, (65000, 70000, "CHF", "year")),
        ({"baseSalary": {"currency": "EUR", "value": 4000, "unitText": "MONTH"}},
         (4000, 4000, "EUR", "month")),
        ({"baseSalary": [amount(minValue=30, maxValue=34, unitText="HOUR")]},
         (30, 34, "CHF", "hour")),
        ({"baseSalary": amount(minValue=80000, unitText="YEAR")}, (80000, None, "CHF", "year")),
        ({"baseSalary": amount(minValue=90000, maxValue=80000, unitText="YEAR")},
         (80000, 90000, "CHF", "year")),
        ({"baseSalary": amount("EUR", value=3100, unitText="Monat")}, (3100, 3100, "EUR", "month")),
        ({"baseSalary": amount("EUR", value=2100, unitText="par mois")},
         (2100, 2100, "EUR", "month")),
        ({"baseSalary": amount(minValue=0, maxValue=0, unitText="YEAR")}, None),
        ({"estimatedSalary": amount(minValue=80000, maxValue=90000, unitText="YEAR")}, None),
    ],
)  # fmt: skip
def test_pay_is_read_in_each_of_its_forms(fields: dict[str, Any], pay: Any) -> None:
    found = read(job(**fields))[0].salary
    assert (found and (found.min, found.max, found.currency, found.period)) == pay


def test_what_was_encoded_twice_is_read_as_it_was_meant() -> None:
    text = "&lt;p&gt;Brot &amp;amp; Wein f&amp;uuml;r alle&lt;/p&gt;"
    (found,) = read(job(title="Cook &amp;amp; Baker", description=text))
    assert (found.title, found.description) == ("Cook & Baker", "Brot & Wein für alle")


@pytest.mark.parametrize(
    "said", ["2026-12-20", "20.12.2026", "20. Dezember 2026", "2026-12-20T00:00"]
)
def test_a_last_day_lasts_until_it_ends(said: str) -> None:
    (found,) = read(job(validThrough=said))
    assert found.expires_at is not None
    assert found.expires_at.isoformat()[:16] == "2026-12-20T23:59"


@pytest.mark.parametrize(
    ("payload", "kind"),
    [
        (page(RAW[:-40]), NotFound), (page('{"a":' * 5000 + "1" + "}" * 5000), NotFound),
        (page(JOB | {"title": ""}), ContractChanged), (page({"@type": "WebPage"}), NotFound),
    ],
)  # fmt: skip
def test_what_holds_no_posting_says_so(payload: str, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        read(payload)
