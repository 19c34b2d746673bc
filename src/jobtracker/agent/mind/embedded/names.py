"""Open slots: the role, firms, people, what is not wanted, and free notes."""

from __future__ import annotations

# ruff: noqa: E501 (tables of words)
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from jobtracker.agent.mind.embedded import vocabulary as vocab
from jobtracker.core.lexicon.lazy import lazy

Span = tuple[int, int]
_I = re.IGNORECASE
_TOKEN = lazy(r"[^\W_](?:[\w'’&+#./-]*[\w+#])?|[&+]")
_STOP = vocab.SMALL | vocab.JOB_NOUNS | vocab.NOT_NAMES


@dataclass(frozen=True)
class Token:
    """A word of the message."""

    text: str
    span: Span

    @property
    def low(self) -> str:
        """In lower case, without an elided article."""
        word = self.text.lower().replace("’", "'")
        return re.sub(r"^(?:l|d|qu|j|m|n|s|c|t|un|dell|all|nell|dall)'(?=\w)", "", word)


def tokens(text: str) -> list[Token]:
    """Return the words of a text."""
    return [Token(match[0], match.span()) for match in _TOKEN.finditer(text)]


def free(span: Span, taken: Iterable[Span]) -> bool:
    """Whether a span overlaps none of the others."""
    return all(span[1] <= a or b <= span[0] for a, b in taken)


# --- the role -------------------------------------------------------------------------------

_AS = lazy(
    r"(?<!\w)(?:as an?|as|als|come|comme|da(?=\s+[a-zà-ú]{4,})|job as an?|i am an?|i'm an?|trained|gelernte[rn]?|"
    r"poste? d[e']|emploi d[e']|emplois d[e']|travail d[e']|stage d[e']|posto da|lavoro da|posti da|"
    r"for an?|pour un[e]?|per un[ao']?|für eine?n?|un |una |une |ein |eine |en tant que)\s*",
    _I,
)
_JOB_AHEAD = lazy(
    r"[\s-]*(?:jobs?|positions?|roles?|openings?|vacanc(?:y|ies)|postings?|work|gigs?|stellen?|jobangebote?|inserate?|internships?|"
    r"offers?|opportunities|s\b)",
    _I,
)
_MOST_RUNS = 40
_BREAK = lazy(r"[,;:!?()\n]|\.(?:\s|$)| - | – ")


def role(text: str, taken: Sequence[Span], *, loose: bool) -> tuple[str, Span] | None:
    """Return the occupation or field that is named.

    `loose` takes what is left of a search when everything else is accounted for; otherwise only
    what is said “as a …”, “the … job” counts.
    """
    runs = _runs(text, taken)[:_MOST_RUNS]
    if not runs:
        return None
    leads = {match.end() for match in _AS.finditer(text)}
    best = max(runs, key=lambda run: _weight(text, run, leads))
    if not loose and _weight(text, best, leads) < 2:
        return None
    start, end = best[0].span[0], best[-1].span[1]
    if elided := re.match(r"(?:[ldLD]|un|Un)['’](?=\w)", text[start:end]):
        start += elided.end()
    value = text[start:end].strip(" '’.-/")
    if len(value) < 2 or value.isdigit():
        return None
    # “nurses” of “who hires nurses” stays as said; boards stem it themselves
    return value[:80], (start, start + len(text[start:end].rstrip()))


def _runs(text: str, taken: Sequence[Span]) -> list[list[Token]]:
    """Neighbouring words that are neither small nor accounted for."""
    runs: list[list[Token]] = []
    run: list[Token] = []
    pending: list[Token] = []
    for token in tokens(text):
        broken = bool(run) and _BREAK.search(text[run[-1].span[1] : token.span[0]])
        usable = free(token.span, taken) and not token.text[0].isdigit()
        if broken or not usable:
            runs, run, pending = _close(runs, run), [], []
            if not usable:
                continue
        link = token.low in vocab.LINKS
        if token.low in _STOP and not (link and run):
            runs, run, pending = _close(runs, run), [], []
        elif link:
            pending.append(token)
        else:
            run = [*run, *pending, token] if run else [token]
            pending = []
    return _close(runs, run)


def _close(runs: list[list[Token]], run: list[Token]) -> list[list[Token]]:
    return [*runs, run] if run else runs


