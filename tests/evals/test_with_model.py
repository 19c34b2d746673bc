"""`eval run --mind llm`: worse prompts are caught, no case is lost, and costs are counted right."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jobtracker.agent import prompts as prompt_module
from jobtracker.agent.prompts import Prompts
from jobtracker.core.errors import AuthNeeded, BadInput, NotFound, Unavailable
from jobtracker.core.settings import load_settings
from jobtracker.evals import loading, runner, with_model
from jobtracker.evals.answers import Answers
from jobtracker.evals.bench import Bench, Bounds
from jobtracker.evals.journal import Journal
from jobtracker.evals.model import RunResult
from tests.evals.conftest import MAILS, classifier, invoke
from tests.fakes.openai_server import FakeOpenAI, Say

Use = Callable[[FakeOpenAI], None]
PRICE = (1000 * 10 + 100 * 100) / 1_000_000
"""Of one answer of the fake: a thousand tokens in, a hundred out."""


def written(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


class Clock:
    """Waits that are written down instead of being waited for."""

    def __init__(self) -> None:
        self.waits: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        await asyncio.sleep(0)


def play(path: Path, home: Path, clock: Clock | None = None, **bounds: Any) -> RunResult:
    """Run a suite of a file without the command line, so that nothing is really waited for."""
    given = Bounds(**bounds)
    answers = Answers(home / "answers.db")

    async def main() -> RunResult:
        bench = Bench(load_settings(), answers, given, sleep=(clock or Clock()).sleep)
        plan = runner.Plan([loading.load(str(path))], mind="llm", jobs=2, bounds=given)
        try:
            return await with_model.run(plan, bench, Journal(home / "runs", "r"))
        finally:
            await bench.close()

    try:
        return asyncio.run(main())
    finally:
        answers.close()


def test_a_suite_runs_with_a_model(
    mails: Path, model: Use, fake_classifier: FakeOpenAI, tmp_path: Path
) -> None:
    model(fake_classifier)
    done = invoke("run", mails, "--mind", "llm", "--json", tmp_path / "r.json")
    assert done.exit_code == 0
    result = written(tmp_path / "r.json")
    assert result["passed"] and result["mind"] == "llm" and result["model"] == "fake"
    assert result["used"]["calls"] == 4 and result["used"]["cached"] == 0
    assert result["used"]["input_tokens"] == 4000
    assert result["used"]["spent"] == pytest.approx(4 * PRICE)


def test_the_same_question_is_paid_for_once(
    mails: Path, model: Use, fake_classifier: FakeOpenAI, tmp_path: Path
) -> None:
    model(fake_classifier)
    for number in "12":
        invoke("run", mails, "--mind", "llm", "--json", tmp_path / number)
    assert len(fake_classifier.requests) == 4
    one, two = written(tmp_path / "1"), written(tmp_path / "2")
    assert one["suites"] == two["suites"]
    assert two["used"]["cached"] == 4 and two["used"]["spent"] == 0
    assert two["used"]["price"] == pytest.approx(one["used"]["price"])
    invoke("run", mails, "--mind", "llm", "--no-cache")
    assert len(fake_classifier.requests) == 8
    invoke("run", mails, "--model", "another")
    assert len(fake_classifier.requests) == 12


def test_each_repetition_is_asked_anew_and_disagreement_is_seen(
    mails: Path, model: Use, tmp_path: Path
) -> None:
    lock, asked = threading.Lock(), [0]

    def wavering(body: dict[str, Any]) -> Say:
        with lock:
            asked[0] += 1
            odd = asked[0] == 1
        return Say("{}", usage=(1000, 100)) if odd else classifier(body)

    with FakeOpenAI(brain=wavering) as fake:
        model(fake)
        invoke("run", mails, "--mind", "llm", "--repeat", 3, "--json", tmp_path / "r.json")
    metrics = written(tmp_path / "r.json")["suites"]["mail_classification"]["metrics"]
    # The one bad answer was told to the model, once, which did no better.
    assert asked[0] == 13
    assert metrics["passed"]["n"] == 12 and metrics["passed"]["value"] == pytest.approx(
        11 / 12, 1e-3
    )
    assert metrics["same_each_time"]["value"] == 0.75


def worse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Copy the shipped prompts, with a v2 of one that forgets to name a kind."""
    shipped = prompt_module.library().root
    root = tmp_path / "prompts"
    for path in shipped.rglob("*"):
        if path.is_file():
            copy = root / path.relative_to(shipped)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    good = (root / "mail_classification" / "v1.md").read_text(encoding="utf-8")
    bad = good.replace("offer, rejection, job_alert", "offer, job_alert")
    bad = bad.replace(
        "A polite refusal is a rejection even where the word is not used; when", "When"
    )
    assert "rejection" in good and "rejection" not in bad
    (root / "mail_classification" / "v2.md").write_text(bad, encoding="utf-8")
    own = Prompts(root)
    for module in ("agent.tasks", "agent.prompts", "evals.suites.checking"):
        monkeypatch.setattr(f"jobtracker.{module}.library", lambda: own)


