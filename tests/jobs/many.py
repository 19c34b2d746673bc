"""Boards of any size in each source's wire format, and how each vendor hands them out in pages."""

import copy
import json
import math
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

from wire import ANSWERS

from jobtracker.core.errors import JobTrackerError
from jobtracker.jobs.sources import source_class

Asked = tuple[str, dict[str, str], Any]
"""The path, the query and the JSON body of a request."""
TEXT_ROWS = {
    "personio": (r"<position>.*</position>", "<id>9</id>", "<id>{n}</id>"),
    "teamtailor": (r"<item>.*</item>", "<guid>5f</guid>", "<guid>g{n}</guid>"),
    "taleobe": (r"<div class='row'>.*?</div>", "rid=71", "rid={n}"),
    "jazzhr": (r"<tr id.*</tr>", "x1Y2", "x{n}Y2"),
    "paylocity": (r"\{\"JobId\".*\"IsRemote\":false\}", '"JobId":100', '"JobId":{n}'),
}
"""Where a source's answer is no JSON: its one row, and what tells rows apart."""
JOINED_BY = {"paylocity": ","}


def asked(path: str, body: Any) -> Asked:
    parts = urlsplit(path)
    return parts.path, {k: v[0] for k, v in parse_qs(parts.query).items()}, body


@cache
def rows_of(name: str, count: int) -> tuple[Any, ...]:
    """Return so many rows of a source, different by what its adapter takes for their number."""
    payload, board, _ = ANSWERS[name]
    if isinstance(payload, str):
        pattern, old, new = TEXT_ROWS[name]
        found = re.search(pattern, payload, re.S)
        assert found and old in found[0], f"many.TEXT_ROWS has no row of {name}"
        return tuple(found[0].replace(old, new.format(n=n + 1)) for n in range(count))
    where = place_of_rows(name)
    row = at(payload, where)[-1] if name == "remoteok" else at(payload, where)[0]
    number = source_class(name).parse(payload, board)[0].external_id
    return tuple(renumbered(row, number, n) for n in range(count))


def renumbered(value: Any, number: str, n: int) -> Any:
    if isinstance(value, dict):
        return {k: renumbered(v, number, n) for k, v in value.items()}
    if isinstance(value, list):
        return [renumbered(v, number, n) for v in value]
    said = "" if isinstance(value, bool) or value is None else str(value)
    is_number = said and (said == number or (len(said) > 1 and number.endswith(f"/{said}")))
    if is_number or (len(said) > 5 and number.endswith(said)):
        return int(f"{said}{n:05d}") if isinstance(value, int) else f"{said}{n:05d}"
    return value


@cache
def place_of_rows(name: str) -> tuple[Any, ...]:
    """Return the path to the list of rows: where a second row makes a second posting."""
    payload, board, _ = ANSWERS[name]
    number = source_class(name).parse(payload, board)[0].external_id
    for path, rows in lists(payload):
        twice = copy.deepcopy(payload)
        at(twice, path).append(renumbered(rows[-1 if name == "remoteok" else 0], number, 7))
        try:
            if len(source_class(name).parse(twice, board)) == 2:
                return path
        except JobTrackerError:
            continue
    raise AssertionError(f"no list of rows in the example of {name}")


def lists(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], list[Any]]]:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        yield path, value
    for key, child in (
        value.items()
        if isinstance(value, dict)
        else enumerate(value if path == () and isinstance(value, list) else ())
    ):
        yield from lists(child, (*path, key))