def _weight(text: str, run: list[Token], leads: set[int]) -> float:
    start, end = run[0].span[0], run[-1].span[1]
    weight = 0.1 * min(len(run), 3) - 0.01 * start / max(len(text), 1)
    if start in leads:
        weight += 3
    if _JOB_AHEAD.match(text[end:]):
        weight += 2.5
    return weight


# --- firms and people -----------------------------------------------------------------------

_SUFFIX = r"(?:AG|GmbH|SA|Sàrl|S\.?p\.?A\.?|S\.?r\.?l\.?|Ltd|Inc|LLC|Corp|Group|Holding|Bank|Gruppe|SE|KG|plc)"
_CUE = lazy(
    r"(?<!\w)(?P<cue>at|bei(?: der| dem)?|beim|chez|presso|from|with|mit(?: der| dem)?|von(?: der| dem)?|avec|con|alla|allo|all'|"
    r"da|dalla|dal|dall'|by|about|über(?: die| das)?|company|firma|the company|l'entreprise|azienda|sur|su|di|de|for|für|pour|per|to|an(?: die)?|à|a|"
    r"exclude|hide|without|ohne|sans|senza|tell me about|research|look up|was macht|que fait|cosa fa|recherchiere|did|has|does|is|hat|est-ce que)\s*(?P<the>the |die |der |das |la |le |les |l'|il |i )?$",
    _I,
)
_STRONG = {"at", "bei", "bei der", "bei dem", "beim", "chez", "presso", "company", "firma", "l'entreprise", "azienda", "the company"}  # fmt: skip
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
    r"interview|offer)(?!\w)",
    _I,
)
_CAPITAL = lazy(r"[A-ZÀ-ÖØ-Þ0-9]")


def companies(
    text: str, taken: Sequence[Span], *, named_only: bool, german: bool
) -> list[tuple[str, Span]]:
    """Return the firms that are named.

    `named_only` wants more than “for X” or “about X” before a word in lower case.
    """
    found: list[tuple[str, Span]] = []
    for run in _name_runs(text, taken):
        start, end = run[0].span[0], run[-1].span[1]
        if not free((start, end), [span for _, span in found]):
            continue
        if _is_company(text, run, named_only=named_only, german=german):
            found.append((text[start:end].rstrip(".'’,"), (start, end)))
    return found


def with_place(text: str, name: str, span: Span, places: Sequence[Span]) -> tuple[str, Span]:
    """Return a firm's name with the town that belongs to it: “Kantonsspital Aarau”."""
    for start, end in places:
        if start == span[1] + 1 and text[span[1]] == " " and text[start].isupper():
            return text[span[0] : end], (span[0], end)
    return name, span


def _name_runs(text: str, taken: Sequence[Span]) -> list[list[Token]]:
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
            runs, run = _close(runs, run), []
        stop = (token.low in _STOP or token.low in vocab.TITLES) and not _is_inner(run, token)
        if stop or not free(token.span, taken) or token.text[0].isdigit():
            runs, run = _close(runs, run), []
            continue
        run.append(token)
    runs = _close(runs, run)
    trimmed = ([*part] for part in runs)
    return [part for part in (_trim(part) for part in trimmed) if part]


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
    plain = token.low not in _STOP and token.low not in vocab.TITLES
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


def _acts_ahead(text: str, end: int) -> bool:
    return _ACTS.match(text[end : end + 30]) is not None


def _begins(text: str, start: int) -> bool:
    """Whether a name stands first or behind “the” or “set”."""
    return not text[:start].strip() or _BEHIND_THE.search(text[:start]) is not None


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


# --- what is not wanted, notes --------------------------------------------------------------

