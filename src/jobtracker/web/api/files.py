"""Files that a tool wrote, sent as downloads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from anyio import to_thread
from starlette.responses import FileResponse

from jobtracker.core.errors import NotFound
from jobtracker.web.api.rest import PROBLEMS, Api


def file_docs(*media_types: str) -> dict[int | str, dict[str, Any]]:
    """Return the documented answers of a route that sends a file."""
    content = {name: {"schema": {"type": "string", "format": "binary"}} for name in media_types}
    return {200: {"description": "The file", "content": content}} | PROBLEMS


async def file_answer(api: Api, made: dict[str, Any]) -> FileResponse:
    """Return the file that a tool's result names in `path`.

    Raises:
        NotFound: the file is gone, or lies outside the home folder.
    """
    # In a thread: the home may be a network's volume.
    path = await to_thread.run_sync(_within, api.web.core.home, str(made["path"]))
    if path is None:
        raise NotFound("the file is not there any more; make it again")
    headers = {"Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'"}
    if warnings := made.get("warnings"):
        headers["X-Warnings"] = str(len(warnings))
    return FileResponse(path, media_type=made.get("mime_type"), filename=path.name, headers=headers)


def _within(home: Path, name: str) -> Path | None:
    path = Path(name).resolve()
    return path if path.is_relative_to(home.resolve()) and path.is_file() else None
