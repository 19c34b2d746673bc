"""Other people's suites: promptfoo's YAML and OpenAI-evals' JSONL, read and written.

promptfoo: https://www.promptfoo.dev/docs/configuration/reference/ (prompts × tests, with
assertions). OpenAI evals: https://github.com/openai/evals/blob/main/docs/build-eval.md (a sample a
line: `input`, `ideal`). What has no counterpart is dropped, and said in a line.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, cast

from jobtracker.core.errors import BadInput, NotSupported
from jobtracker.evals.loading import yaml_of
from jobtracker.evals.model import Suite

Format = Literal["promptfoo", "openai"]
_MAX_BYTES = 50_000_000
_MOST_CASES = 20_000
_IMPORTED: dict[str, Any] = {
    "proves": "what its author wrote down",
    "cannot": "more than that: it was imported, and nobody here has looked at its cases",
    "scorer": "checks",
    "thresholds": {},
}
_PLAIN = {
    "equals": "equals", "contains": "contains", "icontains": "contains",
    "contains-all": "contains", "icontains-all": "contains",
    "contains-any": "contains_any", "icontains-any": "contains_any",
    "not-contains": "not_contains", "not-icontains": "not_contains", "regex": "matches",
    "not-regex": "not_matches", "starts-with": "starts_with", "llm-rubric": "rubric",
}  # fmt: skip
_BACK = {
    "equals": "equals", "contains": "icontains-all", "contains_any": "icontains-any",
    "starts_with": "starts-with", "rubric": "llm-rubric",
}  # fmt: skip
_EACH = {"matches": "regex", "not_matches": "not-regex", "not_contains": "not-icontains"}


def read(path: Path) -> tuple[dict[str, Any], list[str]]:
    """Return a suite as it is written to YAML, and what could not be carried over, a line each.

    Raises:
        BadInput: the file cannot be read, or holds no case that can be used.
    """
    if not path.is_file():
        raise BadInput(f"{path} is not there")
    if path.stat().st_size > _MAX_BYTES:
        raise BadInput(f"{path} is larger than {_MAX_BYTES // 1_000_000} MB; split it")
    lost: list[str] = []
    if path.suffix in {".yaml", ".yml"} or _is_json(path):
        cases = list(_promptfoo(yaml_of(path), path, lost))
    else:
        cases = list(_jsonl(path, lost))
    if not cases:
        said = f" ({lost[0]})" if lost else ""
        raise BadInput(f"{path.name} holds no case that can be carried over{said}")
    name = "".join(char if char.isalnum() or char in "-_" else "_" for char in path.stem)
    return {"name": name or "imported", "about": _IMPORTED, "cases": cases}, _counted(lost)


def _is_json(path: Path) -> bool:
    """Tell a JSON file of promptfoo's from JSON lines."""
    if path.suffix != ".json":
        return False
    try:
        return isinstance(json.loads(path.read_text(encoding="utf-8")), dict)
    except (ValueError, UnicodeDecodeError):
        return False


def _counted(lost: list[str]) -> list[str]:
    """Return each line once, with how often it was said."""
    counts: dict[str, int] = {}
    for line in lost:
        counts[line] = counts.get(line, 0) + 1
    return [line if count == 1 else f"{line} ({count} times)" for line, count in counts.items()]


# promptfoo


def _promptfoo(raw: Any, path: Path, lost: list[str]) -> Iterator[dict[str, Any]]:
    content = cast("dict[str, Any]", raw) if isinstance(raw, dict) else {}
    prompts, tests = content.get("prompts"), content.get("tests")
    if not isinstance(prompts, list) or not isinstance(tests, list):
        raise BadInput(f"{path.name} is no promptfoo file: it needs lists prompts and tests")
    known = {"prompts", "tests", "defaultTest", "description", "$schema"}
    for key in sorted(set(content) - known):
        lost.append(f"{key}: not carried over; the model is chosen by `eval run`")
    default = content.get("defaultTest")
    base = cast("dict[str, Any]", default) if isinstance(default, dict) else {}
    templates = [_template(prompt, path, lost) for prompt in cast("list[Any]", prompts)]
    pairs = itertools.product(enumerate(templates, 1), enumerate(cast("list[Any]", tests), 1))
    for (p, template), (t, test) in itertools.islice(pairs, _MOST_CASES):
        if template is None or not isinstance(test, dict):
            continue
        merged = cast("dict[str, Any]", test)
        values = {**_mapping(base.get("vars")), **_mapping(merged.get("vars"))}
        checks = _checks([*_list(base.get("assert")), *_list(merged.get("assert"))], lost)
        for key in sorted(set(merged) - {"vars", "assert", "description"}):
            lost.append(f"tests: {key} is not carried over")
        if not checks:
            lost.append("tests without an assertion that can be carried over are left out")
            continue
        described = str(merged.get("description") or f"test {t}")
        name = f"{described} [{p}.{t}]"
        yield {"name": name, "inputs": _asks(template, values), "expected_output": checks}


