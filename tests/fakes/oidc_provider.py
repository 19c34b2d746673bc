"""An OpenID provider on loopback: discovery, keys, codes with PKCE, signed tokens."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import secrets
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey

CLIENT, SECRET = "job-tracker", "s3cret value"


@dataclass
class OidcProvider:
    """What the provider knows, and what it is told to do wrong."""

    url: str = ""
    now: int = 0
    subject: str = "person-1"
    key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256", {"kid": "k1"}))
    claims: dict[str, Any] = field(default_factory=dict)
    """Laid over the claims of every ID token."""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    metadata: dict[str, Any] = field(default_factory=dict)

    def rotate(self, name: str) -> None:
        """Sign with another key from now on."""
        self.key = ECKey.generate_key("P-256", {"kid": name})

    def approve(self, authorization_url: str) -> str:
        """Let the person say yes: return where the browser is sent back to."""
        query = {k: v[0] for k, v in parse_qs(urlsplit(authorization_url).query).items()}
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        assert query["client_id"] == CLIENT
        code = secrets.token_urlsafe(16)
        self.codes[code] = query
        return f"{query['redirect_uri']}?code={code}&state={query['state']}"

    def sign(self, header: dict[str, Any] | None = None, **claims: Any) -> str:
        """Return a token with these claims."""
        whole = {"iss": self.url, "sub": self.subject, "iat": self.now, "exp": self.now + 300}
        whole |= claims
        head = {"alg": "ES256", "kid": self.key.kid} | (header or {})
        return jwt.encode(head, {k: v for k, v in whole.items() if v is not None}, self.key)

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """Answer the token endpoint."""
        pair = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        if pair != f"{CLIENT}:{SECRET.replace(' ', '%20')}":
            return 401, {"error": "invalid_client"}
        begun = self.codes.pop(form.get("code", ""), None)
        if begun is None or begun["redirect_uri"] != form.get("redirect_uri"):
            return 400, {"error": "invalid_grant"}
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != begun["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        claims = {"aud": CLIENT, "nonce": begun["nonce"], "preferred_username": "Marta.Keller"}
        return 200, {"token_type": "Bearer", "id_token": self.sign(**(claims | self.claims))}


@contextlib.contextmanager
def oidc_provider(now: int) -> Iterator[OidcProvider]:
    """Run a provider."""
    provider = OidcProvider(now=now)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            provider.asked.append(self.path)
            if self.path.endswith("/.well-known/openid-configuration"):
                found = {
                    "issuer": provider.url,
                    "authorization_endpoint": f"{provider.url}/authorize",
                    "token_endpoint": f"{provider.url}/token",
                    "jwks_uri": f"{provider.url}/keys",
                }
                self._answer(200, found | provider.metadata)
            elif self.path == "/keys":
                public = provider.key.as_dict(private=False)
                self._answer(200, {"keys": [public, {"kty": "oct", "k": "c2VjcmV0", "kid": "k0"}]})
            else:
                self._answer(404, {})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {k: v[0] for k, v in parse_qs(body).items()}
            self._answer(*provider.token(form, self.headers.get("Authorization", "")))

        def _answer(self, status: int, body: dict[str, Any]) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    provider.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
