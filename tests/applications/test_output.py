from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pypdf import PdfReader

from jobtracker.applications import records
from jobtracker.applications.analytics import wilson
from jobtracker.applications.exporting import neutral
from jobtracker.applications.importing import _plain, import_bytes, import_file
from jobtracker.applications.model import Change, Contact, Details, DraftMark, Round
from jobtracker.applications.service import ApplicationService
from jobtracker.core.bootstrap import Core
from jobtracker.core.errors import BadInput

from .conftest import at

USER = "anna"


@pytest.fixture
def service(core: Core) -> ApplicationService:
    return ApplicationService(core)


def applied(service: ApplicationService, title: str = "Cook", day: str = "2026-11-10", **more: str):
    details = Details.model_validate(more) if more else None
    return service.track(USER, None, "Acme AG", title, "applied", day, details)


# Drafts


@pytest.mark.parametrize("language", ["en", "de", "fr", "it"])
@pytest.mark.parametrize("tone", ["professional", "enthusiastic", "concise"])
def test_a_follow_up_says_only_tracked_facts_in_each_language_and_tone(
    service: ApplicationService, language, tone
):
    key = applied(service, "Köchin").application_id
    draft = service.draft_follow_up(USER, key, tone, language, "Anna Muster")
    assert draft.status == "review"
    assert "Acme AG" in draft.text
    assert "Köchin" in draft.text
    assert "10" in draft.text
    assert "{" not in draft.text + draft.subject
    assert draft.text.endswith("Anna Muster")
    assert service.get(USER, key).drafts[0].draft_id == draft.draft_id


def test_the_tones_differ_and_the_concise_one_is_shortest(service: ApplicationService):
    key = applied(service).application_id
    texts = [
        service.draft_follow_up(USER, key, tone, "de", "A").text
        for tone in ("professional", "enthusiastic", "concise")
    ]
    assert len(set(texts)) == 3
    assert min(texts, key=len) == texts[2]


def test_after_an_interview_it_is_a_thank_you_and_the_contact_is_addressed(
    service: ApplicationService,
):
    key = applied(service).application_id
    round_ = Round.model_validate({"start": "2026-11-21T14:00:00+01:00"})
    change = Change(status="interview", round=round_, contact=Contact(name="Mia Keller"))
    service.update(USER, key, change)
    draft = service.draft_follow_up(USER, key, "professional", "de", "")
    assert draft.kind == "thank_you"
    assert draft.text.startswith("Guten Tag Mia Keller")
    assert "21. November 2026" in draft.text
    assert any("name" in gap for gap in draft.missing)


def test_a_sent_follow_up_is_not_asked_for_again(service: ApplicationService):
    key = applied(service, day="2026-10-20").application_id
    assert service.next_actions(USER).actions[0].action == "follow_up"
    draft = service.draft_follow_up(USER, key, "concise", "en", "A")
    mark = DraftMark(draft_id=draft.draft_id, status="sent")
    service.update(USER, key, Change(draft=mark))
    assert service.next_actions(USER, horizon_days=9).actions == []


def test_nothing_is_drafted_for_what_was_only_saved(service: ApplicationService):
    key = service.track(USER, None, "Acme", "Cook").application_id
    with pytest.raises(BadInput, match="apply first"):
        service.draft_follow_up(USER, key, "concise", "en", "A")


# Figures


def test_rates_come_with_n_and_interval_and_small_numbers_are_silent(service: ApplicationService):
    for number in range(6):
        key = applied(service, f"T{number}", "2026-09-01", source="LinkedIn").application_id
        if number < 3:
            service.update(USER, key, Change(status="rejected", date=f"2026-09-{10 + number}"))
    applied(service, "Other", "2026-09-02", source="jobs.ch")
    applied(service, "Fresh", "2026-11-20")
    result = service.stats(USER)
    assert (result.response.n, result.response.answered) == (7, 3)
    assert [g.group for g in result.by_source] == ["linkedin"]
    source = result.by_source[0].rate
    assert source.value == 0.5
    assert source.low < 0.5 < source.high
    assert result.median_days_to_answer is None
    assert result.funnel[0].count == 8
    assert len(result.notes) == 2
    assert service.stats("bob").response.value is None


@given(st.integers(0, 400), st.integers(0, 400))
def test_the_interval_holds_the_share_and_stays_within_0_and_1(hits: int, more: int):
    low, high = wilson(hits, hits + more)
    share = hits / (hits + more) if hits + more else 0.5
    assert 0 <= low <= share + 1e-12
    assert share - 1e-12 <= high <= 1


# Exports


@given(st.text(max_size=40))
@example("\n")
def test_no_cell_can_start_a_formula(text: str):
    cell = neutral(text)
    assert not cell.lstrip(' "').startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    kept = "".join(c for c in text if ord(c) >= 32 or c in "\n\t")
    assert _plain(cell).strip() == kept.strip()


