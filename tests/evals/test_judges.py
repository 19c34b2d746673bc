"""Judges: agreement is measured, positions are swapped, and nonsense is a value."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jobtracker.core.errors import BadInput, Unavailable
from jobtracker.core.settings import load_settings
from jobtracker.evals import loading
from jobtracker.evals.bench import Bench, Bounds
from jobtracker.evals.judges import NONE, Verdict, compare, grade, with_kappa
from jobtracker.evals.model import Metric, RunResult, Scored, SuiteResult
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


def run_of(*answers: tuple[str, str]) -> RunResult:
    """Return a run of letters: the answer of each case."""
    rubric = {"rubric": "The better letter names the work."}
    scored = [
        Scored(id=name, passed=True, scores={"passed": (1, 1)}, expected=rubric, output=text)
        for name, text in answers
    ]
    suite = SuiteResult(
        suite="cover_letters", cases=len(scored), passed=True, metrics={}, results=scored
    )
    return RunResult(mind="llm", model="fake", suites={"cover_letters": suite})


def saved(folder: Path, old: RunResult, new: RunResult) -> tuple[Path, Path]:
    """Write two results as `run --json` does."""
    for name, run in (("a.json", old), ("b.json", new)):
        (folder / name).write_text(run.model_dump_json(), encoding="utf-8")
    return folder / "a.json", folder / "b.json"


PAIRS = {
    frozenset((case.inputs["first"], case.inputs["second"])): case.inputs[case.expected_output]
    if case.expected_output != "tie"
    else ""
    for case in loading.load("judge").cases
    if "first" in case.inputs
}


def fair(body: dict[str, Any]) -> Say:
    """A judge that agrees with our labels on pairs, and otherwise likes the word “work”."""
    data = marked(str(body["messages"][-1]["content"]))
    one, other = data["first answer"].strip(), data["second answer"].strip()
    known = {frozenset(text.strip() for text in pair): best for pair, best in PAIRS.items()}
    best = known.get(frozenset((one, other)))
    if best is None:
        best = one if ("work" in one) > ("work" in other) else other
        best = "" if ("work" in one) == ("work" in other) else best
    winner = "tie" if not best else "first" if best.strip() == one else "second"
    return Say(json.dumps({"reasons": ["x"], "winner": winner}), usage=(1000, 100))


def test_compare_with_a_judge_says_better_and_names_the_cases(model: Use, tmp_path: Path) -> None:
    old = run_of(*((f"c{n}", "Dear all") for n in range(8)))
    new = run_of(*((f"c{n}", "I like the work") for n in range(7)), ("c7", "Dear all"))
    a, b = saved(tmp_path, old, new)
    with FakeOpenAI(brain=fair) as fake:
        model(fake)
        done = invoke("compare", a, b, "--judge", "--json", tmp_path / "c.json")
        asked = len(fake.requests)
        assert "judge: B better (B better 7, A better 0, tie 1" in done.output, done.output
        assert "B better: cover_letters/c0" in done.output and "kappa" in done.output
        # The other way round, and the answers are known already.
        back = invoke("compare", b, a, "--judge")
        assert "judge: B worse (B better 0, A better 7" in back.output
        assert len(fake.requests) == asked
    told = result(tmp_path / "c.json")["judged"]
    assert told["believed"] and told["cases"]["cover_letters/c7"] == "tie"


def test_compare_with_a_judge_that_we_cannot_believe_says_so(model: Use, tmp_path: Path) -> None:
    a, b = saved(tmp_path, run_of(("c", "one")), run_of(("c", "the work")))
    with FakeOpenAI(Say(json.dumps({"reasons": ["x"], "winner": "first"}))) as fake:
        model(fake)
        done = invoke("compare", a, b, "--judge")
    # It always says the first: swapped, that is a tie throughout, and agrees with nobody.
    assert "too low to be relied on" in done.output and "B same" in done.output


def test_compare_with_a_judge_is_told_what_the_case_was_given(model: Use, tmp_path: Path) -> None:
    name = loading.load("cover_letters").cases[0].name
    a, b = saved(tmp_path, run_of((name, "one")), run_of((name, "the work")))
    with FakeOpenAI(brain=fair) as fake:
        model(fake)
        invoke("compare", a, b, "--judge")
        assert any("Regula Vorlage" in json.dumps(body) for body in fake.requests)


def test_compare_with_a_judge_ends_at_its_bound_or_where_the_model_cannot_be_used(
    model: Use, tmp_path: Path
) -> None:
    old = run_of(*((f"c{n}", f"one {n}") for n in range(8)))
    new = run_of(*((f"c{n}", f"work {n}") for n in range(8)))
    a, b = saved(tmp_path, old, new)
    with FakeOpenAI(Say(status=401)) as fake:
        model(fake)
        with pytest.raises(Unavailable, match="auth"):
            invoke("compare", a, b, "--judge")
    with FakeOpenAI(brain=fair) as fake:
        model(fake)
        done = invoke("compare", a, b, "--judge", "--max-cost", 0.0001)
        assert "stopped, the bound of 0.0001" in done.output and "not compared" in done.output
        assert len(fake.requests) <= 4
    rubricless = run_of(("c", "x"))
    rubricless.suites["cover_letters"].results[0].expected = {"contains": "x"}
    a, b = saved(tmp_path, rubricless, rubricless)
    with pytest.raises(BadInput, match="has a rubric"):
        invoke("compare", a, b, "--judge")
