"""A schema.org JobPosting as pages write it, made one posting: https://schema.org/JobPosting.

Also https://developers.google.com/search/docs/appearance/structured-data/job-posting, which most
pages follow. Pay that the page itself calls estimated (`estimatedSalary`) is left out.
"""

# A page has no types until it is parsed.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

import html
import re
from decimal import Decimal
from typing import Any, cast
from urllib.parse import urljoin, urlsplit

from jobtracker.jobs.model import JobPlace, Period, RawPosting, Salary
from jobtracker.jobs.sources import fields, shapes
from jobtracker.jobs.sources.shapes import Row

KIND = "JobPosting"
YEARLY_AT_LEAST = Decimal(15_000)
"""An amount without a unit is pay of a year from here on, and says too little below."""
_UNITS: dict[str, Period] = {
    "ANN": "year",
    "MON": "month",
    "WEE": "week",
    "DAY": "day",
    "HUR": "hour",
}
_SYMBOLS = {"€": "EUR", "£": "GBP", "FR.": "CHF", "SFR.": "CHF", "¥": "JPY", "US$": "USD"}
_ALPHA3 = {
    "CHE": "CH", "DEU": "DE", "AUT": "AT", "LIE": "LI", "FRA": "FR", "ITA": "IT", "ESP": "ES",
    "PRT": "PT", "NLD": "NL", "BEL": "BE", "LUX": "LU", "GBR": "GB", "IRL": "IE", "DNK": "DK",
    "SWE": "SE", "NOR": "NO", "FIN": "FI", "ISL": "IS", "POL": "PL", "CZE": "CZ", "SVK": "SK",
    "HUN": "HU", "ROU": "RO", "BGR": "BG", "GRC": "GR", "HRV": "HR", "SVN": "SI", "SRB": "RS",
    "EST": "EE", "LVA": "LV", "LTU": "LT", "UKR": "UA", "TUR": "TR", "ISR": "IL", "ARE": "AE",
    "SAU": "SA", "USA": "US", "CAN": "CA", "MEX": "MX", "BRA": "BR", "ARG": "AR", "CHL": "CL",
    "COL": "CO", "IND": "IN", "CHN": "CN", "JPN": "JP", "KOR": "KR", "SGP": "SG", "HKG": "HK",
    "MYS": "MY", "THA": "TH", "PHL": "PH", "IDN": "ID", "VNM": "VN", "AUS": "AU", "NZL": "NZ",
    "ZAF": "ZA", "EGY": "EG", "KEN": "KE", "NGA": "NG", "MAR": "MA",
}  # fmt: skip


def posting(row: Row, page: str, source: str = "page") -> RawPosting:
    """Return the posting that an item describes; `page` is the URL it was read from.

    Raises:
        KeyError: it has no title.
    """
    title = _read(_first(row, "title", "name"))
    if not title:
        raise KeyError("title")
    url = _link(row.get("url"), page) or _link(_id_of(row.get("mainEntityOfPage")), page)
    url = url or page or None
    requisition = _requisition(row.get("identifier"))
    required = _names(row.get("applicantLocationRequirements"))
    remote = bool(re.search(r"TELECOMMUTE|REMOTE", str(row.get("jobLocationType") or ""), re.I))
    spots = [place for node in _many(row.get("jobLocation")) for place in _spots(node)]
    if remote or not spots:
        spots += [spot for name in required if (spot := _named_place(name))]
    return RawPosting(
        source=source,
        external_id=url or requisition or title,
        title=title,
        company=_company(row.get("hiringOrganization")),
        url=url,
        apply_url=_apply(row, page) or url,
        text=_body(row),
        places=fields.places(*spots),
        work_mode="remote" if remote else None,
        employment=_employment(row.get("employmentType")),
        salary=_pay(row),
        salary_text=_pay_text(row.get("baseSalary")),
        posted_at=fields.moment(_first(row, "datePosted")),
        expires_at=fields.moment(_first(row, "validThrough")),
        language=_language(row.get("inLanguage")),
        workload_text=_read(_first(row, "workHours")),
        contact=_contact(row.get("applicationContact")),
        tags=[
            name
            for key in ("industry", "skills", "occupationalCategory")
            for name in _names(row.get(key))
            if len(name) < 60
        ],
        requisition=requisition,
        original=row,
    )


