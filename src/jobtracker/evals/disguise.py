"""Replaces what would tell who somebody is: names, mails, phones, companies, addresses, numbers.

The same original gets the same replacement throughout, so that a conversation still hangs together.
What is found: what the person's own records name, what has the form of such a thing, what stands
behind a title or “my name is”, and what the embedded mind reads as a company or a person. A name
that is none of these can be missed: that is why the person sees the case before it is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from jobtracker.evals.spoken import language_of

_PEOPLE = (
    "Robin Muster", "Kim Beispiel", "Alex Vorlage", "Sam Modell", "Toni Exempel", "Jo Esempio",
    "Dominique Exemple", "Andrea Campione", "Luca Prova", "Nico Specimen",
)  # fmt: skip
_COMPANIES = (
    "Muster AG", "Beispiel AG", "Vorlage GmbH", "Modell AG", "Exemple SA", "Campione SA",
    "Sample Ltd", "Specimen AG", "Prototyp GmbH", "Pattern Ltd",
)  # fmt: skip
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_URL = re.compile(r"\b(?:https?://|www\.)[^\s<>\"')]+", re.IGNORECASE)
_PATH = re.compile(r"(?<![\w/])(?:~|[A-Za-z]:)?[/\\](?:[\w .-]+[/\\])*[\w.-]+\.(\w{2,5})\b")
_AHV = re.compile(r"\b756[. ]?\d{4}[. ]?\d{4}[. ]?\d{2}\b")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b")
_STREET = re.compile(
    r"\b[A-ZÄÖÜ][\wäöüéèß.-]*(?:strasse|straße|str\.|weg|gasse|platz|rain|matte)\s+\d+\s?[a-z]?\b"
    r"|\b(?:[Rr]ue|[Aa]venue|[Cc]hemin|[Rr]oute|[Vv]ia|[Vv]iale|[Pp]iazza)\s+"
    r"(?:[\w'’.-]+\s+){1,4}?\d+\s?[a-z]?\b"
    r"|\b\d+\s+(?:[A-Z][\w'’-]+\s+){1,3}(?:Street|Road|Lane|Avenue|Drive|Court)\b"
)
_NAME = r"[A-ZÀ-Þ][\wÀ-ÿ'’-]+(?:\s+(?:van|von|de|di|da|del|della)?\s*[A-ZÀ-Þ][\wÀ-ÿ'’-]+){0,2}"
_INTRODUCED = re.compile(
    r"(?:\b(?i:my name is|i am called|ich heisse|ich heiße|mein name ist|je m['’]appelle"
    r"|mon nom est|mi chiamo|il mio nome è)\s+"
    r"|\b(?:Mrs?|Ms|Dr|Prof|Herrn?|Frau|Monsieur|Madame|Mme|Signora?|Sig\.ra|Sig)\b\.?\s+)"
    rf"(?P<name>{_NAME})"
)
_LEGAL = re.compile(
    r"(?P<name>(?:[A-ZÀ-Þ0-9][\wÀ-ÿ&'’.+-]*\s+){1,4}"
    r"(?:AG|GmbH|SA|Sàrl|Sagl|SARL|Ltd|Limited|Inc|LLC|KG|SE|SpA|Srl|Genossenschaft)\b\.?)"
)


_GENERIC = frozenset(
    (
        "spital", "hotel", "restaurant", "kita", "clinique", "klinik", "clinica", "garage",
        "schule", "école", "scuola", "bank", "banque", "banca", "stadt", "ville", "città",
        "commune", "gemeinde", "comune", "bäckerei", "boulangerie", "verein", "stiftung",
        "fondation", "fondazione", "swiss", "schweizer", "hôpital", "ospedale", "café", "haus",
        "maison", "casa",
    )
)  # fmt: skip
"""First words of companies that tell nothing by themselves."""


class Disguise:
    """One consistent set of replacements; `known` names the person's own records by kind.

    Kinds are `person` and `company`.
    """

    def __init__(self, known: Mapping[str, Iterable[str]] | None = None) -> None:
        self._names: dict[str, str] = {}
        self._count: dict[str, int] = {}
        for kind, names in (known or {}).items():
            for name in names:
                self._learn(kind, name)

    @property
    def replaced(self) -> dict[str, str]:
        """What was replaced, by what."""
        return dict(self._names)

    def learn(self, text: str) -> None:
        """Find the names in a text, before anything is replaced anywhere."""
        for kind, name in _found(text):
            self._learn(kind, name)

    def hide(self, text: str) -> str:
        """Return the text with everything replaced."""
        for pattern, kind in (
            (_MAIL, "mail"),
            (_URL, "url"),
            (_PATH, "path"),
            (_AHV, "number"),
            (_IBAN, "number"),
            (_STREET, "street"),
        ):
            text = pattern.sub(lambda match, kind=kind: self._instead(kind, match), text)
        text = self._phones(text)
        if not self._names:
            return text
        longest = sorted(self._names, key=len, reverse=True)
        ours = re.compile("|".join(rf"(?<!\w){re.escape(n)}(?!\w)" for n in longest), re.IGNORECASE)
        folded = {name.casefold(): instead for name, instead in self._names.items()}
        return ours.sub(lambda match: folded[match[0].casefold()], text)

    def _phones(self, text: str) -> str:
        import phonenumbers

        for match in reversed(list(phonenumbers.PhoneNumberMatcher(text, "CH"))):
            number = self._next("phone")
            text = f"{text[: match.start]}+41 44 555 01 {number:02d}{text[match.end :]}"
        return text

    def _instead(self, kind: str, match: re.Match[str]) -> str:
        if kind == "mail":
            return f"person{self._next('mail')}@example.org"
        if kind == "url":
            return f"https://example.org/{self._next('url')}"
        if kind == "path":
            return f"/home/person/file{self._next('path')}.{match[1]}"
        if kind == "street":
            return f"Musterstrasse {self._next('street')}"
        return "756.0000.0000.00" if match[0].startswith("756") else "CH00 0000 0000 0000 0000 0"

    def _next(self, kind: str) -> int:
        self._count[kind] = self._count.get(kind, 0) + 1
        return self._count[kind]

    def _learn(self, kind: str, raw: str) -> None:
        name = " ".join(raw.split())
        if len(name) < 3 or name.casefold() in {known.casefold() for known in self._names}:
            return
        invented = _PEOPLE if kind == "person" else _COMPANIES
        number = self._next(kind) - 1
        more = f" {number // len(invented) + 1}" if number >= len(invented) else ""
        instead = invented[number % len(invented)] + more
        self._names[name] = instead
        if kind == "company":
            # People leave the legal form out, and often all but the first word.
            words = name.split()
            if len(words) > 1 and _LEGAL.fullmatch(name):
                self._names.setdefault(" ".join(words[:-1]), instead)
                if words[0].casefold() not in _GENERIC and len(words[0]) > 3:
                    self._names.setdefault(words[0], instead)
        if kind == "person":
            # The first and the last name alone mean the same person.
            for part, new in zip(name.split(), [*instead.split()] * 2, strict=False):
                if len(part) > 2 and part not in self._names:
                    self._names[part] = new


def _found(text: str) -> list[tuple[str, str]]:
    """Return names with their kind, the surest first: what is known already is not learned anew."""
    slots = _slots(text)
    return [
        *(("person", match["name"]) for match in _INTRODUCED.finditer(text)),
        *(("company", match["name"].strip()) for match in _LEGAL.finditer(text)),
        *(("person", name) for name in slots["person"]),
        *(("company", name) for name in slots["company"]),
    ]


def _slots(text: str) -> dict[str, list[str]]:
    """Return what the embedded mind takes for companies and people."""
    from jobtracker.agent.mind.embedded.extract import extract
    from jobtracker.agent.mind.embedded.nlu_eval import NOW

    found: dict[str, list[str]] = {"company": [], "person": []}
    for line in text.splitlines()[:50]:
        if not line.strip():
            continue
        for intent in ("track_application", "schedule_interview", "draft_outreach"):
            slots = extract(line[:1000], NOW, language_of(line), intent)
            found["company"] += [value.value for value in (*slots.companies, *slots.excluded)]
            found["person"] += [value.value for value in slots.people]
    return {
        kind: [name for name in dict.fromkeys(names) if name[:1].isupper() and name in text]
        for kind, names in found.items()
    }
