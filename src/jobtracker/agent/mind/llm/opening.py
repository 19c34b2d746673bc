"""Builds the chat model that the settings name. Importing a vendor's package takes seconds."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from jobtracker.core.settings import LlmSettings

NO_KEY = "not-needed"
"""Sent to a server of one's own where no key is set: never a key from the environment."""

OPTIONAL = ("stream_options", "max_tokens", "tool_choice")
"""Options that a server may refuse, and that can be done without."""

_COMPATIBLE = {"ollama": "http://localhost:11434/v1"}
"""Providers that are spoken to as OpenAI-compatible servers, and where they are by default."""


@dataclass
class Opened:
    """A model of one event loop, and its HTTP client.

    `says_end`: it names the reason why an answer ended. `chooses`: it knows `tool_choice`.
    """

    model: BaseChatModel
    client: Any
    says_end: bool
    chooses: bool = False


def build(settings: LlmSettings, refused: frozenset[str] = frozenset()) -> Opened:
    """Return the model, without the `OPTIONAL` options in `refused`.

    Raises whatever the vendor's package raises.
    """
    provider, _, name = settings.model.partition(":")
    url = settings.base_url or _COMPATIBLE.get(provider, "")
    # Ollama's own names have a colon too (llama3:8b): only these prefixes mean a provider.
    if provider in {"openai", *_COMPATIBLE} and name:
        return _openai(settings, name, url, refused)
    if url and not _is_provider(provider if name else ""):
        return _openai(settings, settings.model, url, refused)
    return _any(settings)


def _openai(settings: LlmSettings, name: str, url: str, refused: frozenset[str]) -> Opened:
    from langchain_openai import ChatOpenAI
    from openai import DefaultAsyncHttpxClient, DefaultHttpxClient

    options = _common(settings)
    if url:
        options["base_url"] = url
        options.setdefault("api_key", NO_KEY)
        options["use_responses_api"] = False
        if "max_tokens" not in refused:
            # Beside max_completion_tokens, which servers of one's own may not know yet.
            options["extra_body"] = {"max_tokens": settings.max_output_tokens}
    if not name:
        name = _first_model(url, options["api_key"])
    client = DefaultAsyncHttpxClient(verify=_trust())
    model = ChatOpenAI(
        model=name,
        stream_usage="stream_options" not in refused,
        stream_chunk_timeout=0,
        http_async_client=client,
        http_client=DefaultHttpxClient(verify=_trust()),  # unused; made by the vendor otherwise
        **options,
    )
    plain = not model.use_responses_api
    return Opened(model, client, says_end=plain, chooses=plain and "tool_choice" not in refused)


@cache
def _trust() -> ssl.SSLContext:
    """Return the certificates of the system and of certifi, read once: that takes 50 ms."""
    import certifi

    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def _first_model(url: str, key: str) -> str:
    """Return the model that a server of one's own serves, where the settings name none."""
    from openai import OpenAI

    with OpenAI(base_url=url, api_key=key, max_retries=0, timeout=5) as client:
        served = [model.id for model in client.models.list().data]
    if not served:
        raise ValueError(f"{url} lists no model; set llm.model (JOBTRACKER_LLM__MODEL)")
    return served[0]


def _any(settings: LlmSettings) -> Opened:
    from langchain import chat_models

    module: Any = chat_models
    options = _common(settings)
    if settings.base_url:
        options["base_url"] = settings.base_url
    return Opened(module.init_chat_model(settings.model, **options), None, says_end=False)


def _common(settings: LlmSettings) -> dict[str, Any]:
    options: dict[str, Any] = {
        "max_tokens": settings.max_output_tokens,
        "timeout": settings.timeout_seconds,
        "max_retries": 0,
    }
    if key := settings.api_key.get_secret_value():
        options["api_key"] = key
    return options


def _is_provider(prefix: str) -> bool:
    """Tell whether LangChain knows the prefix as a provider other than OpenAI."""
    if not prefix or prefix == "openai":
        return False
    from langchain.chat_models import base

    known: Any = getattr(base, "_BUILTIN_PROVIDERS", {})
    return prefix in known