def told_apart(postings: list[RawPosting]) -> list[RawPosting]:
    """Return the postings of one page with ids of their own, where all carry the page's URL."""
    seen: dict[str, int] = {}
    for one in postings:
        seen[one.external_id] = seen.get(one.external_id, 0) + 1
    found: dict[str, RawPosting] = {}
    for one in postings:
        key = one.external_id
        if seen[key] > 1:
            where = ",".join(sorted(place.name for place in one.places))
            key = f"{key}#{one.requisition or f'{one.title}|{where}'}"
        found.setdefault(key, one.model_copy(update={"external_id": key}))
    return list(found.values())


def _many(value: Any) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else [] if value is None else [value]


def _first(row: Row, *keys: str) -> Any:
    """Return the first plain value under these keys."""
    for key in keys:
        for value in _many(row.get(key)):
            if isinstance(value, str | int | float) and str(value).strip():
                return value
    return None


def _read(value: Any) -> str:
    """Return a short text on one line, its entities and marks resolved."""
    text = "" if value is None else html.unescape(html.unescape(str(value)))
    return " ".join(re.sub(r"</?[a-zA-Z][^<>]*>", " ", text).split())


def _text(node: Any, *keys: str) -> str:
    return _read(_first(cast("Row", node), *keys)) if isinstance(node, dict) else ""


def _id_of(value: Any) -> Any:
    return cast("Row", value).get("@id") if isinstance(value, dict) else value


def _names(value: Any) -> list[str]:
    found: list[str] = []
    for one in _many(value):
        if isinstance(one, str):
            found += [part for part in map(_read, re.split(r"[,;\n]", one)) if part]
        elif name := _text(one, "name", "identifier", "addressCountry") or _text(
            shapes.inner(one, "address"), "addressCountry", "addressRegion"
        ):
            found.append(name)
    return found


def _company(value: Any) -> str | None:
    for one in _many(value):
        name = _read(one) if isinstance(one, str) else _text(one, "name", "legalName")
        if name and name.lower() != "confidential" and not re.match(r"https?://", name):
            return name
    return None


def _requisition(value: Any) -> str | None:
    for one in _many(value):
        plain = isinstance(one, str | int | float) and not isinstance(one, bool)
        found = _read(one) if plain else _text(one, "value", "@id")
        if found:
            return found[:200]
    return None


def _link(value: Any, base: str) -> str | None:
    found = next((v for v in shapes.texts_of(value) if v), "")
    try:
        absolute = urljoin(base, found) if found else ""
        parts = urlsplit(absolute)
        return absolute if parts.scheme in {"http", "https"} and parts.hostname else None
    except ValueError:
        return None


def _apply(row: Row, page: str) -> str | None:
    """Where the page says that one applies: an ApplyAction's target."""
    for action in _many(row.get("potentialAction")):
        for target in _many(shapes.inner(action, "target")):
            found = shapes.inner(target, "urlTemplate") if isinstance(target, dict) else target
            if url := _link(found, page):
                return url
    return None


def _contact(value: Any) -> str | None:
    for one in _many(value):
        said = [_text(one, key) for key in ("name", "email", "telephone")]
        if any(said):
            return ", ".join(part for part in said if part)
    return None


def _language(value: Any) -> str | None:
    for one in _many(value):
        found = _read(one) if isinstance(one, str) else _text(one, "alternateName", "name")
        if found:
            return found
    return None


def _employment(value: Any) -> list[str]:
    said = [part for text in shapes.texts_of(value) for part in re.split(r"[,;|]", text)]
    return [part.strip().rsplit("/", 1)[-1] for part in said if part.strip()]


_SECTIONS = (
    "description", "responsibilities", "qualifications", "educationRequirements",
    "experienceRequirements", "skills", "jobBenefits",
)  # fmt: skip


def _body(row: Row) -> str:
    parts: list[str] = []
    for key in _SECTIONS:
        for one in _many(row.get(key)):
            said = one if isinstance(one, str) else _text(one, "description", "name")
            if said.strip() and not any(said.strip() in part for part in parts):
                parts.append(said.strip())
    return "\n<br>".join(parts)


def _country(value: Any) -> str:
    for one in _many(value):
        name = _read(one) if isinstance(one, str) else _text(one, "name", "identifier", "@id")
        name = name.rsplit("/", 1)[-1]
        if name:
            return _ALPHA3.get(name.upper(), name)
    return ""


