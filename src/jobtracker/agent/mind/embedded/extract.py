"""Fills the typed slots of one act from its words."""

from __future__ import annotations

# ruff: noqa: E501 (tables of words)
import re
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Literal, cast

from jobtracker.agent.mind.embedded import closed, names, pointing, remarks, roles, surroundings
from jobtracker.agent.mind.embedded.slots import (
    NumberRange,
    PlaceValue,
    SalaryValue,
    Slots,
    Span,
    TimeValue,
    Value,
)
from jobtracker.agent.mind.embedded.tokens import free
from jobtracker.core.lexicon.lazy import lazy
from jobtracker.core.lexicon.money import SalaryMention, find_salaries
from jobtracker.core.lexicon.places import find_places
from jobtracker.core.lexicon.skills import find_skills
from jobtracker.core.lexicon.times import TimeMention, find_durations, find_times

_MAX_CHARS = 2000
SEARCHING = frozenset({
    "search_jobs", "refine_search", "salary_insight", "save_search", "delete_saved_search",
})  # fmt: skip
ROLE_TOO = SEARCHING | frozenset({
    "correct", "remember_preference", "remember_dislike", "remember_fact", "track_application",
    "prepare_interview", "start_mock_interview", "write_cover_letter", "draft_outreach", "edit_resume",
    "schedule_interview", "suggest_interview_times", "update_application", "get_job", "tailor_resume",
    "score_resume", "get_application", "draft_follow_up", "import_job",
})  # fmt: skip
WITH_UNWANTED = frozenset({
    "search_jobs", "refine_search", "remember_dislike", "save_search", "correct", "remember_preference",
    "out_of_scope", "salary_insight",
})  # fmt: skip
OF_A_FIRM = frozenset({
    "prepare_interview", "draft_follow_up", "update_application", "track_application", "get_application",
    "delete_application", "schedule_interview", "reschedule_event", "cancel_event", "research_company",
    "suggest_interview_times", "negotiation_brief", "write_cover_letter",
})  # fmt: skip
"""What is mostly said of one employer."""
WITH_STATUS = frozenset({
    "track_application", "update_application", "list_applications", "application_stats",
    "get_application", "export_applications", "draft_follow_up",
})  # fmt: skip
_PAST = lazy(
    r"\b(?:applied|sent|rejected|had|was|were|called|got|received|did|yesterday|beworben|geschickt|hatte|war|bekommen|erhalten|"
    r"abgesagt|gestern|postulé|envoyé|reçu|eu|hier|candidat[oa]|mandato|inviato|ricevuto|avuto|ieri|handed|spoke|talked|"
    r"posted|published|ausgeschrieben|publié|pubblicat\w+)\b",
    re.IGNORECASE,
)
_RATHER = lazy(
    r"[\s,;.…–-]*(?:no|nein|non|sorry|actually|rather|i mean|make (?:it|that)|or rather|besser|lieber|ich meine|äh|"
    r"nö|plutôt|enfin|pardon|anzi|scusa|meglio|wait|doch)(?:[\s,:]+(?:sorry|actually|rather|make (?:it|that)|besser|lieber|plutôt|meglio))*[\s,:]*",
    re.IGNORECASE,
)
_NOT_THERE = lazy(
    r"(?<!\w)(?:not|nicht|nöd|nid|ned|pas|non|no)\s+(?:(?:in|i|z|à|a|de|en|nach)\s+)?$",
    re.IGNORECASE,
)
_WITHIN_HOURS = lazy(
    r"(?:last|past|letzten?|dernières?|ultime?)\s+(?P<n>\d{1,3})\s*(?:hours?|h\b|stunden|heures|ore)",
    re.I,
)

_NEWER = lazy(
    r"(?:newer than|less than|not older than|no older than|younger than|at most|max\.?|jünger als|nicht älter als|weniger als|höchstens|maximal|"
    r"(?:de|depuis|il y a) moins d[e'’]|pas plus (?:vieux|vieilles|anciennes) que|datant de moins d[e'’]|da meno di|meno di|non più vecchi[eo]? di)\s*"
    r"(?P<n>\d{1,2}|an?|one|ein(?:e[nr]?)?|une?|un[ao]?)\s*(?P<unit>days?|weeks?|tagen?|täg|wochen?|wuche|jours?|semaines?|giorn[io]|settiman[ae])\b"
    r"(?!\s*(?:a|per|pro|par|an|die|la|of|experience|notice|holiday|ferien|vacation|vacances|ferie)\b)",
    re.I,
)
_DAYS_OF = {"d": 1, "t": 1, "j": 1, "g": 1, "w": 7, "s": 7}
"""By the first letter of the unit: day, Tag, jour, giorno; week, Woche, semaine, settimana."""


