"""Cases from life: a conversation that went wrong becomes a case, with everybody's names replaced.

`propose` shows what would be kept and writes nothing; `save` is called after the person's yes.
"""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from jobtracker.core.errors import NotFound, Unavailable
from jobtracker.evals.disguise import Disguise
from jobtracker.evals.model import Case

if TYPE_CHECKING:
    from jobtracker.core.bootstrap import Core

NAME = "captured"
_MOST_TURNS = 40
_LONGEST = 120
_SENTENCE = re.compile(r"[^\n.!?]{12,}")
_ABOUT: dict[str, Any] = {
    "scorer": "conversations",
    "proves": "conversations that went wrong once no longer go wrong in the same way",
    "cannot": "that the new answer is the right one, until its expectation is written out",
    "thresholds": {},
}


def propose(core: Core, user: str, thread_id: str, turn: int | None = None, note: str = "") -> Case:
    """Return a conversation up to the turn that was wrong (the last by default) as a case.

    Names, mails, phones, companies, addresses and paths are replaced. The case expects that the
    assistant does not answer that turn in the same words again: whoever works on it writes out
    what it should do instead (`note` is the person's own word on it).

    Raises:
        NotFound: the user has no such thread, or it has no such turn.
    """
    from jobtracker.agent.transcript import Transcript

    lines = Transcript(core.store).read(user, thread_id, limit=10_000)
    if turn is None:
        turn = lines[-1].turn if lines else 0
    told = [line for line in lines if line.turn <= turn][-2 * _MOST_TURNS :]
    if not any(line.turn == turn for line in told):
        raise NotFound(f"thread {thread_id!r} has no turn {turn}")
    disguise = Disguise(_known(core, user))
    for line in told:
        disguise.learn(line.text)
    if note:
        disguise.learn(note)
    hidden = [(line.role, disguise.hide(line.text)) for line in told]
    said = [text for role, text in hidden if role == "user"]
    reply = next((text for role, text in reversed(hidden) if role == "assistant"), "")
    expected: list[dict[str, Any]] = [{} for _ in said]
    expected[-1] = {"silent": [_opening(reply)]} if reply.strip() else {"says": ["?"]}
    metadata: dict[str, Any] = {"kind": "captured", "replied": reply[:2000]}
    if note:
        metadata["wanted"] = disguise.hide(note)
    return Case(
        name=_name(said[-1], core.clock.now()),
        inputs={"turns": said},
        expected_output=expected,
        metadata=metadata,
    )


def save(core: Core, case: Case) -> Path:
    """Add a case to the suite of captured ones in the home folder, and return the file.

    Raises:
        Unavailable: it cannot be written.
    """
    import yaml

    from jobtracker.evals.loading import yaml_of

    path = core.home / "evals" / f"{NAME}.yaml"
    raw = yaml_of(path) if path.is_file() else None
    suite = cast("dict[str, Any]", raw) if isinstance(raw, dict) else {}
    kept = suite or {"name": NAME, "about": _ABOUT, "cases": []}
    cases = [c for c in cast("list[dict[str, Any]]", kept["cases"]) if c["name"] != case.name]
    kept["cases"] = [*cases, case.model_dump()]
    text = yaml.safe_dump(kept, allow_unicode=True, sort_keys=False, width=100)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        fresh.write_text(text, encoding="utf-8")
        fresh.chmod(0o600)
        fresh.replace(path)
    except OSError as exc:
        raise Unavailable(f"{path} cannot be written: {exc.strerror}") from exc
    return path


def shown(case: Case) -> str:
    """Return the case as the person is shown it before they say yes."""
    lines = [f"case {case.name}"]
    lines += [f"  you:       {text}" for text in case.inputs["turns"]]
    lines.append(f"  assistant: {case.metadata['replied'][:400]}")
    if wanted := case.metadata.get("wanted"):
        lines.append(f"  wanted:    {wanted}")
    return "\n".join(lines)


def _opening(reply: str) -> str:
    """Return the first words of a reply that are long enough to be told again."""
    match = _SENTENCE.search(reply)
    return (match[0] if match else reply).strip()[:_LONGEST].strip()


def _name(message: str, now: datetime) -> str:
    words = re.findall(r"[a-z0-9]+", message.casefold())[:5]
    return "-".join([*words, now.strftime("%Y%m%d-%H%M%S")])


def _known(core: Core, user: str) -> dict[str, list[str]]:
    """Return the names in the person's own records: résumés, applications and their contacts."""
    from jobtracker.applications.service import ApplicationService
    from jobtracker.resumes.service import ResumeService

    people: list[str] = []
    companies: list[str] = []
    resumes = ResumeService(core)
    for item in resumes.list(user).resumes:
        people += [item.name] if item.name else []
        content = resumes.get(user, item.resume_id).resume
        companies += [work.name for work in content.work or [] if work.name]
    companies += [a.company for a in ApplicationService(core).list(user).applications if a.company]
    return {"person": people, "company": companies}
