"""Asks a board's own MCP server for one tool call: three posts of JSON-RPC, answers as JSON or SSE.

The SDK stays in the servers and the agent; a board needs no more of it than this.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from jobtracker.core.errors import AuthNeeded, ContractChanged, RateLimited, Unavailable
from jobtracker.jobs.sources import shapes
from jobtracker.jobs.sources.port import Fetcher

if TYPE_CHECKING:
    from jobtracker.core.http import Fetched

PROTOCOL = "2025-06-18"
MAX_TOOL_PAGES = 10
# What tools call what we ask for. The boards publish no contract of their arguments beyond the
# schema that `tools/list` gives, and have changed them; the first name that the tool has is used.
_NAMES: dict[str, tuple[str, ...]] = {
    "words": (
        "keyword", "keywords", "query", "search", "q", "what", "search_term", "searchTerm", "text",
    ),
    "where": ("location", "where", "place", "city", "location_name"),
    "country": ("country_code", "countryCode", "country"),
    "count": ("jobs_per_page", "page_size", "pageSize", "limit", "num_results", "max_results"),
    "days": ("days", "max_days_old", "days_old", "posted_within_days"),
    "modes": ("workplace_types", "workplaceTypes", "work_modes"),
    "remote": ("remote", "remote_only", "is_remote", "isRemote"),
}  # fmt: skip


async def call_tool(
    http: Fetcher, url: str, title: str, tool: str, asked: dict[str, Any], token: str = ""
) -> Any:
    """Return the structured content of a tool's result, or its text read as JSON.

    `asked` is by our names (see `_NAMES`), None and empty left out; the tool's own schema says how
    they are called there.

    Raises:
        Unavailable: the tool itself failed; the message quotes it.
        ContractChanged: the server does not answer in JSON-RPC, or has no such tool.
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
    agreed = shapes.text_of(_result(opened, title), "protocolVersion")
    headers["MCP-Protocol-Version"] = agreed or PROTOCOL
    if session := opened.headers.get("mcp-session-id"):
        headers["Mcp-Session-Id"] = session
    ready = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    await http.apost(url, json=ready, headers=headers)
    schema = await _schema(http, url, title, tool, headers)
    params = {"name": tool, "arguments": _arguments(schema, asked)}
    answer = await http.apost(url, json=_request(9, "tools/call", params), headers=headers)
    return _content(_result(answer, title), title)


async def _schema(
    http: Fetcher, url: str, title: str, tool: str, headers: dict[str, str]
) -> dict[str, Any]:
    """Return the schema of a tool's arguments."""
    cursor = ""
    names: list[str] = []
    for page in range(MAX_TOOL_PAGES):
        params = {"cursor": cursor} if cursor else {}
        asked = _request(2 + page, "tools/list", params)
        listed = _result(await http.apost(url, json=asked, headers=headers), title)
        for one in shapes.rows_of(title, listed, "tools"):
            names.append(shapes.text_of(one, "name"))
            if names[-1] == tool:
                schema = shapes.inner(one, "inputSchema")
                return schema if isinstance(schema, dict) else {}
        cursor = shapes.text_of(listed, "nextCursor")
        if not cursor:
            break
    has = ", ".join(names)[:120] or "none"
    raise ContractChanged(f"{title}: its MCP server has no tool {tool!r} any more; it has {has}")


def _arguments(schema: dict[str, Any], asked: dict[str, Any]) -> dict[str, Any]:
    """Return what is asked under the names that the tool has; what it cannot take is left out."""
    properties = schema.get("properties")
    known: dict[str, Any] = properties if isinstance(properties, dict) else {}
    sent: dict[str, Any] = {}
    for ours, value in asked.items():
        if value in (None, "", []):
            continue
        name = next((name for name in _NAMES[ours] if name in known), None)
        if name is None and not known:
            name = _NAMES[ours][0]
        if name is not None:
            sent[name] = _fitting(known.get(name), value)
    # A search for everything: some tools demand the words all the same.
    for name in schema.get("required") or []:
        if name in _NAMES["words"] + _NAMES["where"]:
            sent.setdefault(str(name), "")
    return sent


def _fitting(told: Any, value: Any) -> Any:
    """A number at most what the schema allows."""
    most = shapes.inner(told, "maximum")
    if isinstance(value, int) and not isinstance(value, bool) and isinstance(most, int | float):
        return min(value, int(most))
    return value


def _request(number: int, method: str, params: dict[str, Any]) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": params}


def _result(answer: Fetched, title: str) -> dict[str, Any]:
    kind = answer.headers.get("content-type", "")
    message: Any = None
    if "event-stream" in kind:
        for data in _events(answer.text):
            found = _json(data, title)
            if isinstance(found, dict) and ("result" in found or "error" in found):
                message = found
    else:
        message = answer.json(title)
    if not isinstance(message, dict) or not ("result" in message or "error" in message):
        raise ContractChanged(f"{title}: its MCP server does not answer in JSON-RPC")
    if error := message.get("error"):
        said = error.get("message") if isinstance(error, dict) else error
        raise Unavailable(f"{title}: its MCP server refuses ({str(said)[:160]})")
    result = message["result"]
    return result if isinstance(result, dict) else {}


def _events(text: str) -> list[str]:
    """Return the data of each event of a stream; several data lines are one text."""
    found: list[str] = []
    data: list[str] = []
    for line in [*text.splitlines(), ""]:
        if line.startswith("data:"):
            data.append(line[5:].removeprefix(" "))
        elif not line and data:
            found.append("\n".join(data))
            data = []
    return [one for one in found if one.strip()]


def _content(result: dict[str, Any], title: str) -> Any:
    parts = shapes.inner(result, "content")
    texts = [shapes.text_of(part, "text") for part in parts] if isinstance(parts, list) else []
    texts = [text for text in texts if text]
    if result.get("isError"):
        said = " ".join(texts)[:160]
        if "429" in said or "rate limit" in said.lower():
            raise RateLimited(f"{title} asks to slow down ({said})")
        if "401" in said or "unauthor" in said.lower():
            raise AuthNeeded(f"{title} wants a new sign-in ({said})")
        raise Unavailable(f"{title}: {said or 'its tool failed'}")
    if result.get("structuredContent") is not None:
        return result["structuredContent"]
    return _json(texts[0], title) if texts else {}


def _json(text: str, title: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as exc:
        raise ContractChanged(f"{title}: its MCP server's answer is not JSON") from exc
