"""Logging in where a password is not enough: Google in the browser, Microsoft by device code.

Both end with a refresh token, which `CalendarService.connect` takes and seals.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, cast
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import httpx

from jobtracker.calendars.providers import google, graph
from jobtracker.calendars.providers.remote import TIMEOUT, check_url, error_of, request
from jobtracker.core.errors import AuthNeeded, ContractChanged, Unavailable

Json = dict[str, Any]
AUTH_URI = "https://accounts.google.com/o/oauth2/v2/auth"
_DONE = b"<!doctype html><title>Done</title><p>You can close this page and go back."


def _post(client: httpx.Client, name: str, url: str, form: dict[str, str]) -> tuple[int, Json]:
    answer = request(client, name, "POST", url, data=form)
    if answer.status_code >= 500 or answer.status_code == 429:
        raise error_of(name, answer.status_code, answer.headers)
    try:
        found = answer.json()
    except ValueError as exc:
        raise ContractChanged(f"{name} does not answer in JSON") from exc
    return answer.status_code, cast("Json", found)


def _refresh_token(name: str, found: Json) -> str:
    token = str(found.get("refresh_token", ""))
    if not token:
        reason = str(found.get("error_description") or found.get("error") or "no refresh token")
        raise AuthNeeded(f"{name} refused the login: {reason.splitlines()[0][:200]}")
    return token


def google_login(
    client_id: str,
    client_secret: str,
    show: Callable[[str], None],
    *,
    timeout: float = 300.0,
    auth_uri: str = AUTH_URI,
    token_uri: str = google.TOKEN_URI,
) -> str:
    """Log in by the browser and return the refresh token (installed-app flow with PKCE).

    `show` gets the address that the person opens; Google then calls back on loopback.
    https://developers.google.com/identity/protocols/oauth2/native-app

    Raises:
        AuthNeeded: the person said no, or did not finish in time.
    """
    verifier, state = secrets.token_urlsafe(64), secrets.token_urlsafe(24)
    digest = hashlib.sha256(verifier.encode()).digest()
    with _Callback() as server:
        asked = {
            "client_id": client_id, "redirect_uri": server.address, "response_type": "code",
            "scope": " ".join(google.SCOPES), "access_type": "offline", "prompt": "consent",
            "state": state, "code_challenge_method": "S256",
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        }  # fmt: skip
        show(f"{auth_uri}?{urlencode(asked)}")
        got = server.wait(state, timeout)
        form = {
            "grant_type": "authorization_code", "code": got, "client_id": client_id,
            "client_secret": client_secret, "redirect_uri": server.address,
            "code_verifier": verifier,
        }  # fmt: skip
        with httpx.Client(timeout=TIMEOUT) as client:
            _, found = _post(client, "Google", check_url(token_uri, private=False), form)
    return _refresh_token("Google", found)


class _Callback(HTTPServer):
    """Waits on loopback for the browser to come back with the code."""

    def __init__(self) -> None:
        self.got: dict[str, str] = {}
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def address(self) -> str:
        """The redirect URI."""
        return f"http://127.0.0.1:{self.server_port}/"

    def wait(self, state: str, timeout: float) -> str:
        """Return the code; other requests, a wrong `state` among them, are not heard."""
        until = time.monotonic() + timeout
        while time.monotonic() < until:
            self.timeout = max(0.05, until - time.monotonic())
            self.handle_request()
            if self.got.get("state") != state:
                continue
            if code := self.got.get("code"):
                return code
            raise AuthNeeded(f"Google refused the login: {self.got.get('error', 'no code')[:100]}")
        raise AuthNeeded("the login was not finished in time; start again")


class _Handler(BaseHTTPRequestHandler):
    timeout = 5

    def do_GET(self) -> None:
        query = parse_qs(urlsplit(self.path).query)
        cast("_Callback", self.server).got = {key: values[0] for key, values in query.items()}
        self.send_response(200)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.send_header("content-length", str(len(_DONE)))
        self.end_headers()
        self.wfile.write(_DONE)

    def log_message(self, format: str, *args: Any) -> None:
        """Keep the code out of every log."""


@dataclass(frozen=True)
class DeviceCode:
    """What the person types at `address`; `secret` and `interval` are for `graph_finish`."""

    code: str
    address: str
    secret: str
    interval: float
    expires_in: float


def graph_begin(client_id: str, tenant: str = "common", login: str = graph.LOGIN) -> DeviceCode:
    """Ask Microsoft for a device code.
    https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code

    Raises:
        AuthNeeded: the client id is unknown there.
        Unavailable: Microsoft cannot be reached.
    """
    with httpx.Client(timeout=TIMEOUT) as client:
        form = {"client_id": client_id, "scope": graph.SCOPE}
        status, found = _post(client, "Microsoft", _url(login, tenant, "devicecode"), form)
    if status >= 400 or "device_code" not in found:
        raise AuthNeeded(f"Microsoft refused the login: {str(found.get('error', status))[:100]}")
    return DeviceCode(
        str(found.get("user_code", "")),
        str(found.get("verification_uri", "")),
        str(found["device_code"]),
        float(found.get("interval", 5)),
        float(found.get("expires_in", 900)),
    )


def graph_finish(
    client_id: str,
    device: DeviceCode,
    tenant: str = "common",
    login: str = graph.LOGIN,
    sleep: Callable[[float], None] = time.sleep,
) -> str:
    """Wait until the person has logged in, and return the refresh token.

    Raises:
        AuthNeeded: the person said no, or the code expired.
    """
    interval, waited = device.interval, 0.0
    form = {
        "grant_type": "urn:ietf:params:oauth:grant-type:device_code", "client_id": client_id,
        "device_code": device.secret,
    }  # fmt: skip
    with httpx.Client(timeout=TIMEOUT) as client:
        while waited < device.expires_in:
            sleep(interval)
            waited += interval
            try:
                _, found = _post(client, "Microsoft", _url(login, tenant, "token"), form)
            except Unavailable:
                continue
            error = found.get("error")
            if error == "slow_down":
                interval += 5
            elif error != "authorization_pending":
                return _refresh_token("Microsoft", found)
    raise AuthNeeded("the login was not finished in time; start again")


def _url(login: str, tenant: str, what: str) -> str:
    return f"{check_url(login, private=False).rstrip('/')}/{quote(tenant)}/oauth2/v2.0/{what}"
