"""Other people's suites, read and written; what cannot be carried over is said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from jobtracker.core.errors import BadInput, NotSupported
from jobtracker.evals import interchange, loading
from tests.evals.conftest import invoke

PROMPTFOO: dict[str, Any] = {
    "description": "translations",
    "providers": ["openai:gpt-4o"],
    "prompts": ["Translate into {{language}}: {{text}}", "file:///etc/passwd"],
    "defaultTest": {"assert": [{"type": "not-icontains", "value": "sorry"}]},
    "tests": [
        {
            "vars": {"language": "French", "text": "cook"},
            "assert": [
                {"type": "icontains", "value": "cuisin"},
                {"type": "regex", "value": "^[a-zé]+$", "weight": 2},
                {"type": "javascript", "value": "output.length < 20"},
                {"type": "llm-rubric", "value": "is polite"},
            ],
        },
        {"description": "b", "vars": {"language": "Italian", "text": "cook"}},
    ],
}


def test_promptfoo_is_read_and_what_is_lost_is_said(tmp_path: Path) -> None:
    path = tmp_path / "promptfooconfig.yaml"
    path.write_text(yaml.safe_dump(PROMPTFOO), encoding="utf-8")
    done = invoke("import", path, "--out", tmp_path / "own.yaml")
    assert "2 cases" in done.output
    for words in ("providers", "file:///etc/passwd is left out", "type javascript", "weight"):
        assert words in done.output
    suite = loading.load(str(tmp_path / "own.yaml"))
    assert suite.scorer == "checks"
    first = suite.cases[0]
    assert first.inputs["with"] == {"language": "French", "text": "cook"}
    assert first.expected_output == {
        "not_contains": ["sorry"], "contains": ["cuisin"], "matches": ["^[a-zé]+$"],
        "rubric": "is polite",
    }  # fmt: skip
    with pytest.raises(BadInput, match="is there already"):
        invoke("import", path, "--out", tmp_path / "own.yaml")


def test_openai_samples_are_read(tmp_path: Path) -> None:
    path = tmp_path / "samples.jsonl"
    rows = [
        {"input": [{"role": "system", "content": "One word."}, {"role": "user", "content": "2+2?"}],
         "ideal": ["4", "four"]},
        {"input": "Capital of Italy?", "ideal": "Rome", "difficulty": 1},
        {"input": "no answer to this"},
    ]  # fmt: skip
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    suite, lost = interchange.read(path)
    assert [case["expected_output"] for case in suite["cases"]] == [
        {"starts_with": ["4", "four"]}, {"starts_with": ["Rome"]},
    ]  # fmt: skip
    assert suite["cases"][0]["inputs"]["messages"][0]["role"] == "system"
    assert len(lost) == 2


def test_what_is_written_is_read_back_the_same(tmp_path: Path) -> None:
    text, lost = interchange.write(loading.load("mail_classification"), "promptfoo")
    assert any("quotes" in line for line in lost)
    content = yaml.safe_load(text)
    assert len(content["tests"]) >= 5
    question = content["tests"][0]["vars"]["question"]
    assert "Northwind" in question and content["prompts"] == ["{{question}}"]
    path = tmp_path / "again.yaml"
    path.write_text(text, encoding="utf-8")
    letters, _ = interchange.write(loading.load("languages"), "openai")
    (tmp_path / "l.jsonl").write_text(letters, encoding="utf-8")
    suite, _ = interchange.read(tmp_path / "l.jsonl")
    assert len(suite["cases"]) == len(loading.load("languages").cases)


def test_a_suite_without_a_counterpart_says_so() -> None:
    for form in ("promptfoo", "openai"):
        with pytest.raises(NotSupported, match="conversations cannot be exported"):
            invoke("export", "conversations", "--format", form)
    with pytest.raises(BadInput, match="no format 'csv'"):
        invoke("export", "times", "--format", "csv")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.yaml", "prompts: [x]\n", "no promptfoo file"),
        ("a.yaml", "a: [", "cannot be read as YAML"),
        ("a.yaml", "prompts: [x]\ntests: [{vars: {}}]\n", "no case that can be carried"),
        ("a.jsonl", "{broken\n", "line 1 is no JSON"),
        ("a.jsonl", "", "no case that can be carried"),
        ("a.jsonl", "3\n", "no case that can be carried"),
    ],
)
def test_files_that_are_no_suites_are_named(
    tmp_path: Path, name: str, content: str, message: str
) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BadInput, match=message):
        invoke("import", path)
    with pytest.raises(BadInput, match="is not there"):
        invoke("import", tmp_path / "absent.yaml")


def test_a_template_of_somebody_else_stays_in_the_sandbox(tmp_path: Path) -> None:
    hostile = '[{"role": "user", "content": "{{ x.__class__.__mro__ }}"}]'
    content = {
        "prompts": [hostile],
        "tests": [{"vars": {"x": "1"}, "assert": [{"type": "equals", "value": "y"}]}],
    }
    path = tmp_path / "bad.yaml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    with pytest.raises(BadInput, match="leave the sandbox"):
        invoke("import", path)
