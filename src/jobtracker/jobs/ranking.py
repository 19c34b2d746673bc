"""One search over the columns in memory: filter, match, fuse text and vectors, rank."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from jobtracker.core.identity import SHARED_USER
from jobtracker.core.lexicon import places as lexicon
from jobtracker.jobs import places as whereabouts
from jobtracker.jobs import taste, wording
from jobtracker.jobs.columns import VECTOR, Columns
from jobtracker.jobs.fusion import FUSION, fuse, in_english, strongest
from jobtracker.jobs.model import ENDING, LASTING, SearchRequest
from jobtracker.jobs.normalize import company_key
from jobtracker.jobs.query import Concept, concepts
from jobtracker.jobs.salary import rate, wanted_yearly
from jobtracker.jobs.spelling import nearest_word
from jobtracker.jobs.taste import Taste
from jobtracker.jobs.text import terms
from jobtracker.jobs.textindex import ASIDE, BODY, HEAD, PLACE, TextIndex, Ways
from jobtracker.jobs.wording import Wording

Array = np.ndarray[Any, np.dtype[Any]]
HEAD_WEIGHT = 1.0
PREFIX_WEIGHT = 0.6
OTHER_WEIGHT = 0.9
"""What a name in another language, or of a near occupation, is worth beside the one said."""
ASIDE_WEIGHT = 0.7
BODY_WEIGHT = 0.35
NEAR = 0.72
"""Cosine from which a posting that shares no word counts as meant all the same."""
VECTOR_ONLY = 10
"""Postings that share no word fill up a short answer to this many."""
KNOWN = 1.6
AROUND_KM = 50.0
RINGS = 3
REACHED = 0.88
"""What a remote posting that may be done from there is worth beside one that lies there."""
FARTHEST = 0.85
"""What a posting at the edge of the radius is worth beside the same one in the town itself."""
FRESH = 0.1
"""How much more a posting of today counts than one of last year."""
DAY = 86_400


@dataclass
class Ranked:
    """Slots best first, their scores (0 to 1), and what was found out on the way."""

    slots: Array
    scores: Array
    concepts: list[Concept] = field(default_factory=list[Concept])
    unmatched: list[str] = field(default_factory=list[str])
    places: list[lexicon.Place | str] = field(default_factory=list["lexicon.Place | str"])
    by_meaning: frozenset[int] = frozenset()
    taste: Taste = field(default_factory=Taste)
    corrected: dict[str, str] = field(default_factory=dict[str, str])
    """A word that no posting has → the word that was looked for instead."""
    wording: Wording = field(default_factory=lambda: Wording(""))
    around: bool = False
    """Nothing was there; these are around it."""
    total: int = 0
    """All that pass; `slots` holds the best of them, DEEPEST at most."""


@dataclass
class Searcher:
    """What one search needs at hand."""

    session: Session
    columns: Columns
    index: TextIndex
    embed: Callable[[str], Array]
    user: str
    now: datetime
    _signs: dict[str, Array] = field(default_factory=dict[str, Array])

    def search(self, request: SearchRequest) -> Ranked:
        """Return every posting that passes, ranked."""
        said = wording.read(request)
        placed, around = said.place, False
        request = request.model_copy(
            update={
                "query": said.words,
                "location": request.location or placed,
                "avoid": list(dict.fromkeys([*request.avoid, *said.without])),
            }
        )
        named = whereabouts.several(request.location) if request.location else []
        wanted = [whereabouts.wanted(name) for name in named]
        place = wanted[0] if wanted else None
        mask = self._filter(request)
        worth = np.ones(self.columns.size, np.float32)
        if request.location:
            everywhere = mask.copy() if placed else mask
            here = np.zeros(self.columns.size, np.float32)
            for name, want in zip(named, wanted, strict=True):
                np.maximum(here, self._where(name, want, request.radius_km), out=here)
            mask &= here > 0
            np.multiply(worth, here, out=worth, where=here > 0)
            if placed and isinstance(place, lexicon.Place) and not self._any(request, mask):
                # Words are no filter: where they find nothing in a town, its surroundings answer.
                near = self._around(place, AROUND_KM)
                mask, around = everywhere & (near > 0), True
                worth *= np.where(near > 0, near, 1)
        if request.salary_min is not None:
            mask &= self._paid(request.salary_min, request.currency, worth)
        if said.pensum is not None:
            taste.by_pensum(said.pensum, self.columns, worth)
        if said.kind is not None:
            worth[~self._employed(said.kind)] *= taste.OTHER_PENSUM
        held = taste.apply(request, self.columns, self._concept, self._titled, mask, worth)
        asked = concepts(request.query)
        ranked = self._matched(request, asked, mask, worth) if asked else self._newest(mask, worth)
        ranked.taste, ranked.wording, ranked.around = held, said, around
        ranked.places = [want for want in wanted if want is not None]
        return ranked

    def nearest(self, job_id: str) -> tuple[Array, Array]:
        """Return the slots nearest in meaning to a posting, best first, and their cosines."""
        slot = self.columns.slot(job_id)
        mask = self._filter(SearchRequest()) & self.columns["has_vector"]
        if slot is None or not self.columns["has_vector"][slot]:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        mask[slot] = False
        slots = np.flatnonzero(mask)
        likeness = self.columns.vectors[slots] @ self.columns.vectors[slot]
        order = np.argsort(-likeness, kind="stable")
        return slots[order], np.clip(likeness[order], 0, 1)

    def _filter(self, request: SearchRequest) -> Array:
        columns, now = self.columns, int(self.now.timestamp())
        shared, own = columns.owners.find(SHARED_USER), columns.owners.find(self.user)
        mask = columns["open"] & ((columns["owner"] == shared) | (columns["owner"] == own))
        mask &= (columns["expires"] == 0) | (columns["expires"] > now)
        if request.work_mode != "any":
            fits = columns["mode"] == columns.modes.find(request.work_mode)
            if request.work_mode == "onsite":
                fits |= columns["mode"] == columns.modes.find("")
            mask &= fits
        if request.employment_type != "any":
            mask &= self._employed(request.employment_type)
        if request.company:
            key = company_key(request.company)
            fits = columns.companies.where(lambda name: f" {key} " in f" {name} ")
            mask &= fits[columns["company"]]
        if request.language:
            mask &= columns["language"] == columns.languages.find(request.language)
        if request.posted_within_days is not None:
            since = now - request.posted_within_days * DAY
            mask &= (columns["posted"] >= since) & (columns["posted"] > 0)
        if request.sources:
            bits = sum(
                1 << min(code, 62)
                for name in request.sources
                if (code := columns.source_names.find(name)) >= 0
            )
            mask &= (columns["sources"] & bits) != 0
        return mask

    def _employed(self, kind: str) -> Array:
        """A job of 60–100 % is offered full-time and part-time alike."""
        columns = self.columns
        if kind == "permanent":
            return ~np.isin(columns["kind"], [columns.kinds.find(k) for k in ENDING])
        fits = columns["kind"] == columns.kinds.find(kind)
        both = np.isin(columns["kind"], [columns.kinds.find(k) for k in LASTING])
        if kind == "full_time":
            fits = fits | (both & (columns["pensum_max"] >= 90))
        if kind == "part_time":
            fits = fits | (both & (columns["pensum_min"] > 0) & (columns["pensum_min"] < 90))
        return fits

    def _where(self, location: str, place: lexicon.Place | str | None, radius_km: int) -> Array:
        """Return what each posting is worth for lying there, from 0 (elsewhere) to 1."""
        columns = self.columns
        if place is None:
            return self._named(location).astype(np.float32)
        keys = columns.places
        named = place if isinstance(place, str) else place.key
        inside = keys.where(lambda key: whereabouts.lies_in(key, place), ("in", named))
        reached = keys.where(lambda key: whereabouts.reaches(key, place), ("to", named))
        remote = columns["mode"] == columns.modes.find("remote")
        remote &= columns.at_places(reached) | (columns["first"] < 0)
        here = remote * np.float32(REACHED)
        if radius_km and isinstance(place, lexicon.Place) and place.kind in whereabouts.TOWNS:
            np.maximum(here, self._around(place, radius_km), out=here)
        return np.maximum(here, columns.at_places(inside))

    def _any(self, request: SearchRequest, mask: Array) -> bool:
        """Tell whether a title or skill of what passes holds a word that is asked for."""
        query, _ = self._corrected(request.query, asked := concepts(request.query))
        signs = [self._concept(one) > BODY_WEIGHT for one in concepts(query) or asked]
        return not signs or bool((mask & np.logical_or.reduce(signs)).any())

    def _around(self, place: lexicon.Place, radius_km: float) -> Array:
        """Return what each posting is worth for lying near, in rings; 0 beyond the radius."""
        found = np.zeros(self.columns.size, np.float32)
        for ring in range(RINGS, 0, -1):
            most = radius_km * ring / RINGS
            near = self.columns.places.where(
                lambda key, most=most: whereabouts.is_near(key, place, most),
                ("near", f"{place.key}~{most:g}"),
            )
            found[self.columns.at_places(near)] = 1 - (1 - FARTHEST) * ring / RINGS
        return found

    def _named(self, location: str) -> Array:
        """A place that the lexicon does not know is looked for by its name."""
        mask = np.zeros(self.columns.size, np.bool_)
        if spelled := tuple(terms(location)):
            mask[self._slots(PLACE, (spelled,))] = True
        return mask

    def _paid(self, least: float, currency: str | None, worth: Array) -> Array:
        """Out is what pays less at most; what does not say its pay stays, and ranks below."""
        columns = self.columns
        names = columns.currencies.names or [""]
        rates = np.array([rate(name or None, currency) or np.nan for name in names], np.float32)
        top = columns["top"]
        if (rates != 1).any():
            top = top * rates[columns["currency"]]
        unknown = np.isnan(top)
        np.multiply(worth, 0.6, out=worth, where=unknown)
        return unknown | (top >= wanted_yearly(least) * 0.999)

    def _newest(self, mask: Array, worth: Array) -> Ranked:
        every = np.flatnonzero(mask)
        slots = strongest(every, worth * (1 + self.columns["posted"] / 1e12))
        scores = worth[slots] * self._fresh(slots)
        order = self._order(slots, scores)
        scaled = np.clip(scores[order] / max(1 + FRESH, float(scores.max(initial=0.0))), 0, 1)
        return Ranked(slots[order], scaled, total=int(every.size))

    def _matched(
        self,
        request: SearchRequest,
        asked: list[Concept],
        mask: Array,
        worth: Array,
    ) -> Ranked:
        query, corrected = self._corrected(request.query, asked)
        asked = concepts(query) if corrected else asked
        strength, coverage, unmatched, ideal = self._text(asked)
        hits = mask & (coverage > 0)
        best = float((coverage * hits).max(initial=0.0))
        hits &= coverage >= (0.67 if best > 0.99 else min(0.5, best))
        slots = np.flatnonzero(hits)
        total = int(slots.size)
        slots = strongest(slots, strength * worth)
        likeness, alone = self._likeness(in_english(query, asked), slots, mask)
        # Ranks alone would make little of a title that says it all: the strength counts as well.
        fused = fuse(strength[slots], likeness[: slots.size])
        fused *= 0.35 + 0.65 * strength[slots] / ideal
        fused = np.concatenate([fused, 0.35 * likeness[slots.size :] / FUSION])
        slots = np.concatenate([slots, alone])
        scores = fused * worth[slots] * self._fresh(slots)
        order = self._order(slots, scores)
        ceiling = max(2 / (FUSION + 1) * (1 + FRESH), float(scores.max(initial=0.0)))
        return Ranked(
            slots[order],
            np.clip(scores[order] / ceiling, 0, 1),
            concepts=asked,
            unmatched=unmatched,
            by_meaning=frozenset(int(slot) for slot in alone),
            total=total + int(alone.size),
            corrected=corrected,
        )

    def _text(self, asked: list[Concept]) -> tuple[Array, Array, list[str], float]:
        """Return per slot how strongly and how completely it matches; what nothing matches; and
        the strength of a posting whose title says it all."""
        size = self.columns.size
        strength = np.zeros(size, np.float32)
        coverage = np.zeros(size, np.float32)
        total, unmatched = 0.0, list[str]()
        for concept in asked:
            found = self._concept(concept)
            holders = int(np.count_nonzero(found))
            if not holders:
                unmatched.append(concept.label)
                continue
            rarity = math.log(1 + (size - holders + 0.5) / (holders + 0.5))
            # The name of a job or skill says more than a word that comes along with it.
            rarity = max(rarity, 0.05) * (KNOWN if len(concept.alternatives) > 1 else 1.0)
            total += rarity
            strength += rarity * found
            coverage += (found > 0) * np.float32(rarity)
        return strength, coverage / (total or 1.0), unmatched, total or 1.0

    def _concept(self, concept: Concept) -> Array:
        """Return per slot how good a sign it holds of a concept, 0 to 1."""
        if (known := self._signs.get(concept.label)) is not None:
            return known
        found = self._signs[concept.label] = np.zeros(self.columns.size, np.float32)
        said, *others = concept.alternatives
        own, ways = (said.terms,), tuple(way.terms for way in others)
        start = len(said.terms) == 1 and len(said.terms[0]) >= 4
        # From the weakest sign to the strongest, each written over the one before.
        if ways and concept.body:
            found[self._slots(BODY, ways)] = BODY_WEIGHT
        found[self._slots(BODY, own)] = BODY_WEIGHT
        if start:
            found[self._slots(HEAD, own, prefix=True)] = PREFIX_WEIGHT
        if ways:
            found[self._slots(ASIDE, ways)] = ASIDE_WEIGHT * OTHER_WEIGHT
        found[self._slots(ASIDE, own)] = ASIDE_WEIGHT
        if ways:
            found[self._slots(HEAD, ways)] = HEAD_WEIGHT * OTHER_WEIGHT
        for name, language in concept.guarded:
            titled = self._slots(HEAD, (name,))
            meant = self.columns["language"][titled] == self.columns.languages.find(language)
            found[titled[meant]] = HEAD_WEIGHT * OTHER_WEIGHT
        mine = self._slots(HEAD, own)
        found[mine] = HEAD_WEIGHT
        if concept.rivals:
            self._without_rivals(concept, found, mine)
        return found

    def _without_rivals(self, concept: Concept, found: Array, mine: Array) -> None:
        """A title with a longer name of another occupation names that one, and not this."""
        names = [way.terms for way in concept.alternatives]
        plain = [n for n in names if not any(set(n) < set(rival) for rival in concept.rivals)]
        others = np.zeros(found.size, np.bool_)
        others[self._slots(HEAD, concept.rivals)] = True
        others[self._slots(HEAD, tuple(plain))] = False
        said = np.zeros(found.size, np.bool_)
        said[mine] = True
        found[others] = 0.0
        found[others & said] = BODY_WEIGHT

    def _titled(self, concept: Concept) -> Array:
        """Return per slot whether the title holds a concept."""
        found = np.zeros(self.columns.size, np.bool_)
        found[self._slots(HEAD, tuple(way.terms for way in concept.alternatives))] = True
        return found

    def _corrected(self, query: str, asked: list[Concept]) -> tuple[str, dict[str, str]]:
        """Return the query with words that no posting has replaced by the nearest known ones."""
        corrected: dict[str, str] = {}
        for concept in asked:
            plain = concept.alternatives[0].terms == (concept.label,)
            if plain and not self._concept(concept).any():
                near = nearest_word(concept.label)
                if near is not None:
                    corrected[concept.label] = near
        if not corrected:
            return query, {}
        said = (terms(word) for word in query.split())
        pairs = zip(query.split(), said, strict=True)
        return " ".join(corrected.get(t[0], w) if len(t) == 1 else w for w, t in pairs), corrected

    def _slots(self, mark: str, ways: Ways, *, prefix: bool = False) -> Array:
        rows = self.index.rows(self.session, mark, ways, self.columns.top, prefix=prefix)
        return self.columns.slots(rows)

    def _likeness(self, query: str, slots: Array, mask: Array) -> tuple[Array, Array]:
        """Return the cosines of `slots`, and the slots that fill a short answer up by meaning.

        Only where words found little are all that pass compared.
        """
        columns = self.columns
        if not columns["has_vector"].any():
            return np.zeros(slots.size, np.float32), np.empty(0, np.int64)
        vector = np.asarray(self.embed(query), np.float32)[:VECTOR]
        vector = vector / (float(np.linalg.norm(vector)) or 1.0)
        cosines = np.where(columns["has_vector"][slots], columns.vectors[slots] @ vector, 0)
        wanted = VECTOR_ONLY - slots.size
        if wanted <= 0:
            return cosines, np.empty(0, np.int64)
        rest = mask & columns["has_vector"]
        rest[slots] = False
        candidates = np.flatnonzero(rest)
        if candidates.size > columns.size // 3:
            near = (columns.vectors @ vector)[candidates]
        else:
            near = columns.vectors[candidates] @ vector
        close = np.flatnonzero(near >= NEAR)
        best = close[np.argsort(-near[close], kind="stable")[:wanted]]
        return np.concatenate([cosines, near[best]]), candidates[best]

    def _fresh(self, slots: Array) -> Array:
        posted = self.columns["posted"][slots]
        days = np.clip((self.now.timestamp() - posted) / DAY, 0, 365)
        return np.where(posted > 0, 1 + FRESH * np.exp(-days / 30), 1.0).astype(np.float32)

    def _order(self, slots: Array, scores: Array) -> Array:
        return np.lexsort((slots, -self.columns["posted"][slots], -np.round(scores, 7)))
