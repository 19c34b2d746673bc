"""An authorization server or identity provider: its metadata, its keys, its signed tokens.

Metadata after RFC 8414 and OpenID Connect Discovery, keys after RFC 7517; both are fetched through
`core.http`, kept for a while, and keys are fetched again when a token names one that is not known,
so that the issuer can change its keys at any time.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from jobtracker.core.errors import AuthNeeded, ContractChanged, NotFound

if TYPE_CHECKING:
    from joserfc.jwk import KeySet

    from jobtracker.core.bootstrap import Core

_KEEP_SECONDS = 600.0
_AGAIN_SECONDS = 20.0
"""Keys are fetched again for an unknown key id this often at most: a forger invents ids."""
LEEWAY_SECONDS = 30
_TYPES = frozenset({"", "jwt", "at+jwt", "application/at+jwt"})
_MAX_TOKEN = 16_000


class Issuer:
    """One issuer. Safe to use from several threads; all methods block."""

    def __init__(self, core: Core, issuer: str, jwks_url: str = "") -> None:
        self._core = core
        self.name = issuer
        self._jwks_url = jwks_url
        self._lock = threading.Lock()
        self._metadata: tuple[float, dict[str, Any]] | None = None
        self._keys: tuple[float, KeySet] | None = None

    def metadata(self) -> dict[str, Any]:
        """Return the metadata of the issuer.

        Raises:
            ContractChanged: what it publishes is of another issuer, or no metadata.
            Unavailable: it does not answer.
        """
        with self._lock:
            if self._metadata and self._metadata[0] > time.monotonic():
                return self._metadata[1]
            found = self._discover()
            if found.get("issuer") != self.name:
                raise ContractChanged(
                    f"{self.name} says that it is {str(found.get('issuer'))[:200]!r}; "
                    "write the issuer exactly as it names itself"
                )
            self._metadata = (time.monotonic() + _KEEP_SECONDS, found)
            return found

    def _discover(self) -> dict[str, Any]:
        parts = urlsplit(self.name)
        path = parts.path.rstrip("/")
        base = f"{parts.scheme}://{parts.netloc}"
        for url in (
            f"{base}{path}/.well-known/openid-configuration",
            f"{base}/.well-known/oauth-authorization-server{path}",
        ):
            try:
                found = self._core.http.get(url, follow=False).json(self.name)
            except NotFound:
                continue
            if isinstance(found, dict):
                return cast("dict[str, Any]", found)
        raise ContractChanged(f"{self.name} publishes no metadata (RFC 8414)")

    def verify(
        self, token: str, algorithms: Sequence[str], **claims: Any
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return header and claims of a token that this issuer has signed and that is good now.

        `claims` are rules of joserfc beyond those for issuer, expiry, `nbf` and `iat`.

        Raises:
            AuthNeeded: it is forged, expired, not yet good, or for somebody else.
        """
        from joserfc import jwt
        from joserfc.errors import JoseError

        if len(token) > _MAX_TOKEN or token.count(".") != 2:
            raise _refused()
        rules: dict[str, Any] = {
            "iss": {"essential": True, "value": self.name},
            "exp": {"essential": True},
            "sub": {"essential": True},
            **claims,
        }
        now = int(self._core.clock.now().timestamp())
        try:
            decoded = jwt.decode(token, self._find_keys(_key_id(token)), list(algorithms))
            if str(decoded.header.get("typ", "")).lower() not in _TYPES:
                raise _refused()
            registry = jwt.JWTClaimsRegistry(now=now, leeway=LEEWAY_SECONDS, **rules)
            registry.validate(decoded.claims)
        except (JoseError, ValueError, TypeError, RecursionError) as exc:
            raise _refused() from exc
        return decoded.header, decoded.claims

    def _find_keys(self, key_id: str | None) -> KeySet:
        """Return the issuer's keys, fetched again where one of that id is not among them."""
        kept = self._keys
        now = time.monotonic()
        if kept is not None:
            age = now - kept[0]
            known = key_id is None or any(key.kid == key_id for key in kept[1].keys)
            if age < (_KEEP_SECONDS if known else _AGAIN_SECONDS):
                return kept[1]
        url = self._jwks_url or str(self.metadata().get("jwks_uri", ""))
        fetched = self._core.http.get(url).json(self.name)
        keys = _public_keys(fetched, self.name)
        self._keys = (now, keys)
        return keys


def _public_keys(fetched: Any, name: str) -> KeySet:
    """Return the usable public keys; those of kinds that we do not know are left out."""
    from joserfc.errors import JoseError
    from joserfc.jwk import JWKRegistry, KeySet

    listed = cast("Any", fetched).get("keys") if isinstance(fetched, dict) else None
    if not isinstance(listed, list):
        raise ContractChanged(f"{name} publishes no key set (RFC 7517)")
    keys: list[Any] = []
    for entry in cast("list[Any]", listed)[:100]:
        # A symmetric key in a public document would let everybody sign.
        if not isinstance(entry, dict) or cast("Any", entry).get("kty") not in {"RSA", "EC", "OKP"}:
            continue
        try:
            keys.append(JWKRegistry.import_key(cast("Any", entry)))
        except (JoseError, ValueError, TypeError):
            continue
    return KeySet(keys)


def _key_id(token: str) -> str | None:
    import base64
    import json

    head = token.split(".")[0]
    try:
        header: Any = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
        found = header.get("kid")
    except (ValueError, AttributeError, RecursionError):
        return None
    return found if isinstance(found, str) else None


def _refused() -> AuthNeeded:
    return AuthNeeded("this token is forged, expired or meant for another server; get a new one")
