"""The replies in four languages: complete, alike in their facts, and clean when rendered."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest
from jinja2 import meta
from jinja2.sandbox import SandboxedEnvironment

from jobtracker.agent.mind.embedded import phrases
from jobtracker.agent.mind.embedded.phrases import LANGUAGES, clock, day, money, phrase, word
from jobtracker.core.paths import asset_dir

TEXTS = {
    language: tomllib.loads(
        (asset_dir("prompts") / "replies" / phrases.VERSION / f"{language}.toml").read_text("utf-8")
    )
    for language in LANGUAGES
}
KEYS = list(TEXTS["en"])
START, END = "2026-11-26T15:00:00+01:00", "2026-11-26T16:00:00+01:00"
PAY = {"min": "120000", "max": "140000", "currency": "CHF", "period": "year"}


def _job(n: int) -> dict[str, Any]:
    return {
        "job_id": f"job_{n}",
        "title": f"Pflegefachfrau {n}",
        "company": "Spital Nord" if n % 2 else None,
        "location": "Bern" if n % 2 else None,
        "work_mode": ("hybrid", "onsite", "remote", "any")[n % 4],
        "salary": PAY if n % 2 else None,
        "posted_at": START if n % 3 else None,
        "source": "sample" if n == 3 else "board",
        "why": ["the title fits", "in Bern"] if n % 2 else [],
    }


JOBS = [_job(n) for n in range(1, 6)]
FULL_JOB = {
    **JOBS[0],
    "description": "Long day.\n\nNight shifts,  too.",
    "workload": {"min": 80, "max": 100},
    "employment_type": "full_time",
    "skills": ["Python", "SQL"],
    "apply_url": "https://example.org/1",
}
EVENT = {
    "event_id": "evt_1", "summary": "Interview, Acme", "start": START, "end": END, "location": None
}  # fmt: skip
APPLICATION = {
    "application_id": "app_1", "title": "Dev", "company": "Acme", "status": "interview",
    "updated_at": START, "applied_on": "2026-11-20", "job_id": None,
    "history": [
        {"at": START, "kind": "application.moved", "to_status": "applied", "why": None},
        {"at": START, "kind": "application.reopened", "to_status": None, "why": "by mistake"},
    ],
    "notes": [{"text": "call back"}],
}  # fmt: skip
SCORE = {
    "score": 71.4,
    "parts": {"keywords": 60.0, "experience": 80.0, "format": 90.0, "readability": 75.0},
    "matched": [{"term": "Python"}, {"term": "SQL"}],
    "missing": [{"term": "Go", "required": True}],
    "findings": [
        {"severity": "warn", "message": "No dates."},
        {"severity": "good", "message": "x"},
    ],
}
REVIEW = {
    "score": 64,
    "parts": {"structure": 70, "specificity": 40, "result": 50, "relevance": 90, "length": 80},
    "notes": [
        {"message": "No number.", "sentence": "I did it."},
        {"message": "ok", "sentence": ""},
    ],
}
CHANGES = [
    {"path": "work/0/summary", "before": "a", "after": "b", "why": "asked for"},
    {"path": "skills/3", "before": "c", "after": None, "why": None},
]
RESUME: dict[str, Any] = {
    "basics": {"name": "Ada", "label": None},
    "work": [{"position": "Dev", "name": "Acme", "startDate": "2020", "endDate": None}],
    "education": [{}],
    "skills": [{"name": "Python"}, {"name": "SQL"}],
}
INSIGHT = {
    "n": 12, "p25": 90000, "median": 100000, "p75": 115000, "currency": "CHF", "period": "year"
}  # fmt: skip
SLOT = {"start": START, "end": END, "why": "morning", "conflict": None, "busy": [EVENT]}
FREE: dict[str, Any] = {
    "start": START,
    "end": END,
    "why": "",
    "conflict": None,
    "busy": [],
    "free": True,
}

QUIET: dict[str, Any] = {"preferred": [], "failures": []}

FACTS: dict[str, list[dict[str, Any]]] = {
    "confirm": [{"summary": "Book “Interview, Acme”?"}],
    "secrets_removed": [{"kinds": ["an API key", "a password"]}],
    "offline": [{"reason": "timeout"}],
    "agreed": [{"question": "Put “Interview: Acme” into your calendar: Friday, 10:00?"}],
    "failed": [{"code": c, "message": "Nothing."} for c in ("unavailable", "not_found", "error")],
    "jobs": [
        {"jobs": JOBS, "total": 12, "more": True, "page": False,
         "preferred": ["hybrid", "full_time"],
         "failures": [{"source": "a", "reason": "slow"}, {"source": "b", "reason": "down"}]},
        {"jobs": JOBS[:1], "total": 1, "more": False, "page": False, **QUIET},
        {"jobs": JOBS[:1], "total": 2, "more": False, "page": False, **QUIET},
        {"jobs": JOBS, "total": 12, "more": False, "page": True, **QUIET},
    ],
    "no_jobs": [
        {"search": {}},
        {"search": {"query": "nurse", "location": "Bern", "work_mode": "remote",
                    "salary_min": 120000.0, "posted_within_days": 7}},
        {"search": {"query": "nurse", "posted_within_days": 1}},
    ],
    "wider": [{"place": "Thun", "found": "Bern, Biel"}],
    "around": [{"km": 30, "place": "Thun"}],
    "canton": [{"name": "Bern"}],
    "other_script": [{}],
    "only_so_many": [{"n": 1}, {"n": 3}],
    "any_mode": [{"modes": ["remote", "onsite"]}],
    "dislikes_it": [{"value": "consulting"}],
    "episode_search_jobs": [
        {"query": "cook", "location": "Bern", "work_mode": "remote"}, {"query": "cook"}, {}
    ],
    "episode_track_application": [{"company": "Acme", "title": "Cook", "status": "applied"}, {}],
    "episode_update_application": [
        {"status": "rejected"},
        {"status": "rejected", "company": "Acme", "title": "Cook"},
    ],
    "episode_schedule_interview": [{"company": "Acme", "start": START}],
    "left_out": [{"n": n, "words": ["consulting"]} for n in (1, 2)],
    "job": [{"job": FULL_JOB}, {"job": {**JOBS[1], "description": "x"}}],
    "similar": [{"job": JOBS[0], "jobs": JOBS[1:]}],
    "compared": [
        {"jobs": [FULL_JOB, JOBS[1]], "only": [["SQL"], []], "scores": [7, 5], "best": FULL_JOB},
        {"jobs": JOBS[1:4], "only": [[], [], []], "scores": [], "best": None},
    ],
    "cannot_apply": [{"job": FULL_JOB}, {"job": JOBS[1]}, {"job": None}],
    "reminder_set": [{"text": "call HR", "due": START}],
    "no_similar": [{"job": JOBS[0]}],
    "job_open": [
        {"job": JOBS[i], "check": {"status": s, "evidence": e}}
        for i, s, e in ((0, "open", ["seen", "today"]), (1, "closed", "gone"), (0, "unknown", None))
    ],
    "imported_jobs": [{"jobs": JOBS[:n], "warnings": w} for n, w in ((0, []), (1, ["x"]), (3, []))],
    "salary": [
        {"title": "Dev", "place": "Bern", "insight": INSIGHT},
        {"title": "Dev", "place": None, "insight": {**INSIGHT, "n": 1}},
        {"title": "Dev", "place": "Bern", "insight": {"n": 0, "median": None}},
    ],
    "company": [
        {"company": "Acme", "research": {"facts": []}},
        {"company": "Acme", "research": {"facts": [{"text": "3 postings", "source": None}]}},
    ],
    "sources": [{"sources": [{"name": f"s{i}", "status": "works", "count": i} for i in range(n)]}
                for n in (2, 16, 20)],
    "saved_searches": [
        {"searches": []},
        {"searches": [{"name": None, "query": "dev", "location": "Bern", "new": 1}, {"name": "x"}]},
    ],
    "resume_read": [{"resume": RESUME, "warnings": [{"message": "two dates"}, "x"]},
                    {"resume": {"basics": {}}, "warnings": []}],
    "scored": [{"job": JOBS[0], "score": SCORE}, {"job": {}, "score": {"score": 10}}],
    "tailored": [
        {"job": JOBS[0], "result": {"changes": CHANGES, "gaps": [{"term": "Go"}, "Rust"],
                                    "score_before": 60.0, "score_after": 71.2}},
        {"job": JOBS[0], "result": {"changes": [], "gaps": []}},
    ],
    "letter": [{"job": JOBS[0], "text": "Dear all,\n\nyours"}],
    "resumes": [{"resumes": []}, {"resumes": [{"label": None, "filename": "cv.pdf",
                                               "updated_at": START}]}],
    "resume_shown": [{"resume": RESUME}, {"resume": {"basics": {"name": None}}}],
    "edited": [{"result": {"changes": CHANGES, "version_id": "ver_1", "warnings": ["x"]}},
               {"result": {"changes": [], "warnings": []}}],
    "exported": [{"result": {"path": "/x/cv.pdf", "size_bytes": 20480, "warnings": ["x"]}},
                 {"result": {}}],
    "diff": [{"result": {"changes": CHANGES[:1]}}, {"result": {"changes": []}}],
    "restored": [{"result": {"version_id": "ver_2"}}],
    "applied_as_what": [{"company": "Acme"}],
    "tracked": [{"application": APPLICATION, "status": "applied", "date": "2026-11-26"}],
    "updated": [{"application": APPLICATION, "note": n} for n in ("called", None)],
    "update_how": [{"application": APPLICATION}, {"application": {"title": None, "company": None}}],
    "which_application": [{"applications": [APPLICATION]}, {"applications": []}],
    "applications": [
        {"applications": [APPLICATION] * n, "total": n, "closed": c}
        for n, c in ((0, 0), (0, 1), (0, 2), (1, 1), (2, 0), (2, 3))
    ],
    "application": [{"application": APPLICATION}],
    "actions": [{"actions": []}, {"actions": [
        {"action": "follow_up", "title": "Dev", "company": "Acme", "due": START, "overdue": True,
         "why": "12 days"},
        {"action": "submit_rav_proof", "title": None, "due": None, "why": ""}]}],
    "draft": [{"subject": "Hi", "text": "Dear"}, {"subject": None, "text": "Dear"}],
    "stats": [
        {"stats": {"total": 1, "funnel": [{"stage": "applied", "count": 1}],
                   "response": {"value": 0.5, "n": 2, "low": 0.1, "high": 0.9},
                   "median_days_to_answer": 1.0, "notes": ["few"]}},
        {"stats": {"total": 0, "response": {"value": None}, "median_days_to_answer": None}},
    ],
    "deleted_application": [{"application": APPLICATION}],
    "free": [
        {"start": START, "end": END, "events": e, "slots": s, "whole": whole}
        for e, s, whole in (
            ([], [FREE], True), ([EVENT], [], False), ([], [], False), ([], [FREE, FREE], False),
            ([EVENT, EVENT], [FREE, FREE], False),
        )
    ],
    "events": [{"events": e, "start": START, "end": END} for e in ([], [EVENT, EVENT])],
    "suggestions": [{"suggestions": s} for s in ([], [SLOT, {**SLOT, "conflict": "Dentist"}])],
    "interview_when": [{"company": "Acme"}],
    "scheduled": [{"events": [EVENT, EVENT], "warnings": w} for w in ([], ["it is a holiday"])],
    "offers": [{"slots": [SLOT, FREE], "free": f} for f in (True, False)],
    "move_to_when": [{"event": EVENT}],
    "rescheduled": [{"event": EVENT, "start": START}],
    "cancelled_event": [{"event": EVENT}],
    "invitation": [
        {"invitation": {"method": "request", "role": "Dev", "company": "Acme", "location": None,
                        "link": None, "reply_by": START},
         "slots": [{**FREE, "end": None}, {**SLOT, "conflict": "Dentist"},
                   {**SLOT, "free": False}]},
        {"invitation": {"method": "CANCEL", "role": None, "company": None}, "slots": []},
    ],
    "calendars": [{"calendars": c} for c in ([], [{"name": "Work", "provider": "ics"}])],
    "imported_ics": [{"result": {"imported": n, "warnings": []}} for n in (0, 1, 2)]
    + [{"result": {"imported": ["a"], "warnings": ["x"]}}],
    "preparation": [
        {"plan": {"role": "Dev", "company": "Acme", "logistics": [EVENT],
                  "questions": [{"question": "Why us?", "why": "asked often"}],
                  "stories": [{"title": "T", "action": None, "situation": "S", "result": None}],
                  "gaps": [{"term": "Go"}], "questions_to_ask": ["Team size?"], "missing": [],
                  "pdf_path": "/x/p.pdf"}},
        {"plan": {"missing": ["no résumé"]}},
    ],
    "mock_started": [{"result": {"number": 1, "of": 5, "question": "Why?"}},
                     {"result": {"question": "Why?"}}],
    "mock_next": [{"result": {"review": REVIEW, "next": {"question": "And?"}}},
                  {"result": {"review": REVIEW, "next": None}}],
    "mock_finished": [{"result": {"score": 70, "change": 5, "strongest": "s", "weakest": "w",
                                  "advice": ["a", "b"]}}, {"result": {}}],
    "reviewed": [{"review": REVIEW}],
    "negotiation": [{"brief": {"market": INSIGHT, "position": "Ask for it.", "say": ["a"],
                               "levers": ["days off"], "missing": []}},
                    {"brief": {"missing": ["x"]}}],
    "goal_set": [{"goal": "five a week"}],
    "review": [{"review": {"encouragement": "Good.", "done": [{"text": "a"}], "learnt": [],
                           "next_week": ["b"], "missing": []}}],
    "remembered": [{"what": ["Bern", "full time"]}],
    "disliked": [{"what": ["consulting"]}],
    "memories": [{"memories": m} for m in ([], ["you look in Bern"])],
    "forgotten": [{"what": ["Bern"]}],
    "pay": [{"pay": {"min": "120000", "currency": "CHF", "period": "year"}}],
    **{key: [{"value": "full time"}] for key in KEYS if key.startswith("prefers_")},
}  # fmt: skip


def _rendered() -> list[Any]:
    return [
        pytest.param(language, key, facts, id=f"{language}-{key}-{n}")
        for language in LANGUAGES
        for key in KEYS
        for n, facts in enumerate(FACTS.get(key, [{}]))
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_says_everything_that_english_says(language: str) -> None:
    assert set(TEXTS[language]) == set(KEYS)


@pytest.mark.parametrize("key", KEYS)
def test_a_phrase_uses_the_same_facts_in_each_language(key: str) -> None:
    environment = SandboxedEnvironment()
    environment.filters.update(
        dict.fromkeys(("money", "day", "clock", "when", "brief", "word", "told", "skills"), str)
    )
    used = {
        language: meta.find_undeclared_variables(environment.parse(texts[key]))
        for language, texts in TEXTS.items()
    }
    assert all(names == used["en"] for names in used.values()), used
    attributes = {
        language: set(re.findall(r"(?<![\w'])[a-z_]+\.[a-z_]+", re.sub(r"'[^']*'", "", code)))
        for language, code in (
            (name, " ".join(re.findall(r"\{[{%].*?[%}]\}", texts[key])))
            for name, texts in TEXTS.items()
        )
    }
    assert all(names == attributes["en"] for names in attributes.values()), attributes
    given = {name for facts in FACTS.get(key, [{}]) for name in facts}
    assert used["en"] <= given, f"the test gives no {used['en'] - given}"


@pytest.mark.parametrize(("language", "key", "facts"), _rendered())
def test_a_reply_is_clean(language: str, key: str, facts: dict[str, Any]) -> None:
    text = phrase(key, language, **facts)
    assert text
    for leftover in (
        "{{",
        "{%",
        "}}",
        "None,",
        "None)",
        "None\n",
        "None ·",
        "Undefined",
        "\n\n\n",
        "()",
        "( ",
        " )",
        " ,",
        "**, ·",
    ):
        assert leftover not in text
    assert not re.search(r"(?<!^)(?<!\n)(?<! )  +\S", text), "doubled spaces"
    assert not re.search(r"[ \t]+$", text, re.M), "spaces at the end of a line"
    assert not re.search(r"^\s*(?:[-*]|\d+\.)\s*$", text, re.M), "an empty bullet"
    assert not re.search(r"^- .*\n\n- ", text, re.M), "a list that falls apart"
    assert text.count("**") % 2 == 0
    assert text.count("«") == text.count("»")
    if language == "de":
        assert "ß" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbered_lists_follow_a_blank_line_and_count_up(language: str) -> None:
    text = phrase("jobs", language, **FACTS["jobs"][0])
    assert [int(n) for n in re.findall(r"^(\d+)\. ", text, re.M)] == [1, 2, 3, 4, 5]
    head, _, _ = text.partition("1. ")
    assert head.endswith(":\n\n")


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "Thu 26 Nov 2026"),
        ("de", "Do., 26. Nov. 2026"),
        ("fr", "jeu. 26 nov. 2026"),
        ("it", "gio 26 nov 2026"),
    ],
)
def test_a_day_is_written_as_the_language_does(language: str, expected: str) -> None:
    assert day(START, language) == day("2026-11-26", language) == expected


def test_a_clock_shows_hours_and_minutes() -> None:
    assert [clock(START, language) for language in LANGUAGES] == [
        "15:00",
        "15:00 Uhr",
        "15:00",
        "15:00",
    ]
    assert clock("2026-11-26", "en") == ""


def test_a_span_of_time_says_the_hour_s_word_once() -> None:
    assert phrase("free", "de", **FACTS["free"][0]).endswith("2026, 15:00 bis 16:00 Uhr.")
    moved = phrase("rescheduled", "de", event=EVENT, start=START)
    assert moved.endswith("Do., 26. Nov. 2026, 15:00 Uhr.")


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "CHF 120’000–140’000/year"),
        ("de", "CHF 120’000–140’000/Jahr"),
        ("fr", "CHF 120’000–140’000/an"),
        ("it", "CHF 120’000–140’000/anno"),
    ],
)
def test_francs_have_apostrophes_in_every_language(language: str, expected: str) -> None:
    assert money(PAY, language) == expected


def test_money_without_amounts_says_nothing() -> None:
    assert money({"currency": "CHF", "period": "year"}, "en") == ""
    assert money(None, "de") == ""
    assert money({"min": 40, "max": 40, "currency": "EUR", "period": "hour"}, "en") == "EUR 40/hour"


def test_values_of_the_contract_become_words_and_others_stay() -> None:
    assert word("onsite", "de") == "vor Ort"
    assert word("full time", "fr") == word("full_time", "fr") == "à plein temps"
    assert word("St. Gallen", "it") == "St. Gallen"
    assert word(None, "en") == ""


def test_markup_in_a_fact_is_not_evaluated() -> None:
    assert phrase("goal_set", "en", goal="{{ 7 * 7 }}").endswith("{{ 7 * 7 }}")


def test_unknown_languages_are_answered_in_english() -> None:
    assert phrase("fine", "pt-BR") == phrase("fine", "en-GB") == TEXTS["en"]["fine"]
    assert phrase("fine", "de-CH") == TEXTS["de"]["fine"]
