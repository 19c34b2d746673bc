"""The calendar accounts of a person: connected, chosen, disconnected."""

from __future__ import annotations

import secrets as random
from collections.abc import Iterable
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from jobtracker.calendars.model import Calendar
from jobtracker.calendars.providers import REGISTRY, provider_class, provider_info
from jobtracker.calendars.providers.remote import Item
from jobtracker.calendars.tables import AccountRow, ItemRow
from jobtracker.core.errors import BadInput, NotFound
from jobtracker.core.secrets import Secrets

if TYPE_CHECKING:
    from jobtracker.calendars.providers.port import CalendarProvider
    from jobtracker.core.bootstrap import Core

MAX_ACCOUNTS = 20
LOCAL = "local"


class StoreCache:
    """Keeps the items of one account in the database."""

    def __init__(self, core: Core, user: str, account_id: str) -> None:
        self._core = core
        self._user = user
        self._id = account_id

    def load(self) -> tuple[list[Item], dict[str, str]]:
        """Return the items and the sync tokens."""
        with self._core.store.begin() as session:
            account = session.get(AccountRow, self._id)
            rows = session.scalars(sa.select(ItemRow).where(ItemRow.account_id == self._id))
            items = [Item(row.key, row.etag, row.ics) for row in rows]
            return items, dict(account.tokens) if account else {}

    def apply(self, put: Iterable[Item], drop: Iterable[str], tokens: dict[str, str]) -> None:
        """Store changes and the new tokens in one transaction."""
        put = list(put)
        gone = [*drop, *(item.key for item in put)]
        with self._core.store.begin() as session:
            for begin in range(0, len(gone), 400):
                session.execute(
                    sa.delete(ItemRow).where(
                        ItemRow.account_id == self._id, ItemRow.key.in_(gone[begin : begin + 400])
                    )
                )
            unique = {item.key: item for item in put}.values()
            session.add_all(
                ItemRow(
                    user_id=self._user, account_id=self._id, key=item.key, etag=item.etag,
                    ics=item.ics,
                )
                for item in unique
            )  # fmt: skip
            if account := session.get(AccountRow, self._id):
                account.tokens = dict(tokens)


class Accounts:
    """Keeps the accounts of all users; secrets are sealed before they are stored."""

    def __init__(self, core: Core) -> None:
        self.core = core
        self._secrets = Secrets(core.home)

    def connect(self, user: str, provider: str, values: dict[str, str], name: str = "") -> Calendar:
        """Add an account after it was reached once with what is given.

        `values` are the provider's settings and secrets; see its card (`provider_info`).

        Raises:
            BadInput: an unknown provider, setting or address.
            AuthNeeded: the login was refused.
            Unavailable: it cannot be reached.
        """
        info = provider_info(provider)
        unknown = values.keys() - set(info.settings)
        if provider == "local_folder" or unknown:
            allowed = ", ".join(info.settings)
            raise BadInput(f"calendar provider {provider} takes {allowed}, not {sorted(unknown)}")
        if len(self._rows(user)) >= MAX_ACCOUNTS:
            raise BadInput(f"{MAX_ACCOUNTS} calendars are connected; disconnect one first")
        account_id = f"cal_{random.token_hex(6)}"
        config = {key: text for key, text in values.items() if key not in info.secrets}
        kept = {key: text for key, text in values.items() if key in info.secrets}
        row = AccountRow(
            id=account_id, user_id=user, provider=provider, name=name or info.title,
            config=config, sealed=self._secrets.seal(kept), chosen=False, tokens={},
        )  # fmt: skip
        with self.core.store.begin() as session:
            session.add(row)
        try:
            with closing(self.open(row)) as opened:
                [calendar] = opened.calendars()
        except BaseException:
            self.disconnect(user, account_id)
            raise
        return calendar

    def open(self, row: AccountRow) -> CalendarProvider:
        """Return the provider of an account.

        Raises:
            AuthNeeded: its secrets cannot be opened.
        """
        cache = StoreCache(self.core, row.user_id, row.id)
        given: dict[str, Any] = {**row.config, **self._secrets.open(row.sealed)}
        private = self.core.settings.http.allow_private
        kind = provider_class(row.provider)
        given |= self._places(row.provider)
        if row.provider == "graph":
            given["renewed"] = partial(self._renewed, row.id)
        try:
            return kind(row.id, cache, name=row.name, private=private, **given)
        except TypeError as exc:
            needed = ", ".join(provider_info(row.provider).settings)
            raise BadInput(f"calendar provider {row.provider} needs {needed}") from exc

    def _places(self, provider: str) -> dict[str, str]:
        """Where the provider answers, by the settings; tests and proxies put others there."""
        own = self.core.settings.calendar
        return {
            "google": {"endpoint": own.google_url, "token_uri": own.google_token_url},
            "graph": {"endpoint": own.microsoft_url, "login": own.microsoft_login_url},
            "icloud": {"url": own.icloud_url},
        }.get(provider, {})

    def _renewed(self, account_id: str, refresh_token: str) -> None:
        """Keep the refresh token that came in place of the old one, which ends soon."""
        with self.core.store.begin() as session:
            if row := session.get(AccountRow, account_id):
                kept = {**self._secrets.open(row.sealed), "refresh_token": refresh_token}
                row.sealed = self._secrets.seal(kept)

    def all(self, user: str) -> list[AccountRow]:
        """Return the user's accounts."""
        return self._rows(user)

    def _rows(self, user: str) -> list[AccountRow]:
        with self.core.store.begin() as session:
            query = sa.select(AccountRow).where(AccountRow.user_id == user).order_by(AccountRow.id)
            return list(session.scalars(query))

    def choose(self, user: str, calendar_id: str) -> None:
        """Let new events go to that calendar; `local` is the folder.

        Raises:
            NotFound: no such account of this user.
        """
        with self.core.store.begin() as session:
            rows = session.scalars(sa.select(AccountRow).where(AccountRow.user_id == user)).all()
            if calendar_id != LOCAL and calendar_id not in {row.id for row in rows}:
                raise NotFound(f"calendar {calendar_id[:40]!r} is not connected")
            for row in rows:
                row.chosen = row.id == calendar_id

    def disconnect(self, user: str, calendar_id: str) -> None:
        """Forget an account and what was seen in it; its events stay where they are.

        Raises:
            NotFound: no such account of this user.
        """
        with self.core.store.begin() as session:
            row = session.get(AccountRow, calendar_id)
            if row is None or row.user_id != user:
                raise NotFound(f"calendar {calendar_id[:40]!r} is not connected")
            session.execute(sa.delete(ItemRow).where(ItemRow.account_id == calendar_id))
            session.delete(row)


def providers() -> list[str]:
    """Return the names of the providers that can be connected."""
    return [name for name in REGISTRY if name != "local_folder"]
