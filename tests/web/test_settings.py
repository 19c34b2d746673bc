"""`GET /v1/settings`: what shapes answers and times, and nothing of the inside."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from jobtracker.core.settings import Settings, load_settings
from tests.web.people import Person, served

pytestmark = pytest.mark.anyio


async def test_the_settings_of_a_person_are_read_with_their_etag(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/settings")
    assert answer.status_code == 200
    found = answer.json()
    assert found["accounts"] == "off"
    assert found["mind"] == {"kind": "embedded", "model": ""}
    assert found["working_hours"] == {"start": "08:00", "end": "18:00", "days": [1, 2, 3, 4, 5]}
    same = await client.get("/v1/settings", headers={"If-None-Match": answer.headers["etag"]})
    assert same.status_code == 304


async def test_they_follow_what_is_set_and_hold_no_secret(settings: Settings) -> None:
    given: dict[str, Any] = {
        "home": settings.home, "timezone": "America/New_York", "language": "fr",
        "calendar": {"work_start": "07:30", "work_end": "16:00"},
        "llm": {"model": "openai:gpt-x", "api_key": "sk-the-secret"},
        "server": {"accounts": "open", "public_url": "https://jobs.example.test",
                   "max_body_mb": 7, "rate_per_minute": 99},
    }  # fmt: skip
    async with served(load_settings(**given)) as app:
        marta = Person(app, "https://jobs.example.test")
        async with marta.client as client:
            assert (await client.get("/v1/settings")).status_code == 401
            await marta.sign_up("marta.keller")
            answer = await client.get("/v1/settings")
    found = answer.json()
    assert (found["timezone"], found["language"]) == ("America/New_York", "fr")
    hours = found["working_hours"]
    assert (hours["start"], hours["end"]) == ("07:30", "16:00")
    assert found["mind"] == {"kind": "llm", "model": "openai:gpt-x"}
    assert (found["limits"]["max_body_mb"], found["limits"]["rate_per_minute"]) == (7, 99)
    for inside in ("the-secret", str(settings.home), "sqlite", "postgres"):
        assert inside not in answer.text
