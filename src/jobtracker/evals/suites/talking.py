"""The suite `conversations`: several turns, with the calls, questions and replies expected.

Per turn, `expected_output` may name: `tools` (all calls in order, repeated ones once, for a search
may be widened), `args` (of one of the calls; a value `@2.jobs.0.job_id` is from the result of turn
2's last call, `~x` need only be part), `ok` (false where a call is to fail; else none may),
`pending` (the action that waits for a yes, or null), `asks` (part of its question), `says` and
`silent` (parts that the reply has, or has not), `language`, `count` (`events: 0`, sizes of lists in
the last result), `result` (values in it, by dotted path).
"""

from __future__ import annotations

import functools
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from itertools import groupby
from typing import TYPE_CHECKING, Any, cast

from jobtracker.agent.conversation import TurnResult
from jobtracker.core.errors import JobTrackerError
from jobtracker.evals.model import Case, Scored, Share
from jobtracker.evals.scorers import Play, Tell
from jobtracker.evals.suites.driver import GaveUp, Stage, model_stage, on_stage

if TYPE_CHECKING:
    from jobtracker.evals.bench import Bench

Want = dict[str, Any]


def conversations(cases: Sequence[Case], tell: Tell) -> list[Scored]:
    """`passed`: whole conversations as expected; `turns`: single turns."""
    return on_stage(cases, play, tell)


@asynccontextmanager
async def with_model(bench: Bench) -> AsyncGenerator[Play]:
    """Open the conversations for a model."""
    async with model_stage(bench) as stage:
        yield functools.partial(play, stage)


async def play(stage: Stage, case: Case, person: str) -> Scored:
    """Play one conversation."""
    results: list[TurnResult] = []
    wrong: dict[str, list[str]] = {}
    for turn, (message, want) in enumerate(
        zip(case.inputs["turns"], case.expected_output, strict=True), 1
    ):
        try:
            results.append(await stage.say(person, message))
        except (JobTrackerError, GaveUp) as exc:
            wrong[f"turn {turn}"] = [f"{message!r} failed: {exc}"]
            break
        if found := check(results, want or {}):
            wrong[f"turn {turn}"] = [f"{message!r}: {line}" for line in found]
    right: Share = (not wrong, 1)
    turns = len(case.inputs["turns"])
    said = len(results) - sum(int(key.split()[1]) <= len(results) for key in wrong)
    return Scored(
        id=case.name,
        passed=not wrong,
        expected="every turn as written in the case",
        got=wrong or "as expected",
        scores={"passed": right, "turns": (max(0, said), turns)},
    )


def check(results: list[TurnResult], want: Want) -> list[str]:
    """Return in words what of the latest turn is not as wanted."""
    turn = results[-1]
    called = [tool for tool, _ in groupby(call["tool"] for call in turn.tool_calls)]
    last = turn.tool_calls[-1] if turn.tool_calls else None
    wrong: list[str] = []
    if "tools" in want and called != want["tools"]:
        wrong.append(f"called {called}, not {want['tools']}")
    if "language" in want and turn.language != want["language"]:
        wrong.append(f"spoke {turn.language}, not {want['language']}")
    wrong += _check_pending(turn, want)
    failed = [c for c in turn.tool_calls if not c["ok"] and not c["declined"]]
    if bool(failed) == want.get("ok", True):
        wrong += [f"{c['tool']} failed: {c['error']}" for c in failed] or ["no call failed"]
    if last is not None:
        tried = [
            _check_values("argument", call["arguments"], want.get("args", {}), results)
            for call in turn.tool_calls
        ]
        wrong += min(tried, key=len)
        wrong += _check_values("result", last["result"] or {}, want.get("result", {}), results)
        for path, size in want.get("count", {}).items():
            got = _at(last["result"] or {}, path)
            if not isinstance(got, list) or len(cast("list[Any]", got)) != size:
                wrong.append(f"{path} holds {_size(got)}, not {size}")
    elif any(key in want for key in ("args", "result", "count")):
        wrong.append("called nothing")
    reply = turn.reply.casefold()
    wrong += [f"does not say {part!r}" for part in _list(want, "says") if part not in reply]
    wrong += [f"says {part!r}" for part in _list(want, "silent") if part in reply]
    return wrong


def _check_pending(turn: TurnResult, want: Want) -> list[str]:
    action = turn.pending["action"] if turn.pending else None
    if "pending" in want and action != want["pending"]:
        return [f"waits for a yes to {action}, not {want['pending']}"]
    question = turn.pending["summary"].casefold() if turn.pending else ""
    return [f"does not ask {part!r}" for part in _list(want, "asks") if part not in question]


def _list(want: Want, key: str) -> list[str]:
    value: Any = want.get(key, [])
    parts = cast("list[Any]", value) if isinstance(value, list) else [value]
    return [str(part).casefold() for part in parts]


def _check_values(
    word: str, got: dict[str, Any], wanted: dict[str, Any], results: list[TurnResult]
) -> list[str]:
    wrong: list[str] = []
    for path, value in wanted.items():
        found = _at(got, path)
        expected = _resolved(value, results)
        if isinstance(expected, str) and expected.startswith("~"):
            right = expected[1:].casefold() in str(found).casefold()
        else:
            right = found == expected
        if not right:
            wrong.append(f"{word} {path} is {found!r}, not {expected!r}")
    return wrong


def _resolved(value: Any, results: list[TurnResult]) -> Any:
    if not (isinstance(value, str) and value.startswith("@")):
        return value
    turn, _, path = value[1:].partition(".")
    calls = results[int(turn) - 1].tool_calls if int(turn) <= len(results) else []
    return _at(calls[-1]["result"] or {}, path) if calls else None


def _at(value: Any, path: str) -> Any:
    for part in path.split("."):
        if isinstance(value, list):
            items = cast("list[Any]", value)
            value = items[int(part)] if part.isdigit() and int(part) < len(items) else None
        elif isinstance(value, dict):
            value = cast("dict[str, Any]", value).get(part)
        else:
            return None
    return value


def _size(value: Any) -> str:
    return str(len(cast("list[Any]", value))) if isinstance(value, list) else "no list"
