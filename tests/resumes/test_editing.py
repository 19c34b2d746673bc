# ruff: noqa: E501 - sentences read better unbroken
from __future__ import annotations

import copy
from typing import Any

import pytest

from jobtracker.core.errors import BadInput
from jobtracker.resumes.editing import edit
from jobtracker.resumes.editing_speech import is_undo
from jobtracker.resumes.pointer import diff, get

from .conftest import CONTENT

WANTED: list[tuple[str, str, Any]] = [
    ("pls add i led the k8s migration in 2024", "/work/0/highlights/0", "Led the k8s migration in 2024"),
    ("hey could you please add that I trained 3 interns at Baker & Finch Ltd?",
     "/work/1/highlights/0", "Trained 3 interns"),
    ("I also speak French at B1", "/languages/2", {"language": "French", "fluency": "B1"}),
    ("ich spreche auch Französisch B1", "/languages/2", {"language": "Französisch", "fluency": "B1"}),
    ("bitte ergänze Docker bei den Kenntnissen", "/skills/0/keywords/4", "Docker"),
    ("peux-tu ajouter Docker à mes compétences", "/skills/0/keywords/4", "Docker"),
    ("aggiungi Docker alle mie competenze", "/skills/0/keywords/4", "Docker"),
    ("füge hinzu, dass ich 2021 die Datenplattform aufgebaut habe",
     "/work/0/highlights/0", "2021 die Datenplattform aufgebaut habe"),
    ("my new phone is +41 44 111 22 33", "/basics/phone", "+41 44 111 22 33"),
    ("meine neue E-Mail ist neu@mail.example", "/basics/email", "neu@mail.example"),
    ("change mon numéro de téléphone en +41 44 111 22 33", "/basics/phone", "+41 44 111 22 33"),
    ("cambia il mio telefono in +41 44 111 22 33", "/basics/phone", "+41 44 111 22 33"),
    ("make the second job shorter", "/work/1/highlights/1", None),
    ("die zweite Stelle kürzer machen", "/work/1/highlights/1", None),
    ("raccourcis le deuxième poste", "/work/1/highlights/1", None),
    ("accorcia il secondo lavoro", "/work/1/highlights/1", None),
    ("kannst du bitte meine Sprachen löschen", "/languages", None),
    ("supprime mes langues s'il te plaît", "/languages", None),
    ("I left Nordlicht in March 2026", "/work/0/endDate", "2026-03"),
    ("add a certificate: AWS Solutions Architect 2023", "/certificates/0",
     {"name": "AWS Solutions Architect", "date": "2023"}),
    ("fix the typo “churn” -> “turnover”", "/work/1/highlights/0",
     "Analysed customer turnover for 12 retail clients"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "path", "after"), WANTED, ids=[said for said, _, _ in WANTED])
def test_what_people_say_becomes_the_change_they_mean(said: str, path: str, after: Any) -> None:
    before = copy.deepcopy(CONTENT)
    result, note = edit(before, said, lambda _: 1)
    assert get(result, path) == after
    assert note and diff(before, result)
    assert before == CONTENT


def test_a_job_is_added_at_its_place_in_time() -> None:
    result, _ = edit(CONTENT, "add a job: Trainee at Acme AG from 2014 to 2015", lambda _: 1)
    assert [job["name"] for job in result["work"]][-1] == "Acme AG"
    assert result["work"][-1]["endDate"] == "2015"


@pytest.mark.parametrize(
    "said",
    ["undo", "please undo that", "mach das rückgängig", "annule", "annulla l'ultima modifica"],
)
def test_undo_is_understood_however_it_is_said(said: str) -> None:
    assert is_undo(said)


@pytest.mark.parametrize(
    "said", ["move skills to the top", "what a lovely day", "I left Acme in 2020"]
)
def test_what_is_not_understood_changes_nothing_and_says_what_can_be_said(said: str) -> None:
    with pytest.raises(BadInput):
        edit(CONTENT, said, lambda _: 1)
