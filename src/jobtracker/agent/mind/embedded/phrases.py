"""What the embedded mind says: templates in `prompts/replies/<version>/<language>.toml`.

Each entry is a Jinja2 template rendered in a sandbox with the facts of the tool results; a language
that lacks an entry falls back to English. Facts are data: markup in them is never evaluated, and a
fact that a tool did not give is left out rather than failing the turn.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import cache, partial
from typing import TYPE_CHECKING, Any, cast
from zoneinfo import ZoneInfo

from jobtracker.agent.mind.embedded.told import find
from jobtracker.core.paths import asset_dir

if TYPE_CHECKING:
    from jinja2 import Template
    from jinja2.sandbox import SandboxedEnvironment

VERSION = "v1"
LANGUAGES = ("en", "de", "fr", "it")
_LOCALES = {"en": "en_GB", "de": "de_CH", "fr": "fr_CH", "it": "it_CH"}
_EMPTY_ITEM = re.compile(r"\s*(?:[-*]|\d+\.)\s*")
_ITEM = r"(?:[-*]|\d+\.) "
_BEFORE_MORE = re.compile(r"\n\n(?= {2,}\S)")
_AFTER_ITEM = re.compile(rf"^({_ITEM}.*(?:\n {{2,}}.*)*)\n(?=\S)(?!{_ITEM})", re.M)
_BETWEEN_ITEMS = re.compile(rf"^({_ITEM}.*(?:\n {{2,}}.*)*)\n\n(?={_ITEM})", re.M)


@cache
def _environment(language: str) -> SandboxedEnvironment:
    from jinja2 import ChainableUndefined
    from jinja2.sandbox import SandboxedEnvironment

    environment = SandboxedEnvironment(
        undefined=ChainableUndefined,
        finalize=_said,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
    )
    filters: dict[str, Callable[..., str]] = {
        "money": partial(money, language=language),
        "day": partial(day, language=language),
        "clock": partial(clock, language=language),
        "when": partial(when, language=language),
        "word": partial(word, language=language),
        "skills": partial(skills, language=language),
        "brief": brief,
    }
    cast("dict[str, Any]", environment.filters).update(filters)
    return environment


def _said(value: Any) -> Any:
    return "" if value is None else value


@cache
def _texts(language: str) -> dict[str, str]:
    path = asset_dir("prompts") / "replies" / VERSION / f"{language}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def _template(key: str, language: str) -> Template:
    texts = _texts(language)
    source = texts.get(key) or _texts("en")[key]
    return _environment(language).from_string(source.strip())


def supported(language: str) -> str:
    """Return the language of the replies for a BCP 47 language: its own or English."""
    short = language.partition("-")[0].lower()
    return short if short in LANGUAGES else "en"


def phrase(key: str, language: str, /, **facts: Any) -> str:
    """Render one reply as Markdown: no gaps where a fact is missing."""
    return _tidy(_template(key, supported(language)).render(**facts))


def _tidy(text: str) -> str:
    """Join what belongs to one list, and drop what an empty fact leaves behind."""
    lines = [line.rstrip() for line in text.strip().splitlines()]
    lines = [line for line in lines if not _EMPTY_ITEM.fullmatch(line)]
    joined = re.sub(r"\n{3,}", "\n\n", "\n".join(lines))
    joined = _BETWEEN_ITEMS.sub(r"\1\n", _BEFORE_MORE.sub("\n", joined))
    return _AFTER_ITEM.sub(r"\1\n\n", joined).strip()


def known(key: str) -> bool:
    """Tell whether there is such a phrase."""
    return key in _texts("en")


def word(value: object, language: str) -> str:
    """Return a contract's value (`onsite`, `applied`) as a word; unknown values as they are."""
    text = str(value or "")
    key = "word_" + text.replace(" ", "_")
    return phrase(key, language) if known(key) else text.replace("_", " ")


def skills(value: object, language: str) -> str:
    """Return skills, one or several by commas, by their names in the language."""
    from jobtracker.core.lexicon.skills import resolve

    text = str(value or "")
    if supported(language) == "en":
        return text
    named: list[str] = []
    for label in text.split(", "):
        known = None if label.isupper() else resolve(label)  # HACCP, EFZ are said as they are
        names = known.names.get(supported(language)) if known and known.label == label else None
        named.append(names[0] if names else label)
    return ", ".join(named)


def told(value: object, language: str) -> str:
    """Return a server's error in the person's language, or as it is where it is not known."""
    text, short = str(value or ""), supported(language)
    if not text or short == "en":
        return text
    found = find(text, short, asset_dir("prompts") / "replies" / VERSION / "told.toml")
    if found is None:
        return text
    return _from_source(found[0], short).render(**found[1])


@cache
def _from_source(source: str, language: str) -> Template:
    return _environment(language).from_string(source)


def question(summary: str, language: str) -> str:
    """Return the question before a side effect."""
    return phrase("confirm", language, summary=summary)


def removed(kinds: list[str], language: str) -> str:
    """Say which secrets were taken out of a message."""
    return phrase("secrets_removed", language, kinds=kinds)


def offline_notice(reason: str, language: str) -> str:
    """Say that the model did not answer and who did."""
    return phrase("offline", language, reason=reason)


def _moment(value: object) -> datetime | date | None:
    if isinstance(value, datetime | date):
        return value
    try:
        text = str(value)
        return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
    except ValueError:
        return None


def day(value: object, language: str) -> str:
    """Return a date as it is said: Thu 26 Nov 2026."""
    from babel.dates import format_date

    moment = _moment(value)
    if moment is None:
        return str(value)
    pattern = {"en": "EEE d MMM y", "de": "EEE, d. MMM y"}.get(language, "EEE d MMM y")
    return format_date(moment, pattern, locale=_LOCALES[language])


def clock(value: object, language: str) -> str:
    """Return the time of day with its zone's abbreviation left out."""
    moment = _moment(value)
    if not isinstance(moment, datetime):
        return str(value) if moment is None else ""
    return f"{moment:%H:%M}" + (" Uhr" if language == "de" else "")


def when(value: object, language: str) -> str:
    """Return a date and its time of day; also the first half of “15:00 – 16:00 Uhr”."""
    moment = _moment(value)
    time = f", {moment:%H:%M}" if isinstance(moment, datetime) else ""
    return day(value, language) + time


def in_zone(value: str, zone: ZoneInfo) -> str:
    """Return an RFC 3339 time in the person's zone."""
    moment = _moment(value)
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        return value
    return moment.astimezone(zone).isoformat()


def money(value: object, language: str) -> str:
    """Return a salary `{min, max, currency, period}` as it is written: CHF 120’000–140’000/year."""
    if not isinstance(value, dict):
        return ""
    from babel.numbers import format_decimal

    facts = cast("dict[str, Any]", value)
    locale = "de_CH" if facts.get("currency") == "CHF" else _LOCALES[language]
    amounts = [
        format_decimal(Decimal(str(facts[key])), format="#,##0.##", locale=locale)
        for key in ("min", "median", "max")
        if facts.get(key) is not None
    ]
    if not amounts:
        return ""
    joined = "–".join(dict.fromkeys(amounts))
    period = facts.get("period")
    per = "/" + phrase(f"word_{period}", language) if period else ""
    return f"{facts.get('currency') or ''} {joined}{per}".strip()


def brief(value: object, length: int = 400) -> str:
    """Return text cut at a word, on one line a paragraph."""
    lines = [" ".join(line.split()) for line in str(value).splitlines()]
    text = "\n".join(line for line in lines if line)
    if len(text) <= length:
        return text
    return text[:length].rsplit(" ", 1)[0] + " …"
