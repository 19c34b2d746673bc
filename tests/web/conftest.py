"""A served assistant in the test's own process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from jobtracker.core.bootstrap import Core
from jobtracker.core.settings import Settings
from jobtracker.web.app import create_app

BASE = "http://127.0.0.1:8080"


@pytest.fixture
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
