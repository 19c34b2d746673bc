"""The second factor: codes by time (TOTP, RFC 6238) and recovery codes.

A TOTP secret is encrypted at rest; a code is good for its 30 seconds and one step either side, and
once. Recovery codes have 118 random bits each, are kept as digests and are good once.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import sqlalchemy as sa

from jobtracker.accounts import audit
from jobtracker.accounts.keys import digest
from jobtracker.accounts.tables import AccountRow, RecoveryRow
from jobtracker.core.errors import AuthNeeded, BadInput, NotFound

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from jobtracker.core.bootstrap import Core

ISSUER = "Job Tracker Pro"
STEP_SECONDS = 30
DRIFT_STEPS = 1
RECOVERY_CODES = 10
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # no letters that are taken for digits
_CODE_LENGTH = 24
"""With 112 bits or more a plain digest is enough (ASVS 5.0, 6.5.2)."""


class Factors:
    """Second factors of all accounts."""

    def __init__(self, core: Core) -> None:
        from jobtracker.core.secrets import Secrets

        self._core = core
        self._secrets = Secrets(core.home)

    def begin_totp(self, user: str) -> tuple[str, str]:
        """Make a new secret, not yet in use; return it (base32) and its `otpauth:` address.

        Raises:
            BadInput: one is in use already.
        """
        from pyotp import random_base32
        from pyotp.totp import TOTP

        secret = random_base32(32)
        with self._core.store.begin() as session:
            row = self._own(session, user)
            if row.totp_on:
                raise BadInput("a code generator is in use already; remove it first")
            row.totp_sealed = self._secrets.seal({"totp": secret, "user": user})
            row.totp_step = 0
            name = row.name
        address: str = TOTP(secret, name=name, issuer=ISSUER).provisioning_uri()
        return secret, address

    def confirm_totp(self, user: str, code: str) -> list[str]:
        """Take the secret into use with its first code; return the recovery codes, shown once.

        Raises:
            AuthNeeded: the code is not the right one.
            BadInput: nothing was begun.
        """
        with self._core.store.begin() as session:
            row = self._own(session, user)
            if row.totp_on or row.totp_sealed is None:
                raise BadInput("begin with a new secret: POST /v1/account/totp")
        if not self._totp(user, code):
            raise AuthNeeded("the code is wrong or was used; check the clock of your telephone")
        with self._core.store.begin() as session:
            row = self._own(session, user)
            row.totp_on = True
            audit.note(self._core, session, user, "totp_added")
            return self._new_codes(session, user)

    def remove_totp(self, user: str) -> None:
        """Take the second factor away, and the recovery codes with it."""
        with self._core.store.begin() as session:
            row = self._own(session, user)
            row.totp_on, row.totp_sealed, row.totp_step = False, None, 0
            session.execute(sa.delete(RecoveryRow).where(RecoveryRow.user_id == user))
            audit.note(self._core, session, user, "totp_removed")

    def new_recovery_codes(self, user: str) -> list[str]:
        """Make new recovery codes, shown once; the old ones are void.

        Raises:
            BadInput: there is no second factor that they would stand in for.
        """
        with self._core.store.begin() as session:
            if not self._own(session, user).totp_on:
                raise BadInput("recovery codes stand in for a code generator; add one first")
            return self._new_codes(session, user)

    def codes_left(self, user: str) -> int:
        """Return how many recovery codes are unused."""
        query = sa.select(sa.func.count()).where(RecoveryRow.user_id == user)
        with self._core.store.begin() as session:
            return session.scalar(query) or 0

    def needed(self, user: str) -> bool:
        """Tell whether the person signs in with a second factor."""
        with self._core.store.begin() as session:
            return self._own(session, user).totp_on

    def verify(self, user: str, code: str) -> str:
        """Check a code of either kind and use it up; return `totp` or `recovery`.

        Raises:
            AuthNeeded: it is wrong, or was used.
        """
        plain = "".join(char for char in code if char.isalnum()).lower()
        if len(plain) == 6 and plain.isascii() and plain.isdigit():
            if self._totp(user, plain):
                return "totp"
        elif self._recovery(user, plain):
            return "recovery"
        with self._core.store.begin() as session:
            audit.note(self._core, session, user, "sign_in_failed", method="second_factor")
        raise AuthNeeded("the code is wrong or was used; wait for the next one")

    def _totp(self, user: str, code: str) -> bool:
        """Tell whether the code is right; its time step and those before it are used up then."""
        from pyotp.totp import TOTP

        with self._core.store.begin() as session:
            row = self._own(session, user)
            sealed, last = row.totp_sealed, row.totp_step
        opened = self._secrets.open(sealed) if sealed else {}
        if opened.get("user") != user:  # a row copied from another account
            return False
        totp = TOTP(opened["totp"])
        now = int(self._core.clock.now().timestamp()) // STEP_SECONDS
        matching = 0
        for step in range(now - DRIFT_STEPS, now + DRIFT_STEPS + 1):
            # Every step is compared, so that the time tells nothing.
            if secrets.compare_digest(totp.at(step * STEP_SECONDS), code) and step > last:
                matching = step
        if not matching:
            return False
        claim = (
            sa.update(AccountRow)
            .where(AccountRow.user_id == user, AccountRow.totp_step < matching)
            .values(totp_step=matching)
            .returning(AccountRow.user_id)
        )
        with self._core.store.begin() as session:  # of two at once, one is first
            return session.execute(claim).first() is not None

    def _recovery(self, user: str, code: str) -> bool:
        used = (
            sa.delete(RecoveryRow)
            .where(RecoveryRow.code_hash == _code_digest(user, code), RecoveryRow.user_id == user)
            .returning(RecoveryRow.user_id)
        )
        with self._core.store.begin() as session:
            if session.execute(used).first() is None:
                return False
            audit.note(self._core, session, user, "recovery_code_used")
            return True

    def _new_codes(self, session: Session, user: str) -> list[str]:
        session.execute(sa.delete(RecoveryRow).where(RecoveryRow.user_id == user))
        codes = [
            "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH))
            for _ in range(RECOVERY_CODES)
        ]
        session.add_all(
            RecoveryRow(user_id=user, code_hash=_code_digest(user, code)) for code in codes
        )
        audit.note(self._core, session, user, "recovery_codes_made")
        return ["-".join(code[i : i + 4] for i in range(0, _CODE_LENGTH, 4)) for code in codes]

    def _own(self, session: Session, user: str) -> AccountRow:
        row = session.get(AccountRow, user)
        if row is None:
            raise NotFound("this account does not exist any more")
        return row


def _code_digest(user: str, code: str) -> str:
    return digest(f"{user}\x1f{code}")
