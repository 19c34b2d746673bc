"""An OpenAI-compatible chat server on loopback, scripted by a test or driven by a small rule.

`python -m tests.fakes.openai_server --port 8099` serves the rule, for trying things by hand:
JOBTRACKER_LLM__BASE_URL=http://127.0.0.1:8099/v1 JOBTRACKER_LLM__MODEL=fake jobtracker chat
"""

from __future__ import annotations

import argparse
import json
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast


@dataclass
class Call:
    """A tool call to answer with; `arguments` as text is sent as it is, broken or not."""

    name: str
    arguments: dict[str, Any] | str = field(default_factory=dict)
    id: str = ""


@dataclass
class Say:
    """One answer of the server.

    `pieces` are sent as one chunk each; `calls` follow, their arguments cut into `slices`. `cut`
    breaks the connection after so many chunks; `stall` keeps it open and silent after so many.
    `usage` None leaves the token counts out; `finish` None leaves the reason out.
    """

    text: str = ""
    pieces: list[str] | None = None
    calls: list[Call] = field(default_factory=list)
    slices: int = 1
    same_index: bool = False
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    error: dict[str, Any] | None = None
    error_in_stream: str = ""
    cut: int | None = None
    stall: int | None = None
    usage: tuple[int, int] | None = (100, 20)
    finish: str | None = "auto"
    never_streams: bool = False
    raw: bytes | None = None

    @property
    def reason(self) -> str | None:
        if self.finish != "auto":
            return self.finish
        return "tool_calls" if self.calls else "stop"


Brain = Callable[[dict[str, Any]], Say]


