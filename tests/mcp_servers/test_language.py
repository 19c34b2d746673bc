"""Every tool, asked in German, French or Italian with data to tell of, says nothing in English."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import anyio
import pytest
from mcp.client.client import Client
from mcp.client.session import ClientRequestContext
from mcp_types import ElicitResult, TextContent

from jobtracker.applications.service import ApplicationService
from jobtracker.core.bootstrap import Core
from jobtracker.core.settings import load_settings
from mcp_servers.all.server import build

_ENGLISH = """
the is are was were of and with for from by your you not yet this that it its has have had been will
can than then there here which who what when only too be to no in at on
"""
ENGLISH = frozenset(_ENGLISH.split())
OWN = {
    "de": "der die das und ist sind mit für von zu im am ein eine einen nicht keine kein sie ihre "
    "ihr ihren bei nach vor war in es als auch wie aus auf den dem des bis seit um",
    "fr": "le la les l de des du d et est sont avec pour par au aux un une ne n pas vous votre vos "
    "chez après avant sur à en que qui il depuis dans ce c",
    "it": "il lo la l i gli le di del della dell e è sono con per da dal dalla al alla alle un una "
    "non lei sua suo presso dopo prima su a in che alle",
}
SAID_ELSEWHERE = {
    "connect_calendar", "choose_calendar", "disconnect_calendar", "decide_outreach_draft",
    "decide_review", "list_outreach_drafts", "list_reviews", "restore_version", "diff_versions",
}  # fmt: skip
"""Tools that need an account elsewhere, or give back what others made."""
ENGLISH_STILL = {"list_job_sources"}
"""The notes and limits of sources are those of `config/sources.toml` and the adapters."""
_DATA = """
code why_codes action title summary description company role url apply_url source sources text ics
path content quote raw facts timezone location resume new_jobs competency skills before after
reminder_id application_id event_id job_id next_cursor
"""
DATA = frozenset(_DATA.split())
"""Fields that hold what a posting, a file or the person said, and codes for programs."""
RESUME = {
    "de": "Anna Muster\nanna@example.org\nBern\n\nErfahrung\nPflegefachfrau, Spital Thun, 2018 – "
    "2024\n- Betreute 12 Patienten pro Schicht\n\nKenntnisse\nWundpflege, Excel\n",
    "fr": "Anna Muster\nanna@example.org\nLausanne\n\nExpérience\nInfirmière, Hôpital de Morges, "
    "2018 – 2024\n- Suivi de 12 patients par équipe\n\nCompétences\nSoins des plaies, Excel\n",
    "it": "Anna Muster\nanna@example.org\nLugano\n\nEsperienza\nInfermiera, Ospedale di Locarno, "
    "2018 – 2024\n- Seguiti 12 pazienti per turno\n\nCompetenze\nCura delle ferite, Excel\n",
}
POSTING = {
    "de": "Pflegefachfrau HF, Spital Bern. Sie bringen Wundpflege, Python und Englisch mit.",
    "fr": "Infirmière ES, Hôpital de Lausanne. Vous maîtrisez les soins des plaies et Python.",
    "it": "Infermiera, Ospedale di Lugano. Porta cura delle ferite, Python e inglese.",
}
ROLE = {
    "de": "Pflegefachfrau HF\nSpital Bern\nSie bringen Excel mit.",
    "fr": "Infirmière ES\nHôpital de Lausanne\nVous maîtrisez Excel.",
    "it": "Infermiera\nOspedale di Lugano\nConosce Excel.",
}
ANSWER = {
    "de": ("Erzählen Sie von einem Erfolg.", "Ich habe das Team geführt und die Zeit gesenkt."),
    "fr": ("Parlez-nous d’un succès.", "J’ai dirigé l’équipe et nous avons réduit le temps."),
    "it": ("Mi racconti un successo.", "Ho diretto la squadra e abbiamo ridotto il tempo."),
}
INVITATION = {
    "de": "Grüezi Frau Muster, gerne laden wir Sie am Donnerstag um 10:15 Uhr zum "
    "Vorstellungsgespräch ein. Freundliche Grüsse, Anna Huber, Acme AG",
    "fr": "Bonjour Madame, nous vous invitons jeudi à 10h15 à un entretien d’embauche. "
    "Meilleures salutations, Anne Favre, Acme SA",
    "it": "Gentile signora, la invitiamo giovedì alle 10:15 a un colloquio di lavoro. "
    "Cordiali saluti, Anna Bianchi, Acme SA",
}
REACHED = (
    ("saved", "2026-11-02"), ("applied", "2026-10-20"), ("screening", "2026-11-05"),
    ("interview", "2026-11-10"), ("offer", "2026-11-16"), ("rejected", "2026-11-17"),
)  # fmt: skip
GOAL = {"de": "5 Bewerbungen pro Woche", "fr": "5 candidatures par semaine",
        "it": "5 candidature a settimana"}  # fmt: skip


class Heard:
    """A client of all tools for a person of one language, and the English that was heard."""

    def __init__(self, client: Client, language: str) -> None:
        self.client = client
        self.language = language
        self.called: set[str] = set()
        self.english: list[str] = []
        self._own = frozenset(OWN[language].split())

    async def __call__(self, tool: str, **arguments: Any) -> dict[str, Any]:
        self.called.add(tool)
        meta: Any = {"jobtracker/user": "anna", "jobtracker/language": self.language}
        answer = await self.client.call_tool(tool, arguments, meta=meta)
        texts = [block.text for block in answer.content if isinstance(block, TextContent)]
        assert not answer.is_error, (tool, texts)
        found = cast("dict[str, Any]", answer.structured_content or {})
        spoken = [text for text in texts if text[:1] not in "{["]
        for where, text in [*_strings(found), *((".text", text) for text in spoken)]:
            if tool not in ENGLISH_STILL:
                self.hear(f"{tool}{where}", text)
        return found

    def hear(self, where: str, text: str) -> None:
        """Note a text that holds more English than the person's language."""
        bare = re.sub(r"[«“].*?[»”]|\S*[/_.@]\S+", " ", text)
        words = re.findall(r"[^\W\d_]+", bare.lower())
        english = sum(word in ENGLISH for word in words)
        if len(words) > 2 and english > sum(word in self._own for word in words):
            self.english.append(f"{where}: {text[:120]}")


