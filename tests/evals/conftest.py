"""What the tests of the evals share: suites of their own, and models that follow their prompts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from jobtracker.cli.eval import app
from tests.fakes.openai_server import FakeOpenAI, Say

CLI = CliRunner()
_MARKED = re.compile(r'<data (\w+) source="(?P<source>[^"]*)">\n(?P<text>.*?)</data \1>', re.S)


def marked(text: str) -> dict[str, str]:
    """Return the data of a prompt by its source."""
    return {match["source"]: match["text"] for match in _MARKED.finditer(text)}


def classifier(body: dict[str, Any]) -> Say:
    """Classify a mail by a few words, but only into kinds that the prompt itself names.

    A model that is not told a kind cannot use it: so a worse prompt gives worse answers.
    """
    asked = str(body["messages"][-1]["content"])
    data = marked(asked)
    mail = data.get("mail", "")
    rules = {
        "rejection": "sorry", "offer": "contract", "interview_invitation": "meet",
        "confirmation": "received",
    }  # fmt: skip
    told = "".join(_MARKED.sub("", str(m["content"])) for m in body["messages"])
    kind = next((k for k, word in rules.items() if word in mail and k in told), "other")
    sentence = next((line for line in mail.splitlines() if rules.get(kind, "\0") in line), "")
    answer = {"kind": kind, "application_id": None, "reply_by": None, "quote": sentence}
    return Say(json.dumps(answer), usage=(1000, 100))


MAILS = {
    "no": ("rejection", "We are sorry, the place is taken."),
    "yes": ("offer", "Here is your contract."),
    "come": ("interview_invitation", "We would like to meet you."),
    "got": ("confirmation", "We have received your letter."),
}


@pytest.fixture
def mails(tmp_path: Path) -> Path:
    """A suite of four mails."""
    given = {"subject": "s", "sender": "a@b.example", "applications": [], "now": "2026-11-23"}
    cases = [
        {
            "name": name,
            "inputs": {"prompt": "mail_classification", "with": {**given, "body": text}},
            "expected_output": {"fields": {"kind": kind}, "quotes": {"quote": "body"}},
        }
        for name, (kind, text) in MAILS.items()
    ]
    return suite_file(tmp_path / "mails.yaml", "mail_classification", cases, passed={"min": 0.9})


def suite_file(path: Path, name: str, cases: list[dict[str, Any]], **thresholds: Any) -> Path:
    """Write a suite."""
    about = {"proves": "p", "cannot": "c", "thresholds": thresholds}
    if name == "checks":
        about["scorer"] = "checks"
    path.write_text(yaml.safe_dump({"name": name, "about": about, "cases": cases}), "utf-8")
    return path


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Callable[[FakeOpenAI], None]:
    """Point the settings at a server; a million tokens cost 10 in and 100 out."""

    def use(fake: FakeOpenAI) -> None:
        monkeypatch.setenv("JOBTRACKER_LLM__BASE_URL", fake.url)
        monkeypatch.setenv("JOBTRACKER_LLM__MODEL", "fake")
        monkeypatch.setenv("JOBTRACKER_LLM__INPUT_PRICE", "10")
        monkeypatch.setenv("JOBTRACKER_LLM__OUTPUT_PRICE", "100")

    return use


def invoke(*args: object) -> Any:
    """Run `jobtracker eval …`; errors of ours are raised."""
    result = CLI.invoke(app, [str(arg) for arg in args])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture
def fake_classifier() -> Iterator[FakeOpenAI]:
    """A server with the model that classifies mails."""
    with FakeOpenAI(brain=classifier) as fake:
        yield fake
