"""A browser that is signed in proves itself by its session cookie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anyio.to_thread import run_sync
from starlette.requests import Request

from jobtracker.accounts.sessions import SEEN_SECONDS
from jobtracker.web.auth.cookies import check_csrf, session_key
from jobtracker.web.auth.origin import check_origin
from jobtracker.web.context import Principal

if TYPE_CHECKING:
    from jobtracker.accounts.model import Session
    from jobtracker.web.auth.state import Auth


class SessionAuthenticator:
    """Takes the cookie, with the token against forged requests where something would change."""

    def __init__(self, auth: Auth) -> None:
        self._auth = auth

    async def authenticate(self, request: Request) -> Principal | None:
        """Return who is signed in; None without a cookie or with one that has ended.

        Raises:
            Forbidden: the request was made by a page of another site.
        """
        key = session_key(request)
        if key is None:
            return None
        remembered = self._auth.remembered_sessions
        found: Session | None = remembered.get(key)
        if found is None or self._may_have_ended(found):
            sessions = self._auth.sessions
            found = await run_sync(remembered.look_up, key, sessions.find)
        if found is None:
            return None
        check_origin(request, self._auth.core.settings.server.public_url)
        check_csrf(request, key)
        return Principal(found.user_id, "session", role=found.role, session_id=found.id)

    def _may_have_ended(self, session: Session) -> bool:
        now = self._auth.core.clock.now()
        return now >= session.expires_at or (now - session.seen_at).total_seconds() > SEEN_SECONDS
