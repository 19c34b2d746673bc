"""From a source's raw posting to the clean one that is kept. Nothing is invented on the way."""

# ruff: noqa: E501 (tables of words)
from __future__ import annotations

import base64
import hashlib
import re
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from urllib.parse import urlsplit

from jobtracker.core.lexicon import money, skills
from jobtracker.jobs import places as whereabouts
from jobtracker.jobs.languages import detect
from jobtracker.jobs.model import (
    EmploymentType,
    JobPlace,
    JobPosting,
    JobSource,
    RawPosting,
    Salary,
    Seniority,
    Workload,
    WorkMode,
)
from jobtracker.jobs.salary import months_paid, yearly
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
    workload = (
        raw.workload
        or workload_of(raw.workload_text)
        or workload_of(title)
        or workload_of(text[:1500])
    )
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
        employment_type=employment_of(raw.employment, title, workload),
        workload=workload,
        salary=salary_of(raw, text),
        seniority=seniority_of(raw.seniority, title),
        language=(None if sample else detect(f"{title}. {text}")) or _language(raw.language),
        # What we wrote ourselves names its skills and its language.
        skills=raw.tags if sample else skills_of(title, text, raw.tags),
        description=text,
        posted_at=_possible(raw.posted_at, now),
        expires_at=raw.expires_at,
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


def _language(code: str | None) -> str | None:
    tag = (code or "").replace("_", "-").strip()
    return tag.split("-")[0].lower() if re.fullmatch(r"[A-Za-z]{2}(?:-\w+)*", tag) else None


_PENSUM = re.compile(
    r"(?<![\d.,])(\d{1,3})\s*%?\s*(?:-|–|—|/|bis|to|à|a)\s*(\d{1,3})\s*%|(?<![\d.,–-])(\d{1,3})\s*%",
    re.I,
)
_PERCENT_WORD = re.compile(r"\s*\b(?:prozent|percent|per cent|pour[- ]?cent|per cento)\b", re.I)
_FTE = re.compile(r"\b(0[.,]\d{1,2}|1[.,]00?)\s*(?:fte|etp|vz[äa])\b", re.I)
_WHERE = re.compile(r"\s*(?:remote|t[ée]l[ée]travail|telelavoro|home|mobil|smart)", re.I)
"""“100% remote” says where, not how much."""
_PENSUM_WORD = re.compile(
    r"pensum|workload|arbeitspensum|taux|grado|percentuale|beschäftigung|anstellung|fte|teilzeit|"
    r"part[- ]time|poste|stelle|m/w|w/m|h/f|f/h|m/f",
    re.I,
)


def workload_of(text: str) -> Workload | None:
    """Return the percentage of a full-time job that a text speaks of, e.g. `80-100%`."""
    text = _PERCENT_WORD.sub("%", text)
    if found := _FTE.search(text):
        share = round(float(found[1].replace(",", ".")) * 100)
        return Workload(min=share, max=share) if 10 <= share <= 100 else None
    if "%" not in text:
        return None
    for found in _PENSUM.finditer(text):
        low = int(found[1] or found[3])
        high = int(found[2] or found[3])
        if not (10 <= low <= high <= 100):
            continue
        if _WHERE.match(text, found.end()):
            continue
        near = text[max(0, found.start() - 30) : found.end() + 30]
        # In running text a percentage can be anything; in a title it is the workload.
        if len(text) <= 200 or _PENSUM_WORD.search(near):
            return Workload(min=low, max=high)
    return None


_TYPES: tuple[tuple[EmploymentType, str], ...] = (
    ("apprenticeship", r"apprentice|lehrstelle|lernende|lehre\b|apprenti|apprendist|berufslehre|azubi|ausbildung zu"),
    ("internship", r"\bintern(?:ship)?\b|praktik|stagiaire|\bstage\b(?! (?:manag|design|hand|tech|direct))|tirocini|\bstagista\b|trainee|werkstudent|working student"),
    ("volunteer", r"volunt(?!\w* (?:coord|manag|lead))|ehrenamt|freiwillig|b[eé]n[eé]vol"),
    ("temporary", r"\btemp(?:orary|orär|oraire|oraneo)?\b|befristet|\bcdd\b|dur[eé]e d[eé]termin|tempo determinato|fixed[- ]term|seasonal|saison|per[ _-]?diem|interim"),
    ("contract", r"contract(?:or)?\b|freelanc|mandat\b|auftrag|consulting basis|ind[eé]pendant"),
    ("part_time", r"part[\s_-]?time|teilzeit|temps partiel|tempo parziale|parttime"),
    ("full_time", r"full[\s_-]?time|vollzeit|temps plein|tempo pieno|fulltime|\bcdi\b|regular"),
)  # fmt: skip
_TYPE_PATTERNS: tuple[tuple[EmploymentType, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.I)) for kind, pattern in _TYPES
)


