"""What all tests share: a home of their own, a fixed clock, and no network but loopback."""

from __future__ import annotations

import gc
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from jobtracker.core.bootstrap import Core
from jobtracker.core.settings import Settings, load_settings
from tests.ready import Ready

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
NOW = "2026-11-23T09:00:00+01:00"

# The same cases on every machine and no clock in a verdict;
# `--hypothesis-profile explore` draws new ones.
hypothesis_settings.register_profile(
    "house", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.register_profile(
    "explore", deadline=None, max_examples=1000, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("house")

# A fifth of the suite's time went into walking what was imported and collected, which lives on.
gc.set_threshold(50_000, 20, 50)


def pytest_collection_finish() -> None:
    """Leave out what is there from now on."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith("JOBTRACKER_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("JOBTRACKER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TZ", "Europe/Zurich")


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that leaves this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if (
            isinstance(host, str)
            and host
            and not (host.startswith("127.") or host in ("::1", "localhost"))
        ):
            raise OSError(f"the tests reach loopback only, not {host}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session", autouse=True)
def _ready(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ready]:
    """Let new homes begin with copies of databases that this run has made."""
    ready = Ready(tmp_path_factory.mktemp("ready"))
    with ready.used():
        yield ready


@pytest.fixture
def real_store(_ready: Ready, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have new databases migrated and the samples written, as a new home does."""
    monkeypatch.setattr(_ready, "wanted", False)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with a home of the test's own and a fixed clock."""
    return load_settings(home=str(tmp_path / "home"), now=NOW, timezone="Europe/Zurich")


@pytest.fixture
def core(settings: Settings) -> Iterator[Core]:
    """An open core."""
    opened = Core(settings)
    yield opened
    opened.close()


@pytest.fixture
def shared_data() -> Path:
    """The folder of real files; the test is skipped where it is absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip("../shared/data is not here")
    return SHARED_DATA
