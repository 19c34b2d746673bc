"""What a person tells in passing, kept for later conversations, where a language model speaks.

The embedded mind remembers what it understands; the model has no tool to, so after its turn the
prompt `memory_extraction` is asked, behind the conversation. What it answers is kept only with the
person's own words as proof: a quote that stands in their message, and nothing beyond the message.
"""

from __future__ import annotations

import concurrent.futures
import logging
import re
import threading
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, Field

from jobtracker.agent.memory_screen import screen
from jobtracker.agent.mind.llm.results import Suspicion
from jobtracker.core.errors import JobTrackerError

if TYPE_CHECKING:
    from jobtracker.agent.memory import Memory, MemoryItem
    from jobtracker.agent.state import State
    from jobtracker.core.bootstrap import Core

_LOG = logging.getLogger(__name__)
LONGEST_MESSAGE = 1500
"""Characters; what is longer was pasted, and is somebody else's words."""
_KNOWN = 30
_REPLY = 600
_CLOSE_SECONDS = 30.0
_OF_ONESELF = re.compile(
    r"(?i)(?<!\w)(?:i|i['’](?:m|ve|d|ll)|my\b[^.?!]{1,40}\b(?:is|are|was|were)|we|remember|"
    r"note that|never|no more|ich|mein\w*\b[^.?!]{1,40}\b(?:ist|sind|war)|wir|merk\w*|nie|"
    r"niemals|notier\w*|bevorzug\w*|nicht mehr|keine?n? mehr|je|j['’]\w+|"
    r"m(?:on|a|es)\b[^.?!]{1,40}\b(?:est|sont)|"
    r"nous|retiens|retenez|notez?|jamais|préfère|io|(?:mi[oae]|miei)\b[^.?!]{1,40}\b(?:è|sono)|noi|"
    r"ricord\w+|mai|preferisco|non più|ho|sono|voglio|vorrei|abito|vivo|lavoro|posso|devo)(?!\w)"
)
"""Words by which somebody speaks of themselves, or asks that something be kept in mind."""
_FORGET = re.compile(r"(?i)\b(?:forget|vergiss|vergessen|oublie\w*|dimentic\w+|scorda\w*)\b")
_QUOTED = re.compile(r"«[^»]*»|“[^”]*”|„[^“”]*[“”]|\"[^\"]*\"|^>.*$", re.M)
_FIGURES = re.compile(r"\d+")
_NAMES = re.compile(r"\b[A-ZÀ-Ý][\w-]{2,}")
_KEY = re.compile(r"[a-z_]{2,40}")


class Extracted(BaseModel):
    """One memory as the prompt asks for it."""

    kind: Literal["fact", "preference", "dislike", "episode"]
    key: str
    text: str
    quote: str


class ExtractionAnswer(BaseModel):
    """The answer to the prompt `memory_extraction`."""

    memories: list[Extracted] = Field(default_factory=list[Extracted])


class Remembering:
    """Asks for what a turn is worth remembering, one turn after the other, in a thread."""

    def __init__(self, core: Core, memory: Memory) -> None:
        self._core = core
        self._memory = memory
        self._suspicion = Suspicion(())
        self._lock = threading.Lock()
        self._forgotten: Counter[str] = Counter()
        self._pool: concurrent.futures.ThreadPoolExecutor | None = None
        self._last: concurrent.futures.Future[None] | None = None
        memory.on_forget(self._forget)

    def later(self, state: State) -> None:
        """Look at a finished turn behind the conversation; the turn does not wait for it."""
        message = state.get("message", "")
        if state.get("mode") != "llm" or not worth_asking(message):
            return
        user, thread = state.get("user", ""), state.get("thread_id", "")
        given = (user, thread, message, state.get("reply", ""), state.get("now", "")[:10])
        with self._lock:
            if self._pool is None:
                self._pool = concurrent.futures.ThreadPoolExecutor(1, "remembering")
            self._last = self._pool.submit(self._look, self._forgotten[user], *given)

    def close(self) -> None:
        """Wait for what is under way, within bounds."""
        with self._lock:
            pool, last = self._pool, self._last
            self._pool = self._last = None
        if pool is None or last is None:
            return
        concurrent.futures.wait([last], _CLOSE_SECONDS)
        pool.shutdown(wait=False, cancel_futures=True)

    def wait(self) -> None:
        """Wait until all turns so far were looked at."""
        with self._lock:
            last = self._last
        if last is not None:
            last.result()

    def _forget(self, user: str, _: list[MemoryItem] | None) -> None:
        """Drop what is under way: it may be what was just forgotten."""
        with self._lock:
            self._forgotten[user] += 1

    def _look(
        self, forgotten: int, user: str, thread: str, message: str, reply: str, today: str
    ) -> None:
        try:
            known = [f"{i.kind} {i.key}: {i.text}" for i in self._memory.list(user)[:_KNOWN]]
            # Secrets are not kept, so the model need not see them either.
            asked = screen(message)[0]
            written = self._core.writer.write(
                user, "memory_extraction", "en", ExtractionAnswer, message=asked,
                reply=screen(reply)[0][:_REPLY], known=known, today=today,
            )  # fmt: skip
            found = written.answer.memories if written.answer else []
            for item in borne_out(found, asked, self._suspicion):
                with self._lock:
                    if self._forgotten[user] != forgotten:
                        return
                self._memory.remember(
                    user, item.kind, item.key, item.text, {"quote": item.quote}, thread
                )
        except JobTrackerError as exc:
            _LOG.warning("nothing is remembered of a turn: %s", exc.message)


def worth_asking(message: str) -> bool:
    """Tell whether a message may tell something of the person; most do not, and cost nothing."""
    if len(message) > LONGEST_MESSAGE or _FORGET.search(message):
        return False
    return bool(_OF_ONESELF.search(_QUOTED.sub(" ", message)))


def borne_out(
    found: Sequence[Extracted], message: str, suspicion: Suspicion
) -> list[Extracted]:  # fmt: skip
    """Return the memories that the person's own words bear out.

    The quote stands in the message, outside of what the message quotes. A text with a number or a
    name that the message does not hold gives way to the quote.
    """
    own = _plain(_QUOTED.sub(" ", message))
    kept: list[Extracted] = []
    for item in found[:5]:
        quote, text = " ".join(item.quote.split()), " ".join(item.text.split())
        if len(_plain(quote)) < 3 or _plain(quote) not in own or not _KEY.fullmatch(item.key):
            continue
        if suspicion.of(quote) or suspicion.of(text):
            continue
        # The day of an episode is the turn's, written out.
        free = text if item.kind == "episode" else message
        beyond = set(_FIGURES.findall(text)) - set(_FIGURES.findall(free))
        names = [name for name in _NAMES.findall(text)[1:] if name.casefold() not in own]
        kept.append(item.model_copy(update={"text": quote if beyond or names else text}))
    return kept


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
