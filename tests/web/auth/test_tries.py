"""How often something may be tried, and that this locks nobody out for good."""

from __future__ import annotations

import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, cast

import pytest

from jobtracker.core.bootstrap import Core
from jobtracker.core.errors import RateLimited
from jobtracker.core.settings import Settings, load_settings
from jobtracker.web.auth.state import auth_of
from jobtracker.web.auth.throttle import RULES, Throttle, network
from jobtracker.web.auth.windows import MemoryWindows
from tests.web.people import PASSWORD, Person

pytestmark = pytest.mark.anyio
People = Callable[..., Awaitable[Person]]
WRONG = {"name": "marta.keller", "password": "a wrong password"}


@pytest.fixture
def redis_url() -> str:
    """The Redis of this machine; what a test counts there is nobody else's key."""
    import redis

    client: Any = cast("Any", redis.Redis).from_url("redis://127.0.0.1:6379/11")
    try:
        client.ping()
    except redis.RedisError:
        pytest.skip("no Redis on loopback")
    finally:
        client.close()
    return "redis://127.0.0.1:6379/11"


@pytest.fixture
async def guesser(server: Any) -> AsyncIterator[Callable[[str], Person]]:
    """Return a function that gives a browser at an address."""
    opened: list[Person] = []

    def at(address: str) -> Person:
        opened.append(Person(server, "https://jobs.example.test", address))
        return opened[-1]

    yield at
    for one in opened:
        await one.client.aclose()


async def guess(somebody: Person, times: int) -> list[int]:
    post = somebody.client.post
    return [(await post("/v1/account/login", json=WRONG)).status_code for _ in range(times)]


async def test_who_guesses_waits_and_is_told_how_long(
    person: People, guesser: Callable[[str], Person]
) -> None:
    await person()
    mallory = guesser("203.0.113.5")
    assert await guess(mallory, 7) == [401] * 6 + [429]
    answer = await mallory.client.post("/v1/account/login", json=WRONG)
    assert 0 < int(answer.headers["retry-after"]) <= 60
    assert (await mallory.sign_in("marta.keller", PASSWORD)).status_code == 429


async def test_guessing_elsewhere_does_not_lock_the_person_out(
    person: People, guesser: Callable[[str], Person]
) -> None:
    marta = await person()
    for number in range(1, 10):
        await guess(guesser(f"203.0.113.{number}"), 6)
    fresh = guesser("203.0.113.77")
    assert (await fresh.sign_in("marta.keller")).status_code == 429
    await marta.client.post("/v1/account/logout")
    assert (await marta.sign_in("marta.keller")).status_code == 200


async def test_a_known_browser_is_known_for_its_own_person_only(
    person: People, guesser: Callable[[str], Person]
) -> None:
    await person()
    urs = await person("urs.frei")
    await urs.client.post("/v1/account/logout")
    assert (await guess(urs, 7))[-1] == 429


async def test_a_right_password_ends_the_counting(person: People) -> None:
    marta = await person()
    for _ in range(4):
        assert await guess(marta, 4) == [401] * 4
        assert (await marta.sign_in("marta.keller")).status_code == 200


async def test_many_at_once_are_counted_like_one_after_the_other(
    person: People, guesser: Callable[[str], Person]
) -> None:
    import asyncio

    await person()
    mallory = guesser("203.0.113.5")
    codes = await asyncio.gather(*(guess(mallory, 1) for _ in range(20)))
    assert sorted(code for one in codes for code in one) == [401] * 6 + [429] * 14


async def test_every_request_counts_by_person_or_address(
    settings: Settings,
) -> None:
    from tests.web.people import served

    server = {"accounts": "open", "public_url": "https://jobs.example.test", "rate_per_minute": 9}
    async with served(load_settings(home=settings.home, server=server)) as app:
        marta, urs = (Person(app, "https://jobs.example.test") for _ in range(2))
        async with marta.client, urs.client:
            await marta.sign_up("marta")
            codes = [(await marta.client.get("/v1/account")).status_code for _ in range(10)]
            assert codes == [200] * 9 + [429]
            forged = {"Authorization": "Bearer jt_x"}
            get = urs.client.get
            codes = [(await get("/healthz", headers=forged)).status_code for _ in range(10)]
            assert codes == [401] * 8 + [429] * 2


def test_a_house_of_ipv6_addresses_is_one_address() -> None:
    assert network("2001:db8:1:2:aaaa::1") == network("2001:db8:1:2:bbbb::2")
    assert network("2001:db8:1:2::1") != network("2001:db8:1:3::1")
    assert network("::ffff:192.0.2.1") == "192.0.2.1"


async def test_counters_are_shared_through_redis_and_survive_its_loss(
    settings: Settings, redis_url: str
) -> None:
    patient = {"url": redis_url, "timeout_seconds": 60}
    core = Core(load_settings(home=settings.home, redis=patient))
    who = secrets.token_hex(8)  # whoever else runs these tests counts somebody else's tries
    one, other = Throttle(core), Throttle(core)
    await one.clear("login-here", who, "test-address")
    for _ in range(RULES["login-here"][0][0]):
        await one.hit("login-here", who, "test-address")
    with pytest.raises(RateLimited):
        await other.hit("login-here", who, "test-address")
    await other.clear("login-here", who, "test-address")
    await one.hit("login-here", who, "test-address")
    gone = Throttle(Core(load_settings(home=settings.home, redis={"url": "redis://127.0.0.1:1/0"})))
    for _ in range(RULES["login-here"][0][0]):
        await gone.hit("login-here", who, "test-address")
    with pytest.raises(RateLimited):
        await gone.hit("login-here", who, "test-address")
    assert auth_of(core).throttle is auth_of(core).throttle


async def test_replicas_count_together(settings: Settings, redis_url: str) -> None:
    import httpx

    from jobtracker.web.app import create_app

    whole = secrets.randbits(48)
    address = f"2001:db8:{whole >> 32 & 0xFFFF:x}:{whole >> 16 & 0xFFFF:x}::1"  # nobody else's
    cores = [
        Core(
            load_settings(
                home=f"{settings.home}-{name}",
                redis={"url": redis_url, "timeout_seconds": 60},
                server={"accounts": "open", "rate_per_minute": 9},
            )
        )
        for name in ("one", "other")
    ]
    one, other = (create_app(core) for core in cores)
    async with one.router.lifespan_context(one), other.router.lifespan_context(other):
        codes: list[int] = []
        for number in range(14):
            transport = httpx.ASGITransport((one, other)[number % 2], client=(address, 5))
            async with httpx.AsyncClient(
                transport=transport, base_url="http://127.0.0.1:8080"
            ) as browser:
                headers = {"Authorization": f"Bearer jt_{number}"}
                answer = await browser.get("/v1/account", headers=headers)
                codes.append(answer.status_code)
    assert codes == [401] * 9 + [429] * 5, "not nine by each"
    for core in cores:
        core.close()


def test_a_clock_that_is_put_back_locks_nobody_out(monkeypatch: pytest.MonkeyPatch) -> None:
    windows = MemoryWindows()
    assert [windows.incr("k", 60) for _ in range(3)] == [1, 2, 3]
    now = time.time()
    for jump in (-86_400, 0, 30):
        monkeypatch.setattr(time, "time", lambda jump=jump: now + jump)
        assert windows.get("k") == 3, "nor does it forget anything"
        assert 0 < windows.get_expiry("k") - time.time() <= 60
