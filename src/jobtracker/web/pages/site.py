"""What pages are made of: templates, and words in four languages."""

from __future__ import annotations

import csv
import json
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request

from jobtracker.web.auth.cookies import preference
from jobtracker.web.pages.files import static

HERE = Path(__file__).parent
LANGUAGES = {"en": "English", "de": "Deutsch", "fr": "Français", "it": "Italiano"}
"""The languages of the pages, by their own names."""

Language = Literal["en", "de", "fr", "it"]
THEMES = ("light", "dark")
LOGO = '<svg aria-hidden="true" focusable="false"'
LANGUAGE_COOKIE = "lang"
THEME_COOKIE = "theme"


@cache
def words(language: str) -> dict[str, dict[str, str]]:
    """Return the words of all pages: section, key, text with `{facts}`."""
    found: dict[str, dict[str, str]] = {}
    with (HERE / "words.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            found.setdefault(row["section"], {})[row["key"]] = row[language]
    return found


def language_of(request: Request, default: str = "", own: str = "") -> Language:
    """Return the language of the page: asked for, the person's, chosen before, the setting's, the
    browser's.
    """
    wanted = [
        request.query_params.get("lang", ""),
        own,
        preference(request, LANGUAGE_COOKIE),
        default,
        *accepted(request.headers.get("accept-language", "")),
    ]
    for tag in wanted:
        short = tag.strip().split("-")[0].casefold()
        if short in LANGUAGES:
            return cast("Language", short)
    return "en"


def accepted(header: str) -> list[str]:
    """Return the tags of an Accept-Language header, the dearest first (RFC 9110, 12.5.4)."""
    weighed: list[tuple[float, str]] = []
    for part in header[:500].split(","):
        tag, _, quality = part.partition(";q=")
        try:
            weight = float(quality) if quality else 1.0
        except ValueError:
            weight = 0.0
        if weight > 0:
            weighed.append((weight, tag.strip()))
    return [tag for _, tag in sorted(weighed, key=lambda pair: -pair[0])]


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # else each page asks the disk, in the event loop
    )
    files = static()
    cast("dict[str, Any]", made.globals).update(
        static=files.url,
        style=Markup(files.style),
        logo=Markup(files.read("icon.svg")[0].decode().replace("<svg", LOGO, 1)),
    )
    return made


def render(template: str, language: str, page: str, **facts: Any) -> str:
    """Render a page; `t` in it looks a word up in the page's section, then in `common`."""
    texts = {**words(language)["common"], **words(language).get(page, {})}
    own = f"{page}.js"
    module = own if own in static().names else "lib.js"

    def text(key: str, **given: Any) -> str:
        return texts[key].format(**given)

    return (
        _environment()
        .get_template(template)
        .render(t=text, texts=_json(texts), lang=language, page=page, module=module, **facts)
    )


def _json(value: Any) -> Markup:
    """Return JSON that is safe within a script element."""
    text = json.dumps(value, ensure_ascii=False)
    for char, escaped in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026")):
        text = text.replace(char, escaped)
    return Markup(text)
