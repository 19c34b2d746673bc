"""Postings not seen for a while are asked again before they are shown."""

import json
import sys
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from jobtracker.core.bootstrap import Core
from jobtracker.core.settings import load_settings
from jobtracker.jobs.closing import closing_words
from jobtracker.jobs.model import SearchRequest, SearchResult
from jobtracker.jobs.service import JobService
from jobtracker.jobs.sources import REGISTRY

sys.path.insert(0, str(Path(__file__).parent))
from boards import Boards, running
from wire import ANSWERS

MONDAY = datetime.fromisoformat("2026-11-23T09:00:00+01:00")
LATER = MONDAY + timedelta(days=3)


class Pages(ThreadingHTTPServer):
    """Pages of postings by path: a status and a body; `hanging` ones answer when it ends."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.pages: dict[str, tuple[int, str]] = {}
        self.seen: list[str] = []
        self.over = threading.Event()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_port}{path}"


class _Handler(BaseHTTPRequestHandler):
    server: Pages

    def log_message(self, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        self.server.seen.append(self.path)
        status, body = self.server.pages.get(self.path, (404, ""))
        if body == "hangs":
            self.server.over.wait(120)
        sent = body.encode()
        self.send_response(status)
        if status in {301, 302}:
            self.send_header("Location", body)
        self.send_header("Content-Length", str(len(sent)))
        self.end_headers()
        self.wfile.write(sent)


@pytest.fixture
def pages() -> Iterator[Pages]:
    server = Pages()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    server.over.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def boards() -> Iterator[Boards]:
    with running() as server:
        yield server


@pytest.fixture
def jobs(tmp_path: Path, boards: Boards) -> Iterator[JobService]:
    settings = load_settings(home=str(tmp_path / "h"), now=MONDAY.isoformat())
    settings.http.allow_private = True
    settings.http.timeout_seconds = 60.0
    settings.search.offline = False
    settings.search.samples = False
    settings.search.deadline_seconds = 60.0
    core = Core(settings)
    yield JobService(core, {name: boards.base(name) for name in REGISTRY})
    core.close()


def keep(jobs: JobService, pages: Pages, *titles: str, **more: object) -> list[str]:
    """Keep a posting of each title, its page at /jobs/<title>."""
    rows = [
        {
            "@type": "JobPosting", "title": title, "url": pages.url(f"/jobs/{title}"),
            "hiringOrganization": {"name": f"{title} AG"}, "description": f"Be our {title}.",
            "datePosted": "2026-11-20", **more,
        }
        for title in titles
    ]  # fmt: skip
    kept = jobs.import_payload("ada", {"@graph": rows})
    return [job.job_id for job in kept.jobs]


def later(jobs: JobService, moment: datetime = LATER) -> None:
    jobs.core.clock = type(jobs.core.clock)(jobs.core.clock.zone, moment)


def search(jobs: JobService, **asked: object) -> SearchResult:
    return jobs.search("ada", SearchRequest.model_validate({"sources": ["page"], **asked}))


def titles(result: SearchResult) -> set[str]:
    return {job.title for job in result.jobs}


GONE = {
    "not found": (404, "no such page"),
    "gone": (410, ""),
    "taken off the board": (302, "/jobs"),
    "expired": (
        200,
        '<html><script type="application/ld+json">{"@type": "JobPosting", "title": "Welder", '
        '"validThrough": "2026-11-24"}</script></html>',
    ),
    "English": (200, "<h1>Welder</h1><p>No longer accepting applications</p>"),
    "German": (200, "<h1>Welder</h1><p>Diese Stelle ist leider nicht mehr verfügbar.</p>"),
    "French": (200, "<h1>Welder</h1><p>Cette offre n’est plus disponible.</p>"),
    "Italian": (200, "<h1>Welder</h1><p>Questa posizione è stata chiusa.</p>"),
}


@pytest.mark.parametrize("sign", GONE)
def test_a_dead_posting_is_not_shown_and_counts(jobs: JobService, pages: Pages, sign: str) -> None:
    keep(jobs, pages, "Welder", "Cook")
    pages.pages |= {"/jobs/Welder": (200, "<h1>Welder</h1>"), "/jobs": (200, "Our jobs")}
    pages.pages["/jobs/Cook"] = (200, "<h1>Cook</h1>")
    assert titles(search(jobs)) == {"Welder", "Cook"}
    assert pages.seen == []
    later(jobs)
    pages.pages["/jobs/Welder"] = GONE[sign]
    found = search(jobs)
    assert titles(found) == {"Cook"}
    assert found.total == 1 and found.notes == ["1 left out: found closed just now"]
    assert found.jobs[0].checked_at == LATER
    told = jobs.list_sources("ada")
    page = next(state for state in told.sources if state.name == "page")
    assert (page.shown, page.found_dead, told.dead_share) == (2, 1, 0.5)
    asked = len(pages.seen)
    assert titles(search(jobs)) == {"Cook"}
    assert len(pages.seen) == asked


@pytest.mark.parametrize("sign", GONE)
def test_a_posting_that_is_read_whole_has_the_state_of_today(
    jobs: JobService, pages: Pages, sign: str
) -> None:
    (job_id,) = keep(jobs, pages, "Welder")
    pages.pages |= {"/jobs/Welder": GONE[sign], "/jobs": (200, "Our jobs")}
    assert jobs.show("ada", job_id).status == "open" and pages.seen == [], "it was seen just now"
    later(jobs)
    shown = jobs.show("ada", job_id)
    assert (shown.status, shown.checked_at, shown.title) == ("closed", LATER, "Welder")
    asked = len(pages.seen)
    assert jobs.show("ada", job_id).status == "closed" and len(pages.seen) == asked


def test_a_posting_that_nobody_answers_for_is_shown_as_it_was(
    jobs: JobService, pages: Pages
) -> None:
    (job_id,) = keep(jobs, pages, "Welder")
    pages.pages["/jobs/Welder"] = (500, "")
    later(jobs)
    shown = jobs.show("ada", job_id)
    assert (shown.status, shown.checked_at) == ("open", MONDAY)
    jobs.core.settings.search.offline = True
    later(jobs, LATER + timedelta(days=3))
    asked = len(pages.seen)
    assert jobs.show("ada", job_id).status == "open" and len(pages.seen) == asked


def test_a_posting_past_its_last_day_is_shown_as_closed(jobs: JobService, pages: Pages) -> None:
    (job_id,) = keep(jobs, pages, "Welder", validThrough="2026-11-24")
    assert jobs.show("ada", job_id).status == "open"
    later(jobs, datetime.fromisoformat("2026-11-24T20:00:00+00:00"))
    pages.pages["/jobs/Welder"] = (200, "<h1>Welder</h1>")
    assert jobs.show("ada", job_id).status == "open", "its last day lasts until it ends"
    later(jobs, datetime.fromisoformat("2026-11-25T08:00:00+00:00"))
    assert jobs.show("ada", job_id).status == "closed"


UNPROVEN = {
    "trouble of its own": (500, ""),
    "a login wall": (401, ""),
    "refused": (403, ""),
    "too many requests": (429, ""),
}


@pytest.mark.parametrize("sign", UNPROVEN)
def test_who_cannot_be_reached_is_not_dead(jobs: JobService, pages: Pages, sign: str) -> None:
    keep(jobs, pages, "Welder")
    later(jobs)
    pages.pages["/jobs/Welder"] = UNPROVEN[sign]
    for _ in range(2):
        found = search(jobs)
        assert titles(found) == {"Welder"}
        assert found.jobs[0].checked_at == MONDAY
        assert "not asked again whether open (no answer in time)" in found.notes[0]
    # Left alone for a while after that, and asked once more.
    assert pages.seen == ["/jobs/Welder"]
    later(jobs, LATER + timedelta(minutes=11))
    pages.pages["/jobs/Welder"] = (404, "")
    assert titles(search(jobs)) == set()


def test_a_page_that_hangs_does_not_hold_the_answer(jobs: JobService, pages: Pages) -> None:
    jobs.core.settings.search.deadline_seconds = 0.2
    keep(jobs, pages, "Welder", "Cook")
    later(jobs)
    pages.pages |= {"/jobs/Welder": (200, "hangs"), "/jobs/Cook": (200, "hangs")}
    found = search(jobs)
    assert not pages.over.is_set()
    assert titles(found) == {"Welder", "Cook"} and found.notes[0].startswith("2 not asked again")


def test_offline_postings_are_shown_and_said_to_be_unasked(jobs: JobService, pages: Pages) -> None:
    keep(jobs, pages, "Welder")
    later(jobs)
    jobs.core.settings.search.offline = True
    found = search(jobs)
    assert titles(found) == {"Welder"} and pages.seen == []
    assert found.jobs[0].checked_at == MONDAY
    assert found.notes == [
        "1 not asked again whether open (search.offline is set); "
        "last seen 2026-11-23 or later, see checked_at"
    ]


def test_the_page_is_filled_up_with_living_ones_and_none_is_lost_on_the_next(
    jobs: JobService, pages: Pages
) -> None:
    names = [f"Welder {n}" for n in range(9)]
    keep(jobs, pages, *names)
    later(jobs)
    for n, name in enumerate(names):
        path = f"/jobs/{name.replace(' ', '%20')}"
        pages.pages[path] = (404, "") if n % 3 == 0 else (200, f"<h1>{name}</h1>")
    seen: list[str] = []
    cursor = None
    while True:
        found = search(jobs, query="welder", limit=2, cursor=cursor)
        seen += [job.title for job in found.jobs]
        cursor = found.next_cursor
        if cursor is None:
            break
    assert sorted(seen) == [name for n, name in enumerate(names) if n % 3]


def test_an_employers_board_answers_for_its_postings(
    jobs: JobService, boards: Boards, pages: Pages
) -> None:
    payload = json.loads(json.dumps(ANSWERS["greenhouse"][0]))
    listed = payload["jobs"][0]
    gone = {**listed, "id": 999, "title": "Turner", "requisition_id": "R-999"}
    gone["absolute_url"] = "https://boards.greenhouse.io/umbra/jobs/999"
    listed["absolute_url"] = "https://boards.greenhouse.io/umbra/jobs/1"
    jobs.import_payload("ada", {**payload, "jobs": [listed, gone]})
    later(jobs)
    found = search(jobs, sources=["greenhouse"])
    assert titles(found) == {listed["title"]} and found.jobs[0].checked_at == LATER
    assert boards.seen == ["/greenhouse/v1/boards/umbra/jobs?content=true"]


def test_a_copy_does_not_bring_a_dead_posting_back(
    jobs: JobService, pages: Pages, boards: Boards
) -> None:
    row = {
        "id": 20, "url": pages.url("/jobs/20"), "title": "Welder", "company_name": "Umbra",
        "publication_date": "2026-11-18T10:00:00", "description": "Weld", "tags": [],
        "job_type": "full_time", "candidate_required_location": "Europe", "salary": "",
    }  # fmt: skip
    feed = {"0-legal-notice": "notice", "job-count": 1, "jobs": [row]}
    jobs.import_payload("ada", feed)
    later(jobs)
    assert titles(search(jobs, sources=["remotive"], query="welder")) == set()
    jobs.import_payload("ada", feed)
    assert titles(search(jobs, sources=["remotive"], query="welder")) == set()
    row["publication_date"] = (LATER + timedelta(hours=2)).isoformat()
    later(jobs, LATER + timedelta(hours=3))
    jobs.import_payload("ada", feed)
    assert titles(search(jobs, sources=["remotive"], query="welder")) == {"Welder"}


def test_similar_postings_are_asked_for_too(jobs: JobService, pages: Pages) -> None:
    first, *_ = keep(jobs, pages, "Welder", "Welder aluminium")
    later(jobs)
    assert jobs.similar("ada", first).jobs == []


def test_check_open_keeps_what_was_found_out(jobs: JobService, pages: Pages) -> None:
    [job_id] = keep(jobs, pages, "Welder")
    pages.pages["/jobs/Welder"] = (200, "<p>Die Bewerbungsfrist ist abgelaufen.</p>")
    told = jobs.check_open("ada", job_id)
    assert told.status == "closed" and "Bewerbungsfrist" in told.evidence
    assert jobs.get("ada", job_id).status == "closed"
    pages.pages["/jobs/Welder"] = (500, "")
    assert jobs.check_open("ada", job_id).status == "unknown"
    assert jobs.get("ada", job_id).status == "closed"
    pages.pages["/jobs/Welder"] = (200, "<h1>Welder</h1>")
    assert jobs.check_open("ada", job_id).status == "open"
    assert titles(search(jobs)) == {"Welder"}


@pytest.mark.parametrize(
    "page",
    [
        "The position has been filled.", "This job posting has expired", "This job is closed.",
        "Sorry, the role you applied for is no longer open.", "Applications are now closed.",
        "We are no longer accepting new applications for this vacancy.",
        "The application deadline has passed.", "This requisition is no longer available",
        "Das Inserat ist abgelaufen.", "Die Stelle wurde bereits besetzt.",
        "Diese Stellenanzeige ist nicht mehr online", "Wir nehmen keine Bewerbungen mehr entgegen.",
        "Die gesuchte Vakanz ist nicht mehr ausgeschrieben.", "Die Position ist leider vergeben.",
        "Le poste a été pourvu.", "Cette annonce a expiré. L'offre est expirée.",
        "Nous n'acceptons plus de candidatures.", "Les candidatures sont closes.",
        "Le délai de postulation est échu.", "L’offre d’emploi n’est plus en ligne",
        "L'annuncio è scaduto.", "La posizione non è più disponibile", "Offerta scaduta",
        "Non si accettano più candidature.", "Le candidature sono chiuse.",
        "Il termine per candidarsi è scaduto.",
    ],
)  # fmt: skip
def test_words_that_close_a_posting_are_known(page: str) -> None:
    assert closing_words(page, "") is not None


@pytest.mark.parametrize(
    "page",
    [
        "The company car is no longer available to part-time staff.",
        "Internet Explorer is no longer supported.", "Closed on Sundays.",
        "The position is open to all.", "Join a team that has filled stadiums.",
        "This role has closed-loop responsibility for budgets.", "Apply before the job closes.",
        "Die Stelle ist per sofort oder nach Vereinbarung zu besetzen.",
        "Arbeit auf einer geschlossenen Abteilung.", "Die Position ist unbefristet.",
        "Du hast eine abgeschlossene Ausbildung.", "Das Rennen ist noch offen.",
        "Nous recherchons une personne ouverte.", "Le poste est basé à Lausanne.",
        "Le délai de postulation est fixé au 30 novembre.", "Formation terminée exigée.",
        "Il posto è a tempo pieno.", "La posizione è aperta a tutti.",
        "Il termine per candidarsi è il 30 novembre.", "Diploma concluso richiesto.",
    ],
)  # fmt: skip
def test_words_that_only_sound_so_do_not(page: str) -> None:
    assert closing_words(page, "") is None


def test_what_the_posting_itself_says_is_no_sign() -> None:
    own = "You replace a colleague: the position was filled. We weld."
    assert closing_words(f"Welder. {own} Apply now.", own) is None
