"""How fast the tracker is: 50,000 applications of 1,000 users on a store of their own."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from jobtracker.applications.pipeline import RANK, State
from jobtracker.applications.replay import rebuild
from jobtracker.applications.service import ApplicationService
from jobtracker.applications.tables import ApplicationRow
from jobtracker.core.bootstrap import Core
from jobtracker.core.events import EventRow

USERS, EACH = 1000, 50
ROUNDS = 40
Row = dict[str, Any]


def run(core: Core) -> list[Row]:
    """Measure on this empty home; return one row a figure, in the shape of `jobtracker bench`."""
    fill(core, USERS, EACH)
    return _measure(core)


def fill(core: Core, users: int, each: int) -> None:
    """Write that many applications, each with its events, straight into the tables."""
    rng = random.Random(7)
    now = core.clock.now()
    applications: list[Row] = []
    events: list[Row] = []
    for number in range(users * each):
        user = f"user{number % users}"
        status = rng.choice(("saved", "applied", "applied", "screening", "interview", "rejected"))
        day = (now - timedelta(days=rng.randrange(1, 200))).date()
        answered = (day + timedelta(days=rng.randrange(1, 30))).isoformat()
        state = State(id=f"app_{number:012x}", user=user, company=f"Company {number % 997}",
                      title=f"Position {number % 89}", status=status, status_on=day.isoformat(),
                      created_at=now, updated_at=now - timedelta(seconds=number))  # fmt: skip
        state.reached = RANK.get(status, 1)
        state.source = rng.choice(("LinkedIn", "jobs.ch", "referral"))
        if status != "saved":
            state.applied_on = day.isoformat()
        if status in {"screening", "interview", "rejected"}:
            state.responded_on = answered
        values = state.fields()
        values["user_id"] = values.pop("user")
        keys = {"company_key": f"company {number % 997}", "title_key": f"position {number % 89}"}
        applications.append(values | keys)
        data = {"set": {"company": state.company, "title": state.title, "status": status,
                        "status_on": state.status_on}, "was": {}, "by": "bench"}  # fmt: skip
        for kind in ("application.created", "application.moved"):
            events.append({"user_id": user, "at": now, "kind": kind, "version": 1,
                           "subject": state.id, "data": data})  # fmt: skip
    with core.store.begin() as session:
        session.execute(sa.insert(ApplicationRow), applications)
        session.execute(sa.insert(EventRow), events)


def _measure(core: Core) -> list[Row]:
    service = ApplicationService(core)
    users = [f"user{index * 17 % USERS}" for index in range(ROUNDS)]
    floor = _p95([lambda user=user: _select(core, user) for user in users])
    found = [
        _row("applications.list", _p95([lambda u=u: service.list(u) for u in users]), floor, 30),
        _row(
            "applications.list_open",
            _p95([lambda u=u: service.list(u, "open", 50) for u in users]),
            floor,
            30,
        ),
        _row(
            "applications.next_actions",
            _p95([lambda u=u: service.next_actions(u) for u in users]),
            floor,
            30,
        ),
        _row("applications.stats", _p95([lambda u=u: service.stats(u) for u in users]), floor, 100),
    ]
    return [*found, _replay(core)]


def _select(core: Core, user: str) -> None:
    with core.store.begin() as session:
        session.execute(
            sa.select(ApplicationRow.__table__).where(ApplicationRow.user_id == user)
        ).all()


def _p95(calls: list[Callable[[], object]]) -> float:
    """Return the 95th percentile in milliseconds; the first call only warms up."""
    calls[0]()
    took: list[float] = []
    for call in calls:
        start = time.perf_counter()
        call()
        took.append((time.perf_counter() - start) * 1000)
    return statistics.quantiles(took, n=20)[18]


def _row(name: str, value: float, floor: float, target: float) -> Row:
    return {
        "name": f"{name} p95",
        "value": round(value, 2),
        "unit": "ms",
        "floor": round(floor, 2),
        "ratio": round(value / floor, 2),
        "target": target,
        "met": value <= target,
    }


def _replay(core: Core) -> Row:
    total = USERS * EACH * 2
    start = time.perf_counter()
    with core.store.begin() as session:
        session.execute(sa.select(EventRow.__table__)).all()
    floor = total / (time.perf_counter() - start)
    start = time.perf_counter()
    kept = rebuild(core)
    value = total / (time.perf_counter() - start)
    return {
        "name": "applications.replay",
        "value": round(value),
        "unit": "events/s",
        "floor": round(floor),
        "ratio": round(value / floor, 2),
        "target": 20_000,
        "met": value >= 20_000 and len(kept) == USERS * EACH,
    }
