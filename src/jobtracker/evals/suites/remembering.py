"""The suite `memory`: what was told comes up when it matters, and nothing of others."""

from __future__ import annotations

from collections.abc import Sequence

from jobtracker.agent.memory import Memory
from jobtracker.evals.model import Case, Scored, Share
from jobtracker.evals.scorers import Tell
from jobtracker.evals.suites.driver import fresh_core

_TOP = 3


def memory(cases: Sequence[Case], tell: Tell) -> list[Scored]:
    """`recall_at_1`, `_at_3` of what is asked; `forgotten` things that still come up; `leaks`."""
    with fresh_core() as core:
        store = Memory(core)
        try:
            return [_one(store, case, f"p{number}") for number, case in enumerate(cases)]
        finally:
            store.close()


def _one(store: Memory, case: Case, person: str) -> Scored:
    for number, told in enumerate(case.inputs["told"]):
        kind, _, text = told.partition(": ")
        store.remember(person, kind, f"{kind}-{number}", text)
    store.remember(f"{person}-other", "fact", "other", case.inputs["question"])
    if forget := case.inputs.get("forget"):
        store.forget_matching(person, forget)
    got = [item.text for item in store.recall(person, case.inputs["question"], _TOP)]
    own = {told.partition(": ")[2] for told in case.inputs["told"]}
    scores: dict[str, Share] = {"leaks": (any(text not in own for text in got), 1)}
    if forget:
        wrong = any(forget.casefold() in text.casefold() for text in got)
        scores["forgotten"] = (wrong, 1)
    else:
        wrong = not any(case.expected_output.casefold() in text.casefold() for text in got)
        scores["recall_at_3"] = (not wrong, 1)
        first = got[:1] and case.expected_output.casefold() in got[0].casefold()
        scores["recall_at_1"] = (bool(first), 1)
    return Scored(
        id=case.name,
        passed=not wrong and not scores["leaks"][0],
        expected=case.expected_output,
        got=got,
        scores=scores,
    )