_FREELANCE: tuple[EmploymentType, re.Pattern[str]] = ("contract", re.compile(r"freelanc"))


def employment_of(said: list[str], title: str, workload: Workload | None) -> EmploymentType | None:
    """Return the kind of employment: from the source's own field, the title, then the workload."""
    for text in (
        " | ".join(said).replace("FullTime", "full time").replace("PartTime", "part time"),
        title,
    ):
        low = fold(text) if text else ""
        # “stage” and “contract” inside an English title speak of the work, not of its kind.
        patterns = _TYPE_PATTERNS if text is not title else (*_TYPE_PATTERNS[:4], _FREELANCE)
        for kind, pattern in patterns:
            if low and pattern.search(low) and not (kind == "internship" and "internal" in low):
                return kind
    if workload is not None:
        return "full_time" if workload.max >= 90 else "part_time"
    return None


_LEVELS: tuple[tuple[Seniority, str], ...] = (
    ("intern", r"\bintern(?:ship)?\b|praktik|stagiaire|stagista|tirocin|werkstudent|lernende|apprent"),
    ("executive", r"\b(?:c[efmotip]o|chief|vp|svp|evp|vice[- ]president|managing director|executive director|"
     r"geschäftsführ\w*|geschaftsfuhr\w*|directeur g[eé]n[eé]ral|direttore generale)\b"),
    ("lead", r"\b(?:lead(?! gen)|head|principal|director|leiter(?:in)?|teamlead\w*|leitung|"
     r"staff(?=(?: \w+){0,2} (?:engineer|developer|scientist|designer|architect))|"
     r"(?:team|gruppen|abteilungs|bereichs|filial|betriebs|stations|heim|schul|werkstatt)leit(?:er(?:in)?|ung)|responsable|chef(?:fe)? de|"
     r"capo|responsabile|direttore|direktor\w*)\b"),
    ("senior", r"\b(?:senior|sr\.?|expert|experienced|erfahren\w*|exp[eé]riment[eé]\w*)\b"),
    ("junior", r"\b(?:junior|jr\.?|entry[- ]level|graduate|berufseinsteig\w*|einsteiger\w*|d[eé]butant\w*|neolaureat\w*)\b"),
    ("mid", r"\b(?:mid(?:[- ]?level|weight)?|intermediate|professional)\b"),
)  # fmt: skip
_LEVEL_PATTERNS: tuple[tuple[Seniority, re.Pattern[str]], ...] = tuple(
    (level, re.compile(pattern, re.I)) for level, pattern in _LEVELS
)


def seniority_of(said: str | None, title: str) -> Seniority | None:
    """Return the level by the title's words, then by the source's own field."""
    for text in (title, said or ""):
        for level, pattern in _LEVEL_PATTERNS:
            if text and pattern.search(text):
                return level
    return None


_HYBRID = re.compile(r"\bhybrid\w*|hybrides?\b|ibrid[oa]\b", re.I)
_REMOTE = re.compile(
    r"\bremote\b|t[eé]l[eé]travail|telelavoro|work from (?:home|anywhere)|home[- ]?office 100", re.I
)
_BODY_HYBRID = re.compile(
    r"hybrid (?:work|role|position|model|schedule|set-?up)|hybride[sn]? arbeit|home[- ]?office (?:möglich|tag|nach)|"
    r"mode hybride|t[eé]l[eé]travail partiel|jours? de t[eé]l[eé]travail|\d+ days? (?:a|per) week (?:in|from) the office|"
    r"modalità ibrida|giorni di smart",
    re.I,
)
_BODY_REMOTE = re.compile(
    r"(?:fully|100\s?%|completely|vollständig|komplett)[- ]remote|remote[- ](?:first|only)|"
    r"(?:this is a|as a) remote (?:role|position|job)|work from anywhere|100\s?% home[- ]?office|100\s?% t[eé]l[eé]travail",
    re.I,
)
_BODY_ONSITE = re.compile(
    r"\b(?:on-?site only|not a remote|no remote|vor ort\b.{0,20}\bpflicht)", re.I
)


_BODY_SIGNS = (
    "site",
    "remote",
    "hybrid",
    "home",
    "travail",
    "office",
    "ibrid",
    "smart",
    "anywhere",
    "vor ort",
)
"""One of these is in all that the three patterns find; a plain word is found in a fiftieth of the time."""


