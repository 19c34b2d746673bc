"""Making an account and signing in, in a real browser, with a second factor."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pyotp
import pytest

from .conftest import Server

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.xdist_group("browser"),
]
PASSWORD = "gelbe Velos fahren nachts bergauf"
Open = Callable[..., Any]


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with accounts."""
    started = Server(tmp_path_factory.mktemp("home"), JOBTRACKER_SERVER__ACCOUNTS="invite")
    # One-time passwords live by the real clock.
    del started.environment["JOBTRACKER_NOW"]
    with started.running():
        yield started


def test_an_account_is_made_guarded_by_a_second_factor_and_signed_in_to(
    guarded: Server, open_page: Open
) -> None:
    page = open_page(f"{guarded.url}/memory")
    assert page.url.endswith("/sign-in?next=/memory")
    page.get_by_role("link", name="Set this server up").click()
    key = re.search(r"invite=([\w.-]+)|key[^:]*: *(\S+)", "".join(guarded.said))
    assert key is not None, guarded.said
    page.get_by_label("Setup key").fill(key[1] or key[2])
    page.get_by_label("User name").fill("anna")
    page.get_by_label("New password").fill("too short")
    page.get_by_role("button", name="Make the account").click()
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_role("button", name="Make the account").click()
    page.locator("#set-up-totp").click()
    secret = page.locator("#totp-secret").inner_text()
    page.get_by_label("Code", exact=True).fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Confirm").click()
    codes = page.get_by_role("dialog").locator("pre").inner_text().split()
    assert len(codes) >= 8
    page.get_by_role("button", name="I have kept them").click()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("heading", name="Sign in").wait_for()

    page.get_by_label("User name").fill("anna")
    page.get_by_label("Password").fill("wrong wrong wrong")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("alert").wait_for()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("alert").wait_for()
    page.get_by_label("Code").fill(codes[0])
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("heading", name="Chat").wait_for(state="attached")
    page.get_by_label("Your message").fill("what is open?")
    page.get_by_role("button", name="Send").click()
    page.locator(".turn.it .tools").first.wait_for()
