"""The REST resources: tools behind HTTP, with pages, ETags, confirmation and idempotent writes."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

pytestmark = pytest.mark.anyio
NEW = {"company": "Bäckerei Huber", "title": "Bäcker", "status": "applied", "date": "2026-11-20"}


async def tracked(client: httpx.AsyncClient, **fields: Any) -> dict[str, Any]:
    answer = await client.post("/v1/applications", json={**NEW, **fields})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_a_search_answers_with_reasons_and_a_link_to_the_next_page(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.get("/v1/jobs", params={"query": "nurse", "limit": 2})
    assert answer.status_code == 200
    page = answer.json()
    assert len(page["jobs"]) == 2
    assert page["jobs"][0]["why"]
    assert page["total"] > 2
    link = answer.headers["link"].split(";")[0].strip("<>")
    second = (await client.get(link)).json()
    first = {job["job_id"] for job in page["jobs"]}
    assert first.isdisjoint(job["job_id"] for job in second["jobs"])


async def test_what_is_known_already_is_not_sent_again(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/jobs", params={"query": "nurse"})
    tag = answer.headers["etag"]
    again = await client.get(
        "/v1/jobs", params={"query": "nurse"}, headers={"If-None-Match": f"W/{tag}"}
    )
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/v1/jobs?limit=-1", "limit"),
        ("/v1/jobs?limit=1000000000", "limit"),
        ("/v1/jobs?salary_min=much", "salary_min"),
        ("/v1/jobs?work_mode=underwater", "work_mode"),
        ("/v1/applications?status=lost", "status"),
        ("/v1/salary-insight", "title"),
    ],
)
async def test_a_field_that_does_not_fit_is_named(
    client: httpx.AsyncClient, path: str, field: str
) -> None:
    answer = await client.get(path)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert any(field in error["field"] for error in answer.json()["errors"])


async def test_a_forged_cursor_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/jobs", params={"query": "nurse", "cursor": "AAAA"})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_input")


async def test_an_application_is_tracked_changed_and_listed(client: httpx.AsyncClient) -> None:
    made = await tracked(client)
    path = f"/v1/applications/{made['application_id']}"
    changed = await client.patch(path, json={"status": "interview", "note": "Montag"})
    assert changed.json()["status"] == "interview"
    listed = (await client.get("/v1/applications", params={"status": "open"})).json()
    assert [item["application_id"] for item in listed["applications"]] == [made["application_id"]]


async def test_a_change_on_a_state_that_is_gone_is_refused(client: httpx.AsyncClient) -> None:
    made = await tracked(client)
    path = f"/v1/applications/{made['application_id']}"
    tag = (await client.get(path)).headers["etag"]
    first = await client.patch(path, json={"note": "a"}, headers={"If-Match": tag})
    assert first.status_code == 200
    second = await client.patch(path, json={"note": "b"}, headers={"If-Match": tag})
    assert second.status_code == 412
    notes = (await client.get(path)).json()["notes"]
    assert [note["text"] for note in notes] == ["a"]


async def test_a_deletion_waits_for_the_yes_to_its_own_question(client: httpx.AsyncClient) -> None:
    made = await tracked(client)
    other = await tracked(client, company="Migros", title="Metzger")
    path = f"/v1/applications/{made['application_id']}"
    asked = await client.delete(path)
    assert asked.status_code == 428
    assert "Bäckerei Huber" in asked.json()["question"]
    token = asked.json()["confirm"]
    elsewhere = f"/v1/applications/{other['application_id']}"
    assert (await client.delete(elsewhere, params={"confirm": token})).status_code == 428
    assert (await client.delete(path, params={"confirm": token})).json()["deleted"]
    assert (await client.get(path)).status_code == 404
    assert (await client.get(elsewhere)).status_code == 200


async def test_the_same_write_sent_twice_is_done_once(client: httpx.AsyncClient) -> None:
    headers = {"Idempotency-Key": "3f0c2f9e"}
    body = {"name": "Köche", "query": "Koch", "location": "Luzern"}
    first = await client.post("/v1/saved-searches", json=body, headers=headers)
    second = await client.post("/v1/saved-searches", json=body, headers=headers)
    assert first.status_code == second.status_code == 201
    assert second.headers["idempotency-replayed"] == "true"
    assert first.json() == second.json()
    assert first.headers["location"] == second.headers["location"]
    assert len((await client.get("/v1/saved-searches")).json()["searches"]) == 1


async def test_twins_at_the_same_time_are_done_once(client: httpx.AsyncClient) -> None:
    headers = {"Idempotency-Key": "twins"}
    body = {"name": "Köche", "query": "Koch"}
    answers = await asyncio.gather(
        *(client.post("/v1/saved-searches", json=body, headers=headers) for _ in range(5))
    )
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len((await client.get("/v1/saved-searches")).json()["searches"]) == 1


async def test_a_key_used_for_another_request_is_refused(client: httpx.AsyncClient) -> None:
    headers = {"Idempotency-Key": "k1"}
    await client.post("/v1/saved-searches", json={"name": "a", "query": "x"}, headers=headers)
    other = await client.post(
        "/v1/saved-searches", json={"name": "b", "query": "y"}, headers=headers
    )
    assert other.status_code == 422


async def test_a_write_that_failed_may_be_sent_again(client: httpx.AsyncClient) -> None:
    headers = {"Idempotency-Key": "k2"}
    bad = await client.post("/v1/applications", json={"company": "X"}, headers=headers)
    assert bad.status_code == 400
    good = await client.post("/v1/applications", json=NEW, headers=headers)
    assert good.status_code == 201


async def test_a_resume_is_uploaded_scored_and_downloaded(client: httpx.AsyncClient) -> None:
    text = (
        "Anna Muster\nanna@example.com\n+41 44 668 18 00\n\nExperience\n"
        "Nurse, Kantonsspital Luzern, 2019 - 2024\n- Cared for 12 patients a shift\n\n"
        "Education\nBSc Nursing, ZHAW, 2018\n\nSkills\nWound care, triage, German, French\n"
    )
    made = await client.post(
        "/v1/resumes", files={"file": ("../../etc/anna.txt", text.encode(), "text/plain")}
    )
    assert made.status_code == 201, made.text
    resume = made.json()
    path = f"/v1/resumes/{resume['resume_id']}"
    assert resume["resume"]["basics"]["name"] == "Anna Muster"
    assert (await client.get(path)).json()["filename"] == "anna.txt"
    target = {"job_text": "We look for a nurse with triage experience in Luzern."}
    scores = [(await client.post(f"{path}/score", json=target)).json()["score"] for _ in "ab"]
    assert scores[0] == scores[1] > 0
    pdf = await client.get(f"{path}/export", params={"format": "pdf"})
    assert pdf.status_code == 200
    assert pdf.content.startswith(b"%PDF")
    assert "attachment" in pdf.headers["content-disposition"]


@pytest.mark.parametrize("data", [b"", b"MZ\x90\x00\x03\x00\x00\x00\x04" * 50])
async def test_a_file_that_is_no_resume_is_refused(client: httpx.AsyncClient, data: bytes) -> None:
    answer = await client.post("/v1/resumes", files={"file": ("cv.pdf", data, "application/pdf")})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_input")
    assert (await client.get("/v1/resumes")).json()["resumes"] == []


async def test_an_interview_is_booked_after_the_yes(client: httpx.AsyncClient) -> None:
    made = await tracked(client)
    body = {
        "start": "2026-11-27T10:00:00+01:00",
        "company": "Bäckerei Huber",
        "application_id": made["application_id"],
    }
    asked = await client.post("/v1/calendar/interviews", json=body)
    assert asked.status_code == 428
    when = {"start": "2026-11-27T00:00:00+01:00", "end": "2026-11-28T00:00:00+01:00"}
    assert (await client.get("/v1/calendar/events", params=when)).json()["total"] == 0
    done = await client.post(
        "/v1/calendar/interviews", json=body, params={"confirm": asked.json()["confirm"]}
    )
    assert done.status_code == 200, done.text
    assert (await client.get("/v1/calendar/events", params=when)).json()["total"] >= 1
    ics = await client.get("/v1/calendar/export", params=when)
    assert ics.headers["content-type"].startswith("text/calendar")
    assert "BEGIN:VEVENT" in ics.text
    application = await client.get(f"/v1/applications/{made['application_id']}")
    assert application.json()["status"] == "interview"


async def test_a_mock_interview_goes_over_several_requests(client: httpx.AsyncClient) -> None:
    started = (
        await client.post("/v1/coaching/mock-interviews", json={"role": "Nurse", "questions": 2})
    ).json()
    path = f"/v1/coaching/mock-interviews/{started['session_id']}"
    answer = {"answer": "In 2023 I led a team of 4 nurses; we cut waiting time by 20 percent."}
    turn = (await client.post(f"{path}/answers", json=answer)).json()
    assert turn["review"]["score"] > 0
    finished = (await client.post(f"{path}/finish")).json()
    assert len(finished["answers"]) == 1


async def test_memories_are_listed_corrected_exported_and_forgotten(
    app: Any, client: httpx.AsyncClient
) -> None:
    memory = app.state.web.assistant.memory
    memory.remember("local", "preference", "work_mode", "prefers hybrid work")
    memory.remember("local", "dislike", "consulting", "consulting")
    memory.remember("other", "fact", "secret", "somebody else's secret")
    page = (await client.get("/v1/memories", params={"limit": 1})).json()
    assert (len(page["memories"]), page["next_cursor"]) == (1, "1")
    everything = (await client.get("/v1/memories")).json()["memories"]
    assert len(everything) == 2
    path = f"/v1/memories/{everything[0]['id']}"
    fixed = await client.patch(path, json={"text": "agencies"})
    assert fixed.json()["text"] == "agencies"
    assert len((await client.get("/v1/memories/export")).json()["memories"]) == 2
    assert (await client.delete(path)).status_code == 200
    asked = await client.delete("/v1/memories")
    assert asked.status_code == 428
    gone = await client.delete("/v1/memories", params={"confirm": asked.json()["confirm"]})
    assert gone.json() == {"forgotten": 1}
    assert len(memory.list("other")) == 1


async def test_the_document_names_every_resource_and_only_our_errors(
    client: httpx.AsyncClient,
) -> None:
    document = (await client.get("/openapi.json")).json()
    assert {"/v1/jobs", "/v1/resumes", "/v1/applications/{application_id}"} <= set(
        document["paths"]
    )
    for path, operations in document["paths"].items():
        for operation in operations.values():
            assert "422" not in operation["responses"], path
    assert "ProblemDetails" in document["components"]["schemas"]


async def test_drafts_of_all_kinds_wait_in_one_list_until_they_are_decided(
    client: httpx.AsyncClient,
) -> None:
    made = await tracked(client)
    path = f"/v1/applications/{made['application_id']}/follow-ups"
    assert (await client.post(path, json={"language": "de"})).status_code == 200
    outreach = {"kind": "linkedin", "person": "Eva Frei", "company": "Acme AG", "role": "Koch"}
    assert (await client.post("/v1/coaching/outreach", json=outreach)).status_code == 200
    waiting = (await client.get("/v1/reviews")).json()["reviews"]
    assert {one["kind"] for one in waiting} == {"follow_up", "outreach"}
    for one, decision in zip(waiting, ("approve", "discard"), strict=True):
        done = await client.post(f"/v1/reviews/{one['review_id']}", json={"decision": decision})
        assert done.status_code == 200, done.text
    assert (await client.get("/v1/reviews")).json()["reviews"] == []
    gone = await client.post("/v1/reviews/outreach:draft_nothing", json={"decision": "approve"})
    assert gone.status_code == 404


async def test_the_trend_of_the_evals_is_there_for_administrators(
    client: httpx.AsyncClient,
) -> None:
    assert (await client.get("/v1/evals/trends")).json() == {"suites": []}
