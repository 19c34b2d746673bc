"""Bends a guess by where the conversation stands: an ellipsis means what came before it."""

from __future__ import annotations

# ruff: noqa: E501 (tables of words)
import re
from dataclasses import dataclass
from typing import Any

from jobtracker.agent.mind.embedded.classifier import Prediction
from jobtracker.agent.mind.embedded.slots import Slots
from jobtracker.core.lexicon.lazy import lazy

_YES = lazy(
    r"\W*(?:yes|yep|yeah|yup|sure|ok(?:ay)?|y|ja|jo|jawohl|klar|gerne?|oui|ouais|d'accord|volontiers|s[iì]|certo|va bene)"
    r"(?:[\s,]+(?:please|bitte|thanks|danke|merci|grazie|s'il te plaît|do it|go ahead|mach das|vas-y|procedi))?\W*",
    re.IGNORECASE,
)
_NO = lazy(
    r"\W*(?:no|nope|nah|n|nein|nee|nö|non)(?:[\s,]+(?:thanks|thank you|danke|merci|grazie))?\W*",
    re.IGNORECASE,
)
_ONLY = lazy(
    r"^\W*(?:only|just|but|ok but|and|what about|how about|rather|nur|und|aber|lieber|was ist mit|seulement|uniquement|"
    r"que|et|plutôt|solo|soltanto|e|ma|piuttosto|without|ohne|sans|senza|not|nicht|pas|non|no|exclude|also|auch|aussi|anche)\b",
    re.IGNORECASE,
)
_MEANT = lazy(
    r"\b(?:i mean|i meant|meant|actually|correction|sorry|ich meinte|ich meine|gemeint|sondern|doch lieber|korrektur|"
    r"je voulais dire|en fait|pardon|intendevo|volevo dire|anzi|correzione|scusa)\b",
    re.IGNORECASE,
)
_QUESTION = lazy(
    r"\W*(?:what|how|why|who|when|can|is|are|was|wie|warum|wer|wann|kann|ist|que|quel|comment|pourquoi|qui|est|"
    r"cosa|come|perché|chi|quando|posso|è)\b",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"\W*(?:and |und |et |e )?(?:what(?:'s|’s| is)|was ist(?: denn)?|qu'est-ce qui est|cosa è|cosa c'è)\s+"
    r"(?:still |noch |alles |encore |ancora |di )?(?:open|offen|pending|outstanding|ouvert|en cours|aperto|in corso)"
    r"(?: now| jetzt| at the moment| im moment)?\W*",
    re.IGNORECASE,
)
_FOR_ME = lazy(
    r"\bappl(?:y|ying)\b.{0,60}\b(?:for me|on my behalf|in my name)\b|\b(?:can|could|will|would) you (?:please )?apply\b|"
    r"\bbewirb (?:mich|dich)\b|\b(?:kannst|könntest|würdest) du (?:mich|dich)\b.{0,60}\bbewerben\b|\bbewerben sie mich\b|"
    r"\bpostule[rsz]?\b.{0,40}\b(?:pour moi|à ma place|en mon nom)\b|\b(?:peux-tu|tu peux|pouvez-vous) postuler\b|"
    r"\bcandidami\b|\bcandidar(?:ti|mi)\b.{0,40}\b(?:per me|al posto mio)\b|\bcandidati\b.{0,20}\b(?:per me|al posto mio|a nome mio)\b|\bpuoi candidarmi\b",
    re.IGNORECASE,
)
_REFUSES = lazy(
    r"\W*(?:no|nope|nah|nein|nee|nö|non)\W+(?P<what>(?:not|no|nicht|nöd|kein\w*|ohne|pas|sans|non|niente|senza|only|nur|seulement|solo)\s.+)$",
    re.IGNORECASE,
)
_MOST_REFUSED = 8
_HALF_SURE = 0.6
_ON_TIMES = frozenset({"reschedule_event", "update_application"})
_OR = lazy(r"\b(?:or|oder|ou|oppure|o)\b", re.IGNORECASE)
_REFINES = frozenset({"search_jobs", "out_of_scope", "remember_preference", "small_talk", "get_job", "list_job_sources"})  # fmt: skip


@dataclass(frozen=True)
class Signs:
    """One act as guessed, and the state of the conversation."""

    text: str
    intent: str
    confidence: float
    slots: Slots
    context: dict[str, Any]


_ON_RESULTS = frozenset({
    "refine_search", "more_results", "get_job", "similar_jobs", "check_job_open", "track_application",
    "correct", "score_resume", "tailor_resume", "write_cover_letter",
})  # fmt: skip
_ON_QUESTION = frozenset({"yes", "no", "correct", "cancel"})


def expected(found: Prediction, context: dict[str, Any]) -> Prediction:
    """Weigh a guess by what is likely said next, and return it anew."""
    weighed: dict[str, float] = {}
    for label, chance in found.ranked:
        factor = 1.0
        if label in _ON_RESULTS and context.get("has_results"):
            factor = 2.0
        if label in _ON_QUESTION:
            factor = 4.0 if context.get("pending") or context.get("open_question") else 0.7
        weighed[label] = chance * factor
    total = sum(weighed.values()) or 1.0
    ranked = tuple(sorted(((k, v / total) for k, v in weighed.items()), key=lambda r: -r[1]))
    return Prediction(ranked[0][0], ranked[0][1], found.scope, ranked)


