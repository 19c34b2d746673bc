"""The assistant behind OpenAI's API, asked by the real client."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from jobtracker.core.bootstrap import Core
from jobtracker.core.settings import Settings
from jobtracker.web.app import create_app
from jobtracker.web.openai_chores import chore
from jobtracker.web.openai_model import ChatMessage
from tests.web.served import served

if TYPE_CHECKING:
    import openai  # it takes longer than most tests: imported where it is used

pytestmark = pytest.mark.anyio
BOOK = "schedule an interview with Acme on Thursday at 10:00 for one hour"
PATIENCE = 100.0
TITLE_TASK = """### Task:
Generate a concise, 3-5 word title with an emoji summarizing the chat history.
### Guidelines:
- Your entire response must consist solely of the JSON object.
### Output:
JSON format: { "title": "your concise title here" }
### Chat History:
<chat_history>
USER: find nursing jobs in Bern, part time if possible
ASSISTANT: Here are five postings.
</chat_history>"""


@pytest.fixture
def address(settings: Settings) -> Iterator[str]:
    core = Core(settings)
    with served(create_app(core)) as url:
        yield f"{url}/v1"
    core.close()


@pytest.fixture
def sdk(address: str) -> Iterator[openai.OpenAI]:
    import openai

    with openai.OpenAI(
        base_url=address, api_key="anything", timeout=PATIENCE, max_retries=0
    ) as opened:
        yield opened


def user(text: Any) -> Any:
    return {"role": "user", "content": text}


def test_the_models_are_listed_and_described(sdk: openai.OpenAI) -> None:
    import openai

    [model] = sdk.models.list().data
    assert sdk.models.retrieve(model.id).id == model.id
    with pytest.raises(openai.NotFoundError) as refused:
        sdk.models.retrieve("gpt-9")
    assert model.id in refused.value.message


def test_an_answer_with_its_usage(sdk: openai.OpenAI) -> None:
    answer = sdk.chat.completions.create(
        model="jobtracker",
        messages=[{"role": "system", "content": "Be brief."}, user("find python jobs in Zurich")],
        temperature=0.2,
        extra_body={"keep_alive": "5m", "options": {"num_ctx": 4096}},
    )
    assert answer.object == "chat.completion" and answer.choices[0].finish_reason == "stop"
    assert answer.choices[0].message.role == "assistant" and answer.choices[0].message.content
    assert answer.usage is not None
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens
    assert answer.usage.completion_tokens > 0


@pytest.mark.parametrize("include", [True, False])
def test_a_stream_makes_up_the_answer(sdk: openai.OpenAI, include: bool) -> None:
    chunks = list(
        sdk.chat.completions.create(
            model="jobtracker", messages=[user("find python jobs in Zurich")], stream=True,
            stream_options={"include_usage": include},
        )
    )  # fmt: skip
    assert chunks[0].choices[0].delta.role == "assistant"
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    whole = sdk.chat.completions.create(
        model="jobtracker", messages=[user("find python jobs in Zurich")]
    )
    assert text == whole.choices[0].message.content
    assert [c.choices[0].finish_reason for c in chunks if c.choices][-1] == "stop"
    assert len({chunk.id for chunk in chunks}) == 1
    if include:
        assert not chunks[-1].choices and chunks[-1].usage is not None
        assert all(chunk.usage is None for chunk in chunks[:-1])
    else:
        assert all(chunk.usage is None for chunk in chunks)


async def test_the_asynchronous_client_streams_too(address: str) -> None:
    import openai

    async with openai.AsyncOpenAI(
        base_url=address, api_key="x", timeout=PATIENCE, max_retries=0
    ) as sdk:
        stream = await sdk.chat.completions.create(
            model="jobtracker", messages=[user("hello")], stream=True
        )
        text = "".join([c.choices[0].delta.content or "" async for c in stream])
        assert text.strip()
        answer = await sdk.chat.completions.create(model="jobtracker", messages=[user("hello")])
        assert answer.choices[0].message.content


def test_a_client_that_resends_the_history_goes_on_in_its_thread(sdk: openai.OpenAI) -> None:
    """A question waits for the yes, which is state that the history does not hold."""
    messages = [user(BOOK)]
    for stream in (False, True):
        said = converse(sdk, messages, stream=stream)
        assert "Acme" in said
        booked = converse(
            sdk, [*messages, {"role": "assistant", "content": f"  {said}\n"}, user("yes")],
            stream=stream,
        )  # fmt: skip
        assert booked and booked != said
        threads = threads_of(sdk)
        assert len({thread["thread_id"] for thread in threads}) == (2 if stream else 1)
        thread = read(sdk, threads[0]["thread_id"])
        assert [line["turn"] for line in thread["messages"]] == [1, 1, 2, 2]


def test_going_back_and_asking_else_makes_a_thread_of_its_own(sdk: openai.OpenAI) -> None:
    first = converse(sdk, [user("find nursing jobs in Bern")])
    history = [user("find nursing jobs in Bern"), {"role": "assistant", "content": first}]
    converse(sdk, [*history, user("only part time")])
    converse(sdk, [*history, user("tell me more about the second one")])
    assert len(threads_of(sdk)) == 2


def test_a_client_that_sends_only_the_end_of_a_long_conversation_is_known(
    sdk: openai.OpenAI,
) -> None:
    first = converse(sdk, [user("find nursing jobs in Bern")])
    history = [user("find nursing jobs in Bern"), {"role": "assistant", "content": first}]
    second = converse(sdk, [*history, user("only part time")])
    end = [user("only part time"), {"role": "assistant", "content": second}]
    converse(sdk, [*end, user("thanks")])
    assert len(threads_of(sdk)) == 1


def test_a_thread_may_be_named(sdk: openai.OpenAI) -> None:
    for header, metadata in (({"X-Thread-Id": "mine"}, None), ({}, {"thread_id": "mine"})):
        sdk.chat.completions.create(
            model="jobtracker", messages=[user("hello")], extra_headers=header,
            **({"metadata": metadata} if metadata else {}),
        )  # fmt: skip
    assert [thread["thread_id"] for thread in threads_of(sdk)] == ["mine"]
    assert len(read(sdk, "mine")["messages"]) == 4


def test_contents_may_be_parts(sdk: openai.OpenAI) -> None:
    import openai

    parts = [{"type": "text", "text": "hello"}, {"type": "text", "text": "there"}]
    assert converse(sdk, [user(parts)])
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}
    with pytest.raises(openai.BadRequestError) as refused:
        converse(sdk, [user([*parts, picture])])
    assert "image_url" in refused.value.message and refused.value.param == "messages"


@pytest.mark.parametrize(
    "body",
    [
        {"messages": []},
        {"messages": "hello"},
        {},
        {"messages": [{"role": "assistant", "content": "hi"}]},
        {"messages": [{"role": "user", "content": "  "}]},
        {"messages": [{"role": "god", "content": "hi"}]},
        {"messages": [{"role": "user", "content": "hi"}], "n": 3},
        {"messages": [{"role": "user", "content": "hi"}], "stream": "perhaps"},
        {"messages": [{"role": "user", "content": "hi"}], "metadata": {"thread_id": "a\nb"}},
    ],
)
@pytest.mark.parametrize("stream", [{}, {"stream": True}])
async def test_errors_have_openais_shape(
    client: httpx.AsyncClient, body: dict[str, Any], stream: dict[str, Any]
) -> None:
    answer = await client.post("/v1/chat/completions", json=stream | body)
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert error["type"] == "invalid_request_error" and error["message"] and "code" in error


async def test_what_is_refused_before_the_route_has_openais_shape_too(
    client: httpx.AsyncClient,
) -> None:
    elsewhere = {"Origin": "https://evil.example"}
    body = {"messages": [user("hi")]}
    answer = await client.post("/v1/chat/completions", json=body, headers=elsewhere)
    assert answer.status_code == 403 and answer.json()["error"]["type"] == "permission_error"
    wrong = await client.get("/v1/chat/completions")
    assert wrong.status_code == 405 and wrong.json()["error"]["message"]


@pytest.mark.parametrize("stream", [False, True])
def test_a_title_is_made_without_a_turn(sdk: openai.OpenAI, stream: bool) -> None:
    assert converse(sdk, [user(TITLE_TASK)], stream=stream) == (
        '{"title": "Find nursing jobs in Bern, part…"}'
    )
    assert threads_of(sdk) == []


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (TITLE_TASK.replace('"title"', '"tags"'), '{"tags": []}'),
        (TITLE_TASK.replace('"title"', '"follow_ups"'), '{"follow_ups": []}'),
        (
            "Provide a concise, 5-word-or-less title for the conversation, using its same "
            "language, with no punctuation.\n\nConversation:\nUser: hallo zusammen\nAI: Hallo!",
            "Hallo zusammen",
        ),
        ("### Task:\nSuggest an emoji.\n<chat_history>\nUSER: hi\n</chat_history>", ""),
        ("give me the job title that I spoke of in this conversation", None),
        ("write a title for this conversation", None),
        ("### Task: find nursing jobs", None),
    ],
)
def test_chores_are_told_from_conversation(text: str, answer: str | None) -> None:
    assert chore([ChatMessage(role="user", content=text)]) == answer


def test_a_chore_in_the_middle_of_a_conversation_is_a_message() -> None:
    messages = [
        ChatMessage(role="user", content="hi"),
        ChatMessage(role="assistant", content="hello"),
        ChatMessage(role="user", content=TITLE_TASK),
    ]
    assert chore(messages) is None


def converse(sdk: openai.OpenAI, messages: list[Any], *, stream: bool = False) -> str:
    if not stream:
        answer = sdk.chat.completions.create(model="jobtracker", messages=messages)
        return answer.choices[0].message.content or ""
    chunks = sdk.chat.completions.create(model="jobtracker", messages=messages, stream=True)
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)


def threads_of(sdk: openai.OpenAI) -> list[dict[str, Any]]:
    found = httpx.get(f"{sdk.base_url}threads", timeout=PATIENCE).json()
    return found["threads"]


def read(sdk: openai.OpenAI, thread: str) -> dict[str, Any]:
    return httpx.get(f"{sdk.base_url}threads/{thread}", timeout=PATIENCE).json()
