"""`jobtracker doctor` names what `jobtracker serve` would trip over."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest

from jobtracker.cli import doctor_server
from jobtracker.core.bootstrap import Core
from jobtracker.core.errors import BadInput, Forbidden, Unavailable
from jobtracker.core.settings import load_settings


def core(tmp_path: Path, **more: Any) -> Core:
    return Core(load_settings(home=str(tmp_path / "home"), **more))


def test_a_free_port_is_told(tmp_path: Path) -> None:
    assert "(free), this machine only" in doctor_server.server(core(tmp_path, server={"port": 0}))


def test_a_port_of_another_program_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Unavailable, match=str(port)):
            doctor_server.server(core(tmp_path, server={"port": port}))


def test_open_addresses_and_plain_http_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Forbidden, match="loopback only"):
        doctor_server.server(core(tmp_path, server={"host": "0.0.0.0", "port": 0}))
    with pytest.raises(BadInput, match="https"):
        doctor_server.server(core(tmp_path, server={"accounts": "invite", "port": 0}))


def test_redis_is_asked_only_where_it_is_named(tmp_path: Path) -> None:
    assert doctor_server.redis(core(tmp_path)).startswith("none")
    with pytest.raises(Unavailable, match="Redis"):
        doctor_server.redis(core(tmp_path, redis={"url": "redis://127.0.0.1:1/0"}))
