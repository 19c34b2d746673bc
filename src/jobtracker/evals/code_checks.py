"""What code can say of an answer; a suite's case names the checks under `expected_output`.

`equals` the whole answer · `fields` {path: value} (`~x`: part of it; a list: one of them) ·
`numbers` {path: {min, max}} · `items` {path: {min, max}} sizes of lists · `contains`,
`contains_any`, `not_contains` texts, in any case · `matches`, `not_matches` regular expressions ·
`min_words`, `max_words` · `language` · `quotes` {path: input}: verbatim there · `numbers_from`
[inputs]: no number that none of them has · `honest` {path: input}: every statement borne out by
that résumé · `reworded`: each line is one that the product takes in place of the one it rewords ·
`is_json` · `starts_with` · `rubric`: for the judge. A path has dots, `*` is every element.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, cast

from jobtracker.core.errors import BadInput
from jobtracker.evals.spoken import language_of

Check = Callable[[Any, Any, Mapping[str, Any]], list[str]]
"""Takes what is wanted, the answer and the inputs; returns what is wrong."""
RUBRIC = "rubric"
_TODAY = date(2026, 11, 23)
_LONGEST_PATTERN = 1000


def at(value: Any, path: str) -> list[Any]:
    """Return the values at a path; none where there is no such place."""
    found = [value]
    for part in path.split(".") if path else []:
        below: list[Any] = []
        for one in found:
            if isinstance(one, list):
                items = cast("list[Any]", one)
                if part == "*":
                    below += items
                elif part.isdigit() and int(part) < len(items):
                    below.append(items[int(part)])
            elif isinstance(one, dict) and part in one:
                below.append(cast("dict[str, Any]", one)[part])
        found = below
    return found


def text_of(answer: Any) -> str:
    """Return an answer as text."""
    return answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False)


def _listed(value: Any) -> list[str]:
    items = cast("list[Any]", value) if isinstance(value, list) else [value]
    return [str(item) for item in items]


def _equals(want: Any, got: Any, _: Mapping[str, Any]) -> list[str]:
    same = got == want or (isinstance(got, str) and got.strip() == str(want).strip())
    return [] if same else [f"is not {want!r}"]


def _fields(want: dict[str, Any], got: Any, _: Mapping[str, Any]) -> list[str]:
    wrong: list[str] = []
    for path, value in want.items():
        found = at(got, path)
        if not any(_is(one, value) for one in found):
            shown = found[0] if len(found) == 1 else found
            wrong.append(f"{path} is {shown!r}, not {value!r}")
    return wrong


def _is(found: Any, value: Any) -> bool:
    if isinstance(value, list):
        return any(_is(found, one) for one in cast("list[Any]", value))
    if isinstance(value, str) and value.startswith("~"):
        return value[1:].casefold() in text_of(found).casefold()
    return found == value


def _bounds(what: str, size: float, bound: Mapping[str, float]) -> list[str]:
    if size < bound.get("min", size) or size > bound.get("max", size):
        return [f"{what} is {size:g}, outside {dict(bound)}"]
    return []


def _numbers(want: dict[str, Any], got: Any, _: Mapping[str, Any]) -> list[str]:
    wrong: list[str] = []
    for path, bound in want.items():
        found = [n for n in at(got, path) if isinstance(n, int | float)]
        wrong += [line for number in found for line in _bounds(path, number, bound)]
        wrong += [] if found else [f"{path} is no number"]
    return wrong


def _items(want: dict[str, Any], got: Any, _: Mapping[str, Any]) -> list[str]:
    wrong: list[str] = []
    for path, bound in want.items():
        lists = [cast("list[Any]", one) for one in at(got, path) if isinstance(one, list)]
        wrong += [line for one in lists for line in _bounds(f"size of {path}", len(one), bound)]
        wrong += [] if lists else [f"{path} is no list"]
    return wrong


def _contains(want: Any, got: Any, _: Mapping[str, Any]) -> list[str]:
    text = text_of(got).casefold()
    return [f"does not say {part!r}" for part in _listed(want) if part.casefold() not in text]


def _contains_any(want: Any, got: Any, _: Mapping[str, Any]) -> list[str]:
    text = text_of(got).casefold()
    said = any(part.casefold() in text for part in _listed(want))
    return [] if said else [f"says none of {_listed(want)}"]


def _not_contains(want: Any, got: Any, _: Mapping[str, Any]) -> list[str]:
    text = text_of(got).casefold()
    return [f"says {part!r}" for part in _listed(want) if part.casefold() in text]


def _pattern(raw: str) -> re.Pattern[str]:
    if len(raw) > _LONGEST_PATTERN:
        raise BadInput(f"the pattern {raw[:40]!r}… has more than {_LONGEST_PATTERN} characters")
    try:
        return re.compile(raw)
    except re.error as exc:
        raise BadInput(f"{raw[:60]!r} is no regular expression: {exc}") from exc


def _matches(want: Any, got: Any, _: Mapping[str, Any]) -> list[str]:
    text = text_of(got)
    return [f"does not match {p!r}" for p in _listed(want) if not _pattern(p).search(text)]


def _not_matches(want: Any, got: Any, _: Mapping[str, Any]) -> list[str]:
    text = text_of(got)
    return [f"matches {p!r}" for p in _listed(want) if _pattern(p).search(text)]


def _starts_with(want: Any, got: Any, _: Mapping[str, Any]) -> list[str]:
    text = text_of(got).strip()
    return [] if any(text.startswith(p) for p in _listed(want)) else [f"does not begin {want!r}"]


def _max_words(want: int, got: Any, _: Mapping[str, Any]) -> list[str]:
    return _bounds("the number of words", len(text_of(got).split()), {"max": want})


def _min_words(want: int, got: Any, _: Mapping[str, Any]) -> list[str]:
    return _bounds("the number of words", len(text_of(got).split()), {"min": want})


def _language(want: str, got: Any, _: Mapping[str, Any]) -> list[str]:
    texts = [str(one) for one in _leaves(got) if len(str(one).split()) > 2]
    spoken = language_of(" ".join(texts))
    return [] if spoken == want else [f"is in {spoken}, not {want}"]


def _leaves(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [leaf for one in cast("dict[str, Any]", value).values() for leaf in _leaves(one)]
    if isinstance(value, list):
        return [leaf for one in cast("list[Any]", value) for leaf in _leaves(one)]
    return [value] if isinstance(value, str) else []


def _quotes(want: dict[str, str], got: Any, inputs: Mapping[str, Any]) -> list[str]:
    wrong: list[str] = []
    for path, source in want.items():
        whole = _flat(" ".join(_leaves(inputs.get(source))))
        quoted = [quote for quote in at(got, path) if isinstance(quote, str) and quote.strip()]
        wrong += [f"{q[:80]!r} does not stand in {source}" for q in quoted if _flat(q) not in whole]
        wrong += [] if quoted else [f"{path} quotes nothing"]
    return wrong


def _flat(text: str) -> str:
    return " ".join(text.split()).casefold()


def _numbers_from(want: list[str], got: Any, inputs: Mapping[str, Any]) -> list[str]:
    known = {n for name in want for n in _digits(json.dumps(inputs.get(name), default=str))}
    invented = sorted(_digits(text_of(got)) - known)
    return [f"the number {number} is in none of {want}" for number in invented]


def _digits(text: str) -> set[str]:
    joined = re.sub(r"(?<=\d)['’  ,](?=\d{3}\b)", "", text)
    thousands = re.sub(r"(\d+)\s?k\b", r"\g<1>000", joined, flags=re.IGNORECASE)
    # A digit alone is a count or a list's number, which nobody has to have said.
    return {number for number in re.findall(r"\d+", thousands) if len(number) > 1}


def _honest(want: dict[str, str], got: Any, inputs: Mapping[str, Any]) -> list[str]:
    from jobtracker.resumes.claims import check, facts_of
    from jobtracker.resumes.model import Resume

    wrong: list[str] = []
    for path, source in want.items():
        facts = facts_of(Resume.model_validate(inputs[source]), _TODAY)
        for text in at(got, path):
            wrong += [f"{str(text)[:60]!r}: {reason}" for reason in check(str(text), facts)]
    return wrong


def _reworded(want: bool, got: Any, inputs: Mapping[str, Any]) -> list[str]:
    from jobtracker.resumes.model import Resume
    from jobtracker.resumes.rewording import Kind, Task, refusals

    kind = str(inputs.get("kind"))
    task = Task(
        cast("Kind", kind if kind in {"questions", "pay"} else "message"),
        _listed(inputs.get("lines") or []), _listed(inputs.get("facts") or []),
        str(inputs.get("language") or "en"), background=str(inputs.get("background") or ""),
    )  # fmt: skip
    found: list[str] = []
    for line in at(got, "lines.*") if want else []:
        number, text = (line.get("number", 0), str(line.get("text"))) if line else (0, "")
        for reason in refusals(task, Resume(), _TODAY, number, text):
            found.append(f"line {number}: {reason}")
    return found


def _is_json(want: bool, got: Any, _: Mapping[str, Any]) -> list[str]:
    if not isinstance(got, str):
        return [] if want else ["is JSON"]
    try:
        json.loads(got)
    except ValueError as exc:
        return [f"is no JSON ({exc})"] if want else []
    return [] if want else ["is JSON"]


CHECKS: dict[str, Check] = {
    "equals": _equals,
    "fields": _fields,
    "numbers": _numbers,
    "items": _items,
    "contains": _contains,
    "contains_any": _contains_any,
    "not_contains": _not_contains,
    "matches": _matches,
    "not_matches": _not_matches,
    "starts_with": _starts_with,
    "min_words": _min_words,
    "max_words": _max_words,
    "language": _language,
    "quotes": _quotes,
    "numbers_from": _numbers_from,
    "honest": _honest,
    "reworded": _reworded,
    "is_json": _is_json,
}


def run(wanted: Any, got: Any, inputs: Mapping[str, Any], case: str) -> dict[str, list[str]]:
    """Return what is wrong, by check; a check that found nothing has an empty list.

    Raises:
        BadInput: the case names no check, or one that does not exist.
    """
    if not isinstance(wanted, dict) or not wanted:
        raise BadInput(f"case {case} expects nothing that could be checked; see evals/schema.json")
    found: dict[str, list[str]] = {}
    for name, want in cast("dict[str, Any]", wanted).items():
        if name == RUBRIC:
            continue
        if name not in CHECKS:
            known = ", ".join([*CHECKS, RUBRIC])
            raise BadInput(f"case {case}: there is no check {name!r}; checks are {known}")
        try:
            found[name] = CHECKS[name](want, got, inputs)
        except (TypeError, AttributeError, KeyError) as exc:
            raise BadInput(f"case {case}: the check {name!r} cannot take {want!r}") from exc
    return found
