"""How fast résumés are read and scored, beside a plain `pypdf` extraction of the same file.

`jobtracker bench resume` prints these rows.
"""

from __future__ import annotations

import io
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import Any

from jobtracker.core.bootstrap import Core
from jobtracker.resumes import accuracy
from jobtracker.resumes.model import Resume
from jobtracker.resumes.posting import understand
from jobtracker.resumes.reading.reader import read
from jobtracker.resumes.rendering.pdf import count_pages
from jobtracker.resumes.rendering.render import render
from jobtracker.resumes.scoring import score

Row = dict[str, Any]
POSTING = (
    "Senior Data Analyst\nYou bring 5+ years of experience with Python, SQL, Tableau and dbt.\n"
    "Kubernetes is a plus. Fluent English, good German. A bachelor degree in statistics.\n"
)


def two_pages() -> dict[str, Any]:
    """Return a résumé that fills two pages."""
    content: dict[str, Any] = {
        "basics": {
            "name": "Amelia Hartwell",
            "label": "Data Analyst",
            "email": "a@hartwell.example",
        },
        "work": [],
        "skills": [{"name": "Analysis", "keywords": ["Python", "SQL", "Tableau", "dbt", "Excel"]}],
        "languages": [{"language": "English", "fluency": "native"}],
    }
    for number in range(5):
        done = [
            f"Built model {line} in Python for {number + 3} clients, cutting trips by {line}%"
            for line in range(2, 11)
        ]
        job = {"name": f"Nordlicht {number} AG", "position": "Data Analyst", "highlights": done}
        dates = {"startDate": f"{2020 - 2 * number}-03", "endDate": f"{2022 - 2 * number}-02"}
        content["work"].append(job | dates)
    return content


def _times(work: Callable[[], object], rounds: int) -> list[float]:
    """Return the milliseconds of each round, sorted."""
    taken: list[float] = []
    for _ in range(rounds):
        begin = time.perf_counter()
        work()
        taken.append((time.perf_counter() - begin) * 1000)
    return sorted(taken)


def _row(
    name: str,
    value: float,
    unit: str,
    target: float | None,
    *,
    floor: float | None = None,
    least: bool = False,
) -> Row:
    ratio = round(value / floor, 2) if floor else None
    met = None if target is None else (value >= target if least else value <= target)
    return {
        "name": name,
        "value": round(value, 3),
        "unit": unit,
        "floor": round(floor, 3) if floor else None,
        "ratio": ratio,
        "target": target,
        "met": met,
    }


def plain_text(data: bytes) -> str:
    """Return what bare `pypdf` extracts."""
    pypdf: Any = import_module("pypdf")
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)


def run(core: Core) -> list[Row]:
    """Measure and return the rows."""
    content = two_pages()
    data = render(content, "pdf", "classic", "en")
    rows = [_row("resume pages of the sample", count_pages(data), "pages", None)]
    posting = understand(POSTING)

    def whole() -> None:
        found = read(data, "cv.pdf")
        score(found.resume, found.layout, found.hidden, posting, accuracy.AS_OF)

    whole()
    plain_text(data)
    floor = statistics.median(_times(lambda: plain_text(data), 8))
    both = _times(whole, 20)
    found = read(data, "cv.pdf")
    resume = Resume.model_validate(found.resume.to_json())
    alone = _times(lambda: score(resume, found.layout, [], posting, accuracy.AS_OF), 20)
    export = _times(lambda: render(content, "pdf", "classic", "en"), 8)
    rows += [
        _row("resume read and score p50", statistics.median(both), "ms", 500, floor=floor),
        _row("resume read and score p95", both[int(len(both) * 0.95) - 1], "ms", 2000, floor=floor),
        _row("resume scoring alone p50", statistics.median(alone), "ms", 20),
        _row("resume export pdf p50", statistics.median(export), "ms", 300),
        _row("resume read in the pool", _pool(core, data), "files/s", 20, least=True),
    ]
    return rows + _quality()


def _pool(core: Core, data: bytes) -> float:
    """Return how many documents a second the worker pool reads, once it is warm."""
    width = core.workers.width

    def one(number: int) -> None:
        core.workers.run(f"reading file {number}", read, data, "cv.pdf", timeout=60.0)

    with ThreadPoolExecutor(width) as threads:
        list(threads.map(one, range(width * 4)))
        begin = time.perf_counter()
        list(threads.map(one, range(60)))
        return 60 / (time.perf_counter() - begin)


def _quality() -> list[Row]:
    tally = accuracy.Tally()
    for case in accuracy.cases("resume_reading"):
        tally += accuracy.read_case(case["inputs"])
    kinds: dict[bool, list[bool]] = {True: [], False: []}
    for case in accuracy.cases("fabrication"):
        allowed = accuracy.may_be_written(case["inputs"])
        kinds[case["expected_output"]].append(allowed == case["expected_output"])
    caught = sum(kinds[False]) / len(kinds[False])
    passed = sum(kinds[True]) / len(kinds[True])
    return [
        _row("resume reading, field F1", tally.f1, "share", 0.98, least=True),
        _row("resume inventions caught", caught, "share", 1.0, least=True),
        _row("resume truthful rewordings passed", passed, "share", 1.0, least=True),
    ]
