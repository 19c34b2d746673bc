"""Teamtailor RSS feed: https://support.teamtailor.com/en/articles/1434325."""

# A vendor's JSON has no types until it is parsed.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

from jobtracker.jobs.model import RawPosting
from jobtracker.jobs.sources import port
from jobtracker.jobs.sources.port import Capability, Row, SourceInfo, WholeBoard

_TT = "{https://teamtailor.com/locations}"


class Teamtailor(WholeBoard):
    """Whole boards of one employer as RSS with full text."""

    info = SourceInfo(
        name="teamtailor",
        title="Teamtailor",
        kind="ats",
        auth="none",
        terms_url="https://www.teamtailor.com/terms-of-use/",
        limits="none stated",
        status="works",
        capabilities=frozenset({Capability.BOARD, Capability.PARSE, Capability.LIVENESS}),
        hosts=(".teamtailor.com",),
        per_minute=30,
        note="",
    )
    base_url = "https://{board}.teamtailor.com"
    list_path = "/jobs.rss"
    answers_json = False

    @classmethod
    def board_of(cls, url: str) -> str | None:
        """Return the tenant, from the host."""
        return port.subdomain(url, "teamtailor.com")

    @classmethod
    def detects(cls, payload: Any) -> bool:
        """RSS in which Teamtailor's namespace is named."""
        return isinstance(payload, str) and "<rss" in payload[:500] and "teamtailor.com" in payload

    @classmethod
    def parse(cls, payload: Any, board: str = "") -> list[RawPosting]:
        """Translate the feed."""
        root = port.xml_of(cls.info.title, payload, "rss")
        company = (root.findtext("channel/title") or "").strip()
        rows = [_row(item) for item in root.iter("item")]
        name = company or port.named_from(board)
        return port.parse_rows(cls.info.title, rows, lambda row: cls._posting(row, name))

    @classmethod
    def _posting(cls, row: Row, company: str | None) -> RawPosting:
        modes = {"fully": "remote", "hybrid": "hybrid", "none": "onsite"}
        return RawPosting(
            source=cls.info.name,
            external_id=port.text_of(row, "guid", "link"),
            title=port.text_of(row, "title"),
            company=company,
            url=port.text_of(row, "link") or None,
            apply_url=port.text_of(row, "link") or None,
            text=port.text_of(row, "description"),
            places=port.places(*(port.place(city, country=land) for city, land in row["places"])),
            work_mode=port.mode_of(modes.get(port.text_of(row, "remoteStatus"))),
            posted_at=port.moment(row.get("pubDate")),
            tags=[tag for tag in (row["department"], row["role"]) if tag],
            original=row,
        )


def _row(item: Element) -> Row:
    row: Row = {child.tag: (child.text or "").strip() for child in item if not len(child)}
    row["department"] = (item.findtext(f"{_TT}department") or "").strip()
    row["role"] = (item.findtext(f"{_TT}role") or "").strip()
    row["places"] = [
        (
            (spot.findtext(f"{_TT}city") or spot.findtext(f"{_TT}name") or "").strip(),
            (spot.findtext(f"{_TT}country") or "").strip(),
        )
        for spot in item.iterfind(f"{_TT}locations/{_TT}location")
    ]
    return row
