"""API tokens: what they may do, how long, and for whom."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from tests.web.people import Person

pytestmark = pytest.mark.anyio
People = Callable[..., Awaitable[Person]]


async def test_a_token_acts_for_its_person_within_its_scopes(person: People) -> None:
    marta = await person()
    async with await marta.token("memories:read") as program:
        who = (await program.get("/v1/account/session")).json()
        assert (who["method"], who["user_id"]) == ("token", marta.user_id)
        assert who["scopes"] == ["memories:read"]
        assert (await program.get("/v1/memories")).status_code == 200
        refused = await program.get("/v1/applications")
        assert refused.status_code == 403
        assert "applications:read" in refused.json()["detail"]


async def test_a_token_needs_no_origin_and_no_csrf_token(person: People) -> None:
    marta = await person()
    async with await marta.token("memories:write") as program:
        answer = await program.delete("/v1/memories")
        assert answer.status_code == 428


async def test_an_expired_token_is_refused(person: People, later: Callable[..., None]) -> None:
    marta = await person()
    async with await marta.token("chat", days=1) as program:
        assert (await program.get("/v1/account/session")).status_code == 200
        later(days=1)
        answer = await program.get("/v1/account/session")
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_a_revoked_token_is_refused_at_once(person: People) -> None:
    marta = await person()
    async with await marta.token("chat") as program:
        assert (await program.get("/v1/account/session")).status_code == 200
        token_id = (await marta.client.get("/v1/account/tokens")).json()["tokens"][0]["id"]
        assert (await marta.client.delete(f"/v1/account/tokens/{token_id}")).status_code == 204
        assert (await program.get("/v1/account/session")).status_code == 401


@pytest.mark.parametrize(
    "token",
    [
        "jt_" + "A" * 43,
        "jt_",
        "x",
        "eyJhbGciOiJub25lIn0.eyJzdWIiOiJsb2NhbCJ9.",
        "jt_" + "A" * 20_000,
    ],
)
async def test_a_forged_token_is_refused_and_not_taken_for_nobody(
    server: Any, stranger: httpx.AsyncClient, token: str
) -> None:
    answer = await stranger.get("/healthz", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401
    assert token[:20] not in answer.text or len(token) < 4


async def test_the_secret_is_shown_once_and_kept_nowhere(person: People, web_core: Any) -> None:
    marta = await person()
    program = await marta.token("chat")
    token = program.headers["authorization"].split()[1]
    await program.aclose()
    assert token not in (await marta.client.get("/v1/account/tokens")).text
    web_core.store.scrub()
    for file in web_core.home.rglob("*"):
        if file.is_file():
            assert token.encode() not in file.read_bytes(), file


@pytest.mark.parametrize(
    "body",
    [
        {"name": "x", "scopes": ["account"]},
        {"name": "x", "scopes": ["everything"]},
        {"name": "x", "scopes": []},
        {"name": "x", "scopes": ["chat"], "days": 0},
        {"name": "x", "scopes": ["chat"], "days": 5000},
        {"name": "\u0007", "scopes": ["chat"]},
    ],
)
async def test_a_token_that_cannot_be_is_refused(person: People, body: dict[str, Any]) -> None:
    marta = await person()
    assert (await marta.client.post("/v1/account/tokens", json=body)).status_code == 400


async def test_a_token_cannot_look_after_the_account(person: People) -> None:
    marta = await person()
    async with await marta.token("chat", "memories:write") as program:
        for method, path in (
            ("GET", "/v1/account/tokens"),
            ("POST", "/v1/account/tokens"),
            ("GET", "/v1/account/sessions"),
            ("POST", "/v1/account/totp"),
            ("DELETE", "/v1/account/totp"),
        ):
            body = {"name": "x", "scopes": ["chat"]} if path.endswith("tokens") else {}
            answer = await program.request(method, path, json=body if method == "POST" else None)
            assert answer.status_code == 403, path


async def test_making_a_token_asks_for_a_fresh_proof(
    person: People, later: Callable[..., None]
) -> None:
    from tests.web.people import PASSWORD

    marta = await person()
    later(hours=1)
    body = {"name": "x", "scopes": ["chat"]}
    refused = await marta.client.post("/v1/account/tokens", json=body)
    assert (refused.status_code, refused.json()["code"]) == (403, "proof_needed")
    proof = await marta.client.post("/v1/account/proof", json={"password": PASSWORD})
    assert proof.status_code == 204
    assert (await marta.client.post("/v1/account/tokens", json=body)).status_code == 201


async def test_another_persons_token_and_session_cannot_be_touched(person: People) -> None:
    marta, urs = await person(), await person("urs.frei")
    await (await marta.token("chat")).aclose()
    token = (await marta.client.get("/v1/account/tokens")).json()["tokens"][0]["id"]
    session = (await marta.client.get("/v1/account/sessions")).json()["sessions"][0]["id"]
    assert (await urs.client.delete(f"/v1/account/tokens/{token}")).status_code == 404
    assert (await urs.client.delete(f"/v1/account/sessions/{session}")).status_code == 404
    assert (await marta.client.get("/v1/account")).status_code == 200


async def test_what_happened_is_told_without_personal_data(person: People) -> None:
    marta = await person()
    await marta.client.post("/v1/account/proof", json={"password": "wrong"})
    await (await marta.token("chat")).aclose()
    answer = await marta.client.get("/v1/account/events")
    kinds = [event["kind"] for event in answer.json()["events"]]
    assert kinds == [
        "account.token_made",
        "account.sign_in_failed",
        "account.signed_in",
        "account.registered",
    ]
    for secret in ("198.51.100", "marta", "a program"):
        assert secret not in answer.text
