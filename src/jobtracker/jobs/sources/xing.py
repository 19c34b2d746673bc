"""XING: its interface is for partners; give the address of a posting."""

from __future__ import annotations

from jobtracker.jobs.sources.page import ByPage
from jobtracker.jobs.sources.port import Capability, SourceInfo


class Xing(ByPage):
    """Listed so that the person learns what works instead."""

    info = SourceInfo(
        name="xing",
        title="XING",
        kind="board",
        auth="partner",
        terms_url="https://www.xing.com/terms",
        limits="",
        status="by_page_only",
        capabilities=frozenset({Capability.PARSE}),
        hosts=("www.xing.com",),
        per_minute=30,
        note="its interface is for partners; give a posting's address, or import its alert e-mails",
    )