def test_a_csv_export_disarms_formulas_and_comes_back_the_same(service: ApplicationService):
    name = '=HYPERLINK("http://evil","x")'
    service.track(USER, None, name, "@Cook", "applied", "2026-11-10", note="-2+3")
    result = service.export(USER, "csv")
    text = Path(result.path).read_text(encoding="utf-8-sig")
    row = next(csv.DictReader(io.StringIO(text)))
    assert row["company"] == f"'{name}"
    assert row["notes"] == "'-2+3"
    report = import_file(service, "bob", Path(result.path))
    assert report.created == 1
    assert service.list("bob").applications[0].company == name


def test_json_and_ics_exports_hold_the_month_asked_for(service: ApplicationService):
    applied(service, "October", "2026-10-10", deadline="2026-12-01")
    applied(service, "November")
    path = Path(service.export(USER, "json", "2026-10").path)
    kept = json.loads(path.read_text("utf-8"))
    assert [a["title"] for a in kept["applications"]] == ["October"]
    from icalendar import Calendar

    ics = Calendar.from_ical(Path(service.export(USER, "ics").path).read_bytes())
    assert "Deadline: October, Acme AG" in [str(c.get("summary")) for c in ics.walk("VTODO")]
    with pytest.raises(BadInput, match="2026-11"):
        service.export(USER, "csv", "November")


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("de", "Nachweis der persönlichen Arbeitsbemühungen"),
        ("fr", "Preuves des recherches"),
        ("it", "Prova degli sforzi"),
        ("en", "Proof of personal efforts"),
    ],
)
def test_the_proof_of_efforts_lists_the_month_and_names_what_is_missing(
    service: ApplicationService, language: str, title: str
):
    full = {"address": "Seeweg 1, 6003 Luzern", "pensum": "80%", "channel": "email"}
    applied(service, "Koch #[evil] $x$", "2026-11-03", **full)
    bare = applied(service, "Kellner", "2026-11-04").application_id
    applied(service, "Old", "2026-10-04")
    service.track(USER, None, "Acme", "Only saved")
    result = service.export(USER, "rav", "2026-11", language, {"name": "Anna Muster"})
    assert result.entries == 2
    assert [w.application_id for w in result.incomplete] == [bare]
    assert len(result.incomplete[0].missing) == 3
    assert result.warnings[0].startswith("Acme AG – Kellner: ")
    page = PdfReader(result.path).pages[0].extract_text()
    assert title in page
    assert "Koch #[evil] $x$" in page
    assert "03.11.2026" in page
    rows = list(csv.reader(io.StringIO(Path(result.also[0]).read_text("utf-8-sig")), delimiter=";"))
    assert len(rows) == 3
    assert rows[0][0].split()[0] in {"Datum", "Date", "Data"}
    assert {len(row) for row in rows} == {9}


def test_until_the_fifth_the_last_month_is_due():
    from jobtracker.applications.rav import month_due

    assert month_due(date(2026, 12, 5)) == "2026-11"
    assert month_due(date(2026, 12, 6)) == "2026-12"
    assert month_due(date(2027, 1, 2)) == "2026-12"


def test_who_exports_the_proof_is_reminded_by_the_fifth(service: ApplicationService, core: Core):
    applied(service)
    at(core, "2026-12-02T09:00:00+01:00")
    assert "submit_rav_proof" not in {a.action for a in service.next_actions(USER).actions}
    service.export(USER, "rav", "2026-10", "de")
    reminder = next(a for a in service.next_actions(USER).actions if a.title == "2026-11")
    assert reminder.due.isoformat().startswith("2026-12-05")
    assert "1 application is in it" in reminder.why
    service.export(USER, "rav", None, "de")
    assert "submit_rav_proof" not in {a.action for a in service.next_actions(USER).actions}


# Imports


LINKEDIN = (
    b"Application Date,Contact Email,Contact Phone Number,Company Name,Job Title,Job Url,"
    b"Resume Name,Question And Answers\r\n"
    b'"10/25/25, 9:47 AM",hr@acme.example,,Acme,Data Engineer,https://example.org/1,cv.pdf,\r\n'
    b'"11/2/25, 11:05 PM",,,Beta GmbH,Analyst,https://example.org/2,cv.pdf,"Q: a, b"\r\n'
)


def test_linkedins_export_is_taken_over_once(service: ApplicationService):
    report = import_bytes(service, USER, LINKEDIN)
    assert (report.created, report.failures) == (2, [])
    again = import_bytes(service, USER, LINKEDIN)
    assert (again.created, again.unchanged) == (0, 2)
    kept = service.find(USER, "Acme", "Data Engineer")
    assert kept is not None
    assert (str(kept.applied_on), kept.source) == ("2025-10-25", "LinkedIn")
    assert kept.contacts[0].email == "hr@acme.example"


