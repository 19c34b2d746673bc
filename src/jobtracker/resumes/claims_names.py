"""Names, places, schools, titles and dates of a claim against those of the résumé."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jobtracker.resumes.claims_units import lesser
from jobtracker.resumes.claims_words import GENERIC, STOP, all_number_words, stem
from jobtracker.resumes.reading.dates import DateSpan, find_dates
from jobtracker.resumes.reading.vocabulary import MONTHS, SCHOOL_WORDS, title_score
from jobtracker.resumes.terms import fold, skills_in, words

if TYPE_CHECKING:
    from jobtracker.resumes.claims import Entry, Facts

_MONTHS = frozenset(fold(name) for name in MONTHS)
_LEGAL = re.compile(
    r"((?:[A-ZÀ-Ý&][\w&’'.-]*\s+){1,4})(?:AG|GmbH|SA|Sàrl|Sagl|KG|Ltd|LLC|Inc|Plc|S\.p\.A|Srl)\b"
)
_OF_OTHERS = re.compile(
    r"\b(?:support|assist|help|mentor|betreu|encadr|report|represent|for|under|with|stellvertretung|vertrat|vertretung|unterstutz|"
    r"unter|fur|bei|der|des|dem|den|mit|remplac|aid|appu|pour|avec|sous|aiut|de|du|la|le|support|per|con|del)\w*\s"
)


def check_names(text: str, language: str, facts: Facts, reasons: list[str]) -> None:
    """Names are told by their capitals; German writes every noun so, there only odd forms count."""
    for match in re.finditer(r"[^\W\d_][\w&.’'+#-]*", text):
        word = match[0].rstrip(".'’-")
        first = not re.search(r"[\w,)]\s*$", text[: match.start()]) or text[
            : match.start()
        ].rstrip()[-1:] in {"", ".", "!", "?", ":", "•", "\n"}
        odd = len(word) > 1 and any(c.isupper() for c in word[1:])
        capital = word[:1].isupper() and not first and language != "de"
        if not (odd or capital) or fold(word) in _MONTHS or fold(word) in all_number_words():
            continue
        forms = {fold(word), *re.split(r"[-/&.’']", fold(word))}
        known = facts.words | facts.allowed | STOP | GENERIC
        if _unknown_mark(word, known):
            reasons.append(f"the name {word!r} is not in the résumé")
            continue
        if forms & known:
            continue
        if any(stem(form) in facts.stems for form in forms if len(form) > 4):
            continue
        if skills_in(word) and all(skill.key in facts.skills for skill in skills_in(word)):
            continue
        reasons.append(f"the name {word!r} is not in the résumé")


def _unknown_mark(word: str, known: frozenset[str] | set[str]) -> bool:
    """Tell a compound with a part like `S7` or `SPS` that the résumé does not hold."""
    parts = word.split("-") if "-" in word else []
    marks = [p for p in parts if sum(map(str.isupper, p)) > 1 or re.search(r"[A-Z].*\d", p)]
    return any(fold(part) not in known for part in marks if len(part) > 1)


def check_places(text: str, facts: Facts, reasons: list[str]) -> None:
    """A town or country must stand in the résumé; an employer's legal name must be one of it."""
    from jobtracker.core.lexicon import places

    for mention in places.find_places(text):
        name = text[mention.span[0] : mention.span[1]]
        known = {w for w in words(name) if len(w) > 2}
        if not mention.exact or not name[:1].isupper() or skills_in(name):
            continue
        if known and not known & (facts.words | facts.allowed):
            reasons.append(f"the place {name!r} is not in the résumé")
    for match in _LEGAL.finditer(text):
        stated = " ".join(words(match[1]))
        names = [" ".join(words(entry.name)) for entry in facts.entries]
        last = stated.split()[-1] if stated else ""
        held = any(last and re.search(rf"\b{re.escape(last)}\s+\w+$", name) for name in names)
        if last and last not in facts.allowed and not held:
            reasons.append(f"the employer {match[0].strip()!r} is not in the résumé")


def check_schools(text: str, facts: Facts, reasons: list[str]) -> None:
    """A kind of school (Hochschule, university, academy) must be that of a school attended."""
    for match in SCHOOL_WORDS.finditer(text):
        word = fold(match[0])
        if len(word) < 4 or word in facts.words or word in facts.allowed or word in GENERIC:
            continue
        if any(stem(word) == stem(known) for known in facts.words):
            continue
        reasons.append(f"the school {match[0]!r} is not in the résumé")


def check_dates(text: str, facts: Facts, reasons: list[str]) -> None:
    """A date must be one of the résumé's, and of the entry that the text names."""
    folded = fold(text)
    named = [entry for entry in facts.entries if len(entry.name) > 3 and entry.name in folded]
    if not named:
        held = [e for e in facts.entries if len(e.title) > 3 and e.title in folded]
        named = held if len({e.title for e in held}) == 1 else []
    for span in find_dates(text):
        for point in (span.start, span.end):
            if not point:
                continue
            if point[:7] not in facts.dates:
                reasons.append(f"the date {point} is not in the résumé")
            elif named and not any(_dated(entry, point, span) for entry in named):
                name = named[0].name or named[0].title
                reasons.append(f"the date {point} is not one of {name} in the résumé")


