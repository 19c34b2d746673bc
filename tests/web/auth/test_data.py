"""Taking one's data along, and being forgotten for good."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Awaitable, Callable
from typing import Any
from zipfile import ZipFile

import pytest

from jobtracker.core.store import Base, UserOwned
from jobtracker.core.vectors import VectorItem
from tests.web.every_route import Ids
from tests.web.people import PASSWORD, Person
from tests.web.test_isolation import leave_traces

pytestmark = pytest.mark.anyio
People = Callable[..., Awaitable[Person]]
MARK = "Quokkaberg"


async def fill(somebody: Person, core: Any, mark: str) -> None:
    """Leave traces of every kind that carry the mark, in conversation and behind it."""
    await leave_traces(somebody, mark, Ids())
    said = await somebody.client.post(
        "/v1/chat", json={"message": f"I applied as a baker at {mark} Bakery yesterday."}
    )
    assert said.status_code == 200, said.text
    core.vectors.add("memories", somebody.user_id, [VectorItem(mark, text=mark)])
    core.cache.put(somebody.user_id, "page", mark, mark.encode())


def holders(core: Any, *needles: bytes) -> list[str]:
    """Return the files of the home that hold one of the byte strings, by content or name."""
    core.store.scrub()
    found = []
    for path in core.home.rglob("*"):
        if any(needle in str(path).encode() for needle in needles):
            found.append(str(path))
        elif path.is_file():
            content = path.read_bytes()
            if any(needle in content for needle in needles):
                found.append(str(path))
    return found


async def erase(somebody: Person) -> int:
    asked = await somebody.client.delete("/v1/account")
    assert asked.status_code == 428, asked.text
    token = asked.json()["confirm"]
    return (await somebody.client.delete("/v1/account", params={"confirm": token})).status_code


@pytest.mark.slow
async def test_who_leaves_leaves_no_byte_behind_and_the_others_keep_theirs(
    person: People, web_core: Any
) -> None:
    urs, marta = await person("urs.frei"), await person("marta.keller")
    await fill(marta, web_core, MARK)
    await fill(urs, web_core, "Wombatstadt")
    assert holders(web_core, MARK.encode()), "the test would prove nothing"
    assert await erase(marta) == 204
    key = marta.user_id.encode()
    assert holders(web_core, MARK.encode(), MARK.lower().encode(), b"marta.keller", key) == []
    assert web_core.vectors.count("memories", marta.user_id) == 0
    assert web_core.vectors.count("memories", urs.user_id) >= 1
    assert web_core.cache.get(marta.user_id, "page", MARK) is None
    assert web_core.cache.get(urs.user_id, "page", "Wombatstadt") is not None
    kept = (await urs.client.get("/v1/applications")).text
    assert "Wombatstadt" in kept
    assert (await marta.client.get("/v1/account")).status_code == 401
    assert (await marta.sign_in("marta.keller", PASSWORD)).status_code == 401


async def test_the_export_holds_what_is_the_persons_and_no_secret(
    person: People, web_core: Any
) -> None:
    marta, urs = await person(), await person("urs.frei")
    await fill(marta, web_core, MARK)
    await fill(urs, web_core, "Wombatstadt")
    begun = (await marta.client.post("/v1/account/totp")).json()
    answer = await marta.client.get("/v1/account/export")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith("attachment")
    with ZipFile(io.BytesIO(answer.content)) as archive:
        names = archive.namelist()
        whole = b"".join(archive.read(name) for name in names)
        assert archive.testzip() is None
        applications = json.loads(archive.read("tables/applications.json"))
    assert applications[0]["user_id"] == marta.user_id
    assert any(name.startswith("files/") for name in names)
    assert MARK.encode() in whole
    for foreign in ("Wombatstadt", urs.user_id, "urs.frei", "$argon2", begun["secret"]):
        assert foreign.encode() not in whole, foreign


async def test_every_table_with_a_user_is_covered(web_core: Any) -> None:
    from jobtracker.accounts.portable import tables

    owned = {
        mapper.local_table.name
        for mapper in Base.registry.mappers
        if issubclass(mapper.class_, UserOwned) or "user_id" in mapper.local_table.c
    }
    assert owned <= {table.name for table in tables(web_core)}


async def test_leaving_asks_for_a_proof_first(person: People, later: Callable[..., None]) -> None:
    marta = await person()
    later(hours=1)
    answer = await marta.client.delete("/v1/account")
    assert answer.json()["code"] == "proof_needed"
    answer = await marta.client.get("/v1/account/export")
    assert answer.json()["code"] == "proof_needed"


async def test_a_token_can_neither_take_nor_erase(person: People) -> None:
    marta = await person()
    async with await marta.token("chat", "memories:write") as program:
        assert (await program.get("/v1/account/export")).status_code == 403
        assert (await program.delete("/v1/account")).status_code == 403


async def test_a_turn_at_work_writes_nothing_after_the_erasure(
    person: People, web_core: Any
) -> None:
    marta = await person()
    message = {"message": f"Remember that I prefer to work in {MARK}."}
    turns = [asyncio.create_task(marta.client.post("/v1/chat", json=message)) for _ in range(3)]
    await asyncio.sleep(0)
    assert await erase(marta) == 204
    await asyncio.gather(*turns, return_exceptions=True)
    assert holders(web_core, MARK.encode(), MARK.lower().encode(), marta.user_id.encode()) == []


NOBODYS = {
    "alembic_version": "the schema's own",
    "job_state": "counters of the text index",
    "job_terms": "the words of postings by number; erased by jobs/erasing.py",
    "job_terms_config": "of job_terms",
    "job_terms_data": "of job_terms",
    "job_terms_idx": "of job_terms",
    "eval_runs": "results of eval suites",
    "eval_metrics": "results of eval suites",
}
"""Tables without an owner; a new one belongs here, with the reason, or gets a `user_id`."""


async def test_every_table_has_an_owner_or_a_reason(web_core: Any) -> None:
    import sqlalchemy as sa

    from jobtracker.accounts.portable import tables

    names = set(sa.inspect(web_core.store.engine).get_table_names())
    assert names - {table.name for table in tables(web_core)} - set(NOBODYS) == set()
