"""What a skill sees of the turn, and how it asks and answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeAlias, TypeVar
from zoneinfo import ZoneInfo

from jobtracker.agent.mind.embedded.phrases import in_zone, phrase, told
from jobtracker.agent.mind.embedded.slots import Act, Slots, TimeValue
from jobtracker.agent.mind.port import Outcome, ToolCall

T = TypeVar("T")
Steps: TypeAlias = Generator[list[ToolCall], list[Outcome], T]
Skill: TypeAlias = Steps[str]
"""Yields batches of calls, is sent their outcomes, returns what to say.

A skill runs anew from its start at each step of a turn and is given the outcomes that are already
there; so it must do the same again: no clock, no chance, nothing kept outside `dialogue`.
"""

SkillFunction = Callable[["Context"], Skill]
_TOOLS = {
    "job_search": "search_jobs get_job import_job similar_jobs check_job_open salary_insight "
    "research_company list_job_sources save_search list_saved_searches delete_saved_search",
    "resume": "import_resume list_resumes get_resume edit_resume score_resume tailor_resume "
    "diff_versions restore_version export_resume write_cover_letter",
    "calendar": "list_calendars list_events find_free_time suggest_interview_times "
    "read_invitation import_ics schedule_interview reschedule_event cancel_event export_ics",
    "coaching": "prepare_interview start_mock_interview answer_mock_question "
    "finish_mock_interview review_answer negotiation_brief draft_outreach set_goal weekly_review",
    "applications": "track_application update_application list_applications get_application "
    "next_actions set_reminder draft_follow_up application_stats export_applications "
    "delete_application",
}
SERVER_OF = {tool: server for server, tools in _TOOLS.items() for tool in tools.split()}
"""Known here, so that a turn connects only the servers that it calls."""


@dataclass
class Context:
    """One act of the message, the conversation so far, and the tools there are."""

    act: Act
    message: str
    now: datetime
    zone: ZoneInfo
    language: str
    dialogue: dict[str, Any]
    preferences: dict[str, Any]
    dislikes: list[str]
    memory: MemoryPort
    user: str
    thread_id: str
    page_size: int = 5
    notes: list[str] = field(default_factory=list[str])

    @property
    def slots(self) -> Slots:
        """What the act says."""
        return self.act.slots

    def call(self, tool: str, **arguments: Any) -> ToolCall:
        """Return a call with the arguments that are given; the id is set when it is queued."""
        given = {key: value for key, value in arguments.items() if value not in (None, "", [])}
        return {"id": "", "server": SERVER_OF[tool], "tool": tool, "arguments": given}

    def say(self, key: str, /, **facts: Any) -> str:
        """Render a phrase in the person's language."""
        return phrase(key, self.language, **facts)

    def ask(self, slot: str, key: str, **facts: Any) -> str:
        """Ask one short question; the next message is taken as its answer."""
        self.dialogue["question"] = {
            "intent": self.act.intent,
            "slot": slot,
            "text": self.act.text,
            "slots": self.slots.model_dump(mode="json", exclude_defaults=True),
        }
        return self.say(key, **facts)

    def local(self, moment: str) -> str:
        """Return an RFC 3339 time in the person's zone."""
        return in_zone(moment, self.zone)

    def failed(self, outcome: Outcome) -> str:
        """Say why a call did not work, or that it was left undone."""
        if outcome["declined"]:
            return self.say("declined")
        code, message = split_error(outcome["error"] or "")
        return self.say("failed", code=code, message=told(message, self.language))


def came_of(outcome: Outcome, question: str, language: str) -> str:
    """Say what came of a side effect that the person was asked about, and answered."""
    if outcome["declined"]:
        return phrase("declined", language)
    if outcome["ok"]:
        return phrase("agreed", language, question=question)
    code, message = split_error(outcome["error"] or "")
    return phrase("failed", language, code=code, message=told(message, language))


def split_error(error: str) -> tuple[str, str]:
    """Split `code: message` as our servers write it."""
    match = re.match(r"([a-z_]+): (.*)", error, re.S)
    return (match[1], match[2]) if match else ("error", error)


class MemoryPort(Protocol):
    """What skills need of the long-term memory; `agent/memory.py` has it."""

    def remember(
        self, user: str, kind: Any, key: str, text: str, data: dict[str, Any], thread_id: str
    ) -> object:
        """Keep something; a newer value of the same kind and key replaces the older."""
        ...

    def known(self, user: str) -> list[str]:
        """Return what is known of the person, a line each."""
        ...

    def means_everything(self, text: str) -> bool:
        """Tell whether “forget …” names all that is remembered."""
        ...

    def forget_said(self, user: str, text: str) -> list[str]:
        """Do what “forget …” says; return the lines that are gone."""
        ...


def facts(outcome: Outcome) -> dict[str, Any]:
    """Return the structured result, empty where the call failed."""
    return outcome["result"] or {}


def rows(outcome: Outcome, key: str) -> list[dict[str, Any]]:
    """Return a list of objects in the result, empty where there is none."""
    found: list[dict[str, Any]] | None = facts(outcome).get(key)
    return found or []


def first_time(slots: Slots) -> TimeValue | None:
    """Return the first time that was said."""
    return slots.times[0] if slots.times else None
