"""Text of strangers made plain: HTML to lines, traps out, words to index terms."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from jobtracker.core.lexicon.text import ascii_words

MAX_TEXT = 60_000

_DROP = re.compile(r"<(script|style|template|noscript|svg)\b.*?</\1\s*>|<!--.*?-->", re.S | re.I)
_ITEM = re.compile(r"<li\b[^>]*>", re.I)
_BREAK = re.compile(
    r"<\s*(?:br|/p|/div|/li|/ul|/ol|/h[1-6]|/tr|/section|/article|p|div|h[1-6]|ul|ol|tr)\b[^>]*>",
    re.I,
)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<![^<>]*>")
_LOOKS_HTML = re.compile(r"</?[a-zA-Z][\w:-]*(?:\s[^<>]*)?/?>")
_ESCAPED = re.compile(r"&lt;/?[a-zA-Z][^&<>]{0,40}")
_ENTITY = re.compile(r"&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]{2,8});")
_CUT = re.compile(r"</?[a-zA-Z]?[^<>]{0,200}$")
"""A tag that was cut off at the end of a snippet."""
_SPACES = re.compile(r"[ \t\u00a0\u200b\ufeff]{2,}|[\t\u00a0\u200b\ufeff]")
_WIDE = ("  ", "\t", "\u00a0", "\u200b", "\ufeff")
_LINES = re.compile(r"\n{3,}")
_SHORT = 200
_MARKUP = frozenset("<&-")
"""With none of these in it, a title or name is plain already."""
# Boards add a sentence that makes automatic applicants give themselves away (RemoteOK), and some
# postings speak to a model instead of a person. Both are cut before anything reads the text.
_MENTION = re.compile(
    r"please mention the word\b.{0,400}?(?:see (?:they['’]?re|you['’]?re|they are) human\.?|$)",
    re.I | re.S,
)
_TRAPS = re.compile(
    r"\btag (?=[A-Za-z+/]*\d)[A-Za-z0-9+/]{12,}|"
    r"\b(?:ignore|disregard|forget)\b.{0,40}\b(?:previous|prior|above|earlier|all)\b.{0,40}"
    r"\b(?:instructions?|prompts?|rules?)\b|"
    r"\bif you(?:['’]re| are) an? (?:ai|llm|language model|large language model|bot|"
    r"automated (?:system|agent))\b",
    re.I,
)
_SENTENCE = re.compile(r"(?<=[.!?])")


def plain(text: str) -> str:
    """Return text without markup: paragraphs and list items on lines of their own."""
    text = text[: MAX_TEXT * 4]
    if len(text) <= _SHORT and text.isascii() and text.isprintable() and not _MARKUP & set(text):
        return _SPACES.sub(" ", text).strip() if "  " in text or text == "-" else text.strip()
    if "<" in text or "&" in text:
        text = _unmarked(text)
    if not text.isascii():
        text = _repair(unicodedata.normalize("NFC", text))
    text = text.replace("\r", "\n").replace("\x00", "")
    if any(sign in text for sign in _WIDE):
        text = _SPACES.sub(" ", text)
    lines = text.split("\n")
    lines = [(_CUT.sub("", line) if "<" in line else line).strip() for line in lines]
    joined = "\n".join(line for line in lines if line != "-")
    return (_LINES.sub("\n\n", joined) if "\n\n\n" in joined else joined).strip()[:MAX_TEXT]


def _unmarked(text: str) -> str:
    for _ in range(2):
        if _ESCAPED.search(text) and not _LOOKS_HTML.search(text):
            text = html.unescape(text)
    for _ in range(2):
        # Some boards escape twice: what comes out of the first pass is markup again.
        if _LOOKS_HTML.search(text):
            text = _DROP.sub(" ", text)
            text = _ITEM.sub("\n- ", text.replace("\n", " "))
            text = _TAG.sub("", _BREAK.sub("\n", text))
        if _ENTITY.search(text):
            text = html.unescape(text)
    return text


def without_traps(text: str) -> str:
    """Return text without sentences that are meant for machines, not for applicants."""
    low = text.lower()
    if not any(sign in low for sign in _SIGNS):
        return text
    text = _MENTION.sub("", text)
    lines = [
        "".join(s for s in _SENTENCE.split(line) if not _TRAPS.search(s))
        if _TRAPS.search(line)
        else line
        for line in text.split("\n")
    ]
    return _LINES.sub("\n\n", "\n".join(lines)).strip()


_SIGNS = ("mention the word", "tag ", "ignore", "disregard", "forget", "if you")
"""A word of each trap: a search for plain words is many times faster than a pattern."""
_MOJIBAKE = re.compile(r"[ÂÃâ][\u0080-\u00bf]")


def _repair(text: str) -> str:
    """Undo UTF-8 that was read as Latin-1, piece by piece, where it is plainly that."""
    if not _MOJIBAKE.search(text):
        return text
    return re.sub(r"[\u00c2-\u00f4][\u0080-\u00bf]{1,3}", _redecode, text)


def _redecode(found: re.Match[str]) -> str:
    try:
        return found[0].encode("latin-1").decode("utf-8")
    except UnicodeError:
        return found[0]


def one_line(text: str | None, limit: int = 300) -> str:
    """Return plain text on a single line, cut to `limit` characters."""
    return " ".join(plain(text or "").split())[:limit].strip()


def fold(text: str) -> str:
    """Return text in lower case without accents; ß is ss, ä is a."""
    if text.isascii():
        return text.lower()
    return _MARKS.sub("", unicodedata.normalize("NFKD", text.casefold()))


_MARKS = re.compile(r"[\u0300-\u036f]")
_WORD = re.compile(r"c\+\+|[cfj]#|\.net\b|[^\W_]+")
_SPECIAL = {"c++": "cplusplus", "c#": "csharp", "f#": "fsharp", "j#": "jsharp", ".net": "dotnet"}
_STOP = frozenset(
    """
    a an and are as at be by for from has have if in into is it its of on or our that the
    their this to we will with you your job jobs work role position und der die das den dem
    des ein eine einer eines im in ins ist mit oder von zu zum zur als auf aus bei fur wir sie
    ihr ihre unser le la les un une des du de et ou en dans pour avec sur par au aux est nous
    vous votre notre il lo gli i e o di del della dei delle per con su da al alla che sono m w
    d f h x mwd
    """.split()  # noqa: SIM905
)
_ENDINGS = (
    ("innen", 5), ("in", 5), ("eurs", 4), ("euse", 4), ("euses", 4), ("eur", 4), ("iere", 4),
    ("ieres", 4), ("iers", 4), ("ier", 4), ("trice", 4), ("trici", 4), ("tore", 4), ("tori", 4),
)  # fmt: skip
_ALIKE = {
    "innen": "", "in": "", "eurs": "eur", "euse": "eur", "euses": "eur", "eur": "eur",
    "iere": "ier", "ieres": "ier", "iers": "ier", "ier": "ier",
    "trice": "tor", "trici": "tor", "tore": "tor", "tori": "tor",
}  # fmt: skip


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Return a word of any of our languages without its commonest endings.

    One rule set for EN, DE, FR and IT: it only has to send the forms of one job title to one term.
    """
    if len(word) < 5 or not word.isalpha():
        return word
    if word.endswith("innen") and word[:-5].endswith("er"):
        return word[:-5]
    if word.endswith("erin"):
        return word[:-2]
    for ending, shortest in _ENDINGS[2:]:
        if word.endswith(ending) and len(word) - len(ending) >= shortest - 1:
            return word[: -len(ending)] + _ALIKE[ending]
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def words(text: str) -> list[str]:
    """Return the folded words of a text, special names (C++, .NET) kept whole."""
    return [_SPECIAL.get(word, word) for word in _folded_words(text)]


