"""Logs: to a file in the home folder for commands, to standard error for servers; never secrets."""

from __future__ import annotations

import json
import logging
import logging.handlers
import sys
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
"""Of the request that is being answered; empty outside of one."""
FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
MAX_BYTES = 2_000_000


def log_to_file(folder: Path, level: str) -> None:
    """Send all logs to `jobtracker.log` in the folder: a person's terminal shows answers only.

    Where the file cannot be written, errors alone go to standard error.
    """
    handler: logging.Handler
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handler = logging.handlers.RotatingFileHandler(
            folder / "jobtracker.log",
            maxBytes=MAX_BYTES,
            backupCount=2,
            encoding="utf-8",
            delay=True,
        )
    except OSError:
        handler = logging.StreamHandler(sys.stderr)
        handler.setLevel(logging.CRITICAL)
    _install(handler, level)


def log_to_stderr(level: str, *, as_json: bool = False) -> None:
    """Send all logs to standard error, which MCP leaves to servers for that."""
    _install(logging.StreamHandler(sys.stderr), level, JsonLines() if as_json else None)


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, logger, message, the request's id, where it broke.

    Fields that a caller adds by ``extra={"fields": {…}}`` are kept. Of an exception its type and
    its frames are kept and its message is not: that may hold what a person wrote.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if number := REQUEST_ID.get():
            line["request_id"] = number
        line.update(getattr(record, "fields", {}))
        if record.exc_info and record.exc_info[0] is not None:
            frames = traceback.extract_tb(record.exc_info[2])
            line["exception"] = record.exc_info[0].__name__
            line["frames"] = [f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in frames[-12:]]
        return json.dumps(line, ensure_ascii=False, default=str)


def _install(handler: logging.Handler, level: str, shape: logging.Formatter | None = None) -> None:
    logging.raiseExceptions = False  # a full disk must not print the logger's own traceback
    handler.setFormatter(shape or logging.Formatter(FORMAT))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # These two log whole requests at INFO: addresses and bodies are the person's business.
    for noisy in ("httpx", "httpcore"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
