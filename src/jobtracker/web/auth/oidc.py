"""Signing in by another service: OpenID Connect, code flow with PKCE.

State, nonce and code verifier lie in a challenge of ours that is used once; the browser carries
its digest in a cookie, so that nobody can finish another browser's login (RFC 9700, section 4.7).
The issuer in the answer is checked where it is given (RFC 9207), the token always.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

from jobtracker.accounts.keys import digest, new_key, same
from jobtracker.core.errors import AuthNeeded, BadInput, ContractChanged, Forbidden, NotFound
from jobtracker.web.auth.issuer import Issuer

if TYPE_CHECKING:
    from jobtracker.accounts.model import Account
    from jobtracker.core.settings_groups import OidcProvider
    from jobtracker.web.auth.state import Auth

KIND = "oidc"
_ALGORITHMS = ("RS256", "PS256", "ES256", "ES384", "EdDSA")


@dataclass(frozen=True)
class Begun:
    """A login that was begun: where the browser goes, and what it is to carry."""

    url: str
    cookie: str


@dataclass(frozen=True)
class Finished:
    """A login that the provider has confirmed. `linked`: it was added to a signed-in account."""

    account: Account
    target: str
    linked: bool


class Oidc:
    """The configured providers. All methods block."""

    def __init__(self, auth: Auth) -> None:
        self._auth = auth
        self._issuers: dict[str, Issuer] = {}

    def begin(self, key: str, callback: str, target: str, user: str | None) -> Begun:
        """Begin a login; `user` is who is signed in and wants to link it, None otherwise.

        Raises:
            NotFound: no such provider.
            Unavailable, ContractChanged: the provider does not answer as it should.
        """
        from authlib.oauth2 import rfc7636
        from authlib.oauth2.rfc6749 import parameters

        provider, issuer = self._provider(key)
        verifier, nonce = new_key(), new_key()
        data = {"provider": key, "nonce": nonce, "verifier": verifier, "target": target}
        state = self._auth.challenges.put(KIND, user, data)
        url = str(
            cast("Any", parameters).prepare_grant_uri(
                _endpoint(issuer, "authorization_endpoint"),
                client_id=provider.client_id,
                response_type="code",
                redirect_uri=callback,
                scope="openid profile",
                state=state,
                nonce=nonce,
                code_challenge=cast("Any", rfc7636).create_s256_code_challenge(verifier),
                code_challenge_method="S256",
            )
        )
        return Begun(url, digest(state))

    def finish(
        self, key: str, callback: str, code: str, state: str, iss: str | None, cookie: str | None
    ) -> Finished:
        """Check the provider's answer and return whose login it is.

        Raises:
            AuthNeeded: the answer is forged, replayed, or another browser's.
            Forbidden: nobody here has this login, and the provider may not bring people in.
        """
        if not cookie or not same(cookie, digest(state)):
            raise AuthNeeded("this sign-in was begun in another browser; start again")
        begun = self._auth.challenges.take(KIND, state)
        provider, issuer = self._provider(key)
        if begun.data["provider"] != key or (iss is not None and iss != issuer.name):
            raise AuthNeeded("this sign-in was begun with another service; start again")
        claims = self._exchange(provider, issuer, callback, code, begun.data)
        subject = str(claims["sub"])
        if begun.user is not None:
            self._auth.identities.link(begun.user, key, issuer.name, subject)
            return Finished(self._auth.accounts.get(begun.user), begun.data["target"], True)
        account = self._auth.identities.find(issuer.name, subject)
        if account is None:
            if not provider.create:
                raise Forbidden(
                    f"nobody here has this login; sign in another way and add {provider.name} in "
                    "the settings, or ask for an invitation"
                )
            wish = str(claims.get("preferred_username", ""))
            shown = str(claims.get("name", ""))[:100]
            account = self._auth.identities.create(key, issuer.name, subject, wish, shown)
        return Finished(account, begun.data["target"], False)

    def _exchange(
        self, provider: OidcProvider, issuer: Issuer, callback: str, code: str, data: dict[str, Any]
    ) -> dict[str, Any]:
        """Trade the code for the ID token and return its checked claims."""
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": callback,
            "code_verifier": str(data["verifier"]),
        }
        headers = {"Accept": "application/json"}
        secret = provider.client_secret.get_secret_value()
        if secret:
            pair = f"{quote(provider.client_id, '')}:{quote(secret, '')}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        else:
            fields["client_id"] = provider.client_id
        try:
            answer: Any = self._auth.core.http.post_form(
                _endpoint(issuer, "token_endpoint"), fields, headers
            ).json(provider.name)
        except BadInput as exc:  # RFC 6749, section 5.2: invalid_grant and its like are 400
            raise AuthNeeded(f"{provider.name} did not accept the sign-in; start again") from exc
        token = cast("dict[str, Any]", answer).get("id_token") if isinstance(answer, dict) else None
        if not isinstance(token, str):
            raise ContractChanged(f"{provider.name} sent no ID token; it must support OpenID")
        audience = {"essential": True, "value": provider.client_id}
        nonce = {"essential": True, "value": data["nonce"]}
        _, claims = issuer.verify(
            token, _ALGORITHMS, aud=audience, nonce=nonce, iat={"essential": True}
        )
        named = claims.get("azp")
        several = not isinstance(claims["aud"], str) and len(claims["aud"]) > 1
        if (several and named is None) or (named is not None and named != provider.client_id):
            raise AuthNeeded("this token was made for another program; start again")
        return claims

    def _provider(self, key: str) -> tuple[OidcProvider, Issuer]:
        provider = self._auth.core.settings.oidc.providers.get(key)
        if provider is None:
            raise NotFound(f"there is no sign-in service {key[:32]!r} here")
        if key not in self._issuers:
            self._issuers[key] = Issuer(self._auth.core, provider.issuer)
        return provider, self._issuers[key]


def _endpoint(issuer: Issuer, name: str) -> str:
    url = issuer.metadata().get(name)
    if not isinstance(url, str):
        raise ContractChanged(f"{issuer.name} names no {name}")
    return url
