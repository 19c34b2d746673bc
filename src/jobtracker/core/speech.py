"""What tools say to people, in the person's language: sentences as data, chosen by a code.

A feature keeps its sentences in `<feature>/data/messages/<language>.toml`: a key and a text with
`{facts}`, and tables of words. `say("applications.thank_you", day=…)` words one in the language
that is spoken during the call (`speaking`), and `Saying` keeps code and facts beside the text, so
that a client can word its own and what is stored can be said again in another language.

Within a text, `{n}` is written as the language writes it (1’000, 2,5), and

- `{on:day}` a date, `{at:time}` a time of day, `{x:weekday}` and `{x:month}` their names,
- `{share:percent}` a share of 1, `{names:list}` and `{skills:skills}` several, by commas,
- `{n:#day|days}` the word that fits the number, without the number,
- `{status:@words}` the value's word in the table `words` of the same file.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

from pydantic import BaseModel, Field

Language = Literal["en", "de", "fr", "it"]
LANGUAGES: tuple[Language, ...] = ("en", "de", "fr", "it")
_LOCALES = {"en": "en_GB", "de": "de_CH", "fr": "fr_CH", "it": "it_CH"}
_PACKAGE = Path(__file__).resolve().parent.parent
_SPOKEN: ContextVar[Language] = ContextVar("spoken", default="en")


class Saying(BaseModel):
    """A sentence by its code, with what is filled in; `text` words it."""

    code: str
    facts: dict[str, Any] = Field(default_factory=dict[str, Any])

    def text(self, language: Language | None = None) -> str:
        """Return the sentence in the language, else in the one that is spoken."""
        return _worded(self.code, language or _SPOKEN.get(), self.facts)


def known(tag: str | None) -> Language | None:
    """Return the language of a BCP 47 tag where it is one of the four."""
    short = (tag or "").replace("_", "-").partition("-")[0].lower()
    return next((name for name in LANGUAGES if name == short), None)


def spoken() -> Language:
    """Return the language in which sentences are worded now."""
    return _SPOKEN.get()


@contextmanager
def speaking(tag: str | None) -> Generator[None]:
    """Word sentences in that language inside; where it is not one of the four, in English."""
    token = _SPOKEN.set(known(tag) or "en")
    try:
        yield
    finally:
        _SPOKEN.reset(token)


def saying(code: str, /, **facts: Any) -> Saying:
    """Return the sentence of that code with its facts, in a shape that JSON can hold."""
    return Saying(code=code, facts={name: _plain(value) for name, value in facts.items()})


def say(code: str, /, **facts: Any) -> str:
    """Return the sentence of that code in the language that is spoken."""
    return _worded(code, _SPOKEN.get(), facts)


def texts(said: list[Saying]) -> list[str]:
    """Return the sentences in the language that is spoken."""
    return [one.text() for one in said]


@cache
def messages(feature: str, language: Language) -> dict[str, Any]:
    """Return the sentences and tables of words of a feature."""
    path = _PACKAGE / feature / "data" / "messages" / f"{language}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def word(table: str, value: str, language: Language | None = None) -> str:
    """Return a value's word in a table (`applications.status`), else the value itself."""
    feature, _, name = table.partition(".")
    return _word(feature, name, value, language or _SPOKEN.get())


def _word(feature: str, table: str, value: str, language: Language) -> str:
    words = cast("dict[str, str]", messages(feature, language).get(table) or {})
    return words.get(value) or value.replace("_", " ")


def _worded(code: str, language: Language, facts: Mapping[str, Any]) -> str:
    feature, _, key = code.partition(".")
    text = messages(feature, language).get(key) or messages(feature, "en")[key]
    return _Worder(feature, language).vformat(cast("str", text), (), facts)


class _Worder(string.Formatter):
    """Fills in facts as the language writes them."""

    def __init__(self, feature: str, language: Language) -> None:
        self._feature = feature
        self._language: Language = language

    def format_field(self, value: Any, format_spec: str) -> str:
        """Return a fact as its place in the text asks for it."""
        language = self._language
        if format_spec.startswith("#"):
            one, _, many = format_spec[1:].partition("|")
            return one if _is_one(value, language) else many
        if format_spec.startswith("@"):
            return _word(self._feature, format_spec[1:], str(value), language)
        if format_spec in _FORMATS:
            return _FORMATS[format_spec](value, language)
        return number(value, language) if isinstance(value, int | float) else str(value or "")


def _is_one(value: Any, language: Language) -> bool:
    """Tell whether the number takes the singular: 1, in French also 0 and 1.5."""
    count = abs(float(value))
    return count < 2 if language == "fr" else count == 1


def number(value: float, language: Language) -> str:
    """Return a number as the language writes it: 1’000, 2.5."""
    if isinstance(value, int) and abs(value) < 1000:
        return str(value)
    from babel.numbers import format_decimal

    return format_decimal(value, format="#,##0.##", locale=_LOCALES[language])


def day(value: object, language: Language) -> str:
    """Return a date in figures: 23.11.2026; in English by ISO 8601, which no reader mistakes."""
    moment = _moment(value)
    if not isinstance(moment, date):
        return str(value)
    return f"{moment:%Y-%m-%d}" if language == "en" else f"{moment:%d.%m.%Y}"


def _time(value: object, _language: Language) -> str:
    moment = _moment(value)
    return f"{moment:%H:%M}" if isinstance(moment, datetime | time) else str(value)


def _weekday(value: object, language: Language) -> str:
    from babel.dates import format_date

    moment = _moment(value)
    if not isinstance(moment, date):
        return str(value)
    return format_date(moment, "EEEE", locale=_LOCALES[language])


def _month(value: object, language: Language) -> str:
    """Return a month in words, from 2026-11 or a date: November 2026."""
    from babel.dates import format_date

    moment = _moment(f"{value}-01" if len(str(value)) == 7 else value)
    if not isinstance(moment, date):
        return str(value)
    return format_date(moment, "LLLL y", locale=_LOCALES[language])


def _percent(value: object, language: Language) -> str:
    share = round(float(cast("float", value)) * 100)
    return f"{share}%" if language in {"en", "it"} else f"{share} %"


def _list(value: object, _language: Language) -> str:
    return ", ".join(map(str, cast("list[object]", value)))


def _skills(value: object, language: Language) -> str:
    """Return skills by their names in the language; capitals such as HACCP are said as they are."""
    labels = cast("list[str]", value)
    if language == "en":
        return ", ".join(labels)
    from jobtracker.core.lexicon.skills import resolve

    said: list[str] = []
    for label in labels:
        skill = None if label.isupper() else resolve(label)
        names = skill.names.get(language) if skill and skill.label == label else None
        said.append(names[0] if names else label)
    return ", ".join(said)


_FORMATS = {
    "day": day, "time": _time, "weekday": _weekday, "month": _month, "percent": _percent,
    "list": _list, "skills": _skills,
}  # fmt: skip


def _moment(value: object) -> date | time | None:
    if isinstance(value, date | time):
        return value
    text = str(value)
    for read in (date.fromisoformat, datetime.fromisoformat, time.fromisoformat):
        try:
            return read(text)
        except ValueError:
            continue
    return None


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | time) else value
