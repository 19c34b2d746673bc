from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp.client.client import Client
from pypdf import PdfReader

from jobtracker.applications.model import Change, Posting, Round
from jobtracker.applications.service import ApplicationService
from jobtracker.core.bootstrap import Core
from jobtracker.core.settings import load_settings
from jobtracker.jobs.service import JobService
from jobtracker.resumes.service import ResumeService
from mcp_servers.coaching.server import build

RESUME = {
    "basics": {"name": "Anna Muster", "email": "anna@example.org"},
    "work": [
        {
            "name": "Spital Muster",
            "position": "Pflegefachfrau",
            "startDate": "2019-03",
            "highlights": [
                "Führte ein Team von fünf Lernenden und senkte Medikationsfehler um 30%",
                "Koordinierte die Übergabe zwischen zwei Stationen mit Excel",
            ],
        }
    ],
    "skills": [{"name": "Wundversorgung"}],
}
POSTING = {
    "@context": "https://schema.org",
    "@type": "JobPosting",
    "title": "Dipl. Pflegefachperson HF",
    "hiringOrganization": {"@type": "Organization", "name": "Klinik Seeblick"},
    "jobLocation": {"@type": "Place", "address": {"addressLocality": "Luzern"}},
    "description": "Wir sind ein Team von zwanzig Leuten. Ihre Aufgaben: Pflege, Übergabe, Excel.",
    "datePosted": "2026-11-20",
}


@pytest.fixture
def core(tmp_path: Path) -> Iterator[Core]:
    settings = load_settings(
        home=str(tmp_path), now="2026-11-23T10:00:00+01:00", timezone="Europe/Zurich"
    )
    opened = Core(settings)
    yield opened
    opened.close()


def talk(core: Core, *calls: tuple[str, dict[str, Any]], user: str = "anna") -> list[Any]:
    async def main() -> list[Any]:
        async with Client(build(core, "memory")) as client:
            return [
                await client.call_tool(name, arguments, meta={"jobtracker/user": user})
                for name, arguments in calls
            ]

    return anyio.run(main)


def posted(core: Core) -> str:
    kept = JobService(core).import_payload("anna", json.dumps(POSTING))
    return kept.job_id or kept.jobs[0].job_id


def test_every_tool_has_title_description_and_described_fields(core: Core):
    async def main() -> list[Any]:
        async with Client(build(core, "memory")) as client:
            return (await client.list_tools()).tools

    for tool in anyio.run(main):
        assert tool.title
        assert tool.output_schema
        for name, schema in tool.input_schema.get("properties", {}).items():
            assert "description" in schema, (tool.name, name)


def test_an_interview_is_prepared_from_posting_tracker_and_resume(core: Core):
    job_id = posted(core)
    ResumeService(core).import_bytes("anna", json.dumps(RESUME).encode(), "cv.json")
    tracker = ApplicationService(core)
    posting = Posting(job_id=job_id, company="Klinik Seeblick", title="Dipl. Pflegefachperson HF")
    known = tracker.track("anna", posting, status="applied", note="Frau Keller leitet die Station")
    start = "2026-11-26T15:00:00+01:00"
    change = Change(status="interview", round=Round.model_validate({"start": start}))
    tracker.update("anna", known.application_id, change)
    by_job, by_application, by_nothing = (
        result.structured_content
        for result in talk(
            core,
            ("prepare_interview", {"job_id": job_id}),
            ("prepare_interview", {"application_id": known.application_id, "stage": "panel"}),
            ("prepare_interview", {"pdf": True}),
        )
    )
    pages = PdfReader(by_nothing["pdf_path"]).pages
    assert len(pages) == 1
    assert "Klinik Seeblick" in pages[0].extract_text()
    assert by_job["company"] == by_nothing["company"] == "Klinik Seeblick"
    assert by_job["application_id"] == by_application["application_id"] == known.application_id
    assert by_job["trade"] == "nursing"
    assert by_job["language"] == "de"
    assert by_application["stories"][0]["evidence"]["path"].startswith("/work/0/highlights/")
    assert by_job["logistics"][0]["start"].startswith("2026-11-26T")
    assert any("Keller" in fact["text"] for fact in by_job["facts"])


