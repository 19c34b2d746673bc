"""Messages and calendar files that are made to cost: they end alone, and soon."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from jobtracker.calendars import icstext
from jobtracker.calendars.service import CalendarService
from jobtracker.core.errors import BudgetExceeded
from jobtracker.core.settings import load_settings

MAIL = (
    "From: Anna <anna@acme.example>\nSubject: Interview at Acme AG\nMIME-Version: 1.0\n"
    "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\n"
    "We would like to meet you on Thursday 26 November 2026 at 14:00.\n"
)
PART = "--b\nContent-Type: text/html\n\n<p>hello</p>\n"


def test_a_long_message_is_read_in_a_worker_process_as_it_would_be_here(
    service: CalendarService,
) -> None:
    short, long = MAIL + "--b--\n", MAIL + PART * 2000 + "--b--\n"
    here = service.read_invitation("ann", text=short)
    assert "workers" not in service.core.__dict__
    found = service.read_invitation("ann", text=long)
    assert (found.start, found.company) == (here.start, here.company) and found.start is not None
    (kind,) = service.core.workers.snapshot().kinds
    assert kind.endswith("invitations.reader.read")


def test_a_mail_of_too_many_parts_is_given_up(
    make_service: Callable[..., CalendarService],
) -> None:
    workers: dict[str, Any] = {**load_settings().workers.model_dump(), "count": "auto"}
    service = make_service(workers={**workers, "timeout_seconds": 1.0})
    with pytest.raises(BudgetExceeded, match="longer than 1 s"):
        service.read_invitation("eve", text=MAIL + PART * 200_000)


def test_components_that_are_nested_without_end_cost_no_more_than_their_lines() -> None:
    """Each END that looks through all that is open would run into the suite's time-out here."""
    many = 300_000
    tree = icstext.parse("BEGIN:A\n" * many + "END:B\n" * many + "END:A\n" * many)
    assert "END:B without its BEGIN" in tree.warnings
    assert "A is nested too deeply and was skipped" in tree.warnings
    mixed = icstext.parse("BEGIN:A\nBEGIN:B\nX:1\nEND:A\nBEGIN:C\nEND:C\n")
    assert [child.name for child in mixed.root.children] == ["A", "C"]
    assert mixed.warnings == ["a component inside A is not closed"]
