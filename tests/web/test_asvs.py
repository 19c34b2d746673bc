"""OWASP ASVS 5.0.0, level 2: one test per applicable item, named by its number.

Here the chapters V3, V4, V6 to V10, V14 and V16; `test_asvs_code.py` and `test_asvs_setup.py` have
the others. `asvs_items.py` holds the list, what other modules prove, and what is not tested and
why. One long module on purpose: it is read beside the standard, chapter by chapter.
"""

from __future__ import annotations

import json
import logging
import math
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from jobtracker.accounts import factors
from jobtracker.accounts.keys import new_key, new_session_key
from jobtracker.core.telemetry import JsonLines
from tests.web.every_route import all_routes
from tests.web.people import PASSWORD, People, Person

pytestmark = pytest.mark.anyio
BASE = "https://jobs.example.test"
ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "src/jobtracker/web/pages/static"


def cookies_of(answer: httpx.Response) -> list[str]:
    return [c for c in answer.headers.get_list("set-cookie") if "Max-Age=0" not in c]


async def signed_in(marta: Person) -> httpx.Response:
    return await marta.sign_in(marta.name)


# V3 Web frontend


async def test_v3_2_1_an_answer_is_rendered_as_what_it_is(marta: Person) -> None:
    for path in ("/v1/account", "/v1/account/export", "/sign-in"):
        headers = (await marta.client.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "content-security-policy" in headers
    export = await marta.client.get("/v1/account/export")
    assert export.headers["content-disposition"].startswith("attachment")


def test_v3_2_2_text_is_set_as_text() -> None:
    for script in STATIC.glob("*.js"):
        text = script.read_text(encoding="utf-8")
        for unsafe in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
            assert unsafe not in text, (script.name, unsafe)


async def test_v3_3_1_cookies_are_secure(marta: Person) -> None:
    for cookie in cookies_of(await signed_in(marta)):
        assert "; Secure" in cookie


async def test_v3_3_2_cookies_are_not_sent_by_other_sites(marta: Person) -> None:
    for cookie in cookies_of(await signed_in(marta)):
        assert re.search("SameSite=(lax|strict)", cookie, re.I)


async def test_v3_3_3_cookies_are_bound_to_the_host(marta: Person) -> None:
    found = cookies_of(await signed_in(marta))
    assert len(found) >= 2
    for cookie in found:
        assert cookie.startswith("__Host-")
        assert "Path=/" in cookie
        assert "Domain" not in cookie


async def test_cookies_of_what_a_page_looks_like_are_bound_to_the_host_too(marta: Person) -> None:
    answer = await marta.client.get("/sign-in", params={"lang": "fr"})
    [cookie] = cookies_of(answer)
    assert cookie.startswith("__Host-lang=fr; ")
    assert "; Secure" in cookie
    assert 'lang="fr"' in (await marta.client.get("/settings")).text
    for planted in ("lang=it", "theme=dark"):  # by another host of the same domain
        page = await marta.client.get("/settings", headers={"Cookie": planted})
        assert 'lang="it"' not in page.text
        assert 'data-theme="dark"' not in page.text


async def test_v3_3_4_scripts_do_not_get_the_session(marta: Person) -> None:
    answer = await signed_in(marta)
    marta.take(answer)
    key = marta.client.cookies["__Host-jobtracker"]
    assert all("HttpOnly" in cookie for cookie in cookies_of(answer))
    for path in ("/v1/account/session", "/v1/account/sessions", "/settings"):
        assert key not in (await marta.client.get(path)).text


async def test_v3_4_1_https_only_for_a_year(marta: Person) -> None:
    for path in ("/v1/account", "/nothing", "/sign-in"):
        value = (await marta.client.get(path)).headers["strict-transport-security"]
        assert int(re.findall(r"max-age=(\d+)", value)[0]) >= 31_536_000
        assert "includeSubDomains" in value


async def test_v3_4_2_no_other_origin_reads(marta: Person) -> None:
    headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "GET"}
    for method in ("GET", "OPTIONS"):
        answer = await marta.client.request(method, "/v1/account", headers=headers)
        assert "access-control-allow-origin" not in answer.headers


