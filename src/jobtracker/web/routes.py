"""The one table of what is served. A router that is not here is not reachable.

Order matters where paths overlap: pages come last, since they own `/`. What is asked most comes
first, for routes are looked through one after the other.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import APIRouter

ROUTERS: tuple[str, ...] = (
    "jobtracker.web.api.health",
    "jobtracker.web.api.chat",
    "jobtracker.web.api.threads",
    "jobtracker.web.api.capture",
    "jobtracker.web.api.openai",
    "jobtracker.web.api.account",
    "jobtracker.web.api.account_access",
    "jobtracker.web.api.account_factors",
    "jobtracker.web.api.account_passkeys",
    "jobtracker.web.api.account_oidc",
    "jobtracker.web.api.account_data",
    "jobtracker.web.api.account_admin",
    "jobtracker.web.mcp",
    "jobtracker.web.api.jobs",
    "jobtracker.web.api.resumes",
    "jobtracker.web.api.applications",
    "jobtracker.web.api.calendar",
    "jobtracker.web.api.coaching",
    "jobtracker.web.api.memories",
    "jobtracker.web.api.reviews",
    "jobtracker.web.api.settings",
    "jobtracker.web.api.trends",
    "jobtracker.web.pages.router",
)
"""Modules that each have a `router`."""


def routers() -> list[APIRouter]:
    """Return all routers, in order."""
    return [importlib.import_module(name).router for name in ROUTERS]
