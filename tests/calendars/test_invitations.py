"""Invitations as they arrive; all texts are ours."""

# ruff: noqa: E501 (texts are kept whole)

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from jobtracker.calendars.booking import Wanted
from jobtracker.calendars.invitations.reader import read
from jobtracker.calendars.model import Invitation
from jobtracker.calendars.service import CalendarService
from jobtracker.core.errors import BadInput

from .samples import calendar, event, timed

ZONE = ZoneInfo("Europe/Zurich")
NOW = datetime(2026, 11, 23, 9, tzinfo=ZONE)  # a Monday


def prose(text: str) -> Invitation:
    return read(text, "", NOW, ZONE)


def ics(text: str) -> Invitation:
    return read("", text, NOW, ZONE)


def times(found: Invitation) -> list[str]:
    slots = found.proposed_times
    if found.start is not None:
        return [found.start.isoformat()[:16]]
    return [slot.start.isoformat()[:16] for slot in slots]


ENGLISH = """From: Petra Muster <petra.muster@alpenblick-robotics.example>
Subject: Interview with Alpenblick Robotics AG

Dear Ms Keller,

thank you for your application as Senior Data Engineer. We would like to invite you to an
interview next Tuesday 3–4 pm CET.
Join here: https://teams.microsoft.com/l/meetup-join/19%3ameeting_abc
Please confirm by Friday, 27 November. Please bring your work certificates.

Best regards,
Petra Muster
"""
GERMAN = """Guten Tag Herr Meier

Vielen Dank für Ihre Bewerbung als Projektleiter Bau (m/w/d). Gerne laden wir Sie zu einem
Vorstellungsgespräch bei der Muster Bau AG ein. Wir können Ihnen folgende Termine anbieten:
- Dienstag, 1.12., 10 Uhr
- Mittwoch, 2. Dezember 2026, 14.30 Uhr
- am 03.12. um 15 Uhr
Das Gespräch dauert 45 Minuten und findet an der Bahnhofstrasse 12, 8001 Zürich statt.
Bitte geben Sie uns bis am 25.11.2026 Bescheid, welcher Termin Ihnen passt.

Freundliche Grüsse
Anna Huber
"""
FRENCH = """Madame, Monsieur,
Suite à votre candidature au poste de comptable, nous vous proposons un entretien le jeudi 26
novembre à 14h30 ou le vendredi 27 novembre 2026 entre 9h et 10h dans nos bureaux, rue du Rhône 65,
1204 Genève. Merci de confirmer avant le 24 novembre à midi.
Cordialement,
Julie Dupont
Fiduciaire du Lac SA
"""
ITALIAN = """Gentile Signora Rossi,
La invitiamo a un colloquio per la posizione di infermiera presso Clinica Luganese SA martedì 1
dicembre alle ore 15:00. La durata è di un'ora. Luogo: Via Moncucco 10, 6900 Lugano.
Cordiali saluti
Marco Bianchi
"""


def test_an_english_mail() -> None:
    found = prose(ENGLISH)
    assert found.method == "REQUEST"
    assert (found.company, found.role) == ("Alpenblick Robotics AG", "Senior Data Engineer")
    assert found.start is not None and found.start.isoformat() == "2026-12-01T15:00:00+01:00"
    assert found.end is not None and found.end.hour == 16
    assert found.link == "https://teams.microsoft.com/l/meetup-join/19%3ameeting_abc"
    assert found.organizer == "Petra Muster"
    assert found.reply_by is not None and found.reply_by.isoformat()[:16] == "2026-11-27T23:59"
    assert found.asks == ["confirm", "bring: your work certificates"]


def test_a_german_mail_with_three_times() -> None:
    found = prose(GERMAN)
    assert (found.company, found.role) == ("Muster Bau AG", "Projektleiter Bau (m/w/d)")
    assert times(found) == ["2026-12-01T10:00", "2026-12-02T14:30", "2026-12-03T15:00"]
    assert found.duration_minutes == 45 and found.location == "Bahnhofstrasse 12, 8001 Zürich"
    assert found.reply_by is not None and found.reply_by.day == 25
    assert found.asks == ["choose"]


