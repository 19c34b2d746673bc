"""Where each field was read."""

from __future__ import annotations

from dataclasses import dataclass, field

from jobtracker.resumes.model import FieldSource
from jobtracker.resumes.reading.document import Line


@dataclass(slots=True)
class Sources:
    """Collects the places, by JSON pointer."""

    found: list[FieldSource] = field(default_factory=list[FieldSource])

    def add(self, path: str, line: Line, quote: str, confidence: float) -> None:
        """Note that the field at `path` was read in `line`."""
        self.found.append(
            FieldSource(
                path=path,
                page=line.page,
                line=line.number,
                quote=" ".join(quote.split())[:200],
                confidence=confidence,
            )
        )
