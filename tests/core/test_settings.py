"""Settings: one list of names in three places, clear errors, the right precedence."""

import importlib.util
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from jobtracker.core.errors import BadInput
from jobtracker.core.settings import Settings, default_values, load_settings

ROOT = Path(__file__).resolve().parents[2]


def names_of(model: type[BaseModel], prefix: str = "") -> set[str]:
    found: set[str] = set()
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            found |= names_of(kind, f"{prefix}{name}.")
        else:
            found.add(prefix + name)
    return found


def flat(values: dict[str, Any], prefix: str = "") -> set[str]:
    found: set[str] = set()
    for name, value in values.items():
        found |= (
            flat(value, f"{prefix}{name}.")
            if isinstance(value, dict) and value
            else {prefix + name}
        )
    return found


def test_the_model_and_the_toml_name_the_same_settings() -> None:
    assert names_of(Settings) == flat(default_values())


def test_env_example_is_made_from_the_toml() -> None:
    spec = importlib.util.spec_from_file_location("env_example", ROOT / "scripts/env_example.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    toml = (ROOT / "config/default.toml").read_text()
    text = (ROOT / ".env.example").read_text()
    assert text == module.example(toml), "run: python scripts/env_example.py"
    variables = re.findall(r"^#JOBTRACKER_(\w+)=", text, re.M)
    assert {name.lower().replace("__", ".") for name in variables} == names_of(Settings)


def test_every_default_says_why() -> None:
    toml = (ROOT / "config/default.toml").read_text()
    bare = [line for line in toml.splitlines() if re.match(r"\w+ =", line) and "#" not in line]
    assert bare == []


def test_the_environment_wins_over_the_home_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("JOBTRACKER_HOME", str(tmp_path))
    (tmp_path / "config.toml").write_text(
        'timezone = "Asia/Tokyo"\n[llm]\nmodel = "a"\nbase_url = "b"\n'
    )
    monkeypatch.setenv("JOBTRACKER_LLM__MODEL", "c")
    settings = load_settings()
    assert (settings.timezone, settings.llm.model, settings.llm.base_url) == (
        "Asia/Tokyo",
        "c",
        "b",
    )
    assert load_settings(timezone="Europe/Rome").zone.key == "Europe/Rome"


@pytest.mark.parametrize(
    ("variable", "value", "named"),
    [
        ("JOBTRACKER_WORKERS__COUNT", "0", "workers.count"),
        ("JOBTRACKER_LOG_LEVEL", "loud", "log_level"),
        ("JOBTRACKER_TIMEZONE", "Mars/Olympus", "Mars/Olympus"),
        ("JOBTRACKER_NOW", "soon", "soon"),
        ("JOBTRACKER_USER", "../etc", "../etc"),
    ],
)
def test_a_bad_value_is_named(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, named: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(BadInput, match=re.escape(named)):
        load_settings()


def test_a_broken_home_file_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JOBTRACKER_HOME", str(tmp_path))
    (tmp_path / "config.toml").write_text("timezone = ")
    with pytest.raises(BadInput, match=r"config\.toml"):
        load_settings()


def test_the_key_is_not_shown() -> None:
    settings = load_settings(llm={**default_values()["llm"], "api_key": "sk-secret"})
    assert "sk-secret" not in repr(settings)


def test_a_system_in_utc_means_zurich(monkeypatch: pytest.MonkeyPatch) -> None:
    from jobtracker.core import settings as module

    module._system_zone.cache_clear()
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setattr(module.Path, "resolve", lambda self: Path("/usr/share/zoneinfo/Etc/UTC"))
    assert module._system_zone().key == "Europe/Zurich"
    module._system_zone.cache_clear()


def test_the_toml_parses() -> None:
    assert tomllib.loads((ROOT / "config/default.toml").read_text())
