"""On what terms one works: how much, on what contract, at which level, and where.

The source's own field is believed first, then the title, then what the text says in so many words.
A word in running text counts only where it cannot speak of something else: “hybrid cars”,
“temporary staff” and “5 years of full-time experience” say nothing of the job.
"""

# ruff: noqa: E501 (tables of words)
from __future__ import annotations

import re

from jobtracker.core.lexicon.lazy import LazyPattern, lazy
from jobtracker.jobs.model import EmploymentType, RawPosting, Seniority, Workload, WorkMode
from jobtracker.jobs.text import fold

HEAD_CHARS = 1500
"""So far into a text its workload is looked for."""
MOST_CHARS = 12_000
BEFORE, BEHIND = 80, 120
"""Characters around a sign that a pattern of the text can take."""
_I = re.IGNORECASE

_PENSUM = lazy(
    r"(?<![\d.,])(\d{1,3})\s*%?\s*(?:-|–|—|/|bis|to|à|a)\s*(\d{1,3})\s*%|(?<![\d.,–-])(\d{1,3})\s*%",
    _I,
)
_PERCENT_WORD = lazy(r"\b(?:prozent|percent|per cent|pour[- ]?cent|per cento)\b", _I)
_FTE = lazy(r"\b(0[.,]\d{1,2}|1[.,]00?)\s*(?:fte|etp|vz[äa])\b", _I)
_FTE_SIGNS = ("fte", "etp", "vz")
_WHERE = lazy(
    r"\s*(?:im |en |in |vom )?(?:remote|t[ée]l[ée]travail|telelavoro|teletrabajo|home|mobil|smart|office|büro|vor ort|on-?site)",
    _I,
)
"""“100% remote” says where, not how much."""
_PENSUM_WORD = lazy(
    r"pensum|workload|arbeitspensum|taux|grado|percentuale|beschäftigung|anstellung|fte|teilzeit|"
    r"part[- ]time|poste|stelle|m/w|w/m|h/f|f/h|m/f",
    _I,
)
_OF_PAY = lazy(
    r"(?:zulage|zuschlag|bonus|rabatt|provision|[ck]ommission|prime|supplément|indennit\w+|discount|travel|reise\w*)\s*(?:von|of|de|di|:|up to|bis(?: zu)?)?\s*$",
    _I,
)
_ALONE_BEFORE = lazy(r"(?:^|[.,(\n|:·•–—-])\s*$")
_ALONE_BEHIND = lazy(r"\s*(?:$|[,()\n|·•–—;]|[.](?:\s|$))")


def workload_in(raw: RawPosting, title: str, text: str) -> Workload | None:
    """Return the percentage of a full-time job: of the source's field, the title, the text."""
    return (
        raw.workload
        or workload_of(raw.workload_text)
        or workload_of(title)
        or workload_of(text[:HEAD_CHARS], running=True)
    )


def workload_of(text: str, *, running: bool = False) -> Workload | None:
    """Return the percentage of a full-time job that a text speaks of, e.g. `80-100%`.

    In running text a percentage can be anything: it counts beside a word for the workload, or
    where it stands alone between commas.
    """
    low = text.lower()
    # A plain word is found in a fiftieth of a pattern's time, and few texts have one of these.
    if "cent" in low or "zent" in low:
        text = _PERCENT_WORD.sub("%", text)
    if any(sign in low for sign in _FTE_SIGNS) and (found := _FTE.search(text)):
        share = round(float(found[1].replace(",", ".")) * 100)
        return Workload(min=share, max=share) if 10 <= share <= 100 else None
    if "%" not in text:
        return None
    for found in _PENSUM.finditer(text):
        low = int(found[1] or found[3])
        high = int(found[2] or found[3])
        if not (10 <= low <= high <= 100) or _WHERE.match(text, found.end()):
            continue
        if _OF_PAY.search(text[max(0, found.start() - 30) : found.start()]):
            continue
        near = text[max(0, found.start() - 30) : found.end() + 30]
        alone = (
            low % 5 == 0
            and _ALONE_BEFORE.search(text[max(0, found.start() - 4) : found.start()])
            and _ALONE_BEHIND.match(text, found.end())
        )
        if not running or alone or _PENSUM_WORD.search(near):
            return Workload(min=low, max=high)
    return None


