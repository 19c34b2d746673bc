# ruff: noqa: E501 - word lists and patterns read better unbroken
"""What a posting asks for: skills, terms of its own, years, seniority, languages, a degree."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from jobtracker.resumes.reading.spoken import languages_in
from jobtracker.resumes.reading.vocabulary import DEGREE_WORDS, guess_language
from jobtracker.resumes.terms import fold, skills_in, words
from jobtracker.resumes.wordlist import split_words

_NICE = re.compile(
    r"nice[- ]to[- ]have|\ba plus\b|\bbonus\b|preferred|preferably|ideally|desirable|advantage|optional|"
    r"von vorteil|wünschenswert|idealerweise|ein plus|pluspunkt|nice-to-have|vorteilhaft|"
    r"un atout|un plus|idéalement|souhait|de préférence|"
    r"gradit|preferibil|idealmente|costituisce titolo|vantaggio",
    re.IGNORECASE,
)
_YEARS = re.compile(
    r"(\d{1,2})\s*(?:\+|plus)?\s*(?:(?:-|–|to|bis|à|a)\s*\d{1,2}\s*)?\+?\s*"
    r"(?:years?|yrs?|jahren?|jahre|années?|ans|anni)\b(?!\s+(?:old|alt))",
    re.IGNORECASE,
)
_EXPERIENCE = re.compile(r"experien|erfahr|expérien|esperien|praxis|berufs", re.IGNORECASE)
_SENIORITY = (
    (5, r"\b(?:head of|director|chief|cto|cfo|ceo|vp|geschäftsführ\w*|direktor\w*|directeur\w*|direttore)\b"),
    (4, r"\b(?:lead|principal|staff|leiter\w*|leitung|team ?lead|responsable|responsabile|manager\w*|chef\w*)\b"),
    (3, r"\b(?:senior|sr\.?|erfahren\w*|confirmé\w*|expert\w*)\b"),
    (1, r"\b(?:junior|jr\.?|graduate|entry[- ]level|berufseinsteiger\w*|débutant\w*)\b"),
    (0, r"\b(?:intern|internship|praktik\w*|trainee|stagiaire|stage|tirocin\w*|apprenti\w*|lernende\w*|lehr(?:e|ling|stelle))\b"),
)  # fmt: skip
_OWN = re.compile(
    r"\b(?:[A-Z]{2,7}(?:[-/][A-Z0-9]{1,6})?\d{0,5}|[A-Z][a-z]+[A-Z]\w+|[A-Za-z]+\d+\w*)\b"
)
_NOT_OWN = frozenset(
    split_words(
        """
        m f d w x mwd fmd hf we the and you our für und die der das sie wir pour les des con per
        ag gmbh sa sarl ltd inc ch eu usa uk de fr it en chf eur usd ok faq hr pm am nv bv ca zb
        inkl a1 a2 b1 b2 c1 c2
        """
    )
)
_TITLE_STOP = frozenset(
    split_words(
        """
        the a an and or of for in at to with und oder der die das für im in bei mit als eine ein
        et ou de des du la le les en à pour un une e o di da per il lo gli con m w d f x h all
        genders gender remote hybrid onsite junior senior lead principal staff head intern full
        part time teilzeit vollzeit pensum befristet unbefristet contract permanent team
        """
    )
)


@dataclass(frozen=True, slots=True)
class Term:
    """Something that the posting names; `key` is the lexicon's, or the folded word behind `=`."""

    key: str
    label: str
    required: bool
    weight: float


@dataclass(frozen=True, slots=True)
class Posting:
    """A posting, understood."""

    title: str
    company: str
    text: str
    language: str
    terms: tuple[Term, ...]
    years: int | None
    seniority: int | None
    languages: tuple[str, ...]
    degree: bool
    title_words: tuple[str, ...] = field(default=())


@lru_cache(maxsize=256)
def understand(
    text: str, title: str = "", company: str = "", skills: tuple[str, ...] = (), language: str = ""
) -> Posting:
    """Return what the posting asks for; `skills` are those that its source already names."""
    first_line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    head = title or (first_line if len(first_line) <= 90 else "")
    return Posting(
        title=head,
        company=company,
        text=text,
        language=language[:2] or guess_language(text),
        terms=_terms(text, head, company, skills),
        years=_years(text),
        seniority=seniority(head),
        languages=_languages(text),
        degree=bool(
            re.search(
                r"\b(?:bachelor|master|degree|studium|hochschul\w*|diplom\w*|laurea)\b", text, re.I
            )
        ),
        title_words=tuple(
            dict.fromkeys(w for w in words(head) if w not in _TITLE_STOP and len(w) > 2)
        ),
    )


