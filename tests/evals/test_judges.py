"""Judges: agreement is measured, positions are swapped, and nonsense is a value."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jobtracker.core.settings import load_settings
from jobtracker.evals import loading
from jobtracker.evals.bench import Bench, Bounds
from jobtracker.evals.judges import NONE, Verdict, compare, grade, with_kappa
from jobtracker.evals.model import Metric, SuiteResult
from jobtracker.evals.stats import kappa
from tests.evals.conftest import invoke, marked, suite_file
from tests.fakes.openai_server import FakeOpenAI, Say

Use = Callable[[FakeOpenAI], None]
LABELS = {
    (case.inputs["case"], case.inputs["answer"]): case.expected_output
    for case in loading.load("judge").cases
    if "answer" in case.inputs
}


def ask(work: Callable[[Bench], Any]) -> Any:
    async def main() -> Any:
        bench = Bench(load_settings(), None, Bounds())
        try:
            return await work(bench)
        finally:
            await bench.close()

    return asyncio.run(main())


def graded(passed: bool) -> Say:
    return Say(json.dumps({"reasons": ["because"], "passed": passed}))


def honest(body: dict[str, Any]) -> Say:
    """A judge that agrees with our labels, and passes what it does not know."""
    data = marked(str(body["messages"][-1]["content"]))
    if "answer" not in data:
        return Say("a fine letter about the work")
    key = (data["case"].strip(), data["answer"].strip())
    return graded(LABELS.get(key, "passed") == "passed")


def test_kappa_is_cohens() -> None:
    # The example of the textbooks: 20 yes/yes, 5 yes/no, 10 no/yes, 15 no/no.
    rows = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15
    assert kappa(rows) == pytest.approx(0.4)
    assert kappa([("y", "y"), ("n", "n")]) == 1
    assert kappa([("y", "y")] * 5) == 0 == kappa([])
    assert kappa([("y", "n"), ("n", "y")]) == -1


def test_a_verdict_that_turns_with_the_order_is_a_tie(model: Use) -> None:
    first = Say(json.dumps({"reasons": ["it is first"], "winner": "first"}))
    with FakeOpenAI(first) as fake:
        model(fake)
        verdict = ask(lambda bench: compare(bench, "r", "c", "one", "other"))
        assert len(fake.requests) == 2
    assert verdict.said == "tie" and "order" in verdict.reasons[0]


def test_a_verdict_that_survives_the_swap_counts(model: Use) -> None:
    def better(body: dict[str, Any]) -> Say:
        text = str(body["messages"][-1]["content"])
        winner = "first" if marked(text)["first answer"].strip() == "good" else "second"
        return Say(json.dumps({"reasons": ["x"], "winner": winner}))

    with FakeOpenAI(brain=better) as fake:
        model(fake)
        said = ask(lambda bench: compare(bench, "r", "c", "good", "bad")).said
        other = ask(lambda bench: compare(bench, "r", "c", "bad", "good")).said
    assert (said, other) == ("first", "second")


@pytest.mark.parametrize("nonsense", ["", "maybe", '{"passed": "perhaps"}', '{"winner": 3}', "[]"])
def test_a_judge_that_answers_nonsense_gives_no_verdict(model: Use, nonsense: str) -> None:
    with FakeOpenAI(Say(nonsense)) as fake:
        model(fake)
        assert ask(lambda bench: grade(bench, "r", "c", "a")) == Verdict(NONE)
        assert ask(lambda bench: compare(bench, "r", "c", "a", "b")) == Verdict(NONE)


def result(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


def letter_suite(folder: Path) -> Path:
    case = {
        "name": "one", "inputs": {"messages": [{"role": "user", "content": "a letter, please"}]},
        "expected_output": {"contains": "letter", "rubric": "It is warm."},
    }  # fmt: skip
    return suite_file(folder / "checks.yaml", "checks", [case], judged={"min": 0.9})


def test_kappa_stands_beside_every_score_of_a_judge(model: Use, tmp_path: Path) -> None:
    with FakeOpenAI(brain=honest) as fake:
        model(fake)
        done = invoke("run", letter_suite(tmp_path), "--mind", "llm", "--json", tmp_path / "r.json")
    assert done.exit_code == 0
    metric = result(tmp_path / "r.json")["suites"]["checks"]["metrics"]["judged"]
    assert metric["kappa"] == 1 and metric["value"] == 1 and metric["threshold"] == 0.9
    assert "judge's kappa 1.00" in done.output


def test_a_judge_that_disagrees_with_us_is_in_no_threshold(model: Use, tmp_path: Path) -> None:
    def strict(body: dict[str, Any]) -> Say:
        said = honest(body)
        return said if "letter about" in said.text else graded(False)

    with FakeOpenAI(brain=strict) as fake:
        model(fake)
        done = invoke("run", letter_suite(tmp_path), "--mind", "llm", "--json", tmp_path / "r.json")
    metric = result(tmp_path / "r.json")["suites"]["checks"]["metrics"]["judged"]
    assert metric["value"] == 0 and metric["kappa"] == 0
    assert "below 0.6" in metric["withheld"] and metric["passed"]
    assert done.exit_code == 0


def test_a_believed_judge_can_fail_a_run(model: Use, tmp_path: Path) -> None:
    def believed(body: dict[str, Any]) -> Say:
        data = marked(str(body["messages"][-1]["content"]))
        return graded(False) if data.get("case", "").strip() == "one" else honest(body)

    with FakeOpenAI(brain=believed) as fake:
        model(fake)
        done = invoke("run", letter_suite(tmp_path), "--mind", "llm")
    assert done.exit_code == 1 and "judged" in done.output and "FAILED" in done.output


def test_a_threshold_stays_off_where_kappa_is_unknown() -> None:
    metric = Metric(value=0.1, n=3, low=0, high=1, threshold=0.9, passed=False)
    suite = SuiteResult(suite="x", cases=3, passed=False, metrics={"judged": metric}, results=[])
    assert with_kappa(suite, None).passed and "unknown" in metric.withheld
