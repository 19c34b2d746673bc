"""The firms and the people that a message names."""

from __future__ import annotations

# ruff: noqa: E501 (tables of words)
import re
from collections.abc import Sequence

from jobtracker.agent.mind.embedded import vocabulary as vocab
from jobtracker.agent.mind.embedded.tokens import (
    STOP,
    Span,
    Token,
    closed,
    free,
    names_nothing,
    ordinary,
    tokens,
)
from jobtracker.core.lexicon.lazy import lazy
from jobtracker.core.lexicon.occupations import find_occupations

_I = re.IGNORECASE
_SUFFIX = r"(?:AG|GmbH|SA|Sàrl|S\.?p\.?A\.?|S\.?r\.?l\.?|Ltd|Inc|LLC|Corp|Group|Holding|Bank|Gruppe|SE|KG|plc)"
_FORM = re.compile(rf" {_SUFFIX}(?!\w)")
_CUE = lazy(
    r"(?<!\w)(?P<cue>at|bei(?: der| dem)?|beim|bi(?: de[rm]?| dr)|bim|(?<!i )(?<!ich )bi|chez|presso|from|with|mit(?: der| dem)?|von(?: der| dem)?|avec|con|alla|allo|all'|"
    r"da|dalla|dal|dall'|by|about|über(?: die| das)?|company|firma|the company|l'entreprise|azienda|sur|su|di|de|for|für|pour|per|to|an(?: die)?|à|a|"
    r"exclude|hide|without|ohne|sans|senza|tell me about|research|look up|was macht|que fait|cosa fa|recherchiere|did|has|does|is|hat|est-ce que)\s*(?P<the>the |die |der |das |la |le |les |l'|il |i )?$",
    _I,
)
_STRONG = {"at", "bei", "bei der", "bei dem", "beim", "bi de", "bi der", "bi dem", "bi dr", "bim", "chez", "presso", "company", "firma", "l'entreprise", "azienda", "the company"}  # fmt: skip
_ACTS = lazy(
    r"\s+(?:(?:has |have |hat |haben |ha |a |m'a |mi ha |ont |just )?(?:rejected|invited|offered|made|called|replied|answered|turned|wants?|"
    r"abgesagt|mir|mich|sich|eingeladen|m'a|m'ont|mi|ha|hiring|said|wrote|contacted|declined|posts?|has|sta assumendo|application|interview|job|position|one|offer|role|posting|opening|stelle|recruiter|hat))",
    _I,
)
_BEHIND_THE = lazy(
    r"(?<!\w)(?:the|die|das|le|la|il|l'|den|my|meine|ma|mia|update|move|change|set|mark|note for|for|status of)\s*$",
    _I,
)
_MEETING = lazy(
    r"\b(?:interview|call|meeting|talk|gespräch|entretien|colloquio|application|offer) (?:with|mit|avec|con|to)\s+$",
    _I,
)
_SET_TO = lazy(r"\S+ (?:to|as|auf|en|su) \w+", _I)
_OF_A_FIRM = lazy(
    r"\s+(?:rejected|invited|offered|made me|called|replied|turned me|hired|chose|has (?:rejected|invited)|hat (?:mir|mich)|m'a |mi ha |application|"
    r"interview|offer|one|appointment|meeting|thing|call)(?!\w)",
    _I,
)
_AT_THE = lazy(
    r"(?<!\w)(?:bei der|bi de[r]?|bi dr|der|die|an die|von der|à la|chez la|la|alla|dalla|presso la)\s+$",
    _I,
)
_WITH_LOWER = lazy(
    r"(?<!\w)(?:with|at|to|from|mit(?: der| dem| de)?|bei(?: der| dem)?|beim|bi(?: de[rm]?| dr)?|von(?: der)?|an(?: die)?|avec|chez|de chez|con(?: la| il)?|da|dalla|presso|"
    r"^chase|^nudge|^relance|^sollecita)\s+(?:the |la |le |il )?$",
    _I,
)
_ENDS = lazy(
    r"\s*(?:$|[.,;:!?)]|(?:as|on|at|for|to|am|um|auf|als|is|was|last|this|next|today|yesterday|tomorrow|heute|gestern|morgen|politely|please|pls|bitte|"
    r"le|la|comme|hier|demain|aujourd'hui|come|ieri|oggi|domani|alle|il|and|und|et|e|ab|absagen|nach|verschieben|eintragen|beworben|beworbe)(?!\w))",
    _I,
)
_AND_ANOTHER = lazy(
    r"(?:\b(?:at|to|with|both|chez|da|alla|presso|avec|con)\s+)[A-ZÀ-Þ][\w&.’'-]*\s+(?:and|et|e|or|&)\s+$"
)
"""“At Migros and Volg”: two of a kind."""
_FOR_GERMAN = lazy(r"(?<!\w)(?:für|an|zu|zur|beim?|bei der|mit|mit der|von|von der|auf)\s+$", _I)
_GERMAN_NOUN = lazy(
    r"(?:er|in|ung|heit|keit|schaft|tion|ment|ist|istin|ent|ant|eur|euse|job|termin|gespräch|woche|monat|lauf|dienst|pause|chef|leitung|hilfe|helfer|koch|arzt|wirt|lehre)$"
)
_CAPITAL = lazy(r"[A-ZÀ-ÖØ-Þ0-9]")


