"""Signing in by another service, and bearer tokens of an authorization server."""

from __future__ import annotations

import hmac
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from jobtracker.core.settings import Settings, load_settings
from tests.fakes.authenticator import b64
from tests.fakes.oidc_provider import CLIENT, SECRET, OidcProvider, oidc_provider
from tests.web.people import Person, served

pytestmark = pytest.mark.anyio
BASE = "https://jobs.example.test"


@pytest.fixture
def provider(settings: Settings) -> Iterator[OidcProvider]:
    with oidc_provider(int(settings.clock().now().timestamp())) as running:
        yield running


@pytest.fixture
async def server(settings: Settings, provider: OidcProvider) -> AsyncIterator[Any]:
    service = {
        "name": "Company",
        "issuer": provider.url,
        "client_id": CLIENT,
        "client_secret": SECRET,
        "create": True,
    }
    configured = load_settings(
        home=settings.home,
        now=settings.now,
        timezone=settings.timezone,
        server={"accounts": "invite", "public_url": BASE},
        http={"allow_private": True},
        oidc={"providers": {"work": service, "strict": {**service, "create": False}}},
        oauth={"issuer": provider.url, "scopes": {"jobs.read": ["job_search:read"]}},
    )
    async with served(configured) as application:
        yield application


@pytest.fixture
async def marta(server: Any) -> AsyncIterator[Person]:
    somebody = Person(server, BASE)
    async with somebody.client:
        yield somebody


async def begin(somebody: Person, key: str = "work", target: str = "/jobs") -> str:
    path = f"/v1/account/oidc/{key}/login"
    answer = await somebody.client.get(path, params={"next": target})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def enter(somebody: Person, provider: OidcProvider, key: str = "work") -> httpx.Response:
    return await somebody.client.get(provider.approve(await begin(somebody, key)))


async def test_the_service_brings_somebody_in_and_knows_them_again(
    marta: Person, provider: OidcProvider
) -> None:
    answer = await enter(marta, provider)
    assert (answer.status_code, answer.headers["location"]) == (303, "/jobs")
    account = (await marta.client.get("/v1/account")).json()
    assert (account["name"], account["has_password"]) == ("marta.keller", False)
    again = Person(marta.app, BASE)
    async with again.client:
        await enter(again, provider)
        assert (await again.client.get("/v1/account")).json() == account


async def test_a_service_that_may_not_bring_people_in_does_not(
    marta: Person, provider: OidcProvider
) -> None:
    assert (await enter(marta, provider, "strict")).status_code == 403
    assert (await marta.client.get("/v1/account")).status_code == 401


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another-client"},
        {"aud": [CLIENT, "another-client"]},
        {"iss": "https://evil.example"},
        {"nonce": "another"},
        {"nonce": None},
        {"exp": 1_700_000_000},
        {"exp": None},
        {"iat": 4_000_000_000},
        {"nbf": 4_000_000_000},
        {"sub": None},
        {"azp": "another-client"},
    ],
)
async def test_an_id_token_that_is_not_for_us_now_is_refused(
    marta: Person, provider: OidcProvider, claims: dict[str, Any]
) -> None:
    provider.claims = claims
    assert (await enter(marta, provider)).status_code == 401
    assert (await marta.client.get("/v1/account")).status_code == 401


async def test_the_answer_to_another_browsers_login_is_refused(
    marta: Person, provider: OidcProvider
) -> None:
    back = provider.approve(await begin(marta))
    mallory = Person(marta.app, BASE)
    async with mallory.client:
        assert (await mallory.client.get(back)).status_code == 401
        await begin(mallory)
        assert (await mallory.client.get(back)).status_code == 401


async def test_an_answer_is_good_once_and_only_with_its_state(
    marta: Person, provider: OidcProvider
) -> None:
    back = provider.approve(await begin(marta))
    forged = back.replace("state=", "state=x")
    assert (await marta.client.get(forged)).status_code == 401
    assert (await marta.client.get(back)).status_code == 303
    await marta.client.get("/v1/account/session")
    assert (await marta.client.get(back)).status_code == 401


async def test_an_issuer_that_is_another_in_the_answer_is_refused(
    marta: Person, provider: OidcProvider
) -> None:
    back = provider.approve(await begin(marta))
    mixed = f"{back}&iss=https://evil.example"
    assert (await marta.client.get(mixed)).status_code == 401


async def test_metadata_of_another_issuer_is_not_believed(
    marta: Person, provider: OidcProvider
) -> None:
    provider.metadata = {"issuer": "https://evil.example"}
    answer = await marta.client.get("/v1/account/oidc/work/login")
    assert answer.status_code == 502


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"]
)
async def test_the_way_back_stays_here(marta: Person, provider: OidcProvider, target: str) -> None:
    answer = await marta.client.get(provider.approve(await begin(marta, target=target)))
    assert answer.headers["location"] == "/"


async def test_the_redirect_goes_to_our_public_address(
    marta: Person, provider: OidcProvider
) -> None:
    query = parse_qs(urlsplit(await begin(marta)).query)
    assert query["redirect_uri"] == [f"{BASE}/v1/account/oidc/work/callback"]