def adjust(signs: Signs) -> tuple[str, float]:
    """Return the intent and confidence after a look at the conversation."""
    if _YES.fullmatch(signs.text):
        return "yes", 1.0
    if _NO.fullmatch(signs.text):
        return "no", 1.0
    for rule in (
        _in_my_name,
        _offered,
        _refused,
        _plain_search,
        _bare_pointing,
        _bare_link,
        _ellipsis,
        _fresh_search,
        _corrected,
    ):
        if found := rule(signs):
            return found
    return signs.intent, signs.confidence


def _words(text: str) -> int:
    return len(text.split())


def _names_filters(slots: Slots) -> bool:
    return bool(
        slots.places
        or slots.work_mode
        or slots.pensum
        or slots.salary
        or slots.employment_type
        or slots.posted_within_days
        or slots.excluded
        or slots.seniority
        or slots.skills
    )


def _offered(signs: Signs) -> tuple[str, float] | None:
    """“They offer Tuesday 10 or Wednesday 14:30”: times to choose from, nothing is moved yet."""
    clocks = {time.start for time in signs.slots.times if time.grain in ("minute", "hour")}
    if signs.intent in _ON_TIMES and len(clocks) > 1 and _OR.search(signs.text):
        return "schedule_interview", max(signs.confidence, 0.7)
    return None


def _in_my_name(signs: Signs) -> tuple[str, float] | None:
    """“Apply to the second one for me”: what was not sent is not noted as sent."""
    return ("apply_for_me", 0.9) if _FOR_ME.search(signs.text) else None


def _refused(signs: Signs) -> tuple[str, float] | None:
    """“No, not in a hotel” to a list that was shown: of what was asked for only this is changed."""
    context = signs.context
    busy = context.get("pending") or context.get("open_question")
    if signs.intent != "no" or busy or not context.get("has_results"):
        return None
    said = _REFUSES.match(signs.text)
    return ("refine_search", 0.7) if said and _words(said["what"]) <= _MOST_REFUSED else None


def _plain_search(signs: Signs) -> tuple[str, float] | None:
    """A place with a wage, a workload or a kind of contract is a search, whatever the trade."""
    slots = signs.slots
    wage = slots.salary is not None and slots.salary.period in ("hour", "month")
    asks = "?" in signs.text or _QUESTION.match(signs.text) is not None
    terms = wage or slots.pensum or slots.employment_type
    if signs.intent == "out_of_scope" and slots.places and terms and not asks:
        return "search_jobs", 0.7
    return None


def asks_what_is_open(text: str) -> bool:
    """“What's open?” asks for the applications, also with a posting at hand."""
    return _OPEN.fullmatch(text) is not None


def _bare_pointing(signs: Signs) -> tuple[str, float] | None:
    """“The second one” opens it, where something was listed."""
    slots, context = signs.slots, signs.context
    if not (context.get("has_results") or context.get("has_focus")) or _words(signs.text) > 4:
        return None
    unsure = signs.confidence < 0.75 or signs.intent in {"out_of_scope", "correct", "refine_search"}
    alone = slots.ordinals and not (_names_filters(slots) or slots.times)
    if alone and unsure and _words(signs.text) <= 3:
        return "get_job", 0.9
    return None


def _bare_link(signs: Signs) -> tuple[str, float] | None:
    """A link or file and nothing else is to be read in."""
    slots, rest = signs.slots, signs.text
    value = slots.url or slots.path
    if value is None or _words(rest.replace(value.value, " ")) > 1:
        return None
    if slots.url is not None:
        return "import_job", 0.9
    return ("import_ics" if value.value.lower().endswith(".ics") else "import_resume"), 0.9


def _ellipsis(signs: Signs) -> tuple[str, float] | None:
    """“Only from this month”, “and in Bern?” change the search that is on the table."""
    unsure = signs.confidence < _HALF_SURE
    if not signs.context.get("has_results") or not (unsure or signs.intent in _REFINES):
        return None
    short = _words(signs.text) <= 7
    fits = _ONLY.search(signs.text) is not None or (
        _words(signs.text) <= 3 and signs.slots.role is None
    )
    if short and fits and _names_filters(signs.slots) and not signs.slots.ordinals:
        return "refine_search", max(signs.confidence, 0.8)
    return None


def _fresh_search(signs: Signs) -> tuple[str, float] | None:
    """Without results there is nothing to refine; an occupation starts a search."""
    if signs.intent != "refine_search" or signs.context.get("has_results"):
        return None
    if signs.slots.role is None or _ONLY.search(signs.text) or signs.slots.excluded:
        return None
    return "search_jobs", max(signs.confidence, 0.7)


def _corrected(signs: Signs) -> tuple[str, float] | None:
    busy = (
        signs.context.get("pending")
        or signs.context.get("open_question")
        or signs.context.get("has_results")
    )
    unsure = signs.confidence < 0.8 or signs.intent in {"no", "out_of_scope"}
    if busy and unsure and _MEANT.search(signs.text) and _words(signs.text) <= 9:
        return "correct", max(signs.confidence, 0.8)
    return None
