"""Understands a message: its language, the acts it asks for, and the slots of each."""

from __future__ import annotations

# ruff: noqa: E501 (tables of words)
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from jobtracker.agent.mind.embedded.classifier import Embeds, IntentClassifier, Prediction
from jobtracker.agent.mind.embedded.cleaning import foreign_script
from jobtracker.agent.mind.embedded.extract import extract
from jobtracker.agent.mind.embedded.hints import Signs, adjust, asks_what_is_open, expected
from jobtracker.agent.mind.embedded.language import LanguageModel
from jobtracker.agent.mind.embedded.slots import Act, Parse, Slots
from jobtracker.agent.mind.embedded.split import pieces
from jobtracker.core.lexicon.places import find_places

DATA = Path(__file__).resolve().parent / "data"
_MAX_CHARS = 20_000
_HEAD = 240
_LONG_PATH = re.compile(
    r"(?<![\w:/])(?:~|\.{1,2})?(?:/[^\s/\"'“”«»]+){2,}?(\.\w{1,5})(?=[\s\"'“”«».,;!?)]|$)"
)
"""The names of folders say nothing of what is wanted; the kind of file does."""
_HEAD_AND_BODY = re.compile(r"(?s)(?P<head>[^:\n]{4,90}?)(?::(?!//)|\n)\s*(?P<body>.+)")
_LEAST_BODY = 6
SCOPE_FLOOR = 0.12
SURE_ENOUGH = 0.35
DOUBTFUL = 0.45
LIKELY = 0.5
_FEW_WORDS = 5
"""A tail of so few words (“can you make it”) must be a likely wish to be one of its own."""
MOST_ACTS = 6
SWALLOWS = frozenset({
    "read_invitation", "import_job", "import_ics", "review_answer", "answer_mock_question",
})  # fmt: skip
"""What comes behind these is the text they are about."""
SAID_TWICE = frozenset({
    ("search_jobs", "refine_search"), ("search_jobs", "remember_dislike"), ("no", "correct"),
    ("refine_search", "search_jobs"), ("correct", "search_jobs"), ("correct", "refine_search"),
})  # fmt: skip
LEADS_TO = frozenset({
    ("remember_fact", "search_jobs"), ("remember_fact", "edit_resume"), ("no", "correct"),
    ("update_application", "cancel_event"), ("get_application", "draft_follow_up"),
    ("update_application", "schedule_interview"), ("list_events", "schedule_interview"),
    ("list_events", "suggest_interview_times"), ("refine_search", "suggest_interview_times"),
    ("update_application", "draft_follow_up"),
    ("track_application", "draft_follow_up"), ("update_application", "negotiation_brief"),
    ("remember_fact", "salary_insight"), ("remember_fact", "negotiation_brief"),
    ("remember_preference", "negotiation_brief"),
    ("no", "refine_search"), ("no", "more_results"), ("list_events", "prepare_interview"),
    ("reschedule_event", "cancel_event"), ("remember_fact", "cancel_event"),
    ("list_events", "draft_follow_up"), ("get_job", "track_application"),
    ("remember_fact", "reschedule_event"), ("find_free_time", "cancel_event"),
})  # fmt: skip
"""The first only tells why the second is wanted."""
ADDS_NOTHING = frozenset({
    ("schedule_interview", "edit_resume"), ("schedule_interview", "track_application"),
    ("cancel_event", "delete_application"),
    ("schedule_interview", "remember_preference"), ("cancel_event", "forget_memory"),
    ("schedule_interview", "update_application"), ("finish_mock_interview", "get_application"),
    ("negotiation_brief", "remember_preference"), ("negotiation_brief", "search_jobs"),
    ("draft_follow_up", "get_application"), ("suggest_interview_times", "list_applications"),
    ("finish_mock_interview", "weekly_review"), ("import_resume", "recall_memory"),
    ("refine_search", "remember_fact"), ("compare_jobs", "help"), ("search_jobs", "get_application"),
})  # fmt: skip
"""The second, when short (“add it to the calendar”), repeats the first."""
_KEEP_IT = re.compile(
    r"(?i)\W*(?:(?:please|bitte|also|and|und) )*(?:(?:remember|note|save|store) (?:that|this|it)|"
    r"(?:keep|bear) (?:that|this|it) in mind|(?:merke?|behalte?|speichere?) (?:dir )?das(?: bitte)?(?: im kopf)?|"
    r"merken(?: bitte)?|retiens[- ](?:le|ça)|note[- ](?:le|ça)|souviens-t'en|tienilo a mente|ricordal[oa]|"
    r"ricordatelo|segnatelo)(?:,? (?:please|bitte|ok|stp|svp|per favore|for (?:later|next time)))*\W*"
)
"""Adds nothing of its own: what was said before it is to be remembered."""
_WISHED = frozenset({"remember_preference", "refine_search", "search_jobs"})
SEARCHES = frozenset({
    "search_jobs", "refine_search", "more_results", "correct", "no", "remember_dislike",
    "remember_preference", "similar_jobs", "save_search",
})  # fmt: skip
"""After these, a few words may change the search; after others they are a turn of phrase."""
EACH_OF_ITS_OWN = frozenset({"track_application"})
"""Where several employers are named, each is an act of its own."""
_BARE_HELLO = 3
"""A greeting of more words tells something besides."""
COURTESY = frozenset({"greeting", "thanks", "goodbye", "small_talk"})