def _named_place(name: str) -> JobPlace | None:
    code = _ALPHA3.get(name.upper(), name) if len(name) <= 3 else ""
    return fields.place(country=code) if code else fields.place(name)


def _spots(node: Any) -> list[JobPlace]:
    """Return the places of a Place, an address, or a text."""
    if isinstance(node, str):
        found = fields.place(_without_street(_read(node)))
        return [found] if found else []
    if not isinstance(node, dict):
        return []
    row = cast("Row", node)
    address = row.get("address")
    if address is None and ("addressLocality" in row or "addressCountry" in row):
        address = row
    places: list[JobPlace] = []
    for one in _many(address):
        if isinstance(one, str):
            found = fields.place(_without_street(_read(one)))
        else:
            places += _of_address(one)
            continue
        places += [found] if found else []
    if not places and (found := fields.place(_text(row, "name"))):
        places.append(found)
    return places


def _of_address(address: Any) -> list[JobPlace]:
    """Return the places of a PostalAddress; one that lists several towns has as many."""
    where = _text(address, "addressRegion")
    country = _country(shapes.inner(address, "addressCountry"))
    towns = [t for t in map(_read, shapes.texts_of(shapes.inner(address, "addressLocality"))) if t]
    if len(towns) > 1:
        return [spot for town in towns if (spot := fields.place(town, country=country))]
    found = fields.place(*towns, where, country=country)
    found = found or fields.place(_text(address, "streetAddress", "postalCode"))
    return [found] if found else []


def _without_street(address: str) -> str:
    """“Bahnhofstrasse 1, 3600 Thun, Schweiz” is in Thun, Schweiz."""
    parts = [part.strip() for part in address.split(",") if part.strip()]
    while len(parts) > 1 and re.search(r"\d", parts[0]) and not _POSTCODE.match(parts[0]):
        parts = parts[1:]
    return ", ".join(_POSTCODE.sub("", part) or part for part in parts)


_POSTCODE = re.compile(r"^(?:[A-Z]{1,2}[- ])?\d{4,5}\s+(?=[^\W\d])")


def _pay(row: Row) -> Salary | None:
    stated = _code(_first(row, "salaryCurrency"))
    for node in _many(row.get("baseSalary")):
        if isinstance(node, dict):
            for inside in _many(cast("Row", node).get("value")) or [None]:
                if pay := _amounts(cast("Row", node), inside, stated):
                    return pay
        elif _is_number(node) and (pay := _salary(node, node, stated, "")):
            return pay
    return None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) or (
        isinstance(value, str) and re.fullmatch(r"[\d .,'’]{2,20}", value.strip()) is not None
    )


def _amounts(node: Row, inside: Any, stated: str) -> Salary | None:
    """Read a MonetaryAmount, a PriceSpecification, or a QuantitativeValue by itself."""
    held = cast("Row", inside) if isinstance(inside, dict) else {}
    currency = _code(_first(node, "currency", "priceCurrency") or _first(held, "currency"))
    unit = _text(held, "unitText", "unitCode") or _text(node, "unitText", "unitCode", "duration")
    single = _first(held, "value") if held else inside
    single = single if single is not None else _first(node, "price")
    low = _first(held, "minValue") or _first(node, "minValue", "minPrice")
    high = _first(held, "maxValue") or _first(node, "maxValue", "maxPrice")
    return _salary(low or single, high or (None if low else single), currency or stated, unit)


def _salary(low: Any, high: Any, currency: str, unit: str) -> Salary | None:
    period = _UNITS.get(unit.upper()) or fields.period_of(unit.replace("P1", "").lower())
    smallest = fields.amount(low) or fields.amount(high)
    if period is None and (smallest is None or smallest < YEARLY_AT_LEAST or not currency):
        return None
    return fields.salary(low, high, currency, period or "year")


def _pay_text(value: Any) -> str:
    """Pay in words, for the reader of pay in words: “CHF 80'000 – 95'000 pro Jahr”."""
    for node in _many(value):
        said = node if isinstance(node, str) else shapes.inner(node, "value")
        if isinstance(said, str) and re.search(r"[^\W\d]", said):
            return _read(said)[:300]
    return ""


def _code(value: Any) -> str:
    text = str(value or "").strip().upper()
    return _SYMBOLS.get(text, text if re.fullmatch(r"[A-Z]{3}", text) else "")
