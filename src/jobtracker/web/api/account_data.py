"""One's own data: taken along as a file, or erased for good."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import IO, Annotated, Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Query, Request
from starlette.background import BackgroundTask
from starlette.responses import Response, StreamingResponse

from jobtracker.accounts import audit, portable
from jobtracker.core.bootstrap import Core
from jobtracker.core.errors import Forbidden
from jobtracker.person import erase_person
from jobtracker.web.api.rest import PROBLEMS, confirmation
from jobtracker.web.auth import cookies
from jobtracker.web.auth.login import require_proof
from jobtracker.web.auth.state import AuthDep
from jobtracker.web.context import Principal, PrincipalDep, WebDep
from jobtracker.web.problems import Problem

router = APIRouter(prefix="/v1/account", tags=["account"], responses=PROBLEMS)
_IN_MEMORY = 2_000_000
_CHUNK = 262_144
Confirm = Annotated[str, Query(max_length=200)]


@router.get(
    "/export",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/zip": {}}, "description": "A ZIP of everything"}},
)
async def export_account(
    request: Request, who: PrincipalDep, web: WebDep, auth: AuthDep
) -> Response:
    """Return everything that is kept of the person, as a ZIP; asks for a fresh proof."""
    await _present(request, who, auth)
    if who.method == "session":
        await auth.throttle.hit("export", who.user)
    file = await run_sync(_export, web.core, who.user)
    headers = {"Content-Disposition": 'attachment; filename="jobtracker-export.zip"'}
    closing = BackgroundTask(file.close)
    return StreamingResponse(
        _chunks(file), headers=headers, media_type="application/zip", background=closing
    )


@router.delete("", status_code=204)
async def delete_account(
    request: Request, who: PrincipalDep, web: WebDep, auth: AuthDep, confirm: Confirm = ""
) -> Response:
    """Erase the account and everything it owns, for good; asks first (428) and for a proof."""
    await _present(request, who, auth)
    name = who.user
    if who.method == "session":
        name = (await run_sync(auth.accounts.check_deletable, who.user)).name
    question = f"Delete {name} and everything that is kept of them, for good?"
    token = confirmation(question)
    if confirm != token:
        raise Problem(428, f"this needs a yes: {question}", question=question, confirm=token)
    if who.method == "session":
        # Nobody signs in, and no token works, while the rest goes.
        await run_sync(auth.accounts.close, who.user)
    auth.forget(who.user)
    await web.turns.forget(who.user)  # a turn at work would write again
    await erase_person(web.core, who.user)
    auth.forget(who.user)
    headers = {"Clear-Site-Data": '"cache", "storage", "executionContexts"'}
    response = Response(status_code=204, headers=headers)
    if who.method == "session":
        cookies.drop_session(request, response)
    return response


async def _present(request: Request, who: Principal, auth: Any) -> None:
    """Let the person of the machine through, and a browser after a fresh proof."""
    if who.method == "local":
        return
    if who.method != "session":
        raise Forbidden("this is done in a browser's session, not with a token")
    await require_proof(request, who, auth)


def _export(core: Core, user: str) -> IO[bytes]:
    # Closed by the response's background task, when the last byte was sent.
    file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115
    try:
        with core.store.begin() as session:
            audit.note(core, session, user, "exported")
        portable.write_export(core, user, file)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return file


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk
