"""The same promises on PostgreSQL: tracker, coach and résumés; skipped where no server listens."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from jobtracker.applications.importing import import_bytes
from jobtracker.applications.model import Change, Contact, Details, DraftMark, Round
from jobtracker.applications.replay import rebuild
from jobtracker.applications.service import ApplicationService
from jobtracker.coaching.preparation import Subject
from jobtracker.coaching.service import CoachingService
from jobtracker.core.bootstrap import Core
from jobtracker.core.errors import BadInput, NotFound
from jobtracker.core.events import EventRow
from jobtracker.core.settings import load_settings
from jobtracker.resumes.reviews import Reviews
from jobtracker.resumes.service import Job, ResumeService
from jobtracker.resumes.workshop import Workshop

SERVER = "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"
RESUME = {
    "basics": {"name": "Änne Ødegård-Łuczak", "email": "a@b.example"},
    "work": [
        {
            "name": "Spital Zürich",
            "position": "Pflegefachfrau",
            "startDate": "2019-03",
            "highlights": ["Senkte Medikationsfehler um 30%", "Leitete ein Team von 5 Personen"],
        }
    ],
    "skills": [{"name": "Pflege", "keywords": ["Wundpflege", "Excel"]}],
}


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Core]:
    engine = sa.create_engine(SERVER, isolation_level="AUTOCOMMIT")
    name = f"tracker_{uuid.uuid4().hex[:12]}"
    try:
        with engine.connect() as admin:
            admin.exec_driver_sql(f'create database "{name}"')
    except OperationalError:
        pytest.skip("no PostgreSQL on 127.0.0.1:5432")
    settings = load_settings(
        home=str(tmp_path_factory.mktemp("home")),
        now="2026-11-23T10:00:00+01:00",
        timezone="Europe/Zurich",
        workers={"count": 1, "memory_mb": 1024, "timeout_seconds": 120.0},
    )
    settings.store.url = f"postgresql://postgres@127.0.0.1:5432/{name}"
    opened = Core(settings)
    try:
        yield opened
    finally:
        opened.close()
        with engine.connect() as admin:
            admin.exec_driver_sql(f'drop database "{name}" with (force)')
        engine.dispose()


def test_a_course_of_applications_is_kept_counted_and_replayed(core: Core) -> None:
    tracker = ApplicationService(core)
    details = Details(source="jobs.ch", pensum="80%", channel="email")
    made = tracker.track(
        "ann", None, "Müller & Söhne AG", "Köchin", "applied", "2026-11-02", details
    )
    again = tracker.track("ann", None, "Müller & Söhne AG", "Köchin", "applied", "2026-11-02")
    assert (made.created, again.created) == (True, False)
    key = made.application_id
    tracker.update("ann", key, Change(contact=Contact(name="Mia Keller", email="m@x.example")))
    tracker.update("ann", key, Change(round=Round(stage="screening", start="2026-11-20T14:00:00Z")))
    tracker.update("ann", key, Change(status="interview", date="2026-11-20", note="Nett 👍"))
    undone = tracker.update("ann", key, Change(undo=True))
    assert (undone.notes, undone.status) == ([], "interview")
    with pytest.raises(BadInput):
        tracker.update("ann", key, Change(status="accepted"))
    draft = tracker.draft_follow_up("ann", key, "concise", "de", "Änne")
    marked = DraftMark(draft_id=draft.draft_id, status="sent")
    assert tracker.update("ann", key, Change(draft=marked)).drafts[0].status == "sent"
    assert tracker.list("ann", "open").counts == {"interview": 1}
    assert tracker.stats("ann").total == 1
    with pytest.raises(NotFound):
        tracker.get("bob", key)
    assert rebuild(core, "ann") == [tracker.state("ann", key)]


def test_what_is_due_is_told_once(core: Core) -> None:
    tracker = ApplicationService(core)
    tracker.track("remind", None, "Acme", "Cook", "applied", "2026-10-20")
    assert tracker.due_reminders("remind") == 1
    assert tracker.due_reminders("remind") == 0
    [told] = tracker.reminders("remind").reminders
    assert tracker.dismiss_reminder("remind", told.reminder_id).unread == 0


def test_a_file_is_taken_over_once_and_comes_out_again(core: Core) -> None:
    tracker = ApplicationService(core)
    text = "Firma;Stelle;Status;Bewerbungsdatum\nZoë GmbH;Koch;Absage;03.11.2026\n;Koch;;\n"
    report = import_bytes(tracker, "imp", text.encode("cp1252"))
    assert (report.created, len(report.failures)) == (1, 1)
    assert import_bytes(tracker, "imp", text.encode("cp1252")).unchanged == 1
    for wanted in ("csv", "json", "ics", "rav"):
        assert tracker.export("imp", wanted, "2026-11", "de").entries == 1


def test_a_deletion_takes_events_parts_and_the_coachs_notes_along(core: Core) -> None:
    tracker, coach = ApplicationService(core), CoachingService(core)
    made = tracker.track("gone", None, "Secret Bank", "Cook", "applied", "2026-11-02", note="Mia")
    subject = Subject(company="Secret Bank", role="Cook", application_id=made.application_id)
    question = coach.start_mock("gone", coach.prepare(subject, RESUME, "screening", "de"), 3)
    turn = coach.answer_mock("gone", question.session_id, "Ich leitete ein Team und senkte Kosten.")
    assert turn.review.score >= 0
    tracker.export("gone", "csv")
    assert tracker.delete("gone", made.application_id).files == ["applications.csv"]
    with core.store.begin() as session:
        rows = session.scalars(sa.select(EventRow.data).where(EventRow.user_id == "gone")).all()
    assert "Secret" not in json.dumps(rows)
    with pytest.raises(NotFound):
        coach.finish_mock("gone", question.session_id)


def test_resumes_are_kept_changed_restored_and_written_out(core: Core) -> None:
    service, shop = ResumeService(core), Workshop(core)
    made = service.import_bytes("cv", json.dumps(RESUME, ensure_ascii=False).encode(), "cv.json")
    posting = Job(text="Pflegefachfrau\nWundpflege und Excel, Kubernetes ist Pflicht.")
    assert service.score("cv", posting) == service.score("cv", posting)
    tailored = shop.tailor("cv", posting)
    assert "Kubernetes" in {gap.term for gap in tailored.gaps}
    restored = shop.restore("cv", made.resume_id, made.version_id)
    assert shop.diff("cv", made.version_id, restored.version_id).changes == []
    letter = shop.cover_letter("cv", posting, tone="professional", language="de")
    reviews = Reviews(core)
    assert [item.review_id for item in reviews.list_reviews("cv").reviews] == [letter.letter_id]
    reviews.decide("cv", letter.letter_id, approve=True)
    with pytest.raises(BadInput):
        reviews.decide("cv", letter.letter_id, approve=False)
    with pytest.raises(NotFound):
        service.get("other", made.resume_id)