def test_a_french_mail_with_two_times() -> None:
    found = prose(FRENCH)
    assert (found.company, found.role) == ("Fiduciaire du Lac SA", "comptable")
    assert times(found) == ["2026-11-26T14:30", "2026-11-27T09:00"]
    assert found.location == "rue du Rhône 65, 1204 Genève"
    assert found.reply_by is not None and found.reply_by.isoformat()[:16] == "2026-11-24T12:00"


def test_an_italian_mail() -> None:
    found = prose(ITALIAN)
    assert (found.company, found.role) == ("Clinica Luganese SA", "infermiera")
    assert times(found) == ["2026-12-01T15:00"] and found.duration_minutes == 60
    assert found.location == "Via Moncucco 10, 6900 Lugano"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the recruiter offers Tuesday 10 or Wednesday 14:30", ["24T10:00", "25T14:30"]),
        ("Wir hätten noch Mittwoch um 9 oder Freitag um 13:30 frei", ["25T09:00", "27T13:30"]),
        ("How about Thursday or Friday at 10:00 for the interview?", ["26T10:00", "27T10:00"]),
        ("Interview on 30 November at 9:30, 11:00 or 14:00", ["30T09:30", "30T11:00", "30T14:00"]),
        ("Colloquio lunedì 30 novembre alle 9:30 oppure alle 11:00", ["30T09:30", "30T11:00"]),
        ("Your interview on 25 November at 10:00 was moved to 27 November at 11:00", ["27T11:00"]),
        ("Das für den 25. November um 10 Uhr geplante Gespräch wird auf den 27. November um 11 Uhr "
         "verschoben", ["27T11:00"]),
        ("L'entretien prévu le 25 novembre à 10h est reporté au 27 novembre à 11h", ["27T11:00"]),
    ],
)  # fmt: skip
def test_times_on_offer(text: str, expected: list[str]) -> None:
    assert [moment[8:] for moment in times(prose(text))] == expected


@pytest.mark.parametrize(
    ("text", "zone", "utc"),
    [
        ("Interview on 12/3 at 3pm PT", "America/Los_Angeles", "2026-12-03T23:00"),
        (
            "Interview on 10 December 2026 at 11:00 (London time)",
            "Europe/London",
            "2026-12-10T11:00",
        ),
        (
            "Interview Thursday at 10:00. All times are in EST.",
            "America/New_York",
            "2026-11-26T15:00",
        ),
        ("Entretien le 3 décembre 2026 à 16h (heure de Paris)", "Europe/Paris", "2026-12-03T15:00"),
    ],
)
def test_zones_that_are_said(text: str, zone: str, utc: str) -> None:
    found = prose(text)
    assert found.timezone == zone and found.start is not None
    assert found.start.astimezone(ZoneInfo("UTC")).isoformat()[:16] == utc


@pytest.mark.parametrize(
    "text",
    [
        "Leider müssen wir das Gespräch vom 3. Dezember 2026 um 15 Uhr absagen.",
        "Unfortunately we have to cancel the interview on 3 December 2026 at 15:00.",
        "Nous devons annuler l'entretien du 3 décembre 2026 à 15h.",
        "Purtroppo dobbiamo annullare il colloquio di giovedì 3 dicembre 2026 alle 15:00.",
    ],
)
def test_cancellations(text: str) -> None:
    found = prose(text)
    assert found.method == "CANCEL" and times(found) == ["2026-12-03T15:00"]


def test_what_is_quoted_is_not_on_offer() -> None:
    text = "Shall we say Friday at 9:00 for the interview?\nRegards\nAnn\n\n"
    text += "On Mon, 16 Nov Sam wrote:\n> Thursday 10:00?"
    assert times(prose(text)) == ["2026-11-27T09:00"]


