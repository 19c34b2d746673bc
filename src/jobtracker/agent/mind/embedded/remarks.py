"""What a message rules out, and what it gives to be noted."""

from __future__ import annotations

# ruff: noqa: E501 (tables of words)
import re

from jobtracker.agent.mind.embedded import vocabulary as vocab
from jobtracker.agent.mind.embedded.tokens import Span
from jobtracker.core.lexicon.lazy import lazy

_I = re.IGNORECASE
_UNWANTED = lazy(
    r"(?<!\w)(?:no(?!\w)(?! (?:stell|öppis|offe|meh|jobs? als|frei|more|longer|thanks|problem|idea|degree|i |, ))|not (?:in|at|for|from|as|with)|not (?:an? |any )?(?=(?:temp|recruit|staffing|interim|employment)\w*[ -]\w)|nothing (?:in|at|from|with)|without|except(?: for)?|excluding|exclude|hide|avoid|"
    r"never (?:show|suggest|offer|propose|recommend)(?: me)?(?: any| jobs (?:at|in|from|with))?|(?:i )?(?:don't|do not|never) want (?:to )?(?:work )?(?:in|at|for|any)?|(?:i )?(?:hate|dislike)|(?:i )?(?:don't|do not) like|"
    r"(?:i )?can't stand|not interested in|skip(?: anything)?(?: at| in| from)?|stop showing me|don't show me(?: jobs)?(?: at| in| from)?|ohne|keine?n?|kei(?:ni|nä)?(?!\w)(?! (?:ahnung|problem|plan))|nicht (?:in|bei|als|im|nach)|ausser|außer|nie (?:wieder |mehr )?(?:bei|in)?|"
    r"schliess\w*|(?:ich )?(?:hasse|mag)(?= \S+ nicht| )|sans|pas (?:de |d'|à |chez |en |dans )|sauf|exclure|exclus|masque[rz]?(?: les offres de)?|(?:je )?(?:déteste|n'aime pas)|"
    r"ne (?:me )?(?:montre|propose)\w* (?:plus )?jamais(?: de)?|senza|niente|non (?:a |in |da |come )|tranne|escludi|eccetto|nascondi(?: le offerte di)?|odio|non mi piac\w+|non (?:mostrarmi|propormi) (?:mai )?(?:più )?)\s*"
    r"(?P<what>[^,.;!?\n]{2,60})",
    _I,
)
_UNWANTED_STEMS = (
    "no", "ne", "without", "except", "exclu", "hide", "avoid", "never", "want", "hate", "dislike",
    "stand", "skip", "stop", "don't", "don’t", "ohne", "kei", "nicht", "aus", "nie", "schliess", "hasse", "mag",
    "sans", "pas", "sauf", "masque", "déteste", "senza", "niente", "tranne", "escludi", "odio",
)  # fmt: skip
"""One of them is in each way to rule something out."""
_OR = lazy(
    r"\s+(?:or|nor|oder|noch|ou|ni|o|né)\s+(?:at |bei |chez |da )?(?P<next>[A-ZÄÖÜÉ][\w&.'’-]+(?: [A-ZÄÖÜÉ][\w&.'’-]+){0,3})"
)
"""“Not at Novartis or Roche” rules out both."""
_UNWANTED_END = lazy(
    r"\s+(?:and|und|et|e|or|oder|ou|o|nor|noch|ni|né|but|aber|mais|ma|please|bitte|again|anymore|any more|ever|aus|nicht|mehr|wieder|ausblenden|jobs?|stellen|roles?|positions?|in|at|for)(?!\w).*$|^(?:any|more|the|der|die|das|la|le|les|il|lo|i|gli|jobs?(?: at| in| from)?|stellen(?: bei| in| von)?|show me|dans la|nella|nelle|im|auf|to work(?: in| at)?|work(?:ing)?(?: in| at)?)\s+",
    _I,
)
_NOTE = lazy(
    r"(?<!\w)(?:note|notiz|nota|notes|bemerkung|remarque|comment|kommentar|remember|remark)(?:\s+(?:for|zu|pour|per|to|zur|über|that|on)\s+[^:,]{1,60})?\s*[:：]\s*(?P<n>.+)$|"
    r"(?:add a note(?: (?:to|for|on) [^:\n]{1,60}:)?|notiere|merk dir|note that|(?:please )?(?:remember|don['’]?t forget) that|retiens qu[e’']|rappelle-toi qu[e’']|souviens-toi qu[e’']|n['’]oublie pas qu[e’']|note(?:z)? qu[e’']|ricord[ai](?:ti)? che|non dimenticare che|tieni presente che|denk daran|vergiss nicht|notiz hinzufügen)\s*[:,]?\s*(?:that|dass|que|che)?\s*(?P<m>.{3,})$",
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
    "ricord", "rappelle", "souviens", "oublie", "forget", "dimentica", "tieni", "denk", "vergiss",
)  # fmt: skip
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
            more = _OR.match(text, start + len(value)) if value[0].isupper() else None
            if more is not None:
                found.append((more["next"], more.span("next")))
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
