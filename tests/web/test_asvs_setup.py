"""OWASP ASVS 5.0.0, level 2, chapters V11, V12 and V13: cryptography, connections, configuration.

Named by the items' numbers, like `test_asvs.py`. V17 (WebRTC) has nothing to apply to.
"""

from __future__ import annotations

import ast
import base64
import re
import ssl
import stat
import subprocess
import threading
import tomllib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from jobtracker.accounts import passwords
from jobtracker.accounts.keys import digest, new_key, new_session_key, seed_of
from jobtracker.core.errors import AuthNeeded, Unavailable
from jobtracker.core.http import Http, _Call
from jobtracker.core.http_bounds import Fetched
from jobtracker.core.secrets import Secrets
from jobtracker.core.settings import HttpSettings, load_settings
from tests.web.asvs_means import ROOT, calls, found, sources
from tests.web.every_route import all_routes
from tests.web.people import PASSWORD, Person

pytestmark = pytest.mark.anyio
SECURITY = (ROOT / "docs/security.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    """Return a section of the document on security."""
    return SECURITY.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


# V11 Cryptography

WRITTEN = {
    "hashlib.sha256": "SHA-256", "hashlib.blake2b": "BLAKE2b", "hmac.new": "HMAC-SHA-256",
    "Fernet": "AES-128-CBC", "AESGCM": "AES-256-GCM", "PasswordHasher": "argon2id",
    "HKDF": "HKDF-SHA-256", "SHA256": "SHA-256", "TOTP": "HMAC-SHA-1",
}  # fmt: skip


def _primitives(tree: ast.Module) -> Iterator[str]:
    for name, _ in calls(tree):
        last = name.rpartition(".")[2]
        if re.fullmatch(r"hashlib\.\w+|hmac\.new", name):
            yield name
        elif last in {"AES", "Cipher", "Fernet", "AESGCM", "ChaCha20Poly1305", "PasswordHasher",
                      "HKDF", "Scrypt", "PBKDF2HMAC", "TOTP", "HOTP", "MD5", "SHA1", "SHA256",
                      "PKCS1v15", "ECB", "CBC", "ARC4", "TripleDES"}:  # fmt: skip
            yield last


def test_v11_1_2_every_algorithm_in_use_is_in_the_inventory() -> None:
    assert list(_primitives(ast.parse("hashlib.md5(x); Cipher(AES(key), ECB())")))
    used = {said.partition(": ")[2] for said in found(_primitives)}
    assert used <= set(WRITTEN), "an algorithm that docs/security.md does not name"
    for name in used:
        assert WRITTEN[name] in section("Cryptography"), name


def test_v11_2_1_algorithms_come_from_libraries() -> None:
    allowed = {"cryptography", "argon2", "joserfc", "authlib", "webauthn", "pyotp", "ssl",
               "hashlib", "hmac", "secrets"}  # fmt: skip
    named = re.compile(r"crypt|cipher|jwt|jose|rsa$|ecdsa|nacl|otp|argon|webauthn|authlib|hash")
    for file, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom | ast.Import):
                modules = [one.name for one in node.names]
                if isinstance(node, ast.ImportFrom):
                    modules = [node.module or ""] if node.level == 0 else []
                for module in modules:
                    top = module.partition(".")[0]
                    if named.search(top) and top != "jobtracker":
                        assert top in allowed, (file, module)


async def test_v11_2_2_a_hash_of_yesterday_is_renewed(server: Any, marta: Person) -> None:
    import sqlalchemy as sa
    from argon2 import PasswordHasher

    store = server.state.web.core.store
    old = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    change = sa.text("update accounts set password_hash = :old where user_id = :user")
    read = sa.text("select password_hash from accounts where user_id = :user")
    with store.begin() as session:
        session.execute(change, {"old": old, "user": marta.user_id})
    assert (await marta.sign_in(marta.name)).status_code == 200
    with store.begin() as session:
        kept = session.execute(read, {"user": marta.user_id}).scalar_one()
    assert kept != old
    assert not passwords.outdated(kept)
    assert (await marta.sign_in(marta.name)).status_code == 200


def test_v11_2_2_the_key_file_can_be_replaced(tmp_path: Path) -> None:
    sealed = Secrets(tmp_path).seal({"password": "x"})
    (tmp_path / "secret.key").rename(tmp_path / "old.key")
    renewed = Secrets(tmp_path)
    with pytest.raises(AuthNeeded, match="connect the account again"):
        renewed.open(sealed)
    assert renewed.open(renewed.seal({"password": "x"})) == {"password": "x"}


def test_v11_2_3_keys_have_128_bits_and_more(tmp_path: Path) -> None:
    Secrets(tmp_path).seal({})
    assert len(base64.urlsafe_b64decode((tmp_path / "secret.key").read_bytes())) == 32
    assert len(Secrets(tmp_path).derive("a purpose")) == 32
    assert Secrets(tmp_path).derive("one") != Secrets(tmp_path).derive("another")
    assert len(base64.urlsafe_b64decode(new_key() + "=")) == 32


def test_v11_3_1_no_weak_mode_or_padding_is_in_use() -> None:
    used = {said.partition(": ")[2] for said in found(_primitives)}
    assert not used & {"ECB", "CBC", "PKCS1v15", "ARC4", "TripleDES", "Cipher", "AES"}


def test_v11_3_2_what_is_encrypted_is_so_with_approved_ciphers() -> None:
    ciphers = {"Fernet", "AESGCM", "ChaCha20Poly1305", "Cipher", "AES", "ARC4", "TripleDES"}
    used = {said.partition(": ")[2] for said in found(_primitives)}
    assert used & ciphers == {"Fernet", "AESGCM"}


def test_v11_3_3_a_changed_byte_is_seen(tmp_path: Path) -> None:
    secrets = Secrets(tmp_path)
    sealed = base64.urlsafe_b64decode(secrets.seal({"password": "x" * 40}))
    for at in range(len(sealed)):
        changed = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
        with pytest.raises(AuthNeeded):
            secrets.open(base64.urlsafe_b64encode(changed).decode())


def test_v11_4_1_no_broken_hash_is_in_use() -> None:
    used = {said.partition(": ")[2] for said in found(_primitives)}
    hashes = {name for name in used if name.startswith("hashlib.")}
    assert hashes <= {"hashlib.sha256", "hashlib.blake2b"}


def test_v11_4_2_passwords_are_kept_by_a_slow_hash() -> None:
    kept = passwords.hashed(PASSWORD)
    values = {key: int(n) for key, n in re.findall(r"([mtp])=(\d+)", kept)}
    assert kept.startswith("$argon2id$v=19$")
    assert values["m"] >= 19_456
    assert values["t"] >= 2
    assert passwords.hashed(PASSWORD) != kept, "each hash has a salt of its own"


@pytest.mark.parametrize(
    "name", ["none", "HS256", "HS512", "RS1", "RSA1_5", "MD5", "", "RS256 ", "ES256,none"]
)
def test_v11_4_3_signatures_with_weak_or_shared_keys_cannot_be_allowed(name: str) -> None:
    with pytest.raises(Exception, match="algorithms"):
        load_settings(oauth={"algorithms": [name]})


def test_v11_5_1_what_must_not_be_guessed_is_of_the_systems_generator() -> None:
    keys = {new_session_key(seed) for seed in [""] * 500} | {new_key() for _ in range(500)}
    assert len(keys) == 1000
    assert len({digest(key) for key in keys}) == 1000
    first = new_session_key()
    assert seed_of(new_session_key(seed_of(first))) == seed_of(first)
    for file, tree in sources():
        inside = file.relative_to(ROOT).as_posix()
        if "/accounts/" in inside or "/web/" in inside:
            for name, _ in calls(tree):
                assert not re.match(r"random\.|uuid\.uuid|np\.random|time\.time_ns", name), inside


# V12 Communication


def _trusts_blindly(tree: ast.Module) -> Iterator[str]:
    for name, call in calls(tree):
        given = {word.arg: ast.unparse(word.value) for word in call.keywords}
        if given.get("verify") == "False" or given.get("check_hostname") == "False":
            yield ast.unparse(call)
        if name.endswith("_create_unverified_context") or given.get("cert_reqs"):
            yield ast.unparse(call)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in {
            "CERT_NONE", "PROTOCOL_TLSv1", "PROTOCOL_SSLv23", "PROTOCOL_TLSv1_1", "SSLv3",
        }:  # fmt: skip
            yield ast.unparse(node)
        if isinstance(node, ast.Assign) and re.search(
            r"\.(check_hostname|verify_mode|minimum_version)$", ast.unparse(node.targets[0])
        ):
            yield ast.unparse(node)


def test_v12_1_1_old_versions_of_tls_are_not_spoken() -> None:
    assert list(_trusts_blindly(ast.parse("context.minimum_version = ssl.TLSVersion.SSLv3")))
    assert found(_trusts_blindly) == []
    assert ssl.create_default_context().minimum_version >= ssl.TLSVersion.TLSv1_2


def test_v12_1_2_ciphers_are_the_librarys_strong_ones() -> None:
    names = {one["name"] for one in ssl.create_default_context().get_ciphers()}
    assert not [name for name in names if re.search("RC4|3DES|NULL|EXP|MD5|anon", name)]
    for file, tree in sources():
        assert not [name for name, _ in calls(tree) if name.endswith("set_ciphers")], file


@pytest.fixture(scope="module")
def unknown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An https server whose certificate nobody has signed but itself."""
    folder = tmp_path_factory.mktemp("tls")
    certificate(folder)

    class Hello(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    class Quiet(HTTPServer):
        def handle_error(self, *_: Any) -> None:
            """A client that breaks off is what is expected here."""

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    server = Quiet(("127.0.0.1", 0), Hello)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"https://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def certificate(folder: Path) -> None:
    """Write a self-signed certificate for loopback and its key."""
    import datetime
    import ipaddress

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    start = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + datetime.timedelta(days=36_500))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .sign(key, hashes.SHA256())
    )
    form = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, *form))


