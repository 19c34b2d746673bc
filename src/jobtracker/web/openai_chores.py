"""Chores that chat clients give to the model beside the conversation: titles, tags, follow-ups.

They come as one message that holds instructions and a transcript. A turn of the assistant would be
wrong (it might search, and it would be remembered), so they are answered here from the transcript.
Open WebUI asks for JSON with a key of its own, LibreChat for a bare title.
"""

from __future__ import annotations

import json
import re

from jobtracker.web.openai_model import ChatMessage

TITLE_WORDS = 6
_JSON_KEY = re.compile(r'\{\s*"(title|tags|follow_ups|queries|text)"\s*:')
_TASK = re.compile(r"\s*#+ *Task:", re.I)
_TITLE = re.compile(
    r"\s*(?:please\s+)?(?:provide|generate|write|create|give)\b.{0,60}?\btitle\b.{0,40}?"
    r"\b(?:conversation|chat)\b",
    re.I | re.S,
)
_SPEAKER = re.compile(r"^\W*(?:user|human)\W*[:>]\s*(.+)$", re.I | re.M)
_HISTORY = re.compile(
    r"<chat_history>(.*?)</chat_history>|(?:^|\n)\W*(?:chat history|conversation)\W*:?\s*\n(.*)",
    re.I | re.S,
)


def chore(messages: list[ChatMessage]) -> str | None:
    """Return the answer to a chore; None where the messages are a conversation."""
    asked = [message for message in messages if message.role not in ("system", "developer")]
    if len(asked) != 1 or asked[0].role != "user":
        return None
    text = asked[0].text()
    history = _HISTORY.search(text)
    if history is None:
        return None
    if not _TASK.match(text) and not _TITLE.match(text):
        return None
    title = _title(history[1] or history[2] or "")
    key = _JSON_KEY.search(text)
    if key is None:
        # Other tasks (an emoji, a picture's prompt) are best answered with nothing.
        return title if "title" in text[: history.start()].lower() else ""
    answer = {"title": title, "text": ""}.get(key[1])
    return json.dumps({key[1]: [] if answer is None else answer}, ensure_ascii=False)


def _title(history: str) -> str:
    said = _SPEAKER.search(history)
    line = said[1] if said else history.strip().partition("\n")[0]
    words = line.split()
    short = " ".join(words[:TITLE_WORDS])[:60].rstrip(" .,;:!?…")
    if not short:
        return "Job search"
    return short[0].upper() + short[1:] + ("…" if len(words) > TITLE_WORDS else "")
