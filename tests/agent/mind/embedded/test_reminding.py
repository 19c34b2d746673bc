"""“Remind me …”: what is kept is the thing itself, without the asking and the time."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from jobtracker.agent.mind.embedded.context import Context
from jobtracker.agent.mind.embedded.nlu import Nlu
from jobtracker.agent.mind.embedded.skills.reminding import set_reminder

ZONE = ZoneInfo("Europe/Zurich")
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)
NLU = Nlu()
# ruff: noqa: E501 (rows of examples)


def context(message: str, language: str, dialogue: dict[str, Any]) -> Context:
    [act] = NLU.parse(message, NOW, language).acts
    assert act.intent == "set_reminder"
    return Context(
        act=act, message=message, now=NOW, zone=ZONE, language=language, dialogue=dialogue,
        preferences={}, dislikes=[], memory=cast("Any", None), user="ann", thread_id="t",
    )  # fmt: skip


def called(message: str, language: str = "en", **dialogue: Any) -> dict[str, Any]:
    [call] = next(set_reminder(context(message, language, dialogue)))
    assert call["tool"] == "set_reminder"
    return call["arguments"]


@pytest.mark.parametrize(
    ("language", "message", "text", "due"),
    [
        ("en", "remind me friday at 9 to call the recruiter", "call the recruiter", "2026-11-27T09:00:00+01:00"),
        ("en", "can you remind me tomorrow that I have to send my diploma", "send my diploma", "2026-11-24"),
        ("de", "erinnere mich morgen daran, Frau Keller anzurufen", "Frau Keller anzurufen", "2026-11-24"),
        ("de", "Erinnerung am Freitag: Unterlagen an Sulzer schicken", "Unterlagen an Sulzer schicken", "2026-11-27"),
        ("fr", "rappelle-moi lundi d'appeler Manor", "appeler Manor", "2026-11-30"),
        ("it", "ricordami venerdì di mandare i certificati", "mandare i certificati", "2026-11-27"),
    ],
)  # fmt: skip
def test_the_asking_and_the_time_are_left_out(
    language: str, message: str, text: str, due: str
) -> None:
    arguments = called(message, language)
    assert (arguments["text"], arguments["due"]) == (text, due)


def test_that_means_the_application_in_focus() -> None:
    application = {"application_id": "app_1", "title": "Cook", "company": "Acme"}
    arguments = called("remind me about that next week", application=application)
    assert arguments["text"] == "Cook, Acme"
    assert arguments["application_id"] == "app_1"


def test_what_and_when_are_asked_for_where_they_are_not_said() -> None:
    for message in ("remind me tomorrow", "remind me to call Acme"):
        asked = context(message, "en", {})
        with pytest.raises(StopIteration):
            next(set_reminder(asked))
        assert asked.dialogue["question"]["slot"] == ("text" if "tomorrow" in message else "time")