def _template(prompt: Any, path: Path, lost: list[str]) -> str | None:
    """Return a prompt's text; a file beside the YAML is read, code is not run."""
    text = prompt
    if isinstance(prompt, dict):
        fields = cast("dict[str, Any]", prompt)
        text = fields.get("raw") or fields.get("id")
    if not isinstance(text, str):
        lost.append("a prompt that is no text is left out")
        return None
    if not text.startswith("file://"):
        return text
    file = (path.parent / text.removeprefix("file://")).resolve()
    inside = file.is_relative_to(path.parent.resolve())
    if not inside or file.suffix not in {".txt", ".md", ".json"} or not file.is_file():
        lost.append(f"prompt {text} is left out: only text files in the same folder are read")
        return None
    return file.read_text(encoding="utf-8")


def _asks(template: str, values: dict[str, Any]) -> dict[str, Any]:
    try:
        chat: Any = json.loads(template)
    except ValueError:
        chat = None
    if isinstance(chat, list) and all(isinstance(m, dict) for m in cast("list[Any]", chat)):
        from jobtracker.evals.suites.checking import fill

        return {
            "messages": [
                {"role": str(m.get("role", "user")), "content": fill(str(m["content"]), values)}
                for m in cast("list[dict[str, Any]]", chat)
                if "content" in m
            ]
        }
    return {"template": template, "with": values}


def _checks(asserts: list[Any], lost: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in asserts:
        fields = cast("dict[str, Any]", one) if isinstance(one, dict) else {}
        kind, value = str(fields.get("type", "")), fields.get("value")
        for key in sorted(set(fields) & {"threshold", "weight", "provider", "transform"}):
            lost.append(f"assert: {key} is not carried over")
        if kind in {"is-json", "not-is-json"} and value is None:
            found["is_json"] = kind == "is-json"
        elif kind in _PLAIN and value is not None and not str(value).startswith("file://"):
            _put(found, _PLAIN[kind], value, lost)
        else:
            lost.append(f"assert: the type {kind or '?'} is not carried over")
    return found


def _put(found: dict[str, Any], name: str, value: Any, lost: list[str]) -> None:
    if name in {"equals", "rubric"}:
        if name in found:
            lost.append(f"assert: a second {name} is not carried over")
        found.setdefault(name, value if name == "equals" else str(value))
        return
    if name in {"contains_any", "starts_with"} and name in found:
        lost.append(f"assert: a second {name} is not carried over")
        return
    found[name] = [*found.get(name, []), *map(str, _list(value))]


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return cast("list[Any]", value) if isinstance(value, list) else [value]


def _mapping(value: Any) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


# OpenAI evals


def _jsonl(path: Path, lost: list[str]) -> Iterator[dict[str, Any]]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as exc:
        raise BadInput(f"{path.name} is not UTF-8 text (byte {exc.start})") from exc
    for number, line in enumerate(lines[:_MOST_CASES], 1):
        if not line.strip():
            continue
        try:
            sample: Any = json.loads(line)
        except ValueError as exc:
            raise BadInput(f"{path.name}, line {number} is no JSON: {exc}") from exc
        fields = _mapping(sample)
        messages = _samples(fields.get("input"))
        ideal = [str(one) for one in _list(fields.get("ideal"))]
        if not messages or not ideal:
            lost.append("samples without input or ideal are left out")
            continue
        for key in sorted(set(fields) - {"input", "ideal"}):
            lost.append(f"sample: {key} is not carried over")
        yield {
            "name": f"line {number}",
            "inputs": {"messages": messages},
            # The class of the eval is in its registry, not in the samples: Match is the basic one.
            "expected_output": {"starts_with": ideal},
        }


def _samples(raw: Any) -> list[dict[str, str]]:
    if isinstance(raw, str):
        return [{"role": "user", "content": raw}]
    return [
        {"role": str(m["role"]), "content": str(m["content"])}
        for m in map(_mapping, _list(raw))
        if "role" in m and "content" in m
    ]


# Writing


def write(suite: Suite, form: Format) -> tuple[str, list[str]]:
    """Return the suite in that format, and what could not be carried over, a line each.

    Raises:
        NotSupported: none of its cases is a question with an answer.
    """
    lost: list[str] = []
    makers: dict[str, Callable[..., dict[str, Any] | None]] = {
        "promptfoo": _test,
        "openai": _sample,
    }
    rows: list[dict[str, Any]] = []
    for case in suite.cases:
        asked = _question(suite.scorer, case.inputs)
        checks = _expected(suite.scorer, case.expected_output)
        row = makers[form](case.name, asked, checks, lost) if asked and checks else None
        if row is None:
            lost.append("cases that are no question with an answer to it are left out")
        else:
            rows.append(row)
    if not rows:
        raise NotSupported(
            f"suite {suite.name} cannot be exported as {form}: its cases run code or whole "
            "conversations with tools, which that format has no room for"
        )
    if form == "openai":
        return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), _counted(lost)
    import yaml

    content = {
        "description": suite.about.proves,
        "prompts": ["{{question}}"],
        "providers": ["openai:chat:gpt-5-mini"],
        "tests": rows,
    }
    lost.append("providers: a placeholder is written; name your own")
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=100)
    return text, _counted(lost)