_UNWANTED = lazy(
    r"(?<!\w)(?:no(?!\w)(?! (?:more|longer|thanks|problem|idea|degree|i |, ))|not (?:in|at|for|from|as|with)|nothing (?:in|at|from|with)|without|except(?: for)?|excluding|exclude|hide|avoid|"
    r"never (?:show|suggest|offer|propose|recommend)(?: me)?(?: any| jobs (?:at|in|from|with))?|(?:i )?(?:don't|do not|never) want (?:to )?(?:work )?(?:in|at|for|any)?|(?:i )?(?:hate|dislike)|(?:i )?(?:don't|do not) like|"
    r"(?:i )?can't stand|not interested in|skip(?: anything)?(?: at| in| from)?|stop showing me|don't show me(?: jobs)?(?: at| in| from)?|ohne|keine?n?|nicht (?:in|bei|als|im|nach)|ausser|außer|nie (?:wieder |mehr )?(?:bei|in)?|"
    r"schliess\w*|(?:ich )?(?:hasse|mag)(?= \S+ nicht| )|sans|pas (?:de |d'|à |chez |en |dans )|sauf|exclure|exclus|masque[rz]?(?: les offres de)?|(?:je )?(?:déteste|n'aime pas)|"
    r"ne (?:me )?(?:montre|propose)\w* (?:plus )?jamais(?: de)?|senza|niente|non (?:a |in |da |come )|tranne|escludi|eccetto|nascondi(?: le offerte di)?|odio|non mi piac\w+|non (?:mostrarmi|propormi) (?:mai )?(?:più )?)\s*"
    r"(?P<what>[^,.;!?\n]{2,60})",
    _I,
)
_UNWANTED_STEMS = (
    "no", "ne", "without", "except", "exclu", "hide", "avoid", "never", "want", "hate", "dislike",
    "stand", "skip", "stop", "don't", "don’t", "ohne", "kein", "nicht", "aus", "nie", "schliess", "hasse", "mag",
    "sans", "pas", "sauf", "masque", "déteste", "senza", "niente", "tranne", "escludi", "odio",
)  # fmt: skip
"""One of them is in each way to rule something out."""
_UNWANTED_END = lazy(
    r"\s+(?:and|und|et|e|or|oder|ou|o|but|aber|mais|ma|please|bitte|again|anymore|any more|ever|aus|nicht|mehr|wieder|ausblenden|jobs?|stellen|roles?|positions?|in|at|for)(?!\w).*$|^(?:any|more|the|der|die|das|la|le|les|il|lo|i|gli|jobs?(?: at| in| from)?|stellen(?: bei| in| von)?|show me|dans la|nella|nelle|im|auf|to work(?: in| at)?|work(?:ing)?(?: in| at)?)\s+",
    _I,
)
_NOTE = lazy(
    r"(?<!\w)(?:note|notiz|nota|notes|bemerkung|remarque|comment|kommentar|remember|remark)(?:\s+(?:for|zu|pour|per|to|zur|über|that|on)\s+[^:,]{1,60})?\s*[:：]\s*(?P<n>.+)$|"
    r"(?:add a note(?: (?:to|for|on) [^:\n]{1,60}:)?|notiere|merk dir|note that|remember that|retiens que|ricorda che|notiz hinzufügen)\s*[:,]?\s*(?:that|dass|que|che)?\s*(?P<m>.{3,})$",
    _I | re.DOTALL,
)
_NOTE_STEMS = (
    "not",
    "bemerk",
    "remar",
    "comment",
    "kommentar",
    "remember",
    "merk",
    "retiens",
    "ricorda",
)
_QUOTED = lazy(r"[\"“„«](?P<q>[^\"”“»]{3,2000})[\"”“»]")


def unwanted(text: str) -> list[tuple[str, Span]]:
    """Return what the message rules out: “no consulting”, “nicht in Basel”."""
    found: list[tuple[str, Span]] = []
    low = text.lower()
    if not any(stem in low for stem in _UNWANTED_STEMS):
        return found
    for match in _UNWANTED.finditer(text):
        start, value = match.start("what"), match["what"]
        for _ in range(3):
            cut = _UNWANTED_END.search(value)
            if cut is None:
                break
            if cut.start() == 0 and cut.end() < len(value):
                start, value = start + cut.end(), value[cut.end() :]
            else:
                value = value[: cut.start()]
        value = value.strip()
        if len(value) > 1 and value.lower() not in vocab.SMALL and not value[0].isdigit():
            found.append((value, (start, start + len(value))))
    return found


def note(text: str) -> tuple[str, Span] | None:
    """Return free text that is to be kept: behind “note:”, or in quotes."""
    low = text.lower()
    noted = any(stem in low for stem in _NOTE_STEMS)
    if noted and (match := _NOTE.search(text)):
        group = "n" if match["n"] else "m"
        return match[group].strip(), match.span(group)
    match = _QUOTED.search(text)
    return (match["q"].strip(), match.span("q")) if match else None
