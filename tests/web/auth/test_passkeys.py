"""Passkeys: adding one, signing in with it, and what is refused."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.fakes.authenticator import PRESENT, Authenticator
from tests.web.people import Person

pytestmark = pytest.mark.anyio
People = Callable[..., Awaitable[Person]]
ORIGIN = "https://jobs.example.test"


async def add(marta: Person, device: Authenticator) -> int:
    begun = (await marta.client.post("/v1/account/passkeys/options")).json()
    body = {
        "challenge": begun["challenge"],
        "credential": device.create(begun["options"]),
        "name": "telephone",
    }
    return (await marta.client.post("/v1/account/passkeys", json=body)).status_code


async def enter(somebody: Person, device: Authenticator) -> int:
    begun = (await somebody.client.post("/v1/account/login/passkey/options")).json()
    body = {"challenge": begun["challenge"], "credential": device.get(begun["options"])}
    answer = await somebody.client.post("/v1/account/login/passkey", json=body)
    if answer.status_code == 200:
        somebody.take(answer)
    return answer.status_code


@pytest.fixture
async def marta(person: People) -> Person:
    return await person()


@pytest.fixture
async def device(marta: Person) -> Authenticator:
    made = Authenticator(ORIGIN)
    assert await add(marta, made) == 201
    return made


async def test_a_passkey_signs_in_without_name_and_password(
    marta: Person, device: Authenticator
) -> None:
    await marta.client.post("/v1/account/logout")
    assert await enter(marta, device) == 200
    account = (await marta.client.get("/v1/account")).json()
    assert account["name"] == "marta.keller"
    listed = (await marta.client.get("/v1/account/passkeys")).json()["passkeys"]
    assert [(one["name"], one["used_at"] is not None) for one in listed] == [("telephone", True)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://jobs.example.test.evil.example"},
        {"origin": "http://jobs.example.test"},
        {"rp_id": "evil.example"},
        {"flags": PRESENT},
        {"flags": 0},
        {"count": -1},
        {"user": b"u-somebody-else"},
        {"id": b"unknown"},
    ],
)
async def test_a_wrong_answer_signs_nobody_in(
    marta: Person, device: Authenticator, wrong: dict[str, Any]
) -> None:
    await marta.client.post("/v1/account/logout")
    assert await enter(marta, device) == 200
    await marta.client.post("/v1/account/logout")
    for name, value in wrong.items():
        setattr(device, name, value)
    assert await enter(marta, device) == 401
    assert (await marta.client.get("/v1/account")).status_code == 401


async def test_another_key_under_the_same_id_is_refused(
    marta: Person, device: Authenticator
) -> None:
    await marta.client.post("/v1/account/logout")
    device.key = Authenticator(ORIGIN).key
    assert await enter(marta, device) == 401


async def test_an_answer_is_good_once(marta: Person, device: Authenticator) -> None:
    begun = (await marta.client.post("/v1/account/login/passkey/options")).json()
    body = {"challenge": begun["challenge"], "credential": device.get(begun["options"])}
    first = await marta.client.post("/v1/account/login/passkey", json=body)
    marta.take(first)
    again = await marta.client.post("/v1/account/login/passkey", json=body)
    assert (first.status_code, again.status_code) == (200, 401)


async def test_an_answer_to_another_challenge_is_refused(
    marta: Person, device: Authenticator
) -> None:
    one = (await marta.client.post("/v1/account/login/passkey/options")).json()
    other = (await marta.client.post("/v1/account/login/passkey/options")).json()
    body = {"challenge": other["challenge"], "credential": device.get(one["options"])}
    assert (await marta.client.post("/v1/account/login/passkey", json=body)).status_code == 401


async def test_a_challenge_ends_after_five_minutes(
    marta: Person, device: Authenticator, later: Callable[..., None]
) -> None:
    begun = (await marta.client.post("/v1/account/login/passkey/options")).json()
    later(minutes=6)
    body = {"challenge": begun["challenge"], "credential": device.get(begun["options"])}
    assert (await marta.client.post("/v1/account/login/passkey", json=body)).status_code == 401


async def test_nobody_adds_a_passkey_to_what_another_began(
    marta: Person, device: Authenticator, person: People
) -> None:
    urs = await person("urs.frei")
    begun = (await marta.client.post("/v1/account/passkeys/options")).json()
    made = Authenticator(ORIGIN).create(begun["options"])
    body = {"challenge": begun["challenge"], "credential": made}
    assert (await urs.client.post("/v1/account/passkeys", json=body)).status_code == 401
    assert await add(urs, device) in (400, 401)


async def test_a_removed_passkey_no_longer_signs_in(
    marta: Person, device: Authenticator, person: People
) -> None:
    urs = await person("urs.frei")
    key = (await marta.client.get("/v1/account/passkeys")).json()["passkeys"][0]["id"]
    assert (await urs.client.delete(f"/v1/account/passkeys/{key}")).status_code == 404
    assert (await marta.client.delete(f"/v1/account/passkeys/{key}")).status_code == 204
    await marta.client.post("/v1/account/logout")
    assert await enter(marta, device) == 401


@pytest.mark.parametrize(
    "credential",
    [{}, {"id": "x"}, {"id": 7, "response": []}, {"id": "A" * 5000}, {"response": {"a": {}}}],
)
async def test_nonsense_is_refused_without_a_crash(
    marta: Person, device: Authenticator, credential: dict[str, Any]
) -> None:
    post = marta.client.post
    begun = (await post("/v1/account/login/passkey/options")).json()
    body = {"challenge": begun["challenge"], "credential": credential}
    assert (await post("/v1/account/login/passkey", json=body)).status_code == 401
    begun = (await post("/v1/account/passkeys/options")).json()
    body = {"challenge": begun["challenge"], "credential": credential}
    assert (await post("/v1/account/passkeys", json=body)).status_code == 401
