"""Passkeys (WebAuthn): made, used, listed, removed.

A passkey is both factors at once: something the person has, and the device checks who they are
(user verification is required). It names its account by itself, so no name is asked.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa

from jobtracker.accounts import audit
from jobtracker.accounts.model import Passkey
from jobtracker.accounts.tables import AccountRow, PasskeyRow
from jobtracker.core.errors import AuthNeeded, BadInput, NotFound

if TYPE_CHECKING:
    from jobtracker.core.bootstrap import Core

NAME = "Job Tracker Pro"
MAX_PASSKEYS = 20
_MAX_CREDENTIAL = 40_000


class Passkeys:
    """The passkeys of all accounts. `rp_id` is our host name, `origin` our address."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def begin_adding(self, user: str, rp_id: str) -> tuple[str, dict[str, Any]]:
        """Return the challenge (base64url) and the options for `navigator.credentials.create()`.

        Raises:
            BadInput: there are too many already.
        """
        import webauthn
        from webauthn.helpers import structs

        with self._core.store.begin() as session:
            account = session.get(AccountRow, user)
            if account is None:
                raise NotFound("this account does not exist any more")
            known = session.scalars(sa.select(PasskeyRow.id).where(PasskeyRow.user_id == user))
            kept = list(known)
        if len(kept) >= MAX_PASSKEYS:
            raise BadInput(f"you have {MAX_PASSKEYS} passkeys; remove one that you do not use")
        options = webauthn.generate_registration_options(
            rp_id=rp_id,
            rp_name=NAME,
            user_id=user.encode(),
            user_name=account.name,
            user_display_name=account.display_name,
            authenticator_selection=structs.AuthenticatorSelectionCriteria(
                resident_key=structs.ResidentKeyRequirement.REQUIRED,
                user_verification=structs.UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[
                structs.PublicKeyCredentialDescriptor(id=webauthn.base64url_to_bytes(key))
                for key in kept
            ],
        )
        return _options(options)

    def add(
        self, user: str, challenge: str, credential: dict[str, Any], name: str, rp_id: str,
        origin: str,
    ) -> Passkey:  # fmt: skip
        """Keep the passkey that the browser has made.

        Raises:
            AuthNeeded: the answer is forged, of another site or to another challenge.
            BadInput: somebody has this passkey already.
        """
        import webauthn
        from webauthn.helpers import bytes_to_base64url
        from webauthn.helpers.exceptions import WebAuthnException

        try:
            made = webauthn.verify_registration_response(
                credential=_bounded(credential),
                expected_challenge=webauthn.base64url_to_bytes(challenge),
                expected_rp_id=rp_id,
                expected_origin=origin,
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError, TypeError, KeyError, AttributeError) as exc:
            raise AuthNeeded("the passkey could not be checked; try again") from exc
        now = self._core.clock.now()
        row = PasskeyRow(
            id=bytes_to_base64url(made.credential_id),
            user_id=user,
            public_key=made.credential_public_key,
            sign_count=made.sign_count,
            name=" ".join("".join(c if c.isprintable() else " " for c in name).split())[:100]
            or "passkey",
            backed_up=made.credential_backed_up,
            created_at=now,
            used_at=None,
        )
        with self._core.store.begin() as session:
            if session.get(PasskeyRow, row.id) is not None:
                raise BadInput("this passkey is in use already")
            session.add(row)
            audit.note(self._core, session, user, "passkey_added")
            session.flush()
            return _passkey(row)

    def begin_login(self, rp_id: str) -> tuple[str, dict[str, Any]]:
        """Return the challenge (base64url) and the options for `navigator.credentials.get()`."""
        import webauthn
        from webauthn.helpers import structs

        options = webauthn.generate_authentication_options(
            rp_id=rp_id, user_verification=structs.UserVerificationRequirement.REQUIRED
        )
        return _options(options)

    def verify(self, challenge: str, credential: dict[str, Any], rp_id: str, origin: str) -> str:
        """Return the user whose passkey has signed the challenge.

        Raises:
            AuthNeeded: unknown, forged, copied, of another site or to another challenge.
        """
        import webauthn
        from webauthn.helpers.exceptions import WebAuthnException

        with self._core.store.begin() as session:
            row = session.get(PasskeyRow, str(credential.get("id", ""))[:1400])
        if row is None:
            raise _refused()
        try:
            seen = webauthn.verify_authentication_response(
                credential=_bounded(credential),
                expected_challenge=webauthn.base64url_to_bytes(challenge),
                expected_rp_id=rp_id,
                expected_origin=origin,
                credential_public_key=row.public_key,
                credential_current_sign_count=row.sign_count,
                require_user_verification=True,
            )
            self._check_handle(credential, row.user_id)
        except (WebAuthnException, ValueError, TypeError, KeyError, AttributeError) as exc:
            with self._core.store.begin() as session:
                audit.note(self._core, session, row.user_id, "sign_in_failed", method="passkey")
            raise _refused() from exc
        with self._core.store.begin() as session:
            kept = session.get(PasskeyRow, row.id)
            if kept is None:
                raise _refused()
            kept.sign_count = seen.new_sign_count
            kept.used_at = self._core.clock.now()
        return row.user_id

    def _check_handle(self, credential: dict[str, Any], user: str) -> None:
        """WebAuthn, section 7.2, step 6: the user handle names the owner of the passkey."""
        import webauthn

        handle = credential["response"].get("userHandle")
        if handle and webauthn.base64url_to_bytes(handle) != user.encode():
            raise ValueError("the user handle is another account's")

    def all_of(self, user: str) -> list[Passkey]:
        """Return the person's passkeys, the newest first."""
        query = sa.select(PasskeyRow).where(PasskeyRow.user_id == user)
        with self._core.store.begin() as session:
            rows = session.scalars(query.order_by(PasskeyRow.created_at.desc())).all()
            return [_passkey(row) for row in rows]

    def remove(self, user: str, passkey_id: str) -> None:
        """Remove a passkey.

        Raises:
            NotFound: the person has none of that id.
        """
        with self._core.store.begin() as session:
            row = session.get(PasskeyRow, passkey_id)
            if row is None or row.user_id != user:
                raise NotFound("passkey: you have none of that id")
            session.delete(row)
            audit.note(self._core, session, user, "passkey_removed")


def _options(options: Any) -> tuple[str, dict[str, Any]]:
    import webauthn

    told = cast("dict[str, Any]", json.loads(webauthn.options_to_json(options)))
    return str(told["challenge"]), told


def _bounded(credential: dict[str, Any]) -> dict[str, Any]:
    if len(json.dumps(credential)) > _MAX_CREDENTIAL:
        raise ValueError("larger than any credential")
    return credential


def _passkey(row: PasskeyRow) -> Passkey:
    return Passkey(row.id, row.name, row.backed_up, row.created_at, row.used_at)


def _refused() -> AuthNeeded:
    return AuthNeeded("this passkey does not sign in here; try again, or another way")