_TYPES: tuple[tuple[EmploymentType, str], ...] = (
    ("apprenticeship", r"apprentice|lehrstelle|lernende|lehre\b|apprenti|apprendist|berufslehre|azubi|ausbildung zu"),
    ("internship", r"\bintern(?:ship)?\b|praktik|stagiaire|\bstage\b(?! (?:manag|design|hand|tech|direct))|tirocini|\bstagista\b|trainee|werkstudent|working student|"
     r"\bpracticas\b|\bbecari[oa]\b|\bbeca\b"),
    ("volunteer", r"volunt(?!\w* (?:coord|manag|lead))|ehrenamt|freiwillig|b[eé]n[eé]vol"),
    ("temporary", r"\btemp(?:orary|or[aä]r\w*|oraire|oraneo|oral)?\b|(?<!un)befristet|\bcdd\b|dur[eé]e d[eé]termin|tempo determinato|fixed[- ]term|seasonal|saison|stagional|per[ _-]?diem|interim(?! (?:manag|lead|head|c[efiot]o))|tijdelijk|maternity cover|parental leave cover"),
    ("contract", r"contract(?:or)?\b|freelanc|mandat\b|auftrag|consulting basis|ind[eé]pendant"),
    ("part_time", r"part[\s_-]?time|teilzeit|temps partiel|tempo parziale|parttime|media jornada|deeltijd"),
    ("full_time", r"full[\s_-]?time|vollzeit|temps plein|tempo pieno|fulltime|jornada completa|voltijd|\bcdi\b|regular"),
)  # fmt: skip
_Patterns = tuple[tuple[EmploymentType, LazyPattern], ...]
_OF_FIELD: _Patterns = tuple((kind, lazy(pattern, _I)) for kind, pattern in _TYPES)
# “stage” and “contract” inside an English title speak of the work, not of its kind.
_OF_TITLE: _Patterns = (
    *_OF_FIELD[:4],
    ("contract", lazy(
        r"freelanc|^contract (?!manag|admin|specialist|law|negotiat|officer|analyst|coordinat|counsel|direct|associate|support|compliance|sales|lead|partner|attorney|review)|"
        r"\(contract(?:or)?\)|[-–|,] contract(?:or)?$", _I)),
    _OF_FIELD[5],
    ("full_time", lazy(r"full[\s_-]?time|vollzeit|temps plein|tempo pieno|jornada completa|voltijd", _I)),
)  # fmt: skip

_STARTS = r"(?:^|[.,;:|(\n•·–—-]\s*)"
_ENDS = r"(?=\s*(?:$|[.,;:|)(\n•·–—]|-\s))"
_NAMED = (
    r"(?=[ -](?:contract|position|role|job|post|employment|assignment|stelle|anstellung|vertrag))"
)
_BY_WORDS: tuple[tuple[EmploymentType, str], ...] = (
        ("temporary",
         r"\bfixed[- ]term (?:contract|position|role|appointment|employment|basis|until|till|for \d)|\b(?:maternity|paternity|parental|sick) (?:leave )?cover|"
         rf"{_STARTS}temporary(?:{_NAMED}|{_ENDS}|,)|\bseasonal (?:contract|position|role|job|employment)|\btemp[- ]to[- ]perm|"
         r"(?<!un)(?<!nicht )\bbefristet(?:e[rsn]?)?\b(?! (?:und|oder|bzw\.?) unbefristet)|\btemporär(?:stelle|einsatz|er einsatz|e (?:stelle|anstellung))|mutterschaftsvertretung|elternzeitvertretung|saisonstelle|"
         r"contrat (?:à|a) dur[ée]e d[ée]termin[ée]e|\bcdd\b(?! ou cdi)|\bintérim de\b|mission (?:d['’]intérim|intérim|temporaire)|contrat saisonnier|poste saisonnier|"
         r"a tempo determinato|contratto stagionale|contrato temporal|duración determinada|tijdelijk (?:contract|dienstverband)"),
        ("contract",
         r"\b(?:inside|outside) ir ?35\b|\bfreelance (?:contract|mission|basis|assignment)|mission freelance|auf (?:freelance|mandats|auftrags)-?basis|\b\d{1,2}[- ]months? contract\b|partita iva|\bzzp\b|autónomo"),
        ("part_time", rf"{_STARTS}(?:part[- ]?time|(?:in )?teilzeit|(?:à )?temps partiel|tempo parziale|media jornada|deeltijd)(?:{_NAMED}|{_ENDS})"),
        ("full_time", rf"{_STARTS}(?:full[- ]?time|(?:in )?vollzeit|(?:à )?temps plein|tempo pieno|jornada completa|voltijd)(?:{_NAMED}|{_ENDS})"),
)  # fmt: skip
_OF_TEXT: _Patterns = tuple((kind, lazy(pattern, _I)) for kind, pattern in _BY_WORDS)
_TYPE_SIGNS = {
    "temp": ("temporary", "temp-to", "temp to", "temporär", "temporaire", "temporal", "temps plein",
             "temps partiel", "tempo pieno", "tempo parziale"),
    "time": ("full-time", "full time", "fulltime", "part-time", "part time", "parttime"),
    "fixed": ("fixed-term", "fixed term"),
    "zeit": ("vollzeit", "teilzeit"),
    "tijd": ("tijdelijk", "deeltijd", "voltijd"),
    "termin": ("détermin", "determin"),
    "month": ("month contract", "months contract"),
    "ison": ("saisonstelle", "saisonnier"),
    **{sign: (sign,) for sign in (
        "cover", "seasonal", "befristet", "vertretung", "cdd", "intérim", "stagionale", "ir35",
        "ir 35", "freelance", "mandats", "auftrags", "partita iva", "zzp", "autónomo", "jornada",
    )},
}  # fmt: skip
"""One of these is in all that the patterns of the text find; only around it they are tried. What
several have in common is looked for first: most texts have none."""


def employment_of(
    said: list[str], title: str, text: str, workload: Workload | None
) -> EmploymentType | None:
    """Return the kind of employment: by the source's own field, the title, the text, the workload.

    “Full-time or part-time” is neither.
    """
    field = " | ".join(said).replace("FullTime", "full time").replace("PartTime", "part time")
    stated = _employed(field, _OF_FIELD) or _employed(title, _OF_TITLE)
    if stated is not None and (field or stated not in _HOW_MUCH):
        return stated
    found = _employed_by_text(text[:MOST_CHARS])
    if found is not None and (found not in _HOW_MUCH or not (stated or workload)):
        return found
    if stated is None and workload is not None:
        return "full_time" if workload.max >= 90 else "part_time"
    return stated


_HOW_MUCH = ("part_time", "full_time")


def _employed(words: str, patterns: _Patterns) -> EmploymentType | None:
    low = fold(words) if words else ""
    for kind, pattern in patterns:
        if low and pattern.search(low) and not (kind == "internship" and "internal" in low):
            return kind
    return None


def _employed_by_text(text: str) -> EmploymentType | None:
    spans = _around(text, _TYPE_SIGNS)
    found: list[EmploymentType] = [kind for kind, one in _OF_TEXT if _is_in(one, text, spans)]
    return None if found[:2] == ["part_time", "full_time"] else next(iter(found), None)


def _around(text: str, signs: dict[str, tuple[str, ...]]) -> list[tuple[int, int]]:
    """Return where to look: so far before and behind each sign."""
    low = text.lower()
    spans: list[tuple[int, int]] = []
    for sign in (sign for part, some in signs.items() if part in low for sign in some):
        at = low.find(sign)
        while at >= 0:
            spans.append((max(0, at - BEFORE), at + BEHIND))
            at = low.find(sign, at + BEHIND)
    return spans


def _is_in(pattern: LazyPattern, text: str, spans: list[tuple[int, int]]) -> bool:
    return any(pattern.search(text, start, end) for start, end in spans)


