"""Whole conversations through the joined assistant: real servers, store, graph."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jobtracker.agent.conversation import TurnResult
from jobtracker.app import open_assistant
from jobtracker.core.bootstrap import Core
from jobtracker.core.settings import load_settings

NOW = "2026-11-23T09:00:00+01:00"  # a Monday
Talk = Callable[..., list[TurnResult]]

RESUME = {
    "basics": {"name": "Mia Keller", "email": "mia@example.org", "phone": "+41 44 668 18 00"},
    "work": [
        {
            "name": "Lakeside Data",
            "position": "Python Developer",
            "startDate": "2020-02",
            "highlights": [
                "Led the migration of 40 services to Kubernetes",
                "Cut the nightly batch from 6 hours to 40 minutes with PostgreSQL tuning",
            ],
        }
    ],
    "education": [{"institution": "ETH Zürich", "area": "Computer Science", "studyType": "MSc"}],
    "skills": [{"name": "Python"}, {"name": "PostgreSQL"}, {"name": "Docker"}],
    "languages": [{"language": "English", "fluency": "C1"}, {"language": "German"}],
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def talk(home: Path) -> Talk:
    """Run messages as one opening of the assistant; call again to close and open anew."""

    def run(
        *messages: str, thread: str = "t", user: str = "local", now: str = NOW, **more: Any
    ) -> list[TurnResult]:
        async def main(core: Core) -> list[TurnResult]:
            async with asyncio.timeout(280), open_assistant(core) as assistant:
                return [
                    await assistant.conversations.turn(user, thread, message)
                    for message in messages
                ]

        core = Core(load_settings(home=str(home), now=now, timezone="Europe/Zurich", **more))
        try:
            return asyncio.run(main(core))
        finally:
            core.close()

    return run


@pytest.fixture
def resume_file(tmp_path: Path) -> Path:
    path = tmp_path / "my résumé.json"
    path.write_text(json.dumps(RESUME), encoding="utf-8")
    return path


def tools(result: TurnResult) -> list[str]:
    return [call["tool"] for call in result.tool_calls]
