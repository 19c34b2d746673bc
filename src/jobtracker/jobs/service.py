"""Everything a person can do with postings. Reads see the person's own and the shared ones."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import numpy as np

from jobtracker.core.bootstrap import Core
from jobtracker.core.errors import BadInput, NotFound
from jobtracker.core.events import Event
from jobtracker.core.identity import SHARED_USER
from jobtracker.core.speech import texts
from jobtracker.jobs import alerts, catalogue, importing
from jobtracker.jobs.asked import AskedLog
from jobtracker.jobs.columns import Columns
from jobtracker.jobs.index import PostingIndex
from jobtracker.jobs.later import queue
from jobtracker.jobs.live import LiveSources
from jobtracker.jobs.model import (
    ImportResult,
    JobPosting,
    JobSummary,
    OpenCheck,
    RawPosting,
    SalaryInsight,
    SearchRequest,
    SearchResult,
    SimilarJobs,
    SourceList,
)
from jobtracker.jobs.notes import in_order, notes, shared, standing, warnings
from jobtracker.jobs.places import wanted
from jobtracker.jobs.plans import Answers
from jobtracker.jobs.query import checked, make_cursor, read_cursor
from jobtracker.jobs.ranking import Ranked, Searcher
from jobtracker.jobs.reading import read_postings
from jobtracker.jobs.reasons import summary, why
from jobtracker.jobs.recheck import Page, Recheck, keep
from jobtracker.jobs.shown import Shown
from jobtracker.jobs.sources import REGISTRY
from jobtracker.jobs.sources.port import Query
from jobtracker.jobs.state import keep_state, state_once
from jobtracker.jobs.tables import StateRow
from jobtracker.jobs.text import terms
from jobtracker.jobs.textindex import TextIndex

PAGE = 50
OWN_SOURCES = ("sample", "text")
Heard = Callable[[str, int], None]
"""Told the name of a source and how many postings it gave."""
INLINE_CHARS = 200_000
"""A larger payload, and every HTML page, is parsed in a worker process."""


class JobService:
    """Search, import and look at postings, in memory of one process over the shared store."""

    def __init__(self, core: Core, bases: dict[str, str] | None = None) -> None:
        """`bases` replaces vendors' addresses by source name (fakes in tests, proxies)."""
        self.core = core
        self._lock = threading.RLock()
        self._columns = Columns()
        self._terms = TextIndex(core.store.dialect)
        self._index = PostingIndex(core, self._terms)
        log = AskedLog(core.store)
        self._live = LiveSources(lambda: core.http, core.settings.search, bases, lambda: log)
        self._catalogue_day = ""
        self._secret = b""
        self._recheck = Recheck(core, self._live)
        self._shown = Shown()

    # ---- search -------------------------------------------------------------------------------

    def search(self, user: str, request: SearchRequest, heard: Heard | None = None) -> SearchResult:
        """Return a page of ranked postings; `heard` is told of each live source that answers.

        Raises:
            BadInput: a field is out of bounds, or the cursor is not one of this search.
        """
        started = time.perf_counter()
        request = checked(request, [*sorted(REGISTRY), *OWN_SOURCES])
        self._load_samples()
        offset = read_cursor(self._sealing(), user, request)
        answers = self._ask_live(user, request, heard) if offset == 0 else Answers()
        ranked, now = self._ranked(user, request)
        page = self._page(user, ranked, offset, request.limit, started)
        jobs = [
            summary(posting, score, why(posting, request, ranked, slot, now))
            for posting, slot, score in self._placed(page.jobs, ranked)
        ]
        self._shown.count(self.core.store, [job.job_id for job in jobs if not job.sample])
        # Closed ones are gone from the next ranking: what was shown is what lies before it.
        following = offset + len(page.jobs)
        said = [*notes(request, ranked), *standing(page, self.core.settings.search)]
        more = (
            make_cursor(self._sealing(), user, request, following)
            if following + page.closed < int(ranked.slots.size)
            else None
        )
        return SearchResult(
            jobs=jobs,
            failures=answers.failures,
            total=ranked.total - page.closed,
            next_cursor=more,
            took_ms=round((time.perf_counter() - started) * 1000, 2),
            notes=[*texts(said), *answers.notes],
            sayings=said,
        )

    def _ranked(self, user: str, request: SearchRequest) -> tuple[Ranked, datetime]:
        with self._lock, self.core.store.begin() as session:
            self._columns.refresh(session)
            now = self.core.clock.now()
            searcher = Searcher(session, self._columns, self._terms, self._embed, user, now)
            return searcher.search(request), now

    def _page(self, user: str, ranked: Ranked, offset: int, limit: int, started: float) -> Page:
        """Return the postings of a page, those not seen for long asked for first."""
        job_ids = [self._columns.job_ids[slot] for slot in ranked.slots[offset:]]
        until = self._recheck.until(started)
        return self._recheck.page(job_ids, limit, partial(self._bodies, user), until)

    def _placed(
        self, postings: Sequence[JobPosting], ranked: Ranked
    ) -> list[tuple[JobPosting, int, float]]:
        """Return the postings with their slots and scores."""
        scores = dict(zip(ranked.slots.tolist(), ranked.scores.tolist(), strict=True))
        slots = [self._columns.slot(posting.job_id) for posting in postings]
        return [
            (posting, slot, scores.get(slot, 0.0))
            for posting, slot in zip(postings, slots, strict=True)
            if slot is not None
        ]

    def _ask_live(self, user: str, request: SearchRequest, heard: Heard | None) -> Answers:
        """Ask the live sources, where the settings allow it, and keep what they answer."""
        if self.core.settings.search.offline:
            return Answers()
        place = wanted(request.location) if request.location else None
        country = "" if place is None or isinstance(place, str) else place.country
        return self._kept(
            user, self._live.ask(user, request, country, self.core.clock.now(), heard)
        )

    def ask_again(
        self, user: str, source: str, query: Query, seconds: float, details: int
    ) -> Answers:
        """Ask one source for what it owed, in the background, and keep what it gives."""
        answers = self._live.ask_again(user, source, query, seconds, details)
        for owner, raws in answers.postings:
            self._index.keep(owner, raws)
        return answers

    def _kept(self, user: str, answers: Answers) -> Answers:
        """Keep what live sources gave, and queue what they still owe."""
        for owner, raws in answers.postings:
            self._index.keep(owner, raws)
        if answers.later:
            with self.core.store.begin() as session:
                queue(self.core, session, user, answers.later)
        return answers

    def _embed(self, text: str) -> Any:
        return self.core.embedder.embed([text])[0]

    def _bodies(self, user: str, job_ids: Sequence[str]) -> dict[str, JobPosting]:
        with self.core.store.begin() as session:
            return read_postings(session, user, job_ids, self.core.clock.zone)

    def summaries(self, user: str, job_ids: Sequence[str]) -> list[JobSummary]:
        """Return these postings as lines of a list, those that are the person's and open."""
        found = self._bodies(user, job_ids) if job_ids else {}
        return [
            summary(found[one]) for one in job_ids if one in found and found[one].status != "closed"
        ]

    def _sealing(self) -> bytes:
        """The key that cursors are signed with, made once per database."""
        if not self._secret:
            with self.core.store.begin() as session:
                held = session.get(StateRow, "cursor_key")
                value = held.value if held is not None else None
                if value is None:
                    value = state_once(session, "cursor_key", secrets.token_hex(16))
                self._secret = bytes.fromhex(value)
        return self._secret

    # ---- one posting --------------------------------------------------------------------------

    def get(self, user: str, job_id: str) -> JobPosting:
        """Return a posting.

        Raises:
            NotFound: there is none of that id, or it is another person's.
        """
        found = self._bodies(user, [job_id]).get(job_id)
        if found is None and job_id.startswith("job_"):
            self._load_samples()
            found = self._bodies(user, [job_id]).get(job_id)
        if found is None:
            raise NotFound(f"there is no posting {job_id[:40]!r}; take a job_id from search_jobs")
        return found

    def show(self, user: str, job_id: str) -> JobPosting:
        """Return a posting with the state that it is in by now; raises as `get` does."""
        return self._recheck.current(self.get(user, job_id))

    def similar(self, user: str, job_id: str, limit: int = 10) -> SimilarJobs:
        """Return open postings whose meaning is nearest to the given one.

        Raises:
            NotFound: no such posting.
            BadInput: the limit is not between 1 and 50.
        """
        if not 1 <= limit <= PAGE:
            raise BadInput(f"limit: {limit} is not between 1 and {PAGE}")
        started = time.perf_counter()
        given = self.get(user, job_id)
        with self._lock, self.core.store.begin() as session:
            self._columns.refresh(session)
            now = self.core.clock.now()
            searcher = Searcher(session, self._columns, self._terms, self._embed, user, now)
            order, likeness = searcher.nearest(job_id)
            job_ids = [self._columns.job_ids[slot] for slot in order[: limit * 4]]
            scores = dict(zip(job_ids, likeness[: limit * 4].tolist(), strict=True))
        until = self._recheck.until(started)
        page = self._recheck.page(job_ids, limit, partial(self._bodies, user), until)
        jobs = [summary(one, scores[one.job_id], shared(given, one)) for one in page.jobs]
        return SimilarJobs(
            job_id=job_id, jobs=jobs, notes=texts(standing(page, self.core.settings.search))
        )

    # ---- import -------------------------------------------------------------------------------

    def import_payload(self, user: str, payload: Any, url: str = "") -> ImportResult:
        """Keep every posting of a board's answer or page, for this person.

        Raises:
            BadInput, NotFound, ContractChanged: nothing readable in it; the message says why.
        """
        raws = self._parse(user, payload, url)
        return self._keep(user, raws)

    def import_text(self, user: str, text: str) -> ImportResult:
        """Keep one posting pasted as text, or what a pasted answer, page or job alert holds."""
        if text.lstrip()[:1] in {"{", "[", "<"}:
            return self.import_payload(user, text)
        if alerts.is_mail(text):
            read = alerts.postings_of_mail
            return self._keep(
                user, self.core.workers.run("reading the mail", read, text, user=user, safe=True)
            )
        from jobtracker.jobs.pasted import parse_text

        return self._keep(user, [parse_text(text, self.core.clock.now())])

    def import_url(self, user: str, url: str) -> ImportResult:
        """Fetch a page or board of the public web and keep its postings.

        Raises:
            JobTrackerError: the page cannot be fetched, or holds no posting.
        """
        from jobtracker.jobs.byurl import ByUrl

        reader = ByUrl(self.core, self._live, partial(self._parse, user))
        return self._keep(user, reader.read(user, url))

    def keep_shared(self, raws: list[RawPosting], *, embed: bool = True) -> int:
        """Keep postings of public boards for everybody; return how many were new."""
        return sum(saved.created for saved in self._index.save(SHARED_USER, raws, embed=embed))

    def _parse(self, user: str, payload: Any, url: str) -> list[RawPosting]:
        text = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else payload
        start = text.lstrip()[:5] if isinstance(text, str) else ""
        # defusedxml is safe for a small feed; a page of strangers goes to a capped process.
        page = start.startswith("<") and start != "<?xml"
        if not page and not (isinstance(text, str) and len(text) > INLINE_CHARS):
            return importing.parse_payload(text, url)
        return self.core.workers.run(
            "reading the postings", importing.parse_payload, text, url, user=user, safe=True
        )

    def _keep(self, user: str, raws: list[RawPosting]) -> ImportResult:
        if not raws:
            raise NotFound("the answer is well-formed but holds no postings")
        saved = self._index.save(user, raws)
        at = self.core.clock.now()
        first = saved[0].posting
        with self.core.store.begin() as session:
            data = {"postings": len(saved), "source": first.source}
            self.core.events.append(session, Event(user, "job.imported", first.job_id, at, data))
        found = self._bodies(user, list(dict.fromkeys(s.posting.job_id for s in saved))[:PAGE])
        summaries = [summary(posting) for posting in in_order(found, saved)]
        told = warnings(saved, at)
        if len(saved) > 1:
            return ImportResult(jobs=summaries, total=len(saved), warnings=told)
        return ImportResult(
            job_id=first.job_id,
            job=found[first.job_id],
            merged_into=saved[0].merged_into,
            jobs=summaries,
            total=1,
            warnings=told,
        )

    # ---- alive --------------------------------------------------------------------------------

    def check_open(self, user: str, job_id: str) -> OpenCheck:
        """Ask the posting's own page whether it can still be applied to, and keep the answer.

        Raises:
            NotFound: no such posting.
        """
        posting = self.get(user, job_id)
        self._shown.write(self.core.store)
        now = self.core.clock.now()
        verdict = self._recheck.one(posting)
        if not posting.sample:
            with self.core.store.begin() as session:
                keep(session, {job_id: verdict}, now)
        return OpenCheck(
            job_id=job_id, status=verdict.status, evidence=verdict.evidence, checked_at=now
        )

    def list_sources(self, user: str) -> SourceList:
        """Return every source with its terms, whether it is asked, and what came of it."""
        from jobtracker.jobs.standing import source_list

        self._load_samples()
        self._shown.write(self.core.store)
        with self.core.store.begin() as session:
            return source_list(session, user, self.core.settings.search, self.core.clock)

    # ---- pay ----------------------------------------------------------------------------------

    def salary_insight(
        self, user: str, title: str, location: str = "", currency: str = ""
    ) -> SalaryInsight:
        """Return the quartiles of yearly pay that matching postings state.

        Raises:
            BadInput: no title, or a field is out of bounds.
        """
        from jobtracker.jobs.insight import insight

        if not terms(title):
            raise BadInput("title: holds no word; say which job, e.g. “nurse” or “data engineer”")
        known = [*sorted(REGISTRY), *OWN_SOURCES]
        request = checked(
            SearchRequest(query=title, location=location, currency=currency or None, limit=1), known
        )
        self._load_samples()
        with self._lock:
            ranked, _ = self._ranked(user, request)
            slots = np.array([s for s in ranked.slots if int(s) not in ranked.by_meaning], np.int64)
            return insight(self._columns, slots, request.currency)

    # ---- samples ------------------------------------------------------------------------------

    def _load_samples(self) -> None:
        """Write the sample catalogue once a day, where the settings want it."""
        day = self.core.clock.now().date().isoformat()
        if not self.core.settings.search.samples or self._catalogue_day == day:
            return
        with self._lock:
            if self._catalogue_day == day:
                return
            stamp = f"{day} {catalogue.version()} {self.core.embedder.name}"
            with self.core.store.begin() as session:
                held = session.get(StateRow, "catalogue")
                done = held is not None and held.value == stamp
            if not done:
                raws = catalogue.sample_postings(self.core.clock.now())
                if raws:
                    self._index.save(SHARED_USER, raws)
                with self.core.store.begin() as session:
                    keep_state(session, "catalogue", stamp)
            self._catalogue_day = day
