"""The model's answers, kept: the same question is paid for once.

The key holds everything that matters: model, server, parameters, the whole text of the question
(and so the prompts, filled), the tools, and which repetition it is. What differs from run to run
without meaning anything (the boundary of data, ids drawn by chance, paths of throw-away folders,
durations) is replaced by its order of appearance, in the key and in the answer; on the way back
the answer gets the ids of the present run.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
import threading
from pathlib import Path
from typing import Any

from jobtracker.core.errors import Unavailable

_BOUNDARY = re.compile(r"<data ([0-9a-f]{8}) ")
_CHANCE = re.compile(r"\b[a-z]{2,8}_[0-9a-f]{8,40}\b|[^\s\"'(]*jobtracker-eval-[^\s\"')]*")
_DURATION = re.compile(r'("(?:took_ms|elapsed_ms)"\s*:\s*)[\d.]+')
_MARK = re.compile(r"⟦(\d+)⟧")


class Names:
    """What was drawn by chance in one conversation, by order of appearance."""

    def __init__(self, text: str) -> None:
        found = [*_BOUNDARY.findall(text), *_CHANCE.findall(text)]
        self._number = {name: number for number, name in enumerate(dict.fromkeys(found))}
        self._names = list(self._number)
        longest_first = sorted(self._names, key=len, reverse=True)
        self._any = re.compile("|".join(map(re.escape, longest_first))) if found else None

    def hide(self, text: str) -> str:
        """Return the text with a number for each name, and without durations."""
        text = _DURATION.sub(r"\g<1>0", text)
        if self._any is None:
            return text
        return self._any.sub(lambda match: f"⟦{self._number[match[0]]}⟧", text)

    def show(self, text: str) -> str:
        """Return the text with the names again."""

        def name(match: re.Match[str]) -> str:
            number = int(match[1])
            return self._names[number] if number < len(self._names) else match[0]

        return _MARK.sub(name, text)


def key_of(**question: Any) -> tuple[str, Names]:
    """Return the key of a question, and the names in it."""
    text = json.dumps(question, sort_keys=True, ensure_ascii=False, default=str)
    plain = text.replace("\\n", "\n").replace('\\"', '"')
    names = Names(plain)
    return hashlib.sha256(names.hide(plain).encode()).hexdigest(), names


class Answers:
    """A file of answers, safe for several threads and processes.

    Raises:
        Unavailable: the file cannot be opened or written.
    """

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, timeout=30, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute(
                "CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, answer TEXT NOT NULL)"
            )
            self._db.commit()
        except (OSError, sqlite3.Error) as exc:
            raise Unavailable(f"{path} cannot be used as the cache of answers: {exc}") from exc

    def get(self, key: str, names: Names) -> dict[str, Any] | None:
        """Return the answer, with the names of the present question."""
        with self._lock:
            row = self._db.execute("SELECT answer FROM answers WHERE key = ?", (key,)).fetchone()
        return None if row is None else json.loads(names.show(row[0]))

    def put(self, key: str, names: Names, answer: dict[str, Any]) -> None:
        """Keep an answer."""
        text = names.hide(json.dumps(answer, ensure_ascii=False))
        try:
            with self._lock, self._db:
                self._db.execute("INSERT OR REPLACE INTO answers VALUES (?, ?)", (key, text))
        except sqlite3.Error as exc:
            raise Unavailable(f"{self._path} cannot be written: {exc}") from exc

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()