@dataclass(frozen=True)
class _Guess:
    intent: str
    confidence: float
    span: tuple[int, int]


class Nlu:
    """Loads the trained intents once; `parse` is safe to call from several threads."""

    def __init__(self, folder: Path = DATA, embedder: Embeds | None = None) -> None:
        self._classifier = IntentClassifier.load(folder / "intents.npz", embedder)
        self._language = LanguageModel.load(folder / "languages.npz")

    def language_of(self, message: str, so_far: str = "") -> str:
        """Return the BCP 47 language of a message, given that of the conversation."""
        return self._language.detect(_without_places(message[:_MAX_CHARS]), so_far or None)

    def parse(
        self,
        message: str,
        now: datetime,
        language: str | None = None,
        context: Mapping[str, Any] | None = None,
    ) -> Parse:
        """Return what `message` wants, in order. `language` is that of the conversation so far.

        `context` may have `open_question`, `pending`, `has_results`, `has_focus`, `list`, `mock`.
        """
        text = message[:_MAX_CHARS].replace("\x00", " ")
        said = self._language.detect(_without_places(text), language)
        hints = dict(context or {})
        if foreign_script(text) or not any(map(str.isalnum, text)):
            # Nothing of it was learned from: no guess is better than any other.
            intent = "help" if text.strip() in ("?", "??", "???") else "out_of_scope"
            return Parse(language=said, acts=[_act(intent, 1.0, text, (0, len(text)), Slots())])
        if (carried := self._carried(text, now, said, hints)) is not None:
            return Parse(language=said, acts=[carried])
        guesses = self._acts(text, hints)
        acts = [self._fill(text, guess, now, said, hints) for guess in guesses]
        return Parse(language=said, acts=[one for act in acts for one in _one_each(act)])

    def _carried(
        self, text: str, now: datetime, language: str, hints: dict[str, Any]
    ) -> Act | None:
        """Return the one act of “import this posting: …”, where what follows the colon is data.

        Only the words before it are the person's: neither wishes nor slots are read from the rest.
        """
        split = _HEAD_AND_BODY.match(text)
        if split is None or len(split["body"].split()) < _LEAST_BODY:
            return None
        intent, confidence = self._classify(split["head"], {})
        if intent not in SWALLOWS or confidence < SURE_ENOUGH:
            return None
        slots = extract(split["head"], now, language, intent)
        return _act(intent, confidence, text, (0, len(text)), slots)

    def _fill(
        self, text: str, guess: _Guess, now: datetime, language: str, hints: dict[str, Any]
    ) -> Act:
        start, end = guess.span
        slots = _moved(extract(text[start:end], now, language, guess.intent), start)
        intent, confidence = adjust(
            Signs(text[start:end], guess.intent, guess.confidence, slots, hints)
        )
        if intent != guess.intent:
            slots = _moved(extract(text[start:end], now, language, intent), start)
        return _act(intent, confidence, text[start:end], guess.span, slots)

    def _acts(self, text: str, hints: dict[str, Any]) -> list[_Guess]:
        parts = pieces(text)
        # What was shown before bears on the first part; the others follow from it.
        guesses = [self._guess(text, part, hints if n == 0 else {}) for n, part in enumerate(parts)]
        if len(parts) == 1:
            return guesses
        merged = _merge(text, guesses)
        whole = self._guess(text, (parts[0][0], parts[-1][1]), hints)
        if len(merged) == 1 or _better_whole(whole, merged):
            return [whole]
        quiet = COURTESY if hints.get("pending") else COURTESY | {"yes"}
        return _wishes(text, merged, quiet)[:MOST_ACTS]

    def _guess(self, text: str, span: tuple[int, int], hints: dict[str, Any]) -> _Guess:
        found = self._classify(text[slice(*span)], hints)
        return _Guess(found[0], found[1], span)

    def _classify(self, part: str, hints: dict[str, Any]) -> tuple[str, float]:
        if asks_what_is_open(part):
            return "list_applications", 0.9
        part = _LONG_PATH.sub(r"~/cv\1", part)
        best = expected(self._classifier.classify(part, top=12), hints)
        if len(part) > _HEAD:
            # Of a pasted text the first words say what to do with it.
            head = self._classifier.classify(re.split(r"\n", part[:_HEAD], maxsplit=1)[0])
            if head.label != "out_of_scope" and head.confidence >= best.confidence * 0.8:
                best = head
        return _in_scope(best)