def extract(text: str, now: datetime, language: str, intent: str) -> Slots:
    """Return the slots of `text`; what each kind of act cannot use is left out."""
    slots = Slots()
    if found := remarks.note(text):
        slots.note = Value(value=found[0], span=found[1])
    text = text[:_MAX_CHARS]  # of a pasted text the first lines say what is wanted
    taken: list[Span] = []
    _outside(text, slots, taken)
    _numbers(text, now, language, slots, taken)
    _closed(text, intent, slots, taken)
    quiet = _pointing(text, slots)
    # A search has neither status nor tone nor stage nor format.
    quiet = [] if intent in SEARCHING else quiet + _manner(text, intent, slots, taken)
    far = surroundings.distance(text) if intent in SEARCHING else None
    if far is not None:
        taken.append(far[1])
    if intent in SEARCHING:
        taken.extend(surroundings.words(text))
    _names(text, language, intent, slots, taken, quiet)
    if slots.places and far is not None:
        slots.radius_km = far[0]
    elif any(surroundings.is_around(text, place.span) for place in slots.places):
        slots.radius_km = surroundings.NEAR_KM
    return slots


def _in(span: Span, slots: Slots) -> bool:
    return any(a <= span[0] and span[1] <= b for a, b in (value.span for value in slots.times))


def _outside(text: str, slots: Slots, taken: list[Span]) -> None:
    """Links, addresses and files; their parts mean nothing else."""
    if found := pointing.url(text):
        slots.url = Value(value=found[0], span=found[1])
        taken.append(found[1])
    if found := pointing.email(text):
        slots.email = Value(value=found[0], span=found[1])
        taken.append(found[1])
    if (found := pointing.path(text)) and free(found[1], taken):
        slots.path = Value(value=found[0], span=found[1])
        taken.append(found[1])


def _numbers(text: str, now: datetime, language: str, slots: Slots, taken: list[Span]) -> None:
    if load := closed.pensum(text):
        slots.pensum = NumberRange(min=load[0], max=load[1], span=load[2])
        taken.append(load[2])
    pays = [pay for pay in find_salaries(text) if free(pay.span, taken)]
    if pays:
        slots.salary = _salary(pays, text)
        taken.extend(pay.span for pay in pays)
    prefer: Literal["past", "future"] = "past" if _tells_of_past(text, language) else "future"
    times = [t for t in find_times(text, now, language, prefer=prefer) if free(t.span, taken)]
    slots.times = [_time(mention) for mention in times]
    taken.extend(mention.span for mention in times)
    if lengths := [d for d in find_durations(text) if free(d.span, taken)]:
        slots.duration_minutes = lengths[0].minutes
        taken.append(lengths[0].span)
    if (many := pointing.count(text)) and many[0]:
        slots.count = many[0]
    slots.posted_within_days = _posted_within(text, times, now)


def _tells_of_past(text: str, language: str) -> bool:
    """“Was” is “what” in German, and “hier” is “here”."""
    other = {"de": {"was", "hier"}, "it": {"was"}, "fr": {"was", "had"}}.get(language, {"hier"})
    return any(match[0].lower() not in other for match in _PAST.finditer(text))


def _salary(pays: list[SalaryMention], text: str) -> SalaryValue:
    """“min 100k max 120k” is one range; of several amounts the first counts, or the corrected."""
    for before, after in pairwise(list(pays)):
        if _RATHER.fullmatch(text[before.span[1] : after.span[0]]):
            pays = pays[pays.index(after) :]
    first = pays[0]
    low, high = first.min, first.max
    for other in pays[1:]:
        if high is None and other.min is None and other.max is not None:
            high = other.max
        elif low is None and other.max is None and other.min is not None:
            low = other.min
    return SalaryValue(
        min=low, max=high, currency=first.currency, period=first.period, months=first.months,
        span=first.span,
    )  # fmt: skip


def _time(mention: TimeMention) -> TimeValue:
    return TimeValue(
        start=mention.start,
        end=mention.end,
        grain=mention.grain,
        past=mention.past,
        daily=mention.daily,
        span=mention.span,
    )


def _posted_within(text: str, times: list[TimeMention], now: datetime) -> int | None:
    """Days back to the start of a time that reaches from the past to now."""
    if hours := _WITHIN_HOURS.search(text):
        return max(1, round(int(hours["n"]) / 24))
    if aged := _NEWER.search(text):
        number = int(aged["n"]) if aged["n"].isdigit() else 1
        return number * _DAYS_OF[aged["unit"][0].lower()]
    for mention in times:
        end = mention.end or mention.start + timedelta(days=1)
        if mention.start.date() <= now.date() and end > mention.start and not mention.has_clock:
            return max(
                1,
                (now.date() - mention.start.date()).days
                + (mention.grain != "day" or mention.end is None),
            )
    return None