def test_v12_3_1_credentials_do_not_follow_from_https_to_http() -> None:
    http = Http(HttpSettings(timeout_seconds=60, max_bytes=1000, allow_private=True))
    call = _Call("GET", "https://a.example/x", {"Authorization": "Bearer x", "Cookie": "k=1"}, None)
    for target, kept in (
        ("http://a.example/x", False),
        ("https://a.example/y", True),
        ("https://b.example/x", False),
        ("//a.example:8443/", False),
    ):
        answer = Fetched(call.url, 302, {"location": target}, b"")
        moved = http._moved(call, answer)
        assert moved is not None
        assert ({"Authorization", "Cookie"} <= set(moved.headers)) is kept, target
    http.close()


def test_v12_3_2_an_unknown_certificate_is_not_believed(unknown: str) -> None:
    http = Http(HttpSettings(timeout_seconds=60, max_bytes=1000, allow_private=True))
    with pytest.raises(Unavailable):
        http.get(unknown)
    http.close()


# V13 Configuration


def test_v13_1_1_every_address_of_a_setting_is_among_the_connections() -> None:
    defaults = tomllib.loads((ROOT / "config/default.toml").read_text(encoding="utf-8"))
    told = section("Connections")
    for group in ("llm", "oauth", "oidc"):
        assert group in told
    addresses = {
        f"{group}.{key}"
        for group, values in defaults.items()
        for key in (values if isinstance(values, dict) else ())
        if re.search(r"(^|_)(url|endpoint|host)$", key)
    }
    known = {
        "store.url": "PostgreSQL", "redis.url": "Redis", "vectors.url": "Chroma",
        "llm.base_url": "a model", "server.traces_url": "server.traces_url",
        "oauth.jwks_url": "authorization server", "server.host": "loopback",
        "server.public_url": "server.public_url", "calendar.icloud_url": "iCloud",
        "calendar.google_url": "Google", "calendar.google_login_url": "Google",
        "calendar.google_token_url": "Google", "calendar.microsoft_url": "Microsoft",
        "calendar.microsoft_login_url": "Microsoft",
    }  # fmt: skip
    assert addresses <= set(known), "a new address that docs/security.md does not name"
    assert all(word in told for word in known.values())


