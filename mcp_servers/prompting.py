"""The prompts of a server as MCP prompts, their arguments completed from the person's own data.

A prompt of ours (`prompts/<name>/vN.md`) is filled with what the server knows and handed to the
client as one message of the user; the client's own model answers it. What comes from postings,
mails and résumés stands between data marks, as everywhere.
"""

from __future__ import annotations

import functools
import json
import secrets
from collections.abc import Callable, Iterable
from typing import Any

import anyio.to_thread
from mcp.shared.exceptions import MCPError
from mcp_types import (
    INVALID_PARAMS,
    Completion,
    CompletionArgument,
    CompletionContext,
    PromptReference,
    ResourceTemplateReference,
)

from jobtracker.core.errors import JobTrackerError
from mcp_servers.kit import ServerKit

LANGUAGES = ("en", "de", "fr", "it")
TONES = ("professional", "enthusiastic", "concise")
_MOST = 100
"""The protocol's limit of values in one completion."""
Values = Callable[[str, str], Iterable[str]]
"""Takes the user and what is typed so far; returns what could stand there."""


class Prompting:
    """Registers the prompts of one server, and answers its completions."""

    def __init__(self, kit: ServerKit) -> None:
        self.kit = kit
        # Several servers may be joined into one: the handler that is registered last serves all,
        # for they share the table.
        kit.server.completion()(self._complete)

    def add(self, name: str, title: str, function: Callable[..., str], **completed: Values) -> None:
        """Register a prompt: `function` takes the context and text arguments, returns the text."""

        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> str:
            try:
                return function(*args, **kwargs)
            except JobTrackerError as exc:
                raise MCPError(code=INVALID_PARAMS, message=f"{exc.code}: {exc.message}") from exc

        self.kit.server.prompt(name=name, title=title, description=function.__doc__)(call)
        for argument, values in completed.items():
            self.kit.completers[(name, argument)] = values

    async def _complete(
        self,
        ref: PromptReference | ResourceTemplateReference,
        argument: CompletionArgument,
        context: CompletionContext | None,
    ) -> Completion | None:
        if not isinstance(ref, PromptReference):
            return None
        values = self.kit.completers.get((ref.name, argument.name))
        if values is None:
            return None
        user = self.kit.speaker()
        found = await anyio.to_thread.run_sync(
            lambda: list(dict.fromkeys(values(user, argument.value)))
        )
        return Completion(values=found[:_MOST], total=len(found), has_more=len(found) > _MOST)


def among(*choices: str) -> Values:
    """Complete from fixed choices."""
    return lambda _user, typed: [one for one in choices if one.startswith(typed.casefold())]


def fill(name: str, language: str | None = None, **inputs: Any) -> str:
    """Return one of our prompts, filled; objects are written as JSON.

    Raises:
        BadInput: an input is missing or too long.
    """
    from jobtracker.core.prompts import render

    given: dict[str, Any] = {
        key: value if isinstance(value, str | int | list) or value is None else _json(value)
        for key, value in inputs.items()
    }
    return render(name, language=language, boundary=secrets.token_hex(4), **given)


def _json(value: Any) -> str:
    if hasattr(value, "model_dump"):
        value = value.model_dump(mode="json", exclude_none=True)
    return json.dumps(value, ensure_ascii=False, default=str)


def job_ids(kit: ServerKit) -> Values:
    """Complete ids of postings: by the beginning of the id, or by words of the posting."""

    def values(user: str, typed: str) -> list[str]:
        from jobtracker.jobs.model import SearchRequest
        from jobtracker.jobs.service import JobService

        words = "" if typed.startswith("job_") else typed
        found = JobService(kit.core).search(user, SearchRequest(query=words, limit=50)).jobs
        return [job.job_id for job in found if words or job.job_id.startswith(typed)]

    return values


def resume_ids(kit: ServerKit) -> Values:
    """Complete ids of the person's résumés."""

    def values(user: str, typed: str) -> list[str]:
        from jobtracker.resumes.service import ResumeService

        kept = ResumeService(kit.core).list(user).resumes
        return [item.resume_id for item in kept if item.resume_id.startswith(typed)]

    return values


def posting_text(kit: ServerKit, user: str, job_id: str) -> str:
    """Return a posting as a prompt is told of it.

    Raises:
        NotFound: there is none of that id.
    """
    from jobtracker.jobs.service import JobService

    job = JobService(kit.core).get(user, job_id)
    return "\n".join(
        part for part in (job.title, job.company or "", job.location, job.description) if part
    )


def resume_json(kit: ServerKit, user: str, resume_id: str = "") -> str:
    """Return a résumé as JSON, the one last used by default.

    Raises:
        NotFound: there is none.
    """
    from jobtracker.resumes.service import ResumeService

    return _json(ResumeService(kit.core).get(user, resume_id or None).resume)