def companies(
    text: str, taken: Sequence[Span], *, named_only: bool, german: bool, likely: bool = False
) -> list[tuple[str, Span]]:
    """Return the firms that are named.

    `named_only` wants more than “for X” or “about X” before a word in lower case; `likely` tells
    that such a message mostly names one, so that less needs to speak for it.
    """
    found: list[tuple[str, Span]] = []
    work = [mention.span for mention in find_occupations(text)]
    for run in _name_runs(text, taken, german=german):
        start, end = run[0].span[0], run[-1].span[1]
        if not free((start, end), [span for _, span in found]):
            continue
        if any(a <= start and end <= b for a, b in work):
            continue  # “for a Data Analyst position”
        if _is_company(text, run, named_only=named_only, german=german) or (
            likely and _may_be_company(text, run, german=german)
        ):
            found.append((text[start:end].rstrip(".'’,"), (start, end)))
    capital = [firm for firm in found if _CAPITAL.match(firm[0])]
    return capital if likely and capital else found


def with_place(text: str, name: str, span: Span, places: Sequence[Span]) -> tuple[str, Span]:
    """Return a firm's name with the town that belongs to it: “Kantonsspital Aarau”."""
    for start, end in places:
        if start == span[1] + 1 and text[span[1]] == " " and text[start].isupper():
            form = _FORM.match(text, end)
            end = form.end() if form else end
            return text[span[0] : end], (span[0], end)
    return name, span


def is_suffix(name: str) -> bool:
    """Tell whether this is but the end of a firm's name: “AG”, “Sàrl”."""
    return re.fullmatch(_SUFFIX, name) is not None and name != "Bank"


def _name_runs(text: str, taken: Sequence[Span], *, german: bool) -> list[list[Token]]:
    """Words that may be names, long runs of capitals together; a stop word ends one."""
    runs: list[list[Token]] = []
    run: list[Token] = []
    every = tokens(text)
    inside = _particles(text, every, taken)
    for at, token in enumerate(every):
        if at in inside:
            run.append(token)
            continue
        gap = text[run[-1].span[1] : token.span[0]] if run else ""
        if run and (gap.strip() or not (at - 1 in inside or _joins(run[-1], token))):
            runs, run = closed(runs, run), []
        stop = token.low in STOP or token.low in vocab.TITLES
        stop = (stop or _is_ordinary(text, token, german=german)) and not _is_inner(run, token)
        stop = stop and not _is_the_post(text, token)
        if stop or not free(token.span, taken) or token.text[0].isdigit():
            runs, run = closed(runs, run), []
            continue
        run.append(token)
    runs = closed(runs, run)
    trimmed = ([*part] for part in runs)
    return [part for part in (_trim(part) for part in trimmed) if part]


def _is_ordinary(text: str, token: Token, *, german: bool) -> bool:
    """Whether a word of every day stands as one: a capital makes a name of it within a sentence.

    In German every noun has one.
    """
    if token.low not in ordinary():
        return False
    before = text[: token.span[0]].rstrip()
    first = not before or before[-1] in ".!?:;\n"
    return german or first or _CAPITAL.match(token.text) is None


