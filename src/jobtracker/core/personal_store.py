"""The choices of all people, in the store; see `core.personal`."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from pydantic import ValidationError
from sqlalchemy.orm import Mapped, mapped_column

from jobtracker.core.errors import BadInput, JobTrackerError
from jobtracker.core.personal import Personal, served
from jobtracker.core.store import Base, UserOwned

if TYPE_CHECKING:
    from jobtracker.core.bootstrap import Core

_log = logging.getLogger("jobtracker.personal")


class PersonalRow(UserOwned, Base):
    """What one person has chosen, where it differs from the settings; keys as in `Personal`."""

    __tablename__ = "personal_settings"
    user_id: Mapped[str] = mapped_column(sa.String(128), primary_key=True)
    data: Mapped[dict[str, Any]] = mapped_column(sa.JSON)


_OWN = sa.select(PersonalRow.data).where(PersonalRow.user_id == sa.bindparam("user"))


_SERVED: ContextVar[tuple[PersonalStore, str, Personal] | None] = ContextVar(
    "the person served, and what they have chosen", default=None
)


class PersonalStore:
    """Reads and changes the choices of all people, each by their own id."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def get(self, user: str) -> Personal:
        """Return what the person has chosen."""
        with self._core.store.transaction() as connection:
            data = connection.execute(_OWN, {"user": user}).scalar_one_or_none()
        known = Personal.model_fields
        return Personal.model_validate({k: v for k, v in (data or {}).items() if k in known})

    def change(self, user: str, given: Mapping[str, Any]) -> Personal:
        """Change what is given, and return all.

        Raises:
            BadInput: a value does not fit; the message names it.
        """
        try:
            chosen = Personal.model_validate({**self.get(user).model_dump(), **given})
        except ValidationError as exc:
            first = exc.errors()[0]
            name = str(first["loc"][0]) if first["loc"] else "value"
            raise BadInput(f"{name} {str(first.get('input'))[:60]!r}: {first['msg']}") from exc
        with self._core.store.begin() as session:
            session.merge(PersonalRow(user_id=user, data=chosen.model_dump(exclude_defaults=True)))
        return chosen

    @contextmanager
    def acting(self, user: str) -> Generator[Personal]:
        """Serve that person inside: times are in their zone, answers in their language.

        A tool that a turn calls in this process is served as the turn is: nothing is read again.
        """
        own = self._served(user)
        with self._serving(user, self._known(user) if own is None else own) as own:
            yield own

    @asynccontextmanager
    async def acting_async(self, user: str) -> AsyncGenerator[Personal]:
        """As `acting`, from a loop."""
        own = self._served(user)
        if own is None:
            # In a thread on SQLite, too: its row is there in 60 µs, but not on a disk that is busy.
            own = await asyncio.to_thread(self._known, user)
        with self._serving(user, own):
            yield own

    def _served(self, user: str) -> Personal | None:
        now = _SERVED.get()
        return now[2] if now is not None and now[:2] == (self, user) else None

    @contextmanager
    def _serving(self, user: str, own: Personal) -> Generator[Personal]:
        token = _SERVED.set((self, user, own))
        try:
            with served(own):
                yield own
        finally:
            _SERVED.reset(token)

    def _known(self, user: str) -> Personal:
        """Return what the person has chosen; work that could go on without it does."""
        try:
            return self.get(user)
        except (JobTrackerError, ValidationError) as exc:
            _log.warning("served without the person's own settings: %s", exc)
            return Personal()
