"""Fields as vendors write them: dates, pay, work mode, places, names in URLs."""

# A vendor's JSON has no types until it is parsed.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from jobtracker.jobs.model import JobPlace, Period, Salary, WorkMode

_FORMATS = (
    "%Y-%m-%d %H:%M:%S UTC", "%Y-%m-%d %H:%M:%S", "%d/%m/%Y", "%d.%m.%Y", "%b %d, %Y",
    "%B %d, %Y", "%d-%b-%Y", "%Y/%m/%d", "%m/%d/%Y",
)  # fmt: skip
_AGO = re.compile(r"(\d+)\+?\s*(hour|day|week|month)s? ago", re.I)


def moment(value: Any, now: datetime | None = None) -> datetime | None:
    """Read a vendor's date: ISO, epoch seconds or milliseconds, RFC 2822, “3 days ago”, or as it is
    written in one of our languages: “12. November 2026”, “il y a 3 jours”.

    One without a zone is taken as UTC. Returns None where it is none of these.
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        seconds = float(value) / (1000 if value > 1e11 else 1)
        return datetime.fromtimestamp(seconds, UTC) if 0 < seconds < 4e9 else None
    text = str(value).strip()
    if not text or len(text) > 60:
        return None
    if re.fullmatch(r"\d{9,13}", text):
        return moment(int(text))
    return _written(text) or _relative(text, now) or _spoken(text, now)


def _written(text: str) -> datetime | None:
    try:
        parsed = datetime.fromisoformat(re.sub(r"(\.\d{1,6})\d*", r"\1", text))
        return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    except ValueError:
        pass
    for known in _FORMATS:
        try:
            return datetime.strptime(text, known).replace(tzinfo=UTC)
        except ValueError:
            continue
    try:
        parsed = parsedate_to_datetime(text)
        return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError):
        return None


def _relative(text: str, now: datetime | None) -> datetime | None:
    if now is None:
        return None
    low = text.lower()
    if "today" in low or "just posted" in low:
        return now
    if "yesterday" in low:
        return now - timedelta(days=1)
    if found := _AGO.search(low):
        hours = {"hour": 1, "day": 24, "week": 168, "month": 720}[found[2].lower()]
        return now - timedelta(hours=int(found[1]) * hours)
    return None


def _spoken(text: str, now: datetime | None) -> datetime | None:
    from jobtracker.core.lexicon.times import find_times

    dated = re.search(r"(?<!\d)(?:19|20)\d\d(?!\d)", text) is not None
    if not dated and (now is None or not re.search(r"\d", text)):
        return None
    for found in find_times(text, now or datetime.now(UTC)):
        if found.has_date and found.grain in {"minute", "hour", "day", "week"}:
            return found.start if now is not None else found.start.replace(tzinfo=UTC)
    return None


_PERIODS: dict[str, Period] = {
    "hour": "hour", "hourly": "hour", "hr": "hour", "h": "hour", "ph": "hour", "per hour": "hour",
    "day": "day", "daily": "day", "d": "day", "pd": "day", "per day": "day",
    "week": "week", "weekly": "week", "w": "week", "per week": "week",
    "month": "month", "monthly": "month", "m": "month", "per month": "month", "pm": "month",
    "year": "year", "yearly": "year", "annual": "year", "annually": "year", "annum": "year",
    "y": "year", "pa": "year", "per year": "year", "per annum": "year",
    "stunde": "hour", "heure": "hour", "ora": "hour", "hora": "hour", "stündlich": "hour",
    "tag": "day", "jour": "day", "giorno": "day", "woche": "week", "semaine": "week",
    "settimana": "week", "monat": "month", "mois": "month", "mese": "month", "mes": "month",
    "monatlich": "month", "mensuel": "month", "mensile": "month", "jahr": "year", "an": "year",
    "année": "year", "anno": "year", "año": "year", "jährlich": "year", "annuel": "year",
    "annuo": "year",
}  # fmt: skip


def period_of(text: Any) -> Period | None:
    """Return the pay period that a vendor's code or word stands for."""
    low = re.sub(r"[\s_\-/]+", " ", str(text or "").lower()).strip()
    if low in _PERIODS:
        return _PERIODS[low]
    return next((p for word, p in _PERIODS.items() if len(word) > 2 and word in low.split()), None)


