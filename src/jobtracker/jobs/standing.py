"""How every source stands: terms, whether it is asked, what it gave, how much of that died."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobtracker.core.clock import Clock
from jobtracker.core.identity import SHARED_USER
from jobtracker.core.settings import SearchSettings
from jobtracker.jobs.asked import WAIT
from jobtracker.jobs.live import usable
from jobtracker.jobs.model import SourceList, SourceState
from jobtracker.jobs.sources import REGISTRY, source_class
from jobtracker.jobs.sources.port import SourceInfo
from jobtracker.jobs.tables import PostingRow, StateRow


def source_list(session: Session, user: str, settings: SearchSettings, clock: Clock) -> SourceList:
    """Return the sources with their numbers, and the share of shown postings found closed."""
    waits = _waits(session, clock)
    counted = (
        sa.select(
            PostingRow.source,
            sa.func.count(),
            sa.func.sum(sa.case((PostingRow.shown > 0, 1), else_=0)),
            sa.func.sum(
                sa.case(((PostingRow.status == "closed") & (PostingRow.shown > 0), 1), else_=0)
            ),
        )
        .where(PostingRow.user_id.in_((user, SHARED_USER)))
        .group_by(PostingRow.source)
    )
    numbers = {
        name: (have, int(shown or 0), int(dead or 0))
        for name, have, shown, dead in session.execute(counted)
    }
    states = [
        _state(source_class(name).info, numbers.get(name, (0, 0, 0)), settings, waits.get(name))
        for name in REGISTRY
    ]
    have, shown, _ = numbers.get("sample", (0, 0, 0))
    total = sum(state.shown for state in states)
    dead = sum(state.found_dead for state in states)
    samples = SourceState(
        name="sample",
        title="Sample catalogue",
        kind="sample",
        auth="none",
        status="works",
        enabled=settings.samples,
        postings=have,
        shown=shown,
        note="invented postings to try things out, no real vacancies",
    )
    return SourceList(
        sources=[*states, samples], dead_share=round(dead / total, 4) if total else None
    )


def _waits(session: Session, clock: Clock) -> dict[str, datetime]:
    """Return until when each source is left alone that asked for it."""
    query = sa.select(StateRow.name, StateRow.value).where(StateRow.name.startswith(WAIT))
    now = clock.now()
    found = {
        name.removeprefix(WAIT): datetime.fromisoformat(value)
        for name, value in session.execute(query).all()
    }
    return {name: until.astimezone(clock.zone) for name, until in found.items() if until > now}


def _state(
    info: SourceInfo,
    numbers: tuple[int, int, int],
    settings: SearchSettings,
    waiting: datetime | None,
) -> SourceState:
    have, shown, dead = numbers
    boards = any(spec.startswith(f"{info.name}:") for spec in settings.boards)
    return SourceState(
        name=info.name,
        title=info.title,
        kind=info.kind,
        auth=info.auth,
        status=info.status,
        enabled=not settings.offline and (usable(info, settings) or boards),
        terms_url=info.terms_url,
        limits=info.limits,
        note=info.note,
        postings=have,
        shown=shown,
        found_dead=dead,
        waiting_until=waiting,
    )