_LEVELS: tuple[tuple[Seniority, str], ...] = (
    ("intern", r"\bintern(?:ship)?\b|praktik|stagiaire|stagista|tirocin|werkstudent|lernende|apprent"),
    ("executive", r"(?<!to the )(?<!to )(?<!of the )(?<!für den )(?<!für die )(?<!des )(?<!du )(?<!de la )(?<!del )(?<!dell')(?<!al )\b(?:c[efmotip]o|chief|vp|svp|evp|vice[- ]president|managing director|executive director|"
     r"geschäftsführ\w*|geschaftsfuhr\w*|directeur g[eé]n[eé]ral|direttore generale)\b(?! (?:assistant|assistent|assistenz|office|support))"),
    ("lead", r"\b(?:lead(?! gen)|head|principal|director|leiter(?:in)?|teamlead\w*|leitung|"
     r"staff(?=(?: \w+){0,2} (?:engineer|developer|scientist|designer|architect))|"
     r"(?:team|gruppen|abteilungs|bereichs|filial|betriebs|stations|heim|schul|werkstatt)leit(?:er(?:in)?|ung)|responsable|chef(?:fe)? de|"
     r"capo|responsabile|direttore|direktor\w*)\b"),
    ("senior", r"\b(?:senior|sr\.?|expert|experienced|erfahren\w*|exp[eé]riment[eé]\w*)\b"),
    ("junior", r"\b(?:junior|jr\.?|entry[- ]level|graduate|berufseinsteig\w*|einsteiger\w*|d[eé]butant\w*|neolaureat\w*)\b"),
    ("mid", r"\b(?:mid(?:[- ]?level|weight)?|medior|intermediate|professional)\b"),
)  # fmt: skip
_LEVEL_PATTERNS: tuple[tuple[Seniority, LazyPattern], ...] = tuple(
    (level, lazy(pattern, _I)) for level, pattern in _LEVELS
)


def seniority_of(
    said: str | None, title: str, employment: EmploymentType | None = None
) -> Seniority | None:
    """Return the level by the title's words, then by the source's own field."""
    for text in (title, said or ""):
        for level, pattern in _LEVEL_PATTERNS:
            if text and pattern.search(text):
                return level
    return "intern" if employment == "internship" else None


