from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jobtracker.core.bootstrap import Core
from jobtracker.core.settings import load_settings
from jobtracker.resumes.model import Resume

CONTENT: dict[str, Any] = {
    "basics": {
        "name": "Amelia Hartwell",
        "label": "Data Analyst",
        "email": "amelia@hartwell.example",
        "phone": "+41 79 345 67 89",
        "summary": "Data analyst in logistics. Likes clear reports.",
        "location": {"address": "Seestrasse 12", "postalCode": "8002", "city": "Zürich"},
    },
    "work": [
        {
            "name": "Nordlicht Logistics AG",
            "position": "Senior Data Analyst",
            "startDate": "2020-03",
            "highlights": [
                "Wrote the monthly report for management",
                "Built a forecasting model in Python that cut empty trips by 18%",
                "Automated 40 weekly reports with dbt",
            ],
        },
        {
            "name": "Baker & Finch Ltd",
            "position": "Data Analyst",
            "startDate": "2016-09",
            "endDate": "2020-02",
            "highlights": [
                "Analysed customer churn for 12 retail clients",
                "Maintained the reporting warehouse in PostgreSQL",
            ],
        },
    ],
    "education": [
        {
            "institution": "University of Leeds",
            "studyType": "BSc",
            "area": "Statistics",
            "endDate": "2016-07",
        }
    ],
    "skills": [{"name": "Analysis", "keywords": ["Excel", "Tableau", "Python", "SQL"]}],
    "languages": [
        {"language": "English", "fluency": "native"},
        {"language": "German", "fluency": "B2"},
    ],
}
POSTING = (
    "Senior Data Analyst (m/w/d)\n\nYou bring 5+ years of experience with Python, SQL and "
    "Tableau.\n"
    "Kubernetes is a must. Fluent English and German. A bachelor degree in statistics.\n"
    "Nice to have:\n- Docker\n"
)


@pytest.fixture
def content() -> dict[str, Any]:
    return Resume.model_validate(CONTENT).to_json()


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Core]:
    home: Path = tmp_path_factory.mktemp("home")
    opened = Core(
        load_settings(
            home=str(home),
            now="2026-11-22T10:00:00+01:00",
            workers={"count": 1, "memory_mb": 1024, "timeout_seconds": 60.0},
        )
    )
    yield opened
    opened.close()
