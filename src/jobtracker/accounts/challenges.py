"""What was begun and is to be finished soon, once: the second step of a login, a passkey.

Kept in the store, so that another process of ours may be asked to finish it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from jobtracker.accounts.keys import digest, new_key
from jobtracker.accounts.tables import ChallengeRow
from jobtracker.core.errors import AuthNeeded

if TYPE_CHECKING:
    from jobtracker.core.bootstrap import Core

MINUTES = 5
MAX_TRIES = 5


@dataclass(frozen=True)
class Challenge:
    """What was begun; `user` is None where nobody has said yet who they are."""

    user: str | None
    data: dict[str, Any]


class Challenges:
    """Puts and takes challenges."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def put(self, kind: str, user: str | None, data: dict[str, Any]) -> str:
        """Keep it for five minutes; return the key that finishes it."""
        key = new_key()
        now = self._core.clock.now()
        with self._core.store.begin() as session:
            session.execute(sa.delete(ChallengeRow).where(ChallengeRow.expires_at <= now))
            session.add(
                ChallengeRow(
                    token_hash=digest(key),
                    user_id=user,
                    kind=kind,
                    data=data,
                    tries=0,
                    expires_at=now + timedelta(minutes=MINUTES),
                )
            )
        return key

    def take(self, kind: str, key: str) -> Challenge:
        """Return it and remove it: whoever comes second finds nothing.

        Raises:
            AuthNeeded: unknown, used, of another kind, or older than five minutes.
        """
        statement = (
            sa.delete(ChallengeRow)
            .where(
                ChallengeRow.token_hash == digest(key),
                ChallengeRow.kind == kind,
                ChallengeRow.expires_at > self._core.clock.now(),
            )
            .returning(ChallengeRow.user_id, ChallengeRow.data)
        )
        with self._core.store.begin() as session:
            found = session.execute(statement).first()
        if found is None:
            raise _gone()
        return Challenge(found[0], found[1])

    def try_once(self, kind: str, key: str) -> Challenge:
        """Return it and count the try; after five it is gone. `take` it when the try succeeds.

        Raises:
            AuthNeeded: unknown, used up, or older than five minutes.
        """
        statement = (
            sa.update(ChallengeRow)
            .where(
                ChallengeRow.token_hash == digest(key),
                ChallengeRow.kind == kind,
                ChallengeRow.expires_at > self._core.clock.now(),
                ChallengeRow.tries < MAX_TRIES,
            )
            .values(tries=ChallengeRow.tries + 1)
            .returning(ChallengeRow.user_id, ChallengeRow.data)
        )
        with self._core.store.begin() as session:
            found = session.execute(statement).first()
        if found is None:
            raise _gone()
        return Challenge(found[0], found[1])


def _gone() -> AuthNeeded:
    return AuthNeeded("this sign-in took too long or was used already; start again")