def _without_places(text: str) -> str:
    """Leave the names of towns out: “bartender in Zürich” is English for all that."""
    kept, end = "", 0
    for mention in find_places(text[:_HEAD]):
        kept += text[end : mention.span[0]]
        end = mention.span[1]
    return kept + text[end:]


def _in_scope(found: Prediction) -> tuple[str, float]:
    if found.label != "out_of_scope" and found.scope < SCOPE_FLOOR and found.confidence < 0.5:
        return "out_of_scope", 1 - found.scope
    return found.label, found.confidence


def _better_whole(whole: _Guess, parts: list[_Guess]) -> bool:
    """Whether the message reads better as one wish than in parts of which one is doubtful."""
    doubtful = min(part.confidence for part in parts)
    return (
        whole.intent != "out_of_scope" and doubtful < DOUBTFUL and whole.confidence > doubtful + 0.2
    )


def _wishes(text: str, guesses: list[_Guess], quiet: frozenset[str] | set[str]) -> list[_Guess]:
    """Leave courtesies out beside a wish; what a longer one tells (“hi, I'm a florist”) stays."""
    kept: list[_Guess] = []
    start: int | None = None
    for guess in guesses:
        if guess.intent in quiet:
            told = len(text[slice(*guess.span)].split()) > _BARE_HELLO
            start = guess.span[0] if told and start is None else start
            continue
        begin = guess.span[0] if start is None or kept else start
        kept.append(_Guess(guess.intent, guess.confidence, (begin, guess.span[1])))
    return kept or guesses[:1]


def _one_each(act: Act) -> list[Act]:
    """“I applied to A yesterday and to B today” are two applications, each with its own time."""
    firms = act.slots.companies
    if act.intent not in EACH_OF_ITS_OWN or len(firms) < 2 or act.slots.ordinals:
        return [act]
    ends = [firm.span[0] for firm in firms[1:]] + [act.span[1]]
    found: list[Act] = []
    for number, (firm, end) in enumerate(zip(firms, ends, strict=True)):
        start = act.span[0] if number == 0 else firm.span[0]
        own = [time for time in act.slots.times if start <= time.span[0] < end]
        shared = act.slots.times if len(act.slots.times) == 1 else []
        slots = act.slots.model_copy(update={"companies": [firm], "times": own or shared})
        found.append(act.model_copy(update={"slots": slots}))
    return found


def _merge(text: str, guesses: list[_Guess]) -> list[_Guess]:
    """Put together the parts that are no wish of their own, or one wish in two breaths."""
    kept: list[_Guess] = []
    for guess in guesses:
        if not kept:
            kept.append(guess)
        elif (one := _as_one(text, kept[-1], guess)) is not None:
            kept[-1] = one
        else:
            kept.append(guess)
    return kept


def _as_one(text: str, last: _Guess, guess: _Guess) -> _Guess | None:
    """Return the two neighbours as one wish, or None where they are two."""
    span = (last.span[0], guess.span[1])
    if _KEEP_IT.fullmatch(text[slice(*guess.span)]):
        kept = "remember_preference" if last.intent in _WISHED else last.intent
        return _Guess(kept, last.confidence, span)
    few = len(text[slice(*guess.span)].split()) <= _FEW_WORDS
    doubt = (SURE_ENOUGH, LIKELY if few else SURE_ENOUGH)
    weak = [
        g.confidence < least or g.intent == "out_of_scope"
        for g, least in zip((last, guess), doubt, strict=True)
    ]
    if weak[0] and not weak[1] and last.intent not in COURTESY:
        return _Guess(guess.intent, guess.confidence, span)
    if weak[1] or last.intent in SWALLOWS:
        return _Guess(last.intent, last.confidence, span)
    on_results = guess.intent in {"refine_search", "more_results"}
    if few and on_results and last.intent not in SEARCHES:
        return _Guess(last.intent, last.confidence, span)
    if last.intent == guess.intent or (last.intent, guess.intent) in SAID_TWICE:
        better = max(last, guess, key=lambda g: g.confidence)
        return _Guess(better.intent, better.confidence, span)
    if (last.intent, guess.intent) in LEADS_TO:
        return _Guess(guess.intent, guess.confidence, span)
    short = len(text[slice(*guess.span)].split()) <= 6
    if short and (last.intent, guess.intent) in ADDS_NOTHING:
        return _Guess(last.intent, last.confidence, span)
    return None


def _moved(slots: Slots, by: int) -> Slots:
    """Shift the spans of an act's slots to the whole message."""
    if not by:
        return slots
    for name in type(slots).model_fields:
        value: Any = getattr(slots, name)
        items: list[Any] = cast("list[Any]", value) if isinstance(value, list) else [value]
        for item in items:
            span: tuple[int, int] | None = getattr(item, "span", None)
            if span is not None:
                item.span = (span[0] + by, span[1] + by)
    return slots


def _act(intent: str, confidence: float, text: str, span: tuple[int, int], slots: Slots) -> Act:
    return Act(intent=intent, confidence=confidence, slots=slots, text=text, span=span)
