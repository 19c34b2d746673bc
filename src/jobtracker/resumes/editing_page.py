"""Shortening: what may go, from what tells least, until a résumé fits on a page."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from jobtracker.core.errors import BadInput
from jobtracker.resumes.terms import skills_in

Content = dict[str, Any]


def weight(text: str) -> tuple[int, int]:
    """Return how much a bullet tells: numbers and skills first, then shortness."""
    return (2 * bool(re.search(r"\d", text)) + len(skills_in(text)), -len(text))


def first_sentences(text: str, count: int) -> str:
    """Return the first sentences of a text."""
    return " ".join(re.split(r"(?<=[.!?])\s+(?=[A-ZÀ-Ý])", text)[:count])


def one_page(content: Content, pages: Callable[[Content], int]) -> tuple[Content, str]:
    """Leave out what tells least, oldest first, until it fits on a page."""
    dropped: list[str] = []
    what: str | None = None
    if pages(content) <= 1:
        raise BadInput("it is on one page already (template compact)")
    while pages(content) > 1:
        for _ in range(3):
            what = _drop_least(content)
            if what is None:
                break
            dropped.append(what)
        if len(dropped) > 300 or what is None:
            raise BadInput("it does not fit on one page; remove a job or a section first")
    return content, f"left out {len(dropped)} lines; export it with the template compact"


def _drop_least(content: Content) -> str | None:
    """Take out and return what tells least; None where nothing is left to take."""
    for section in ("references", "interests"):
        if content.get(section):
            del content[section]
            return section
    return _drop_bullet(content) or _drop_item(content) or _drop_sentences(content)


def _drop_bullet(content: Content) -> str | None:
    for spare in (4, 3, 2, 1):
        for job in reversed(content.get("work", [])):
            bullets: list[str] = job.get("highlights", [])
            if len(bullets) > spare:
                least = min(bullets, key=weight)
                bullets.remove(least)
                return least
    return None


def _drop_item(content: Content) -> str | None:
    for section in ("publications", "awards", "volunteer", "projects", "certificates"):
        if content.get(section):
            return str(content[section].pop())
    return None


def _drop_sentences(content: Content) -> str | None:
    for holder in [*reversed(content.get("work", [])), content.get("basics", {})]:
        summary = str(holder.get("summary") or "")
        if len(summary) > 160 and first_sentences(summary, 1) != summary:
            holder["summary"] = first_sentences(summary, 1)
            return summary
    for item in reversed(content.get("education", [])):
        if item.get("courses"):
            return str(item["courses"].pop())
    return None