# Bearer tokens of the authorization server


async def ask(marta: Person, token: str, path: str = "/v1/account/session") -> httpx.Response:
    async with marta.bearing(token) as program:
        return await program.get(path)


@pytest.fixture
async def known(marta: Person, provider: OidcProvider) -> Person:
    await enter(marta, provider)
    return marta


async def test_a_token_of_the_issuer_acts_for_its_person_within_its_scopes(
    known: Person, provider: OidcProvider
) -> None:
    token = provider.sign({"typ": "at+jwt"}, aud=BASE, scope="jobs.read memories:read unknown")
    who = (await ask(known, token)).json()
    assert who["method"] == "oauth"
    assert who["scopes"] == ["job_search:read", "memories:read"]
    assert (await ask(known, token, "/v1/memories")).status_code == 200
    assert (await ask(known, token, "/v1/applications")).status_code == 403


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "https://another.example"},
        {"aud": None},
        {"aud": f"{BASE}/mcp/resume"},
        {"aud": CLIENT},
        {"iss": "https://evil.example"},
        {"exp": 1_700_000_000},
        {"exp": None},
        {"nbf": 4_000_000_000},
        {"sub": "somebody-unknown"},
    ],
)
async def test_a_token_that_is_not_for_us_now_is_refused(
    known: Person, provider: OidcProvider, claims: dict[str, Any]
) -> None:
    token = provider.sign(**({"aud": BASE, "scope": "chat"} | claims))
    assert (await ask(known, token)).status_code == 401


def symmetric(key_id: str, claims: dict[str, Any], secret: bytes) -> str:
    """Return a token signed with HMAC, by hand: no library would take such a key."""
    head = {"alg": "HS256", "kid": key_id}
    signed = ".".join(b64(json.dumps(part).encode()) for part in (head, claims))
    return f"{signed}.{b64(hmac.digest(secret, signed.encode(), 'sha256'))}"


async def test_forged_signatures_are_refused(known: Person, provider: OidcProvider) -> None:
    good = provider.sign(aud=BASE, scope="chat")
    head, body, signature = good.split(".")
    claims = {"iss": provider.url, "sub": provider.subject, "aud": BASE, "exp": provider.now + 60}
    public = provider.key.as_pem(private=False)
    confused = symmetric("k1", claims, public)
    weak = symmetric("k0", claims, b"secret")
    none = "eyJhbGciOiJub25lIn0"
    stranger = OidcProvider(url=provider.url, now=provider.now)
    for token in (
        f"{head}.{body}.{signature[:-4]}AAAA",
        f"{none}.{body}.",
        f"{none}.{body}.{signature}",
        confused,
        weak,
        stranger.sign(aud=BASE, scope="chat"),
        "..",
        "a.b.c",
    ):
        assert (await ask(known, token)).status_code == 401, token


async def test_the_issuer_may_change_its_key_and_forgers_do_not_make_us_ask(
    known: Person, provider: OidcProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    import jobtracker.web.auth.issuer as module

    assert (await ask(known, provider.sign(aud=BASE, scope="chat"))).status_code == 200
    before = len(provider.asked)
    stranger = OidcProvider(url=provider.url, now=provider.now)
    for number in range(5):
        stranger.rotate(f"invented-{number}")
        assert (await ask(known, stranger.sign(aud=BASE))).status_code == 401
    assert len(provider.asked) == before
    provider.rotate("k2")
    monkeypatch.setattr(module, "_AGAIN_SECONDS", 0.0)
    assert (await ask(known, provider.sign(aud=BASE, scope="chat"))).status_code == 200


async def test_a_token_for_one_mcp_server_is_for_that_one() -> None:
    from jobtracker.web.auth.oauth import resources

    assert f"{BASE}/mcp/resume" in resources(BASE, "/mcp/resume")
    assert f"{BASE}/mcp/resume" not in resources(BASE, "/mcp/calendar")
    assert f"{BASE}/mcp" not in resources(BASE, "/mcp/calendar")
    assert f"{BASE}/mcp/resume" not in resources(BASE, "/v1/resumes")


async def test_an_mcp_client_comes_in_with_a_token_for_its_server_and_no_other(
    known: Person, provider: OidcProvider
) -> None:
    from tests.web.test_isolation import MCP_HEADERS

    scope = "resume:read resume:write calendar:read"
    token = provider.sign({"typ": "at+jwt"}, aud=f"{BASE}/mcp/resume", scope=scope)
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    async with known.bearing(token) as client:
        client.headers.update(MCP_HEADERS)
        assert "import_resume" in (await client.post("/mcp/resume", json=body)).text
        refused = await client.post("/mcp/calendar", json=body)
    assert refused.status_code == 401
    told = refused.headers["www-authenticate"]
    assert 'error="invalid_token"' in told
    assert f'resource_metadata="{BASE}/.well-known/oauth-protected-resource/mcp/calendar"' in told
