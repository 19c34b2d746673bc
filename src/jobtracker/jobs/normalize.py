"""From a source's raw posting to the clean one that is kept. Nothing is invented on the way."""

# ruff: noqa: E501 (tables of words)
from __future__ import annotations

import base64
import hashlib
import re
from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import urlsplit

from jobtracker.core.lexicon import skills
from jobtracker.jobs import places as whereabouts
from jobtracker.jobs.conditions import employment_of, seniority_of, work_mode_of, workload_in
from jobtracker.jobs.languages import detect
from jobtracker.jobs.model import JobPlace, JobPosting, JobSource, RawPosting
from jobtracker.jobs.payline import salary_of
from jobtracker.jobs.text import fold, one_line, plain, without_traps

MAX_SKILLS = 30
MAX_PLACES = 8
MAX_TAGS = 15
"""More tags than this are no description any more but bait for search engines."""


def posting_id(owner: str, source: str, external_id: str) -> str:
    """Return the stable id of a source's posting among one owner's."""
    digest = hashlib.blake2b(f"{owner}\n{source}\n{external_id}".encode(), digest_size=10).digest()
    return "job_" + base64.b32encode(digest).decode().lower()[:14]


def normalise(raw: RawPosting, owner: str, now: datetime) -> JobPosting:
    """Return the clean posting of `owner`; `now` bounds the dates that can be true."""
    sample = raw.source == "sample"
    text = without_traps(plain(raw.text))
    title = one_line(raw.title, 200)
    company = one_line(raw.company, 120) or None
    external = raw.external_id or hashlib.blake2b(f"{title}\n{text}".encode()).hexdigest()[:24]
    url = _http(raw.url)
    spots = [spot for place in raw.places for spot in whereabouts.locate(place)][:MAX_PLACES]
    workload = workload_in(raw, title, text)
    employment = employment_of(raw.employment, title, text, workload)
    source = JobSource(
        source=raw.source, external_id=external, url=url, requisition=raw.requisition
    )
    return JobPosting(
        job_id=posting_id(owner, raw.source, external),
        title=title,
        company=company,
        location=location_text(raw.places),
        places=spots,
        work_mode=work_mode_of(raw, title, text),
        employment_type=employment,
        workload=workload,
        salary=salary_of(raw, text),
        seniority=seniority_of(raw.seniority, title, employment),
        language=(None if sample else detect(f"{title}\n{text}")) or _language(raw.language),
        # What we wrote ourselves names its skills and its language.
        skills=raw.tags if sample else skills_of(title, text, raw.tags),
        description=text,
        posted_at=_possible(raw.posted_at, now),
        expires_at=_whole_day(raw.expires_at),
        apply_url=_http(raw.apply_url) or url,
        contact=raw.contact,
        source=raw.source,
        sources=[source],
        sample=sample,
    )


def location_text(spots: list[JobPlace]) -> str:
    """Return the places as one line, the first four by name."""
    names = [one_line(spot.name, 80) for spot in spots]
    shown = "; ".join(names[:4])
    return f"{shown} +{len(names) - 4}" if len(names) > 4 else shown


def _http(url: str | None) -> str | None:
    # Boards write addresses with spaces, which no client would ask for as they are.
    parts = urlsplit(re.sub(r"\s", "%20", (url or "").strip()[:2000]))
    return parts.geturl() if parts.scheme in {"http", "https"} and parts.netloc else None


def _possible(moment: datetime | None, now: datetime) -> datetime | None:
    return moment if moment is not None and moment <= now + timedelta(days=1) else None


def _whole_day(moment: datetime | None) -> datetime | None:
    """A last day is given without a time, and lasts until it ends."""
    if moment is None or (moment.hour, moment.minute, moment.second) != (0, 0, 0):
        return moment
    return moment.replace(hour=23, minute=59, second=59, microsecond=0)


def _language(code: str | None) -> str | None:
    tag = (code or "").replace("_", "-").strip()
    return tag.split("-")[0].lower() if re.fullmatch(r"[A-Za-z]{2}(?:-\w+)*", tag) else None


def skills_of(title: str, text: str, tags: list[str]) -> list[str]:
    """Return the skills that the posting names, in the order of its text, by their labels."""
    found = [mention.skill for mention in skills.find_skills(f"{title}\n{text[:6_000]}")]
    if len(tags) <= MAX_TAGS:
        found += [skill for tag in tags if (skill := skills.resolve(tag)) is not None]
    return list(dict.fromkeys(skill.label for skill in found))[:MAX_SKILLS]


_LEGAL = re.compile(
    r"\b(?:ag|gmbh|mbh|sa|s\.a\.|s[aà]rl|s\.[aà]\.r\.l\.|s\.?a\.? ?r\.?l\.?|srl|s\.r\.l\.|spa|s\.p\.a\.|ltd|limited|inc|llc|llp|plc|"
    r"corp|corporation|co|company|kg|kgaa|se|nv|bv|sl|slu|oy|ab|as|aps|ug|ohg|eg|ev|holding|group|gruppe|groupe|gruppo|"
    r"international|schweiz|suisse|svizzera|switzerland|genossenschaft|stiftung|sagl|s\.a\.g\.l\.|snc|sas|eurl|pty|pvt|und|and|et|aktiengesellschaft|soci[eé]t[eé] anonyme|incorporated)\b\.?",
    re.I,
)


_INITIALS = re.compile(r"(?<!\w)(?:\w\.){2,}")
"""“B.V.”, “S.L.”, which are as well written without dots."""


@lru_cache(maxsize=50_000)
def company_key(name: str | None) -> str:
    """Return the company's name without legal form and country, for comparing; empty for unknown."""
    folded = re.sub(r"\s+", " ", re.sub(r"[^\w&.+ ]", " ", fold(name or "")))
    folded = _INITIALS.sub(lambda found: found[0].replace(".", ""), folded)
    bare = re.sub(r"[\s.&]+", " ", _LEGAL.sub(" ", folded)).strip()
    return (bare or re.sub(r"[\s.&]+", " ", folded).strip())[:120]


_MARKS = re.compile(
    r"\((?:[mwfdxhai*]\s*[/|,:]?\s*){1,4}\)|\b(?:[mwfdxh]\s*/\s*){1,3}[mwfdxh]\b|\b\d{1,3}\s*(?:%?\s*(?:[-–—/]|bis|to|à|al)\s*\d{1,3}\s*)?%|"
    r"(?<=\w)[:*/_](?:innen|in|r|n)\b|\(in\)",
    re.I,
)


def title_key(title: str) -> str:
    """Return the title without gender marks and workload, folded, for comparing."""
    return " ".join(re.sub(r"[^\w+#.]+", " ", fold(_MARKS.sub(" ", title))).split())