def test_html_is_read_without_its_scripts() -> None:
    found = prose(
        "<html><head><style>p{}</style></head><body><script>var d='Interview 1.1.2027 10:00'"
        "</script><p>We'd love to chat about the <b>Backend Engineer</b> role at <b>Initech</b>:</p>"
        "<ul><li>Mon 30 Nov, 09:00-10:00</li><li>Tue 1 Dec, 13:30-14:30</li></ul>"
        "<a href='https://zoom.us/j/123?pwd=x'>Join Zoom</a></body></html>"
    )
    assert times(found) == ["2026-11-30T09:00", "2026-12-01T13:30"]
    assert (found.company, found.role) == ("Initech", "Backend Engineer")
    assert found.link == "https://zoom.us/j/123?pwd=x"


def test_a_line_of_small_talk_is_no_invitation() -> None:
    found = prose("Hello, hope all is well.")
    assert found.method == "NONE" and found.start is None and found.warnings


GOOGLE = calendar(
    event(
        "DTSTART:20261203T140000Z", "DTEND:20261203T150000Z", "SEQUENCE:0", "STATUS:CONFIRMED",
        "ORGANIZER;CN=Petra Muster:mailto:petra@alpenblick.example",
        "ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN=me@mail.test:mailto:me@mail.test",
        "X-GOOGLE-CONFERENCE:https://meet.google.com/abc-defg-hij",
        "DESCRIPTION:Interview for the position of Data Engineer.\\nJoin by phone: (CH) +41 43 555 ",
        " 01 23 PIN: 123456789#",
        uid="abc123@google.com", summary="Interview with Alpenblick AG",
    ),
    method="REQUEST",
)  # fmt: skip
OUTLOOK = calendar(
    event(
        "ORGANIZER;CN=\"Huber, Anna\":mailto:anna.huber@muster-bau.ch",
        "ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN=Me:mailto:me@mail.test",
        "DTSTART;TZID=W. Europe Standard Time:20261201T100000",
        "DTEND;TZID=W. Europe Standard Time:20261201T104500",
        "SEQUENCE:2",
        "LOCATION;LANGUAGE=de-CH:Microsoft Teams-Besprechung; Sitzungszimmer 3",
        "DESCRIPTION:Gespräch für die Stelle als Projektleiter.\\n"
        "https://teams.microsoft.com/l/meetup-join/abc\\n+41 43 123 45 67\\,\\,987654321# Zürich",
        uid="040000008200E00074C5B7101A82E008", summary="Vorstellungsgespräch Projektleiter",
    ),
    method="REQUEST",
)  # fmt: skip


def test_a_google_invitation() -> None:
    found = ics(GOOGLE)
    assert (found.method, found.uid) == ("REQUEST", "abc123@google.com")
    assert (found.company, found.role) == ("Alpenblick AG", "Data Engineer")
    assert found.start is not None and found.start.isoformat() == "2026-12-03T14:00:00+00:00"
    assert found.link == "https://meet.google.com/abc-defg-hij"
    assert [(d.phone, d.pin) for d in found.dial_in] == [("+41 43 555 01 23", "123456789")]
    assert found.organizer == "Petra Muster" and found.asks == ["confirm"]
    assert found.attendees[0].response == "needs-action"


def test_an_outlook_update_with_a_windows_zone() -> None:
    found = ics(OUTLOOK)
    assert found.method == "UPDATE" and found.timezone == "Europe/Zurich"
    assert found.start is not None and found.start.isoformat() == "2026-12-01T10:00:00+01:00"
    assert found.location == "Sitzungszimmer 3"
    assert found.link == "https://teams.microsoft.com/l/meetup-join/abc"
    assert (found.company, found.role) == ("Muster Bau", "Projektleiter")
    assert found.dial_in[0].pin == "987654321"


@pytest.mark.parametrize(
    ("method", "lines", "expected"),
    [
        ("CANCEL", (), "CANCEL"),
        ("REQUEST", ("STATUS:CANCELLED",), "CANCEL"),
        ("COUNTER", (), "COUNTER"),
        ("REPLY", (), "REPLY"),
        ("PUBLISH", (), "PUBLISH"),
        ("", (), "PUBLISH"),
    ],
)
def test_methods(method: str, lines: tuple[str, ...], expected: str) -> None:
    found = ics(calendar(timed("20261201T100000", "20261201T110000", *lines), method=method))
    assert found.method == expected
    assert bool(found.proposed_times) is (expected == "COUNTER")


