"""What every reader of a format hands over: lines in reading order, and what was hidden."""

from __future__ import annotations

from dataclasses import dataclass, field

from jobtracker.core.speech import Saying
from jobtracker.resumes.model import HiddenText, Layout

BULLETS = "•●○◦▪▫■□◆◇‣⁃∙·➢➤►▶✓✔✦→⇒–—-*+»\uf0b7\uf0a7\uf0d8\u2043\uf02d"


@dataclass(slots=True)
class Line:
    """One line, its wrapped continuation included.

    Parts that stood apart in the line (a date at the right edge, a table's cells) are separated by
    tabs in `text`. `heading` is the level that the format gives, 0 where it gives none.
    """

    text: str
    page: int = 1
    number: int = 0
    size: float = 0.0
    bold: bool = False
    indent: float = 0.0
    bullet: bool = False
    heading: int = 0
    gap: bool = False
    start: bool = False
    """First line of a column, a text box or another place that does not follow the line before."""

    @property
    def plain(self) -> str:
        """The text with tabs as spaces."""
        return self.text.replace("\t", " ")


@dataclass(slots=True)
class Document:
    """A file as lines, and what its layout is like."""

    lines: list[Line]
    layout: Layout
    hidden: list[HiddenText] = field(default_factory=list[HiddenText])
    links: list[str] = field(default_factory=list[str])
    warnings: list[Saying] = field(default_factory=list[Saying])

    @property
    def text(self) -> str:
        """The visible text."""
        return "\n".join(("• " if line.bullet else "") + line.plain for line in self.lines)
