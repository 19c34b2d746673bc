"""Suites on understanding: intents, slots and the language of a message."""

from __future__ import annotations

from collections.abc import Sequence

from jobtracker.evals.model import Case, Scored, Share
from jobtracker.evals.scorers import Tell


def intents(cases: Sequence[Case], tell: Tell) -> list[Scored]:
    """`accuracy`: all acts right; `fresh`: of cases not seen while writing; `language`."""
    from jobtracker.agent.mind.embedded.nlu import Nlu
    from jobtracker.agent.mind.embedded.nlu_eval import NOW

    nlu = Nlu()
    found: list[Scored] = []
    for case in cases:
        want = case.expected_output
        parse = nlu.parse(case.inputs["message"], NOW, None, case.inputs.get("context"))
        got = [act.intent for act in parse.acts]
        right: Share = (got == want["intents"], 1)
        scores: dict[str, Share] = {
            "accuracy": right,
            "language": (parse.language == want["language"], 1),
        }
        if case.metadata.get("split") == "fresh":
            scores["fresh"] = right
        found.append(
            Scored(
                id=case.name,
                passed=bool(right[0]),
                expected=want["intents"],
                got=got,
                scores=scores,
            )
        )
    return found


def slots(cases: Sequence[Case], tell: Tell) -> list[Scored]:
    """`found`: expected slots found, of all expected."""
    from jobtracker.agent.mind.embedded.extract import extract
    from jobtracker.agent.mind.embedded.nlu_eval import NOW, said

    found: list[Scored] = []
    for case in cases:
        inputs = case.inputs
        got = said(extract(inputs["message"], NOW, inputs["language"], inputs["intent"]))
        want = {name: str(value) for name, value in case.expected_output.items()}
        hits = sum(_hit(got.get(name, []), value) for name, value in want.items())
        found.append(
            Scored(
                id=case.name,
                passed=hits == len(want),
                expected=want,
                got={name: got.get(name) for name in want},
                scores={"found": (hits, len(want))},
            )
        )
    return found


def _hit(found: list[str], value: str) -> bool:
    if value.startswith("~"):
        return any(value[1:] in item for item in found)
    return value in found


def languages(cases: Sequence[Case], tell: Tell) -> list[Scored]:
    """`accuracy`: the language of the message, given the one spoken before, if any."""
    from jobtracker.agent.mind.embedded.nlu import Nlu
    from jobtracker.agent.mind.embedded.nlu_eval import NOW

    nlu = Nlu()
    found: list[Scored] = []
    for case in cases:
        got = nlu.parse(case.inputs["message"], NOW, case.inputs.get("spoken")).language
        right = got == case.expected_output
        kind = str(case.metadata.get("kind", "plain"))
        found.append(
            Scored(
                id=case.name,
                passed=right,
                expected=case.expected_output,
                got=got,
                scores={"accuracy": (right, 1), kind: (right, 1)},
            )
        )
    return found
