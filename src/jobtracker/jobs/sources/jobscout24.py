"""JobScout24: no interface; give the address of a posting."""

from __future__ import annotations

from jobtracker.jobs.sources.page import ByPage
from jobtracker.jobs.sources.port import Capability, SourceInfo


class JobScout24(ByPage):
    """Listed so that the person learns what works instead."""

    info = SourceInfo(
        name="jobscout24",
        title="JobScout24",
        kind="board",
        auth="partner",
        terms_url="https://www.jobscout24.ch/en/terms/",
        limits="",
        status="by_page_only",
        capabilities=frozenset({Capability.PARSE}),
        hosts=("www.jobscout24.ch",),
        per_minute=30,
        note="no interface; give the address of a posting, or import its alert e-mails",
    )
