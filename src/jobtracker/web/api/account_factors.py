"""The second factor of one's own account: a code generator and recovery codes.

A page goes on like this: `POST /v1/account/totp` gives the secret as text, as an `otpauth:` address
and as an SVG to scan; `POST /v1/account/totp/confirm` with the first code takes it into use and
gives the recovery codes, which are shown this once.
"""

from __future__ import annotations

import io

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from jobtracker.web.api.rest import PROBLEMS
from jobtracker.web.auth.login import require_proof, session_of
from jobtracker.web.auth.state import AuthDep
from jobtracker.web.context import PrincipalDep

router = APIRouter(prefix="/v1/account", tags=["account"], responses=PROBLEMS)


class FactorsOut(BaseModel):
    """Whether a code generator is in use, and how many recovery codes are left."""

    totp: bool
    recovery_codes_left: int


class NewSecret(BaseModel):
    """A secret that is not in use before its first code was sent: base32, address, SVG to scan."""

    secret: str
    uri: str
    svg: str


class Code(BaseModel):
    """Six digits of the code generator."""

    model_config = ConfigDict(extra="forbid")

    code: str = Field(min_length=6, max_length=16)


class RecoveryCodes(BaseModel):
    """Codes that each stand in for the code generator once; shown this once."""

    recovery_codes: list[str]


@router.get("/factors")
async def list_factors(who: PrincipalDep, auth: AuthDep) -> FactorsOut:
    """Say which second factors are in use."""
    session_of(who, auth)
    account = await run_sync(auth.accounts.get, who.user)
    left = await run_sync(auth.factors.codes_left, who.user)
    return FactorsOut(totp=account.has_totp, recovery_codes_left=left)


@router.post("/totp")
async def begin_totp(request: Request, who: PrincipalDep, auth: AuthDep) -> NewSecret:
    """Make a secret for a code generator; asks for a fresh proof (403 `proof_needed`)."""
    session_of(who, auth)
    await require_proof(request, who, auth)
    secret, uri = await run_sync(auth.factors.begin_totp, who.user)
    return NewSecret(secret=secret, uri=uri, svg=await run_sync(_svg, uri))


@router.post("/totp/confirm")
async def confirm_totp(body: Code, who: PrincipalDep, auth: AuthDep) -> RecoveryCodes:
    """Take the secret into use with its first code."""
    session_of(who, auth)
    await auth.throttle.hit("proof", who.user)
    plain = "".join(char for char in body.code if char.isdigit())
    codes = await run_sync(auth.factors.confirm_totp, who.user, plain)
    await auth.throttle.clear("proof", who.user)
    return RecoveryCodes(recovery_codes=codes)


@router.delete("/totp", status_code=204)
async def remove_totp(request: Request, who: PrincipalDep, auth: AuthDep) -> Response:
    """Sign in without a code generator again; asks for a fresh proof (403 `proof_needed`)."""
    session_of(who, auth)
    await require_proof(request, who, auth)
    await run_sync(auth.factors.remove_totp, who.user)
    return Response(status_code=204)


@router.post("/recovery-codes")
async def new_recovery_codes(request: Request, who: PrincipalDep, auth: AuthDep) -> RecoveryCodes:
    """Make new recovery codes, the old ones are void; asks for a fresh proof."""
    session_of(who, auth)
    await require_proof(request, who, auth)
    return RecoveryCodes(recovery_codes=await run_sync(auth.factors.new_recovery_codes, who.user))


def _svg(uri: str) -> str:
    import segno

    out = io.BytesIO()
    segno.make(uri, error="m").save(out, kind="svg", scale=4, xmldecl=False, svgns=True)
    return out.getvalue().decode()