class _Terms(dict[str, str]):
    """The index term of each word met so far, empty for one that is not kept."""

    MOST = 300_000

    def __missing__(self, word: str) -> str:
        if len(self) >= self.MOST:
            self.clear()
        kept = word not in _STOP and len(word) < 40
        term = self[word] = stem(_SPECIAL.get(word, word)) if kept else ""
        return term


_TERMS = _Terms()


def terms(text: str) -> list[str]:
    """Return the index terms of a text in order, without the commonest words."""
    # One look into a table for each word: indexing spends its time here.
    return list(filter(None, map(_TERMS.__getitem__, _folded_words(text))))


def distinct_terms(text: str) -> dict[str, None]:
    """Return the index terms of a text, each once, in the order of the text."""
    found = dict.fromkeys(map(_TERMS.__getitem__, _folded_words(text)))
    found.pop("", None)
    return found


_PUNCTUATION = str.maketrans(dict.fromkeys("–—‐‑’‘‚“”„«»‹›•·…\u00a0\u202f€", " "))
_SPECIAL_SIGNS = ("#", "++")


def _folded_words(text: str) -> Sequence[str]:
    if text.isascii() and not any(sign in text for sign in _SPECIAL_SIGNS):
        # Not folded first: others ask for the words of this very text.
        return ascii_words(text) if ".net" not in text.lower() else _WORD.findall(text.lower())
    return _split(fold(text))


def _split(folded: str) -> Sequence[str]:
    """Return the words of a folded text; plain ones by table, a fifth of a pattern's time."""
    if not folded.isascii():
        folded = folded.translate(_PUNCTUATION)
    if not folded.isascii() or any(sign in folded for sign in (*_SPECIAL_SIGNS, ".net")):
        return _WORD.findall(folded)
    return ascii_words(folded)


_TAILS = tuple(
    """
    entwickler techniker ingenieur leiter berater pfleger helfer mitarbeiter monteur mechaniker
    lehrer verkaufer fahrer meister assistent manager koch planer zeichner
    informatiker betreuer therapeut bearbeiter fachmann fachfrau fachperson lehrperson person
    architekt analyst controller spezialist experte trainer arbeiter bauer maler gartner
    logistiker praktikant designer redaktor sekretar anwalt forscher pflege reinigung
    buchhalter disponent einkaufer kaufmann kauffrau angestellter angestellte
    """.split()  # noqa: SIM905
)


def with_tails(spelled: list[str]) -> list[str]:
    """Return the terms with the last part of German compounds: of Servicetechniker, Techniker."""
    tails = [
        tail
        for term in spelled
        if len(term) >= 8 and term.endswith(_TAILS)
        for tail in _TAILS
        if term.endswith(tail) and len(term) >= len(tail) + 3
    ]
    return [*spelled, *tails]
