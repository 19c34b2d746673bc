"""Asks a board's own MCP server for one tool call: three posts of JSON-RPC, answers as JSON or SSE.

The SDK stays in the servers and the agent; a board needs no more of it than this.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from jobtracker.core.errors import ContractChanged, Unavailable

if TYPE_CHECKING:
    from jobtracker.core.http import Fetched, Http

PROTOCOL = "2025-06-18"


async def call_tool(
    http: Http, url: str, title: str, tool: str, arguments: dict[str, Any], token: str = ""
) -> Any:
    """Return the structured content of a tool's result, or its text read as JSON.

    Raises:
        Unavailable: the tool itself failed; the message quotes it.
        ContractChanged: the server does not answer in JSON-RPC.
    """
    headers = {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": PROTOCOL}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    hello = {
        "protocolVersion": PROTOCOL,
        "capabilities": {},
        "clientInfo": {"name": "job-tracker-pro", "version": "0.1"},
    }
    opened = await http.apost(url, json=_request(1, "initialize", hello), headers=headers)
    _ = _result(opened, title)
    if session := opened.headers.get("mcp-session-id"):
        headers["Mcp-Session-Id"] = session
    ready = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    await http.apost(url, json=ready, headers=headers)
    call = _request(2, "tools/call", {"name": tool, "arguments": arguments})
    result = _result(await http.apost(url, json=call, headers=headers), title)
    return _content(result, title)


def _request(number: int, method: str, params: dict[str, Any]) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": params}


def _result(answer: Fetched, title: str) -> dict[str, Any]:
    kind = answer.headers.get("content-type", "")
    message: Any = None
    if "event-stream" in kind:
        for line in answer.text.splitlines():
            if line.startswith("data:") and '"jsonrpc"' in line:
                message = _json(line[5:], title)
                if isinstance(message, dict) and ("result" in message or "error" in message):
                    break
    else:
        message = answer.json(title)
    if not isinstance(message, dict) or not ("result" in message or "error" in message):
        raise ContractChanged(f"{title}: its MCP server does not answer in JSON-RPC")
    if error := message.get("error"):
        said = error.get("message") if isinstance(error, dict) else error
        raise Unavailable(f"{title}: its MCP server refuses ({str(said)[:160]})")
    result = message["result"]
    return result if isinstance(result, dict) else {}


def _content(result: dict[str, Any], title: str) -> Any:
    texts = [part.get("text", "") for part in result.get("content") or [] if isinstance(part, dict)]
    if result.get("isError"):
        raise Unavailable(f"{title}: {' '.join(texts)[:160] or 'its tool failed'}")
    if result.get("structuredContent") is not None:
        return result["structuredContent"]
    return _json(texts[0], title) if texts else {}


def _json(text: str, title: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as exc:
        raise ContractChanged(f"{title}: its MCP server's answer is not JSON") from exc
