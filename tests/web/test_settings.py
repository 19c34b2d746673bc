"""`/v1/settings`: what is a person's own and holds everywhere, and nothing of the inside."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from jobtracker.core.settings import Settings, load_settings
from tests.web.people import People, Person, served

pytestmark = pytest.mark.anyio
PATH = "/v1/settings"


async def change(client: httpx.AsyncClient, **given: Any) -> dict[str, Any]:
    answer = await client.patch(PATH, json=given)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_the_settings_of_a_person_are_read_with_their_etag(client: httpx.AsyncClient) -> None:
    answer = await client.get(PATH)
    assert answer.status_code == 200
    found = answer.json()
    assert found["accounts"] == "off"
    assert found["mind"] == {"kind": "embedded", "model": ""}
    hours = found["working_hours"]
    assert (hours["start"], hours["end"], hours["days"]) == ("08:00", "18:00", [1, 2, 3, 4, 5])
    assert (found["theme"], found["chosen"]) == ("auto", [])
    assert found["search"] == {"location": "", "work_mode": ""}
    same = await client.get(PATH, headers={"If-None-Match": answer.headers["etag"]})
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
            assert (await client.get(PATH)).status_code == 401
            assert (await client.patch(PATH, json={"theme": "dark"})).status_code == 401
            await marta.sign_up("marta.keller")
            answer = await client.get(PATH)
    found = answer.json()
    assert (found["timezone"], found["language"]) == ("America/New_York", "fr")
    hours = found["working_hours"]
    assert (hours["start"], hours["end"]) == ("07:30", "16:00")
    assert found["mind"] == {"kind": "llm", "model": "openai:gpt-x"}
    assert (found["limits"]["max_body_mb"], found["limits"]["rate_per_minute"]) == (7, 99)
    for inside in ("the-secret", str(settings.home), "sqlite", "postgres"):
        assert inside not in answer.text


async def test_what_is_changed_is_kept_and_the_rest_stays(client: httpx.AsyncClient) -> None:
    await change(client, language="it", timezone="Asia/Tokyo")
    await change(client, theme="dark", working_hours={"start": "09:15", "lunch": ""})
    found = (await client.get(PATH)).json()
    assert (found["language"], found["timezone"], found["theme"]) == ("it", "Asia/Tokyo", "dark")
    assert sorted(found["chosen"]) == ["language", "theme", "timezone"]
    hours = found["working_hours"]
    assert (hours["start"], hours["end"], hours["lunch"]) == ("09:15", "18:00", "")
    back = await change(client, timezone="")
    assert back["timezone"] != "Asia/Tokyo"
    assert sorted(back["chosen"]) == ["language", "theme"]


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"language": "tlh"}, "language"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"theme": "pink"}, "theme"),
        ({"user": "marta"}, "user"),
        ({"working_hours": {"start": "25:00"}}, "start"),
        ({"working_hours": {"days": [8]}}, "days"),
        ({"working_hours": {"lunch": "13:00-12:00"}}, "lunch"),
        ({"search": {"work_mode": "underwater"}}, "work_mode"),
    ],
)
async def test_what_does_not_fit_is_a_problem_that_names_it_and_changes_nothing(
    client: httpx.AsyncClient, given: dict[str, Any], named: str
) -> None:
    before = (await client.get(PATH)).json()
    answer = await client.patch(PATH, json={"search": {"location": "Bern"}, **given})
    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert named in answer.text
    assert (await client.get(PATH)).json() == before


async def test_with_if_match_only_the_state_that_was_read_is_changed(
    client: httpx.AsyncClient,
) -> None:
    read = (await client.get(PATH)).headers["etag"]
    first = await client.patch(PATH, json={"theme": "dark"}, headers={"If-Match": read})
    assert first.status_code == 200
    late = await client.patch(PATH, json={"theme": "light"}, headers={"If-Match": read})
    assert late.status_code == 412
    assert (await client.get(PATH)).headers["etag"] == first.headers["etag"]


async def test_a_change_that_is_sent_twice_is_made_once(client: httpx.AsyncClient) -> None:
    key = {"Idempotency-Key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}
    first = await client.patch(PATH, json={"theme": "dark"}, headers=key)
    await change(client, theme="light")
    again = await client.patch(PATH, json={"theme": "dark"}, headers=key)
    assert again.json() == first.json()
    assert (await client.get(PATH)).json()["theme"] == "light"
    other = await client.patch(PATH, json={"theme": "auto"}, headers=key)
    assert other.status_code == 422


async def test_the_zone_is_that_of_the_calendar_and_the_conversation(
    client: httpx.AsyncClient,
) -> None:
    await change(client, timezone="America/New_York")
    interview = {"company": "Acme", "start": "2031-01-15T15:00:00"}
    asked = await client.post("/v1/calendar/interviews", json=interview)
    token = {"confirm": asked.json()["confirm"]}
    made = await client.post("/v1/calendar/interviews", json=interview, params=token)
    assert made.json()["events"][0]["start"] == "2031-01-15T15:00:00-05:00"
    said = {"message": "schedule an interview with Beta on 16 January 2031 at 10:00"}
    turn = (await client.post("/v1/chat", json=said)).json()
    assert "America/New_York" in turn["pending"]["summary"]
    yes = {"message": "yes", "thread_id": turn["thread_id"]}
    assert (await client.post("/v1/chat", json=yes)).status_code == 200
    span = {"start": "2031-01-16T00:00:00", "end": "2031-01-17T00:00:00"}
    events = (await client.get("/v1/calendar/events", params=span)).json()["events"]
    assert any(event["start"] == "2031-01-16T10:00:00-05:00" for event in events)


async def test_the_language_is_that_of_the_answers_and_the_page(
    client: httpx.AsyncClient,
) -> None:
    await change(client, language="fr")
    turn = (await client.post("/v1/chat", json={"message": "what can you do?"})).json()
    assert turn["language"] == "fr"
    page = await client.get("/settings", headers={"Accept-Language": "de"})
    assert '<html lang="fr"' in page.text
    await change(client, language="")
    turn = (await client.post("/v1/chat", json={"message": "what can you do?"})).json()
    assert turn["language"] == "en"
    page = await client.get("/settings", headers={"Accept-Language": "de"})
    assert '<html lang="de"' in page.text


async def test_working_hours_hold_for_suggestions(client: httpx.AsyncClient) -> None:
    await change(client, working_hours={"start": "13:00", "end": "15:00", "days": [3]})
    span = {"start": "2031-01-13T00:00:00", "end": "2031-01-20T00:00:00", "duration_minutes": 60}
    found = (await client.get("/v1/calendar/suggestions", params=span)).json()["suggestions"]
    assert found
    for one in found:
        assert one["start"].startswith("2031-01-15T1")
        assert "13:00" <= one["start"][11:16] <= "14:00"


async def test_what_is_searched_for_is_one_with_the_memory(client: httpx.AsyncClient) -> None:
    await change(client, search={"location": "Bern", "work_mode": "hybrid"})
    turn = (await client.post("/v1/chat", json={"message": "find nurse jobs"})).json()
    [asked] = [call for call in turn["tool_calls"] if call["tool"] == "search_jobs"][:1]
    assert (asked["arguments"]["location"], asked["arguments"]["work_mode"]) == ("Bern", "hybrid")
    memories = (await client.get("/v1/memories", params={"kind": "preference"})).json()["memories"]
    assert any("Bern" in one["text"] for one in memories)
    await client.post("/v1/chat", json={"message": "I prefer to work in Geneva"})
    found = (await client.get(PATH)).json()["search"]
    assert found["location"].startswith("Gen")
    emptied = await change(client, search={"location": "", "work_mode": ""})
    assert emptied["search"] == {"location": "", "work_mode": ""}


async def test_two_people_have_settings_of_their_own(person: People) -> None:
    marta, urs = await person(), await person()
    before = (await urs.client.get(PATH)).json()
    given = {
        "language": "it", "timezone": "Asia/Tokyo", "theme": "dark",
        "working_hours": {"start": "05:05"}, "search": {"location": "Chiasso"},
    }  # fmt: skip
    await change(marta.client, **given)
    assert (await urs.client.get(PATH)).json() == before
    assert '<html lang="it"' in (await marta.client.get("/")).text
    page = (await urs.client.get("/")).text
    assert '<html lang="en"' in page
    assert "Asia/Tokyo" not in page
    taken = (await marta.client.get("/v1/account/export")).content
    assert taken
    await change(urs.client, language="de")
    found = (await marta.client.get(PATH)).json()
    assert (found["language"], found["working_hours"]["start"]) == ("it", "05:05")
