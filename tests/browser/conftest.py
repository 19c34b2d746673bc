"""A real server in a process of its own, and a real browser on it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.ready import seed

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
NOW = "2026-11-23T09:00:00+01:00"
PATIENCE = 60_000
"""Milliseconds; a loaded machine is no failure."""


class Server:
    """A running `jobtracker serve`."""

    def __init__(self, home: Path, **settings: str) -> None:
        self.home = home
        self.environment = {
            **{key: value for key, value in os.environ.items() if "JOBTRACKER" not in key},
            "JOBTRACKER_HOME": str(home),
            "JOBTRACKER_NOW": NOW,
            "JOBTRACKER_TIMEZONE": "Europe/Zurich",
            **settings,
        }
        self.url = ""
        self.said: list[str] = []

    @contextmanager
    def running(self) -> Iterator[Server]:
        """Start it and wait until it is ready."""
        seed(self.home)
        process = subprocess.Popen(
            [sys.executable, "-m", "jobtracker", "serve", "--port", "0"],
            env=self.environment,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            assert process.stderr is not None
            for line in process.stderr:
                self.said.append(line)
                if "ready at" in line:
                    self.url = line.rsplit(" ", 1)[1].strip()
                    break
            assert self.url, "".join(self.said)
            yield self
        finally:
            process.terminate()
            try:
                process.communicate(timeout=60)
            except subprocess.TimeoutExpired:
                process.kill()

    def command(self, *arguments: str) -> str:
        """Run a command on the same home and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "jobtracker", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout


# No longer than a module: while it is open a loop runs in this thread, and no other can.
@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    """Chromium without a window."""
    sync_api = pytest.importorskip("playwright.sync_api")
    if not CHROMIUM.exists():
        pytest.skip("chromium is not installed (Debian: chromium)")
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server in single-user mode, one for all tests of a module."""
    with Server(tmp_path_factory.mktemp("home")).running() as started:
        yield started


@pytest.fixture
def open_page(browser: object) -> Iterator[Callable[..., object]]:
    """Open pages whose errors and policy violations fail the test."""
    contexts: list[object] = []
    wrong: list[str] = []

    def make(address: str, **options: object) -> object:
        context = browser.new_context(locale="en-GB", **options)  # type: ignore[attr-defined]
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on(
            "console",
            lambda said: (
                wrong.append(said.text) if "Content Security Policy" in said.text else None
            ),
        )
        page.on(
            "request",
            lambda sent: (
                None
                if sent.url.startswith((address.rsplit("/", 1)[0], "data:", "blob:"))
                else wrong.append(f"asked {sent.url}")
            ),
        )
        page.goto(address)
        page.wait_for_load_state("networkidle")
        return page

    yield make
    for context in contexts:
        context.close()  # type: ignore[attr-defined]
    assert wrong == []
