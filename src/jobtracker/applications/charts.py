"""The statistics as pictures: SVG of our own, and PNG by letting typst draw the same SVG.

Every share shows its n and its 95 % interval; where n is too small there is a sentence, no bar.
Colours keep a contrast of 4.5 to 1 and differ in lightness too; the title is the SVG's own.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from jobtracker.applications.analytics import WEEKDAYS
from jobtracker.applications.model import ApplicationStats, GroupRate, Rate

_DATA = Path(__file__).parent / "data"
_WIDTH, _LEFT, _RIGHT, _ROW, _TOP = 640, 150, 200, 34, 56
_INK, _SOFT, _BAR, _PALE, _LINE = "#1b1f24", "#57606a", "#1f5fae", "#a9c7ea", "#d0d7de"
_FONT = "font-family=\"'Libertinus Serif', 'DejaVu Sans', sans-serif\""
_PIXELS_PER_INCH = 144.0


@dataclass(frozen=True)
class Chart:
    """One picture; `name` is that of its file, without the ending."""

    name: str
    title: str
    svg: str


@cache
def _words() -> dict[str, dict[str, Any]]:
    return tomllib.loads((_DATA / "charts.toml").read_text(encoding="utf-8"))


def charts(stats: ApplicationStats, language: str = "en") -> list[Chart]:
    """Return the pictures of these figures: the funnel, the answers by group, the months."""
    words = _words().get(language, _words()["en"])
    found = [_funnel(stats, words)]
    groups = {
        "source": stats.by_source,
        "resume": stats.by_resume_version,
        "weekday": _named_weekdays(stats.by_weekday, words),
        "size": stats.by_company_size,
    }
    everything = GroupRate(group=str(words["all"]), rate=stats.response)
    found += [
        _response(name, [everything, *rates], words)
        for name, rates in groups.items()
        if rates or name == "source"
    ]
    return [*found, _months(stats, words)]


def png(chart: Chart) -> bytes:
    """Return the picture as PNG, twice as many pixels as its units."""
    import typst

    # The SVG travels as input, never as source text.
    source = (
        b"#set page(width: auto, height: auto, margin: 0pt)\n"
        b'#image(bytes(sys.inputs.at("svg")), format: "svg")\n'
    )
    made = typst.compile(source, format="png", ppi=_PIXELS_PER_INCH, sys_inputs={"svg": chart.svg})
    return bytes(made)


def _named_weekdays(rates: list[GroupRate], words: dict[str, Any]) -> list[GroupRate]:
    """Return the weekdays in their order, by their names in the language."""
    order = {name: number for number, name in enumerate(WEEKDAYS)}
    sorted_rates = sorted(rates, key=lambda g: order.get(g.group, 9))
    return [
        g.model_copy(update={"group": words["weekdays"][order[g.group]]})
        for g in sorted_rates
        if g.group in order
    ]


def _funnel(stats: ApplicationStats, words: dict[str, Any]) -> Chart:
    title = str(words["funnel"])
    most = max((step.count for step in stats.funnel), default=0)
    if most == 0:
        return Chart("funnel", title, _sheet(title, [_note(_TOP, str(words["none"]))], 1))
    body: list[str] = []
    for number, step in enumerate(stats.funnel):
        y = _TOP + number * _ROW
        width = step.count / most * (_WIDTH - _LEFT - _RIGHT)
        body.append(_label(y, str(words[step.stage])))
        body.append(_box(_LEFT, y, width, _BAR))
        body.append(_text(_LEFT + width + 6, y + 15, str(step.count), bold=True))
        if step.from_previous is not None and step.from_previous.n:
            told = _share(step.from_previous, words)
            body.append(_text(_WIDTH - 8, y + 15, told, anchor="end", soft=True, size=11))
    return Chart("funnel", title, _sheet(title, body, len(stats.funnel)))


def _share(rate: Rate, words: dict[str, Any]) -> str:
    if rate.value is None:
        return str(words["few"]).format(n=rate.n)
    return str(words["of_before"]).format(percent=round(rate.value * 100), n=rate.n)


def _response(name: str, rates: list[GroupRate], words: dict[str, Any]) -> Chart:
    title = str(words["response"]).format(group=words[name])
    span = _WIDTH - _LEFT - 90
    body = [_axis(len(rates), span)]
    for number, one in enumerate(rates):
        y = _TOP + number * _ROW
        body.append(_label(y, one.group))
        if one.rate.value is None or one.rate.low is None or one.rate.high is None:
            few = str(words["few"]).format(n=one.rate.n)
            body.append(_text(_LEFT + 6, y + 15, few, soft=True, size=11))
            continue
        low, middle, high = (
            _LEFT + x * span for x in (one.rate.low, one.rate.value, one.rate.high)
        )
        body.append(_box(low, y + 5, high - low, _PALE, height=10))
        body.append(f'<circle cx="{middle:.1f}" cy="{y + 10}" r="5" fill="{_BAR}"/>')
        told = f"{round(one.rate.value * 100)} %, {str(words['n']).format(n=one.rate.n)}"
        body.append(_text(_WIDTH - 8, y + 15, told, anchor="end", size=11))
    return Chart(f"answers-by-{name}", title, _sheet(title, body, len(rates), foot=18))


def _axis(rows: int, span: float) -> str:
    bottom = _TOP + rows * _ROW
    lines = [
        f'<line x1="{x:.1f}" y1="{_TOP - 6}" x2="{x:.1f}" y2="{bottom}" stroke="{_LINE}"/>'
        + _text(x, bottom + 12, f"{percent} %", anchor="middle", soft=True, size=10)
        for percent in (0, 25, 50, 75, 100)
        for x in [_LEFT + percent / 100 * span]
    ]
    return "".join(lines)


def _months(stats: ApplicationStats, words: dict[str, Any]) -> Chart:
    title, month = str(words["month"]), stats.month
    rows = [
        ("applications", month.applications, month.applications_before),
        ("answers", month.answers, month.answers_before),
    ]
    most = max(max(now, before) for _, now, before in rows) or 1
    span = _WIDTH - _LEFT - _RIGHT
    body: list[str] = []
    for number, (name, now, before) in enumerate(rows):
        y = _TOP + number * 2 * _ROW
        body.append(_label(y, str(words[name])))
        for line, (count, fill, when) in enumerate(
            ((now, _BAR, words["now"]), (before, _PALE, words["before"]))
        ):
            at = y + line * (_ROW - 8)
            width = count / most * span
            body.append(_box(_LEFT, at, width, fill))
            body.append(_text(_LEFT + width + 6, at + 15, str(count), bold=True))
            body.append(_text(_WIDTH - 8, at + 15, str(when), anchor="end", soft=True, size=11))
    return Chart("months", title, _sheet(title, body, 4))


def _sheet(title: str, body: list[str], rows: int, foot: int = 0) -> str:
    height = _TOP + rows * _ROW + 14 + foot
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" '
        f'viewBox="0 0 {_WIDTH} {height}" role="img" {_FONT}>'
        f"<title>{escape(title)}</title>"
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>'
        f"{_text(12, 28, title, bold=True, size=16)}{''.join(body)}</svg>"
    )


def _label(y: float, text: str) -> str:
    shown = text if len(text) <= 20 else f"{text[:19]}…"
    return _text(_LEFT - 8, y + 15, shown, anchor="end")


def _note(y: float, text: str) -> str:
    return _text(12, y + 15, text, soft=True)


def _box(x: float, y: float, width: float, fill: str, height: int = 20) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height}" '
        f'rx="2" fill="{fill}"/>'
    )


def _text(
    x: float, y: float, text: str, *, anchor: str = "start", bold: bool = False,
    soft: bool = False, size: int = 13,
) -> str:  # fmt: skip
    weight = ' font-weight="bold"' if bold else ""
    clean = "".join(c for c in text if c.isprintable())
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" '
        f'fill="{_SOFT if soft else _INK}"{weight}>{escape(clean)}</text>'
    )
