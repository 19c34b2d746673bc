"""The suite `judge`: does the judge agree with what we say of the same answers?

A case with `answer` is graded (expected: passed or failed), one with `first` and `second` is
compared (expected: first, second or tie).
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from jobtracker.evals.judges import compare, grade
from jobtracker.evals.model import Case, Scored
from jobtracker.evals.scorers import Play

if TYPE_CHECKING:
    from jobtracker.evals.bench import Bench


@asynccontextmanager
async def labels(bench: Bench) -> AsyncGenerator[Play]:
    """`agrees_grade`, `agrees_pair`: cases on which the judge says what we say."""

    async def play(case: Case, _: str) -> Scored:
        given, facts = case.inputs, case.inputs.get("facts")
        if "answer" in given:
            kind = "grade"
            said = await grade(bench, given["rubric"], given["case"], given["answer"], facts)
        else:
            kind = "pair"
            said = await compare(
                bench, given["rubric"], given["case"], given["first"], given["second"], facts
            )
        right = said.said == case.expected_output
        return Scored(
            id=case.name, passed=right, expected=case.expected_output, got=said.said,
            scores={"agrees": (right, 1), f"agrees_{kind}": (right, 1)},
            output="\n".join(said.reasons), judged=True,
        )  # fmt: skip

    yield play
