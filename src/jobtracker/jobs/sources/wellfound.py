"""Wellfound (AngelList): no open interface, and pages refuse servers; paste a posting as text."""

from __future__ import annotations

from jobtracker.jobs.sources.page import ByPage
from jobtracker.jobs.sources.port import Capability, SourceInfo


class Wellfound(ByPage):
    """Listed so that the person learns what works instead."""

    info = SourceInfo(
        name="wellfound",
        title="Wellfound (AngelList)",
        kind="board",
        auth="partner",
        terms_url="https://wellfound.com/terms",
        limits="",
        status="by_page_only",
        capabilities=frozenset({Capability.PARSE}),
        hosts=("wellfound.com", "angel.co"),
        per_minute=30,
        note="no open interface, pages refuse servers; import alert e-mails or a posting's text",
    )