def _dated(entry: Entry, point: str, span: DateSpan) -> bool:
    """Tell whether a date is the entry's: one of its ends, or, said alone, within it."""
    if span.present:
        return point[:4] == entry.start[:4] and entry.end == "9999"
    if span.start is not None:
        return point[:4] in {entry.start[:4], entry.end[:4]}
    return entry.start[:4] <= point[:4] <= entry.end[:4]


def check_titles(text: str, facts: Facts, reasons: list[str]) -> None:
    """A title must have been held, whole: no assistant manager becomes a manager."""
    for clause in re.split(r"[;:—–()]|\.\s|,\s", text):
        tokens = _pieces(clause)
        for index, token in enumerate(tokens):
            if title_score(token) == 0 or token in facts.allowed:
                continue
            if _is_no_title(token, tokens, facts):
                continue
            own = stem(token)
            if token not in facts.words and own not in facts.stems:
                reasons.append(f"the title {token!r} is not in the résumé")
                break
            if not _title_fits(tokens, index, facts):
                reasons.append(f"the title of {token!r} was not held like this in the résumé")
                break


def _pieces(text: str) -> list[str]:
    return [p for word in words(text) for p in re.split(r"[-’']", word) if len(p) > 1]


def _is_no_title(token: str, tokens: list[str], facts: Facts) -> bool:
    """Tell words that only look like a title, parts of a name, and learners looked after."""
    if token in GENERIC or re.fullmatch(r"(?:beg|an|ab|ein|weiter|her|zu)leitung\w*", token):
        return True
    if token in facts.names or (token == "lead" and not _names_a_post(tokens)):
        return True
    return lesser(token) and len(tokens) > 1 and stem(token) in facts.stems


def _names_a_post(tokens: list[str]) -> bool:
    """Tell the title `team lead` or `lead engineer` from the verb."""
    at = tokens.index("lead")
    following = tokens[at + 1 : at + 2]
    return (at > 0 and tokens[at - 1] not in STOP) or any(title_score(t) for t in following)


def _title_fits(tokens: list[str], index: int, facts: Facts) -> bool:
    token = tokens[index]
    holding = [title for title in facts.titles if any(_same(token, w) for w in _pieces(title))]
    before = _words_before(tokens, index)
    if before and _in_profile(before[-1], token, facts):
        return True
    if not holding:
        # Somebody else's title, which the résumé names as such: “supported the head chef”.
        uncounted = [word for word in tokens[:index] if word not in all_number_words()]
        lead = " ".join(uncounted) + " "
        return bool(_OF_OTHERS.search(lead)) and stem(token) in facts.stems
    phrase = [*before, token]
    after = _word_after(tokens, index)
    for title in holding:
        own = _pieces(title)
        fits = all(any(_same(word, piece) for piece in own) for word in before)
        if after and not any(_same(after, piece) for piece in own):
            fits = fits and after in facts.names
        if fits and (not lesser(title) or lesser(" ".join(phrase))):
            return True
    # Somebody else's title of more words: “aiutato il capo giardiniere”.
    lead = " ".join(tokens[: index - len(before)]) + " "
    said = " ".join(phrase)
    known = any(said in " ".join(words(unit.text)) for unit in facts.units)
    return bool(before) and known and bool(_OF_OTHERS.search(lead))


def _in_profile(before: str, token: str, facts: Facts) -> bool:
    """Tell a title that the person's own profile gives."""
    pair = f"{before} {token}"
    return any(
        unit.path == "/basics/summary" and pair in " ".join(words(unit.text))
        for unit in facts.units
    )


_RANKS = frozenset(["general", "senior", "chief", "group", "principal", "lead", "high", "key"])
_BEFORE_FIELD = frozenset(["of", "de", "di", "des", "du", "fur", "for", "d", "della", "del", "der"])


def _word_after(tokens: list[str], index: int) -> str:
    """Return what a title leads: `head of wine`, `capo cucina`; empty where it says none."""
    following = tokens[index + 1 : index + 4]
    if tokens[index] in {"head", "lead", "director", "responsable", "responsabile", "leiter"}:
        linked = following[:1] and following[0] in _BEFORE_FIELD
        following = following[1:] if linked else []
    elif tokens[index] not in {"capo", "chef", "cheffe"}:
        return ""
    elif following[:1] and following[0] in _BEFORE_FIELD:
        following = following[1:]
    return following[0] if following and following[0] not in STOP | GENERIC else ""


def _words_before(tokens: list[str], index: int) -> list[str]:
    """Return the words that stand before a title and belong to it: `general` manager."""
    found: list[str] = []
    for word in reversed(tokens[max(0, index - 3) : index]):
        plain = word in STOP or (word in GENERIC and word not in _RANKS)
        if not word or plain or word in all_number_words() or word[0].isdigit():
            break
        found.insert(0, word)
    return found


def _same(word: str, other: str) -> bool:
    return word == other or (len(word) > 3 and stem(word) == stem(other))
