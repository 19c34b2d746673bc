"""Lines of a draft in a model's words: each is taken only where it says what the line said.

The rules' line is the truth. A new one keeps its names and numbers and adds none; what it says of
the person rests on the line, the facts beside it, or the résumé (`claims.check`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from pydantic import BaseModel, Field

from jobtracker.core.words import Reworded, Wording, Writer, refused_note
from jobtracker.resumes.claims import check, facts_of
from jobtracker.resumes.claims_numbers import Number, numbers_in
from jobtracker.resumes.claims_words import DEGREES
from jobtracker.resumes.courtesy import polite
from jobtracker.resumes.model import Resume
from jobtracker.resumes.model_words import LINK
from jobtracker.resumes.terms import fold, skills_in, words

Kind = Literal["message", "questions", "pay"]
MAX_LINES = 24
_BACKGROUND_CHARS = 6_000
_DIGITS = re.compile(r"\d+")
_FIGURE = r"\d[\d'’.,\u00a0\u202f]*"
_AMOUNT = re.compile(
    rf"(?:CHF|EUR|USD|GBP|Fr\.|[€£$])\s?{_FIGURE}|{_FIGURE}\s?(?:CHF|EUR|USD|GBP|[€£$])"
)
_TALK = (
    "conversation|interview|call|meeting|talk|chat|offer|invitation|gespräch|telefonat|treffen|"
    "austausch|angebot|einladung|zusage|entretien|échange|appel|rencontre|offre|invitation|"
    "colloquio|incontro|telefonata|conversazione|scambio|offerta|invito"
)
_DONE = (
    "accepted|taken|decided|got|signed|received|started|resigned|quit|angenommen|zugesagt|"
    "unterschrieben|unterzeichnet|erhalten|entschieden|gekündigt|accepté|signé|reçu|décidé|"
    "démissionné|accettato|firmato|ricevuto|deciso"
)
_SAID = (
    "told|said|promised|confirmed|offered|invited|decided|agreed|discussed|mentioned|assured|"
    "gesagt|zugesagt|versprochen|mitgeteilt|eingeladen|bestätigt|entschieden|besprochen|vereinbart|"
    "erwähnt|zugesichert|dit|promis|confirmé|proposé|invitée?|décidé|convenu|discuté|évoqué|assuré|"
    "detto|promesso|confermato|offerto|invitat[oa]|deciso|concordato|discusso|menzionato"
)
_EVENT = re.compile(
    rf"\b(?:thank\w*|dank\w*|merci|remerci\w*|grazie|ringrazi\w*)\b[^.?!]{{0,40}}\b(?:{_TALK})\b|"
    rf"\b(?:our|unser\w*|notre|nostr[oa])\s+(?:\w+\s+)?(?:{_TALK})\b|"
    rf"\b(?:as|like|wie|comme|come)\s+(?:\w+\s+){{0,6}}(?:{_SAID})\b|"
    rf"\b(?:you|they|we|sie|wir|vous|nous|ils|avete|abbiamo|hanno|ha|avez|avons|ont)\b"
    rf"[^.?!]{{0,30}}\b(?:{_SAID})\b|"
    rf"(?:\bi|\bich\b[^.?!]{{0,40}}|\bj['’]ai|\bho)\b[^.?!]{{0,20}}\b(?:{_DONE})\b|"
    r"\b(?:position|job|role|post) is mine\b",
    re.I,
)
"""What happened: a talk, a word that somebody gave, a step that the person took."""
_VERBS = re.compile(rf"\b(?:{_SAID}|{_DONE})\b", re.I)
_NOT_ASKED = re.compile(
    r"\b(?:pregnan|child(?:ren|care)?\b|married|marital|spouse|religio|church|union member|ethnic|"
    r"sexual|schwanger|kinderwunsch|kinder haben|verheiratet|konfession|gewerkschaft|enceinte|"
    r"grossesse|mari[ée]e?\b|enfants? avez|avez-vous des enfants|syndicat|incinta|gravidanza|"
    r"sposat|figli ha|ha figli|sindacato|date of birth|geburtsdatum|date de naissance|"
    r"data di nascita|bank account|bankkonto|iban|password|passwort|mot de passe)",
    re.I,
)
"""What an employer may not ask, and what nobody asks in an interview."""
_BLUFF = re.compile(
    r"\b(?:(?:another|other|competing|second|better|higher|further)\s+(?:job\s+)?offers?|"
    r"(?:ander|weiter|zweit|besser|höher)e[nrs]?\s+(?:angebote?|offerten?)|"
    r"(?:autres?|seconde?|meilleure?)\s+offres?|offres?\s+concurrentes?|"
    r"(?:altr[ae]|second[ae]|miglior[ei])\s+offert[ae])\b",
    re.I,
)
"""Another offer is the one fact that a talk about pay invents most easily."""
_OWN_PAY = re.compile(
    r"\bmy (?:current|present|last|former|previous|actual) (?:base |annual )?(?:salary|pay|wage)|"
    r"\bi (?:currently |now |already )?(?:earn|make|get paid)\b|\bverdiene?n?\b|\bverdiente|"
    r"\bmein\w* (?:jetzig|aktuell|heutig|bisherig|letzt|derzeitig)\w* (?:lohn|gehalt|salär)|"
    r"\bje (?:gagne|touche)\b|\bmon (?:dernier )?salaire actuel|\bmon dernier salaire|"
    r"\bguadagno\b|\bil mio (?:ultimo )?(?:stipendio|salario) (?:attuale|di oggi)|"
    r"\bpercepisco\b",
    re.I,
)
"""What the person earns today: the lines never say it, and it is asked in every pay talk."""


class RewordedLine(BaseModel):
    """A line as the prompt `rewording` asks for it; `number` from 1."""

    number: int
    text: str


class RewordingAnswer(BaseModel):
    """The answer to the prompt `rewording`."""

    lines: list[RewordedLine] = Field(default_factory=list[RewordedLine])


@dataclass(frozen=True)
class Task:
    """What is to be said better. `facts` are values that lines may name; `longest` of all lines.

    `background` is text of strangers (a posting), which gives words to questions and no facts.
    """

    kind: Kind
    lines: Sequence[str]
    facts: Sequence[str] = ()
    language: str = "en"
    tone: str | None = None
    longest: int | None = None
    background: str = ""
    about: str = ""


@dataclass
class _Judge:
    """Says why a line may not be said as a model would have it."""

    task: Task
    resume: Resume
    as_of: date
    known: list[Number] = field(default_factory=list[Number])

    def __post_init__(self) -> None:
        texts = [*self.task.lines, *self.task.facts]
        if self.task.kind == "questions":
            texts.append(self.task.background)
        self.known = numbers_in(" . ".join(texts), self.task.language)

    def reasons(self, source: str, text: str) -> list[str]:
        """Return why the text cannot take the place of the source line."""
        found = self._form(source, text) + self._numbers(source, text)
        if found:
            return found
        return self._question(source, text) if self._asks() else self._statement(text)

    def _asks(self) -> bool:
        return self.task.kind == "questions"

    def _form(self, source: str, text: str) -> list[str]:
        if not words(text):
            return ["it is empty"]
        if LINK.search(text) and not LINK.search(source):
            return ["it carries a link or an address"]
        if _BLUFF.search(text) and not _BLUFF.search(source):
            return ["it speaks of an offer that the line does not know"]
        if not self._asks() and _happened(text, source):
            return ["it speaks of something that happened, which the line does not"]
        if _OWN_PAY.search(text) and not _OWN_PAY.search(source):
            return ["it says what the person earns, which the line does not"]
        if len(text) > max(240, 2 * len(source)):
            return ["it is far longer than the line it stands for"]
        lost = [
            fact
            for fact in self.task.facts
            if _holds(source, fact) and not _holds(text, fact) and not self._asks()
        ]
        return [f"it leaves out {fact!r}" for fact in lost]

    def _numbers(self, source: str, text: str) -> list[str]:
        kept = set(_DIGITS.findall(source))
        free = kept | set(_DIGITS.findall(" ".join(self.task.facts)))
        if self._asks():
            free |= set(_DIGITS.findall(self.task.background))
        said = set(_DIGITS.findall(text))
        found = [f"the number {number!r} is not in the line" for number in sorted(said - free)]
        if not self._asks():
            found += [f"it leaves out the number {number!r}" for number in sorted(kept - said)]
        if not found:
            found = [
                f"the number {number.words!r} is not in the line"
                for number in numbers_in(text, self.task.language)
                if number.value != 1 and not any(number.equals(own) for own in self.known)
            ]
        return found

    def _statement(self, text: str) -> list[str]:
        lines = " ".join(self.task.lines)
        basics = self.resume.basics
        summary = f"{basics.summary or ''} {lines}".strip()
        told = self.resume.model_copy(
            update={"basics": basics.model_copy(update={"summary": summary})}
        )
        free = [*self.task.facts, *polite(text, pay=self.task.kind == "pay")]
        # Amounts of the source are all kept and none is added: `_numbers` has seen to it.
        text = _AMOUNT.sub(" ", text)
        for fact in self.task.facts:
            if _DIGITS.search(fact):
                # Whole in the line, so it needs no second look: `3. November` has two clauses.
                text = re.sub(re.escape(fact), " ", text, flags=re.I)
        return check(text, facts_of(told, self.as_of, allowed=free))

    def _question(self, source: str, text: str) -> list[str]:
        if not text.rstrip().endswith(("?", ".", "!")) or text.count("?") > 2:
            return ["it is not one question"]
        if _NOT_ASKED.search(text) and not _NOT_ASKED.search(source):
            return ["it asks for what an employer may not ask"]
        around = " ".join(
            [source, self.task.about, self.task.background, *self.task.facts, _text(self.resume)]
        )
        skills = {skill.key for skill in skills_in(around)}
        found = [
            f"{skill.words!r} is neither in the posting nor in the résumé"
            for skill in skills_in(text)
            if skill.key not in skills
        ]
        folded, own = fold(text), fold(around)
        found += [
            f"the degree {match[0]!r} is neither in the posting nor in the résumé"
            for _, mark in DEGREES
            if (match := re.search(mark, folded)) and not re.search(mark, own)
        ]
        known = set(words(around))
        found += [
            f"the name {name!r} is neither in the posting nor in the résumé"
            for name in _names(text, self.task.language)
            if fold(name) not in known
        ]
        return found


def reword(
    writer: Writer, user: str, task: Task, resume: Callable[[], Resume | None], as_of: date
) -> Reworded:
    """Return the lines, those in a model's words that say the same; the rules' lines elsewhere.

    `resume` is opened only where a model answered.
    """
    lines = list(task.lines)
    if not lines or len(lines) > MAX_LINES:
        return Reworded(lines, None)
    written = writer.write(
        user, "rewording", task.language, RewordingAnswer, kind=task.kind, lines=lines,
        facts=list(task.facts), background=task.background[:_BACKGROUND_CHARS] or None,
        tone=task.tone, longest=task.longest,
    )  # fmt: skip
    if written.answer is None:
        note = Wording(by="rules", note=written.note) if written.note else None
        return Reworded(lines, note)
    judge = _Judge(task, resume() or Resume(), as_of)
    made, used, refused = list(lines), 0, list[str]()
    for line in written.answer.lines:
        at, text = line.number - 1, " ".join(line.text.split())
        if not 0 <= at < len(lines) or text == lines[at] or made[at] != lines[at]:
            continue
        if task.language == "de":
            text = text.replace("ß", "ss")
        if reasons := judge.reasons(lines[at], text):
            refused.append(f"{text[:200]} ({'; '.join(reasons[:3])})")
            continue
        made[at], used = text, used + 1
    if task.longest and len(" ".join(made)) > max(task.longest, len(" ".join(lines))):
        made, used = lines, 0
        refused.append(f"longer than {task.longest} characters")
    note = refused_note(task.language) if refused and not used else ""
    return Reworded(made, Wording(by="model" if used else "rules", note=note, refused=refused))


def refusals(task: Task, resume: Resume, as_of: date, number: int, text: str) -> list[str]:
    """Return why a text may not take the place of line `number`, counted from 1."""
    if not 1 <= number <= len(task.lines):
        return [f"there is no line {number}"]
    return _Judge(task, resume, as_of).reasons(task.lines[number - 1], text)


def _happened(text: str, source: str) -> bool:
    """Tell whether a text speaks of a talk, a word given or a step that its source does not."""
    for match in _EVENT.finditer(text):
        verbs = _VERBS.findall(match[0])
        if not all(_holds(source, verb) for verb in verbs) or not _EVENT.search(source):
            return True
    return False


def _holds(text: str, fact: str) -> bool:
    return fold(fact) in fold(text)


def _text(resume: Resume) -> str:
    return resume.model_dump_json(exclude_none=True)


def _names(text: str, language: str) -> list[str]:
    """Return what looks like names: capitals within a sentence; in German, none can be told."""
    pattern = r"(?<=[\w,;] )[A-ZÀ-Ý][\w-]{2,}" if language != "de" else r"\b[A-Z]{2,}[A-Z\d]*\b"
    return re.findall(pattern, text)
