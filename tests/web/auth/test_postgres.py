"""The same accounts on a real PostgreSQL: at once, taken along, erased."""

from __future__ import annotations

import asyncio
import io
import json
import uuid
from collections.abc import AsyncIterator, Iterator
from typing import Any
from zipfile import ZipFile

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from jobtracker.core.settings import Settings, load_settings
from tests.web.auth.test_second_factor import with_totp
from tests.web.every_route import Ids
from tests.web.people import Person, served
from tests.web.test_isolation import leave_traces

pytestmark = [pytest.mark.anyio, pytest.mark.slow]
SERVER = "postgresql+psycopg://root@127.0.0.1:5432/postgres"
BASE = "https://jobs.example.test"


@pytest.fixture
def database() -> Iterator[str]:
    """A database of the test's own."""
    name = f"accounts_{uuid.uuid4().hex[:12]}"
    engine = sa.create_engine(SERVER, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {name}"))
    except OperationalError:
        pytest.skip("no PostgreSQL on loopback")
    yield f"postgresql://root@127.0.0.1:5432/{name}"
    with engine.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


@pytest.fixture
async def server(settings: Settings, database: str) -> AsyncIterator[Any]:
    configured = load_settings(
        home=settings.home,
        now=settings.now,
        timezone=settings.timezone,
        store={"url": database},
        server={"accounts": "open", "public_url": BASE},
    )
    async with served(configured) as application:
        yield application


def everything(url: str) -> str:
    """Return all rows of all tables as text."""
    engine = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    tables = sa.MetaData()
    tables.reflect(engine)
    with engine.connect() as connection:
        rows = [
            bytes(value).decode("latin-1") if isinstance(value, bytes) else str(value)
            for table in tables.sorted_tables
            for row in connection.execute(sa.select(table))
            for value in row
        ]
    engine.dispose()
    return "\n".join(rows).lower()


async def test_one_name_goes_to_one_person(server: Any) -> None:
    people = [Person(server, BASE, f"198.51.100.{n}") for n in range(1, 6)]
    body = {"name": "marta.keller", "password": "gondola-tempest-velour-9"}
    answers = await asyncio.gather(
        *(one.client.post("/v1/account/register", json=body) for one in people)
    )
    assert sorted(answer.status_code for answer in answers) == [201, 400, 400, 400, 400]
    for one in people:
        await one.client.aclose()


async def test_who_leaves_leaves_nothing_and_takes_everything_along(
    server: Any, database: str
) -> None:
    marta, urs = Person(server, BASE, "198.51.100.1"), Person(server, BASE, "198.51.100.2")
    async with marta.client, urs.client:
        await marta.sign_up("marta.keller")
        await urs.sign_up("urs.frei")
        await leave_traces(marta, "Quokkaberg", Ids())
        await leave_traces(urs, "Wombatstadt", Ids())
        await with_totp(marta, server.state.web.core)
        assert "quokkaberg" in everything(database)
        export = await marta.client.get("/v1/account/export")
        with ZipFile(io.BytesIO(export.content)) as archive:
            applications = json.loads(archive.read("tables/applications.json"))
        assert [row["company"] for row in applications] == ["Quokkaberg AG"]
        asked = await marta.client.delete("/v1/account")
        params = {"confirm": asked.json()["confirm"]}
        assert (await marta.client.delete("/v1/account", params=params)).status_code == 204
    left = everything(database)
    assert "wombatstadt" in left
    for trace in ("quokkaberg", "marta.keller", marta.user_id):
        assert trace not in left
