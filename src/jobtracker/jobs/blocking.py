"""Which kept postings are worth comparing with new ones: those of the company whose title fits.

An employer can have ten thousand postings. Their titles are compared by hashing and in C, so that
only a handful of them is read whole.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice

import sqlalchemy as sa
from rapidfuzz import fuzz, process
from sqlalchemy.orm import Session

from jobtracker.jobs import dedupe
from jobtracker.jobs.model import JobPosting
from jobtracker.jobs.normalize import company_key
from jobtracker.jobs.tables import PostingRow

MOST = 2000


@dataclass
class _Titles:
    """The titles of one company's new postings."""

    forms: set[str] = field(default_factory=set[str])
    words: set[str] = field(default_factory=set[str])
    placeless: bool = False

    def add(self, posting: JobPosting) -> None:
        self.forms.add(_form(posting.title, posting.location, posting.company))
        self.words |= dedupe.title_words(posting.title)
        self.placeless |= not posting.location

    def fit(self, title: str, location: str, company: str | None) -> bool:
        form = _form(title, location, company)
        if form in self.forms:
            return True
        if not location or self.placeless:
            # The one's title can name the place that the other one states.
            return bool(self.words & dedupe.title_words(title))
        found = process.extractOne(
            form, self.forms, scorer=fuzz.ratio, score_cutoff=dedupe.SLIP, processor=None
        )
        return found is not None


@dataclass
class Block:
    """Postings of one company, with the requisition that each states, found by their titles."""

    held: list[tuple[JobPosting, str | None]] = field(
        default_factory=list[tuple[JobPosting, str | None]]
    )
    _forms: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    _placeless: list[int] = field(default_factory=list[int])

    def add(self, posting: JobPosting, requisition: str | None) -> None:
        """Take a posting in."""
        self._forms[_form(posting.title, posting.location, posting.company)].append(len(self.held))
        if not posting.location:
            self._placeless.append(len(self.held))
        self.held.append((posting, requisition))

    def near(self, posting: JobPosting) -> list[tuple[JobPosting, str | None]]:
        """Return those whose title can be that of a posting, in the order they came."""
        if not posting.location:
            return self.held
        if not self.held:
            return []
        form = _form(posting.title, posting.location, posting.company)
        places = {*self._forms.get(form, ()), *self._placeless}
        alike = process.extract(
            form, self._forms.keys(), scorer=fuzz.ratio, score_cutoff=dedupe.SLIP, processor=None
        )
        for other, *_ in alike:
            places.update(self._forms[other])
        return [self.held[place] for place in sorted(places)]


@lru_cache(maxsize=20_000)
def _form(title: str, location: str, company: str | None) -> str:
    spelled = dedupe.title_words(title)
    rest = spelled - dedupe.stems(location) - dedupe.stems(company or "")
    return " ".join(sorted(rest or spelled))


def candidates(session: Session, owner: str, new: Iterable[JobPosting]) -> list[str]:
    """Return the ids of the owner's postings that can be one of the new ones, MOST at most."""
    asked: defaultdict[str, _Titles] = defaultdict(_Titles)
    for posting in new:
        if key := company_key(posting.company):
            asked[key].add(posting)
    if not asked:
        return []
    # By company alone: with the owner in the query SQLite reads every posting of the owner.
    head = sa.select(
        PostingRow.job_id,
        PostingRow.company_key,
        PostingRow.company,
        PostingRow.title,
        PostingRow.location,
        PostingRow.user_id,
    ).where(PostingRow.company_key.in_(list(asked)))
    fitting = (
        row.job_id
        for row in session.execute(head)
        if row.user_id == owner and asked[row.company_key].fit(row.title, row.location, row.company)
    )
    return list(islice(fitting, MOST))
