"""OWASP ASVS 5.0.0, level 2, chapters V2, V5 and V15: business logic, files, architecture.

Named by the items' numbers, like `test_asvs.py`.
"""

from __future__ import annotations

import ast
import asyncio
import io
import re
import zipfile
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import httpx
import pytest

from tests.web.asvs_means import ROOT, STATIC, applied, calls, exported, found, packed, resume
from tests.web.every_route import routes_of
from tests.web.people import PASSWORD, People, Person

pytestmark = pytest.mark.anyio


# V2 Validation and business logic

CHECKED_WITHIN = {  # bounded by code below, with a message of its own; each is tried below
    "ChatRequest.message", "ChatRequest.thread_id", "ChatRequest.pending", "ChatMessage.content",
    "CompletionRequest.model", "Part.text", "Part.type", "JobImport.html", "JobImport.text",
    "Money-Input.amount", "Round.timezone", "Round.round_id", "Round.event_id",
    "Contact.contact_id", "Document.document_id", "NewToken.scopes", "SavedSearchRequest.sources",
    "Details.applied_on", "Details.deadline",
}  # fmt: skip


def _unbounded(schema: dict[str, Any], where: str) -> Iterator[str]:
    for inner in (*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())):
        yield from _unbounded(inner, where)
    bounds = {"maxLength", "enum", "const", "format", "pattern"}
    if schema.get("type") == "string" and not bounds & set(schema):
        yield where
    if schema.get("type") == "array":
        yield from _unbounded(schema.get("items", {}), where)


