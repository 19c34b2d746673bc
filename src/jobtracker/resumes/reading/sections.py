"""From lines to sections: which line is a heading, and what belongs under it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from jobtracker.resumes.reading.dates import find_dates
from jobtracker.resumes.reading.document import Line
from jobtracker.resumes.reading.headings import heading_section
from jobtracker.resumes.reading.names import is_name
from jobtracker.resumes.reading.spoken import languages_in

_OPEN_END = re.compile(r"(?:[,&/-]|\b(?:and|und|et|e|ed|of|de|di))$", re.IGNORECASE)
_INLINE = {"skills", "languages", "interests", "summary", "certificates"}


@dataclass(slots=True)
class Section:
    """A heading and the lines under it; `kind` is a key of the vocabulary, `head` or `unknown`."""

    kind: str
    title: str
    lines: list[Line] = field(default_factory=list[Line])


def split_sections(lines: list[Line]) -> list[Section]:
    """Return the sections in order; the first, of kind `head`, holds what stands above them."""
    style = _heading_style(lines)
    level = _section_level(lines)
    sections = [Section("head", "")]
    joined = _wrapped_headings(lines)
    colons = sum(1 for line in lines if _ends_in_colon(line) and heading_section(line.plain[:-1]))
    tongues = _Tongues()
    for index, line in enumerate(_without_signature(joined)):
        if tongues.take(sections, line):
            continue
        current = sections[-1]
        if line.heading == 1 and level > 1 and current.kind != "head" and is_name(line.plain):
            sections.append(Section("head", "", [line]))
            continue
        kind = _heading_kind(line, style, level, current, joined[index + 1 : index + 2])
        if kind == "title":
            continue
        if kind is not None:
            sections.append(Section(kind, line.plain.strip(" :")))
            continue
        beside = _beside_heading(line)
        if beside:
            sections.append(Section(beside[0], beside[1], [_rest(line, beside[2])]))
            continue
        if line.start and current.kind not in {"head", "contact"} and len(sections) > 1:
            sections.append(Section("head", ""))
            current = sections[-1]
        inline = _inline_heading(line, current, free=colons >= 2)
        if inline:
            sections.append(Section(inline[0], inline[1], [_rest(line, inline[2])]))
            continue
        current.lines.append(line)
    return sections


_TONGUE = re.compile(
    r"(?P<first>mother tongue(?:\(s\)|s)?|native language|muttersprache|langue maternelle|"
    r"lingua madre|madrelingua)\s*[:\t]\s*(?P<one>\S.*)|"
    r"(?:other language(?:\(s\)|s)?|weitere sprachen?|fremdsprachen?|autres? langues?|"
    r"altr[ae] lingu[ae])\s*[:\t]\s*(?P<more>\S.*)",
    re.IGNORECASE,
)


class _Tongues:
    """Takes languages named by labels amid a list of skills into a section of their own."""

    def __init__(self) -> None:
        self.interrupted: Section | None = None

    def take(self, sections: list[Section], line: Line) -> bool:
        """Take the line where it names languages; else go on with what was interrupted."""
        current = sections[-1]
        spoken = None if current.kind in {"head", "contact"} else _named_tongue(line)
        if spoken is None:
            if self.interrupted is not None:
                sections.append(Section(self.interrupted.kind, self.interrupted.title))
                self.interrupted = None
            return False
        if self.interrupted is None:
            self.interrupted = current
            sections.append(Section("languages", current.title))
        sections[-1].lines.append(_rest(line, spoken))
        return True


def _named_tongue(line: Line) -> str | None:
    """Return the languages of a line that names them by a label, as in Europass."""
    match = _TONGUE.fullmatch(line.text.strip())
    if match is None or not languages_in(match["one"] or match["more"]):
        return None
    if match["more"]:
        return match["more"]
    return ", ".join(f"{item.language} ({match['first']})" for item in languages_in(match["one"]))


_SIGNED = re.compile(r"[A-ZÀ-Ý][^\W\d]+(?:[ .-][^\W\d]+){0,3},?\s+(?:(?:den|le|il|am|the)\s+)?")


def _without_signature(lines: list[Line]) -> list[Line]:
    """Leave out the place and day under which a résumé is signed at its end."""
    for index in range(len(lines) - 1, max(-1, len(lines) - 4), -1):
        text = lines[index].plain.strip()
        found = find_dates(text)
        if len(found) != 1 or lines[index].bullet or found[0].is_range:
            continue
        begin, end = found[0].span
        whole_day = len(found[0].end or "") == 10 or re.match(r"\d{1,2}\W", text[begin:end])
        if whole_day and end == len(text) and _SIGNED.fullmatch(text[:begin]):
            return lines[:index] + lines[index + 1 :]
    return lines


def _rest(line: Line, text: str) -> Line:
    return Line(
        text=text,
        page=line.page,
        number=line.number,
        size=line.size,
        indent=line.indent,
        bullet=line.bullet,
    )


def _heading_style(lines: list[Line]) -> tuple[float, bool, bool] | None:
    """Return size, boldness and capitals of the known headings, where most of them agree."""
    styles = Counter(
        (line.size, line.bold, line.plain.isupper())
        for line in lines
        if not line.bullet and heading_section(line.plain) not in {None, "title"}
    )
    if not styles:
        return None
    style, count = styles.most_common(1)[0]
    body = Counter((line.size, line.bold, line.plain.isupper()) for line in lines).most_common(1)[0]
    return style if count >= 2 and style != body[0] else None


def _wrapped_headings(lines: list[Line]) -> list[Line]:
    """Join a heading in a column of its own that goes on in the next line of that column."""
    result: list[Line] = []
    for line in lines:
        before = result[-1] if result else None
        name, tab, rest = line.text.partition("\t")
        if before is not None and _is_second_half(before, line):
            before.text = f"{before.text} {line.text}"
            continue
        tight = not line.gap and not line.bullet and len(name) < 40
        if before is not None and tight and not before.bullet:
            first, _, more = before.text.partition("\t")
            whole = f"{first} {name}"
            apart = not _OPEN_END.search(first) and heading_section(name) not in {
                None,
                heading_section(first),
            }
            if more and not apart and _same_or_new(heading_section(whole), heading_section(first)):
                before.text = f"{whole}\t{more}"
                if tab:
                    result.append(_rest(line, rest))
                continue
        result.append(line)
    return result


def _is_second_half(before: Line, line: Line) -> bool:
    """Tell the second line of a heading that is too long for its narrow column."""
    if line.gap or line.bullet or before.bullet or "\t" in before.text + line.text:
        return False
    same = abs(before.size - line.size) < 0.3 and before.bold == line.bold and line.size > 0
    if not same or before.text.isupper() != line.text.isupper() or before.text.endswith(":"):
        return False
    whole, second = heading_section(f"{before.text} {line.text}"), heading_section(line.text)
    first = heading_section(before.text)
    return whole is not None and (first is None or second is None or whole == second != first)


def _same_or_new(whole: str | None, first: str | None) -> bool:
    return whole is not None and first in {None, whole}


def _section_level(lines: list[Line]) -> int:
    """Return the level at which most known headings stand, 2 where the format gives none."""
    levels = Counter(
        line.heading
        for line in lines
        if line.heading and heading_section(line.plain.rstrip(" :")) not in {None, "title"}
    )
    return levels.most_common(1)[0][0] if levels else 2


def _heading_kind(
    line: Line,
    style: tuple[float, bool, bool] | None,
    level: int,
    current: Section,
    after: list[Line],
) -> str | None:
    text = line.plain.strip()
    if line.bullet or not text or len(text) > 60 or text[0].islower():
        return None
    kind = heading_section(text.rstrip(":"))
    looks = (
        style is not None and (line.size, line.bold, line.plain.isupper()) == style and style[0] > 0
    )
    if line.heading and kind is None:
        looks = line.heading == level and current.kind != "head"
    if kind == "title":
        return "title" if current.kind == "head" else None
    if kind is not None:
        return kind if _may_be_heading(line, kind, style, current, after) else None
    if (
        looks
        and current.kind != "head"
        and not find_dates(text)
        and (line.heading or _is_own_style(style))
    ):
        return "unknown"
    return None


def _is_own_style(style: tuple[float, bool, bool] | None) -> bool:
    return (style is not None and style[2]) or (style is not None and style[0] >= 11)


def _may_be_heading(
    line: Line,
    kind: str,
    style: tuple[float, bool, bool] | None,
    current: Section,
    after: list[Line],
) -> bool:
    """Refuse words such as “Software” that stand in a list and merely equal a heading."""
    if current.kind == kind == "skills" and current.lines and " " not in line.plain.strip(" :"):
        return False
    if line.heading or line.plain.isupper() or line.text.rstrip().endswith(":"):
        return True
    if style is not None:
        same = abs(line.size - style[0]) < 0.3 and line.bold == style[1]
        # A column may have headings of its own style; what stands out more is one all the same.
        larger = line.size > style[0] + 0.8 and (line.bold or not style[1])
        return larger or (same and (not style[2] or line.plain.isupper()))
    if current.kind == "skills" and kind == "skills":
        return line.gap and bool(after)
    return line.gap or line.bold or line.start or current.kind == "head" or not line.size


def _names_languages(text: str) -> bool:
    """Tell spoken languages from those that one programs in."""
    found = languages_in(text)
    return len(found) >= 2 or any(item.fluency for item in found)


def _beside_heading(line: Line) -> tuple[str, str, str] | None:
    """Read a heading that stands in a column of its own, beside the first line of its section."""
    first, tab, rest = line.text.partition("\t")
    if not tab or line.bullet or first[:1].islower():
        return None
    kind = heading_section(first.strip(" :"))
    if kind is None or kind in {"title", "other"}:
        return None
    return (kind, first, rest) if (line.bold or line.gap or first.isupper()) else None


def _ends_in_colon(line: Line) -> bool:
    return line.plain.endswith(":") and not line.bullet


def _inline_heading(line: Line, current: Section, *, free: bool) -> tuple[str, str, str] | None:
    """Read `Languages: German, English` as a section of its own outside of a list of skills.

    `free`: other headings of this résumé end in a colon too, so space above it is not needed.
    """
    match = re.match(r"([^:\t]{3,40}):[\s\t]+(\S.*)", line.text)
    if match is None or line.bullet or current.kind in {"contact", "projects"}:
        return None
    kind = heading_section(match[1])
    if kind is None or kind not in _INLINE or current.kind == kind:
        return None
    if free or (kind == "languages" and _names_languages(match[2])):
        return kind, match[1], match[2]
    if current.kind == "skills":
        return None
    if current.kind in {"work", "education", "volunteer"} and not line.gap:
        return None
    return kind, match[1], match[2]
