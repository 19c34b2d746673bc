"""Logins by other services: which account belongs to which subject of which issuer."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from jobtracker.accounts import audit
from jobtracker.accounts.keys import new_id
from jobtracker.accounts.model import Account
from jobtracker.accounts.service import Accounts
from jobtracker.accounts.tables import AccountRow, IdentityRow
from jobtracker.core.errors import BadInput, Forbidden, NotFound

if TYPE_CHECKING:
    from jobtracker.core.bootstrap import Core

_MAX = 300


class Identities:
    """The linked logins of all accounts."""

    def __init__(self, core: Core, accounts: Accounts) -> None:
        self._core = core
        self._accounts = accounts

    def find(self, issuer: str, subject: str) -> Account | None:
        """Return the account of that subject."""
        query = sa.select(IdentityRow.user_id).where(
            IdentityRow.issuer == issuer, IdentityRow.subject == subject
        )
        with self._core.store.begin() as session:
            user = session.scalar(query)
        return self._accounts.get(user) if user is not None else None

    def link(self, user: str, provider: str, issuer: str, subject: str) -> None:
        """Let the subject sign in to the account from now on.

        Raises:
            BadInput: it belongs to another account, or is too long to keep.
        """
        if not 0 < len(subject) <= _MAX or len(issuer) > _MAX:
            raise BadInput(f"the login at {issuer[:100]} has an id that cannot be kept")
        row = IdentityRow(
            issuer=issuer, subject=subject, user_id=user, provider=provider,
            created_at=self._core.clock.now(),
        )  # fmt: skip
        try:
            with self._core.store.begin() as session:
                kept = session.get(IdentityRow, (issuer, subject))
                if kept is not None and kept.user_id == user:
                    return
                session.add(row)
                audit.note(self._core, session, user, "identity_linked", method=provider)
                session.flush()
        except IntegrityError as exc:
            raise BadInput("this login belongs to another account already") from exc

    def create(self, provider: str, issuer: str, subject: str, wish: str, shown: str) -> Account:
        """Make an account for a subject that its provider is trusted to bring in.

        Raises:
            Forbidden: no free name was found.
        """
        base = _plain(wish)
        for name in (base, *(f"{base[:30]}-{new_id()[:4]}" for _ in range(5))):
            try:
                account = self._accounts.admit(name, shown)
            except BadInput:
                continue
            self.link(account.user_id, provider, issuer, subject)
            return account
        raise Forbidden("no free user name was found for this login; ask for an invitation")

    def all_of(self, user: str) -> list[tuple[str, str]]:
        """Return `(provider, issuer)` of the person's linked logins."""
        query = sa.select(IdentityRow.provider, IdentityRow.issuer).where(
            IdentityRow.user_id == user
        )
        with self._core.store.begin() as session:
            return [(row[0], row[1]) for row in session.execute(query)]

    def unlink(self, user: str, provider: str) -> None:
        """Take a login away; the last proof of an account stays.

        Raises:
            NotFound: it is not linked.
            BadInput: nothing else would let the person in.
        """
        with self._core.store.begin() as session:
            row = session.get(AccountRow, user)
            others = sa.select(sa.func.count()).where(
                IdentityRow.user_id == user, IdentityRow.provider != provider
            )
            linked = sa.select(IdentityRow).where(
                IdentityRow.user_id == user, IdentityRow.provider == provider
            )
            if not session.scalars(linked).first():
                raise NotFound(f"{provider[:32]}: no login by that service is linked to you")
            if row is None or (row.password_hash is None and not session.scalar(others)):
                raise BadInput("set a password first; without this login you could not sign in")
            session.execute(
                sa.delete(IdentityRow).where(
                    IdentityRow.user_id == user, IdentityRow.provider == provider
                )
            )


def _plain(wish: str) -> str:
    flat = unicodedata.normalize("NFKD", wish.partition("@")[0])
    kept = re.sub(r"[^a-z0-9._-]+", "", flat.casefold()).strip("._-")
    return kept[:40] if len(kept) > 1 else f"user-{new_id()[:6]}"
