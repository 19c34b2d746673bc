"""When two names mean the same employer or the same position."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from jobtracker.core.errors import BadInput
from jobtracker.core.speech import say

if TYPE_CHECKING:
    from jobtracker.applications.model import ApplicationDetails, Posting
    from jobtracker.applications.pipeline import State

_LEGAL = re.compile(
    r"\b(ag|gmbh|sa|s a|sarl|s a r l|sagl|kg|ohg|ug|se|eg|e v|inc|llc|ltd|limited|plc|corp|"
    r"corporation|co|company|spa|s p a|srl|s r l|sas|bv|nv|oy|ab|genossenschaft)\b"
)
_GENDER = re.compile(
    r"\((?:[mwfdhxia]\s*[/|]\s*)+[mwfdhxia*]\)|\b[mwfdhx](?:\s*/\s*[mwfdhx]){1,2}\b|[:*](?:in|innen|r)\b",
    re.IGNORECASE,
)
_PENSUM = re.compile(r"\d{2,3}\s*(?:%?\s*(?:-|–|bis|à|to|a)\s*\d{2,3})?\s*%")
_OTHER = re.compile(r"[^\w+#]+")


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in folded if not unicodedata.combining(letter))


def company_key(name: str) -> str:
    """Return the name without case, accents, punctuation and legal form."""
    words = _OTHER.sub(" ", _plain(name)).strip()
    short = " ".join(_LEGAL.sub(" ", words).split())
    return (short or words)[:200]


def title_key(title: str) -> str:
    """Return the title without case, accents, punctuation, workload and gender marks."""
    bare = _PENSUM.sub(" ", _GENDER.sub(" ", title))
    words = " ".join(_OTHER.sub(" ", _plain(bare)).split())
    return (words or " ".join(_plain(title).split()))[:300]


def names_of(posting: Posting | None, company: str | None, title: str | None) -> tuple[str, str]:
    """Return company and title as they are kept.

    Raises:
        BadInput: one is missing, or is no plain text.
    """
    firm = " ".join((company or (posting.company if posting else "")).split())
    role = " ".join((title or (posting.title if posting else "")).split())
    if not firm or not role:
        lacking = "both" if not firm and not role else "title" if firm else "company"
        raise BadInput(say("applications.name_missing", lacking=lacking))
    if "\0" in firm + role:
        raise BadInput("company or title holds a NUL character; send plain text")
    return firm[:200], role[:300]


def outcome(result: ApplicationDetails, known: State | None, moved: bool) -> str:
    """Say what came of tracking."""
    facts: dict[str, Any] = {
        "title": result.title,
        "company": result.company,
        "status": result.status,
    }
    if known is None:
        return say("applications.tracked", **facts)
    if moved:
        return say("applications.moved", **facts, before=known.status)
    return say("applications.stays", **facts, on=result.status_on)
