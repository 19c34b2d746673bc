"""Signing in with a second factor: codes by time, recovery codes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from pyotp.totp import TOTP

from tests.web.people import PASSWORD, Person

pytestmark = pytest.mark.anyio
People = Callable[..., Awaitable[Person]]


async def with_totp(marta: Person, core: Any) -> tuple[TOTP, list[str]]:
    """Give the account a code generator; return it and the recovery codes."""
    begun = (await marta.client.post("/v1/account/totp")).json()
    assert begun["svg"].startswith("<svg")
    totp = TOTP(begun["secret"])
    code = totp.at(core.clock.now())
    answer = await marta.client.post("/v1/account/totp/confirm", json={"code": code})
    assert answer.status_code == 200, answer.text
    return totp, answer.json()["recovery_codes"]


async def begin(marta: Person) -> str:
    answer = await marta.sign_in("marta.keller")
    assert answer.json()["status"] == "second_factor"
    assert "set-cookie" not in answer.headers
    return answer.json()["challenge"]


async def finish(marta: Person, challenge: str, code: str) -> int:
    body = {"challenge": challenge, "code": code}
    answer = await marta.client.post("/v1/account/login/second", json=body)
    if answer.status_code == 200:
        marta.take(answer)
    return answer.status_code


async def test_a_password_alone_no_longer_signs_in(
    person: People, web_core: Any, later: Callable[..., None]
) -> None:
    marta = await person()
    totp, _ = await with_totp(marta, web_core)
    await marta.client.post("/v1/account/logout")
    challenge = await begin(marta)
    assert (await marta.client.get("/v1/account")).status_code == 401
    later(seconds=60)
    assert await finish(marta, challenge, totp.at(web_core.clock.now())) == 200
    assert (await marta.client.get("/v1/account")).json()["has_totp"]


async def test_a_code_is_good_once(
    person: People, web_core: Any, later: Callable[..., None]
) -> None:
    marta = await person()
    totp, _ = await with_totp(marta, web_core)
    later(seconds=60)
    code = totp.at(web_core.clock.now())
    assert await finish(marta, await begin(marta), code) == 200
    assert await finish(marta, await begin(marta), code) == 401
    earlier = totp.at(int(web_core.clock.now().timestamp()) - 30)
    assert await finish(marta, await begin(marta), earlier) == 401


async def test_of_two_at_once_with_one_code_one_gets_in(
    person: People, web_core: Any, later: Callable[..., None]
) -> None:
    marta = await person()
    totp, _ = await with_totp(marta, web_core)
    later(seconds=60)
    code = totp.at(web_core.clock.now())
    challenges = [await begin(marta) for _ in range(4)]
    codes = await asyncio.gather(*(finish(marta, one, code) for one in challenges))
    assert sorted(codes) == [200, 401, 401, 401]


@pytest.mark.parametrize(("drift", "status"), [(-30, 200), (30, 200), (-60, 401), (60, 401)])
async def test_the_telephones_clock_may_be_half_a_minute_off(
    person: People, web_core: Any, later: Callable[..., None], drift: int, status: int
) -> None:
    marta = await person()
    totp, _ = await with_totp(marta, web_core)
    later(seconds=300)
    code = totp.at(int(web_core.clock.now().timestamp()) + drift)
    assert await finish(marta, await begin(marta), code) == status


async def test_a_challenge_ends_after_five_tries_and_five_minutes(
    person: People, web_core: Any, later: Callable[..., None]
) -> None:
    marta = await person()
    totp, _ = await with_totp(marta, web_core)
    later(seconds=60)
    challenge = await begin(marta)
    for _ in range(5):
        assert await finish(marta, challenge, "000000") == 401
    assert await finish(marta, challenge, totp.at(web_core.clock.now())) == 401
    challenge = await begin(marta)
    later(minutes=6)
    assert await finish(marta, challenge, totp.at(web_core.clock.now())) == 401


async def test_a_recovery_code_stands_in_once(
    person: People, web_core: Any, later: Callable[..., None]
) -> None:
    marta = await person()
    _, codes = await with_totp(marta, web_core)
    assert len(set(codes)) == 10
    assert await finish(marta, await begin(marta), codes[3].upper()) == 200
    assert await finish(marta, await begin(marta), codes[3]) == 401
    left = (await marta.sign_in("marta.keller")).json()
    assert await finish(marta, left["challenge"], codes[4]) == 200
    factors = (await marta.client.get("/v1/account/factors")).json()
    assert factors == {"totp": True, "recovery_codes_left": 8}


async def test_another_persons_code_is_no_use(person: People, web_core: Any) -> None:
    marta, urs = await person(), await person("urs.frei")
    _, codes = await with_totp(urs, web_core)
    await with_totp(marta, web_core)
    assert await finish(marta, await begin(marta), codes[0]) == 401


async def test_the_secret_lies_encrypted(person: People, web_core: Any) -> None:
    marta = await person()
    totp, codes = await with_totp(marta, web_core)
    web_core.store.scrub()
    for file in web_core.home.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            for secret in (totp.secret, PASSWORD, codes[0], codes[0].replace("-", "")):
                assert secret.encode() not in content, file


async def test_without_the_first_code_nothing_changes(person: People) -> None:
    marta = await person()
    await marta.client.post("/v1/account/totp")
    wrong = await marta.client.post("/v1/account/totp/confirm", json={"code": "000000"})
    assert wrong.status_code == 401
    assert (await marta.sign_in("marta.keller")).json()["status"] == "signed_in"