async def test_v3_4_3_only_our_own_scripts_run(marta: Person) -> None:
    policy = (await marta.client.get("/sign-in")).headers["content-security-policy"]
    rules = dict(rule.strip().partition(" ")[::2] for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == "'self'"
    assert rules["base-uri"] == "'none'"
    assert "unsafe" not in policy


async def test_v3_4_4_types_are_not_guessed(marta: Person) -> None:
    for path in ("/v1/account", "/sign-in", "/nothing", "/openapi.json", "/healthz"):
        assert (await marta.client.get(path)).headers["x-content-type-options"] == "nosniff"


async def test_v3_4_5_no_address_leaks_by_referer(marta: Person) -> None:
    assert (await marta.client.get("/sign-in")).headers["referrer-policy"] == "no-referrer"


async def test_v3_4_6_nobody_embeds_us(marta: Person) -> None:
    for path in ("/sign-in", "/v1/account", "/nothing"):
        headers = (await marta.client.get(path)).headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_v3_5_3_reading_changes_nothing() -> None:
    words = ("delete", "remove", "create", "update", "logout", "revoke", "reset", "import")
    for method, path in all_routes():
        if method in ("GET", "HEAD", "OPTIONS"):
            assert path.rpartition("/")[2] not in words, (method, path)


# V4 API


async def test_v4_1_1_the_type_is_told_with_its_charset(marta: Person) -> None:
    for path in ("/sign-in", "/v1/account", "/nothing", "/metrics"):
        kind = (await marta.client.get(path)).headers["content-type"]
        assert "charset=utf-8" in kind.lower() or "json" in kind


# V6 Authentication


@pytest.mark.parametrize("password", ["sevench", "elevenchars"])
async def test_v6_2_1_short_passwords_are_refused(marta: Person, password: str) -> None:
    body = {"current": PASSWORD, "new": password}
    assert (await marta.client.post("/v1/account/password", json=body)).status_code == 400


async def test_v6_2_2_a_password_can_be_changed(marta: Person) -> None:
    body = {"current": PASSWORD, "new": "another-lantern-on-a-boat"}
    marta.take(await marta.client.post("/v1/account/password", json=body))
    assert (await marta.sign_in(marta.name, body["new"])).status_code == 200


@pytest.mark.parametrize("page", ["sign-in.js", "register.js", "settings.js"])
def test_v6_2_6_password_fields_are_masked(page: str) -> None:
    text = (STATIC / page).read_text(encoding="utf-8")
    for name in ("password", "current", "new"):
        for field in re.findall(rf'h\("input", {{ name: "{name}",[^}}]*}}', text):
            assert 'type: "password"' in field, field


def test_v6_2_7_pasting_and_password_managers_are_welcome() -> None:
    for script in STATIC.glob("*.js"):
        assert "onpaste" not in script.read_text(encoding="utf-8")
    assert '"current-password"' in (STATIC / "sign-in.js").read_text(encoding="utf-8")


async def test_v6_2_8_a_password_is_taken_exactly(marta: Person) -> None:
    long = "a lantern on a boat, " * 10
    answer = await marta.client.post(
        "/v1/account/password", json={"current": PASSWORD, "new": long}
    )
    marta.take(answer)
    for other in (long[:-1], long.strip(), long.upper(), long[:72]):
        assert (await marta.sign_in(marta.name, other)).status_code == 401
    assert (await marta.sign_in(marta.name, long)).status_code == 200


@pytest.mark.parametrize("length", [64, 256])
async def test_v6_2_9_long_passwords_are_taken(marta: Person, length: int) -> None:
    new = ("lantern boat velour tempest gondola " * 10)[:length]
    body = {"current": PASSWORD, "new": new}
    assert (await marta.client.post("/v1/account/password", json=body)).status_code == 200


async def test_v6_2_10_a_password_does_not_expire(server: Any, marta: Person) -> None:
    import sqlalchemy as sa

    with server.state.web.core.store.begin() as session:
        old = sa.text("update accounts set password_at = '2001-01-01 00:00:00.000000'")
        session.execute(old)
    assert (await signed_in(marta)).status_code == 200


async def test_v6_2_11_words_of_this_product_make_no_password(marta: Person) -> None:
    for new in ("jobtracker-2026", "JobTracker1234", "bewerbung-stelle-12"):
        body = {"current": PASSWORD, "new": new}
        assert (await marta.client.post("/v1/account/password", json=body)).status_code == 400


async def test_v6_3_2_there_are_no_default_accounts(server: Any) -> None:
    somebody = Person(server, BASE, "198.51.100.250")
    async with somebody.client:
        for name in ("root", "admin", "sa", "local"):
            assert (await somebody.sign_in(name, "admin")).status_code in (401, 429)


def test_v6_3_4_there_is_no_other_way_in() -> None:
    documented = {
        "/v1/account/register", "/v1/account/login", "/v1/account/login/second",
        "/v1/account/login/passkey", "/v1/account/oidc/{key}/callback",
    }  # fmt: skip
    calling = set()
    for file in (ROOT / "src/jobtracker/web").rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        if "open_session(" in text and file.name != "login.py":
            calling.add(file.name)
    assert calling == {"account.py", "account_oidc.py", "account_passkeys.py"}
    assert documented <= {path for _, path in all_routes()}


async def test_v6_4_1_keys_of_an_admin_are_random_and_used_once(
    admin: Person, person: People
) -> None:
    urs = await person()
    path = f"/v1/admin/accounts/{urs.user_id}/reset"
    made = (await admin.client.post(path)).json()
    assert len(made["key"]) >= 43
    body = {"key": made["key"], "new": "another-lantern-on-a-boat"}
    reset = urs.client.post
    assert (await reset("/v1/account/password/reset", json=body)).status_code == 204
    urs.client.cookies.clear()
    assert (await reset("/v1/account/password/reset", json=body)).status_code == 401


async def test_v6_4_2_there_are_no_secret_questions(server: Any) -> None:
    words = json.dumps(server.openapi()["components"]["schemas"]["Registration"]).lower()
    assert "question" not in words
    assert "hint" not in words


async def test_v6_4_3_a_reset_leaves_the_second_factor_in_force(
    server: Any, admin: Person, person: People
) -> None:
    from pyotp.totp import TOTP

    urs = await person()
    secret = (await urs.client.post("/v1/account/totp")).json()["secret"]
    await urs.client.post("/v1/account/totp/confirm", json={"code": TOTP(secret).now()})
    made = (await admin.client.post(f"/v1/admin/accounts/{urs.user_id}/reset")).json()
    new = "another-lantern-on-a-boat"
    body = {"key": made["key"], "new": new}
    assert (await urs.client.post("/v1/account/password/reset", json=body)).status_code == 204
    urs.client.cookies.clear()
    assert (await urs.sign_in(urs.name, new)).json()["status"] == "second_factor"


def test_v6_5_2_recovery_codes_are_long_enough_for_a_plain_digest() -> None:
    assert factors._CODE_LENGTH * math.log2(len(factors._ALPHABET)) >= 112


def test_v6_5_3_secrets_come_from_the_systems_generator() -> None:
    for folder in ("accounts", "web/auth"):
        for file in (ROOT / "src/jobtracker" / folder).rglob("*.py"):
            assert not re.search(r"^\s*(import random|from random)", file.read_text("utf-8"), re.M)


def test_v6_5_4_codes_have_enough_entropy() -> None:
    assert factors._CODE_LENGTH * math.log2(len(factors._ALPHABET)) >= 20


async def test_v6_8_1_the_same_subject_at_two_services_is_two_people(server: Any) -> None:
    from jobtracker.web.auth.state import auth_of

    identities = auth_of(server.state.web.core).identities
    one = identities.create("a", "https://a.example", "person-1", "twin", "")
    other = identities.create("b", "https://b.example", "person-1", "twin", "")
    assert one.user_id != other.user_id
    assert identities.find("https://a.example", "person-1") == one


# V7 Sessions


async def test_v7_2_1_the_server_decides_about_a_session(marta: Person) -> None:
    for forged in ("x", "a.b", new_session_key()):
        marta.client.cookies.set("__Host-jobtracker", forged, domain="jobs.example.test")
        assert (await marta.client.get("/v1/account")).status_code == 401


async def test_v7_2_2_keys_are_made_for_each_session(marta: Person) -> None:
    first = marta.client.cookies["__Host-jobtracker"]
    await signed_in(marta)
    assert marta.client.cookies["__Host-jobtracker"] != first


def test_v7_2_3_keys_are_unique_and_long() -> None:
    keys = {new_session_key() for _ in range(1000)} | {new_key() for _ in range(1000)}
    assert len(keys) == 2000
    assert min(map(len, keys)) >= 43  # 256 bits in base64url


async def test_v7_4_2_who_is_locked_out_is_out_at_once(admin: Person, person: People) -> None:
    urs = await person()
    async with await urs.token("chat") as program:
        path = f"/v1/admin/accounts/{urs.user_id}"
        assert (await admin.client.patch(path, json={"disabled": True})).status_code == 200
        assert (await urs.client.get("/v1/account")).status_code == 401
        assert (await program.get("/v1/account/session")).status_code == 401
        assert (await signed_in(urs)).status_code == 401


async def test_v7_4_5_an_admin_ends_somebodys_sessions(admin: Person, person: People) -> None:
    urs = await person()
    path = f"/v1/admin/accounts/{urs.user_id}/sessions"
    assert (await admin.client.delete(path)).status_code == 204
    assert (await urs.client.get("/v1/account")).status_code == 401
    assert (await urs.client.delete(path)).status_code in (401, 403)


GUARDED = [
    ("POST", "/v1/account/totp"), ("DELETE", "/v1/account/totp"),
    ("POST", "/v1/account/recovery-codes"), ("POST", "/v1/account/passkeys/options"),
    ("DELETE", "/v1/account/passkeys/x"), ("POST", "/v1/account/tokens"),
    ("DELETE", "/v1/account/sessions"), ("DELETE", "/v1/account/sessions/x"),
    ("GET", "/v1/account/export"), ("DELETE", "/v1/account"),
    ("DELETE", "/v1/account/identities/work"),
]  # fmt: skip


async def an_hour_later(server: Any, marta: Person) -> None:
    import sqlalchemy as sa

    with server.state.web.core.store.begin() as session:
        session.execute(
            sa.text("update account_sessions set proved_at = :at where user_id = :user"),
            {"at": "2001-01-01 00:00:00.000000", "user": marta.user_id},
        )


async def test_v7_5_1_what_guards_the_account_asks_again(server: Any, marta: Person) -> None:
    await an_hour_later(server, marta)
    for method, path in GUARDED:
        body = {"name": "x", "scopes": ["chat"]} if path.endswith("tokens") else None
        answer = await marta.client.request(method, path, json=body)
        assert answer.json()["code"] == "proof_needed", (method, path, answer.text)


async def test_v7_5_2_sessions_are_seen_and_ended_after_a_proof(server: Any, marta: Person) -> None:
    other = Person(server, BASE, "198.51.100.251")
    async with other.client:
        await other.sign_in(marta.name)
        sessions = (await marta.client.get("/v1/account/sessions")).json()["sessions"]
        foreign = next(one["id"] for one in sessions if not one["current"])
        await an_hour_later(server, marta)
        end = f"/v1/account/sessions/{foreign}"
        assert (await marta.client.delete(end)).status_code == 403
        proof = await marta.client.post("/v1/account/proof", json={"password": PASSWORD})
        assert proof.status_code == 204
        assert (await marta.client.delete(end)).status_code == 204
        assert (await other.client.get("/v1/account")).status_code == 401


async def test_v7_6_2_no_session_begins_without_the_person(server: Any) -> None:
    somebody = Person(server, BASE, "198.51.100.252")
    async with somebody.client as client:
        for path in ("/", "/sign-in", "/v1/account/options", "/v1/account/session"):
            await client.get(path)
        assert not any(name.endswith("jobtracker") for name in client.cookies)


# V8 Authorization, V9 and V10 Tokens


async def test_v8_2_3_no_field_makes_somebody_more_than_they_are(
    server: Any, marta: Person
) -> None:
    for body in ({"display_name": "M", "role": "admin"}, {"display_name": "M", "user_id": "x"}):
        assert (await marta.client.patch("/v1/account", json=body)).status_code == 400
    somebody = Person(server, BASE, "198.51.100.253")
    async with somebody.client as client:
        body = {"name": "mallory", "password": PASSWORD, "role": "admin"}
        assert (await client.post("/v1/account/register", json=body)).status_code == 400


async def test_v8_3_1_the_server_itself_says_no(marta: Person) -> None:
    for method, path in all_routes():
        if path.startswith("/v1/admin"):
            answer = await marta.client.request(method, path.replace("{user_id}", marta.user_id))
            assert answer.status_code == 403, path


def test_v9_1_3_keys_come_from_the_configured_issuer_only() -> None:
    text = (ROOT / "src/jobtracker/web/auth/issuer.py").read_text(encoding="utf-8")
    for header in ('"jku"', '"x5u"', '"jwk"', '"x5c"'):
        assert header not in text


async def test_v10_1_1_a_providers_tokens_stay_on_the_server(server: Any) -> None:
    schemas = json.dumps(server.openapi())
    assert "id_token" not in schemas
    assert "access_token" not in schemas


def test_v10_3_3_a_person_is_known_by_issuer_and_subject() -> None:
    from jobtracker.accounts.tables import IdentityRow

    assert [column.name for column in IdentityRow.__table__.primary_key] == ["issuer", "subject"]


# V14 Data


async def test_v14_2_1_no_secret_is_sent_in_an_address(server: Any) -> None:
    for operations in server.openapi()["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                assert parameter["name"] not in {"password", "token", "key", "secret", "csrf"} or (
                    parameter["in"] == "path"
                ), parameter


async def test_v14_2_3_pages_load_nothing_from_elsewhere(marta: Person) -> None:
    for path in ("/sign-in", "/settings", "/"):
        page = (await marta.client.get(path)).text
        assert not re.search(r'(src|href|action)="(https?:)?//', page), path


async def test_v14_3_1_signing_out_clears_the_browser(marta: Person) -> None:
    answer = await marta.client.post("/v1/account/logout")
    assert '"cache"' in answer.headers["clear-site-data"]
    assert '"storage"' in answer.headers["clear-site-data"]


async def test_v14_3_2_what_is_personal_is_not_cached(marta: Person) -> None:
    for path in ("/v1/account", "/v1/account/tokens", "/v1/account/export"):
        assert (await marta.client.get(path)).headers["cache-control"] == "no-store"
    for path in ("/v1/applications", "/v1/memories"):
        kept = (await marta.client.get(path)).headers["cache-control"]
        assert "no-store" in kept or ("private" in kept and "no-cache" in kept)


def test_v14_3_3_the_browser_keeps_no_secret() -> None:
    for script in STATIC.glob("*.js"):
        text = script.read_text(encoding="utf-8")
        for name in re.findall(r'(?:localStorage|sessionStorage)\.setItem\("([^"]+)"', text):
            assert not re.search("token|csrf|key|password|secret", name), (script.name, name)


# V16 Logs and errors


def record(message: str, **fields: Any) -> str:
    made = logging.LogRecord("jobtracker", 30, __file__, 1, message, None, None)
    made.fields = fields
    return JsonLines().format(made)


def test_v16_2_1_a_line_says_when_where_who_and_what() -> None:
    line = json.loads(record("request refused", user="u-1", status=403))
    assert {"time", "level", "logger", "message", "user", "status"} <= set(line)


def test_v16_2_2_times_are_utc() -> None:
    assert json.loads(record("x"))["time"].endswith("+00:00")


def test_v16_2_4_lines_are_json() -> None:
    assert json.loads(record('a "quoted" line'))["message"] == 'a "quoted" line'
    assert "\n" not in record("two\nlines", user="a\nb")


async def test_v16_3_2_who_is_refused_is_logged(
    marta: Person, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("WARNING", "jobtracker.web"):
        await marta.client.get("/v1/admin/accounts")
    told = [getattr(one, "fields", {}) for one in caplog.records]
    assert {"status": 403, "user": marta.user_id}.items() <= told[-1].items()


async def test_v16_3_3_attempts_to_get_around_are_logged(
    marta: Person, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("WARNING", "jobtracker.web"):
        await marta.client.get("/v1/account", headers={"Host": "evil.example"})
        await marta.client.post("/v1/chat", headers={"Content-Length": "9999999999"})
        await marta.client.patch("/v1/account", json={}, headers={"Origin": "https://evil.example"})
        await marta.client.get("/v1/account", headers={"Authorization": "Bearer jt_forged"})
    told = [getattr(one, "fields", {}).get("status") for one in caplog.records]
    assert told == [421, 413, 403, 401]


async def test_v16_3_4_what_breaks_is_logged(
    server: Any, marta: Person, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await broken(server, marta, monkeypatch)
    assert any(one.exc_info for one in caplog.records)


async def broken(server: Any, marta: Person, monkeypatch: pytest.MonkeyPatch) -> httpx.Response:
    from jobtracker.web.auth.state import auth_of

    def fail(*_: Any) -> None:
        raise RuntimeError("a secret of the inside: /etc/passwd SELECT")

    sessions = auth_of(server.state.web.core).sessions
    monkeypatch.setattr(sessions, "all_of", fail)
    answer = await marta.client.get("/v1/account/sessions")
    monkeypatch.undo()
    return answer


async def test_v16_5_1_an_unexpected_error_tells_nothing(
    server: Any, marta: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = await broken(server, marta, monkeypatch)
    assert answer.status_code == 500
    assert answer.json()["request_id"]
    for word in ("secret", "passwd", "SELECT", "RuntimeError", "Traceback"):
        assert word not in answer.text


async def test_v16_5_3_what_cannot_be_checked_is_refused(
    server: Any, marta: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jobtracker.web.auth.state import auth_of

    def fail(*_: Any) -> None:
        raise RuntimeError("the store is gone")

    auth = auth_of(server.state.web.core)
    auth.forget(marta.user_id)
    monkeypatch.setattr(auth.sessions, "find", fail)
    assert (await marta.client.get("/v1/account")).status_code == 500
    monkeypatch.undo()
    assert (await marta.client.get("/v1/account")).status_code == 200
