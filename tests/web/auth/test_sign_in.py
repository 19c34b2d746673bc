"""Registering, signing in and out, and what a session is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from tests.web.people import PASSWORD, Person

pytestmark = pytest.mark.anyio
People = Callable[..., Awaitable[Person]]


async def test_somebody_registers_signs_out_and_in_again(person: People) -> None:
    marta = await person()
    session = (await marta.client.get("/v1/account/session")).json()
    assert session["account"]["name"] == "marta.keller"
    assert session["method"] == "session"
    assert (await marta.client.post("/v1/account/logout")).status_code == 204
    assert (await marta.client.get("/v1/account/session")).status_code == 401
    assert (await marta.sign_in("Marta.Keller")).status_code == 200
    assert (await marta.client.get("/v1/account")).json()["user_id"] == marta.user_id


async def test_the_cookie_is_bound_to_this_host_and_out_of_reach_of_scripts(
    stranger: httpx.AsyncClient,
) -> None:
    answer = await stranger.post(
        "/v1/account/register", json={"name": "marta", "password": PASSWORD}
    )
    cookie = next(c for c in answer.headers.get_list("set-cookie") if "__Host-jobtracker=" in c)
    for part in ("Secure", "HttpOnly", "SameSite=lax", "Path=/"):
        assert part in cookie
    assert "Domain" not in cookie


async def test_a_wrong_password_and_an_unknown_name_are_told_alike(
    person: People, stranger: httpx.AsyncClient
) -> None:
    await person()
    told: list[dict[str, Any]] = []
    for name, password in (("marta.keller", "not the password"), ("nobody.here", PASSWORD)):
        answer = await stranger.post("/v1/account/login", json={"name": name, "password": password})
        assert answer.status_code == 401
        told.append({k: v for k, v in answer.json().items() if k != "request_id"})
    assert told[0] == told[1]


async def test_each_sign_in_gives_a_new_key_and_ends_the_old_one(person: People) -> None:
    marta = await person()
    planted = marta.client.cookies["__Host-jobtracker"]
    await marta.sign_in("marta.keller")
    fresh = marta.client.cookies["__Host-jobtracker"]
    assert fresh != planted
    marta.client.cookies.set("__Host-jobtracker", planted, domain="jobs.example.test")
    assert (await marta.client.get("/v1/account")).status_code == 401


async def test_a_key_that_somebody_chose_opens_nothing(stranger: httpx.AsyncClient) -> None:
    stranger.cookies.set("__Host-jobtracker", "chosen-by-an-attacker", domain="jobs.example.test")
    answer = await stranger.post(
        "/v1/account/register", json={"name": "marta", "password": PASSWORD}
    )
    assert answer.status_code == 201
    assert "chosen-by-an-attacker" not in stranger.cookies.get("__Host-jobtracker", "")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-CSRF-Token": "0" * 64},
        {"X-CSRF-Token": "é".encode()},
    ],
)
async def test_without_its_token_a_session_changes_nothing(person: People, headers: Any) -> None:
    marta = await person()
    del marta.client.headers["X-CSRF-Token"]
    answer = await marta.client.patch("/v1/account", json={"display_name": "M"}, headers=headers)
    assert answer.status_code == 403
    assert (await marta.client.get("/v1/account")).json()["display_name"] == "marta.keller"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://jobs.example.test"},
        {"Origin": "https://jobs.example.test.evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_another_sites_page_changes_nothing_even_with_the_token(
    person: People, headers: dict[str, str]
) -> None:
    marta = await person()
    answer = await marta.client.patch("/v1/account", json={"display_name": "M"}, headers=headers)
    assert answer.status_code == 403


async def test_another_sites_page_signs_nobody_in(
    person: People, stranger: httpx.AsyncClient
) -> None:
    await person()
    answer = await stranger.post(
        "/v1/account/login",
        json={"name": "marta.keller", "password": PASSWORD},
        headers={"Origin": "https://evil.example"},
    )
    assert answer.status_code == 403
    assert not stranger.cookies


async def test_a_session_ends_when_it_is_idle(person: People, later: Callable[..., None]) -> None:
    marta = await person()
    later(hours=70)
    assert (await marta.client.get("/v1/account")).status_code == 200
    later(hours=73)
    assert (await marta.client.get("/v1/account")).status_code == 401


async def test_a_session_ends_after_a_month_however_often_it_is_used(
    person: People, later: Callable[..., None]
) -> None:
    marta = await person()
    for _ in range(14):
        later(hours=50)
        assert (await marta.client.get("/v1/account")).status_code == 200
    later(hours=50)
    assert (await marta.client.get("/v1/account")).status_code == 401


async def test_changing_the_password_ends_every_other_session(person: People) -> None:
    marta = await person()
    other = Person(marta.app, marta.base)
    async with other.client:
        assert (await other.sign_in("marta.keller")).status_code == 200
        new = "a different set of words 4"
        answer = await marta.client.post(
            "/v1/account/password", json={"current": PASSWORD, "new": new}
        )
        assert answer.status_code == 200
        marta.take(answer)
        assert (await other.client.get("/v1/account")).status_code == 401
        assert (await marta.client.get("/v1/account")).status_code == 200
        assert (await other.sign_in("marta.keller")).status_code == 401
        assert (await other.sign_in("marta.keller", new)).status_code == 200


async def test_the_new_password_needs_the_present_one(person: People) -> None:
    marta = await person()
    answer = await marta.client.post(
        "/v1/account/password", json={"current": "wrong", "new": "a different set of words 4"}
    )
    assert answer.status_code == 401