def _particles(text: str, every: Sequence[Token], taken: Sequence[Span]) -> frozenset[int]:
    """Return where a small word belongs to a name: “Hôtel du Lac”, “Gasthof zum Löwen”, “Du Pont”."""
    found: set[int] = set()
    for at, token in enumerate(every):
        if token.low not in vocab.PARTICLES:
            continue
        first = last = at
        while first and every[first - 1].low in vocab.PARTICLES:
            first -= 1
        while last + 1 < len(every) and every[last + 1].low in vocab.PARTICLES:
            last += 1
        behind = every[last + 1] if last + 1 < len(every) else None
        if behind is None or not _is_name(text, behind, every[last], taken):
            continue
        before = every[first - 1] if first else None
        if before is not None and _is_name(text, before, None, taken, every[first]):
            german = token.low in vocab.GERMAN_PARTICLES
            if not german or before.low in vocab.HOUSES:
                found.update(range(first, last + 1))
        elif (
            before is not None
            and first == last
            and token.low in vocab.OPENING
            and _CAPITAL.match(token.text)
            and before.low in _STRONG | {"with", "from", "de", "da"}
        ):
            found.add(at)  # “at Du Pont”: within a sentence, a capital for the name's sake only
    return frozenset(found)


def _is_name(
    text: str,
    token: Token,
    before: Token | None,
    taken: Sequence[Span],
    behind: Token | None = None,
) -> bool:
    """Whether a word beside a particle has a capital, is no stop word and is not accounted for."""
    gaps = [(before, token)] if before else [(token, behind)] if behind else []
    close = all(not text[a.span[1] : b.span[0]].strip("'’ ") for a, b in gaps if a and b)
    house = token.low in vocab.HOUSES
    plain = token.low not in STOP and token.low not in vocab.TITLES
    return bool(
        close and _CAPITAL.match(token.text) and (plain or house) and free(token.span, taken)
    )


def _trim(run: list[Token]) -> list[Token]:
    while run and run[-1].low in vocab.LINKS:
        run.pop()
    return run[:5]


def _joins(last: Token, token: Token) -> bool:
    """“Blue Ocean GmbH” is one name; a capital and a small word are not."""
    if last.text in {"&", "+"}:
        return True
    capital = _CAPITAL.match(last.text) is not None
    return capital == (_CAPITAL.match(token.text) is not None) or token.low in {"&", "of"}


def _is_inner(run: list[Token], token: Token) -> bool:
    if token.text in {"&", "of", "und", "de"} and run:
        return bool(_CAPITAL.match(run[-1].text)) and token.text != "de"
    return (
        bool(run)
        and bool(_CAPITAL.match(token.text))
        and bool(_CAPITAL.match(run[-1].text))
        and (re.fullmatch(_SUFFIX, token.text) is not None)
    )


def _is_company(text: str, run: list[Token], *, named_only: bool, german: bool) -> bool:
    start, end = run[0].span[0], run[-1].span[1]
    capital = _CAPITAL.match(run[0].text) is not None
    if run[0].low in vocab.FIRST_NAMES:
        return False
    if all(token.low in vocab.HOUSES for token in run):
        return False  # “hotel jobs”: a kind of house, not one
    if capital and re.search(rf"\b{_SUFFIX}$", text[start:end]):
        return True
    cue = _CUE.search(text[max(0, start - 40) : start])
    word = re.sub(r"\s+", " ", cue["cue"].lower()) if cue else ""
    if word in _STRONG:
        return True
    if not capital:
        return not named_only and _lower_company(text, start, end, word)
    if german and (word in {"a", "di", "de", "an", "per", "für"} or not cue):
        return _acts_ahead(text, end) and not _looks_german_noun(run) and _begins(text, start)
    if cue:
        return not (german and _looks_german_noun(run))
    return _acts_ahead(text, end) or _BEHIND_THE.search(text[:start]) is not None


