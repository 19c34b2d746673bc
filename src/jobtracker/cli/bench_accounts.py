"""How fast somebody is recognised: `jobtracker bench accounts`."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from jobtracker.accounts import passwords
from jobtracker.accounts.service import Accounts
from jobtracker.accounts.sessions import Sessions
from jobtracker.cli.bench import Row, row
from jobtracker.core.bootstrap import Core
from jobtracker.web.auth.state import Remembered

_PASSWORD = "gondola tempest velour lantern"


def run(core: Core) -> list[Row]:
    """Measure and return one row per figure.

    The floor of a look-up is the same question asked of the store in bare SQL; that of a sign-in
    is one argon2 verification, which is slow on purpose.
    """
    accounts, sessions = Accounts(core), Sessions(core)
    person = accounts.admit("bench", "")
    accounts.set_password(person.user_id, _PASSWORD)
    key, _ = sessions.open(person.user_id, "password", "bench")
    remembered = Remembered()
    remembered.look_up(key, sessions.find)
    hashed = passwords.hashed(_PASSWORD)

    def bare() -> None:
        query = sa.text("select * from account_sessions where token_hash = 'x'")
        with core.store.begin() as session:
            session.execute(query).all()

    floor = _milliseconds(bare, 200)
    argon2 = _milliseconds(lambda: passwords.verify(hashed, _PASSWORD), 8)
    return [
        row("session, seen a moment ago", _milliseconds(lambda: remembered.get(key), 5000), "ms",
            floor=floor, most=1.0),
        row("session, looked up in the store", _milliseconds(lambda: sessions.find(key), 200), "ms",
            floor=floor, most_ratio=5.0),
        row("sign-in by password",
            _milliseconds(lambda: accounts.authenticate("bench", _PASSWORD), 8), "ms",
            floor=argon2, most_ratio=1.3),
    ]  # fmt: skip


def _milliseconds(work: Callable[[], Any], times: int) -> float:
    """Return the median time of the work."""
    taken: list[float] = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken)