@pytest.mark.parametrize(
    ("lines", "warning"),
    [
        (("DTSTART:garbage", "DTEND:20261201T110000Z"), "its start 'garbage' cannot be read"),
        (("DTEND:20261201T110000Z",), "it has no start"),
        (("DTSTART:20261201T110000Z", "DTEND:20261201T100000Z"), "is before its start"),
        (("DTSTART:20261201T110000Z",), "it has no end"),
        (("DTSTART:20261201T110000",), "name no zone"),
        (("DTSTART;TZID=Nowhere/Land:20261201T110000",), "'Nowhere/Land' is unknown"),
        (("DTSTART;TZID=Europe/Zurich:20270328T023000",), "does not exist"),
        (("DTSTART;TZID=Europe/Zurich:20271031T023000",), "happens twice"),
        (("DTSTART:20201201T110000Z", "DTEND:20201201T120000Z"), "is in the past"),
        (("DTSTART;VALUE=DATE:20261201",), "takes whole days"),
        (("DTSTART:20261201T110000Z", "DURATION:later"), "its duration 'later' cannot be read"),
        (("DTSTART:20261201T110000Z", "no colon here"), "is not iCalendar"),
    ],
)
def test_what_is_malformed_is_told_and_the_rest_is_read(
    lines: tuple[str, ...], warning: str
) -> None:
    found = ics(calendar(event(*lines, summary="Interview: Acme AG"), method="REQUEST"))
    assert any(warning in text for text in found.warnings), found.warnings
    assert found.company == "Acme AG" and found.uid == "one@test"


def test_a_duration_gives_the_end() -> None:
    found = ics(calendar(event("DTSTART;TZID=Europe/Zurich:20261201T100000", "DURATION:PT1H30M")))
    assert found.end is not None and found.end.isoformat() == "2026-12-01T11:30:00+01:00"


def test_a_mail_with_a_calendar_part_is_read_as_both() -> None:
    mail = (
        "From: HR <hr@acme.example>\nSubject: Interview\nMIME-Version: 1.0\n"
        'Content-Type: multipart/alternative; boundary="x"\n\n'
        "--x\nContent-Type: text/plain; charset=utf-8\n\n"
        "Interview at Acme AG as Data Analyst. Please bring your ID.\n"
        "--x\nContent-Type: text/calendar; method=REQUEST; charset=utf-8\n\n"
        + calendar(timed("20261201T100000", "20261201T110000", summary="Talk"), method="REQUEST")
        + "\n--x--\n"
    )
    found = prose(mail)
    assert found.uid == "one@test" and found.company == "Acme AG"
    assert times(found) == ["2026-12-01T10:00"] and found.asks == ["bring: your ID"]


def test_a_known_invitation_is_held_against_the_calendar(service: CalendarService) -> None:
    wanted = Wanted("Acme AG", "", "2026-12-01T10:30", invitation_uid="one@test")
    booked = service.booking.schedule("local", wanted)
    moved = calendar(timed("20261201T110000", "20261201T120000", "SEQUENCE:1"), method="REQUEST")
    found = service.read_invitation("local", ics=moved)
    assert found.known_event_id == booked.events[0].event_id
    assert found.conflicts == []
    other = service.read_invitation("local", ics=moved.replace("one@test", "two@test"))
    assert other.conflicts == ["“Interview: Acme AG” 10:30–11:30"]


def test_times_on_offer_say_which_are_free(service: CalendarService) -> None:
    service.booking.schedule("local", Wanted("Beta", "", "2026-11-24T10:30", blocks=False))
    found = service.read_invitation("local", "They offer Tuesday 10 or Wednesday 14:30")
    assert [slot.free for slot in found.proposed_times] == [False, True]
    assert found.proposed_times[0].conflict == "“Interview: Beta” 10:30–11:30"