def work_mode_of(raw: RawPosting, title: str, text: str) -> WorkMode | None:
    """Return where the work is done, as the source, the place, the title or the text says."""
    if raw.work_mode is not None:
        return raw.work_mode
    head = " | ".join([title, *(place.name for place in raw.places), *raw.employment])
    if _HYBRID.search(head):
        return "hybrid"
    if _REMOTE.search(head):
        return "remote"
    low = text.lower()
    if not any(sign in low for sign in _BODY_SIGNS):
        return None
    if _BODY_ONSITE.search(text):
        return "onsite"
    if _BODY_HYBRID.search(text):
        return "hybrid"
    return "remote" if _BODY_REMOTE.search(text) else None


_PAY_WORD = re.compile(
    r"sala[ir]|tagesansatz|tagessatz|\btjm\b|\b(?:day|daily) rate|honorar|lohn|gehalt|wage|compensation|pay\b|pays\b|paid\b|base\b|remunerat|r[eé]mun[eé]rat|vergütung|"
    r"entgelt|stipendi|retribu|verdienst|\bral\b|per (?:hour|year|annum|month)|/\s*(?:h|hr|hour|year|yr|month)\b|"
    r"pro (?:stunde|monat|jahr)|par (?:an|mois|heure)|annual",
    re.I,
)
_NOT_PAY = re.compile(
    r"revenue|umsatz|chiffre d|fatturato|funding|raised|series [a-f]\b|valuation|bonus|401|budget|"
    r"million|billion|mio\.?\b|mrd|\barr\b|assets|aum\b|sign[- ]on|referral|voucher|allowance|stipend\b|"
    r"reimburse|\bspend\b|spending|turnover|volumen?\b|pr[äa]mie|\bprimes?\b|zulage|pauschal|indemnit|"
    r"lehrjahr|lehrlings|apprentissage|investment|customers|equity|benefits? (?:worth|up to)|gutschein|spesen",
    re.I,
)


def salary_of(raw: RawPosting, text: str) -> Salary | None:
    """Return the pay from typed fields, else from the pay line, else from the text.

    In running text an amount counts only beside a word for pay and away from words for revenue,
    bonus, benefits or funding.
    """
    pay = raw.salary or _first_pay(raw.salary_text, loose=True) or _first_pay(text, loose=False)
    if pay is None:
        return None
    if (
        pay.period == "month"
        and pay.months == 12
        and months_paid(f"{raw.salary_text} {text}") == 13
    ):
        pay = pay.model_copy(update={"months": 13})
    return pay


def _first_pay(text: str, *, loose: bool) -> Salary | None:
    if not text or not re.search(r"\d", text):
        return None
    for found in money.find_salaries(text[:20_000]):
        start, end = found.span
        line_start = max(text.rfind("\n", 0, start) + 1, start - 90)
        before, after = text[line_start:start], text[end : end + 45].split("\n")[0]
        if not loose:
            beside = f"{before} {text[start:end]} {after}"
            if _NOT_PAY.search(f"{before[-45:]} {after[:25]}") or not _PAY_WORD.search(beside):
                continue
        pay = Salary(
            min=found.min,
            max=found.max,
            currency=found.currency,
            period=found.period,
            months=found.months,
        )
        if _plausible(pay):
            return pay
    return None


def _plausible(pay: Salary) -> bool:
    if pay.currency is None:
        return False
    bounds = [bound for bound in yearly(pay) if bound is not None]
    return bool(bounds) and all(Decimal(6_000) <= Decimal(bound) <= 3_000_000 for bound in bounds)


def skills_of(title: str, text: str, tags: list[str]) -> list[str]:
    """Return the skills that the posting names, in the order of its text, by their labels."""
    found = [mention.skill for mention in skills.find_skills(f"{title}\n{text[:6_000]}")]
    if len(tags) <= MAX_TAGS:
        found += [skill for tag in tags if (skill := skills.resolve(tag)) is not None]
    return list(dict.fromkeys(skill.label for skill in found))[:MAX_SKILLS]


_LEGAL = re.compile(
    r"\b(?:ag|gmbh|mbh|sa|s\.a\.|s[aà]rl|s\.[aà]\.r\.l\.|srl|s\.r\.l\.|spa|s\.p\.a\.|ltd|limited|inc|llc|llp|plc|"
    r"corp|corporation|co|company|kg|kgaa|se|nv|bv|oy|ab|as|aps|ug|ohg|eg|ev|holding|group|gruppe|groupe|gruppo|"
    r"international|schweiz|suisse|svizzera|switzerland|genossenschaft|stiftung|sagl|s\.a\.g\.l\.|snc|sas|eurl|pty|pvt|und|and|et|aktiengesellschaft|soci[eé]t[eé] anonyme|incorporated)\b\.?",
    re.I,
)


@lru_cache(maxsize=50_000)
def company_key(name: str | None) -> str:
    """Return the company's name without legal form and country, for comparing; empty for unknown."""
    folded = re.sub(r"\s+", " ", re.sub(r"[^\w&.+ ]", " ", fold(name or "")))
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
