from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from jobtracker.calendars.service import CalendarService
from jobtracker.core.bootstrap import Core
from jobtracker.core.settings import load_settings

NOW = "2026-11-23T09:00:00+01:00"  # a Monday


@pytest.fixture
def make_service(tmp_path: Path) -> Iterator[Callable[..., CalendarService]]:
    """Builds services over one home; settings may be overridden by keyword."""
    opened: list[CalendarService] = []

    def make(**overrides: Any) -> CalendarService:
        values = {"home": str(tmp_path / "home"), "now": NOW, "timezone": "Europe/Zurich"}
        core = Core(load_settings(**{**values, **overrides}))
        opened.append(CalendarService(core))
        return opened[-1]

    yield make
    for service in opened:
        service.close()
        service.core.close()


@pytest.fixture
def service(make_service: Callable[..., CalendarService]) -> CalendarService:
    return make_service()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The local user's calendar folder."""
    path = tmp_path / "home" / "calendars" / "local"
    path.mkdir(parents=True)
    return path
