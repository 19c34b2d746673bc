"""Where events live. One port, one file per provider; this table is the registry."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from jobtracker.core.errors import BadInput

if TYPE_CHECKING:
    from jobtracker.calendars.providers.port import ProviderInfo

REGISTRY: dict[str, str] = {
    "local_folder": "jobtracker.calendars.providers.local_folder:LocalFolder",
    "caldav": "jobtracker.calendars.providers.caldav:CalDav",
    "icloud": "jobtracker.calendars.providers.icloud:ICloud",
    "google": "jobtracker.calendars.providers.google:Google",
    "graph": "jobtracker.calendars.providers.graph:Graph",
}


def provider_class(name: str) -> type:
    """Import and return the adapter of that name.

    Raises:
        BadInput: no such provider.
    """
    path = REGISTRY.get(name)
    if path is None:
        raise BadInput(
            f"calendar provider {name[:40]!r} is unknown; use one of {', '.join(REGISTRY)}"
        )
    module, _, attribute = path.partition(":")
    return getattr(import_module(module), attribute)


def provider_info(name: str) -> ProviderInfo:
    """Return the card of a provider.

    Raises:
        BadInput: no such provider.
    """
    return provider_class(name).info  # type: ignore[attr-defined]
