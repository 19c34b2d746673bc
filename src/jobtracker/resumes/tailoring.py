"""Tailoring: reorder, select and rephrase what is there towards a posting, with evidence for each.

Nothing is added that the résumé does not hold; every new text goes through `claims.check`, whether
a rule of ours or a model proposed it.
"""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from jobtracker.core.errors import BadInput
from jobtracker.resumes import pointer
from jobtracker.resumes.claims import check, facts_of
from jobtracker.resumes.model import Change, Evidence, Gap, Missing, Rejected, Resume
from jobtracker.resumes.phrases import GAP, SUMMARY, join
from jobtracker.resumes.posting import Posting
from jobtracker.resumes.saying import because
from jobtracker.resumes.scoring import years_of_work
from jobtracker.resumes.terms import skills_in, words

MAX_HIGHLIGHTS = 6
REPHRASED = "rephrased"
"""Why a text changed that was proposed; no rule of ours says this."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A text that somebody, perhaps a model, wants at a path."""

    path: str
    text: str


@dataclass
class Tailored:
    """The new content, what changed, and what was refused."""

    content: dict[str, Any]
    changes: list[Change] = field(default_factory=list[Change])
    rejected: list[Rejected] = field(default_factory=list[Rejected])


@dataclass
class _Work:
    original: Resume
    posting: Posting
    language: str
    as_of: date
    result: Tailored
    weights: dict[str, float]

    def relevance(self, text: str) -> float:
        """Return how much of the posting a text speaks of."""
        keys = {skill.key for skill in skills_in(text)}
        own = set(words(text))
        named = sum(self.weights.get(key, 0.0) for key in keys)
        named += sum(0.5 for key in self.weights if key.startswith("=") and key[1:] in own)
        return named + 0.5 * sum(1 for word in self.posting.title_words if word in own)


def tailor(
    resume: Resume, posting: Posting, language: str, as_of: date, proposals: list[Proposal]
) -> Tailored:
    """Return the résumé turned towards the posting."""
    result = Tailored(copy.deepcopy(resume.to_json()))
    weights = {term.key: term.weight for term in posting.terms}
    work = _Work(resume, posting, language if language in SUMMARY else "en", as_of, result, weights)
    for proposal in proposals[:50]:
        _propose(work, proposal)
    _order_highlights(work)
    _prove_skills(work)
    _order_skills(work)
    _label(work)
    _summary(work)
    return result


def _propose(work: _Work, proposal: Proposal) -> None:
    """Take a proposed text where the entry that it belongs to bears it out."""
    before = pointer.get(work.result.content, proposal.path)
    text = " ".join(proposal.text.split())
    if not isinstance(before, str) or not text:
        reason = "there is no text at this path; only texts that are there can be rephrased"
        work.result.rejected.append(Rejected(path=proposal.path, text=text[:300], reasons=[reason]))
        return
    fixed = (
        r"/(?:work|volunteer|education|certificates|awards|projects)/\d+/"
        r"(?!highlights|summary|description|courses)\w+"
    )
    if re.fullmatch(fixed, proposal.path) or proposal.path.startswith(("/meta", "/languages")):
        reason = "employers, titles, dates and degrees are facts and are not rephrased"
        work.result.rejected.append(Rejected(path=proposal.path, text=text[:300], reasons=[reason]))
        return
    match = re.match(r"/(?:work|volunteer|projects|education)/\d+(?=/)", proposal.path)
    scope = match[0] if match else ""
    reasons = check(text, facts_of(work.original, work.as_of, scope=scope))
    if reasons:
        work.result.rejected.append(Rejected(path=proposal.path, text=text[:300], reasons=reasons))
        return
    pointer.put(work.result.content, proposal.path, text)
    evidence = Evidence(path=proposal.path, quote=before[:200])
    work.result.changes.append(
        Change(
            path=proposal.path, before=before, after=text, **because("rephrased"), evidence=evidence
        )
    )


def _order_highlights(work: _Work) -> None:
    """Put what the posting asks for first; drop what is least to the point where there is much."""
    for index, job in enumerate(work.result.content.get("work", [])):
        before: list[str] = job.get("highlights", [])
        ranked = sorted(range(len(before)), key=lambda i, b=before: (-work.relevance(b[i]), i))
        kept = [before[i] for i in ranked[:MAX_HIGHLIGHTS]]
        dropped = [before[i] for i in ranked[MAX_HIGHLIGHTS:] if work.relevance(before[i]) == 0]
        kept += [before[i] for i in ranked[MAX_HIGHLIGHTS:] if before[i] not in dropped]
        if kept == before:
            continue
        path = f"/work/{index}/highlights"
        job["highlights"] = kept
        work.result.changes.append(
            Change(
                path=path,
                op="move",
                before="\n".join(before),
                after="\n".join(kept),
                **because("highlights_selected" if dropped else "highlights_first", n=len(dropped)),
                evidence=Evidence(path=path, quote=kept[0][:200]),
            )
        )


