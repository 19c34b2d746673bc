"""Nothing of a chat turn blocks the event loop: others' turns go on meanwhile."""

from __future__ import annotations

import asyncio
import time

import pytest
from blockbuster import BlockingError, blockbuster_ctx

from jobtracker.app import open_assistant
from jobtracker.core.bootstrap import Core

pytestmark = pytest.mark.timeout(300)
STORY = (
    "hello",
    "find nursing jobs in Bern",
    "tell me more about the second one",
    "I applied to Acme AG as a clerk today",
    "what's open?",
    "am I free Thursday afternoon?",
    "I prefer hybrid",
    "what do you know about me?",
    "delete my application at Acme AG",
    "no",
    "what should I do next?",
    "merci",
)


def test_the_detector_sees_a_call_that_blocks() -> None:
    async def block() -> None:
        time.sleep(0.001)  # noqa: ASYNC251

    with blockbuster_ctx("tests.flows"), pytest.raises(BlockingError):
        asyncio.run(block())


def test_no_turn_of_a_whole_conversation_blocks_the_loop(core: Core) -> None:
    async def converse() -> None:
        async with open_assistant(core) as assistant:
            say = assistant.conversations.turn
            for message in STORY:  # what is loaded and opened once is loaded and opened here
                await say("ann", "warm", message)
            with blockbuster_ctx(["jobtracker", "mcp_servers"]):
                for message in STORY:
                    result = await say("ann", "story", message)
                    assert result.reply, message

    asyncio.run(converse())
