"""From life: a conversation becomes a case, and nobody can be told from it."""

from __future__ import annotations

from datetime import datetime

import pytest

from jobtracker.agent.transcript import Transcript
from jobtracker.cli import eval_more
from jobtracker.core.bootstrap import Core
from jobtracker.core.errors import NotFound
from jobtracker.evals import capture, loading, runner
from jobtracker.evals.disguise import Disguise
from jobtracker.evals.journal import Journal

NOW = datetime.fromisoformat("2026-11-23T09:00:00+01:00")
SAID = (
    "My name is Rosalind Achermann, I applied at Kranich Logistik AG as a dispatcher",
    "write to Mr Oberholzer (p.oberholzer@kranich.example, 079 412 33 44), ask about Seestrasse 14",
)


@pytest.fixture
def talked(core: Core) -> Core:
    transcript = Transcript(core.store)
    for number, said in enumerate(SAID, 1):
        reply = f"I could not find the company Kranich Logistik AG, Rosalind. Number {number}."
        transcript.add("local", "t1", number, said, reply, NOW)
    return core


SECRETS = (
    "Rosalind", "Achermann", "Kranich", "Oberholzer", "079", "412", "Seestrasse", "kranich.example",
)  # fmt: skip


def test_names_mails_phones_companies_and_streets_are_replaced(talked: Core) -> None:
    case = capture.propose(talked, "local", "t1", note="Kranich should have been found")
    text = case.model_dump_json()
    for secret in SECRETS:
        assert secret.casefold() not in text.casefold(), secret
    assert "dispatcher" in text and "example.org" in text
    # The same company is the same company throughout.
    first, second = case.inputs["turns"][0], case.metadata["replied"]
    company = first.split("applied at ")[1].split(" as a")[0]
    assert company in second


def test_nothing_is_written_before_the_yes(
    talked: Core, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = talked.home / "evals" / "captured.yaml"
    monkeypatch.setattr(eval_more.typer, "confirm", lambda *_, **__: False)
    eval_more.offer(talked, "local", "t1")
    assert not file.exists() and "nothing was kept" in capsys.readouterr().out
    monkeypatch.setattr(eval_more.typer, "confirm", lambda *_, **__: True)
    eval_more.offer(talked, "local", "t1")
    assert file.is_file() and file.stat().st_mode & 0o077 == 0


def test_a_captured_case_can_be_run_and_fails_while_the_answer_is_the_same(talked: Core) -> None:
    path = capture.save(talked, capture.propose(talked, "local", "t1", turn=1))
    path = capture.save(talked, capture.propose(talked, "local", "t1"))
    suite = loading.load(str(path))
    assert [case.inputs["turns"].__len__() for case in suite.cases] == [1, 2]
    result = runner.run(runner.Plan([suite]), Journal(talked.home / "runs", "r"))
    assert result.suites["captured"].cases == 2
    case = suite.cases[0]
    reply = "I could not find the company Muster AG"
    assert case.expected_output[-1]["silent"][0].startswith(reply)


def test_another_persons_thread_and_an_absent_turn_are_not_found(talked: Core) -> None:
    with pytest.raises(NotFound):
        capture.propose(talked, "eve", "t1")
    with pytest.raises(NotFound, match="no turn 9"):
        capture.propose(talked, "local", "t1", turn=9)


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("Ich heisse Beatrix Zurgilgen und suche eine Stelle", "Beatrix"),
        ("je m'appelle Océane Jeanrichard", "Jeanrichard"),
        ("mi chiamo Fiorenza Pedrazzini", "Pedrazzini"),
        ("Frau Dätwyler von der Firma Uhrenwerk Jolimont SA hat angerufen", "Dätwyler"),
        ("call me at +44 20 7946 0958", "7946"),
        ("mein Lebenslauf liegt in /home/beatrix/cv_zurgilgen.pdf", "zurgilgen"),
        ("AHV 756.1234.5678.97", "5678"),
        ("IBAN CH93 0076 2011 6238 5295 7", "6238"),
        ("siehe https://linkedin.com/in/oceane-jeanrichard", "jeanrichard"),
        ("j'habite rue du Grand-Pont 12 à Lausanne", "Grand-Pont"),
    ],
)
def test_what_would_tell_who_it_is_goes(text: str, gone: str) -> None:
    disguise = Disguise()
    disguise.learn(text)
    assert gone not in disguise.hide(text)


def test_records_of_the_person_are_known_by_name() -> None:
    disguise = Disguise({"person": ["Ottilie Rechsteiner"], "company": ["blumen und mehr"]})
    hidden = disguise.hide("ottilie hat bei Blumen und mehr gekündigt")
    assert "ottilie" not in hidden.casefold() and "blumen" not in hidden.casefold()


class _Session:
    """A person at the prompt who complains and leaves."""

    def __init__(self, *lines: str) -> None:
        self._lines = iter(lines)

    def prompt(self, _: str) -> str:
        try:
            return next(self._lines)
        except StopIteration as exc:
            raise EOFError from exc


@pytest.mark.parametrize("word", ["/bad", "That was wrong!", "das war falsch", "👎"])
def test_a_thumbs_down_in_the_terminal_offers_the_case(
    talked: Core, word: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from types import SimpleNamespace
    from typing import Any, cast

    from jobtracker.cli import terminal

    stage: Any = SimpleNamespace(core=talked, user="local", assistant=lambda: None)
    asked: list[str] = []
    monkeypatch.setattr(eval_more.typer, "confirm", lambda text, **_: asked.append(text))
    terminal._talk(stage, cast("Any", _Session(word)), "t1", as_json=False)
    shown = capsys.readouterr().out
    assert asked and "dispatcher" in shown and "Rosalind" not in shown
    terminal._talk(stage, cast("Any", _Session(word)), "unknown", as_json=False)
    assert "no thread" in capsys.readouterr().err