@pytest.mark.parametrize("text", ["", "   \n", "a\0b", "x" * 10_000_001])
def test_nothing_binary_and_too_much_are_refused(text: str) -> None:
    with pytest.raises(BadInput):
        prose(text)
    with pytest.raises(BadInput):
        ics(text)


@pytest.mark.parametrize(
    "text",
    ["a " * 30000, "Rue de la " * 6000, "1 " * 30000, "+41 " * 15000, "Aa Bb " * 9000 + "AG"],
)
def test_hostile_text_is_read(text: str) -> None:
    """A pattern that backtracks would run into the suite's time-out here."""
    assert prose(text).start is None


@pytest.mark.shared_data
def test_every_shared_file_is_read_without_a_crash() -> None:
    folder = Path(__file__).parents[3] / "shared" / "data" / "invitations"
    if not folder.is_dir():
        pytest.skip(f"{folder} is absent")
    seen: dict[str, Any] = {}
    for path in sorted(folder.glob("*.ics")):
        found = ics(path.read_bytes().decode("utf-8", "replace"))
        seen[path.name] = found
        assert found.start is not None or found.warnings, path.name
    assert len(seen) > 50


def test_the_reply_takes_the_first_free_time_or_offers_three(service: CalendarService) -> None:
    service.booking.schedule("local", Wanted("Beta", "", "2026-12-01T10:30", blocks=False))
    taken = service.read_invitation("local", GERMAN).reply or ""
    assert "Guten Tag Anna Huber" in taken and "Mittwoch, 2. Dezember 2026, 14:30 Uhr" in taken
    busy = (
        service.read_invitation("local", "Entretien le 1er décembre à 10h30 chez Acme SA ?").reply
        or ""
    )
    assert busy.startswith("Bonjour,") and busy.count("\n- ") == 3
    gone = service.read_invitation("local", "The interview on 1 December has been cancelled.").reply
    assert gone is not None and "thank you for letting me know" in gone
    assert service.read_invitation("local", "Hello there.").reply is None


def test_labelled_lines_are_one_time_and_one_place() -> None:
    found = prose(
        "Acme Corp would like to invite you for an interview for the Marketing Manager position.\n"
        "Date: Thursday, December 10, 2026\nTime: 10:30 AM - 11:30 AM CET\n"
        "Location: Limmatquai 50, 8001 Zurich\nPlease RSVP by December 4, 2026."
    )
    assert (found.company, found.role) == ("Acme Corp", "Marketing Manager")
    assert times(found) == ["2026-12-10T10:30"] and found.duration_minutes == 60
    assert found.location == "Limmatquai 50, 8001 Zurich"
    assert found.reply_by is not None and found.reply_by.day == 4


def test_the_date_of_a_forwarded_mail_is_not_on_offer() -> None:
    found = prose(
        "From: Ann Hart <ann@acme.example>\nDate: Monday, 30 November 2026 08:12\nTo: me\n"
        "Subject: Interview\n\nLet us meet on 3 December 2026 at 15:00 Asia/Tokyo."
    )
    assert times(found) == ["2026-12-03T15:00"] and found.timezone == "Asia/Tokyo"
    assert found.organizer_email == "ann@acme.example"


def test_zooms_way_to_name_a_zone_and_a_number() -> None:
    found = prose(
        "Topic: Interview with Initrode. Time: Dec 8, 2026 09:00 AM Paris\n"
        "Join Zoom Meeting https://initrode.zoom.us/j/98765432101?pwd=abc\n"
        "One tap mobile +41315280988,,98765432101#,,,,*123456# Switzerland"
    )
    assert (found.company, found.timezone) == ("Initrode", "Europe/Paris")
    assert [(d.phone, d.pin) for d in found.dial_in] == [("+41315280988", "98765432101")]


@pytest.mark.parametrize("start", ["99991231T235959Z", "00010101T000000", "00010101"])
def test_times_beyond_the_calendar_are_told(start: str) -> None:
    found = ics(calendar(event(f"DTSTART:{start}", "DURATION:PT999999999H")))
    assert found.start is None and any("cannot be read" in text for text in found.warnings)
    assert prose("Interview on 31 December 9999 at 23:30").start is None
