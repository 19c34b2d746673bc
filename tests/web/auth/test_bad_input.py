"""Requests made to break the server: refused with the right status, and nothing leaks."""

from __future__ import annotations

import asyncio
import io
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import httpx
import pytest

from jobtracker.core.bootstrap import Core
from jobtracker.core.settings import Settings, load_settings
from jobtracker.web.app import create_app
from jobtracker.web.auth.origin import local_path
from tests.web.people import PASSWORD, Person
from tests.web.served import served as listening

pytestmark = pytest.mark.anyio
People = Callable[..., Awaitable[Person]]
INSIDE = ("Traceback", "site-packages", "sqlalchemy", "/home", 'File "')


def says_nothing_of_the_inside(answer: httpx.Response) -> None:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    assert set(answer.json()) >= {"type", "title", "status", "detail", "code", "request_id"}
    for word in INSIDE:
        assert word not in answer.text


async def gigabyte() -> AsyncIterator[bytes]:
    """Yield a form with a file of a thousand megabytes."""
    yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
    for _ in range(1000):
        yield bytes(1_000_000)


async def test_a_gigabyte_is_refused_after_the_limit(person: People) -> None:
    marta = await person()
    taken = 0

    async def counted() -> AsyncIterator[bytes]:
        nonlocal taken
        async for chunk in gigabyte():
            taken += len(chunk)
            yield chunk

    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = await marta.client.post("/v1/resumes", content=counted(), headers=kind)
    assert answer.status_code == 413
    assert taken <= 27_000_000
    says_nothing_of_the_inside(answer)


async def test_a_gigabyte_that_is_announced_is_refused_unread(person: People) -> None:
    marta = await person()
    for length in ("1000000000", "-1", "1e9", "0x10", "١٢"):
        headers = {"Content-Length": length.encode(), "Content-Type": "application/json"}
        answer = await marta.client.post("/v1/chat", content=b"", headers=headers)
        assert answer.status_code == 413
        says_nothing_of_the_inside(answer)


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "application/octet-stream", ""])
async def test_a_body_of_another_type_is_refused(person: People, kind: str) -> None:
    marta = await person()
    body = json.dumps({"name": "x", "scopes": ["chat"]}).encode()
    headers = {"Content-Type": kind}
    answer = await marta.client.post("/v1/account/tokens", content=body, headers=headers)
    assert answer.status_code in (400, 415)
    says_nothing_of_the_inside(answer)
    assert (await marta.client.get("/v1/account/tokens")).json()["tokens"] == []


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 200_000,
        b'{"a":' * 200_000,
        b'{"name":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"name": "x"',
        b"\xff\xfe\x00",
        b'{"name": "\\ud800", "password": "\\udfff"}',
        b'{"name": "a\\u0000b", "password": "xxxxxxxxxxxxxxxx"}',
        b"null",
        b"[]",
        b"NaN",
        b'{"name": {"$gt": ""}, "password": {"$gt": ""}}',
        b'{"name": "marta", "name": 1e999, "password": 1e999}',
    ],
)
async def test_json_that_is_none_or_too_deep_is_refused(
    stranger: httpx.AsyncClient, body: bytes
) -> None:
    headers = {"Content-Type": "application/json"}
    for path in ("/v1/account/login", "/v1/account/register"):
        answer = await stranger.post(path, content=body, headers=headers)
        assert answer.status_code in (400, 401), answer.text
        says_nothing_of_the_inside(answer)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-Request-Id", b"a\r\nSet-Cookie: planted=1"),
        ("X-Request-Id", b"<script>alert(1)</script>"),
        ("X-Request-Id", b"x" * 5000),
        ("Accept-Language", b"de\r\nX-Planted: 1"),
        ("Last-Event-ID", b"1\r\nX-Planted: 1"),
        ("If-None-Match", b'"\r\nX-Planted: 1"'),
    ],
)
async def test_a_header_cannot_plant_another(person: People, name: str, value: bytes) -> None:
    marta = await person()
    for path in ("/v1/account", "/v1/memories", "/sign-in"):
        answer = await marta.client.get(path, headers={name: value})
        headers = str(answer.headers.multi_items()).lower()
        assert "planted" not in headers
        assert "<script" not in headers


