"""A served assistant in the test's own process, with or without accounts."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from jobtracker.core.bootstrap import Core
from jobtracker.core.settings import Settings, load_settings
from jobtracker.web.app import create_app
from tests.web.people import People, Person, served

BASE = "http://127.0.0.1:8080"
PUBLIC = "https://jobs.example.test"
_NUMBER = itertools.count(1)


# As long as a module, for servers that are; shorter fixtures may use it as well.
@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[Any]:
    """The open application in single-user mode."""
    core = Core(settings)
    application = create_app(core)
    async with application.router.lifespan_context(application):
        yield application
    core.close()


@pytest.fixture
async def client(app: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A client on loopback."""
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 50000))
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as opened:
        yield opened


@pytest.fixture(scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Any]:
    """A server with accounts behind https, one for all tests of a module."""
    settings = load_settings(
        home=str(tmp_path_factory.mktemp("accounts") / "home"),
        server={"accounts": "open", "public_url": PUBLIC, "rate_per_minute": 0},
    )
    async with served(settings) as application:
        yield application


@pytest.fixture
async def person(server: Any) -> AsyncIterator[People]:
    """Return a function that signs somebody up, at an address of their own."""
    opened: list[Person] = []

    async def make() -> Person:
        number = next(_NUMBER)
        opened.append(Person(server, PUBLIC, f"198.51.{number // 200}.{number % 200 + 1}"))
        await opened[-1].sign_up(f"person-{number:03}")
        return opened[-1]

    yield make
    for one in opened:
        await one.client.aclose()


@pytest.fixture
async def marta(person: People) -> Person:
    """Somebody who has just signed up."""
    return await person()


@pytest.fixture
async def admin(server: Any, person: People) -> Person:
    """Somebody who runs the server."""
    from jobtracker.web.auth.state import auth_of

    somebody = await person()
    auth = auth_of(server.state.web.core)
    auth.accounts.set_role(somebody.user_id, "admin")
    auth.forget(somebody.user_id)
    return somebody
