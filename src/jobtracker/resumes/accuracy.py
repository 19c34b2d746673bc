"""How well résumés are read and inventions caught, over the datasets in `evals/`.

`evals/resume_reading.yaml` holds people and layouts: each is written in that layout, read back, and
compared field by field. `evals/resume_layouts.yaml` holds people in layouts of others, each as the
source of a file. `evals/fabrication.yaml` holds sentences and whether they may be written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

from jobtracker.core.paths import asset_dir
from jobtracker.resumes.claims import check, facts_of
from jobtracker.resumes.model import Format, Resume
from jobtracker.resumes.reading.reader import read
from jobtracker.resumes.rendering.render import render

AS_OF = date(2026, 11, 22)
_SUFFIX = {"markdown": "md", "txt": "txt", "html": "html", "docx": "docx", "pdf": "pdf"}


@dataclass(frozen=True)
class Tally:
    """Fields that were read, that should have been, and that are right."""

    right: int = 0
    read: int = 0
    gold: int = 0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return 2 * self.right / (self.read + self.gold) if self.read + self.gold else 0.0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.right + other.right, self.read + other.read, self.gold + other.gold)


def cases(name: str) -> list[dict[str, Any]]:
    """Return the cases of a dataset."""
    text = (asset_dir("evals") / f"{name}.yaml").read_text(encoding="utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(text, Loader=loader)["cases"]


def fields(content: dict[str, Any]) -> set[tuple[str, str]]:
    """Return the fields that are compared, normalised; dates to the month."""
    basics: dict[str, Any] = content.get("basics", {})
    place: dict[str, Any] = basics.get("location") or {}
    found = {
        (f"basics.{key}", _norm(basics.get(key))) for key in ("name", "label", "email", "phone")
    }
    found.add(("basics.city", _norm(place.get("city"))))
    for job in content.get("work", []):
        found |= {(f"work.{key}", _norm(job.get(key))) for key in ("name", "position")}
        found |= {(f"work.{key}", str(job.get(key) or "")[:7]) for key in ("startDate", "endDate")}
        found |= {("work.highlight", _norm(text)) for text in job.get("highlights", [])}
    for item in content.get("education", []):
        found.add(("education.institution", _norm(item.get("institution"))))
        study = f"{item.get('studyType') or ''} {item.get('area') or ''}"
        found.add(("education.study", _norm(study)))
        found.add(("education.endDate", str(item.get("endDate") or "")[:7]))
    for group in content.get("skills", []):
        found |= {("skill", _norm(word)) for word in group.get("keywords") or [group.get("name")]}
    for item in content.get("languages", []):
        found |= {(key, _norm(item.get(key))) for key in ("language", "fluency")}
    return {fact for fact in found if fact[1]}


def _norm(value: Any) -> str:
    return re.sub(r"\W+", " ", str(value or "")).casefold().strip()


def compare(read_back: dict[str, Any], gold: dict[str, Any]) -> Tally:
    """Return how the fields of two résumés compare."""
    have, want = fields(read_back), fields(gold)
    return Tally(len(have & want), len(have), len(want))


def read_case(inputs: dict[str, Any]) -> Tally:
    """Write the case's person in the case's layout, read the file and compare."""
    if source := inputs.get("source"):
        data = _typeset(source) if inputs.get("writer") == "typst" else source.encode()
        return compare(read(data, inputs["filename"]).resume.to_json(), inputs["resume"])
    kind: Format = inputs["format"]
    data = render(inputs["resume"], kind, inputs.get("template") or "classic", inputs["language"])
    found = read(data, f"case.{_SUFFIX[kind]}").resume.to_json()
    return compare(found, inputs["resume"])


def _typeset(source: str) -> bytes:
    import typst

    # Its own fonts alone, so that a case is the same file on every machine.
    return bytes(typst.compile(source.encode(), format="pdf", ignore_system_fonts=True))


def may_be_written(inputs: dict[str, Any]) -> bool:
    """Tell whether the case's text passes the check against the case's résumé."""
    facts = facts_of(Resume.model_validate(inputs["resume"]), AS_OF)
    return not check(inputs["text"], facts)