def _prove_skills(work: _Work) -> None:
    """Name among the skills what the posting asks for and the work itself shows."""
    listed = {
        skill.key
        for group in work.original.skills
        for text in [group.name or "", *group.keywords]
        for skill in skills_in(text)
    }
    found: list[tuple[str, Evidence]] = []
    for index, job in enumerate(work.original.work):
        texts = [(f"/work/{index}/summary", job.summary or "")]
        texts += [(f"/work/{index}/highlights/{i}", text) for i, text in enumerate(job.highlights)]
        for path, text in texts:
            for skill in skills_in(text):
                if skill.key in work.weights and skill.key not in listed:
                    listed.add(skill.key)
                    found.append((skill.words, Evidence(path=path, quote=text[:200])))
    groups: list[dict[str, Any]] = work.result.content.setdefault("skills", [])
    for name, evidence in found[:8]:
        target = next((g for g in groups if g.get("keywords")), None)
        if target is None:
            groups.append({"name": name})
            path = f"/skills/{len(groups) - 1}"
        else:
            target["keywords"].append(name)
            path = f"/skills/{groups.index(target)}/keywords/{len(target['keywords']) - 1}"
        why = because("shown_by_work")
        work.result.changes.append(
            Change(path=path, op="add", before=None, after=name, evidence=evidence, **why)
        )


def _order_skills(work: _Work) -> None:
    groups: list[dict[str, Any]] = work.result.content.get("skills", [])
    before = copy.deepcopy(groups)
    for group in groups:
        keywords: list[str] = group.get("keywords") or []
        if keywords:
            group["keywords"] = sorted(keywords, key=lambda text: -work.relevance(text))
    groups.sort(
        key=lambda g: -sum(work.relevance(t) for t in [g.get("name", ""), *g.get("keywords", [])])
    )
    if groups != before and groups:
        said = pointer.diff(before, groups, "/skills")
        work.result.changes.append(
            Change(
                path="/skills",
                op="move",
                before=said[0].before if said else None,
                after=said[0].after if said else None,
                **because("skills_first"),
                evidence=Evidence(path="/skills", quote=str(groups[0].get("name", ""))),
            )
        )


def _label(work: _Work) -> None:
    """Carry, of the titles that the person held, the one closest to the posting's."""
    wanted = set(work.posting.title_words)
    basics: dict[str, Any] = work.result.content.setdefault("basics", {})
    before = basics.get("label")
    own = len(wanted & set(words(before or "")))
    for index, job in enumerate(work.original.work[:3]):
        shared = len(wanted & set(words(job.position or "")))
        if job.position and shared > own:
            own, basics["label"] = shared, job.position
            path = f"/work/{index}/position"
            work.result.changes = [c for c in work.result.changes if c.path != "/basics/label"]
            work.result.changes.append(
                Change(
                    path="/basics/label",
                    op="replace" if before else "add",
                    before=before,
                    after=job.position,
                    **because("closest_title"),
                    evidence=Evidence(path=path, quote=job.position),
                )
            )


def _summary(work: _Work) -> None:
    """Put the most relevant sentence first, or write a profile from title, years and skills."""
    basics: dict[str, Any] = work.result.content["basics"]
    before: str | None = basics.get("summary")
    if before:
        sentences = re.split(r"(?<=[.!?])\s+(?=[A-ZÀ-Ý])", before)
        ranked = sorted(sentences, key=lambda s: -work.relevance(s))
        after = " ".join(ranked)
        why, evidence = (
            because("sentence_first"),
            Evidence(path="/basics/summary", quote=before[:200]),
        )
    else:
        made = _written_summary(work)
        if made is None:
            return
        after, evidence = made
        why = because("profile_written")
    if after == before:
        return
    reasons = [] if before else check(after, facts_of(work.original, work.as_of))
    if reasons:
        work.result.rejected.append(Rejected(path="/basics/summary", text=after, reasons=reasons))
        return
    basics["summary"] = after
    op = "replace" if before else "add"
    work.result.changes.append(
        Change(path="/basics/summary", op=op, before=before, after=after, evidence=evidence, **why)
    )


def _written_summary(work: _Work) -> tuple[str, Evidence] | None:
    title = work.result.content["basics"].get("label") or (
        work.original.work[0].position if work.original.work else None
    )
    skills: list[str] = []
    place = ""
    for group in work.result.content.get("skills", []):
        for text in group.get("keywords") or [group.get("name", "")]:
            if text and work.relevance(text) > 0 and len(skills) < 4:
                skills.append(text)
                place = place or "/skills"
    if not title or not skills:
        return None
    years = int(years_of_work(work.original, work.as_of))
    long, short = SUMMARY[work.language]
    text = long if years >= 2 else short
    written = text.format(title=title, years=years, skills=join(skills, work.language))
    return written, Evidence(path=place, quote=", ".join(skills))


def gaps(missing: list[Missing], language: str) -> list[Gap]:
    """Return what the posting wants and the résumé does not hold."""
    advice = GAP.get(language, GAP["en"])
    return [
        Gap(term=item.term, required=item.required, advice=advice)
        for item in missing
        if item.weight >= 1
    ][:20]


def proposals_from(raw: list[dict[str, Any]]) -> list[Proposal]:
    """Return the proposals of a caller.

    Raises:
        BadInput: one has no path or text.
    """
    found: list[Proposal] = []
    for number, item in enumerate(raw, 1):
        path, text = item.get("path"), item.get("text")
        if not isinstance(path, str) or not isinstance(text, str):
            raise BadInput(f"proposal {number} needs a path (JSON pointer) and a text")
        found.append(Proposal(path, text))
    return found
