"""A thumbs-down becomes an eval case, without names, after a yes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

pytestmark = pytest.mark.anyio


def written(home: Path) -> list[str]:
    return [path.read_text() for path in home.rglob("*captured*.yaml")]


async def test_a_wrong_turn_is_shown_without_names_and_kept_after_the_yes(
    app: Any, client: httpx.AsyncClient
) -> None:
    said = "write to petra.keller@example.ch or +41 79 123 45 67 about nurse jobs in Bern"
    turn = (await client.post("/v1/chat", json={"message": said})).json()
    wrong = {"thread_id": turn["thread_id"], "turn": turn["turn"]}
    asked = await client.post("/v1/feedback/capture", json=wrong)
    assert asked.status_code == 428
    question = asked.json()["question"]
    assert "nurse jobs" in question
    assert "petra.keller" not in question
    assert "123 45 67" not in question
    home: Path = app.state.web.core.home
    assert not written(home)
    kept = await client.post(
        "/v1/feedback/capture", json=wrong, params={"confirm": asked.json()["confirm"]}
    )
    assert kept.status_code == 200, kept.text
    texts = written(home)
    assert any("nurse jobs" in text for text in texts)
    assert not any("petra.keller" in text for text in texts)


async def test_a_turn_that_is_not_there_is_named(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/feedback/capture", json={"thread_id": "none", "turn": 1})
    assert answer.status_code == 404
