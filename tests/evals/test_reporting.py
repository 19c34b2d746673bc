"""The page, JUnit XML, the store and its trends; runs that stop and go on."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from jobtracker.core.bootstrap import Core
from jobtracker.core.errors import BadInput
from jobtracker.evals import journal, keeping, loading, runner, verdicts
from jobtracker.evals.bench import Bounds
from jobtracker.evals.journal import Journal
from jobtracker.evals.junit import junit
from jobtracker.evals.model import RunResult, Scored
from jobtracker.evals.page import page
from tests.evals.conftest import invoke


def made(rights: list[bool], name: str = "times") -> RunResult:
    suite = loading.load(name)
    suite.cases = suite.cases[: len(rights)]
    suite.about.thresholds = {"accuracy": suite.about.thresholds["accuracy"]}
    scored = [
        Scored(
            id=case.name, passed=right, expected="<x>", got=None if right else "a & b",
            scores={"accuracy": (right, 1)},
        )
        for case, right in zip(suite.cases, rights, strict=True)
    ]  # fmt: skip
    result = verdicts.judge(suite, scored)
    return RunResult(passed=result.passed, suites={name: result})


def test_the_page_shows_all_and_fetches_nothing() -> None:
    now, before = made([True] * 20 + [False] * 10), made([False] + [True] * 29)
    html = page(now, before)
    assert html.count("<svg") == 1 and "Evals" in html and "failed" in html
    assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//|url\(|@import|<script""", html)
    assert "a &amp; b" in html and "&lt;x&gt;" in html and "<x>" not in html
    assert "now wrong" in html and "now right" in html
    assert loading.load("times").about.cannot.split(",")[0] in html


def test_names_of_cases_cannot_break_out_of_the_page() -> None:
    result = made([False] * 3)
    result.suites["times"].results[0].id = '"><img src=x onerror=alert(1)>'
    assert "<img" not in page(result)


def test_junit_names_what_failed_and_why() -> None:
    root = ET.fromstring(junit(made([True] * 5 + [False] * 5)))
    assert root.get("tests") == "11" and root.get("failures") == "6"
    failures = [
        case.get("name") for case in root.iter("testcase") if case.find("failure") is not None
    ]
    assert "metric accuracy" in failures and len(failures) == 6
    calm = ET.fromstring(junit(made([True] * 49 + [False])))
    assert calm.get("failures") == "0"


def test_junit_takes_what_xml_has_no_room_for() -> None:
    result = made([False])
    result.suites["times"].results[0].got = "a\x00b\x1b"
    assert ET.fromstring(junit(result)) is not None


def test_runs_are_kept_and_make_a_trend(core: Core) -> None:
    kept = keeping.Kept(core)
    kept.add(made([False] * 10 + [True] * 10))
    kept.add(made([True] * 20))
    points = keeping.trend(core, "times", "accuracy")
    assert sorted(point["value"] for point in points) == [0.5, 1.0]
    assert {point["mind"] for point in points} == {"embedded"}
    assert points[0]["at"].endswith("+00:00") and points[0]["threshold"]
    assert keeping.trend(core, "salary") == []
    html = page(made([True] * 20), None, kept.points())
    assert "over 2 runs" in html


def test_run_writes_json_page_and_junit_and_report_reads_it_back(tmp_path: Path) -> None:
    done = invoke(
        "run", "times", "--jobs", 1, "--json", tmp_path / "r.json", "--html", tmp_path / "r.html",
        "--junit", tmp_path / "r.xml",
    )  # fmt: skip
    assert done.exit_code in {0, 1}
    assert ET.parse(tmp_path / "r.xml").getroot().get("name") == "jobtracker eval"
    invoke("report", tmp_path / "r.json", "--html", tmp_path / "again.html")
    assert "times" in (tmp_path / "again.html").read_text(encoding="utf-8")
    other = made([True] * 3, "salary")
    (tmp_path / "o.json").write_text(other.model_dump_json(), encoding="utf-8")
    with pytest.raises(BadInput, match="the baseline is of other suites"):
        invoke(
            "report", tmp_path / "r.json", "--html", tmp_path / "x.html",
            "--baseline", tmp_path / "o.json",
        )  # fmt: skip