def test_v13_2_3_no_default_credential_is_in_the_settings() -> None:
    defaults = tomllib.loads((ROOT / "config/default.toml").read_text(encoding="utf-8"))
    secret = re.compile(r"(^|_)(password|secret|api_key|token|key)$")
    for group, values in defaults.items():
        for key, value in values.items() if isinstance(values, dict) else ():
            if secret.search(key):
                assert value in ("", None, [], {}), f"{group}.{key}"


def test_v13_3_1_no_secret_is_in_the_source() -> None:
    shapes = re.compile(
        r"sk-[A-Za-z0-9]{20,}|AKIA[0-9A-Z]{16}|ghp_[A-Za-z0-9]{36}|xox[bap]-[\w-]{10,}"
        r"|-----BEGIN (RSA |EC )?PRIVATE KEY|AIza[0-9A-Za-z_-]{35}|jt_[A-Za-z0-9_-]{43}"
    )
    assert shapes.search("AKIA" + "A" * 16)
    for folder in ("src", "mcp_servers", "config", "packaging", "scripts", "docs"):
        for file in (ROOT / folder).rglob("*"):
            if file.suffix in {".py", ".toml", ".yaml", ".md", ".json", ".js", ".html", ".tsv"}:
                hit = shapes.search(file.read_text(encoding="utf-8", errors="replace"))
                assert hit is None, (file, hit)


