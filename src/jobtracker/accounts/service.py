"""Accounts: made by invitation or by anyone, proved by a password, looked after by an admin.

All methods block (a password takes tens of milliseconds): call them from a thread.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from jobtracker.accounts import audit, passwords
from jobtracker.accounts.invitations import Invitations
from jobtracker.accounts.keys import digest, new_id
from jobtracker.accounts.model import ROLES, Account
from jobtracker.accounts.names import folded, skeleton, user_name
from jobtracker.accounts.tables import AccountRow, InviteRow, SessionRow, TokenRow
from jobtracker.core.errors import AuthNeeded, BadInput, Forbidden, NotFound

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


WRONG = "name or password is wrong"


class Accounts(Invitations):
    """The accounts of one installation."""

    def register(
        self, name: str, password: str | None, display_name: str = "", invite: str = ""
    ) -> Account:
        """Make an account; without a password it needs another proof (a login by OIDC).

        The first account, made with the setup key, is an admin and takes over what was kept in
        single-user mode on this machine.

        Raises:
            Forbidden: an invitation is needed, and this is none that is open.
            BadInput: the name or the password cannot be used.
        """
        self._may_register(invite)
        chosen = user_name(name)
        plain = None if password is None else passwords.check(password, chosen, display_name)
        kept = None if plain is None else passwords.hashed(plain)
        try:
            with self._core.store.begin() as session:
                kind, role = self._use_invite(session, invite)
                if self._taken(session, chosen):
                    raise _name_taken()
                row = self._row(session, chosen, display_name, kind, role)
                row.password_hash = kept
                row.password_at = row.created_at if kept else None
                session.add(row)
                session.flush()
                audit.note(self._core, session, row.user_id, "registered")
                return _account(row)
        except IntegrityError as exc:  # another registration took the name meanwhile
            raise _name_taken() from exc

    def admit(self, name: str, display_name: str) -> Account:
        """Make an account without a password, for whom a trusted login service brings in.

        Raises:
            BadInput: the name cannot be used or is taken.
        """
        chosen = user_name(name)
        try:
            with self._core.store.begin() as session:
                if self._taken(session, chosen):
                    raise _name_taken()
                row = self._row(session, chosen, display_name, "open", "user")
                session.add(row)
                session.flush()
                audit.note(self._core, session, row.user_id, "registered")
                return _account(row)
        except IntegrityError as exc:
            raise _name_taken() from exc

    def _may_register(self, invite: str) -> None:
        """Refuse before the password costs anything."""
        if self._core.settings.server.accounts == "open" and not invite:
            return
        with self._core.store.begin() as session:
            if self._invite(session, invite, ("invite", "setup")) is None:
                raise Forbidden(
                    "registering here needs an invitation that is open; ask the person who runs "
                    "this server for one"
                )

    def _use_invite(self, session: Session, invite: str) -> tuple[str, str]:
        if not invite:
            return "open", "user"
        row = self._invite(session, invite, ("invite", "setup"))
        used = row and session.execute(sa.delete(InviteRow).where(InviteRow.id == row.id))
        if row is None or not used or getattr(used, "rowcount", 0) != 1:
            raise Forbidden("this invitation was used already; ask for another one")
        if row.kind == "setup":
            session.execute(sa.delete(InviteRow).where(InviteRow.kind == "setup"))
        return row.kind, row.role

    def _invite(self, session: Session, key: str, kinds: tuple[str, ...]) -> InviteRow | None:
        query = sa.select(InviteRow).where(
            InviteRow.token_hash == digest(key),
            InviteRow.kind.in_(kinds),
            InviteRow.expires_at > self._core.clock.now(),
        )
        return session.scalars(query).first() if key else None

    def _taken(self, session: Session, name: str) -> bool:
        alike = sa.or_(AccountRow.folded == folded(name), AccountRow.skeleton == skeleton(name))
        return session.scalar(sa.select(sa.exists().where(alike))) or False

    def _row(
        self, session: Session, name: str, display_name: str, kind: str, role: str
    ) -> AccountRow:
        local = self._core.settings.user
        none_yet = session.scalar(sa.select(sa.func.count()).select_from(AccountRow)) == 0
        return AccountRow(
            user_id=local if kind == "setup" and none_yet else f"u-{new_id()}",
            name=name,
            folded=folded(name),
            skeleton=skeleton(name),
            display_name=shown_name(display_name) or name,
            role=role,
            disabled=False,
            password_hash=None,
            password_at=None,
            totp_sealed=None,
            totp_on=False,
            totp_step=0,
            created_at=self._core.clock.now(),
        )

    def authenticate(self, name: str, password: str) -> Account:
        """Return the account that name and password prove.

        An unknown name, a wrong password and a disabled account are answered alike and after the
        same work.

        Raises:
            AuthNeeded: they prove none.
        """
        plain = passwords.normalised(password)
        with self._core.store.begin() as session:
            query = sa.select(AccountRow).where(AccountRow.folded == folded(name[:200]))
            row = session.scalars(query).first()
        right = passwords.verify(row.password_hash if row else None, plain)
        if row is None or not right or row.disabled:
            if row is not None:
                with self._core.store.begin() as session:
                    audit.note(
                        self._core, session, row.user_id, "sign_in_failed", method="password"
                    )
            raise AuthNeeded(WRONG)
        if row.password_hash and passwords.outdated(row.password_hash):
            self._keep_password(row.user_id, passwords.hashed(plain), changed=False)
        return _account(row)

    def confirm_password(self, user: str, password: str) -> None:
        """Check the password of somebody who is signed in already.

        Raises:
            AuthNeeded: it is wrong, or the account has none.
        """
        plain = passwords.normalised(password)
        with self._core.store.begin() as session:
            row = self._own(session, user)
        if not passwords.verify(row.password_hash, plain):
            with self._core.store.begin() as session:
                audit.note(self._core, session, user, "sign_in_failed", method="password")
            raise AuthNeeded("the password is wrong")

    def set_password(self, user: str, new: str) -> None:
        """Set the password.

        Raises:
            BadInput: it cannot be used.
        """
        account = self.get(user)
        plain = passwords.check(new, account.name, account.display_name)
        self._keep_password(user, passwords.hashed(plain), changed=True)

    def _keep_password(self, user: str, kept: str, *, changed: bool) -> None:
        with self._core.store.begin() as session:
            row = self._own(session, user)
            row.password_hash = kept
            if changed:
                row.password_at = self._core.clock.now()
                audit.note(self._core, session, user, "password_changed")

    def reset(self, key: str, new: str) -> Account:
        """Set a new password with the key that an admin has given; all sessions and tokens end.

        Raises:
            AuthNeeded: the key is none, or was used.
            BadInput: the password cannot be used.
        """
        with self._core.store.begin() as session:
            invite = self._invite(session, key, ("reset",))
            if invite is None or invite.subject is None:
                raise AuthNeeded("this link to a new password was used or is too old; ask again")
            row = self._own(session, invite.subject)
        plain = passwords.check(new, row.name, row.display_name)
        kept = passwords.hashed(plain)
        with self._core.store.begin() as session:
            gone = session.execute(sa.delete(InviteRow).where(InviteRow.id == invite.id))
            if getattr(gone, "rowcount", 0) != 1:
                raise AuthNeeded("this link to a new password was used already; ask again")
            row = self._own(session, row.user_id)
            row.password_hash, row.password_at = kept, self._core.clock.now()
            for table in (SessionRow, TokenRow):
                session.execute(sa.delete(table).where(table.user_id == row.user_id))
            audit.note(self._core, session, row.user_id, "password_changed", method="reset")
            return _account(row)

    def rename(self, user: str, display_name: str) -> Account:
        """Set the name that is shown.

        Raises:
            BadInput: empty or longer than 100 characters.
        """
        shown = shown_name(display_name)
        if not shown:
            raise BadInput("display_name: at least one letter")
        with self._core.store.begin() as session:
            row = self._own(session, user)
            row.display_name = shown
            return _account(row)

    def get(self, user: str) -> Account:
        """Return the account.

        Raises:
            NotFound: there is none.
        """
        with self._core.store.begin() as session:
            return _account(self._own(session, user))

    def find(self, name: str) -> Account:
        """Return the account of that user name.

        Raises:
            NotFound: there is none.
        """
        with self._core.store.begin() as session:
            query = sa.select(AccountRow).where(AccountRow.folded == folded(name[:200]))
            row = session.scalars(query).first()
            if row is None:
                raise NotFound(
                    f"account {name[:60]!r}: there is none; see jobtracker accounts list"
                )
            return _account(row)

    def all(self) -> list[Account]:
        """Return all accounts, the oldest first."""
        with self._core.store.begin() as session:
            query = sa.select(AccountRow).order_by(AccountRow.created_at, AccountRow.user_id)
            return [_account(row) for row in session.scalars(query)]

    def empty(self) -> bool:
        """Tell whether there is no account yet."""
        with self._core.store.begin() as session:
            return session.scalar(sa.select(sa.func.count()).select_from(AccountRow)) == 0

    def set_role(self, user: str, role: str) -> Account:
        """Make somebody an admin, or no longer.

        Raises:
            BadInput: no such role, or nobody could administer the server any more.
        """
        if role not in ROLES:
            raise BadInput(f"role {role[:20]!r}: choose {' or '.join(ROLES)}")
        with self._core.store.begin() as session:
            row = self._own(session, user)
            if role != "admin":
                self._keep_an_admin(session, row)
            row.role = role
            audit.note(self._core, session, user, "role_changed")
            return _account(row)

    def set_disabled(self, user: str, disabled: bool) -> Account:
        """Lock somebody out, or let them in again; sessions and tokens end.

        Raises:
            BadInput: nobody could administer the server any more.
        """
        with self._core.store.begin() as session:
            row = self._own(session, user)
            if disabled:
                self._keep_an_admin(session, row)
                for table in (SessionRow, TokenRow):
                    session.execute(sa.delete(table).where(table.user_id == user))
            row.disabled = disabled
            audit.note(self._core, session, user, "disabled" if disabled else "enabled")
            return _account(row)

    def check_deletable(self, user: str) -> Account:
        """Return the account where it may be deleted.

        Raises:
            BadInput: others would be left without an admin.
        """
        with self._core.store.begin() as session:
            row = self._own(session, user)
            others = sa.select(sa.func.count()).where(AccountRow.user_id != user)
            if session.scalar(others):
                self._keep_an_admin(session, row)
            return _account(row)

    def close(self, user: str) -> None:
        """Let nobody in any more: the account is about to be erased."""
        with self._core.store.begin() as session:
            self._own(session, user).disabled = True
            for table in (SessionRow, TokenRow):
                session.execute(sa.delete(table).where(table.user_id == user))

    def _keep_an_admin(self, session: Session, row: AccountRow) -> None:
        others = sa.select(sa.func.count()).where(
            AccountRow.role == "admin",
            sa.not_(AccountRow.disabled),
            AccountRow.user_id != row.user_id,
        )
        if row.role == "admin" and not session.scalar(others):
            raise BadInput(f"{row.name} is the only admin; make somebody else one first")

    def _own(self, session: Session, user: str) -> AccountRow:
        row = session.get(AccountRow, user)
        if row is None:
            raise NotFound("this account does not exist any more")
        return row


def shown_name(raw: str) -> str:
    """Return a display name without control characters or overrides of direction.

    Raises:
        BadInput: longer than 100 characters.
    """
    plain = unicodedata.normalize("NFC", raw)
    kept = (c if unicodedata.category(c)[0] not in "CZ" else " " for c in plain)
    name = " ".join("".join(kept).split())
    if len(name) > 100:
        raise BadInput("display_name: at most 100 characters")
    return name


def _name_taken() -> BadInput:
    return BadInput("name: this one is taken, or looks like one that is; choose another")


def _account(row: AccountRow) -> Account:
    return Account(
        row.user_id,
        row.name,
        row.display_name,
        "admin" if row.role == "admin" else "user",
        row.disabled,
        row.password_hash is not None,
        row.totp_on,
        row.created_at,
    )