def test_a_mock_interview_goes_over_several_turns_and_processes(core: Core, tmp_path: Path):
    job_id = posted(core)
    first = talk(core, ("start_mock_interview", {"job_id": job_id, "questions": 2}))[0]
    session = first.structured_content["session_id"]
    weak = talk(core, ("answer_mock_question", {"answer": "Weiss nicht so recht."}))[0]
    assert weak.structured_content["next"]["number"] == 1
    again = Core(core.settings)
    turns = [("answer_mock_question", {"answer": "Ich habe 3 Tage lang geplant."})] * 3
    last = talk(again, *turns)[-1].structured_content
    assert last["next"] is None
    closed = talk(again, ("answer_mock_question", {"answer": "x", "session_id": session}))[0]
    assert closed.is_error
    done = talk(again, ("finish_mock_interview", {"session_id": session}))[0].structured_content
    assert len(done["answers"]) == 4
    assert done["earlier_scores"] == []
    assert done["advice"]
    foreign = talk(again, ("finish_mock_interview", {"session_id": session}), user="bob")[0]
    assert "not_found" in foreign.content[0].text
    again.close()


def test_errors_say_what_to_do(core: Core):
    results = talk(
        core,
        ("prepare_interview", {}),
        ("prepare_interview", {"application_id": "app_none"}),
        ("review_answer", {"question": "Why?", "answer": " "}),
        ("answer_mock_question", {"answer": "x"}),
    )
    codes = [result.content[0].text.split(": ")[1] for result in results]
    assert codes == ["bad_input", "not_found", "bad_input", "not_found"]


def test_a_pay_talk_is_prepared_with_exact_numbers(core: Core):
    arguments = {"title": "Nurse", "offer": 6500, "target": 90000, "currency": "CHF", "age": 40}
    ResumeService(core).import_bytes("anna", json.dumps(RESUME).encode(), "cv.json")
    brief = talk(core, ("negotiation_brief", arguments))[0].structured_content
    assert brief["offer"]["base_year"] == 84500
    assert brief["gap_year"] == 5500
    assert brief["counter_year"] >= 90000
    assert brief["arguments"][0]["source"] == "/work/0/highlights/0"
    assert brief["market"]["n"] >= 0
    empty = talk(core, ("negotiation_brief", {}))[0]
    assert "bad_input" in empty.content[0].text


def test_outreach_is_drafted_from_facts_and_the_note_stays_short(core: Core):
    ResumeService(core).import_bytes("anna", json.dumps(RESUME).encode(), "cv.json")
    job_id = posted(core)
    letter, note = (
        result.structured_content
        for result in talk(
            core,
            ("draft_outreach", {"job_id": job_id, "person": "Mia Keller"}),
            ("draft_outreach", {"kind": "linkedin", "company": "C" * 180, "role": "R" * 150}),
        )
    )
    assert letter["language"] == "de"
    assert letter["text"].startswith("Guten Tag Mia Keller")
    assert "Klinik Seeblick" in letter["text"]
    assert letter["text"].endswith("Anna Muster")
    assert len(note["text"]) <= 300
    assert note["status"] == "review"


def test_goals_are_counted_from_the_tracker_and_the_week_is_planned(core: Core):
    goal = talk(core, ("set_goal", {"goal": "zwei Bewerbungen pro Woche"}))[0].structured_content
    assert (goal["measure"], goal["target"], goal["period"]) == ("applications", 2, "week")
    tracker = ApplicationService(core)
    for title in ("Koch", "Kellner"):
        tracker.track("anna", None, "Hotel Muster", title, "applied")
    review = talk(core, ("weekly_review", {"language": "de"}))[0].structured_content
    assert review["planned"][0]["reached"]
    assert review["done"][0]["text"] == "2 Bewerbungen verschickt"
    assert "zwei Bewerbungen" in review["encouragement"]
    assert review["plan"][0]["start"].startswith("2026-11-23")
    quiet = talk(core, ("weekly_review", {}), user="bob")[0].structured_content
    assert quiet["done"] == []
    assert "Nothing is recorded" in quiet["encouragement"]


def test_a_role_is_enough_to_practise(core: Core):
    first = talk(core, ("start_mock_interview", {"role": "Elektriker", "language": "fr"}))[0]
    assert first.structured_content["number"] == 1
