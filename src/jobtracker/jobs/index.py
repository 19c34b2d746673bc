"""Keeping postings: normalise, find the same job, write the row, its sighting, terms and vector."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

import base64
import gc
import hashlib
import threading
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobtracker.core.bootstrap import Core
from jobtracker.jobs import dedupe
from jobtracker.jobs.blocking import Block, candidates
from jobtracker.jobs.model import JobPosting, JobSource, RawPosting
from jobtracker.jobs.normalize import company_key, normalise
from jobtracker.jobs.numbers import take_numbers
from jobtracker.jobs.places import key_of
from jobtracker.jobs.roles import labels
from jobtracker.jobs.salary import yearly
from jobtracker.jobs.sources import REGISTRY, source_class
from jobtracker.jobs.tables import PostingRow, SightingRow
from jobtracker.jobs.text import distinct_terms, terms, with_tails
from jobtracker.jobs.textindex import ASIDE, BODY, HEAD, PLACE, Document, TextIndex
from jobtracker.jobs.unchanged import digest_of, note_seen, unchanged

BATCH = 1000
EMBED_CHARS = 300
_WRITING = threading.Lock()
"""One writer at a time in a process: the counter's row orders them anyway, and those who wait for
SQLite are not queued, so that one of many searches would wait until it is told “locked”."""
# Rows of many postings go to the tables as they are: no objects are kept of them.
_POSTINGS = cast("sa.Table", PostingRow.__table__)
_SIGHTINGS = cast("sa.Table", SightingRow.__table__)


@dataclass(frozen=True)
class Saved:
    """What became of one raw posting."""

    posting: JobPosting
    merged_into: str | None
    created: bool


@dataclass
class _Draft:
    posting: JobPosting
    raw: RawPosting
    seen: JobSource
    """Where it was seen just now."""
    sighting: str
    read: JobPosting
    """As it was read; `posting` is what becomes of it."""
    document: Document
    known: JobPosting | None = None
    merged: bool = False


class _Unswept:
    """No search for cyclic garbage during a batch, in whichever threads: a tenth of its time.

    A batch makes many objects and no cycles, and each of them brings the next search nearer.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._was_on = False

    def __enter__(self) -> None:
        with self._lock:
            if not self._inside:
                self._was_on = gc.isenabled()
                gc.disable()
            self._inside += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if not self._inside and self._was_on:
                gc.enable()


_UNSWEPT = _Unswept()