def _is_the_post(text: str, token: Token) -> bool:
    """“Bei der Post”, “à la Poste”, “alla Posta”: with a capital the employer, not a posting."""
    return token.text in {"Post", "Poste", "Posta"} and (
        _AT_THE.search(text[max(0, token.span[0] - 16) : token.span[0]]) is not None
    )


def _may_be_company(text: str, run: list[Token], *, german: bool) -> bool:
    """Where a firm is expected: “prepare me for Hilti” in German, too, “move the one with baloise”."""
    start, end = run[0].span[0], run[-1].span[1]
    if run[0].low in vocab.FIRST_NAMES or all(token.low in vocab.HOUSES for token in run):
        return False
    before, behind = text[:start], text[end : end + 30]
    if _CAPITAL.match(run[0].text) is None:
        firm = _WITH_LOWER.search(before) and _ENDS.match(behind)
        named = _BEHIND_THE.search(before) and _OF_A_FIRM.match(behind)
        return len(run) <= 3 and bool(firm or named)
    if german:
        cued = _FOR_GERMAN.search(before) is not None and not before.isupper()
        return cued and not _looks_german_noun(run) and not _GERMAN_NOUN.search(run[-1].low)
    listed = _AND_ANOTHER.search(before) is not None
    return listed or (before.rstrip().endswith((",", ":")) and _ENDS.match(behind) is not None)


def _acts_ahead(text: str, end: int) -> bool:
    return _ACTS.match(text[end : end + 30]) is not None


def _begins(text: str, start: int) -> bool:
    """Whether a name stands first, behind “the” or “set”, or behind words that name nothing."""
    if _BEHIND_THE.search(text[:start]) is not None:
        return True
    clause = re.split(r"[.!?;:,\n]", text[:start])[-1]
    return all(names_nothing(token) for token in tokens(clause))


def _lower_company(text: str, start: int, end: int, cue: str) -> bool:
    """A firm in lower case: “tell me about novartis”, “acme rejected me”, “the acme interview”."""
    if cue in {
        "tell me about",
        "research",
        "look up",
        "was macht",
        "que fait",
        "cosa fa",
        "recherchiere",
    }:
        return True
    if _MEETING.search(text[:start]) or (
        _SET_TO.match(text[start:]) and _BEHIND_THE.search(text[:start])
    ):
        return True
    if _OF_A_FIRM.match(text[end : end + 30]) is None:
        return False
    return _begins(text, start)


def _looks_german_noun(run: list[Token]) -> bool:
    """A single long German word with a usual ending is a noun, not a firm."""
    word = run[-1].low
    return (
        len(run) == 1
        and re.search(
            r"(?:ung|heit|keit|schaft|tion|ler|iker|erin|frau|mann|kraft|stelle|arbeit|zeit|lohn|brief|schreiben)(?:en|innen)?$",
            word,
        )
        is not None
    )


_PERSON = lazy(
    rf"(?<!\w)(?P<title>(?:{'|'.join(sorted(vocab.TITLES, key=len, reverse=True))})\.?\s+)"
    r"(?P<name>[A-ZÀ-Þ][\w'’-]+(?:\s+[A-ZÀ-Þ][\w'’-]+)?)"
)
_FULL = lazy(r"(?<!\w)(?P<first>[A-ZÀ-Þ][a-zà-ÿ'’-]+)(?:\s+[A-ZÀ-Þ][\w'’-]+)?")
_PERSON_I = lazy(
    _PERSON.pattern.replace("(?P<title>", "(?P<title>(?i:").replace(r"\s+)", r"\s+))", 1)
)


def people(text: str, taken: Sequence[Span]) -> list[tuple[str, Span]]:
    """Return the people that are named, by a title or by a well-known first name."""
    said = {token.low.rstrip(".") for token in tokens(text)}
    if said.isdisjoint(vocab.TITLES) and said.isdisjoint(vocab.FIRST_NAMES):
        return []
    found = [(match["name"], match.span("name")) for match in _PERSON_I.finditer(text)]
    for match in _FULL.finditer(text):
        first = match["first"]
        known = first.lower() in vocab.FIRST_NAMES
        spans = [span for _, span in found]
        if known and free(match.span(), [*taken, *spans]):
            found.append((match[0].strip(), match.span()))
    return sorted(found, key=lambda item: item[1])
