"""What an address leads to: one posting, a page of several, or an employer's whole board."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from jobtracker.core.errors import BY_CODE, ContractChanged, JobTrackerError, NotFound, Unavailable
from jobtracker.jobs.careers import Board, board_of_url, boards_in, is_posting
from jobtracker.jobs.employers import board_at
from jobtracker.jobs.model import RawPosting
from jobtracker.jobs.sources import source_class
from jobtracker.jobs.sources.port import Capability, Query

if TYPE_CHECKING:
    from jobtracker.core.bootstrap import Core
    from jobtracker.jobs.live import LiveSources

SECONDS = 60.0
DETAILS = 200
MOST_BOARDS = 3
"""Boards of a page that are tried."""
Parse = Callable[[Any, str], list[RawPosting]]


class ByUrl:
    """Reads addresses; `parse` translates what a page answers."""

    def __init__(self, core: Core, live: LiveSources, parse: Parse) -> None:
        self._core = core
        self._live = live
        self._parse = parse

    def read(self, user: str, url: str) -> list[RawPosting]:
        """Return the postings at an address.

        Raises:
            JobTrackerError: it cannot be fetched, or neither it nor the boards it names hold any.
        """
        board = board_of_url(url)
        if board is not None and not is_posting(url):
            return self._board(user, board)
        try:
            answer = self._core.http.get(url)
        except (NotFound, Unavailable):
            known = board_at(url)
            if board is not None or known is None:
                raise
            return self._board(user, known)
        try:
            return self._parse(answer.text, answer.url)
        except (NotFound, ContractChanged) as exc:
            return self._behind(user, url, answer.text, board or board_of_url(answer.url), exc)

    def _behind(
        self, user: str, url: str, page: str, named: Board | None, trouble: JobTrackerError
    ) -> list[RawPosting]:
        """Return what the boards hold that a page without postings names: one posting, or all."""
        tried: list[Board] = [named] if named else []
        own = board_at(url)
        for board in [*boards_in(page), *([own] if own else [])]:
            if board not in tried:
                tried.append(board)
        for board in tried[:MOST_BOARDS]:
            try:
                rows = self._board(user, board)
            except JobTrackerError:
                continue
            if named is None and not is_posting(url):
                return rows
            if one := [row for row in rows if _is_at(row, url)]:
                return one[:1]
        raise trouble

    def _board(self, user: str, board: Board) -> list[RawPosting]:
        source, token = board
        kind = source_class(source)
        if Capability.BOARD not in kind.info.capabilities:
            raise NotFound(f"{kind.info.title} has no boards of employers")
        query = Query(board=token, limit=20_000, now=self._core.clock.now())
        answers = self._live.ask_again(user, source, query, SECONDS, DETAILS)
        rows = [row for _, found in answers.postings for row in found]
        if rows:
            return rows
        if not answers.failures:
            raise NotFound(f"the board {source}:{token} is there but holds no postings")
        code, _, said = answers.failures[0].reason.partition(": ")
        raise BY_CODE.get(code, Unavailable)(said)


def _is_at(row: RawPosting, url: str) -> bool:
    number = row.external_id.rpartition("/")[2]
    same = row.url is not None and row.url.split("?")[0].rstrip("/") == url.split("?")[0].rstrip(
        "/"
    )
    return same or (len(number) > 3 and number in url)