class FakeOpenAI:
    """The server; `with FakeOpenAI(Say(...), …) as fake:` answers in that order, then repeats.

    `requests` are the bodies received, `headers` their headers.
    """

    def __init__(self, *script: Say, brain: Brain | None = None, port: int = 0) -> None:
        self.script = list(script)
        self.brain = brain
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.released = threading.Event()
        self._lock = threading.Lock()
        self._server = _Server(port, self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> FakeOpenAI:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def serve(self) -> None:
        self._server.serve_forever()

    def next(self, body: dict[str, Any], headers: dict[str, str]) -> Say:
        with self._lock:
            number = len(self.requests)
            self.requests.append(body)
            self.headers.append(headers)
        if self.brain is not None:
            return self.brain(body)
        return self.script[min(number, len(self.script) - 1)]


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int, fake: FakeOpenAI) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.fake = fake


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def _fake(self) -> FakeOpenAI:
        return cast("_Server", self.server).fake

    def log_message(self, format: str, *args: Any) -> None:
        return

    def do_GET(self) -> None:
        models = {"object": "list", "data": [{"id": "fake", "object": "model"}]}
        self._json(200, models, {})

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        body = json.loads(self.rfile.read(length))
        given = {key.lower(): value for key, value in self.headers.items()}
        say = self._fake.next(body, given)
        try:
            self._answer(say, body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _answer(self, say: Say, body: dict[str, Any]) -> None:
        if say.status != 200:
            error = say.error or {"message": "scripted", "type": "scripted"}
            self._json(say.status, {"error": error}, say.headers)
        elif say.raw is not None:
            self._start("text/event-stream")
            self.wfile.write(say.raw)
            self.close_connection = True
        elif body.get("stream") and not say.never_streams:
            self._stream(say, body)
        elif say.stall is not None:
            self._fake.released.wait(30)
            self.close_connection = True
        else:
            self._json(200, _completion(say, body), say.headers)

    def _json(self, status: int, value: Any, headers: dict[str, str]) -> None:
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        for name, text in headers.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(data)

    def _start(self, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Connection", "close")
        self.end_headers()

    def _stream(self, say: Say, body: dict[str, Any]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for sent, chunk in enumerate(_chunks(say, body)):
            if say.stall == sent:
                self._fake.released.wait(30)
                self.close_connection = True
                return
            if say.cut == sent:
                self.close_connection = True
                self.connection.shutdown(2)
                return
            self._chunk(f"data: {json.dumps(chunk)}\n\n".encode())
        self._chunk(b"data: [DONE]\n\n")
        self._chunk(b"")

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()


def _calls(say: Say) -> Iterator[tuple[int, str, str, str]]:
    for number, call in enumerate(say.calls):
        text = call.arguments if isinstance(call.arguments, str) else json.dumps(call.arguments)
        yield number, call.id or f"call_{number}", call.name, text


def _completion(say: Say, body: dict[str, Any]) -> dict[str, Any]:
    text = "".join(say.pieces) if say.pieces is not None else say.text
    message: dict[str, Any] = {"role": "assistant", "content": text or None}
    if say.calls:
        message["tool_calls"] = [
            {"id": identity, "type": "function", "function": {"name": name, "arguments": arguments}}
            for _, identity, name, arguments in _calls(say)
        ]
    value: dict[str, Any] = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": body.get("model", ""),
        "choices": [{"index": 0, "message": message, "finish_reason": say.reason}],
    }
    if say.usage is not None:
        value["usage"] = _usage(say.usage)
    return value


def _usage(usage: tuple[int, int]) -> dict[str, int]:
    return {
        "prompt_tokens": usage[0],
        "completion_tokens": usage[1],
        "total_tokens": sum(usage),
    }


def _chunks(say: Say, body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    def chunk(delta: dict[str, Any], reason: str | None = None) -> dict[str, Any]:
        return {
            "id": "chatcmpl-1",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": body.get("model", ""),
            "choices": [{"index": 0, "delta": delta, "finish_reason": reason}],
        }

    yield chunk({"role": "assistant", "content": ""})
    pieces = say.pieces if say.pieces is not None else re.findall(r"\S+\s*", say.text)
    for piece in pieces:
        yield chunk({"content": piece})
    if say.error_in_stream:
        yield {"error": {"message": say.error_in_stream, "type": "server_error"}}
    for number, identity, name, arguments in _calls(say):
        index = 0 if say.same_index else number
        step = max(1, -(-len(arguments) // say.slices))
        parts = [arguments[at : at + step] for at in range(0, len(arguments), step)] or [""]
        for at, part in enumerate(parts):
            call: dict[str, Any] = {"index": index, "function": {"arguments": part}}
            if at == 0:
                call = {
                    "index": index,
                    "id": identity,
                    "type": "function",
                    "function": {"name": name, "arguments": part},
                }
            yield chunk({"tool_calls": [call]})
    if say.reason is not None:
        yield chunk({}, say.reason)
    if say.usage is not None and (body.get("stream_options") or {}).get("include_usage"):
        yield {**chunk({}), "choices": [], "usage": _usage(say.usage)}


def simple_brain(body: dict[str, Any]) -> Say:
    """Search when jobs are asked for, look when applications are, else say what can be asked."""
    messages = body["messages"]
    last = messages[-1]
    tools = {tool["function"]["name"] for tool in body.get("tools", [])}
    usage = (len(json.dumps(messages)) // 4, 30)
    if last["role"] == "tool":
        found = re.findall(r'"title":"([^"]+)"', last["content"])
        if found:
            listed = "\n".join(f"{n}. {title}" for n, title in enumerate(found[:5], 1))
            return Say(f"I found these:\n{listed}", usage=usage)
        return Say("I looked, and there is nothing to show.", usage=usage)
    text = str(last["content"])
    if "search_jobs" in tools and re.search(r"\b(jobs?|stellen?|emplois?|lavor[oi])\b", text, re.I):
        return Say(calls=[Call("search_jobs", {"query": text[:200]})], usage=usage)
    if "list_applications" in tools and re.search(r"appl|bewerb|candidat", text, re.I):
        return Say(calls=[Call("list_applications", {})], usage=usage)
    return Say("Ask me for jobs, or what is open.", usage=usage)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=8099)
    fake = FakeOpenAI(brain=simple_brain, port=parser.parse_args().port)
    print(f"serving {fake.url} (model: fake); Ctrl-C ends")  # noqa: T201
    try:
        fake.serve()
    except KeyboardInterrupt:
        return


if __name__ == "__main__":
    main()
