"""A run as one HTML page: charts, tables and failing cases, with nothing fetched from anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from jobtracker.evals import charts, loading
from jobtracker.evals.keeping import Point
from jobtracker.evals.model import About, RunResult, SuiteResult
from jobtracker.evals.report import short
from jobtracker.evals.verdicts import changed, compare

_CSS = """
:root{color-scheme:light dark;--ink:#1c2430;--soft:#5b6675;--line:#d9dee6;--back:#fff;
--card:#f6f8fa;--good:#19714b;--bad:#b3261e;--mark:#7a5b00}
@media(prefers-color-scheme:dark){:root{--ink:#e7ebf1;--soft:#a3adba;--line:#3a434f;
--back:#14181d;--card:#1c2229;--good:#5fc99a;--bad:#ff8a80;--mark:#e6c463}}
*{box-sizing:border-box}body{margin:0 auto;max-width:62rem;padding:1.5rem 1rem 4rem;
color:var(--ink);background:var(--back);font:16px/1.5 system-ui,sans-serif}
h1{font-size:1.5rem;margin:0 0 .25rem}h2{font-size:1.15rem;margin:0}
p{margin:.25rem 0}.soft{color:var(--soft)}.good{color:var(--good)}.bad{color:var(--bad)}
section{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:1rem;
margin:1rem 0}table{border-collapse:collapse;width:100%;font-size:.9rem}
th,td{text-align:left;padding:.3rem .6rem .3rem 0;border-bottom:1px solid var(--line);
vertical-align:top;overflow-wrap:break-word}th{color:var(--soft);font-weight:600}
td.n{font-variant-numeric:tabular-nums;white-space:nowrap}
.wide{overflow-x:auto}.wide table{min-width:34rem}.wide .chart{min-width:34rem}
details{margin-top:.75rem}summary{cursor:pointer}
.chart{width:100%;max-width:44rem;height:auto;margin:.75rem 0 .25rem}
.trend{width:13.75rem;height:2.75rem}
.grid{stroke:var(--line)}.tick,.name,.value{font:11px system-ui,sans-serif;fill:var(--soft)}
.tick{text-anchor:middle}.name{text-anchor:end;font-size:12px;fill:var(--ink)}
.value{font-size:12px;font-variant-numeric:tabular-nums}.value.good{fill:var(--good)}
.value.bad{fill:var(--bad);font-weight:700}.range{stroke-width:3;stroke-linecap:round;opacity:.55}
.range.good{stroke:var(--good)}.range.bad{stroke:var(--bad)}.dot.good{fill:var(--good)}
.dot.bad{fill:var(--bad)}.bound{stroke:var(--mark);stroke-width:2}
.old{fill:none;stroke:var(--soft);stroke-width:1.5}.line{fill:none;stroke:var(--good);stroke-width:2}
nav a{margin-right:.75rem;color:inherit}
"""


def page(result: RunResult, baseline: RunResult | None = None, points: Sequence[Point] = ()) -> str:
    """Return the page. `points` are of the store: the trend of each metric."""
    own = charts.comparable(points, result.mind, result.model)
    suites = result.suites.values()
    body = [_head(result), _nav(suites)]
    for suite in suites:
        before = baseline.suites.get(suite.suite) if baseline else None
        body.append(_suite(suite, before, own))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<title>Evals: " + escape(_verdict(result)) + "</title>"
        "<style>" + _CSS + "</style></head><body><main>" + "\n".join(body)
        + "</main></body></html>\n"
    )  # fmt: skip


def _verdict(result: RunResult) -> str:
    if result.stopped:
        return "stopped before the end"
    return "passed" if result.passed else "failed"


def _head(result: RunResult) -> str:
    cases = sum(suite.cases for suite in result.suites.values())
    wrong = sum(not case.passed for suite in result.suites.values() for case in suite.results)
    word = "good" if result.passed else "bad"
    what = f"{result.mind} mind" + (f", {result.model}" if result.model else "")
    if result.prompts:
        what += ", " + ", ".join(f"{name}={version}" for name, version in result.prompts.items())
    if result.repeat > 1:
        what += f", each case {result.repeat} times"
    lines = [
        f'<h1>Evals: <span class="{word}">{escape(_verdict(result))}</span></h1>',
        f'<p class="soft">{escape(what)}. {len(result.suites)} suites, {cases} cases, '
        f"{wrong} wrong.</p>",
    ]
    if result.stopped:
        lines.append(f'<p class="bad">{escape(result.stopped)}</p>')
    if used := result.used:
        lines.append(
            f"<p>{used.calls} answers of the model, {used.cached} of them kept from before; "
            f"{used.input_tokens:,} tokens in, {used.output_tokens:,} out; {used.price:.4f} "
            f"{escape(used.currency)}, {used.spent:.4f} of it spent in this run.</p>"
        )
    lines.append(
        '<p class="soft">A dot is the value, the bar its bootstrap 95 % interval, the upright line '
        "the bound, the ring the baseline.</p>"
    )
    return "".join(lines)


def _nav(suites: Any) -> str:
    links = "".join(
        f'<a class="{_word(suite)}" href="#{escape(suite.suite, quote=True)}">'
        f"{escape(suite.suite)}</a> "
        for suite in suites
    )
    return f'<nav aria-label="Suites">{links}</nav>'


def _word(suite: SuiteResult) -> str:
    return "good" if suite.passed and not suite.missing else "bad"


def _suite(suite: SuiteResult, before: SuiteResult | None, points: Sequence[Point]) -> str:
    parts = [
        f'<section id="{escape(suite.suite, quote=True)}"><h2 class="{_word(suite)}">'
        f"{escape(suite.suite)} · {'passed' if _word(suite) == 'good' else 'failed'}</h2>",
        f'<p class="soft">{suite.cases} cases</p>',
    ]
    if about := _about(suite.suite):
        parts.append(
            f"<p>Proves: {escape(about.proves)}.</p>"
            f'<p class="soft">Cannot show: {escape(about.cannot)}.</p>'
        )
    if suite.metrics:
        chart = charts.intervals(suite, before)
        parts += [f'<div class="wide">{chart}</div>', _metrics(suite, before, points)]
    if suite.missing:
        rows = [(name, why) for name, why in suite.missing.items()]
        parts.append(_table("Not finished", ("case", "why"), rows))
    if before is not None:
        gained, lost = changed(before, suite)
        rows = [(case.id, "now right", "") for case in gained]
        rows += [(case.id, "now wrong", short(case.got)) for case in lost]
        if rows:
            parts.append(_table("Changed against the baseline", ("case", "", "got"), rows))
    wrong = [case for case in suite.results if not case.passed]
    if wrong:
        rows = [(case.id, short(case.expected), short(case.got)) for case in wrong]
        parts.append(_table(f"Wrong ({len(wrong)})", ("case", "expected", "got"), rows))
    return "".join([*parts, "</section>"])


def _about(name: str) -> About | None:
    return loading.load(name).about if name in loading.names() else None


def _metrics(suite: SuiteResult, before: SuiteResult | None, points: Sequence[Point]) -> str:
    found = compare(before, suite) if before else {}
    rows: list[str] = []
    for name, metric in suite.metrics.items():
        sign = "≤" if metric.better == "lower" else "≥"
        bound = "" if metric.threshold is None else f"{sign} {metric.threshold:g}"
        note = metric.withheld or ("" if metric.passed else "failed")
        if name == "judged" and not note:
            note = f"judge's kappa {metric.kappa:.2f}" if metric.kappa is not None else ""
        paired = found.get(name)
        stands = "" if paired is None else paired.verdict
        if paired is not None and paired.needed:
            stands += f", {paired.needed} more cases needed"
        rows.append(
            f"<tr><td>{escape(name)}</td>"
            f'<td class="n">{metric.value:.4f} [{metric.low:.4f}, {metric.high:.4f}]</td>'
            f'<td class="n">{metric.n}</td><td class="n">{bound}</td>'
            f'<td class="bad">{escape(note)}</td><td>{escape(stands)}</td>'
            f"<td>{charts.trend(points, suite.suite, name)}</td></tr>"
        )
    head = "".join(
        f'<th scope="col">{word}</th>'
        for word in ("metric", "value [95 %]", "n", "bound", "", "against the baseline", "trend")
    )
    return f'<div class="wide"><table><tr>{head}</tr>{"".join(rows)}</table></div>'


def _table(title: str, heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    head = "".join(f'<th scope="col">{escape(word)}</th>' for word in heads)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return (
        f"<details{' open' if len(rows) <= 12 else ''}><summary>{escape(title)}</summary>"
        f'<div class="wide"><table><tr>{head}</tr>{body}</table></div></details>'
    )
