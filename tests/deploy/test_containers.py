"""Dockerfile and compose file: what they promise, read from their text."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from jobtracker.core.settings import load_settings
from jobtracker.core.workers_limits import Budget, budget

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "config" / "deploy"


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions, continued lines joined."""
    text = (FOLDER / "Dockerfile").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ")
    found: list[tuple[str, str]] = []
    for line in joined.splitlines():
        word, _, rest = line.partition(" ")
        assert re.fullmatch(r"[A-Z]+", word), line
        found.append((word, rest.strip()))
    return found


def last_stage() -> list[tuple[str, str]]:
    every = instructions()
    start = max(at for at, (word, _) in enumerate(every) if word == "FROM")
    return every[start:]


def test_every_instruction_is_one_that_docker_knows() -> None:
    known = {
        *("FROM", "RUN", "CMD", "LABEL", "EXPOSE", "ENV", "ADD", "COPY", "ENTRYPOINT", "VOLUME"),
        *("USER", "WORKDIR", "ARG", "STOPSIGNAL", "HEALTHCHECK", "SHELL"),
    }
    assert {word for word, _ in instructions()} <= known
    assert all(":" in rest for word, rest in instructions() if word == "FROM"), "pinned images"


def test_it_runs_as_a_user_without_rights_and_says_whether_it_is_well() -> None:
    stage = dict(last_stage())
    assert stage["USER"] == "10001:10001"
    assert "/healthz" in stage["HEALTHCHECK"]
    assert stage["ENTRYPOINT"] == '["jobtracker"]' and stage["CMD"] == '["serve"]'
    assert stage["VOLUME"] == '["/data"]'


def test_what_is_copied_exists_and_is_let_through() -> None:
    ignored = (FOLDER / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    allowed = {line[1:] for line in ignored if line.startswith("!")}
    copied = {
        source
        for word, rest in instructions()
        if word == "COPY" and not rest.startswith("--from")
        for source in (part.removeprefix("./") for part in shlex.split(rest)[:-1])
    }
    assert copied == allowed and "*" in ignored
    assert all((ROOT / name).exists() for name in copied)


def test_the_image_has_the_extras_and_they_exist() -> None:
    (extras,) = re.findall(r'pip install "\.\[([\w,]+)\]"', "\n".join(b for _, b in instructions()))
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for extra in extras.split(","):
        assert re.search(rf"^{extra} = \[", project, re.M), extra


# The parts of the Compose Specification that the file uses, nothing else let through.
# https://github.com/compose-spec/compose-spec/blob/main/spec.md
STRINGS = {"type": "array", "items": {"type": "string"}}
SERVICE: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["image", "restart", "mem_limit", "networks"],
    "properties": {
        "image": {"type": "string", "minLength": 1},
        "build": {
            "type": "object",
            "additionalProperties": False,
            "required": ["context"],
            "properties": {"context": {"type": "string"}, "dockerfile": {"type": "string"}},
        },
        "restart": {"enum": ["no", "always", "on-failure", "unless-stopped"]},
        "init": {"type": "boolean"},
        "read_only": {"type": "boolean"},
        "cap_drop": STRINGS,
        "security_opt": STRINGS,
        "tmpfs": STRINGS,
        "volumes": STRINGS,
        "user": {"type": "string"},
        "command": STRINGS,
        "ports": STRINGS,
        "networks": STRINGS,
        "mem_limit": {"type": "string", "pattern": r"^\d+[kmg]$"},
        "pids_limit": {"type": "integer"},
        "stop_grace_period": {"type": "string", "pattern": r"^\d+[smh]$"},
        "environment": {"type": "object", "additionalProperties": {"type": ["string", "null"]}},
        "depends_on": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "additionalProperties": False,
                "required": ["condition"],
                "properties": {
                    "condition": {
                        "enum": [
                            "service_started",
                            "service_healthy",
                            "service_completed_successfully",
                        ]
                    }
                },
            },
        },
        "healthcheck": {
            "type": "object",
            "additionalProperties": False,
            "required": ["test"],
            "properties": {
                "test": STRINGS,
                "interval": {"type": "string"},
                "timeout": {"type": "string"},
                "start_period": {"type": "string"},
                "retries": {"type": "integer"},
            },
        },
    },
}
COMPOSE: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["services"],
    "patternProperties": {"^x-": {}},
    "properties": {
        "name": {"type": "string", "pattern": "^[a-z0-9][a-z0-9_-]*$"},
        "services": {"type": "object", "additionalProperties": SERVICE},
        "volumes": {"type": "object"},
        "networks": {"type": "object"},
    },
}


@pytest.fixture
def compose() -> dict[str, Any]:
    return yaml.safe_load((FOLDER / "compose.yaml").read_text(encoding="utf-8"))


def test_the_compose_file_has_the_specifications_shape(compose: dict[str, Any]) -> None:
    jsonschema.validate(compose, COMPOSE)
    for service in compose["services"].values():
        assert set(service["networks"]) <= set(compose["networks"])
        assert set(service.get("depends_on", {})) <= set(compose["services"])
        for volume in service.get("volumes", ()):
            assert volume.split(":")[0] in compose["volumes"]


def test_what_others_wait_for_says_whether_it_is_healthy(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        for name, wanted in service.get("depends_on", {}).items():
            if wanted["condition"] == "service_healthy":
                assert "healthcheck" in compose["services"][name]


def test_only_the_server_is_published_and_on_loopback(compose: dict[str, Any]) -> None:
    published = {
        name: service["ports"]
        for name, service in compose["services"].items()
        if service.get("ports")
    }
    assert published == {"serve": ["127.0.0.1:8080:8080"]}
    assert compose["networks"]["inside"] == {"internal": True}
    for name in ("postgres", "redis", "chroma"):
        assert compose["services"][name]["networks"] == ["inside"]


def test_our_services_are_read_only_without_capabilities_and_their_settings_exist(
    compose: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("serve", "worker"):
        service = compose["services"][name]
        assert service["read_only"] and service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service["mem_limit"] == "2g"
    for name, value in compose["services"]["serve"]["environment"].items():
        monkeypatch.setenv(name, re.sub(r"\$\{\w+:[?-][^}]*\}", "", value))
    monkeypatch.setenv("JOBTRACKER_HOME", str(tmp_path))
    settings = load_settings()
    assert settings.store.url.startswith("postgresql://")
    assert budget(settings.workers, 2048) == Budget(1, 1280)


def test_no_secret_is_written_down() -> None:
    for file in [*FOLDER.rglob("*.yaml"), FOLDER / "Dockerfile"]:
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"(?i)(password|api_key|secret)\s*[:=]\s*[\"']?[a-z0-9]{6,}", text)