def test_a_deliberately_worse_prompt_fails_the_run_and_the_case_is_named(
    mails: Path, model: Use, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    worse(tmp_path, monkeypatch)
    with FakeOpenAI(brain=classifier) as fake:
        model(fake)
        good = invoke("run", mails, "--mind", "llm", "--json", tmp_path / "good.json")
        assert good.exit_code == 0
        bad = invoke(
            "run", mails, "--prompt", "mail_classification=v2", "--json", tmp_path / "bad.json",
            "--baseline", tmp_path / "good.json",
        )  # fmt: skip
    assert bad.exit_code == 1
    assert "FAIL mail_classification" in bad.output
    assert "! no: wrong now, right in the baseline" in bad.output
    result = written(tmp_path / "bad.json")
    assert result["prompts"] == {"mail_classification": "v2"}
    wrong = [c["id"] for c in result["suites"]["mail_classification"]["results"] if not c["passed"]]
    assert wrong == ["no"], result["suites"]["mail_classification"]["results"]


def test_rate_limits_and_cut_streams_lose_no_case_and_cost_what_they_cost(
    mails: Path, model: Use, tmp_path: Path
) -> None:
    lock, count = threading.Lock(), [0]

    def trouble(body: dict[str, Any]) -> Say:
        with lock:
            count[0] += 1
            number = count[0]
        if number in {1, 4, 7}:
            return Say(status=429, headers={"Retry-After": "2"})
        if number in {2, 5}:
            return Say("half an answer that is", cut=3, usage=(1000, 100))
        if number == 6:
            return Say(status=503)
        return classifier(body)

    clock = Clock()
    with FakeOpenAI(brain=trouble) as fake:
        model(fake)
        result = play(mails, tmp_path, clock)
    suite = result.suites["mail_classification"]
    assert result.passed and suite.cases == len(MAILS) and not suite.missing
    assert 2.0 in clock.waits
    assert result.used is not None
    # Four answers whole; of the two that broke off, what was heard is estimated, never nothing.
    whole = 4 * PRICE
    assert result.used.calls == 6
    assert whole < result.used.spent < whole + 2 * PRICE


def test_a_model_that_stays_out_of_reach_leaves_cases_open_that_the_next_run_finishes(
    mails: Path, model: Use, tmp_path: Path
) -> None:
    def flaky(body: dict[str, Any]) -> Say:
        return Say(status=429) if "sorry" in str(body["messages"]) else classifier(body)

    with FakeOpenAI(brain=flaky) as fake:
        model(fake)
        first = play(mails, tmp_path)
    suite = first.suites["mail_classification"]
    assert not first.passed and suite.cases == 3
    assert list(suite.missing) == ["no"] and "rate_limited" in suite.missing["no"]
    with FakeOpenAI(brain=classifier) as fake:
        model(fake)
        second = play(mails, tmp_path)
        assert len(fake.requests) == 1
    assert second.passed and second.suites["mail_classification"].cases == 4


def test_the_bound_on_cost_ends_the_run_and_keeps_what_is_finished(
    mails: Path, model: Use, fake_classifier: FakeOpenAI, tmp_path: Path
) -> None:
    model(fake_classifier)
    result = play(mails, tmp_path, cost=1.5 * PRICE)
    suite = result.suites["mail_classification"]
    assert "the bound of" in result.stopped and not result.passed
    assert suite.cases + len(suite.missing) == 4 and suite.cases >= 2
    assert len(fake_classifier.requests) <= 3
    again = play(mails, tmp_path)
    assert again.passed and len(fake_classifier.requests) == 4


def test_the_bound_on_time_ends_the_run(
    mails: Path, model: Use, fake_classifier: FakeOpenAI, tmp_path: Path
) -> None:
    model(fake_classifier)
    ticks = iter(range(1000))
    result = play(mails, tmp_path, seconds=2, monotonic=lambda: float(next(ticks)))
    assert "2 seconds" in result.stopped
    assert result.suites["mail_classification"].missing


def test_a_wrong_key_ends_the_run_at_once_with_the_reason(
    mails: Path, model: Use, tmp_path: Path
) -> None:
    with FakeOpenAI(Say(status=401)) as fake:
        model(fake)
        with pytest.raises(Unavailable, match="auth"):
            play(mails, tmp_path)
        assert len(fake.requests) <= 2


def test_an_answer_that_is_no_json_is_told_once_and_then_counts_as_wrong(
    mails: Path, model: Use, tmp_path: Path
) -> None:
    with FakeOpenAI(Say("I think it is a rejection.")) as fake:
        model(fake)
        result = play(mails, tmp_path)
        assert len(fake.requests) == 8
        assert "cannot be used" in fake.requests[-1]["messages"][-1]["content"]
    suite = result.suites["mail_classification"]
    assert suite.cases == 4 and suite.metrics["passed"].value == 0
    assert "no usable answer" in str(suite.results[0].got)


def test_conversations_run_on_the_model_and_the_embedded_mind_never_answers_for_it(
    model: Use, tmp_path: Path
) -> None:
    from tests.fakes.openai_server import simple_brain

    suite = loading.load("conversations")
    cases = [
        {
            "name": "search",
            "inputs": {"turns": ["find me jobs as a cook in Zurich", "hello"]},
            "expected_output": [{"tools": ["search_jobs"]}, {"says": "Ask me for jobs"}],
        }
    ]
    path = tmp_path / "conversations.yaml"
    content = {"name": "conversations", "about": suite.about.model_dump(), "cases": cases}
    path.write_text(json.dumps(content), encoding="utf-8")
    with FakeOpenAI(brain=simple_brain) as fake:
        model(fake)
        result = play(path, tmp_path)
        asked = len(fake.requests)
        assert result.suites["conversations"].results[0].passed, result.suites
        assert asked == 3
        (tmp_path / "again").mkdir()
        (tmp_path / "again" / "answers.db").write_bytes((tmp_path / "answers.db").read_bytes())
        again = play(path, tmp_path / "again")
        # Ids and boundaries are other ones in the second run, and yet the answers are known.
        assert len(fake.requests) == asked
    assert again.suites == result.suites
    with FakeOpenAI(Say(status=400, error={"message": "no"})) as fake:
        model(fake)
        (tmp_path / "third").mkdir()
        third = play(path, tmp_path / "third")
    assert not third.suites["conversations"].results[0].passed


@pytest.mark.parametrize(
    ("args", "error", "message"),
    [
        (["times", "--mind", "llm", "--model", "x"], BadInput, "times runs with --mind embedded"),
        (["mail_classification"], BadInput, "runs with --mind llm alone"),
        (["times", "--prompt", "system=v1", "--mind", "embedded"], BadInput, "no prompt takes"),
        (["intents", "--prompt", "judge=v1", "--model", "x"], BadInput, "none of these suites"),
        (["--prompt", "nonsense=v1"], NotFound, "no prompt 'nonsense'"),
        (["--prompt", "system=v99"], NotFound, "no version v99"),
        (["--prompt", "system"], BadInput, "NAME=vN"),
        (["--mind", "human"], BadInput, "no mind 'human'"),
        (["--mind", "embedded", "--model", "x"], BadInput, "has no model"),
        (["intents", "--mind", "llm"], AuthNeeded, "JOBTRACKER_LLM__MODEL"),
    ],
)
def test_what_cannot_be_run_is_one_line(
    args: list[str], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message) as caught:
        invoke("run", *args)
    assert "\n" not in str(caught.value)


def test_a_template_with_a_missing_variable_or_leaving_the_sandbox_is_one_line(
    tmp_path: Path, model: Use, fake_classifier: FakeOpenAI
) -> None:
    from tests.evals.conftest import suite_file

    model(fake_classifier)
    for template, words in (
        ("Hello {{ who }}", "'who' is undefined"),
        ("{{ ''.__class__.__mro__ }}", "leave the sandbox"),
    ):
        case = {
            "name": "a", "inputs": {"template": template, "with": {}},
            "expected_output": {"contains": "x"},
        }  # fmt: skip
        path = suite_file(tmp_path / "own.yaml", "checks", [case], passed={"min": 0})
        result = play(path, tmp_path / words[:4].strip("'"))
        assert words in str(result.suites["checks"].results[0].got)