@pytest.mark.parametrize(
    "name",
    ["../../../../tmp/planted", "..\\..\\planted", "/etc/planted", "a\0b", "con", "x" * 5000,
     "%2e%2e%2fplanted", "\r\nX-Planted: 1"],
)  # fmt: skip
async def test_a_files_name_leads_nowhere(person: People, web_core: Core, name: str) -> None:
    marta = await person()
    resume = json.dumps({"basics": {"name": "Marta"}}).encode()
    await marta.client.post("/v1/resumes", files={"file": (f"{name}.json", io.BytesIO(resume))})
    written = [path for path in web_core.home.parent.rglob("*") if "planted" in path.name]
    assert all(web_core.home in path.parents for path in written)
    assert all(marta.user_id in str(path) for path in written)


@pytest.mark.parametrize(
    "path",
    ["/v1/applications/..%2f..%2faccount", "/static/x/..%2f..%2f..%2fauth", "/static/x/%2e%2e",
     "/v1/resumes/%00", "/v1/threads/%ff", "/../../etc/passwd", "/v1/resumes/' OR 1=1 --"],
)  # fmt: skip
async def test_a_path_leads_nowhere(person: People, path: str) -> None:
    marta = await person()
    answer = await marta.client.get(path)
    assert answer.status_code in (400, 404)
    assert "root:" not in answer.text


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example", "///evil",
     "/\t/evil.example", "/\n/evil", "javascript:alert(1)", "data:text/html,x", "", "evil", "/a\nb",
     "\u2215\u2215evil", "/" + "x" * 5000],
)  # fmt: skip
def test_the_way_back_is_a_path_of_ours(target: str) -> None:
    assert local_path(target) == "/"


@pytest.mark.parametrize("target", ["/jobs", "/jobs?query=a&b=%2F", "/resume#diff", "/a//b"])
def test_a_path_of_ours_stays(target: str) -> None:
    assert local_path(target) == target


@pytest.mark.parametrize(
    "host",
    ["evil.example", "jobs.example.test.evil.example", "jobs.example.test@evil.example",
     "127.0.0.1", "", "jobs.example.test\t", "jobs.example.test, evil.example"],
)  # fmt: skip
async def test_another_name_is_not_answered_to(stranger: httpx.AsyncClient, host: str) -> None:
    answer = await stranger.get("/v1/account/options", headers={"Host": host})
    assert answer.status_code == 421


async def test_probes_are_answered_under_any_name(stranger: httpx.AsyncClient) -> None:
    answer = await stranger.get("/healthz", headers={"Host": "10.0.0.7:8080"})
    assert answer.status_code == 200


@pytest.mark.parametrize(("proxy", "seen"), [("198.51.100.7", True), ("203.0.113.1", False)])
async def test_only_the_configured_proxy_is_believed(
    settings: Settings, proxy: str, seen: bool
) -> None:
    from tests.web.people import served

    server = {
        "accounts": "open",
        "public_url": "https://jobs.example.test",
        "trusted_proxies": [proxy],
        "rate_per_minute": 3,
    }
    async with served(load_settings(home=settings.home, server=server)) as app:
        somebody = Person(app, "https://jobs.example.test", "198.51.100.7")
        async with somebody.client as client:
            codes = [
                (
                    await client.get(
                        "/v1/account/options", headers={"X-Forwarded-For": f"192.0.2.{number}"}
                    )
                ).status_code
                for number in range(5)
            ]
    assert codes == ([200] * 5 if seen else [200] * 3 + [429] * 2)


