"""Connecting calendars by the command line: a password from standard input, logins in a browser."""

import json
import os
import re
import subprocess
import sys
import threading
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.calendars.fakes import Fake, FakeGoogle, FakeGraph, serving
from tests.calendars.radicale_server import radicale

NOW = "2026-11-23T09:00:00+01:00"


def started(home: Path, *arguments: str, **more: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "JOBTRACKER_HOME": str(home), "JOBTRACKER_NOW": NOW, **more}
    return subprocess.Popen(
        [sys.executable, "-m", "jobtracker", "calendar", *arguments], env=environment, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def run(home: Path, *arguments: str, given: str = "", **more: str) -> tuple[int, str, str]:
    process = started(home, *arguments, **more)
    out, err = process.communicate(given, timeout=110)
    return process.returncode, out, err


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def test_a_caldav_account_is_connected_listed_chosen_and_forgotten(
    home: Path, tmp_path: Path
) -> None:
    with radicale(tmp_path) as server:
        where = ["--url", server.url, "--username", "me"]
        code, out, err = run(home, "connect", "caldav", *where, "--json", given="right\n")
        assert code == 0, err
        [made] = json.loads(out)["calendars"]
        code, out, _ = run(home, "choose", made["calendar_id"], "--json")
        chosen = {c["calendar_id"]: c["chosen"] for c in json.loads(out)["calendars"]}
        assert chosen == {"local": False, made["calendar_id"]: True}
        stored = (home / "jobtracker.db").read_bytes()
        assert b"right" not in stored.replace(b"rights", b"")
        code, out, _ = run(home, "disconnect", made["calendar_id"], "--yes", "--json")
        assert [c["calendar_id"] for c in json.loads(out)["calendars"]] == ["local"]


def test_a_wrong_password_is_one_line_and_nothing_is_kept(home: Path, tmp_path: Path) -> None:
    with radicale(tmp_path) as server:
        where = ["--url", server.url, "--username", "me"]
        code, _, err = run(home, "connect", "caldav", *where, given="wrong\n")
        assert code == 1 and "password" in err and err.count("\n") == 1 and "wrong" not in err
        code, out, _ = run(home, "accounts", "--json")
        assert len(json.loads(out)["calendars"]) == 1


def test_no_password_is_told(home: Path) -> None:
    where = ["--url", "https://dav.example.org/", "--username", "me"]
    code, _, err = run(home, "connect", "caldav", *where)
    assert code == 1 and "no password was given" in err


def _google(fake: Fake) -> dict[str, str]:
    return {
        "JOBTRACKER_CALENDAR__GOOGLE_CLIENT_ID": "client",
        "JOBTRACKER_CALENDAR__GOOGLE_CLIENT_SECRET": "hush-hush",
        "JOBTRACKER_CALENDAR__GOOGLE_URL": f"{fake.url}calendar/v3/",
        "JOBTRACKER_CALENDAR__GOOGLE_TOKEN_URL": f"{fake.url}token",
    }


class Login(FakeGoogle):
    """Gives a refresh token with each access token, as a first login does."""

    def token(self) -> tuple[int, object, dict[str, str]]:
        status, body, headers = super().token()
        assert isinstance(body, dict)
        return status, {**body, "refresh_token": "refresh-secret"}, headers


def test_google_is_connected_by_the_browser(home: Path) -> None:
    with serving(Login()) as fake:
        process = started(home, "connect", "google", "--json", **_google(fake))
        assert process.stderr is not None
        address = ""
        while not address:
            line = process.stderr.readline()
            assert line, "no address was shown"
            address = line.strip() if line.startswith("http") else ""
        asked = {key: values[0] for key, values in parse_qs(urlsplit(address).query).items()}
        assert "calendar.freebusy" in asked["scope"] and asked["code_challenge_method"] == "S256"
        httpx.get(f"{asked['redirect_uri']}?code=abc&state={asked['state']}", timeout=60)
        out, err = process.communicate(timeout=110)
        assert process.returncode == 0, err
        assert json.loads(out)["calendars"][0]["provider"] == "google"
    kept = (home / "jobtracker.db").read_bytes() + b"".join(
        path.read_bytes() for path in (home / "logs").glob("*") if path.is_file()
    )
    assert b"refresh-secret" not in kept and b"hush-hush" not in kept


class Device(FakeGraph):
    """Hands out a device code, and the tokens once it was asked for them."""

    def token(self) -> tuple[int, object, dict[str, str]]:
        status, body, headers = super().token()
        assert isinstance(body, dict)
        return status, {**body, "refresh_token": "refresh-secret"}, headers


def test_microsoft_is_connected_by_device_code(home: Path) -> None:
    with serving(Device()) as fake:
        more = {
            "JOBTRACKER_CALENDAR__MICROSOFT_CLIENT_ID": "app",
            "JOBTRACKER_CALENDAR__MICROSOFT_URL": f"{fake.url}v1.0/",
            "JOBTRACKER_CALENDAR__MICROSOFT_LOGIN_URL": fake.url,
        }
        code, out, err = run(home, "connect", "microsoft", "--json", **more)
    assert code == 0, err
    assert re.search(r"https://microsoft\.com/devicelogin and type the code ABC-123", err)
    assert json.loads(out)["calendars"][0]["provider"] == "graph"


def test_a_tool_begins_a_login_and_tells_how_it_went(tmp_path: Path) -> None:
    from jobtracker.calendars.service import CalendarService
    from jobtracker.core.bootstrap import Core
    from jobtracker.core.settings import load_settings

    with serving(Login()) as fake:
        own = {key.rpartition("__")[2].lower(): value for key, value in _google(fake).items()}
        core = Core(load_settings(home=str(tmp_path), now=NOW, calendar=_calendar(own)))
        service = CalendarService(core)
        try:
            first = service.connector.begin("ann", "google")
            assert first.status == "waiting" and first.open is not None
            asked = {k: v[0] for k, v in parse_qs(urlsplit(first.open).query).items()}
            assert service.connector.begin("ann", "google").open == first.open
            httpx.get(f"{asked['redirect_uri']}?code=abc&state={asked['state']}", timeout=60)
            ended = threading.Event()
            deadline = 600
            while (now := service.connector.begin("ann", "google")).status == "waiting":
                ended.wait(0.05)
                deadline -= 1
                assert deadline > 0
            assert now.status == "connected" and now.calendar is not None
            assert [c.provider for c in service.list_calendars("bob").calendars] == ["local_folder"]
        finally:
            service.close()
            core.close()


def _calendar(own: dict[str, str]) -> dict[str, object]:
    from jobtracker.core.settings import default_values

    return {**default_values()["calendar"], **own}
