"""The shapes of OpenAI's chat completions, as far as they are served here.

https://platform.openai.com/docs/api-reference/chat. What is not named here is ignored: clients send
many parameters that mean nothing to an assistant with tools and a memory of its own.
"""

from __future__ import annotations

import re
from typing import Any, Literal, cast

from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from jobtracker.core.errors import BadInput
from jobtracker.web.openai_threads import Said

MODEL = "jobtracker"
_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    409: "conflict_error",
    413: "invalid_request_error",
    429: "rate_limit_error",
}


class Part(BaseModel):
    """A part of a message; only text is read."""

    type: str
    text: str | None = None


class ChatMessage(BaseModel):
    """One message of the conversation."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Part] | None = None

    def text(self) -> str:
        """Return what it says.

        Raises:
            BadInput: the person sent a picture, a file or a sound.
        """
        if self.content is None or isinstance(self.content, str):
            return self.content or ""
        other = next((part.type for part in self.content if part.text is None), None)
        if other is not None and self.role == "user":
            raise BadInput(
                f"messages: a part of type {other} cannot be read here; send text, and give a "
                "résumé to the résumé page or to POST /v1/resumes"
            )
        return "\n".join(part.text for part in self.content if part.text)


class StreamOptions(BaseModel):
    """What a stream holds besides."""

    include_usage: bool = False


class CompletionRequest(BaseModel):
    """A request for one answer of the assistant."""

    model: str = MODEL
    messages: list[ChatMessage] = Field(min_length=1, max_length=10_000)
    stream: bool = False
    stream_options: StreamOptions | None = None
    n: Literal[1] | None = None
    user: str | None = Field(default=None, max_length=1000)
    metadata: dict[str, Any] | None = Field(
        default=None, description="`thread_id` names the thread to go on with."
    )

    def conversation(self) -> tuple[list[Said], str]:
        """Return the lines before the newest message, and that message.

        Raises:
            BadInput: the newest message is not the person's, or cannot be read.
        """
        lines = [
            Said("user" if message.role == "user" else "assistant", message.text())
            for message in self.messages
            if message.role in ("user", "assistant") and message.content is not None
        ]
        if not lines or lines[-1].role != "user":
            raise BadInput("messages: the last one is to be the user's")
        return lines[:-1], lines[-1].text


class Model(BaseModel):
    """A model as it is listed."""

    id: str
    object: Literal["model"] = "model"
    created: int
    owned_by: str


class ModelList(BaseModel):
    """All models: the assistant is one."""

    object: Literal["list"] = "list"
    data: list[Model]


class Usage(BaseModel):
    """Tokens: the model's own count, and an estimate where no model answered."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class AssistantMessage(BaseModel):
    """The answer."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None


class Choice(BaseModel):
    """The one answer."""

    index: int = 0
    message: AssistantMessage
    logprobs: None = None
    finish_reason: Literal["stop"] = "stop"


class Completion(BaseModel):
    """An answer of the assistant."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str = MODEL
    choices: list[Choice]
    usage: Usage
    system_fingerprint: None = None


def error_response(
    status: int, code: str, message: str, headers: dict[str, str] | None, members: dict[str, Any]
) -> Response:
    """Return an error as OpenAI's clients read it."""
    errors = cast("list[dict[str, str]]", members.get("errors", []))
    field = errors[0]["field"].removeprefix("body.") if errors else ""
    found = re.match(r"(messages|model|stream|user|n|metadata)\b", message)
    body = {
        "message": message,
        "type": _TYPES.get(status, "server_error"),
        "param": field or (found[1] if found else None),
        "code": code,
    }
    return JSONResponse({"error": body}, status, headers=headers)


def chunk(
    number: str,
    created: int,
    delta: dict[str, Any] | None,
    *,
    finish: str | None = None,
    usage: dict[str, int] | None = None,
    with_usage: bool = False,
) -> dict[str, Any]:
    """Return one chunk of a stream; without a delta it is the one that holds the usage."""
    choices: list[dict[str, Any]] = []
    if delta is not None:
        choices = [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}]
    made: dict[str, Any] = {
        "id": number,
        "object": "chat.completion.chunk",
        "created": created,
        "model": MODEL,
        "system_fingerprint": None,
        "choices": choices,
    }
    return made | ({"usage": usage} if with_usage else {})
