"""The accounts of this process, and what it remembers of keys that it has just seen.

A key is looked up in the store at most every few seconds. What is revoked here is forgotten here at
once; another process of the same installation notices within `REMEMBERED_SECONDS`.
"""

from __future__ import annotations

import threading
import time
import weakref
from collections import OrderedDict
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends
from starlette.requests import HTTPConnection

from jobtracker.accounts.challenges import Challenges
from jobtracker.accounts.factors import Factors
from jobtracker.accounts.identities import Identities
from jobtracker.accounts.keys import digest
from jobtracker.accounts.passkeys import Passkeys
from jobtracker.accounts.service import Accounts
from jobtracker.accounts.sessions import Sessions, Tokens
from jobtracker.core.secrets import Secrets
from jobtracker.web.auth.throttle import Throttle
from jobtracker.web.context import web

if TYPE_CHECKING:
    from collections.abc import Callable

    from jobtracker.core.bootstrap import Core
    from jobtracker.web.auth.oidc import Oidc

REMEMBERED_SECONDS = 5.0
_MAX_REMEMBERED = 10_000


class Remembered:
    """Keys that were found good a moment ago, by their digest."""

    def __init__(self, seconds: float = REMEMBERED_SECONDS) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[float, str, Any]] = OrderedDict()
        self._round = 0

    def get(self, key: str) -> Any | None:
        """Return what the key stands for, None where it has to be looked up."""
        entry = self._kept.get(digest(key))
        return entry[2] if entry is not None and entry[0] > time.monotonic() else None

    def look_up(self, key: str, find: Callable[[str], Any | None]) -> Any | None:
        """Find what the key stands for and remember it, unless something was revoked meanwhile."""
        before = self._round
        found = find(key)
        with self._lock:
            if found is not None and before == self._round:
                self._kept[digest(key)] = (time.monotonic() + self._seconds, found.user_id, found)
                while len(self._kept) > _MAX_REMEMBERED:
                    self._kept.popitem(last=False)
        return found

    def forget(self, user: str) -> None:
        """Forget all keys of the user, since one of them was revoked or changed."""
        with self._lock:
            self._round += 1
            for name in [name for name, kept in self._kept.items() if kept[1] == user]:
                del self._kept[name]


class Auth:
    """Accounts, sessions and tokens of one process."""

    def __init__(self, core: Core) -> None:
        self._core = weakref.ref(core)
        self.remembered_sessions = Remembered()
        self.remembered_tokens = Remembered()

    @property
    def core(self) -> Core:
        """The core of the process."""
        core = self._core()
        if core is None:
            raise RuntimeError("the core of these accounts was closed")
        return core

    @cached_property
    def accounts(self) -> Accounts:
        """The accounts."""
        return Accounts(self.core)

    @cached_property
    def sessions(self) -> Sessions:
        """The sessions of browsers."""
        return Sessions(self.core)

    @cached_property
    def tokens(self) -> Tokens:
        """The API tokens."""
        return Tokens(self.core)

    @cached_property
    def factors(self) -> Factors:
        """The second factors."""
        return Factors(self.core)

    @cached_property
    def passkeys(self) -> Passkeys:
        """The passkeys."""
        return Passkeys(self.core)

    @cached_property
    def identities(self) -> Identities:
        """The logins by other services."""
        return Identities(self.core, self.accounts)

    @cached_property
    def oidc(self) -> Oidc:
        """The services by which people may sign in."""
        from jobtracker.web.auth.oidc import Oidc

        return Oidc(self)

    @cached_property
    def challenges(self) -> Challenges:
        """What was begun and waits to be finished."""
        return Challenges(self.core)

    @cached_property
    def throttle(self) -> Throttle:
        """The counters of tries."""
        return Throttle(self.core)

    @cached_property
    def secrets(self) -> Secrets:
        """What seals the cookies of known browsers."""
        return Secrets(self.core.home)

    def forget(self, user: str) -> None:
        """Look every key of the user up anew: something of theirs was revoked or changed."""
        self.remembered_sessions.forget(user)
        self.remembered_tokens.forget(user)


_BY_CORE: weakref.WeakKeyDictionary[Core, Auth] = weakref.WeakKeyDictionary()
_LOCK = threading.Lock()


def auth_of(core: Core) -> Auth:
    """Return the one `Auth` of a core."""
    with _LOCK:
        found = _BY_CORE.get(core)
        if found is None:
            found = _BY_CORE[core] = Auth(core)
        return found


def _auth(connection: HTTPConnection) -> Auth:
    return auth_of(web(connection).core)


AuthDep = Annotated[Auth, Depends(_auth)]
