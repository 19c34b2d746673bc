"""Monster: no open interface; give alert e-mails or a posting as text."""

from __future__ import annotations

from jobtracker.jobs.sources.page import ByPage
from jobtracker.jobs.sources.port import Capability, SourceInfo


class Monster(ByPage):
    """Listed so that the person learns what works instead."""

    info = SourceInfo(
        name="monster",
        title="Monster",
        kind="board",
        auth="partner",
        terms_url="https://www.monster.com/terms-of-use",
        limits="",
        status="by_page_only",
        capabilities=frozenset({Capability.PARSE}),
        hosts=(".monster.com", ".monster.ch", ".monster.de"),
        per_minute=30,
        note="no open interface; import its alert e-mails, or a posting's text",
    )
