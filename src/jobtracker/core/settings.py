"""Every setting, from `config/default.toml` and the environment; the only reader of the latter.

Precedence: arguments, environment (`JOBTRACKER_…`, nested by `__`), a `config.toml` in the home
folder, `config/default.toml`.
"""

from __future__ import annotations

import os
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo

from pydantic import ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from jobtracker.core.clock import Clock, parse_instant, parse_zone
from jobtracker.core.errors import BadInput
from jobtracker.core.identity import user_id
from jobtracker.core.paths import asset_dir
from jobtracker.core.settings_groups import (
    CacheSettings,
    CalendarSettings,
    ChatSettings,
    DurableSettings,
    EmbeddingSettings,
    HttpSettings,
    LlmSettings,
    McpSettings,
    OAuthSettings,
    OidcSettings,
    RedisSettings,
    SearchSettings,
    ServerSettings,
    UrlSettings,
    VectorSettings,
    WorkerSettings,
)


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
    redis: RedisSettings
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
