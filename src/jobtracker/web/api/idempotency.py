"""`Idempotency-Key`: the same write sent twice is done once and answered twice.

After draft-ietf-httpapi-idempotency-key-header: a key belongs to one user and one request; used
for another request it is refused (422), while the first is still at work the second gets 409.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa
from fastapi.routing import APIRoute
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column
from starlette.requests import Request
from starlette.responses import Response

from jobtracker.core.store import Base, UtcDateTime
from jobtracker.web.context import Principal, Web
from jobtracker.web.problems import Problem

if TYPE_CHECKING:
    from jobtracker.core.store import Store

KEPT = timedelta(hours=24)
MAX_BODY = 1_000_000
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_SENT_AGAIN = ("content-type", "etag", "location")
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class IdempotencyRow(Base):
    """One write of one user and its answer; `status` is null while it is at work."""

    __tablename__ = "idempotency_keys"
    user_id: Mapped[str] = mapped_column(sa.String(128), primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(255), primary_key=True)
    request: Mapped[str] = mapped_column(sa.String(64))
    status: Mapped[int | None]
    headers: Mapped[dict[str, str]] = mapped_column(sa.JSON)
    body: Mapped[bytes] = mapped_column(sa.LargeBinary)
    at: Mapped[datetime] = mapped_column(UtcDateTime(), index=True)


class IdempotentRoute(APIRoute):
    """A route whose writes honour `Idempotency-Key`."""

    def get_route_handler(self) -> Handler:
        """Wrap the route's own handler."""
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            key = request.headers.get("idempotency-key")
            if key is None or request.method in ("GET", "HEAD"):
                return await inner(request)
            return await _once(request, key.strip().strip('"'), inner)

        return handle


async def _once(request: Request, key: str, inner: Handler) -> Response:
    who = cast("Principal | None", request.scope.get("jobtracker.principal"))
    if who is None:
        return await inner(request)  # which refuses it
    if not _KEY.fullmatch(key):
        raise Problem(400, "Idempotency-Key: 1 to 255 visible ASCII characters, e.g. a UUID")
    opened = cast("Web", request.app.state.web)
    fingerprint = await _fingerprint(request)
    kept = _Keys(opened.core.store, opened.core.clock.now())
    answered = await asyncio.to_thread(kept.begin, who.user, key, fingerprint)
    if answered is not None:
        return answered
    try:
        answer = await inner(request)
    except BaseException:
        await asyncio.to_thread(kept.drop, who.user, key)
        raise
    body = getattr(answer, "body", None)
    if answer.status_code >= 400 or not isinstance(body, bytes) or len(body) > MAX_BODY:
        await asyncio.to_thread(kept.drop, who.user, key)
    else:
        await asyncio.to_thread(kept.finish, who.user, key, answer)
    return answer


async def _fingerprint(request: Request) -> str:
    digest = hashlib.sha256(f"{request.method} {request.url.path}?{request.url.query}\n".encode())
    if request.headers.get("content-type", "").startswith("multipart/"):
        # Its boundary is new each time; the length and the path tell a different upload apart.
        digest.update(request.headers.get("content-length", "").encode())
    else:
        digest.update(await request.body())
    return digest.hexdigest()


class _Keys:
    """The table of keys."""

    def __init__(self, store: Store, now: datetime) -> None:
        self._store = store
        self._now = now

    def begin(self, user: str, key: str, request: str) -> Response | None:
        """Take the key, or return the answer it had.

        Raises:
            Problem: 409 while the first request is at work, 422 where it was another request.
        """
        row = {"user_id": user, "key": key, "request": request, "at": self._now}
        old = sa.delete(IdempotencyRow).where(IdempotencyRow.at < self._now - KEPT)
        try:
            with self._store.begin() as session:
                session.execute(old)
                session.execute(
                    sa.insert(IdempotencyRow), [{**row, "headers": {}, "body": b"", "status": None}]
                )
        except IntegrityError:
            return self._known(user, key, request)
        return None

    def _known(self, user: str, key: str, request: str) -> Response:
        with self._store.begin() as session:
            row = session.get(IdempotencyRow, (user, key))
            if row is not None and row.request != request:
                raise Problem(422, "this Idempotency-Key was used for another request")
            if row is None or row.status is None:
                raise Problem(409, "the same request is still at work; ask again in a moment")
            return Response(row.body, row.status, {**row.headers, "Idempotency-Replayed": "true"})

    def finish(self, user: str, key: str, answer: Response) -> None:
        """Keep the answer."""
        headers = {name: answer.headers[name] for name in _SENT_AGAIN if name in answer.headers}
        with self._store.begin() as session:
            session.execute(
                sa.update(IdempotencyRow)
                .where(IdempotencyRow.user_id == user, IdempotencyRow.key == key)
                .values(status=answer.status_code, headers=headers, body=bytes(answer.body))
            )

    def drop(self, user: str, key: str) -> None:
        """Give the key back: nothing was done."""
        with self._store.begin() as session:
            session.execute(
                sa.delete(IdempotencyRow).where(
                    IdempotencyRow.user_id == user, IdempotencyRow.key == key
                )
            )
