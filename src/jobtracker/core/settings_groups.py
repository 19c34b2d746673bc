"""The groups of settings and what each value may be; `config/default.toml` says what for."""

from __future__ import annotations

import ipaddress
import re
from datetime import time
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator


class Group(BaseModel):
    """Some settings that belong together; a name that is none of them is refused."""

    model_config = ConfigDict(extra="forbid")


class LlmSettings(Group):
    """The language model, if there is one."""

    model: str
    base_url: str
    api_key: SecretStr
    max_steps: int = Field(ge=1, le=64)
    max_tool_calls: int = Field(ge=1, le=256)
    max_output_tokens: int = Field(ge=16)
    timeout_seconds: float = Field(gt=0)
    stall_seconds: float = Field(gt=0)
    context_tokens: int = Field(ge=1000)
    writer: str = Field(pattern=r"^([\w.]+:\w+)?$")
    writing_seconds: float = Field(gt=0)
    remember: bool
    monthly_limit: float = Field(ge=0)
    input_price: float = Field(ge=0)
    output_price: float = Field(ge=0)
    currency: str = Field(pattern=r"^[A-Z]{3}$")


class UrlSettings(Group):
    """A service reached by its URL; empty where the embedded engine serves."""

    url: str


class RedisSettings(UrlSettings):
    """What many processes share: cache, notices, rate limits, streams."""

    timeout_seconds: float = Field(gt=0, le=60)


class CacheSettings(Group):
    """Sizes and lifetimes of the cache's layers."""

    memory_mb: int = Field(ge=1)
    memory_seconds: float = Field(gt=0)
    redis_seconds: float = Field(gt=0)
    disk_mb: int = Field(ge=0)
    disk_seconds: float = Field(gt=0)


class VectorSettings(UrlSettings):
    """Where the vectors live."""

    shards: int = Field(ge=1, le=128)
    start_seconds: float = Field(gt=0)
    linger_seconds: float = Field(ge=0.5, le=86400)


class EmbeddingSettings(Group):
    """Which model turns text into vectors."""

    model: str


class DurableSettings(Group):
    """Jobs that outlive a process."""

    concurrency: int = Field(ge=1, le=256)
    poll_seconds: float = Field(ge=0.05, le=60)
    keep_days: int = Field(ge=1)
    grace_seconds: int = Field(ge=0, le=3600)
    handlers: list[str]


class WorkerSettings(Group):
    """The pool of worker processes; `count` is 0 where the setting says auto."""

    count: int = Field(ge=0, le=256)
    memory_mb: int = Field(ge=128)
    reserve_mb: int = Field(ge=0)
    timeout_seconds: float = Field(gt=0)
    queue: int = Field(ge=1, le=100_000)
    wait_seconds: float = Field(gt=0)
    max_tasks: int = Field(ge=1)
    recycle_mb: int = Field(ge=32)
    idle_seconds: float = Field(gt=0)
    overcommit: bool
    uncapped: bool

    @field_validator("count", mode="before")
    @classmethod
    def _auto(cls, raw: Any) -> Any:
        if raw == "auto":
            return 0
        if str(raw).strip().lstrip("-").isdigit() and not 1 <= int(raw) <= 256:
            raise ValueError(f"{raw} workers: write 1 to 256, or auto")
        return raw


class HttpSettings(Group):
    """Bounds of every fetch."""

    timeout_seconds: float = Field(gt=0)
    max_bytes: int = Field(ge=1000)
    allow_private: bool


class SearchSettings(Group):
    """What one search asks."""

    deadline_seconds: float = Field(gt=0)
    offline: bool
    samples: bool
    boards: list[str]
    accepted_terms: list[str]
    keys: dict[str, dict[str, SecretStr]]
    fresh_minutes: int = Field(ge=0)
    recheck_after_hours: int = Field(ge=1)


class CalendarSettings(Group):
    """The local calendar and the person's working hours."""

    folder: str
    work_start: time
    work_end: time
    work_days: list[int]
    buffer_minutes: int = Field(ge=0, le=240)
    notice_hours: int = Field(ge=0, le=720)
    lunch: str = Field(pattern=r"^(([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d)?$")
    travel_minutes: int = Field(ge=0, le=480)
    google_client_id: str
    google_client_secret: str = Field(repr=False)
    google_url: str
    google_login_url: str
    google_token_url: str
    microsoft_client_id: str
    microsoft_tenant: str
    microsoft_url: str
    microsoft_login_url: str
    icloud_url: str

    @field_validator("work_days")
    @classmethod
    def _iso_weekdays(cls, days: list[int]) -> list[int]:
        if not days or any(day < 1 or day > 7 for day in days):
            raise ValueError("ISO weekdays from 1 (Monday) to 7, at least one")
        return sorted(set(days))


class McpSettings(Group):
    """How our MCP servers behave."""

    confirm: Literal["elicit", "host"]


class ChatSettings(Group):
    """Bounds of a conversation."""

    timeout_seconds: float = Field(gt=0)
    page_size: int = Field(ge=1, le=20)
    max_message_chars: int = Field(ge=100)


class ServerSettings(Group):
    """`jobtracker serve`: where it listens, and for whom."""

    host: str
    port: int = Field(ge=0, le=65535)
    accounts: Literal["off", "invite", "open"]
    public_url: str
    max_body_mb: int = Field(ge=1, le=1000)
    body_seconds: float = Field(gt=0)
    rate_per_minute: int = Field(ge=0)
    trusted_proxies: list[str]
    session_idle_hours: float = Field(gt=0)
    session_days: float = Field(gt=0)
    invite_days: float = Field(gt=0)
    header_seconds: float = Field(gt=0)
    resume_seconds: float = Field(ge=0, le=600)
    stop_seconds: int = Field(ge=0, le=600)
    processes: int = Field(ge=1, le=64)
    log_format: Literal["text", "json"]
    metrics_open: bool
    traces_url: str

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, names: list[str]) -> list[str]:
        for name in names:
            ipaddress.ip_network(name, strict=False)
        return names

    @field_validator("public_url")
    @classmethod
    def _plain_origin(cls, url: str) -> str:
        if url and not re.fullmatch(r"https?://[^/\s?#@]+/?", url):
            raise ValueError("an address without a path, such as https://jobs.example.ch")
        return url.rstrip("/")


class OAuthSettings(Group):
    """The authorization server whose access tokens this server accepts (RFC 9068, RFC 8707)."""

    issuer: str
    jwks_url: str
    algorithms: list[str]
    scopes: dict[str, list[str]]

    @field_validator("algorithms")
    @classmethod
    def _asymmetric(cls, names: list[str]) -> list[str]:
        if not names or any(
            not re.fullmatch(r"(RS|PS|ES)(256|384|512)|Ed(DSA|25519)", n) for n in names
        ):
            raise ValueError("signatures with a public key, such as RS256, ES256 or EdDSA")
        return names


class OidcProvider(Group):
    """A service that people may log in by. `create` lets it make accounts for whoever it knows."""

    name: str
    issuer: str
    client_id: str
    client_secret: SecretStr = SecretStr("")
    create: bool = False


class OidcSettings(Group):
    """Logins by other services (OpenID Connect)."""

    providers: dict[str, OidcProvider]

    @field_validator("providers")
    @classmethod
    def _plain_keys(cls, providers: dict[str, OidcProvider]) -> dict[str, OidcProvider]:
        if any(not re.fullmatch(r"[a-z0-9-]{1,32}", key) for key in providers):
            raise ValueError("a provider's key is 1 to 32 small letters, digits or hyphens")
        return providers
