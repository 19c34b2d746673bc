"""Files that a tool hands over: embedded resources beside the structured result."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from pathlib import Path

from mcp_types import (
    BlobResourceContents,
    CallToolResult,
    EmbeddedResource,
    TextContent,
    TextResourceContents,
)
from pydantic import BaseModel

from jobtracker.core.errors import Unavailable

TEXTUAL = ("text/", "application/json", "image/svg+xml")


def with_files(
    made: BaseModel, summary: str, files: Iterable[tuple[str, str, bytes]]
) -> CallToolResult:
    """Return a tool's result with its files: each as URI, MIME type and content."""
    resources = [EmbeddedResource(type="resource", resource=_contents(*file)) for file in files]
    return CallToolResult(
        content=[TextContent(type="text", text=summary), *resources],
        structured_content=made.model_dump(mode="json"),
    )


def from_disk(path: str, mime_type: str) -> tuple[str, str, bytes]:
    """Return a written file as `with_files` takes it.

    Raises:
        Unavailable: it is gone or cannot be read.
    """
    try:
        return Path(path).as_uri(), mime_type, Path(path).read_bytes()
    except OSError as exc:
        raise Unavailable(f"the file {path} cannot be read ({exc.strerror})") from exc


def _contents(
    uri: str, mime_type: str, content: bytes
) -> TextResourceContents | BlobResourceContents:
    if mime_type.startswith(TEXTUAL):
        text = content.decode("utf-8", "replace")
        return TextResourceContents(uri=uri, mime_type=mime_type, text=text)
    blob = base64.b64encode(content).decode("ascii")
    return BlobResourceContents(uri=uri, mime_type=mime_type, blob=blob)
