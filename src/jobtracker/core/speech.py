"""What tools say to people, in the person's language: sentences as data, chosen by a code.

A feature keeps its sentences in `<feature>/data/messages/<language>.toml`: a key and a text with
`{facts}`, and tables of words. `say("applications.thank_you", day=…)` words one in the language
that is spoken during the call (`speaking`), and `Saying` keeps code and facts beside the text, so
that a client can word its own and what is stored can be said again in another language.

Within a text, `{n}` is written as the language writes it (1’000, 2,5), and

- `{on:day}` a date, `{at:time}` a time of day, `{x:weekday}` and `{x:month}` their names,
- `{share:percent}` a share of 1, `{names:list}` and `{skills:skills}` several, by commas,
- `{n:#day|days}` the word that fits the number, without the number,
- `{status:@words}` the word of a value, or of several, in the table `words` of the same file.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal, TypeVar, cast

from pydantic import BaseModel, Field

Language = Literal["en", "de", "fr", "it"]
R = TypeVar("R")
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


def in_language(language: Language, function: Callable[..., R], *args: Any) -> R:
    """Call the function, its sentences in that language; where another process does the work."""
    with speaking(language):
        return function(*args)


def saying(code: str, /, **facts: Any) -> Saying:
    """Return the sentence of that code with its facts, in a shape that JSON can hold."""
    plain = {name: _plain(value) for name, value in facts.items()}
    return Saying.model_construct(code=code, facts=plain)


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
    return _filled(_parts(feature, key, language), feature, language, facts)


_Part = tuple[str, str | None, str]
"""Words, the fact that follows them, and how it is written."""


@cache
def _parts(feature: str, key: str, language: Language) -> tuple[_Part, ...]:
    text = messages(feature, language).get(key) or messages(feature, "en")[key]
    return _parsed(cast("str", text))


@lru_cache(maxsize=2048)
def _parsed(text: str) -> tuple[_Part, ...]:
    found = string.Formatter().parse(text)
    return tuple((words, name, spec or "") for words, name, spec, _ in found)


def _filled(
    parts: tuple[_Part, ...], feature: str, language: Language, facts: Mapping[str, Any]
) -> str:
    """Fill in facts as the language writes them; a fact is data and never a text with braces."""
    said: list[str] = []
    for words, name, form in parts:
        said.append(words)
        if name is not None:
            if form.startswith("#"):
                one, _, many = form[1:].partition("|")
                chosen = one if _is_one(facts[name], language) else many
                said.append(_filled(_parsed(chosen), feature, language, facts))
            else:
                said.append(_written(facts[name], form, feature, language))
    return "".join(said)


def _written(value: Any, form: str, feature: str, language: Language) -> str:
    if form.startswith("@"):
        values = cast("list[object]", value if isinstance(value, list) else [value])
        return ", ".join(_word(feature, form[1:], str(one), language) for one in values)
    if form:
        return _FORMATS[form](value, language)
    if isinstance(value, int | float | Decimal):
        return number(value, language)
    return str(value or "")


def _is_one(value: Any, language: Language) -> bool:
    """Tell whether the number takes the singular: 1, in French also 0 and 1.5."""
    count = abs(float(value))
    return count < 2 if language == "fr" else count == 1


def number(value: float | Decimal, language: Language) -> str:
    """Return a number as the language writes it, to two decimals: 1’000, 2.5, in French 2,5."""
    text = f"{value:,.2f}".rstrip("0").rstrip(".") if value % 1 else f"{value:,.0f}"
    if language == "en":
        return text
    text = text.replace(",", "’")
    return text.replace(".", ",") if language == "fr" else text


def language_name(tag: str, language: Language | None = None) -> str:
    """Return what a language is called: German, Deutsch; the tag itself where it is not known."""
    from babel import Locale

    locale = Locale.parse(_LOCALES[language or _SPOKEN.get()])
    names = cast("Mapping[str, str]", locale.languages)
    return names.get(tag.partition("-")[0].lower(), tag)


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
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date | time) else value
