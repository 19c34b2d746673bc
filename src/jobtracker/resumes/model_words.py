"""Where a language model's words enter résumés and letters: as proposals that are checked.

What it answers is turned into what `tailoring` and `letters` take from any caller; their validator
decides. A text that is not about the place it names, or carries a link, is refused here.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, Field

from jobtracker.core.words import Wording, Writer, Written, wording
from jobtracker.resumes import pointer
from jobtracker.resumes.model import Rejected, Resume, Tone
from jobtracker.resumes.posting import Posting
from jobtracker.resumes.tailoring import Proposal

MAX_CHANGES = 8
LETTER_SENTENCES = {"professional": 4, "enthusiastic": 5, "concise": 3}
_POSTING_CHARS = 12_000
_TOKENS_PER_CHANGE = 180
"""Of output: the path, the text before and after, and the quote."""
LINK = re.compile(
    r"https?:|www\.|\S@[\w-]+\.|\b[\w-]+\.(?:(?:com|org|info|biz|ly|ch)\b|[a-z]{2,6}/)", re.I
)
"""Addresses; `ASP.NET` and `socket.io` are none."""
_STEP = re.compile(r"[^.\[\]/]+")


class ChangeMade(BaseModel):
    """A change as the prompt `tailoring` asks for it."""

    path: str
    before: str = ""
    after: str


class TailoringAnswer(BaseModel):
    """The answer to the prompt `tailoring`."""

    changes: list[ChangeMade] = Field(default_factory=list[ChangeMade])


class LetterSentence(BaseModel):
    """A sentence as the prompt `letter_sentences` asks for it."""

    text: str


class LetterAnswer(BaseModel):
    """The answer to the prompt `letter_sentences`."""

    sentences: list[LetterSentence] = Field(default_factory=list[LetterSentence])


def shown(resume: Resume) -> str:
    """Return the résumé as a model is shown it: no contact data, no photo, nothing of our own."""
    content = resume.to_json()
    content.pop("meta", None)
    basics: dict[str, Any] = content.get("basics") or {}
    for private in ("email", "phone", "url", "image", "profiles"):
        basics.pop(private, None)
    if location := basics.get("location"):
        basics["location"] = {k: v for k, v in location.items() if k in {"city", "countryCode"}}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


@dataclass
class Offered:
    """What a model offered: `texts` to be checked, and what is refused without."""

    written: Written[Any]
    language: str
    texts: list[Proposal] = field(default_factory=list[Proposal])
    rejected: list[Rejected] = field(default_factory=list[Rejected])

    def wording(self, used: int) -> Wording | None:
        """Return who found the words, given how many of the texts were taken."""
        offered = len(self.texts) + len(self.rejected)
        return wording(self.written, self.language, offered=offered, used=used)


def _posting(posting: Posting) -> str:
    head = ", ".join(part for part in (posting.title, posting.company) if part)
    text = posting.text[:_POSTING_CHARS]
    return text if text.startswith(head) else f"{head}\n\n{text}"


def proposals(
    writer: Writer, user: str, resume: Resume, posting: Posting, language: str, tokens: int
) -> Offered:
    """Return what a model would rephrase; `tokens` is how much it may write."""
    room = max(1, min(MAX_CHANGES, tokens // _TOKENS_PER_CHANGE))
    written = writer.write(
        user, "tailoring", language, TailoringAnswer,
        resume=shown(resume), posting=_posting(posting), max_changes=room,
    )  # fmt: skip
    offered = Offered(written, language)
    content = resume.to_json()
    seen: set[str] = set()
    for change in (written.answer.changes if written.answer else [])[: 2 * MAX_CHANGES]:
        path = as_pointer(change.path)
        if reason := _unusable(content, path, change, seen):
            refusal = Rejected(path=path[:200], text=change.after[:300], reasons=[reason])
            offered.rejected.append(refusal)
            continue
        seen.add(path)
        if " ".join(change.after.split()) != pointer.get(content, path):
            offered.texts.append(Proposal(path, change.after))
    return offered


def _unusable(
    content: dict[str, Any], path: str, change: ChangeMade, seen: set[str]
) -> str:  # fmt: skip
    """Return why a change is not even read: it is about another place, too long, or a link."""
    present = pointer.get(content, path)
    if not isinstance(present, str):
        return "there is no text at this path; only texts that are there can be rephrased"
    if path in seen:
        return "this text was rephrased already"
    if change.before and _plain(change.before) not in _plain(present):
        return "the text before is not what stands at this path"
    if LINK.search(change.after) and not LINK.search(present):
        return "it carries a link or an address"
    if len(change.after) > max(200, 2 * len(present)):
        return "it is far longer than the text it stands for"
    return ""


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold().strip(" .")


def as_pointer(path: str) -> str:
    """Return a path as a JSON pointer; models also write `work[0].highlights[1]`."""
    path = path.strip().removeprefix("$").removeprefix("#")
    if path.startswith("/"):
        return path
    return "/" + "/".join(step.strip("'\"") for step in _STEP.findall(path))


def sentences(
    writer: Writer, user: str, resume: Resume, posting: Posting, language: str, tone: Tone
) -> Offered:
    """Return what a model would say of the person in a letter."""
    written = writer.write(
        user, "letter_sentences", language, LetterAnswer,
        resume=shown(resume), posting=_posting(posting), tone=tone, count=LETTER_SENTENCES[tone],
    )  # fmt: skip
    offered = Offered(written, language)
    for number, item in enumerate(written.answer.sentences if written.answer else []):
        path, text = f"/sentences/{number}", " ".join(item.text.split())
        if LINK.search(text):
            reasons = ["it carries a link or an address"]
            offered.rejected.append(Rejected(path=path, text=text[:300], reasons=reasons))
        else:
            offered.texts.append(Proposal(path, text))
    return offered