def at(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


def board_of(name: str, rows: list[Any], **more: Any) -> Any:
    """Return an answer of a source that holds these rows, its counts changed by `more`."""
    payload = ANSWERS[name][0]
    if isinstance(payload, str):
        pattern, _, _ = TEXT_ROWS[name]
        joined = JOINED_BY.get(name, "").join(rows)
        return re.sub(pattern, lambda _: joined, payload, count=1, flags=re.S)
    whole = copy.copy(payload) if isinstance(payload, dict) else payload
    if isinstance(whole, list):
        return rows
    whole = json.loads(json.dumps({k: v for k, v in whole.items()}))
    inner = at(whole, place_of_rows(name)[:-1])
    inner[place_of_rows(name)[-1]] = rows
    return whole | more


def _lever(rows: Any, path: str, query: dict[str, str], body: Any) -> Any:
    skip = int(query["skip"])
    return list(rows[skip : skip + min(100, int(query["limit"]))])


def _smartrecruiters(rows: Any, path: str, query: dict[str, str], body: Any) -> Any:
    start, size = int(query["offset"]), min(100, int(query["limit"]))
    return board_of("smartrecruiters", list(rows[start : start + size]), totalFound=len(rows))


def _workday(rows: Any, path: str, query: dict[str, str], body: Any) -> Any:
    """More than 2,000 are reached by facets only; behind them the first page comes again."""
    assert body["limit"] <= 20, "the vendor refuses more"
    slices = [rows[n : n + 900] for n in range(0, len(rows), 900)]
    chosen = body["appliedFacets"].get("jobFamily")
    within = slices[int(chosen[0])] if chosen else rows[:2000]
    offset = body["offset"] % max(1, 2000)
    values = [{"id": str(n), "descriptor": "x", "count": len(s)} for n, s in enumerate(slices)]
    group = {"facetParameter": "jobFamilyGroup", "values": [
        {"facetParameter": "jobFamily", "descriptor": "Family", "values": values}]}  # fmt: skip
    return {
        "total": len(within) if offset == 0 else 0,
        "jobPostings": list(within[offset : offset + 20]),
        "facets": [group],
    }


def _taleo(rows: Any, path: str, query: dict[str, str], body: Any) -> Any:
    last = max(1, math.ceil(len(rows) / 25))
    page = min(int(body["pageNo"]), last)
    paging = {"currentPageNo": page, "pageSize": 25, "totalCount": len(rows) + 40}
    return {"requisitionList": list(rows[(page - 1) * 25 : page * 25]), "pagingData": paging}


def _numbered(
    name: str, size: str, page: str, most: int, total: str
) -> Callable[[Any, str, dict[str, str], Any], Any]:
    def answer(rows: Any, path: str, query: dict[str, str], body: Any) -> Any:
        each = min(most, int(query.get(size, most)))
        start = (int(query[page]) - 1) * each
        return board_of(name, list(rows[start : start + each]), **{total: len(rows)})

    return answer


def _by_offset(
    name: str, size: str, start: str, most: int, total: str
) -> Callable[[Any, str, dict[str, str], Any], Any]:
    def answer(rows: Any, path: str, query: dict[str, str], body: Any) -> Any:
        at, each = int(query[start]), min(most, int(query[size]))
        return board_of(name, list(rows[at : at + each]), **{total: len(rows)})

    return answer


def _arbeitnow(rows: Any, path: str, query: dict[str, str], body: Any) -> Any:
    page = int(query["page"])
    more = "https://next" if page * 100 < len(rows) else None
    return board_of("arbeitnow", list(rows[(page - 1) * 100 : page * 100]), links={"next": more})


def _themuse(rows: Any, path: str, query: dict[str, str], body: Any) -> Any:
    page = int(query["page"])
    pages = math.ceil(len(rows) / 20)
    return board_of("themuse", list(rows[(page - 1) * 20 : page * 20]), page_count=pages)


def _adzuna(rows: Any, path: str, query: dict[str, str], body: Any) -> Any:
    page, each = int(path.rsplit("/", 1)[1]), min(50, int(query["results_per_page"]))
    return board_of("adzuna", list(rows[(page - 1) * each : page * each]), count=len(rows))


def _usajobs(rows: Any, path: str, query: dict[str, str], body: Any) -> Any:
    page, each = int(query["Page"]), min(500, int(query["ResultsPerPage"]))
    items = list(rows[(page - 1) * each : page * each])
    return {"SearchResult": {"SearchResultCountAll": len(rows), "SearchResultItems": items}}


def _jobroom(rows: Any, path: str, query: dict[str, str], body: Any) -> Any:
    start = int(query["page"]) * int(query["size"])
    assert start < 10_000, "the portal answers 412"
    return list(rows[start : start + int(query["size"])])


def _hackernews(rows: Any, path: str, query: dict[str, str], body: Any) -> Any:
    page = int(query["page"])
    hits = list(rows[page * 1000 : (page + 1) * 1000])
    return board_of("hackernews", hits, nbPages=math.ceil(len(rows) / 1000))


PAGERS: dict[str, Callable[[Any, str, dict[str, str], Any], Any]] = {
    "lever": _lever,
    "smartrecruiters": _smartrecruiters,
    "workday": _workday,
    "taleo": _taleo,
    "arbeitnow": _arbeitnow,
    "themuse": _themuse,
    "adzuna": _adzuna,
    "usajobs": _usajobs,
    "jobroom": _jobroom,
    "hackernews": _hackernews,
    "himalayas": _by_offset("himalayas", "limit", "offset", 20, "totalCount"),
    "jobsch": _by_offset("jobsch", "rows", "start", 20, "total_hits"),
    "reed": _by_offset("reed", "resultsToTake", "resultsToSkip", 100, "totalResults"),
    "seek": _numbered("seek", "pageSize", "page", 100, "totalCount"),
    "careerjet": _numbered("careerjet", "page_size", "page", 100, "hits"),
}
"""A source that is not here answers whole."""


def page_of(name: str, count: int, request: Asked) -> Any:
    """Return what a vendor with so many postings answers to a request."""
    rows = rows_of(name, count)
    pager = PAGERS.get(name)
    return pager(rows, *request) if pager else board_of(name, list(rows))
