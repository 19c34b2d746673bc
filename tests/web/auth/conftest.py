"""A server with accounts in the test's own process, and people who sign in to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from jobtracker.core.bootstrap import Core
from jobtracker.core.clock import Clock
from jobtracker.core.settings import Settings, load_settings
from tests.web.people import Person, served

BASE = "https://jobs.example.test"


@pytest.fixture
def web_settings(settings: Settings) -> Settings:
    """Settings with open registration under a public address."""
    return load_settings(
        home=settings.home,
        now=settings.now,
        timezone=settings.timezone,
        server={"accounts": "open", "public_url": BASE},
    )


@pytest.fixture
async def server(web_settings: Settings) -> AsyncIterator[Any]:
    """The open application."""
    async with served(web_settings) as application:
        yield application


@pytest.fixture
def web_core(server: Any) -> Core:
    """The core behind the server."""
    return server.state.web.core


@pytest.fixture
async def person(server: Any) -> AsyncIterator[Callable[..., Awaitable[Person]]]:
    """Return a function that signs somebody up."""
    opened: list[Person] = []

    async def make(name: str = "marta.keller", **given: Any) -> Person:
        somebody = Person(server, BASE)
        opened.append(somebody)
        await somebody.sign_up(name, **given)
        return somebody

    yield make
    for somebody in opened:
        await somebody.client.aclose()


@pytest.fixture
async def stranger(server: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A client that is not signed in."""
    somebody = Person(server, BASE)
    async with somebody.client as client:
        yield client


@pytest.fixture
def later(web_core: Core) -> Callable[..., None]:
    """Return a function that lets time pass on the server's clock."""

    def move(**by: float) -> None:
        clock = web_core.clock
        web_core.clock = Clock(clock.zone, clock.now() + timedelta(**by))

    return move
