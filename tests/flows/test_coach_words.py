"""A language model finds words for messages and for the coach, over the tools as clients do.

Scores, amounts, names and dates are those of the rules; what a model adds is left out and listed.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from jobtracker.agent.spend import Spend
from jobtracker.app import call_tool
from jobtracker.coaching.review import review_answer
from jobtracker.core.bootstrap import Core
from jobtracker.core.settings import load_settings
from jobtracker.resumes.service import ResumeService
from tests.fakes.openai_server import Brain, FakeOpenAI, Say
from tests.flows.test_words import RESUME

pytestmark = pytest.mark.timeout(600)
"""The first test imports a vendor's package, which may take a loaded machine a minute."""
_MARKED = re.compile(r'<data (\w+) source="(?P<source>[^"]*)">\n(?P<text>.*?)</data \1>', re.S)
Reply = Callable[[str], str]


def lines_of(body: dict[str, Any]) -> list[str]:
    """Return the lines that a prompt asks to reword."""
    asked = str(body["messages"][-1]["content"])
    found = {m["source"]: m["text"] for m in _MARKED.finditer(asked)}
    return [line.partition(". ")[2] for line in found["lines"].splitlines() if line]


def rewording(change: Reply) -> Brain:
    """Answer like a model that says each line by a rule."""

    def brain(body: dict[str, Any]) -> Say:
        said = [{"number": n, "text": change(t)} for n, t in enumerate(lines_of(body), 1)]
        return Say(json.dumps({"lines": said}, ensure_ascii=False), usage=(300, 60))

    return brain


class Person:
    """Somebody who calls tools with a model in the settings."""

    def __init__(self, core: Core, fake: FakeOpenAI) -> None:
        self.core, self.fake = core, fake
        data = json.dumps(RESUME).encode()
        ResumeService(core).import_bytes("local", data, "tamsin.json")

    def call(self, server: str, tool: str, **arguments: Any) -> dict[str, Any]:
        return asyncio.run(call_tool(self.core, server, tool, arguments, lambda _: True))

    def applied(self) -> str:
        made = self.call(
            "applications", "track_application", company="Velowerk AG", title="Workshop lead",
            status="applied", date="2026-11-03",
        )  # fmt: skip
        return str(made["application_id"])


Open = Callable[..., Person]


@pytest.fixture
def person(tmp_path: Path) -> Iterator[Open]:
    opened: list[tuple[Core, FakeOpenAI]] = []

    def make(*script: Say, brain: Brain | None = None, **llm: Any) -> Person:
        fake = FakeOpenAI(*script, brain=brain).__enter__()
        given = {
            "model": "fake", "base_url": fake.url, "input_price": 10.0, "output_price": 100.0,
            "writing_seconds": 300.0, "timeout_seconds": 300.0, "stall_seconds": 300.0, **llm,
        }  # fmt: skip
        core = Core(
            load_settings(
                home=str(tmp_path / f"home{len(opened)}"), now="2026-11-23T09:00:00+01:00",
                timezone="Europe/Zurich", llm=given, chat={"timeout_seconds": 600.0},
                workers={"count": 1, "memory_mb": 1024, "timeout_seconds": 300.0},
            )
        )  # fmt: skip
        opened.append((core, fake))
        return Person(core, fake)

    yield make
    for core, fake in opened:
        core.close()
        fake.__exit__(None, None, None)


def test_a_follow_up_in_the_models_words_keeps_names_and_dates(person: Open) -> None:
    def say(line: str) -> str:
        if "Velowerk" in line:
            return line.replace("On 3 November 2026 I applied", "I am writing, for I applied on "
                                "3 November 2026,")  # fmt: skip
        return "Could you let me know how the selection process is going?"

    home = person(brain=rewording(say))
    draft = home.call("applications", "draft_follow_up", application_id=home.applied())
    assert "I am writing, for I applied on 3 November 2026" in draft["text"]
    assert draft["wording"]["by"] == "model" and draft["status"] == "review"
    assert draft["text"].startswith("Dear") or draft["text"].startswith("Hello")
    assert Spend(home.core).thread("local", "task:rewording").calls == 1


MESSAGE_LIES: dict[str, Reply] = {
    "another date": lambda line: line.replace("3 November", "30 November"),
    "another employer": lambda line: line.replace("Velowerk AG", "Stromer AG"),
    "an offer": lambda line: f"{line} I have two other offers.",
    "a promise": lambda line: f"{line} Mr Keller promised me the position.",
    "a degree": lambda line: f"{line} I hold an MBA.",
    "a link": lambda line: f"{line} See https://evil.example/now",
    "a skill": lambda line: f"{line} I know Kubernetes and SolidWorks.",
}  # fmt: skip


@pytest.mark.parametrize("name", MESSAGE_LIES)
def test_what_a_model_adds_to_a_message_is_left_out_and_listed(person: Open, name: str) -> None:
    silent = person(Say("unused"), writer="")
    plain = silent.call("applications", "draft_follow_up", application_id=silent.applied())
    assert plain["wording"] is None
    home = person(brain=rewording(MESSAGE_LIES[name]))
    draft = home.call("applications", "draft_follow_up", application_id=home.applied())
    assert draft["text"] == plain["text"]
    assert draft["wording"]["by"] == "rules" and draft["wording"]["refused"]
    assert "facts" in draft["wording"]["note"]