def test_a_german_csv_is_read_and_bad_rows_are_reported(service: ApplicationService):
    text = (
        "Firma;Stelle;Status;Bewerbungsdatum\n"
        "Müller AG;Koch;Absage;03.11.2026\n"
        "Meier AG;Koch;angenommen;04.11.2026\n"
        ";Koch;;\n"
        "Zukunft AG;Koch;beworben;03.11.2030\n"
        "Rätsel AG;Koch;vielleicht;03.11.2026\n"
    )
    report = import_bytes(service, USER, text.encode("cp1252"))
    assert report.created == 2
    assert [f.row for f in report.failures] == [4, 5, 6]
    statuses = {a.company: a.status for a in service.list(USER).applications}
    assert statuses == {"Müller AG": "rejected", "Meier AG": "accepted"}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"a,b\n1,2\n", "no header"),
        (b"", "no header"),
        (b"\x00\x01\x02", "not a text file"),
        (b"{broken", "JSON"),
        (b'{"x": 1}', "no list"),
        (b"[1]", "not an object"),
        (b"[" * 100_000, "JSON"),
    ],
)
def test_a_wrong_file_changes_nothing(service: ApplicationService, content: bytes, says: str):
    with pytest.raises(BadInput, match=says):
        import_bytes(service, USER, content)
    assert service.list(USER).total == 0


def test_a_huge_file_is_refused_by_its_size(service: ApplicationService, tmp_path: Path):
    huge = tmp_path / "huge.csv"
    with huge.open("wb") as file:
        file.truncate(100_000_000)
    with pytest.raises(BadInput, match="100 MB"):
        import_file(service, USER, huge)
    with pytest.raises(BadInput, match="cannot be read"):
        import_file(service, USER, tmp_path / "absent.csv")


@pytest.mark.parametrize("language", ["de", "fr", "it", "en"])
def test_the_form_ticks_what_the_tracker_knows(service: ApplicationService, language: str) -> None:
    from jobtracker.applications.rav import form_row

    tracker = service

    full = Details(pensum="100%", channel="phone", source="RAV")
    made = tracker.track("ann", None, "Acme", "Cook", "applied", "2026-11-03", full)
    tracker.update("ann", made.application_id, Change(status="rejected", date="2026-11-09"))
    tracker.update("ann", made.application_id, Change(note="Stelle intern besetzt"))
    row = form_row(tracker.state("ann", made.application_id), language)
    assert (row["assigned"], row["full"], row["part"]) == (True, True, "")
    assert row["how"] == [False, False, True]
    assert row["result"] == [False, False, False, True]
    assert row["reason"] == "Stelle intern besetzt"
    part = Details(pensum="60-80%", channel="email")
    other = tracker.track("ann", None, "Beta", "Cook", "applied", "2026-11-04", part)
    row = form_row(tracker.state("ann", other.application_id), language)
    assert (row["full"], row["part"], row["result"][0]) == (False, "60-80", True)


def test_a_deleted_application_leaves_no_exported_file_behind(
    service: ApplicationService, core: Core
) -> None:
    gone = applied(service, "Secret role", "2026-11-03").application_id
    kept = applied(service, "Cook", "2026-10-03").application_id
    made = [service.export(USER, name) for name in ("csv", "json", "ics")]
    made.append(service.export(USER, "csv", "2026-10"))
    proofs = [service.export(USER, "rav", month, "de") for month in ("2026-10", "2026-11")]
    folder = Path(made[0].path).parent
    # The coach names the pages it writes about an application by its id.
    (folder / f"interview-{gone}-final.pdf").write_bytes(b"%PDF")
    (folder / f"interview-{kept}-final.pdf").write_bytes(b"%PDF")
    # Moved since: the proof of November still tells of it.
    service.update(USER, gone, Change(details=Details(applied_on="2026-09-30")))
    told = service.delete(USER, gone)
    left = {path.name for path in folder.iterdir()}
    october = {Path(name).name for name in (proofs[0].path, *proofs[0].also)}
    assert {name for name in left if not name.startswith(".")} == october | {
        Path(made[3].path).name,
        f"interview-{kept}-final.pdf",
    }
    assert f"interview-{gone}-final.pdf" in told.files
    assert all(gone not in path.read_text("utf-8", "replace") for path in folder.iterdir())
    with core.store.begin() as session:
        assert records.last_proof(session, USER) == "2026-11"
    service.delete(USER, kept)
    assert [path.name for path in folder.iterdir()] == []


@pytest.mark.parametrize(
    ("pensum", "full", "part"),
    [
        ("100%", True, ""),
        ("Vollzeit", True, ""),
        ("temps plein", True, ""),
        ("80-100%", False, "80-100"),
        ("60 %", False, "60"),
        ("Teilzeit", False, "×"),
        ("", False, ""),
    ],
)
def test_the_form_tells_full_time_from_part_time(
    service: ApplicationService, pensum: str, full: bool, part: str
) -> None:
    from jobtracker.applications.rav import form_row

    made = applied(service, "Cook", "2026-11-03", pensum=pensum)
    row = form_row(service.state(USER, made.application_id), "de")
    assert (row["full"], row["part"]) == (full, part)
