"""The pages in a real browser: when something is first seen, and how many bytes that takes.

Needs Chromium and Playwright (extra `dev`). Each figure is the median of loads in fresh contexts,
without a cache; the floor is the same browser on a page of one line.
"""

from __future__ import annotations

import contextlib
import shutil
import threading
from collections.abc import Generator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from statistics import median
from typing import TYPE_CHECKING

from jobtracker.cli.bench import Row, row
from jobtracker.cli.bench_http import serve
from jobtracker.core.bootstrap import Core
from jobtracker.core.errors import Unavailable

if TYPE_CHECKING:
    from playwright.sync_api import Browser

LOADS = 15
WAIT_MS = 60_000
_NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"]
_LINE = b"<!doctype html><html lang=en><title>x</title><h1>A line</h1>"
_PAINT = """() => new Promise((done) => new PerformanceObserver((list) => {
  const [entry] = list.getEntriesByName("first-contentful-paint");
  if (entry) done(entry.startTime);
}).observe({ type: "paint", buffered: true }))"""
_BYTES = """() => ["navigation", "resource"].flatMap((kind) => performance.getEntriesByType(kind))
  .filter((one) => !one.name.includes("/v1/")).reduce((sum, one) => sum + one.transferSize, 0)"""


def run(core: Core) -> list[Row]:
    """Measure the first contentful paint of the chat page and of the board, and their bytes.

    Raises:
        Unavailable: there is no browser.
    """
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as exc:
        raise Unavailable("the bench of pages needs playwright: pip install -e '.[dev]'") from exc
    program = next(filter(None, map(shutil.which, _NAMES)), None)
    if program is None:
        raise Unavailable(f"the bench of pages needs one of {', '.join(_NAMES)}")
    command = ["-m", "jobtracker", "serve", "--port", "0"]
    with (
        serve(command, JOBTRACKER_HOME=str(core.home)) as ours,
        _line() as bare,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=program, args=_FLAGS)
        try:
            return _measure(browser, f"http://127.0.0.1:{ours.port}", bare)
        finally:
            browser.close()


def _measure(browser: Browser, ours: str, bare: str) -> list[Row]:
    pages = {"chat": f"{ours}/", "board": f"{ours}/applications", "line": bare}
    paints: dict[str, list[float]] = {name: [] for name in pages}
    sizes: dict[str, float] = {}
    for number in range(LOADS + 2):
        for name, url in pages.items():  # in turn, so that a slow moment meets all
            paint, size = _load(browser, url)
            if number >= 2:
                paints[name].append(paint)
            sizes[name] = size
    floor = median(paints["line"])
    rows: list[Row] = []
    for name in ("chat", "board"):
        value = median(paints[name])
        rows.append(row(f"pages.{name}_first_paint", value, "ms", floor=floor, most=100.0))
        rows.append(row(f"pages.{name}_transferred", sizes[name] / 1000, "kB", most=60.0))
    return rows


def _load(browser: Browser, url: str) -> tuple[float, float]:
    """Return the first contentful paint in ms, and the bytes of the page and its files."""
    # No service worker: it would fetch the files of all pages ahead.
    context = browser.new_context(locale="en-GB", service_workers="block")
    try:
        context.set_default_timeout(WAIT_MS)
        page = context.new_page()
        page.goto(url)
        page.wait_for_load_state("networkidle")
        return float(page.evaluate(_PAINT)), float(page.evaluate(_BYTES))
    finally:
        context.close()


@contextlib.contextmanager
def _line() -> Generator[str]:
    """Serve a page of one line."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(_LINE)))
            self.end_headers()
            self.wfile.write(_LINE)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing of each request."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