class PostingIndex:
    """Writes postings of one owner at a time; safe from several processes."""

    def __init__(self, core: Core, terms_index: TextIndex) -> None:
        self._core = core
        self._terms = terms_index

    def save(self, owner: str, raws: Sequence[RawPosting], *, embed: bool = True) -> list[Saved]:
        """Keep raw postings of `owner`; each is returned in order with the job it became."""
        now = self._core.clock.now()
        saved: list[Saved] = []
        for start in range(0, len(raws), BATCH):
            with _UNSWEPT:
                batch = [_drafted(raw, owner, now) for raw in raws[start : start + BATCH]]
                saved += self._save(owner, batch, now, embed)
        return saved

    def keep(self, owner: str, raws: Sequence[RawPosting]) -> None:
        """Keep what a live source gave; what it gives just as before is only noted as seen."""
        now, embedder = self._core.clock.now(), self._core.embedder.name
        ids = [sighting_of(owner, raw.source, raw.external_id) for raw in raws]
        told = [(one, digest_of(raw, embedder, now)) for one, raw in zip(ids, raws, strict=True)]
        same, seen = unchanged(self._core.store, told, now)
        if seen:
            with _WRITING:
                note_seen(self._core.store, seen, now)
        self.save(owner, [raw for one, raw in zip(ids, raws, strict=True) if one not in same])

    def _save(self, owner: str, batch: list[_Draft], now: datetime, embed: bool) -> list[Saved]:
        with _WRITING, self._core.store.begin() as session:
            first = take_numbers(session, 2 * len(batch))
            self._recognise(session, owner, batch)
            current: dict[str, _Draft] = {}
            order: dict[str, bool] = {}
            for draft in batch:
                held = current.get(draft.posting.job_id)
                created = held is None and draft.known is None
                order.setdefault(draft.posting.job_id, created)
                base = held.posting if held is not None else draft.known
                if base is not None:
                    draft.posting = _renewed(base, draft)
                current[draft.posting.job_id] = draft
            for job_id, draft in current.items():
                if order[job_id]:
                    # Known from this very batch: there is no row yet that could be changed.
                    draft.known = None
            vectors = self._vectors([d.posting for d in current.values()]) if embed else None
            self._write(session, owner, list(current.values()), vectors, first, now)
            self._sight(session, owner, batch, now, self._core.embedder.name if embed else "")
        return [
            Saved(
                current[draft.posting.job_id].posting,
                draft.posting.job_id if draft.merged else None,
                order[draft.posting.job_id] and not draft.merged,
            )
            for draft in batch
        ]

    def _recognise(self, session: Session, owner: str, batch: list[_Draft]) -> None:
        """Give each draft the posting that it is already known as, by sighting or by likeness."""
        sightings = sa.select(SightingRow.sighting_id, SightingRow.job_id).where(
            SightingRow.sighting_id.in_({draft.sighting for draft in batch})
        )
        seen = dict(session.execute(sightings).all())
        wanted = {*seen.values(), *(d.posting.job_id for d in batch)}
        known = {p.job_id: p for p in postings_by_id(session, owner, wanted)}
        new: list[_Draft] = []
        for draft in batch:
            job_id = seen.get(draft.sighting, draft.posting.job_id)
            if job_id in known:
                draft.known = known[job_id]
                draft.posting.job_id = job_id
            elif not draft.posting.sample:
                new.append(draft)
        blocks = self._blocks(session, owner, new)
        for draft in new:
            key = company_key(draft.posting.company)
            near = blocks[key].near(draft.posting)
            found = dedupe.find_same(draft.posting, draft.raw.requisition, near)
            if found is not None:
                draft.known, draft.merged = found, True
                draft.posting.job_id = found.job_id
            elif key:
                blocks[key].add(draft.posting, draft.raw.requisition)

    def _blocks(self, session: Session, owner: str, new: list[_Draft]) -> defaultdict[str, Block]:
        """Return, by company, the kept postings that new ones can be, with their requisitions."""
        blocks: defaultdict[str, Block] = defaultdict(Block)
        ids = candidates(session, owner, (draft.posting for draft in new))
        for posting in postings_by_id(session, owner, ids):
            if not posting.sample:
                stated = next((s.requisition for s in posting.sources if s.requisition), None)
                blocks[company_key(posting.company)].add(posting, stated)
        return blocks

    def _vectors(self, postings: list[JobPosting]) -> list[bytes]:
        matrix = self._core.embedder.embed([embedded_text(posting) for posting in postings])
        return [row.astype(np.float16).tobytes() for row in matrix]

    def _write(
        self,
        session: Session,
        owner: str,
        drafts: list[_Draft],
        vectors: list[bytes] | None,
        first: int,
        now: datetime,
    ) -> None:
        inserts: list[dict[str, Any]] = []
        updates: list[dict[str, Any]] = []
        documents: list[tuple[int, Document]] = []
        for place, draft in enumerate(drafts):
            number = first + 2 * place
            values = row_of(draft.posting, owner, now)
            values |= {"num": number, "seq": number}
            if vectors is not None:
                values["vector"] = vectors[place]
            same = draft.posting is draft.read
            documents.append((number, draft.document if same else document_of(draft.posting)))
            if draft.known is None:
                empty = {"first_seen": now, "shown": 0, "vector": None}
                inserts.append(empty | values)
            else:
                updates.append(values)
        if inserts:
            session.execute(sa.insert(_POSTINGS), inserts)
        if updates:
            session.execute(sa.update(PostingRow), updates)
        self._terms.add(session, documents)

    def _sight(
        self, session: Session, owner: str, batch: list[_Draft], now: datetime, embedder: str
    ) -> None:
        rows = {}
        for draft in batch:
            rows[draft.sighting] = {
                "sighting_id": draft.sighting,
                "user_id": owner,
                "job_id": draft.posting.job_id,
                "source": draft.seen.source,
                "external_id": draft.seen.external_id,
                "url": draft.seen.url,
                "seen_at": now,
                "original": draft.raw.original,
                "digest": digest_of(draft.raw, embedder, now),
            }
        have = set(
            session.scalars(
                sa.select(SightingRow.sighting_id).where(SightingRow.sighting_id.in_(list(rows)))
            )
        )
        new = [row for key, row in rows.items() if key not in have]
        if new:
            session.execute(sa.insert(_SIGHTINGS), new)
        if have:
            session.execute(sa.update(SightingRow), [rows[key] for key in have])