def _question(scorer: str, inputs: Mapping[str, Any]) -> list[dict[str, str]]:
    from jobtracker.agent.tasks import question
    from jobtracker.evals.suites.checking import fill

    if messages := inputs.get("messages"):
        return _samples(messages)
    if "template" in inputs:
        text = fill(str(inputs["template"]), _mapping(inputs.get("with")))
        return [{"role": "user", "content": text}]
    if prompt := inputs.get("prompt"):
        given = _texts(_mapping(inputs.get("with")))
        language = given.pop("language", None)
        text, _ = question(str(prompt), "", language, given)
        return [{"role": "user", "content": text}]
    if "message" in inputs and scorer == "languages":
        told = "Answer with the two-letter language code of this message: "
        return [{"role": "user", "content": f"{told}{inputs['message']}"}]
    return []


def _texts(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the inputs of a prompt with objects written out as JSON."""
    return {
        name: json.dumps(value, ensure_ascii=False, default=str)
        if isinstance(value, dict)
        else value
        for name, value in given.items()
    }


def _expected(scorer: str, expected: Any) -> dict[str, Any]:
    if scorer == "languages":
        return {"equals": expected}
    return _mapping(expected)


def _test(
    name: str, asked: list[dict[str, str]], checks: dict[str, Any], lost: list[str]
) -> dict[str, Any] | None:
    asserts: list[dict[str, Any]] = []
    for check, want in checks.items():
        if check in _BACK:
            asserts.append({"type": _BACK[check], "value": want})
        elif check in _EACH:
            asserts += [{"type": _EACH[check], "value": one} for one in _list(want)]
        elif check == "is_json":
            asserts.append({"type": "is-json" if want else "not-is-json"})
        elif check == "fields" and (schema := _schema(_mapping(want))):
            asserts.append({"type": "is-json", "value": schema})
        else:
            lost.append(f"check {check}: promptfoo has no counterpart")
    if not asserts:
        return None
    one = len(asked) == 1 and asked[0]["role"] == "user"
    text = asked[0]["content"] if one else json.dumps(asked, ensure_ascii=False)
    return {"description": name, "vars": {"question": text}, "assert": asserts}


def _schema(fields: dict[str, Any]) -> dict[str, Any] | None:
    """Return exact values at the top as a JSON schema; None where a path or a part is meant."""
    if any("." in path or isinstance(v, list | dict) for path, v in fields.items()):
        return None
    if any(isinstance(v, str) and v.startswith("~") for v in fields.values()):
        return None
    properties = {path: {"const": value} for path, value in fields.items()}
    return {"type": "object", "required": list(fields), "properties": properties}


def _sample(
    name: str, asked: list[dict[str, str]], checks: dict[str, Any], lost: list[str]
) -> dict[str, Any] | None:
    ideal: list[str] = []
    for check, want in checks.items():
        alternatives = check in {"equals", "starts_with", "contains_any"}
        if not ideal and (alternatives or (check == "contains" and len(_list(want)) == 1)):
            ideal = [str(one) for one in _list(want)]
        else:
            lost.append(f"check {check}: a sample has an ideal answer only")
    return {"input": asked, "ideal": ideal} if ideal else None