_THOUSANDS = str.maketrans("", "", " '’\u00a0\u2009\u202f")


def amount(value: Any) -> Decimal | None:
    """Return a positive amount, None for nothing, zero or nonsense.

    A text may have a currency, “k” and separators of any country: `4.800,50`, `4,800.50`, `80k`.
    """
    if value is None or isinstance(value, bool):
        return None
    text = str(value).strip().lower() if isinstance(value, str) else str(value)
    if isinstance(value, str):
        text = re.sub(r"^[^\d\-+.]+|[^\dk]+$", "", text).translate(_THOUSANDS)
        if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+,\d{1,2}", text):
            text = text.replace(".", "").replace(",", ".")
        text = text.replace(",", "")
    times = 1000 if text.endswith("k") else 1
    try:
        number = Decimal(text.removesuffix("k")) * times
    except InvalidOperation:
        return None
    return number if number.is_finite() and 0 < number < Decimal("1e12") else None


def salary(low: Any, high: Any, currency: Any, period: Any) -> Salary | None:
    """Return the pay of structured fields, None where both bounds are missing."""
    smallest, largest = amount(low), amount(high)
    if smallest is None and largest is None:
        return None
    if smallest is not None and largest is not None and smallest > largest:
        smallest, largest = largest, smallest
    code = str(currency or "").strip().upper()
    return Salary(
        min=smallest,
        max=largest,
        currency=code if re.fullmatch(r"[A-Z]{3}", code) else None,
        period=period_of(period) or "year",
    )


_MODES: tuple[tuple[str, WorkMode], ...] = (
    ("hybrid", "hybrid"), ("remote", "remote"), ("telecommute", "remote"), ("fully", "remote"),
    ("on-site", "onsite"), ("on site", "onsite"), ("onsite", "onsite"), ("office", "onsite"),
)  # fmt: skip


def mode_of(value: Any) -> WorkMode | None:
    """Return the work mode that a vendor's word stands for."""
    low = str(value or "").lower().replace("_", "-")
    return next((mode for word, mode in _MODES if word in low), None)


def place(*parts: Any, country: Any = None) -> JobPlace | None:
    """Return a place named by its parts, empty and repeated ones left out."""
    named: list[str] = []
    for part in (*parts, country):
        name = str(part or "").strip()
        if name and name.lower() not in {n.lower() for n in named}:
            named.append(name)
    if not named:
        return None
    code = str(country or "").strip().upper()
    return JobPlace(name=", ".join(named), country=code if len(code) == 2 else None)


def places(*found: JobPlace | None) -> list[JobPlace]:
    """Return the places that are there, each once."""
    unique = {p.name.lower(): p for p in found if p is not None}
    return list(unique.values())


def named_from(slug: str) -> str | None:
    """Return the company's name that a board token spells, None for an empty one."""
    words = [word for word in re.split(r"[-_.+]+", slug.strip()) if word]
    if not words:
        return None
    return " ".join(word if any(map(str.isupper, word)) else word.capitalize() for word in words)


def path_part(url: str, index: int) -> str | None:
    """Return a segment of a URL's path, None where it has fewer."""
    parts = [part for part in urlsplit(url).path.split("/") if part]
    return parts[index] if len(parts) > index else None


def subdomain(url: str, domain: str) -> str | None:
    """Return what stands before `domain` in the URL's host, None where that is another host."""
    host = (urlsplit(url).hostname or "").lower()
    return host.removesuffix("." + domain) if host.endswith("." + domain) else None
