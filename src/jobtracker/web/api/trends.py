"""How accurate the assistant is: the runs of its evals over time, for administrators."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel
from starlette.responses import Response

from jobtracker.web.api.rest import PROBLEMS
from jobtracker.web.context import Principal, WebDep, admin

router = APIRouter(prefix="/v1/evals", tags=["evals"])
KEPT = 12


class TrendPoint(BaseModel):
    """A metric in one run."""

    at: str
    value: float
    low: float
    high: float
    n: int
    passed: bool


class SuiteTrend(BaseModel):
    """One metric of one suite, oldest run first."""

    suite: str
    metric: str
    points: list[TrendPoint]


class Trends(BaseModel):
    """All suites."""

    suites: list[SuiteTrend]


@router.get("/trends", responses={200: {"model": Trends}} | PROBLEMS, response_model=None)
async def trends(web: WebDep, _who: Annotated[Principal, Depends(admin)]) -> Response:
    """Return the trend of each suite's metrics."""
    import orjson

    from jobtracker.evals.keeping import trend

    rows = await asyncio.to_thread(trend, web.core)
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows:
        point = {key: row[key] for key in ("at", "value", "low", "high", "n", "passed")}
        found.setdefault((row["suite"], row["metric"]), []).append(point)
    suites = [
        {"suite": suite, "metric": metric, "points": points[-KEPT:]}
        for (suite, metric), points in sorted(found.items())
    ]
    return Response(orjson.dumps({"suites": suites}), media_type="application/json")
