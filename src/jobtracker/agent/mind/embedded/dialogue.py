"""From a parsed message to the acts of this turn, given where the conversation stands.

The dialogue state is JSON in the checkpoint: `jobs` last shown, `job` in focus, `search` last run,
`applications`, `application`, `events`, `slots` offered, `resume`, `letter`, `mock` session, `list`
(what an ordinal counts), `question` asked last, `proposal` that waited for a yes, `about` what was
just booked; `offer` while the times of an invitation were shown last, `missed` where an ordinal just said counts
none of the list; `insight` the title and place whose pay was told last.
"""

from __future__ import annotations

# ruff: noqa: E501 (tables of words)
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from jobtracker.agent.mind.embedded.answers import read_answer
from jobtracker.agent.mind.embedded.extract import extract
from jobtracker.agent.mind.embedded.letters import is_letter, takes_slot
from jobtracker.agent.mind.embedded.slots import Act, Parse, Slots, TimeValue, Value
from jobtracker.agent.mind.embedded.tokens import free, names_nothing, tokens
from jobtracker.agent.mind.port import Turn
from jobtracker.core.lexicon.lazy import lazy

if TYPE_CHECKING:
    pass
from jobtracker.agent.mind.embedded.nlu import Nlu

VAGUE = {"yes", "no", "out_of_scope", "small_talk", "correct", "refine_search", "remember_fact"}
ORDINAL_OF = {"slots": "schedule_interview", "applications": "get_application"}
SOCIAL = {"yes", "no", "thanks", "greeting", "help", "goodbye"}
LEAVES_MOCK = {"finish_mock_interview", "cancel", "goodbye", "start_mock_interview"}
CORRECTS = {"correct", "refine_search", "schedule_interview", "reschedule_event"}
FREE_TEXT = {"company", "role", "path", "text", "goal", "name"}
LAPSES = {"thanks", "greeting", "goodbye", "help", "no"}
"""After these, said for an answer, a question is not put again."""
SURE = 0.6
_PREFERS = lazy(
    r"(?i)\s*(i (would )?(generally |usually |really )?prefer|i'd rather|i always want|"
    r"ich (bevorzuge|ziehe .* vor|möchte lieber|arbeite lieber)|am liebsten|"
    r"je (préfère|prefere|préférerais)|j'aime(rais)? mieux|preferisco|preferirei)\b"
)
_MEANT = lazy(
    r"(?i)^\W*(?:no|nein|nee|non|nope|sorry|actually|oops|wait|stopp?|"
    r"pardon|scusa|anzi|moment|falsch|wrong)\b|\b(?:i mean|i meant|actually|gemeint|ich meine|sondern|doch|"
    r"je voulais dire|en fait|intendevo|volevo dire)\b"
)
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""Any time will do where a place is read."""
_SEARCHES = lazy(
    r"(?i)\b(?:search|find|look|show|jobs?|such\w*|zeig\w*|stellen?|cherch\w*|trouve|montre|postes?|offres?|cerca|trova|mostra\w*|offerte|posti)\b"
)
_BARE_CLOCK = lazy(r"\W*\d{1,2}(?:[.:h]\d\d)?\s*(?:uhr|h|o'clock|heures?|ore)?\W*$", re.IGNORECASE)
_DAY_SAID = lazy(
    r"day|tag|mittwoch|sonnabend|morgen|heute|gestern|hier|ieri|lun|mar|mer|jeu|ven|sam|dim|dom|gio|sab|demain|"
    r"aujourd|domani|oggi|tomorrow|week|woche|sem|sett|next|mon\b|tue|wed|thu|fri|sat|sun|"
    r"jan|feb|f[ée]v|m[äa]r|apr|avr|ma[iy]|jun|juin|giu|jul|juil|lug|aug|ao[uû]t|ago|sep|o[ck]t|"
    r"ott|nov|de[cz]|d[ée]c|dic|\d{1,2}\.\s*\d{1,2}\.|\d{4}|\d/\d"
)


def interpret(nlu: Nlu, turn: Turn) -> Parse:
    """Parse the message and fit it into the conversation."""
    dialogue = turn.dialogue
    question: dict[str, Any] | None = dialogue.get("question")
    parse = nlu.parse(
        turn.message,
        turn.now,
        turn.language or None,
        {
            "open_question": question["slot"] if question else None,
            "pending": bool(dialogue.get("proposal")),
            "has_results": bool(dialogue.get("jobs")),
            "has_focus": bool(dialogue.get("job")),
            "list": dialogue.get("list"),
            "mock": bool(dialogue.get("mock")),
        },
    )
    if is_letter(turn.message) and not dialogue.get("mock"):
        # What somebody else wrote is data: none of its sentences is a wish of the person.
        read = _whole("read_invitation", Parse(language=parse.language, acts=[]), turn)
        return Parse(language=parse.language, acts=[read])
    if dialogue.get("invitation") and dialogue.get("list") == "slots":
        chosen = _whole("schedule_interview", parse, turn)
        if takes_slot(turn.message, chosen.slots):
            return Parse(language=parse.language, acts=[chosen])
        if dialogue.get("offer") and [act.intent for act in parse.acts] == ["yes"]:
            # Of one time a yes says which; of several, which one is asked.
            only = {"ordinals": [1]} if len(dialogue["slots"]) == 1 else {}
            taken = chosen.model_copy(update={"slots": chosen.slots.model_copy(update=only)})
            return Parse(language=parse.language, acts=[taken])
    if parse.acts and parse.acts[0].intent == "refine_search" and _PREFERS.match(turn.message):
        # “I prefer hybrid” is meant for good, also while a list of postings is on the table.
        parse = nlu.parse(turn.message, turn.now, turn.language or None, {})
    parse = _of_the_list(parse, dialogue)
    if insight := dialogue.get("insight"):
        parse = _of_the_pay(parse, insight)
    if dialogue.get("mock"):
        return _in_mock(parse, turn)
    if question and len(parse.acts) == 1:
        return _answered(parse, turn, question)
    if (proposal := dialogue.get("proposal")) and parse.acts:
        return _corrected(parse, proposal)
    return parse


def _of_the_list(parse: Parse, dialogue: dict[str, Any]) -> Parse:
    """“The second one” is of the list that was shown last, whatever it is a list of."""
    first = parse.acts[0] if parse.acts else None
    if first and first.intent == "cancel" and first.slots.reference and dialogue.get("about"):
        # Just booked or moved: “cancel it” means the event, and is asked about before it is done.
        return Parse(
            language=parse.language, acts=[first.model_copy(update={"intent": "cancel_event"})]
        )
    if first and dialogue.get("about") == "tracked" and _corrects(first):
        # “No, it was the second one”, “no, on Friday”: of the application just noted.
        changed = first.model_copy(update={"intent": "correct_application"})
        return Parse(language=parse.language, acts=[changed])
    meant = ORDINAL_OF.get(dialogue.get("list") or "")
    acts = [
        act.model_copy(update={"intent": meant})
        if meant and act.slots.ordinals and act.intent in ("get_job", "out_of_scope")
        else act
        for act in parse.acts
    ]
    return parse.model_copy(update={"acts": acts})


def _of_the_pay(parse: Parse, insight: dict[str, Any]) -> Parse:
    """Behind a question about pay “and in Geneva?” asks anew, “search there” looks for the work."""
    act = parse.acts[0] if len(parse.acts) == 1 else None
    if act is None or act.intent not in ("search_jobs", "refine_search", "correct"):
        return parse
    slots, searches = act.slots, _SEARCHES.search(act.text) is not None
    if slots.companies or (searches and slots.role):
        return parse
    if not searches and not (slots.places or slots.role):
        return parse
    filled: dict[str, Any] = {}
    if slots.role is None:
        filled["role"] = Value(value=str(insight["title"]), span=act.span)
    if not slots.places and insight.get("location"):
        filled["places"] = extract(str(insight["location"]), _EPOCH, "en", "search_jobs").places
    intent = "search_jobs" if searches else "salary_insight"
    asked = act.model_copy(update={"intent": intent, "slots": slots.model_copy(update=filled)})
    return parse.model_copy(update={"acts": [asked]})


def _corrects(act: Act) -> bool:
    named = act.slots.ordinals or act.slots.times
    again = _MEANT.search(act.text) is not None
    return bool(named) and (
        act.intent == "correct" or (again and act.intent in VAGUE | {"get_job"})
    )


def _in_mock(parse: Parse, turn: Turn) -> Parse:
    """During a mock interview what the person says is an answer, unless it ends the interview."""
    first = parse.acts[0] if parse.acts else None
    if first is not None and first.intent in LEAVES_MOCK and len(turn.message.split()) <= 12:
        if first.intent in ("cancel", "goodbye"):
            return Parse(
                language=parse.language, acts=[_whole("finish_mock_interview", parse, turn)]
            )
        return parse
    return Parse(language=parse.language, acts=[_whole("answer_mock_question", parse, turn)])


def _whole(intent: str, parse: Parse, turn: Turn) -> Act:
    slots = parse.acts[0].slots if parse.acts else Slots()
    return Act(
        intent=intent, confidence=1.0, slots=slots, text=turn.message, span=(0, len(turn.message))
    )


def _answered(parse: Parse, turn: Turn, question: dict[str, Any]) -> Parse:
    """Take the message as the slot that was asked for, unless it clearly wants something else."""
    act = parse.acts[0]
    if act.intent == "cancel":
        return parse
    if question["slot"] == "sure":
        return _agreed(parse, turn, question)
    if question["slot"] == "time" and not act.slots.times and _BARE_CLOCK.match(turn.message):
        # “At what time?” “10”
        said = extract(f"um {turn.message.strip()}", turn.now, "de", question["intent"])
        act = act.model_copy(update={"slots": said, "text": turn.message, "span": (0, 0)})
    fills = _fills(act.slots, question["slot"])
    if act.intent in LAPSES and act.confidence >= SURE and not fills:
        return parse
    words = len(turn.message.split())
    other = act.intent not in VAGUE | SOCIAL and act.intent != question["intent"]
    if other and not (fills and (words <= 4 or _nothing_else(act))):
        asks_back = turn.message.rstrip().endswith("?") and not fills
        if asks_back or act.confidence >= SURE:
            return parse
    old = Slots.model_validate(question["slots"])
    merged = merge(old, act.slots)
    if old.times and merged.times and _clock_only(act, merged.times[0]):
        # “On Friday.” “At what time?” “At ten.”
        merged.times = [on_day_of(merged.times[0], old.times[0].start), *merged.times[1:]]
    free = question["slot"] in FREE_TEXT and act.intent not in SOCIAL
    if free and not fills and (words <= 10 or question["slot"] in ("text", "goal")):
        _put(merged, question["slot"], turn.message)
    answer = Act(
        intent=question["intent"],
        confidence=1.0,
        slots=merged,
        text=f"{question['text']} {turn.message}",
        span=act.span,
    )
    return Parse(language=parse.language, acts=[answer])


def _nothing_else(act: Act) -> bool:
    """Whether the message holds its values and small words only: “on Thursday at 2 pm”."""
    spans: list[tuple[int, int]] = []
    for name in _named(act.slots):
        value: Any = getattr(act.slots, name)
        items = cast("list[Any]", value) if isinstance(value, list) else [value]
        for item in items:
            span: tuple[int, int] | None = getattr(item, "span", None)
            if span is not None:
                spans.append((span[0] - act.span[0], span[1] - act.span[0]))
    rest = [token for token in tokens(act.text) if free(token.span, spans)]
    return bool(spans) and all(names_nothing(token) for token in rest)


def _agreed(parse: Parse, turn: Turn, question: dict[str, Any]) -> Parse:
    """Only a plain yes does what was asked about; anything else leaves it undone."""
    if read_answer(turn.message, parse.language, question["intent"]) != "yes":
        return parse
    slots = Slots.model_validate(question["slots"])
    act = Act(
        intent=question["intent"], confidence=1.0, slots=slots, text=question["text"],
        span=(0, len(turn.message)), confirmed=True,
    )  # fmt: skip
    return parse.model_copy(update={"acts": [act]})


def _corrected(parse: Parse, proposal: dict[str, Any]) -> Parse:
    """“Make it 16:00” after a question changes only what it names and asks again."""
    act = parse.acts[0]
    changes = act.slots.times or act.slots.duration_minutes or act.slots.url
    if act.intent not in CORRECTS or not changes:
        return parse
    old = Slots.model_validate(proposal["slots"])
    merged = merge(old, act.slots)
    if old.times and merged.times and _clock_only(act, merged.times[0]):
        merged.times = [on_day_of(merged.times[0], old.times[0].start), *merged.times[1:]]
    again = act.model_copy(update={"intent": proposal["intent"], "slots": merged})
    return Parse(language=parse.language, acts=[again, *parse.acts[1:]])


def _clock_only(act: Act, time: TimeValue) -> bool:
    """Tell whether a time was said without a day (“16:30”, “um 4”, “à 16h”, “half past four”)."""
    start, end = (place - act.span[0] for place in time.span)
    said = act.text[max(start, 0) : end].casefold()
    return time.grain in ("minute", "hour") and not _DAY_SAID.search(said)


def on_day_of(time: TimeValue, day: datetime) -> TimeValue:
    """Return the clock time on the day of another time."""
    moved = time.start.replace(year=day.year, month=day.month, day=day.day)
    end = time.end + (moved - time.start) if time.end else None
    return time.model_copy(update={"start": moved, "end": end})


def merge(old: Slots, new: Slots) -> Slots:
    """Return the old slots with what the new ones name laid over."""
    return old.model_copy(update={name: getattr(new, name) for name in _named(new)})


def _named(slots: Slots) -> list[str]:
    defaults = Slots()
    return [
        name for name in type(slots).model_fields if getattr(slots, name) != getattr(defaults, name)
    ]


def _fills(slots: Slots, slot: str) -> bool:
    named = set(_named(slots))
    wanted = {
        "company": {"companies"},
        "role": {"role", "skills"},
        "path": {"path", "url"},
        "time": {"times"},
        "place": {"places"},
        "job": {"ordinals", "reference", "companies"},
        "salary": {"salary"},
    }.get(slot, {slot})
    return bool(named & wanted)


def _put(slots: Slots, slot: str, message: str) -> None:
    text = message.strip().strip("\"'“”„«»")
    value = Value(value=text, span=(0, len(message)))
    if slot == "company":
        slots.companies = [value]
    elif slot == "role":
        slots.role = value
    elif slot == "path":
        slots.path = value
    else:
        slots.note = value


def settle(dialogue: dict[str, Any]) -> None:
    """Bound what the checkpoint carries."""
    for name in ("jobs", "applications", "events", "slots"):
        if name in dialogue:
            dialogue[name] = dialogue[name][:20]
