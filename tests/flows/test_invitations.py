"""A mail of an employer pasted into the chat: read, chosen, booked, moved, called off, answered."""

import pytest

from jobtracker.agent.mind.embedded.letters import is_letter
from tests.flows.conftest import Talk, tools

LOOPS = {
    "en": (
        "I applied to Acme AG as Data Engineer last week",
        "Hi, thanks for your application as Data Engineer. We would like to invite you to an "
        "interview at Acme AG on Thursday 26 November at 15:00 or Friday 27 November at 10:00, "
        "about 45 minutes, Bahnhofstrasse 12, 8001 Zürich. Kind regards, Anna Huber, Acme AG",
        "Friday works", "yes",
        "Hi, unfortunately we have to move the interview at Acme AG from Friday 27 November at "
        "10:00 to Monday 30 November at 14:00. Best, Anna Huber, Acme AG",
        "yes",
        "Hello, we must cancel the interview at Acme AG on 30 November at 14:00. The position was "
        "filled. Kind regards, Anna Huber",
        "yes",
    ),
    "de": (
        "Ich habe mich letzte Woche bei der Muster Bau AG als Projektleiter beworben",
        "Guten Tag Herr Meier, vielen Dank für Ihre Bewerbung als Projektleiter. Gerne laden wir "
        "Sie zu einem Vorstellungsgespräch bei der Muster Bau AG ein: Donnerstag, 26. November, 15 "
        "Uhr oder Freitag, 27. November, 10 Uhr, Bahnhofstrasse 12, 8001 Zürich. Dauer 45 Minuten. "
        "Freundliche Grüsse, Anna Huber, Muster Bau AG",
        "Nimm den zweiten Termin", "ja",
        "Guten Tag, leider müssen wir das Gespräch vom Freitag, 27. November, 10 Uhr verschieben. "
        "Neuer Termin: Montag, 30. November, 14 Uhr. Freundliche Grüsse, Anna Huber, Muster Bau AG",
        "ja",
        "Guten Tag, wir müssen das Vorstellungsgespräch vom 30. November, 14 Uhr leider absagen. "
        "Freundliche Grüsse, Anna Huber, Muster Bau AG",
        "ja",
    ),
    "fr": (
        "J'ai postulé chez Granit Assurances SA comme comptable la semaine dernière",
        "Bonjour, suite à votre candidature au poste de comptable, nous vous invitons à un "
        "entretien chez Granit Assurances SA le jeudi 26 novembre à 15h ou le vendredi 27 novembre "
        "à 10h, durée 45 minutes, quai Perdonnet 5, 1800 Vevey. Meilleures salutations, Claire "
        "Nicod, Granit Assurances SA",
        "je prends vendredi", "oui",
        "Bonjour, l'entretien du vendredi 27 novembre à 10h chez Granit Assurances SA est reporté "
        "au lundi 30 novembre à 14h. Meilleures salutations, Claire Nicod, Granit Assurances SA",
        "oui",
        "Bonjour, nous devons malheureusement annuler l'entretien du 30 novembre à 14h chez Granit "
        "Assurances SA. Meilleures salutations, Claire Nicod, Granit Assurances SA",
        "oui",
    ),
    "it": (
        "Mi sono candidato alla Banca Ceresio SA come consulente la settimana scorsa",
        "Buongiorno, abbiamo ricevuto la sua candidatura come consulente. La invitiamo a un "
        "colloquio presso Banca Ceresio SA giovedì 26 novembre alle 15 oppure venerdì 27 novembre "
        "alle 10, durata 45 minuti, Via Nassa 12, 6900 Lugano. Cordiali saluti, Sara Galli, Banca "
        "Ceresio SA",
        "prendo il secondo", "sì",
        "Buongiorno, il colloquio di venerdì 27 novembre alle 10 presso Banca Ceresio SA è "
        "spostato a lunedì 30 novembre alle 14. Cordiali saluti, Sara Galli, Banca Ceresio SA",
        "sì",
        "Buongiorno, purtroppo dobbiamo annullare il colloquio del 30 novembre alle 14 presso "
        "Banca Ceresio SA. Cordiali saluti, Sara Galli, Banca Ceresio SA",
        "sì",
    ),
}  # fmt: skip


@pytest.mark.parametrize("language", list(LOOPS))
def test_an_invitation_is_booked_moved_and_called_off_by_mail(talk: Talk, language: str) -> None:
    track, mail, choice, yes, moving, yes_move, cancelling, yes_cancel = LOOPS[language]
    _, read, asked, booked = talk(track, mail, choice, yes)
    assert tools(read) == ["read_invitation"] and "\n> " in read.reply  # with a drafted answer
    assert asked.pending is not None and asked.pending["action"] == "schedule_interview"
    events = booked.tool_calls[-1]["result"]["events"]
    assert events[0]["start"] == "2026-11-27T10:00:00+01:00" and len(events) == 5
    assert (events[0]["location"] or "").endswith(("Zürich", "Vevey", "Lugano"))
    [listed] = talk("list my applications")
    assert listed.tool_calls[0]["result"]["applications"][0]["status"] == "interview"

    to_move, moved = talk(moving, yes_move)
    assert to_move.pending is not None and to_move.pending["action"] == "reschedule_event"
    assert moved.tool_calls[-1]["result"]["events"][0]["start"] == "2026-11-30T14:00:00+01:00"

    to_cancel, cancelled = talk(cancelling, yes_cancel)
    assert to_cancel.pending is not None and to_cancel.pending["action"] == "cancel_event"
    assert len(cancelled.tool_calls[-1]["result"]["removed"]) == 5


ONE_TIME = (
    "Guten Tag, gerne laden wir Sie zu einem Vorstellungsgespräch ein: Dienstag, 1. Dezember 2026, "
    "14.30 Uhr, Zürcherstrasse 12, 8400 Winterthur. Freundliche Grüsse, Sandra Meier, Tannwerk AG"
)


def test_yes_to_the_one_time_that_was_shown_books_it(talk: Talk) -> None:
    _, asked, booked = talk(ONE_TIME, "ja gerne", "ja")
    assert asked.pending is not None and asked.pending["action"] == "schedule_interview"
    assert booked.tool_calls[-1]["result"]["events"][0]["start"] == "2026-12-01T14:30:00+01:00"


def test_yes_to_several_times_asks_for_one_and_a_late_yes_books_nothing(talk: Talk) -> None:
    _, asked = talk(LOOPS["de"][1], "ja")
    assert asked.pending is None and "Muster Bau AG?" in asked.reply
    _, _, late = talk(ONE_TIME, "was ist offen?", "ja", thread="late")
    assert late.pending is None and not late.tool_calls


def test_a_resume_is_not_scored_against_an_invitation_without_a_posting(talk: Talk) -> None:
    _, scored = talk(ONE_TIME, "wie gut passe ich?")
    assert not scored.tool_calls and "job_id" not in scored.reply


@pytest.mark.parametrize(
    "message",
    [
        "Hi, can you schedule the interview with Acme on Tuesday at 10 and draft the reply? Thanks",
        "schedule an interview with Acme AG for Thursday at 15:00 at Bahnhofstrasse 12, please",
        "Hallo, kannst du mir das Gespräch bei der Muster AG am Freitag eintragen? Danke",
        "I have an interview at Acme tomorrow, what do I say about my salary and notice period?",
    ],
)
def test_what_the_person_asks_for_is_no_letter(message: str) -> None:
    assert not is_letter(message)
