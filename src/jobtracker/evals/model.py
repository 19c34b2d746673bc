"""Shapes of the evals: a suite as it is written, a result as it is reported.

A suite's file is what `pydantic_evals.Dataset.from_file` reads (`name`, `cases` with `name`,
`inputs`, `expected_output`, `metadata`). It is read here without that library, whose import takes
seconds, and which has no thresholds, intervals or paired comparison. What a suite is for stands in
`about.yaml` beside it (or under `about` in a file of one's own).
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Share = tuple[float, float]
"""What was right and of how many: a case's part in a metric."""
MindName = Literal["embedded", "llm"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Threshold(_Strict):
    """A bound on a metric: `min` where more is better, `max` where less is."""

    min: float | None = None
    max: float | None = None
    measured: float | None = None
    """What was measured when the bound was set, on `n`."""
    n: int | None = None

    @model_validator(mode="after")
    def _one_bound(self) -> Threshold:
        if (self.min is None) == (self.max is None):
            raise ValueError("a threshold is either min or max")
        return self


class About(_Strict):
    """What a suite is for."""

    proves: str
    cannot: str
    """What it does not prove."""
    thresholds: dict[str, Threshold] = Field(default_factory=dict)
    scorer: str = ""
    """Which of our suites' scorers it uses, where its name is its own (`checks`, …)."""


class Case(_Strict):
    """One case; `expected_output` may be null or false, but has to be there."""

    name: str
    inputs: dict[str, Any]
    expected_output: Any
    metadata: dict[str, Any] = Field(default_factory=dict)


class Suite(_Strict):
    """A suite as read from its file."""

    name: str
    description: str = ""
    about: About
    cases: list[Case]

    @property
    def scorer(self) -> str:
        """The name in the table of scorers."""
        return self.about.scorer or self.name


class Scored(BaseModel):
    """A case after its run. `output` is the text that a judge may read."""

    id: str
    passed: bool
    expected: Any = None
    got: Any = None
    scores: dict[str, Share]
    output: str | None = None
    judged: bool = False
    """Whether a language model had a part in the verdict."""


class Metric(BaseModel):
    """A metric of one suite. `low` and `high` bound the bootstrap 95 % interval.

    `kappa` is the judge's agreement with our labels, where a judge gave the score; `withheld` says
    why a threshold is not applied.
    """

    value: float
    n: int
    low: float
    high: float
    threshold: float | None = None
    better: Literal["higher", "lower"] = "higher"
    passed: bool = True
    kappa: float | None = None
    withheld: str = ""


class SuiteResult(BaseModel):
    """What came of one suite; `against` says per metric how it stands to the baseline.

    `cases` were finished, `missing` were not: the run was stopped, or the model was out of reach.
    """

    suite: str
    cases: int
    passed: bool
    metrics: dict[str, Metric]
    results: list[Scored]
    against: dict[str, str] = Field(default_factory=dict)
    missing: dict[str, str] = Field(default_factory=dict)
    """Case → why it has no result."""


class Used(BaseModel):
    """What the model's answers took. `price` is in `currency`; `spent` is what was paid now.

    The rest came from the cache of answers.
    """

    calls: int = 0
    cached: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    price: float = 0.0
    spent: float = 0.0
    currency: str = "USD"


class RunResult(BaseModel):
    """What came of a run. Nothing in it depends on the time or the machine."""

    version: int = 1
    mind: MindName = "embedded"
    model: str = ""
    prompts: dict[str, str] = Field(default_factory=dict)
    """The versions that took part, where they are not the pinned ones."""
    repeat: int = 1
    passed: bool = True
    suites: dict[str, SuiteResult] = Field(default_factory=dict)
    stopped: str = ""
    """Why the run ended before its end."""
    used: Used | None = None
    kappa: float | None = None
    """The judge's agreement with our labels in this run."""
    reason: str = ""
    """Why it was accepted as a baseline."""
