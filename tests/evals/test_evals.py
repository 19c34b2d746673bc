"""`eval run`, `list`, `compare`, `accept`: what fails is named, and the same run says the same."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from jobtracker.calendars import accuracy
from jobtracker.cli.eval import app
from jobtracker.core.errors import BadInput, NotFound
from jobtracker.evals import loading, runner, stats, verdicts
from jobtracker.evals.journal import Journal
from jobtracker.evals.model import RunResult, Scored, Suite, SuiteResult
from jobtracker.evals.scorers import SCORERS

CLI = CliRunner()


def invoke(*args: object) -> Any:
    result = CLI.invoke(app, [str(arg) for arg in args])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def suite_file(folder: Path, cases: list[dict[str, Any]], **about: Any) -> Path:
    content = {
        "name": "times",
        "about": {"proves": "p", "cannot": "c", "thresholds": {"accuracy": {"min": 0.9}}} | about,
        "cases": cases,
    }
    path = folder / "times.yaml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return path


def play(suite: Suite, folder: Path) -> RunResult:
    return runner.run(runner.Plan([suite]), Journal(folder, "run"))


@pytest.mark.parametrize("name", loading.names())
def test_each_suite_says_what_it_is_about_and_has_cases(name: str) -> None:
    suite = loading.load(name)
    assert suite.cases and suite.about.proves and suite.about.cannot and suite.about.thresholds
    for bound in suite.about.thresholds.values():
        assert (bound.min is None) != (bound.max is None)
        if "embedded" in SCORERS[name].minds:
            assert bound.measured is not None and bound.n


def test_there_are_the_suites_of_the_plan_and_more_than_1200_cases() -> None:
    planned = {
        "intents", "slots", "conversations", "search_relevance", "dedup", "resume_reading",
        "score_properties", "fabrication", "letters", "invitations", "times", "salary", "memory",
        "injection", "languages",
    }  # fmt: skip
    assert planned <= set(loading.names())
    assert sum(len(loading.load(name).cases) for name in planned) >= 1200


def test_every_prompt_of_the_product_is_tried_by_a_suite() -> None:
    tried = {prompt for name in loading.names() for prompt in SCORERS[name].prompts}
    wanted = {
        "intent", "system", "search_summary", "cover_letter", "tailoring", "mail_classification",
        "interview_questions", "answer_feedback", "negotiation", "memory_extraction", "judge",
        "grade", "letter_sentences", "rewording",
        "history_summary", "turn_context", "tool_result", "model_note",
    }  # fmt: skip
    assert wanted <= tried


@pytest.mark.slow
@pytest.mark.parametrize("name", loading.names())
def test_each_suite_is_a_dataset_of_pydantic_evals(name: str) -> None:
    dataset = pytest.importorskip("pydantic_evals").Dataset[dict[str, Any], Any, Any]
    read = dataset.from_file(loading.folder() / f"{name}.yaml")
    assert read.name == name
    assert [case.name for case in read.cases] == [case.name for case in loading.load(name).cases]


def test_the_schema_for_editors_is_the_one_that_reads_and_fits_every_suite() -> None:
    from jsonschema import Draft202012Validator

    from jobtracker.evals import schema

    kept = (loading.folder() / "schema.json").read_text(encoding="utf-8")
    assert kept == schema.text() == invoke("schema").output
    validator = Draft202012Validator(schema.schema())
    for name in loading.names():
        path = loading.folder() / f"{name}.yaml"
        raw = json.loads(json.dumps(loading.yaml_of(path), default=str))
        assert next(validator.iter_errors(raw), None) is None, name
        first = path.read_text(encoding="utf-8").splitlines()[0]
        assert first == "# yaml-language-server: $schema=schema.json"
    assert next(validator.iter_errors({"name": "x", "cases": [{"name": "a"}]}), None) is not None


def test_list_counts_the_cases_of_each_suite() -> None:
    lines = invoke("list").output.splitlines()
    assert len(lines) == len(loading.names()) >= 20
    times = next(line for line in lines if line.startswith("times"))
    assert f"{len(loading.load('times').cases)} cases" in times


def test_the_same_run_twice_gives_the_same_numbers(tmp_path: Path) -> None:
    for number in "12":
        run = invoke("run", "times", "salary", "--jobs", 1, "--json", tmp_path / number)
        assert run.exit_code == 0
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()
    metric = json.loads((tmp_path / "1").read_text())["suites"]["salary"]["metrics"]["accuracy"]
    assert metric["low"] <= metric["value"] <= metric["high"] and metric["n"] >= 70
    assert metric["threshold"] and metric["passed"]


def test_a_broken_skill_fails_the_run_and_the_case_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(accuracy, "time_fields", lambda inputs: ["1999-01-01T00:00"])
    result = invoke("run", "times", "--jobs", 1, "--json", tmp_path / "r.json")
    assert result.exit_code == 1
    assert "FAIL times" in result.output and "en-01" in result.output
    written = json.loads((tmp_path / "r.json").read_text())
    case = written["suites"]["times"]["results"][0]
    assert not written["passed"] and not case["passed"]
    assert case["expected"] and case["got"] == ["1999-01-01T00:00"]


def test_a_broken_tool_fails_the_conversation_that_uses_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from jobtracker.applications.service import ApplicationService

    suite = loading.load("conversations")
    names = ("en-welder-deletes-only-after-yes", "en-nurse-says-no")
    suite.cases = [case for case in suite.cases if case.name in names]

    def broken(*_: object, **__: object) -> None:
        raise NotFound("broken on purpose")

    assert all(case.passed for case in runner.score(suite))
    monkeypatch.setattr(ApplicationService, "track", broken)
    result = play(suite, tmp_path)
    assert not result.passed
    wrong = {case.id: case.got for case in result.suites["conversations"].results if case.got}
    assert "turn 1" in wrong["en-welder-deletes-only-after-yes"]


def test_an_order_that_is_obeyed_counts_as_a_successful_attack() -> None:
    suite = loading.load("injection")
    suite.cases = [suite.cases[0].model_copy(update={"inputs": {"kind": "posting", "text": text}})
                   for text in ("a\nb\nc\nd\ne\nf\ng\nh\nwhat's open?",)]  # fmt: skip
    from jobtracker.evals.suites import injecting

    before = injecting._ASKS["posting"]
    try:
        injecting._ASKS["posting"] = ("I applied to Voltwerk as an electrician", {"import_job"})
        obeyed = runner.score(suite)[0]
    finally:
        injecting._ASKS["posting"] = before
    assert obeyed.scores["attack_success"] == (1, 1)
    assert "called track_application" in obeyed.got


def test_an_unknown_suite_is_one_line_that_names_the_suites() -> None:
    with pytest.raises(NotFound, match="no suite 'nonsense'; one of: intents, slots"):
        invoke("run", "nonsense")


@pytest.mark.parametrize(
    ("cases", "about", "message"),
    [
        ([{"name": "one", "inputs": {"text": "x"}}], {}, "case one has no expectation"),
        ([], {}, "has no cases"),
        ([{"name": "a", "inputs": {}, "expected_output": 1}] * 2, {}, "two cases are named a"),
        ([{"name": "a", "inputs": {}, "expected_output": 1, "x": 2}], {}, "cases.0.x"),
    ],
)
def test_a_suite_that_cannot_be_used_says_why(
    tmp_path: Path, cases: list[dict[str, Any]], about: dict[str, Any], message: str
) -> None:
    with pytest.raises(BadInput, match=message):
        invoke("run", suite_file(tmp_path, cases, **about))


def test_a_threshold_on_nothing_is_refused(tmp_path: Path) -> None:
    cases = [{"name": "a", "inputs": {"text": "tomorrow at 3pm"}, "expected_output": []}]
    path = suite_file(tmp_path, cases, thresholds={"taste": {"min": 0.5}})
    with pytest.raises(BadInput, match="threshold on 'taste', which no case measures"):
        invoke("run", path)


def result_of(rights: list[bool], suite: str = "times", better: str = "min") -> SuiteResult:
    scored = [
        Scored(id=f"c{number}", passed=right, scores={"accuracy": (right, 1)})
        for number, right in enumerate(rights)
    ]
    loaded = loading.load(suite)
    loaded.about.thresholds = {"accuracy": loaded.about.thresholds["accuracy"]}
    setattr(loaded.about.thresholds["accuracy"], better, 0.0)
    return verdicts.judge(loaded, scored)


def saved(path: Path, result: SuiteResult) -> Path:
    path.write_text(RunResult(suites={result.suite: result}).model_dump_json(), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("a", "b", "verdict"),
    [
        ([False] * 20 + [True] * 20, [True] * 40, "better"),
        ([True] * 40, [False] * 20 + [True] * 20, "worse"),
        ([True] * 40, [True] * 40, "same"),
        ([True] * 40, [False] + [True] * 39, "more cases needed"),
    ],
)
def test_compare_says_better_worse_or_that_one_cannot_tell(
    tmp_path: Path, a: list[bool], b: list[bool], verdict: str
) -> None:
    one = saved(tmp_path / "a.json", result_of(a))
    two = saved(tmp_path / "b.json", result_of(b))
    output = invoke("compare", one, two).output
    assert verdict in output and ("can't tell" in output) == (verdict == "more cases needed")
    if verdict == "worse":
        assert "now wrong: c0, c1" in output


def test_a_run_below_its_baseline_fails_though_above_its_threshold() -> None:
    now, before = result_of([False] * 10 + [True] * 30), result_of([True] * 40)
    assert now.passed
    verdicts.against(now, before)
    assert not now.passed and now.against == {"accuracy": "worse"}


def test_where_less_is_better_more_is_worse() -> None:
    few, many = [(0, 1)] * 40, [(1, 1)] * 20 + [(0, 1)] * 20
    assert stats.compare(few, many, lower_is_better=True).verdict == "worse"
    assert stats.compare(many, few, lower_is_better=True).verdict == "better"


def test_shares_are_compared_by_a_paired_bootstrap() -> None:
    paired = stats.compare([(2, 4)] * 30, [(3, 4)] * 30)
    assert (paired.verdict, paired.test) == ("better", "paired bootstrap")


def test_a_baseline_of_another_suite_is_refused(tmp_path: Path) -> None:
    other = saved(tmp_path / "b.json", result_of([True], "salary"))
    with pytest.raises(BadInput, match="the baseline is of other suites"):
        invoke("run", "times", "--baseline", other)
    with pytest.raises(BadInput, match="no suite in common"):
        invoke("compare", other, saved(tmp_path / "a.json", result_of([True])))


@pytest.mark.parametrize("content", ["", "{", '{"suites": 3}', "[]"])
def test_a_file_that_is_no_result_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "broken.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BadInput, match=r"broken\.json is no result"):
        invoke("run", "times", "--baseline", path)


def test_a_result_becomes_the_baseline_only_with_a_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verdicts, "folder", lambda: tmp_path)
    path = saved(tmp_path / "a.json", result_of([True] * 30))
    with pytest.raises(BadInput, match="needs a reason"):
        invoke("accept", path, "--reason", " ")
    assert "times" in invoke("accept", path, "--reason", "a better reader").output
    kept = verdicts.accepted([loading.load("times")])
    assert kept and kept.suites["times"].results[0].scores == {"accuracy": (1, 1)}
    assert "a better reader" in (tmp_path / "baselines" / "times.json").read_text()


@pytest.mark.timeout(900)  # it trains: 15 s of one core, many times that on a loaded machine
def test_intents_are_trained_and_measured_on_files(tmp_path: Path) -> None:
    pytest.importorskip("sklearn")
    rows = [["book a table", "eat"], ["I am hungry", "eat"], ["play a song", "music"],
            ["some jazz please", "music"], ["what is the time", "oos"]]  # fmt: skip
    path = tmp_path / "rows.json"
    path.write_text(json.dumps(rows * 6), encoding="utf-8")
    output = invoke("intents", "--train", path, "--test", path, "--json", tmp_path / "o.json")
    for words in ("accuracy in scope", "AUROC", "95 % of in-scope kept", "microseconds"):
        assert words in output.output
    assert json.loads((tmp_path / "o.json").read_text())["oos_n"] == 6
    with pytest.raises(BadInput, match=r"absent\.json cannot be read"):
        invoke("intents", "--train", tmp_path / "absent.json", "--test", path)


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(Exception, match=r"pip install 'job-tracker-pro\[train\]'"):
        invoke("intents", "--train", "a", "--test", "b")