def test_an_interrupted_run_keeps_what_is_finished_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jobtracker.evals.suites import reading

    scored: list[str] = []
    real = reading.salary

    def spied(cases: Any, tell: Any) -> Any:
        scored.extend(case.name for case in cases)
        return real(cases, tell)

    def interrupted(cases: Any, tell: Any) -> Any:
        for one in real(cases[:30], tell):
            tell(one)
        raise KeyboardInterrupt

    monkeypatch.setattr(reading, "salary", interrupted)
    # What the code is belongs to a run's name; here it is meant to be the same.
    monkeypatch.setattr("jobtracker.cli.eval_run.fingerprint", lambda *_, **__: "same")
    first = invoke("run", "salary", "--jobs", 1, "--json", tmp_path / "r.json")
    assert first.exit_code == 130 and "interrupted" in first.output
    written = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert written["stopped"] == "interrupted" and not written["passed"]
    assert written["suites"]["salary"]["cases"] == 30
    with pytest.raises(BadInput, match="did not come to its end"):
        invoke("accept", tmp_path / "r.json", "--reason", "x")
    monkeypatch.setattr(reading, "salary", spied)
    second = invoke("run", "salary", "--jobs", 1, "--json", tmp_path / "r.json")
    assert "going on with 30 finished cases" in second.output and second.exit_code == 0
    assert len(scored) == len(loading.load("salary").cases) - 30


def test_several_processes_give_the_same_numbers_as_one(tmp_path: Path) -> None:
    for jobs in (1, 2):
        invoke("run", "salary", "times", "dedup", "--jobs", jobs, "--json", tmp_path / f"{jobs}")
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()


def test_the_bound_on_time_ends_an_embedded_run(tmp_path: Path) -> None:
    ticks = iter(range(1000))
    bounds = Bounds(seconds=1, monotonic=lambda: float(next(ticks)))
    plan = runner.Plan([loading.load("salary"), loading.load("times")], bounds=bounds)
    kept = Journal(tmp_path, "r")
    with pytest.raises(runner.TimeUp):
        runner.run(plan, kept)
    assert set(kept.read()) == {("salary", 0)}


def test_a_line_that_was_cut_while_it_was_written_is_run_again(tmp_path: Path) -> None:
    kept = Journal(tmp_path, "r")
    path = kept.path(("times", 0))
    journal.write(path, Scored(id="a", passed=True, scores={}))
    with path.open("a", encoding="utf-8") as file:
        file.write('{"id": "b", "pas')
    assert list(kept.read()[("times", 0)]) == ["a"]


def test_another_prompt_or_case_is_another_run() -> None:
    suite = loading.load("times")
    name = journal.fingerprint([suite], mind="llm", prompts={"system": "v1"})
    assert name == journal.fingerprint([suite], mind="llm", prompts={"system": "v1"})
    assert name != journal.fingerprint([suite], mind="llm", prompts={"system": "v2"})
    suite.cases = suite.cases[1:]
    assert name != journal.fingerprint([suite], mind="llm", prompts={"system": "v1"})


def test_ndcg_rewards_the_right_order() -> None:
    from jobtracker.evals.suites.documents import ndcg

    judged = {"title": "cook", "related": "kitchen"}
    every = ["cook", "kitchen help", "driver"]
    assert ndcg(judged, ["cook", "kitchen help"], every) == 1
    assert ndcg(judged, ["kitchen help", "cook"], every) == pytest.approx(0.7967, abs=1e-4)
    assert ndcg(judged, ["driver"], every) == 0
    assert ndcg({"title": "pilot"}, ["driver"], every) == 1