def _strings(value: Any, where: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, dict):
        for key, one in cast("dict[str, Any]", value).items():
            if key not in DATA:
                yield from _strings(one, f"{where}.{key}")
    elif isinstance(value, list):
        for one in cast("list[Any]", value):
            yield from _strings(one, f"{where}[]")


async def _jobs(ask: Heard) -> None:
    await ask("search_jobs", query="enginer zzzqq", location="Hintertupfingen")
    await ask("search_jobs", query="Koch", location="Bern", radius_km=40, salary_min=50000,
              currency="EUR", work_mode="onsite", avoid=["Restaurant"])  # fmt: skip
    found = await ask("search_jobs", query="software engineer", location="Zürich", salary_min=90000,
                      currency="CHF", prefer=["cloud"], skills=["Python"])  # fmt: skip
    first = found["jobs"][0]
    for tool in ("get_job", "similar_jobs", "check_job_open"):
        await ask(tool, job_id=first["job_id"])
    await ask("import_job", text="Köchin\nRestaurant Krone, Bern\nLohn CHF 5000 pro Monat")
    for title in ("engineer", "Astronaut"):
        await ask("salary_insight", title=title)
    for company in (first["company"], "Zzz"):
        await ask("research_company", company=company)
    await ask("list_job_sources")
    kept = await ask("save_search", name="x", query="Koch")
    await ask("list_saved_searches")
    await ask("delete_saved_search", search_id=kept["search_id"])


async def _tracker(ask: Heard, core: Core) -> None:
    ids: dict[str, str] = {}
    for status, on in REACHED:
        name = {"company": f"Firma {status}", "title": "Köchin"}
        day = on if status in {"saved", "applied"} else "2026-10-15"
        start = status if status == "saved" else "applied"
        made = await ask("track_application", **name, status=start, date=day)
        ids[status] = made["application_id"]
        if status not in {"saved", "applied"}:
            await ask("update_application", application_id=ids[status], status=status, date=on)
    await ask("track_application", company="Firma saved", title="Köchin", status="saved")
    for status, start in (
        ("interview", "2026-11-21T10:00+01:00"),
        ("screening", "2026-11-25T10:00+01:00"),
    ):
        await ask("update_application", application_id=ids[status],
                  round={"stage": "technical", "start": start})  # fmt: skip
    await ask("list_applications")
    await ask("get_application", application_id=ids["interview"])
    assert (await ask("next_actions", limit=50))["total"] > 5
    await ask("draft_follow_up", application_id=ids["applied"], language=ask.language)
    assert (await ask("application_stats", charts="none"))["notes"]
    ApplicationService(core).due_reminders("anna")
    told = await ask("list_reminders", limit=50)
    await ask("dismiss_reminder", reminder_id=told["reminders"][0]["reminder_id"])
    for kind in ("csv", "ics", "rav"):
        await ask("export_applications", format=kind, language=ask.language)
    await ask("prepare_interview", application_id=ids["screening"], language=ask.language)
    await ask("negotiation_brief", application_id=ids["offer"], language=ask.language)
    await ask("delete_application", application_id=ids["saved"])