def seniority(title: str) -> int | None:
    """Return the level that a title claims, 0 (intern) to 5 (head), or None where it claims none."""
    return next(
        (level for level, mark in _SENIORITY if re.search(mark, title, re.IGNORECASE)), None
    )


def _sentences(text: str) -> list[tuple[str, bool]]:
    """Return the lines and sentences, each with whether it is about what would be nice to have."""
    result: list[tuple[str, bool]] = []
    nice_block = False
    for line in text.splitlines():
        stripped = line.strip()
        if not stripped:
            continue
        is_head = len(stripped) < 60 and (stripped.endswith(":") or stripped[:1] not in "-•*–")
        if is_head and len(stripped.split()) <= 6:
            nice_block = bool(_NICE.search(stripped))
        for sentence in re.split(r"(?<=[.!?;])\s+", stripped):
            result.append((sentence, nice_block or bool(_NICE.search(sentence))))
    return result


def _terms(text: str, title: str, company: str, given: tuple[str, ...]) -> tuple[Term, ...]:
    found: dict[str, Term] = {}
    for name in given:
        for skill in skills_in(name):
            found[skill.key] = Term(skill.key, skill.label, True, 3.0)
    for skill in skills_in(title):
        found[skill.key] = Term(skill.key, skill.label, True, 4.0)
    covered: set[str] = set(words(company)) | set(words(title))
    for sentence, nice in _sentences(text):
        for skill in skills_in(sentence):
            covered.update(words(skill.words))
            before = found.get(skill.key)
            if before is None or (nice is False and not before.required):
                found[skill.key] = Term(skill.key, skill.label, not nice, 1.5 if nice else 3.0)
    own: dict[str, str] = {}
    for match in _OWN.finditer(text):
        word = fold(match[0])
        if word not in covered and word not in _NOT_OWN and len(own) < 12 and len(word) > 2:
            own.setdefault(word, match[0])
    for word, label in own.items():
        found["=" + word] = Term("=" + word, label, False, 0.5)
    return tuple(found.values())


def _years(text: str) -> int | None:
    wanted = [
        int(match[1])
        for match in _YEARS.finditer(text)
        if _EXPERIENCE.search(text[max(0, match.start() - 60) : match.end() + 60])
        and int(match[1]) <= 25
    ]
    return min(wanted) if wanted else None


def _languages(text: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for sentence, nice in _sentences(text):
        asks = re.search(
            r"\b[ABC][12]\b|fluent|native|fliessend|fließend|verhandlungssicher|muttersprach|kenntnisse|"
            r"courant|maternelle|madrelingua|fluente|language|sprach|langue|lingua|spoken|written|"
            r"in wort und schrift|oral|écrit|parlé|stilsicher|proficien|good .* and",
            sentence,
            re.IGNORECASE,
        )
        if asks and not nice:
            for item in languages_in(sentence):
                found[language_key(item.language or "")] = None
    return tuple(found)


_LANGUAGE_KEYS = {
    "en": "english englisch anglais inglese", "de": "german deutsch allemand tedesco hochdeutsch",
    "fr": "french französisch français francese", "it": "italian italienisch italien italiano",
    "es": "spanish spanisch espagnol spagnolo", "pt": "portuguese portugiesisch portugais portoghese",
    "gsw": "swiss schweizerdeutsch suisse-allemand svizzero-tedesco", "ru": "russian russisch russe russo",
    "nl": "dutch niederländisch néerlandais olandese", "pl": "polish polnisch polonais polacco",
    "tr": "turkish türkisch turc turco", "ar": "arabic arabisch arabe arabo",
    "zh": "chinese chinesisch chinois cinese mandarin", "ja": "japanese japanisch japonais giapponese",
    "rm": "romansh rätoromanisch romanche romancio", "uk": "ukrainian ukrainisch ukrainien ucraino",
    "sq": "albanian albanisch albanais albanese", "sr": "serbian serbisch serbe serbo",
    "hr": "croatian kroatisch croate croato", "hu": "hungarian ungarisch hongrois ungherese",
}  # fmt: skip
_BY_NAME = {fold(name): code for code, names in _LANGUAGE_KEYS.items() for name in names.split()}


def language_key(name: str) -> str:
    """Return the BCP 47 code of a language's name in any of our four languages, else the name."""
    return _BY_NAME.get(fold(name), fold(name))


def asks_degree(text: str) -> bool:
    """Tell whether the text speaks of a degree."""
    return bool(DEGREE_WORDS.search(text))