_HYBRID = lazy(r"\bhybrid\w*|hybrides?\b|ibrid[oa]\b|híbrid[oa]\b", _I)
_REMOTE = lazy(
    r"\bremote\b|t[eé]l[eé]travail|telelavoro|teletrabajo|work from (?:home|anywhere)|home[- ]?office 100",
    _I,
)
_FEW = r"(?:[1-4]|one|two|three|four|an?|ein(?:e[nm]?)?|zwei|drei|vier|une?|deux|trois|quatre|uno?|due|tre|quattro|dos|tres|cuatro|twee|drie)"
_DAYS = rf"\b{_FEW}\s*(?:(?:-|–|to|bis|à|a|or|oder|ou)\s*{_FEW}\s*)?(?:days?|tage?n?|jours?|giorn[io]|días?|dag(?:en)?)\b"
_A_WEEK = r"(?:\s*(?:a|per|each|every|pro|die|in der|par|la|alla|a la|/)\s*(?:week|woche|semaine|settimana|semana))?"
_HOME = r"(?:home[- ]?office|from home|wfh|remote\w*|t[eé]l[eé]travail|smart[- ]?working|telelavoro|da remoto|da casa|mobile[smn]? arbeit\w*|teletrabajo|en casa|thuis\w*)"
_OFFICE = r"(?:(?:in|at|from) (?:the|our) office|in[- ]office|on[- ]?site|im büro|vor ort|au bureau|sur (?:site|place)|en présentiel|in ufficio|in sede|en (?:la )?oficina|op kantoor)"
_BODY_HYBRID = lazy(
    rf"{_STARTS}(?:mode )?hybrid(?:e[nsr]?)?{_ENDS}|\b{_FEW} (?:remote|home[- ]?office)[- ](?:days?|tage?n?)\b|"
    r"(?:teilweise|teils|partiell\w*|anteilig\w*|gelegentlich\w*) (?:im |auch im )?(?:home[- ]?office|remote|mobil)|"
    r"possibilité (?:de|d['’]un) (?:faire du )?t[eé]l[eé]travail|möglichkeit (?:für|zu|zum|von|auf) home[- ]?office|possibilità di (?:smart|telelavoro|lavor\w+ da casa)|"
    r"home[- ]?office (?:bis |bis zu |zu )?[1-8]\d ?%|"
    r"hybrid(?:e[sn]?)? (?:work|role|position|model|schedule|set-?up|arbeit|werken|pattern|contract|arrangement)|(?:mode|travail|modèle|format) hybride|"
    r"(?:lavoro|modalità|smart working|modello) (?:in modalità )?ibrid[oa]|(?:teletrabajo|trabajo|modelo|modalidad) híbrid[oa]|"
    r"home[- ]?office(?:-tage?)?,? (?:ist |sind |teilweise |partiell |nach absprache |an \w+ tagen )*(?:möglich|nach)|home[- ]?office[- ](?:tage?\b|anteil)|(?:homeoffice|home office) partiel|"
    r"t[eé]l[eé]travail (?:partiel|possible|régulier|occasionnel)|télétravail à [1-8]\d ?%|[1-8]\d ?% (?:home[- ]?office|remote|télétravail)|"
    rf"{_DAYS}{_A_WEEK}(?:\s*(?:im|in|de|d['’]|di|en|of|ist|may be|working|work)?\s*){_HOME}|{_HOME}(?:\s*(?:an|of|de|:|\(|–|-|max\.?|jusqu['’]à|bis(?: zu)?|up to|fino a)?\s*){{0,3}}{_DAYS}|"
    rf"{_DAYS}{_A_WEEK}\s*{_OFFICE}|{_OFFICE}\s*{_DAYS}|giorni di smart",
    _I,
)
_BODY_REMOTE = lazy(
    r"(?:fully|100\s?%|completely|vollständig|komplett)[- ]remote|remote[- ](?:first|only)|"
    r"(?:this is a|as a) remote (?:role|position|job)|work from anywhere|100\s?% home[- ]?office|(?:100\s?%|full|complet) t[eé]l[eé]travail|t[eé]l[eé]travail (?:complet|total|à 100)|"
    r"telelavoro (?:completo|al 100)|full remote|teletrabajo (?:100|completo)|100\s?% (?:teletrabajo|(?:in |da )?remot[oe]\b)|(?:completamente|totalmente) (?:in |da )?remot[oe]\b|"
    rf"{_STARTS}remote(?:\s*(?=[(.;|\n]|$)| (?=within|from|in [A-Z]|across|anywhere))",
    _I,
)
_BODY_ONSITE = lazy(
    r"\bon-?site only|not a remote|\bno remote|vor ort\b.{0,40}\b(?:pflicht|zwingend)|\bkein(?:e möglichkeit (?:für|von|auf))? home-?office|"
    r"t[eé]l[eé]travail (?:n['’]est )?(?:pas|non) possible|pas de t[eé]l[eé]travail|no smart working|"
    r"(?:role|position|job|work|vacancy|opportunity) is (?:fully |strictly |entirely |100 ?% )?(?:on-?site|office[- ]based|in[- ]office)|"
    rf"\boffice[- ]based (?:role|position|job)|{_STARTS}office[- ]based\b|"
    r"in[- ]office (?:five|5) days|(?:five|5) days(?: a| per)? week (?:in|at|on)[- ](?:the |our )?(?:office|site)",
    _I,
)
_BODY_THERE = lazy(
    rf"travail (?:sur place|en présentiel)|{_STARTS}(?:100 ?% )?(?:in presenza|presencial|en présentiel|on-?site){_ENDS}|lavoro in (?:presenza|sede)|arbeiten vor ort",
    _I,
)
_BODY_SIGNS = {
    "site": ("on-site", "onsite", "on site", "sur site"),
    "office": ("in-office", "in office", "the office", "our office", "office-based", "office based"),
    "remot": ("remote", "remoto"),
    "brid": ("hybrid", "ibrid", "híbrid"),
    "casa": ("da casa", "en casa"),
    "place": ("sur place",),
    **{sign: (sign,) for sign in (
        "home", "travail", "smart", "anywhere", "vor ort", "mobile", "présentiel", "presen", "kantoor",
        "teletrabajo", "telelavoro", "thuis", "büro", "bureau", "ufficio", "oficina", "lavoro in",
    )},
}  # fmt: skip
"""One of these is in all that the patterns find; only around it they are tried."""


def work_mode_of(raw: RawPosting, title: str, text: str) -> WorkMode | None:
    """Return where the work is done, as the source, the place, the title or the text says."""
    if raw.work_mode is not None:
        return raw.work_mode
    head = " | ".join([title, *(place.name for place in raw.places), *raw.employment])
    if _HYBRID.search(head):
        return "hybrid"
    if _REMOTE.search(head):
        return "remote"
    text = text[:MOST_CHARS]
    spans = _around(text, _BODY_SIGNS)
    for mode, pattern in _BY_TEXT:
        if _is_in(pattern, text, spans):
            return mode
    return None


_BY_TEXT: tuple[tuple[WorkMode, LazyPattern], ...] = (
    ("onsite", _BODY_ONSITE),
    ("hybrid", _BODY_HYBRID),
    ("remote", _BODY_REMOTE),
    ("onsite", _BODY_THERE),
)