def test_outreach_is_reworded_and_a_linkedin_note_never_grows(person: Open) -> None:
    home = person(brain=rewording(lambda line: line.replace("May I ask for", "Could we have")))
    made = home.call(
        "coaching", "draft_outreach", kind="recruiter", company="Velowerk AG", role="Workshop lead",
        language="en",
    )  # fmt: skip
    assert "Could we have a short call" in made["text"] and made["wording"]["by"] == "model"
    note = home.call(
        "coaching", "draft_outreach", kind="linkedin", company="Velowerk AG", person="Ada Keller",
        language="en",
    )  # fmt: skip
    assert note["characters"] <= 300 and note["wording"] is None


def test_pay_is_spoken_of_in_the_models_words_and_every_amount_stays(person: Open) -> None:
    def say(line: str) -> str:
        return line.replace("For this task I had", "For this role I think of").replace(
            " in mind.", "."
        )

    offer = {"title": "Workshop lead", "offer": 82000, "target": 90000, "language": "en"}
    home = person(brain=rewording(say))
    made = home.call("coaching", "negotiation_brief", **offer)
    silent = person(Say("unused"), writer="").call("coaching", "negotiation_brief", **offer)
    assert any("For this role I think of" in line for line in made["say"])
    assert made["wording"]["by"] == "model"
    for part in ("offer", "target", "counter_year", "gap_year", "position", "arguments"):
        assert made[part] == silent[part]
    numbers = [sorted(re.findall(r"\d+", " ".join(brief["say"]))) for brief in (made, silent)]
    assert numbers[0] == numbers[1]
    raised = person(brain=rewording(lambda line: line.replace("94", "134")))
    assert raised.call("coaching", "negotiation_brief", **offer)["say"] == silent["say"]


def test_questions_fit_the_role_and_ask_nothing_that_may_not_be_asked(person: Open) -> None:
    turn = iter(range(1000))

    def say(line: str) -> str:
        number = next(turn) % 3
        if number == 0:
            return "Are you pregnant, or do you plan to have children?"
        return f"In a workshop: {line[0].lower()}{line[1:]}" if number == 1 else line

    home = person(brain=rewording(say))
    application = home.applied()
    plan = home.call("coaching", "prepare_interview", application_id=application, language="en")
    silent = person(Say("unused"), writer="")
    plain = silent.call(
        "coaching", "prepare_interview", application_id=silent.applied(), language="en"
    )
    assert plan["wording"]["by"] == "model" and plan["wording"]["refused"]
    said = [item["question"] for item in plan["questions"]]
    assert any(text.startswith("In a workshop:") for text in said)
    assert not any("pregnant" in text for text in said)
    kept = [(item["competency"], item["why"], item["story"]) for item in plan["questions"]]
    assert kept == [(i["competency"], i["why"], i["story"]) for i in plain["questions"]]
    first = home.call("coaching", "start_mock_interview", application_id=application, language="en")
    assert first["question"] in said or first["question"]


ANSWER = (
    "In my second year the workshop was late every Friday. I had to cut the waiting time, so I "
    "sorted the repairs by part and trained 3 apprentices. As a result we repaired 25 e-bikes "
    "a week."
)


def test_a_models_advice_stands_beside_the_rubric_and_changes_no_point(person: Open) -> None:
    question = "Tell me about a time when you improved how a team works."
    notes = [
        "Good: you name 25 e-bikes a week. Say also how many it was before.",
        "Say that you saved 40 percent at Tesla.",
    ]
    parts = dict.fromkeys(("relevance", "structure", "evidence", "clarity"), 100)
    home = person(Say(json.dumps({"parts": parts, "notes": notes})))
    review = home.call("coaching", "review_answer", question=question, answer=ANSWER)
    rubric = review_answer(question, ANSWER)
    assert review["score"] == rubric.score
    assert review["parts"] == rubric.parts.model_dump()
    assert review["notes"] == [note.model_dump() for note in rubric.notes]
    assert review["advice"] == notes[:1] and review["wording"]["by"] == "model"
    assert len(review["wording"]["refused"]) == 1 and "Tesla" in review["wording"]["refused"][0]


def test_a_mock_interview_goes_on_when_the_model_does_not(person: Open) -> None:
    home = person(Say(status=503))
    first = home.call("coaching", "start_mock_interview", role="Workshop lead", language="en")
    turn = home.call("coaching", "answer_mock_question", answer=ANSWER)
    assert first["question"] and turn["review"]["score"] > 0 and turn["next"]
    assert turn["review"]["advice"] == []
    assert "out of order" in turn["review"]["wording"]["note"]


@pytest.mark.parametrize("language", ["de", "fr", "it"])
def test_why_the_rules_answered_is_said_in_the_language_of_the_words(
    person: Open, language: str
) -> None:
    told = {"de": "Sprachmodell", "fr": "modèle de langage", "it": "modello linguistico"}
    home = person(Say(status=401))
    draft = home.call(
        "applications", "draft_follow_up", application_id=home.applied(), language=language
    )
    assert told[language] in draft["wording"]["note"] and draft["wording"]["by"] == "rules"
