"""The one page to take along to an interview, as PDF."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from jobtracker.coaching.model import PreparedInterview
from jobtracker.coaching.phrases import DATA, table
from jobtracker.core.errors import Unavailable

if TYPE_CHECKING:
    from jobtracker.core.bootstrap import Core

MOST = {"questions": 9, "stories": 5, "gaps": 4, "to_ask": 5, "checklist": 4}
LONGEST = 230
"""Characters an item keeps, so that a page stays a page."""


def write(core: Core, user: str, plan: PreparedInterview) -> Path:
    """Write the plan on one page into the user's exports and return the file.

    Raises:
        Unavailable: the disk is full or read-only.
    """
    content = _pdf(plan, core)
    # The name tells nobody's: users share a machine.
    owner = hashlib.blake2b(user.encode(), digest_size=10).hexdigest()
    subject = plan.application_id or plan.job_id or "practice"
    folder = core.home / "exports" / owner
    target = folder / f"interview-{_safe(subject)}-{plan.stage}.pdf"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = target.with_suffix(".part")
        draft.write_bytes(content)
        draft.chmod(0o600)
        draft.replace(target)
    except OSError as exc:
        raise Unavailable(
            f"the page {target} cannot be written ({exc.strerror}); free some space or make the "
            "folder writable"
        ) from exc
    return target


def _safe(name: str) -> str:
    return "".join(letter for letter in name if letter.isalnum() or letter in "_-")[:64]


def _pdf(plan: PreparedInterview, core: Core) -> bytes:
    import typst

    words = cast("dict[str, str]", table("phrases")["page"][plan.language])
    items = {
        "questions": [item.question for item in plan.questions],
        "stories": [
            f"{s.situation}: {s.action}" + (f" → {s.result}" if s.result != s.action else "")
            for s in plan.stories
        ],
        "gaps": [gap.say for gap in plan.gaps],
        "to_ask": plan.questions_to_ask,
        "checklist": plan.checklist,
    }
    zone = core.clock.zone
    when = [
        ", ".join(
            part for part in (f"{r.start.astimezone(zone):%d.%m.%Y %H:%M}", r.location) if part
        )
        for r in plan.logistics[:2]
    ]
    title = f"{plan.role} – {plan.company}" if plan.company else plan.role
    data: dict[str, Any] = {
        "language": plan.language,
        "title": title,
        "subtitle": " · ".join(when),
        "sections": [
            {"name": words[name], "items": [_cut(text) for text in found[: MOST[name]]]}
            for name, found in items.items()
        ],
    }
    # The facts travel as JSON input, never as source text: nothing in them can become markup.
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    source = (DATA / "plan.typ").read_bytes()
    return bytes(typst.compile(source, format="pdf", sys_inputs=inputs))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 2].rsplit(' ', 1)[0]} …"