async def test_v13_3_2_keys_are_the_owners_alone(server: Any, marta: Person) -> None:
    await marta.client.post("/v1/account/totp")
    home = server.state.web.core.home
    mode = stat.S_IMODE((home / "secret.key").stat().st_mode)
    assert mode & 0o077 == 0
    for file in home.rglob("*key*"):
        if file.is_file():
            assert stat.S_IMODE(file.stat().st_mode) & 0o077 == 0, file


async def test_v13_4_1_nothing_of_a_checkout_is_served(marta: Person) -> None:
    for path in ("/.git/HEAD", "/.git/config", "/.svn/entries", "/.env", "/pyproject.toml",
                 "/static/.git/HEAD", "/static/x/..%2f.git", "/config/default.toml"):  # fmt: skip
        assert (await marta.client.get(path)).status_code == 404, path


async def test_v13_4_2_debugging_is_off(server: Any, marta: Person) -> None:
    assert server.debug is False
    text = (await marta.client.get("/v1/threads/nothing")).text
    assert "Traceback" not in text
    for file, tree in sources():
        for name, call in calls(tree):
            given = {word.arg: ast.unparse(word.value) for word in call.keywords}
            assert not (name in {"FastAPI", "uvicorn.Config"} and given.get("debug")), file


async def test_v13_4_3_folders_are_not_listed(marta: Person) -> None:
    from jobtracker.web.pages.site import static

    for path in ("/static", "/static/", f"/static/{static().version}", "/v1/"):
        answer = await marta.client.get(path)
        assert answer.status_code in (401, 404, 405, 406), path
        assert "lib.js" not in answer.text
    answer = await marta.client.get(f"/static/{static().version}/")
    assert answer.status_code == 404


async def test_v13_4_4_trace_is_not_answered(marta: Person) -> None:
    for path in sorted({path for _, path in all_routes()}):
        headers = {"X-Secret": "do-not-repeat"}
        answer = await marta.client.request("TRACE", path, headers=headers)
        assert answer.status_code in (400, 401, 403, 404, 405), path
        assert "do-not-repeat" not in answer.text


async def test_v13_4_5_figures_are_for_those_who_run_it(marta: Person) -> None:
    assert (await marta.client.get("/metrics")).status_code == 401
    for path in ("/docs", "/redoc", "/swagger", "/graphql", "/debug", "/server-status"):
        assert (await marta.client.get(path)).status_code == 404, path


# V15 Documents about the architecture


def test_v15_1_2_every_library_is_in_the_inventory() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = [*project["dependencies"], *(one for name, extra in
             project.get("optional-dependencies", {}).items() if name != "dev"
             for one in extra)]  # fmt: skip
    told = re.sub(r"[_.]", "-", (ROOT / "docs/decisions.md").read_text(encoding="utf-8").lower())
    for line in lines:
        name = re.split(r"[<>=!~;\[ ]", line, maxsplit=1)[0].lower()
        plain = re.sub(r"[_.]", "-", name)
        assert plain in told or plain.partition("-")[0] in told, f"{name}: docs/decisions.md"


def test_v15_2_1_the_checkout_has_no_copied_library() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout
    names = [line for line in listed.splitlines() if re.search(r"(vendor|node_modules|third_party)/"
             r"|\.min\.js$|\.whl$|\.jar$", line)]  # fmt: skip
    assert names == []