def _closed(text: str, intent: str, slots: Slots, taken: list[Span]) -> None:
    modes: list[str] = []
    while mode := closed.first(closed.WORK_MODES, text, taken):
        modes.append(mode[0])
        taken.append(mode[1])
    if len(set(modes)) > 1:
        # “Remote or hybrid” and “remote on site” alike leave it open.
        slots.modes = list(dict.fromkeys(modes))
    elif modes:
        slots.work_mode = cast("Literal['remote', 'hybrid', 'onsite']", modes[0])
    # “No temp agencies” asks for no temporary work, and “no temporary jobs” for another.
    ruled_out = remarks.unwanted(text)
    if kind := closed.first(closed.EMPLOYMENT, text, [*taken, *(span for _, span in ruled_out)]):
        slots.employment_type = kind[0]
        taken.append(kind[1])
    elif any(_is_ending(value) for value, _ in ruled_out):
        slots.employment_type = "permanent"
    level = closed.first(closed.SENIORITY, text, taken)
    if level:
        slots.seniority = cast(
            "Literal['intern', 'junior', 'mid', 'senior', 'lead', 'executive']", level[0]
        )
    if slots.employment_type == "internship" and slots.seniority is None:
        slots.seniority = "intern"
    if wanted := closed.first(closed.LANGUAGES, text) or closed.first(closed.SPEAKING, text):
        slots.language = wanted[0]
        taken.append(wanted[1])


def _is_ending(value: str) -> bool:
    """Tell whether what is ruled out is temporary work itself, and nothing beside it."""
    kind = closed.first(closed.EMPLOYMENT, value)
    if re.search(r"agen[ctz]|b(?:ü|ue)ro|firm|vermittl", value, re.I):
        return False  # who lets people out is ruled out, not what they do
    return kind is not None and kind[0] in {"temporary", "contract"} and kind[1] == (0, len(value))


def _pointing(text: str, slots: Slots) -> list[Span]:
    """Ordinals and pronouns; returns their spans, which name nothing else."""
    found = [item for item in pointing.ordinals(text) if not _in(item[1], slots)]
    slots.ordinals = [number for number, _ in found]
    spans = [span for _, span in found]
    if pointed := pointing.reference(text):
        slots.reference = pointed[0]
        spans.append(pointed[1])
    return spans


def _manner(text: str, intent: str, slots: Slots, taken: list[Span]) -> list[Span]:
    """Status, tone, stage and format; returns their spans."""
    spans: list[Span] = []
    if intent in WITH_STATUS and (status := closed.first(closed.STATUSES, text)):
        slots.status = status[0]
        spans.append(status[1])
    if tone := closed.first(closed.TONES, text):
        slots.tone = cast("Literal['professional', 'enthusiastic', 'concise']", tone[0])
        spans.append(tone[1])
    if stage := closed.first(closed.STAGES, text):
        slots.stage = stage[0]
        spans.append(stage[1])
    if kept := closed.first(closed.FORMATS, text, taken):
        slots.file_format = kept[0]
        spans.append(kept[1])
    return spans


def _names(
    text: str, language: str, intent: str, slots: Slots, taken: list[Span], quiet: list[Span]
) -> None:
    if intent in WITH_UNWANTED:
        for value, span in remarks.unwanted(text):
            slots.excluded.append(Value(value=value, span=span))
            taken.append(span)
    searching = intent in SEARCHING
    persons = names.people(text, taken)
    slots.people = [Value(value=value, span=span) for value, span in persons]
    taken.extend(span for _, span in persons)
    _skills(text, slots, taken)
    firm = intent in OF_A_FIRM
    places = [p for p in find_places(text) if free(p.span, taken)]
    # “Denner” is no Denver misspelt where an employer is talked of.
    places = [p for p in places if p.exact or not (firm and text[p.span[0]].isupper())]
    if intent == "correct" and len(places) > 1:
        # “Not Zürich, Zug”: the one that is meant is the other.
        places = [p for p in places if not _NOT_THERE.search(text[: p.span[0]])] or places
    place_spans = [p.span for p in places]
    skill_spans = [skill.span for skill in slots.skills] if searching else []
    firms = names.companies(
        text,
        [*taken, *quiet, *place_spans, *skill_spans],
        named_only=searching or intent in {"get_job", "more_results"},
        german=language == "de",
        likely=firm,
    )
    for value, span in firms:
        whole = (value, span) if searching else names.with_place(text, value, span, place_spans)
        if names.is_suffix(whole[0]):
            continue
        slots.companies.append(Value(value=whole[0], span=whole[1]))
        taken.append(whole[1])
    places = [p for p in places if free(p.span, [value.span for value in slots.companies])]
    place_spans = [p.span for p in places]
    for mention in places:
        place = mention.place
        slots.places.append(
            PlaceValue(
                name=place.names.get(language, place.name), kind=place.kind, country=place.country,
                canton=place.canton, span=mention.span,
            )
        )  # fmt: skip
    taken.extend(place_spans)
    if intent in ROLE_TOO and (found := roles.role(text, [*taken, *quiet], loose=searching)):
        slots.role = Value(value=found[0], span=found[1])


def _skills(text: str, slots: Slots, taken: list[Span]) -> None:
    for mention in find_skills(text):
        if free(mention.span, taken):
            slots.skills.append(Value(value=mention.skill.label, span=mention.span))
