"""The pictures: valid SVG and PNG, each share with n and interval, silence where n is small."""

from __future__ import annotations

from datetime import date, timedelta
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring

from jobtracker.applications.analytics import stats
from jobtracker.applications.charts import charts, png
from jobtracker.applications.pipeline import RANK, State

TODAY = date(2026, 11, 23)
SVG = "{http://www.w3.org/2000/svg}"


def sent(number: int, source: str, status: str = "applied") -> State:
    day = (TODAY - timedelta(days=40 + number)).isoformat()
    state = State(id=f"a{number}", user="u", company="C", title="T", status=status, status_on=day)
    state.reached, state.applied_on, state.source = RANK.get(status, 1), day, source
    if status != "applied":
        state.responded_on = TODAY.isoformat()
    return state


def texts(svg: str) -> list[str]:
    tree: Element = fromstring(svg)
    return [node.text or "" for node in tree.iter(f"{SVG}text")]


def many() -> list[State]:
    found = [sent(n, "jobs.ch", "screening" if n % 2 else "applied") for n in range(10)]
    return found + [sent(n + 10, "<script>&", "applied") for n in range(6)] + [sent(99, "rare")]


@pytest.mark.parametrize("language", ["en", "de", "fr", "it"])
def test_every_picture_is_svg_and_png_in_each_language(language: str) -> None:
    found = charts(stats(many(), TODAY), language)
    assert {c.name for c in found} >= {"funnel", "answers-by-source", "months"}
    for chart in found:
        assert chart.title in texts(chart.svg)
        assert png(chart).startswith(b"\x89PNG")
    assert len({c.title for c in charts(stats(many(), TODAY), "en") + found}) in {
        len(found), 2 * len(found)
    }  # fmt: skip


def test_a_share_shows_its_number_and_interval_and_a_small_group_nothing() -> None:
    chart = next(c for c in charts(stats(many(), TODAY)) if c.name == "answers-by-source")
    told = texts(chart.svg)
    assert "50 %, n = 10" in told and "0 %, n = 6" in told
    assert "rare" not in told and "<script>&" in told
    assert chart.svg.count("<circle") == 3  # all, and the two groups that are large enough


def test_too_few_are_a_sentence_instead_of_a_bar() -> None:
    chart = next(c for c in charts(stats([sent(1, "x")], TODAY)) if c.name == "answers-by-source")
    assert "n = 1: too few to say" in texts(chart.svg) and "<circle" not in chart.svg


def test_nothing_sent_yet_is_said() -> None:
    assert "No application has been sent yet." in texts(charts(stats([], TODAY))[0].svg)