def _renewed(base: JobPosting, draft: _Draft) -> JobPosting:
    """The same sighting again replaces what it said; another source adds to it."""
    found = draft.posting
    # A posting that was found closed stays so while those who copy it go on listing it.
    dead = base.status == "closed" and not _reopened(base, found, draft.raw.source)
    standing = (
        {"status": "closed", "checked_at": base.checked_at}
        if dead
        else {"status": "open", "checked_at": None}
    )
    if draft.merged or base.source != found.source or len(base.sources) > 1:
        return dedupe.merged(base, found).model_copy(update=standing)
    known = {"job_id": base.job_id, "sources": base.sources}
    return found.model_copy(update=known | standing)


def _reopened(base: JobPosting, found: JobPosting, source: str) -> bool:
    """The employer's own list opens a posting again, and so does a later date."""
    copied = is_copied(source)
    newer = (
        base.checked_at is not None
        and found.posted_at is not None
        and found.posted_at > base.checked_at
    )
    longer = found.expires_at is not None and found.expires_at != base.expires_at
    return not copied or newer or longer


def is_copied(source: str) -> bool:
    """Tell whether a source lists what others publish: its word opens no closed posting."""
    return source in REGISTRY and source_class(source).info.kind in {"aggregator", "board"}


def _drafted(raw: RawPosting, owner: str, now: datetime) -> _Draft:
    posting = normalise(raw, owner, now)
    seen = posting.sources[-1]
    sighting = sighting_of(owner, seen.source, seen.external_id)
    # The terms at once: the words of this text are at hand, whoever else asked for them.
    return _Draft(posting, raw, seen, sighting, posting, document_of(posting))


def sighting_of(owner: str, source: str, external_id: str) -> str:
    """Return the id under which a person's or the shared sighting is kept."""
    digest = hashlib.blake2b(f"{owner}\n{source}\n{external_id}".encode(), digest_size=12).digest()
    return "sgt_" + base64.b32encode(digest).decode().lower()[:19]


def postings_by_id(session: Session, owner: str, job_ids: Iterable[str]) -> list[JobPosting]:
    """Return the owner's postings of these ids, those that exist."""
    ids = list(job_ids)
    found: list[JobPosting] = []
    for start in range(0, len(ids), 500):
        query = sa.select(
            PostingRow.body, PostingRow.user_id, PostingRow.status, PostingRow.checked_at
        ).where(PostingRow.job_id.in_(ids[start : start + 500]))
        for body, whose, status, checked in session.execute(query):
            if whose == owner:
                posting = JobPosting.model_validate(body)
                posting.status, posting.checked_at = status, checked  # type: ignore[assignment]
                found.append(posting)
    return found


def embedded_text(posting: JobPosting) -> str:
    """Return what stands for the posting in the space of meanings: title, skills, first lines.

    The role's English name goes with a title of any language: there the vectors know most.
    """
    named = ", ".join([*labels(with_tails(terms(posting.title))), *posting.skills[:8]])
    return f"{posting.title}. {named}. {posting.description[:EMBED_CHARS]}"


def document_of(posting: JobPosting) -> Document:
    """Return the terms of a posting: title, company with skills, text, places."""
    aside = " ".join([posting.company or "", *posting.skills])
    places = " ".join([posting.location, *(place.name for place in posting.places)])
    return (
        (HEAD, dict.fromkeys(with_tails(terms(posting.title)))),
        (ASIDE, distinct_terms(aside)),
        (BODY, distinct_terms(posting.description)),
        (PLACE, distinct_terms(places)),
    )


def row_of(posting: JobPosting, owner: str, now: datetime) -> dict[str, Any]:
    """Return the columns of a posting, without its numbers and vector."""
    low, high = yearly(posting.salary) if posting.salary else (None, None)
    keys = dict.fromkeys(key for place in posting.places if (key := key_of(place)))
    return {
        "job_id": posting.job_id,
        "user_id": owner,
        "source": posting.source,
        "sources": ",".join(dict.fromkeys(source.source for source in posting.sources)),
        "title": posting.title,
        "company": posting.company,
        "company_key": company_key(posting.company),
        "place_keys": "\t".join(keys),
        "location": posting.location,
        "work_mode": posting.work_mode,
        "employment_type": posting.employment_type,
        "seniority": posting.seniority,
        "language": posting.language,
        "yearly_min": low,
        "yearly_max": high,
        "currency": posting.salary.currency if posting.salary else None,
        "pensum_min": posting.workload.min if posting.workload else None,
        "pensum_max": posting.workload.max if posting.workload else None,
        "posted_ts": int(posting.posted_at.timestamp()) if posting.posted_at else 0,
        "expires_ts": int(posting.expires_at.timestamp()) if posting.expires_at else 0,
        "status": posting.status,
        "checked_at": posting.checked_at,
        "last_seen": now,
        "body": posting.model_dump(mode="json"),
    }