def bodies(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the schemas of what requests carry, by their names."""
    schemas, seen = document["components"]["schemas"], {}

    def walk(node: Any) -> None:
        if isinstance(node, list):
            for one in node:
                walk(one)
        elif isinstance(node, dict):
            name = str(node.get("$ref", "")).rpartition("/")[2]
            if name and name not in seen:
                seen[name] = schemas[name]
                walk(schemas[name])
            for one in node.values():
                walk(one)

    for operations in document["paths"].values():
        for operation in operations.values():
            walk(operation.get("requestBody", {}))
    return seen


async def test_v2_2_1_every_text_that_comes_in_has_a_bound(server: Any) -> None:
    document = server.openapi()
    loose = {
        where
        for name, schema in bodies(document).items()
        if not name.startswith("Body_")  # a file: bounded by its bytes
        for key, inner in schema.get("properties", {}).items()
        for where in _unbounded(inner, f"{name}.{key}")
    }
    assert loose <= CHECKED_WITHIN
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            for one in operation.get("parameters", ()):
                if one["in"] == "query":  # paths and headers: by the bound on a request's head
                    assert not list(_unbounded(one["schema"], one["name"])), (method, path, one)


HUGE = "x" * 2_000_000


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/chat", {"message": HUGE}),
        ("/v1/chat", {"message": "hello", "thread_id": HUGE}),
        ("/v1/chat", {"answer": "yes", "thread_id": "t", "pending": HUGE}),
        ("/v1/chat/completions", {"model": HUGE, "messages": [{"role": "user", "content": "x"}]}),
        ("/v1/chat/completions", {"model": "x", "messages": [{"role": "user", "content": HUGE}]}),
        ("/v1/feedback", {"thread_id": HUGE, "turn": 1, "rating": "up"}),
        ("/v1/account/tokens", {"name": "x", "scopes": [HUGE], "days": 1}),
        ("/v1/account/tokens", {"name": HUGE, "scopes": ["chat"], "days": 1}),
        ("/v1/saved-searches", {"name": "x", "query": "x", "sources": [HUGE]}),
        ("/v1/applications", {"company": "A", "title": "B", "details": {"applied_on": HUGE}}),
        ("/v1/applications", {"company": "A", "title": "B", "details": {
            "salary_asked": {"amount": "9" * 2_000_000, "currency": "CHF", "period": "year"}}}),
    ],
)  # fmt: skip
async def test_what_is_far_too_long_is_refused(
    marta: Person, path: str, body: dict[str, Any]
) -> None:
    answer = await marta.client.post(path, json=body)
    assert answer.status_code in (400, 404, 409, 413, 422), answer.text[:300]
    assert len(answer.text) < 20_000


async def test_v2_2_2_the_server_checks_what_its_pages_check(marta: Person) -> None:
    for method, path, body in (
        ("PATCH", "/v1/account", {"display_name": "x" * 1000}),
        ("POST", "/v1/account/password", {"current": PASSWORD, "new": "short"}),
        ("POST", "/v1/applications", {"company": "", "title": ""}),
        ("POST", "/v1/applications", {"company": "A", "title": "B", "status": "hired"}),
        ("POST", "/v1/account/tokens", {"name": "x", "scopes": ["chat"], "days": 100_000}),
        ("POST", "/v1/account/tokens", {"name": "x", "scopes": ["everything"], "days": 1}),
    ):
        answer = await marta.client.request(method, path, json=body)
        assert answer.status_code == 400, (path, body, answer.text)


async def test_v2_2_3_what_belongs_together_must_fit(marta: Person) -> None:
    late, early = "2026-12-02T09:00:00+01:00", "2026-12-01T09:00:00+01:00"
    for path in ("/v1/calendar/events", "/v1/calendar/free", "/v1/calendar/export"):
        answer = await marta.client.get(path, params={"start": late, "end": early})
        assert answer.status_code == 400, (path, answer.text)
    for body in (
        {"message": "hello", "answer": "yes", "thread_id": "t", "pending": "x"},
        {"answer": "yes"},
        {},
    ):
        assert (await marta.client.post("/v1/chat", json=body)).status_code == 400
    nothing = await marta.client.post("/v1/jobs/import", json={})
    assert nothing.status_code == 400


async def test_v2_3_1_no_step_can_be_skipped_or_done_twice(marta: Person) -> None:
    post = marta.client.post
    assert (await post("/v1/account/totp/confirm", json={"code": "123456"})).status_code >= 400
    forged = await post("/v1/account/login/second", json={"challenge": "x", "code": "123456"})
    assert forged.status_code == 401
    answer = {"answer": "yes", "thread_id": "t-none", "pending": "book it"}
    assert (await post("/v1/chat", json=answer)).status_code in (404, 409)
    begun = (await post("/v1/coaching/mock-interviews", json={"role": "Nurse"})).json()
    path = f"/v1/coaching/mock-interviews/{begun['session_id']}"
    assert (await post(f"{path}/finish")).status_code == 200
    again = await post(f"{path}/answers", json={"answer": "I led a team of four."})
    assert again.status_code in (400, 409), again.text


async def test_v2_3_2_limits_per_person_hold(server: Any, marta: Person) -> None:
    from jobtracker.accounts.sessions import MAX_SESSIONS, MAX_TOKENS
    from jobtracker.web.auth.state import auth_of

    auth = auth_of(server.state.web.core)
    for number in range(MAX_TOKENS):
        auth.tokens.make(marta.user_id, f"t{number}", ["chat"], 1)
    over = await marta.client.post("/v1/account/tokens", json={"name": "x", "scopes": ["chat"]})
    assert over.status_code == 400
    for _ in range(MAX_SESSIONS + 5):
        auth.sessions.open(marta.user_id, "password", "a browser")
    assert len(auth.sessions.all_of(marta.user_id)) == MAX_SESSIONS


async def test_v2_3_3_a_step_that_fails_half_way_leaves_nothing(
    server: Any, marta: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jobtracker.accounts import audit

    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(audit, "note", fail)
    made = await marta.client.post("/v1/account/tokens", json={"name": "x", "scopes": ["chat"]})
    left = await marta.client.delete("/v1/account/sessions")
    monkeypatch.undo()
    assert made.status_code == 500
    assert left.status_code in (200, 500)
    assert (await marta.client.get("/v1/account/tokens")).json()["tokens"] == []
    assert (await marta.client.get("/v1/account")).status_code == 200


async def test_v2_3_4_an_invitation_brings_one_person_in(server: Any, admin: Person) -> None:
    key = (await admin.client.post(f"/v1/admin/accounts/{admin.user_id}/reset")).json()
    many = [Person(server, admin.base, f"198.51.200.{n}") for n in range(1, 6)]
    body = {"key": key["key"], "new": "another-lantern-on-a-boat"}
    answers = await asyncio.gather(
        *(one.client.post("/v1/account/password/reset", json=body) for one in many)
    )
    for one in many:
        await one.client.aclose()
    codes = sorted(answer.status_code for answer in answers)
    assert codes == [204, 401, 401, 401, 401]


# V5 Files

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(200)
PROGRAM = b"MZ" + bytes(300) + b"This program cannot be run in DOS mode"
LINUX = b"\x7fELF\x02\x01\x01" + bytes(300)


@pytest.mark.parametrize("name", ["cv.pdf", "cv.docx", "cv.odt", "cv.txt", "cv.json", "cv.html"])
@pytest.mark.parametrize("content", [PICTURE, PROGRAM, LINUX], ids=["png", "exe", "elf"])
async def test_v5_2_2_a_name_does_not_make_a_file_what_it_says(
    marta: Person, name: str, content: bytes
) -> None:
    answer = await marta.client.post("/v1/resumes", files={"file": (name, content)})
    assert answer.status_code == 400, answer.text
    assert (await marta.client.get("/v1/resumes")).json()["resumes"] == []


async def test_v5_2_3_a_file_that_unpacks_to_too_much_is_refused(marta: Person) -> None:
    bomb = packed({"word/document.xml": b"<a>" + b" " * 300_000_000})
    many = packed({f"word/media/{n}.png": b"x" for n in range(30_000)})
    for content in (bomb, many):
        assert len(content) < 25_000_000
        answer = await marta.client.post("/v1/resumes", files={"file": ("cv.docx", content)})
        assert answer.status_code in (400, 413), answer.text


async def test_v5_3_1_what_is_uploaded_has_no_address(server: Any, marta: Person) -> None:
    await resume(marta, "Anna Muster")
    home = server.state.web.core.home
    kept = [path for path in home.rglob("*") if path.is_file()]
    assert kept
    for path in kept:
        inside = path.relative_to(home).as_posix()
        for address in (f"/{inside}", f"/static/{inside}", f"/static/x/{path.name}"):
            answer = await marta.client.get(address.replace("#", "%23"))
            assert answer.status_code in (404, 405), address


DOWNLOADS = [
    "/v1/applications/export?format=csv", "/v1/applications/export?format=json",
    "/v1/applications/export?format=ics", "/v1/account/export", "/v1/memories/export",
    "/v1/calendar/export?start=2026-12-01T00:00:00%2B01:00&end=2026-12-02T00:00:00%2B01:00",
]  # fmt: skip


async def test_v5_4_1_a_download_has_a_name_of_ours(marta: Person) -> None:
    await applied(marta, "Acme")
    for path in DOWNLOADS:
        answer = await marta.client.get(path)
        assert answer.status_code == 200, answer.text
        kind, name = disposition(answer)
        assert kind == "attachment", path
        assert re.fullmatch(r"[\w.-]{3,120}", name), (path, name)


def disposition(answer: httpx.Response) -> tuple[str, str]:
    """Return (kind, file name) as a mail program or a browser reads the header (RFC 6266)."""
    mail = EmailMessage()
    mail["Content-Disposition"] = answer.headers["content-disposition"]
    return str(mail.get_content_disposition()), str(mail.get_filename())


@pytest.mark.parametrize(
    "name",
    ['a"; filename="evil.html', "../../etc/passwd", "Müller \u202egnp.exe", "a\r\nX-Planted: 1",
     "con", "x" * 300, "Анна", "; drop"],
)  # fmt: skip
async def test_v5_4_2_a_name_cannot_break_out_of_its_header(marta: Person, name: str) -> None:
    made = await resume(marta, name)
    for form, ending in (("pdf", ".pdf"), ("html", ".html"), ("txt", ".txt")):
        answer = await exported(marta, made, form)
        assert "x-planted" not in answer.headers
        kind, told = disposition(answer)
        assert kind == "attachment"
        assert told.endswith(ending)
        assert told.isprintable()
        assert not set('/\\"\r\n\0;\u202e') & set(told)
        assert len(told) <= 150


# V15 Secure coding and architecture

SECRET = re.compile(
    r"password_hash|token_hash|totp_sealed|sealed|secret_key|\$argon2|csrf_seed|code_hash"
)


async def test_v15_3_1_no_answer_holds_what_is_kept_for_ourselves(
    server: Any, marta: Person
) -> None:
    await resume(marta, "Anna Muster")
    await applied(marta, "Acme")
    await marta.client.post("/v1/account/totp")
    async with await marta.token("chat"):
        for path, operations in server.openapi()["paths"].items():
            if "get" in operations and "{" not in path:
                answer = await marta.client.get(path)
                if answer.headers["content-type"] != "application/zip":
                    assert not SECRET.search(answer.text), path
    archive = await marta.client.get("/v1/account/export")
    with zipfile.ZipFile(io.BytesIO(archive.content)) as opened:
        for name in opened.namelist():
            assert not SECRET.search(opened.read(name).decode("utf-8", "replace")), name


def _follows(tree: ast.Module) -> Iterator[str]:
    for name, call in calls(tree):
        given = {word.arg: ast.unparse(word.value) for word in call.keywords}
        if given.get("follow_redirects") == "True" or given.get("allow_redirects") == "True":
            yield ast.unparse(call)
        if name.startswith(("requests.", "urllib.request.urlopen", "urlopen")):
            yield ast.unparse(call)


def test_v15_3_2_only_the_one_that_checks_follows_redirects() -> None:
    assert list(_follows(ast.parse("httpx.Client(follow_redirects=True)")))
    assert found(_follows) == []


@pytest.mark.parametrize("field", ["user_id", "user", "owner", "role", "admin", "is_admin"])
async def test_v15_3_3_a_field_that_was_not_meant_sets_nothing(
    marta: Person, person: People, field: str
) -> None:
    other = await person()
    value = "admin" if field == "role" else True if "admin" in field else other.user_id
    body = {"company": "Acme", "title": "Cook", field: value, "details": {field: value}}
    made = await marta.client.post("/v1/applications", json=body)
    assert made.status_code in (200, 201, 400), made.text
    await marta.client.post("/v1/saved-searches", json={"name": "n", "query": "cook", field: value})
    await marta.client.post("/v1/coaching/goals", json={"goal": "5 a week", field: value})
    assert (await marta.client.patch("/v1/account", json={field: value})).status_code == 400
    assert (await other.client.get("/v1/applications")).json()["applications"] == []
    assert (await other.client.get("/v1/saved-searches")).json()["searches"] == []
    assert (await marta.client.get("/v1/account")).json()["role"] == "user"


WRONG: list[Any] = [{"a": 1}, [1], True, 12.5, {"$ne": None}]


async def test_v15_3_5_another_type_is_refused_not_turned_into_one(
    server: Any, marta: Person
) -> None:
    document = server.openapi()
    tried = 0
    for path, operations in document["paths"].items():
        content = operations.get("post", {}).get("requestBody", {}).get("content", {})
        reference = content.get("application/json", {}).get("schema", {}).get("$ref", "")
        schema = document["components"]["schemas"].get(reference.rpartition("/")[2], {})
        for key, inner in schema.get("properties", {}).items():
            if {one.get("type") for one in (inner, *inner.get("anyOf", ()))} & {"string"} and (
                "{" not in path
            ):
                for wrong in WRONG if path != "/v1/chat/completions" else ():
                    sent = {key: wrong}
                    answer = await marta.client.post(path, json=sent)
                    assert 400 <= answer.status_code < 500, (path, sent, answer.text)
                    tried += 1
    assert tried > 100


def test_v15_3_6_no_module_writes_under_a_name_that_came_in() -> None:
    """A computed name on the left could be `__proto__`; what comes in is never such a name."""
    computed = re.compile(r"\w+\[[a-z_]\w*\] = [^=]|Object\.assign\(\s*\w+,\s*JSON")
    assert computed.search("kept[key] = value;")
    written_at_the_call = {"lib.js": {"node[name] = v"}, "jobs.js": {"given[key] = N"},
                           "coaching.js": {"given[key] = N"}}  # fmt: skip
    for script in STATIC.glob("*.js"):
        text = script.read_text(encoding="utf-8")
        assert "__proto__" not in text
        assert set(computed.findall(text)) <= written_at_the_call.get(script.name, set())


async def test_v15_3_7_a_parameter_counts_where_it_belongs(server: Any, marta: Person) -> None:
    key = marta.client.cookies["__Host-jobtracker"]
    async with await marta.token("chat") as program:
        token = program.headers["authorization"].split()[1]
    stranger = Person(server, marta.base, "198.51.201.1")
    async with stranger.client as client:
        for name in ("access_token", "token", "authorization", "session", "__Host-jobtracker"):
            for value in (key, token, f"Bearer {token}"):
                query = await client.get("/v1/account/session", params={name: value})
                form = await client.post("/v1/account/tokens", data={name: value})
                assert (query.status_code, form.status_code) == (401, 401), name
    twice = await marta.client.get("/v1/applications?limit=1&limit=5000")
    assert twice.status_code == 400
    unsafe = {"X-CSRF-Token": ""}
    csrf = marta.client.headers["X-CSRF-Token"]
    marta.client.cookies.set("X-CSRF-Token", csrf)
    for query in ({}, {"X-CSRF-Token": csrf}):
        answer = await marta.client.patch("/v1/account", json={}, headers=unsafe, params=query)
        assert answer.status_code == 403


async def test_v15_2_3_nothing_of_the_tests_is_served(server: Any, marta: Person) -> None:
    for word in ("test", "debug", "sample", "demo", "phpinfo", "swagger", "graphql"):
        assert not [path for _, path in routes_of(server) if word in path.lower()]
    for folder in ("src/jobtracker", "mcp_servers"):
        assert not [path for path in (ROOT / folder).rglob("*.py") if path.name.startswith("test_")]