async def _calendar(ask: Heard) -> None:
    for company, start in (("Acme", "2026-11-26T10:00+01:00"), ("Beta", "2026-11-26T10:30+01:00")):
        await ask("schedule_interview", company=company, role="Koch", start=start, location="Bern")
    await ask("list_calendars")
    await ask("working_time")
    listed = await ask("list_events")
    for day in ("2026-11-20", "2026-11-26", "2026-11-28"):
        await ask("find_free_time", start=f"{day}T08:00", end=f"{day}T18:00")
    await ask("suggest_interview_times", timezone="America/New_York")
    await ask("suggest_interview_times", start="2026-11-28", end="2026-11-29")
    for text in (INVITATION[ask.language], "Zzz"):
        await ask("read_invitation", text=text)
    event = next(one for one in listed["events"] if one["kind"] == "interview")
    await ask("reschedule_event", event_id=event["event_id"], start="2026-11-27T10:00+01:00")
    await ask("cancel_event", event_id=event["event_id"])
    written = await ask("export_ics", start="2026-11-23", end="2026-12-05")
    await ask("import_ics", ics=written["ics"])


async def _resume(ask: Heard) -> None:
    content = base64.b64encode(RESUME[ask.language].encode()).decode()
    for _ in range(2):
        await ask("import_resume", content_base64=content, filename="cv.txt")
    await ask("list_resumes")
    await ask("get_resume")
    assert (await ask("score_resume", job_text=POSTING[ask.language]))["findings"]
    await ask("tailor_resume", job_text=POSTING[ask.language])
    await ask(
        "edit_resume", patch=[{"op": "replace", "path": "/basics/name", "value": "Eva Muster"}]
    )
    await ask("write_cover_letter", job_text=ROLE[ask.language], language=ask.language)
    await ask("export_resume", format="txt")


async def _coach(ask: Heard) -> None:
    question, answer = ANSWER[ask.language]
    await ask("start_mock_interview", role="Koch", language=ask.language)
    await ask("answer_mock_question", answer=answer)
    await ask("finish_mock_interview")
    await ask("review_answer", question=question, answer=answer)
    await ask(
        "draft_outreach", company="Acme", role="Koch", kind="recruiter", language=ask.language
    )
    await ask("set_goal", goal=GOAL[ask.language])
    await ask("weekly_review")


@pytest.mark.parametrize("language", OWN)
def test_no_tool_speaks_english_to_a_person_of_another_language(
    tmp_path: Path, language: str
) -> None:
    settings = load_settings(
        home=str(tmp_path), now="2026-11-23T10:00:00+01:00", timezone="Europe/Zurich"
    )
    core = Core(settings)
    heard: list[Heard] = []

    async def yes(context: ClientRequestContext, params: Any) -> ElicitResult:
        assert context
        heard[0].hear("question", params.message)
        return ElicitResult(action="accept", content={"confirm": True})

    async def main() -> set[str]:
        async with Client(build(core, "memory"), elicitation_callback=yes) as client:
            ask = Heard(client, language)
            heard.append(ask)
            await _jobs(ask)
            await _resume(ask)
            await _tracker(ask, core)
            await _calendar(ask)
            await _coach(ask)
            return {tool.name for tool in (await client.list_tools()).tools} - ask.called

    try:
        left = anyio.run(main)
    finally:
        core.close()
    assert heard[0].english == []
    assert left <= SAID_ELSEWHERE | {"set_reminder"}


ERRORS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("schedule_interview", {"company": "Acme", "role": "Koch", "start": "2026-11-20T10:00"}),
    ("find_free_time", {"start": "2026-11-28T18:00", "end": "2026-11-28T08:00"}),
    ("track_application", {"company": "Acme", "title": "Koch", "status": "applied",
                           "date": "2026-12-24"}),
    ("track_application", {"company": "Acme", "title": "Koch", "status": "accepted"}),
    ("get_application", {"application_id": "app_none"}),
    ("cancel_event", {"event_id": "none"}),
    ("score_resume", {"job_text": "Koch"}),
    ("import_resume", {"filename": "cv.pdf", "content_base64": "JVBERi0xLjcKYnJva2Vu"}),
)  # fmt: skip


@pytest.mark.parametrize("language", OWN)
def test_common_errors_are_in_the_persons_language(tmp_path: Path, language: str) -> None:
    settings = load_settings(
        home=str(tmp_path), now="2026-11-23T10:00:00+01:00", timezone="Europe/Zurich"
    )
    core = Core(settings)
    told: list[str] = []

    async def main() -> None:
        async with Client(build(core, "memory")) as client:
            meta: Any = {"jobtracker/user": "anna", "jobtracker/language": language}
            for tool, arguments in ERRORS:
                answer = await client.call_tool(tool, arguments, meta=meta)
                texts = [block.text for block in answer.content if isinstance(block, TextContent)]
                said = " ".join(texts).partition(": ")[2].partition(": ")[2]
                told.append(said if answer.is_error else "")

    try:
        anyio.run(main)
    finally:
        core.close()
    ask = Heard(cast("Client", None), language)
    for (tool, _), said in zip(ERRORS, told, strict=True):
        assert said, tool
        ask.hear(tool, said)
    assert ask.english == []


def test_english_is_noticed() -> None:
    ask = Heard(cast("Client", None), "de")
    ask.hear("x", "the offer came on 2026-11-16; ask for time, negotiate or answer")
    ask.hear("x", "gleich nach «The end of the day» (bis 10:00 Uhr)")
    assert len(ask.english) == 1
