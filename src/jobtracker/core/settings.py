"""Every setting, from `config/default.toml` and the environment; the only reader of the latter.

Precedence: arguments, environment (`JOBTRACKER_…`, nested by `__`), a `config.toml` in the home
folder, `config/default.toml`.
"""

from __future__ import annotations

import ipaddress
import os
import re
import tomllib
from datetime import time
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from jobtracker.core.clock import Clock, parse_instant, parse_zone
from jobtracker.core.errors import BadInput
from jobtracker.core.identity import user_id
from jobtracker.core.paths import asset_dir


class _Group(BaseModel):
    model_config = ConfigDict(extra="forbid")


class LlmSettings(_Group):
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
    monthly_limit: float = Field(ge=0)
    input_price: float = Field(ge=0)
    output_price: float = Field(ge=0)
    currency: str = Field(pattern=r"^[A-Z]{3}$")


class UrlSettings(_Group):
    """A service reached by its URL; empty where the embedded engine serves."""

    url: str


class CacheSettings(_Group):
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


class EmbeddingSettings(_Group):
    """Which model turns text into vectors."""

    model: str


class DurableSettings(_Group):
    """Jobs that outlive a process."""

    concurrency: int = Field(ge=1, le=256)
    poll_seconds: float = Field(ge=0.05, le=60)
    keep_days: int = Field(ge=1)
    grace_seconds: int = Field(ge=0, le=3600)
    handlers: list[str]


class WorkerSettings(_Group):
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


class HttpSettings(_Group):
    """Bounds of every fetch."""

    timeout_seconds: float = Field(gt=0)
    max_bytes: int = Field(ge=1000)
    allow_private: bool


class SearchSettings(_Group):
    """What one search asks."""

    deadline_seconds: float = Field(gt=0)
    offline: bool
    samples: bool
    boards: list[str]
    accepted_terms: list[str]
    keys: dict[str, dict[str, SecretStr]]
    fresh_minutes: int = Field(ge=0)


class CalendarSettings(_Group):
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


class McpSettings(_Group):
    """How our MCP servers behave."""

    confirm: Literal["elicit", "host"]


class ChatSettings(_Group):
    """Bounds of a conversation."""

    timeout_seconds: float = Field(gt=0)
    page_size: int = Field(ge=1, le=20)
    max_message_chars: int = Field(ge=100)


class ServerSettings(_Group):
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


class OAuthSettings(_Group):
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


class OidcProvider(_Group):
    """A service that people may log in by. `create` lets it make accounts for whoever it knows."""

    name: str
    issuer: str
    client_id: str
    client_secret: SecretStr = SecretStr("")
    create: bool = False


class OidcSettings(_Group):
    """Logins by other services (OpenID Connect)."""

    providers: dict[str, OidcProvider]

    @field_validator("providers")
    @classmethod
    def _plain_keys(cls, providers: dict[str, OidcProvider]) -> dict[str, OidcProvider]:
        if any(not re.fullmatch(r"[a-z0-9-]{1,32}", key) for key in providers):
            raise ValueError("a provider's key is 1 to 32 small letters, digits or hyphens")
        return providers


class Settings(BaseSettings):
    """All settings of one process; `config/default.toml` holds the defaults and the reasons."""

    model_config = SettingsConfigDict(
        env_prefix="JOBTRACKER_", env_nested_delimiter="__", extra="forbid"
    )

    home: str
    user: str
    now: str
    timezone: str
    language: str
    log_level: Literal["debug", "info", "warning", "error"]
    llm: LlmSettings
    store: UrlSettings
    redis: UrlSettings
    cache: CacheSettings
    vectors: VectorSettings
    embedding: EmbeddingSettings
    workers: WorkerSettings
    durable: DurableSettings
    http: HttpSettings
    search: SearchSettings
    calendar: CalendarSettings
    mcp: McpSettings
    chat: ChatSettings
    server: ServerSettings
    oauth: OAuthSettings
    oidc: OidcSettings

    @field_validator("user")
    @classmethod
    def _usable_user(cls, raw: str) -> str:
        return user_id(raw)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments win over the environment, the environment over the files."""
        return (init_settings, env_settings, _TomlFiles(settings_cls))

    @property
    def home_dir(self) -> Path:
        """The folder of all state; not created here."""
        return Path(self.home).expanduser() if self.home else _default_home()

    @property
    def zone(self) -> ZoneInfo:
        """The person's time zone."""
        return parse_zone(self.timezone) if self.timezone else _system_zone()

    def clock(self) -> Clock:
        """Return the clock that these settings describe."""
        zone = self.zone
        return Clock(zone=zone, fixed=parse_instant(self.now, zone) if self.now else None)


class _TomlFiles(PydanticBaseSettingsSource):
    """`config/default.toml`, overlaid by the home folder's `config.toml` where there is one."""

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        merged = default_values()
        home = os.environ.get("JOBTRACKER_HOME", "")
        own = (Path(home).expanduser() if home else _default_home()) / "config.toml"
        try:
            text = own.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return merged
        try:
            return _overlay(merged, tomllib.loads(text))
        except tomllib.TOMLDecodeError as exc:
            raise BadInput(f"settings file {own} is not TOML: {exc}") from exc


def _overlay(base: dict[str, Any], top: dict[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in top.items():
        below = merged.get(key)
        if isinstance(below, dict) and isinstance(value, dict):
            value = _overlay(cast("dict[str, Any]", below), cast("dict[str, Any]", value))
        merged[key] = value
    return merged


@cache
def _default_text() -> str:
    return (asset_dir("config") / "default.toml").read_text(encoding="utf-8")


def default_values() -> dict[str, Any]:
    """Return the content of `config/default.toml` as nested dictionaries."""
    return tomllib.loads(_default_text())


def _default_home() -> Path:
    from platformdirs import user_data_path

    return user_data_path("jobtracker", appauthor=False)


@cache
def _system_zone() -> ZoneInfo:
    """The system's zone by its IANA name; Europe/Zurich where that is UTC or cannot be told."""
    candidates = [os.environ.get("TZ", "").lstrip(":")]
    try:
        link = Path("/etc/localtime").resolve().as_posix()
        candidates.append(link.partition("zoneinfo/")[2])
    except OSError:
        pass
    for name in candidates:
        if name and name not in {"UTC", "Etc/UTC", "UCT", "Etc/UCT", "Zulu", "GMT", "Etc/GMT"}:
            try:
                return parse_zone(name)
            except BadInput:
                continue
    return ZoneInfo("Europe/Zurich")


def load_settings(**overrides: Any) -> Settings:
    """Build the settings.

    Raises:
        BadInput: a value does not fit; the message names the setting and its variable.
    """
    try:
        settings = Settings(**overrides)
        _ = settings.clock()
    except ValidationError as exc:
        first = exc.errors()[0]
        path = [str(part) for part in first["loc"]]
        variable = "JOBTRACKER_" + "__".join(path).upper()
        raise BadInput(f"setting {'.'.join(path)} ({variable}): {first['msg']}") from exc
    return settings


def shared_metrics(folder: Path | None = None) -> bool:
    """Tell whether processes add their figures up in a folder; with a folder, begin to.

    prometheus-client knows no other way than its variable, read when it is imported.
    """
    if folder is not None:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
    return bool(os.environ.get("PROMETHEUS_MULTIPROC_DIR"))


def child_environment(**extra: str) -> dict[str, str]:
    """Return the environment for a child process of ours, with `extra` laid over it."""
    return {**os.environ, **extra}