@pytest.fixture
def address(settings: Settings) -> Iterator[str]:
    """A real server on loopback that gives a body a short time."""
    server = {"accounts": "open", "body_seconds": 0.3}
    core = Core(load_settings(home=settings.home, server=server))
    with listening(create_app(core)) as url:
        yield url
    core.close()


async def test_a_body_that_trickles_is_cut_off_and_the_others_are_served(address: str) -> None:
    host, port = address.removeprefix("http://").split(":")
    slow = []
    for _ in range(20):
        one = socket.create_connection((host, int(port)), timeout=60)
        head = (
            f"POST /v1/account/login HTTP/1.1\r\nHost: {host}:{port}\r\n"
            "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"
        )
        one.sendall(head.encode())
        slow.append(one)
    async with httpx.AsyncClient(base_url=address, timeout=60) as client:
        assert (await client.get("/healthz")).status_code == 200
    for one in slow:
        answer = await asyncio.to_thread(one.recv, 4000)
        assert answer.startswith(b"HTTP/1.1 408 ")
        one.close()


@pytest.mark.parametrize(
    "raw",
    [
        b"GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET /v1/account/options HTTP/1.1\r\n\r\n",
        b"POST /v1/account/login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n\r\n",
        b"POST /v1/account/login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\n"
        b"Content-Length: 6\r\n\r\nhello!",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"a" * 200_000 + b"\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Bad\n: a\r\n\r\n",
    ],
)
async def test_what_is_no_http_gets_no_answer_of_ours(address: str, raw: bytes) -> None:
    host, port = address.removeprefix("http://").split(":")

    def talk() -> bytes:
        with socket.create_connection((host, int(port)), timeout=60) as one:
            try:
                one.sendall(raw)
                one.shutdown(socket.SHUT_WR)
                return b"".join(iter(lambda: one.recv(65536), b""))
            except ConnectionError:
                return b""

    answer = await asyncio.to_thread(talk)
    assert b" 200 " not in answer.split(b"\r\n")[0] or raw.startswith(b"GET /healthz")
    assert answer.count(b"HTTP/1.1 ") <= 2
    async with httpx.AsyncClient(base_url=address, timeout=60) as client:
        assert (await client.get("/healthz")).status_code == 200


async def test_a_password_is_never_in_the_log(
    person: People, stranger: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    marta = await person("marta.keller", display_name="Marta Keller")
    program = await marta.token("chat")
    token = program.headers["authorization"].split()[1]
    await program.get("/v1/account/session")
    await program.aclose()
    await stranger.post(
        "/v1/account/login", json={"name": "marta.keller", "password": "wrong-and-secret"}
    )
    logged = "\n".join(f"{r.getMessage()} {r.__dict__}" for r in caplog.records
                       if r.name.startswith("jobtracker"))  # fmt: skip
    assert "account event" in logged
    key = marta.client.cookies["__Host-jobtracker"]
    for secret in (PASSWORD, "wrong-and-secret", token, key, "marta.keller", "198.51.100"):
        assert secret not in logged


@pytest.mark.parametrize(
    "twin",
    [
        "m\u0430rta.keller",
        "marta.ke11er",
        "MARTA.KELLER",
        "\uff4darta.keller",
        "mart\u0430.k\u0435ller",
    ],
    ids=["cyrillic a", "digits", "capitals", "full width", "two letters"],
)
async def test_nobody_registers_under_a_name_that_looks_like_anothers(
    person: People, stranger: httpx.AsyncClient, twin: str
) -> None:
    marta = await person("marta.keller")
    body = {"name": twin, "password": "another-lantern-on-a-boat"}
    answer = await stranger.post("/v1/account/register", json=body)
    assert answer.status_code in (400, 409), answer.text
    says_nothing_of_the_inside(answer)
    assert marta.user_id not in answer.text
    assert (await stranger.get("/v1/account")).status_code == 401
