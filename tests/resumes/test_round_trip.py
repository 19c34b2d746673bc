"""Any résumé that is made of ordinary facts comes back from every export as it went in."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobtracker.resumes.accuracy import fields
from jobtracker.resumes.model import Format
from jobtracker.resumes.reading.reader import read
from jobtracker.resumes.rendering.pdf import TEMPLATES
from jobtracker.resumes.rendering.render import render

FIRST = ["Amelia", "Jürg", "Žofie", "François", "Łukasz", "Ayşe", "Giulia", "Noël", "Mai Linh"]
LAST = ["Hartwell", "Müller", "Nováková", "D’Angelo", "Wiśniewska", "von Allmen", "Öztürk"]
TITLES = {
    "en": ["Data Analyst", "Registered Nurse", "Site Manager", "Line Cook", "Bus Driver"],
    "de": ["Pflegefachfrau", "Projektleiter", "Köchin", "Logistiker", "Sachbearbeiterin"],
    "fr": ["Infirmière", "Chef de cuisine", "Assistante de direction", "Ingénieur civil"],
    "it": ["Infermiera", "Responsabile vendite", "Magazziniere", "Ingegnere meccanico"],
}
FIRMS = ["Nordlicht AG", "Spital Thun", "Baker & Finch Ltd", "Hôtel Bellevue", "Officine Rossi SA"]
TOWNS = ["Zürich", "Bern", "Lausanne", "Lugano", "Basel"]
DONE = {
    "en": ["Cut empty trips by 18%", "Led a team of 12 people", "Trained 4 new colleagues"],
    "de": ["Senkte die Kosten um 20%", "Leitete ein Team von 5 Personen", "Führte SAP ein"],
    "fr": ["Réduit les délais de 15%", "Formé 6 apprentis", "Organisé 25 séminaires par an"],
    "it": ["Ridotto gli scarti del 9%", "Gestito un team di 7 persone", "Formato 3 apprendisti"],
}
SCHOOLS = ["University of Leeds", "Universität Bern", "EPFL", "Politecnico di Milano"]
DEGREES = ["BSc", "MSc", "Bachelor", "Diploma"]
AREAS = ["Statistics", "Chemistry", "Architecture", "Economics"]
SKILLS = ["Python", "Excel", "SAP", "HACCP", "AutoCAD", "Wundpflege", "SQL", "Figma", "Welding"]
SPOKEN = {
    "en": ["English", "German", "French"],
    "de": ["Deutsch", "Englisch", "Französisch"],
    "fr": ["Français", "Allemand", "Anglais"],
    "it": ["Italiano", "Tedesco", "Inglese"],
}
LEVELS = ["A2", "B1", "B2", "C1", "C2"]
FORMATS: list[Format] = ["pdf", "docx", "html", "markdown", "txt"]
SUFFIX = {"markdown": "md"}


@st.composite
def resumes(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A language, and a résumé in it with one to four jobs one after the other."""
    language = draw(st.sampled_from(sorted(TITLES)))
    name = f"{draw(st.sampled_from(FIRST))} {draw(st.sampled_from(LAST))}"
    month = draw(st.integers(2024 * 12, 2026 * 12))
    work: list[dict[str, Any]] = []
    for index in range(draw(st.integers(1, 4))):
        end, month = month, month - draw(st.integers(7, 60))
        job = {
            "name": draw(st.sampled_from(FIRMS)),
            "position": draw(st.sampled_from(TITLES[language])),
            "startDate": _month(month),
            "highlights": draw(
                st.lists(st.sampled_from(DONE[language]), min_size=1, max_size=3, unique=True)
            ),
        }
        if index or draw(st.booleans()):
            job["endDate"] = _month(end)
        work.append(job)
        month -= draw(st.integers(0, 8))
    skills = draw(st.lists(st.sampled_from(SKILLS), min_size=2, max_size=6, unique=True))
    spoken = draw(st.lists(st.sampled_from(SPOKEN[language]), min_size=1, unique=True))
    content = {
        "basics": {
            "name": name,
            "label": draw(st.sampled_from(TITLES[language])),
            "email": "someone@mail.example",
            "phone": f"+41 79 {draw(st.integers(200, 999))} 45 67",
            "location": {"city": draw(st.sampled_from(TOWNS)), "countryCode": "CH"},
        },
        "work": work,
        "education": [
            {
                "institution": draw(st.sampled_from(SCHOOLS)),
                "studyType": draw(st.sampled_from(DEGREES)),
                "area": draw(st.sampled_from(AREAS)),
                "endDate": str(draw(st.integers(1995, 2015))),
            }
        ],
        "skills": [{"name": "IT", "keywords": skills}],
        "languages": [
            {"language": item, "fluency": draw(st.sampled_from(LEVELS))} for item in spoken
        ],
    }
    return language, content


def _month(number: int) -> str:
    return date(number // 12, number % 12 + 1, 1).strftime("%Y-%m")


@pytest.mark.parametrize("kind", FORMATS)
@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(made=resumes(), template=st.sampled_from(TEMPLATES))
def test_the_facts_of_any_resume_come_back_from_its_export(
    kind: Format, made: tuple[str, dict[str, Any]], template: str
) -> None:
    language, content = made
    data = render(content, kind, template, language)
    back = read(data, f"cv.{SUFFIX.get(kind, kind)}").resume.to_json()
    assert fields(back) == fields(content)


@settings(max_examples=40, deadline=None, derandomize=True, database=None)
@given(made=resumes())
def test_json_comes_back_to_the_letter(made: tuple[str, dict[str, Any]]) -> None:
    language, content = made
    back = json.loads(render(content, "json", "classic", language))
    again = read(json.dumps(back).encode(), "cv.json").resume.to_json()
    for section in ("basics", "work", "education", "skills", "languages"):
        assert again[section] == content[section]
