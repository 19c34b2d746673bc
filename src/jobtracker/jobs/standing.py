"""How every source stands: terms, whether it is asked, what it gave, how much of that died."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobtracker.core.identity import SHARED_USER
from jobtracker.core.settings import SearchSettings
from jobtracker.jobs.live import usable
from jobtracker.jobs.model import SourceList, SourceState
from jobtracker.jobs.sources import REGISTRY, source_class
from jobtracker.jobs.sources.port import SourceInfo
from jobtracker.jobs.tables import PostingRow


def source_list(session: Session, user: str, settings: SearchSettings) -> SourceList:
    """Return the sources with their numbers, and the share of shown postings found closed."""
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
        _state(source_class(name).info, numbers.get(name, (0, 0, 0)), settings) for name in REGISTRY
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


def _state(
    info: SourceInfo, numbers: tuple[int, int, int], settings: SearchSettings
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
    )
