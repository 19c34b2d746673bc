"""A core on a fresh home with a fixed clock: Monday 23 November 2026, 10:00 in Zurich."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from jobtracker.core.bootstrap import Core
from jobtracker.core.clock import Clock, parse_instant
from jobtracker.core.settings import load_settings

NOW = "2026-11-23T10:00:00+01:00"


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database with the newest schema: copied, for migrating takes a second."""
    home = tmp_path_factory.mktemp("migrated")
    core = Core(load_settings(home=str(home)))
    with core.store.begin():
        pass
    core.close()
    return home / "jobtracker.db"


@pytest.fixture
def core(tmp_path: Path, migrated: Path) -> Iterator[Core]:
    shutil.copy(migrated, tmp_path)
    opened = Core(load_settings(home=str(tmp_path), now=NOW, timezone="Europe/Zurich"))
    yield opened
    opened.close()


def at(core: Core, moment: str) -> None:
    """Set the fixed clock of this core."""
    zone = core.clock.zone
    core.clock = Clock(zone=zone, fixed=parse_instant(moment, zone))
