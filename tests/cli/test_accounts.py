"""`jobtracker accounts`: looking after a server's people on the machine itself."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from typer.testing import CliRunner

from jobtracker.accounts.service import Accounts
from jobtracker.cli.accounts import announce_setup, app
from jobtracker.core.bootstrap import Core
from jobtracker.core.errors import BadInput, Forbidden
from jobtracker.core.settings import load_settings
from tests.web.people import PASSWORD


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("JOBTRACKER_SERVER__ACCOUNTS", "invite")
    monkeypatch.setenv("JOBTRACKER_SERVER__PUBLIC_URL", "https://jobs.example.test")
    return tmp_path


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def key_of(url: str) -> str:
    return urlsplit(url).fragment.partition("=")[2]


def open_accounts() -> tuple[Core, Accounts]:
    core = Core(load_settings())
    return core, Accounts(core)


def test_the_first_account_is_made_with_the_key_of_the_terminal(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    core, accounts = open_accounts()
    try:
        announce_setup(core, "https://jobs.example.test")
        printed = capsys.readouterr().err
        assert "https://jobs.example.test/register#invite=" in printed
        with pytest.raises(Forbidden):
            accounts.register("mallory", PASSWORD)
        first = accounts.register("marta", PASSWORD, invite=key_of(printed.split()[-1]))
        assert (first.role, first.user_id) == ("admin", "local")
        announce_setup(core, "https://jobs.example.test")
        assert capsys.readouterr().err == ""
        with pytest.raises(Forbidden):
            accounts.register("mallory", PASSWORD, invite=key_of(printed.split()[-1]))
    finally:
        core.close()


def test_an_invitation_is_good_once(home: Path) -> None:
    url = json.loads(run("invite", "--json"))["url"]
    core, accounts = open_accounts()
    try:
        assert accounts.register("urs", PASSWORD, invite=key_of(url)).role == "user"
        with pytest.raises(Forbidden, match="invitation"):
            accounts.register("reto", PASSWORD, invite=key_of(url))
    finally:
        core.close()


def test_listing_promoting_resetting_and_deleting(home: Path) -> None:
    core, accounts = open_accounts()
    try:
        for name in ("marta", "urs"):
            _, key = None, accounts.invite()[0]
            accounts.register(name, PASSWORD, invite=key)
        run("make-admin", "marta")
        listed = json.loads(run("list", "--json"))["accounts"]
        assert [(one["name"], one["role"]) for one in listed] == [
            ("marta", "admin"),
            ("urs", "user"),
        ]
        key = key_of(json.loads(run("reset", "urs", "--json"))["url"])
        accounts.reset(key, "another set of words 5")
        assert accounts.authenticate("urs", "another set of words 5").name == "urs"
        with pytest.raises(BadInput, match="only admin"):
            accounts.check_deletable(accounts.find("marta").user_id)
        run("delete", "urs", "--yes")
        assert [one.name for one in accounts.all()] == ["marta"]
    finally:
        core.close()
