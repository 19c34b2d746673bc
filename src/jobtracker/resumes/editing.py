# ruff: noqa: E501 - word lists and patterns read better unbroken
"""Edits by talking: what an instruction asks for, as a change of the résumé's content.

The person speaks of their own résumé here, so what they say is taken as true; it is shown as a diff
and undone with restore_version. English, German, French and Italian.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from typing import Any

from jobtracker.core.errors import BadInput
from jobtracker.resumes.editing_page import first_sentences, one_page, weight
from jobtracker.resumes.editing_speech import add_entry, leave_job, plain
from jobtracker.resumes.model import Language
from jobtracker.resumes.reading.dates import find_dates
from jobtracker.resumes.reading.headings import heading_section
from jobtracker.resumes.reading.spoken import languages_in
from jobtracker.resumes.terms import fold, skills_in, words

Content = dict[str, Any]
_ADD = r"(?:add|include|mention|note|put in|füge?|ergänze?|nimm|erwähne?|ajoute[rz]?|mentionne[rz]?|aggiung\w+|menziona\w*|inserisci)"
_REMOVE = r"(?:remove|delete|drop|take out|cut out|get rid of|entferne?|lösche?|streiche?|supprime[rz]?|enlève[rz]?|retire[rz]?|rimuov\w+|elimina\w*|togli\w*|cancella\w*)"
_SHORTEN = r"(?:shorten|trim|condense|tighten|kürze?|verkürze?|raccourci\w*|abrège[rz]?|accorcia\w*|riduci)"
_CHANGE = r"(?:change|set|update|replace|correct|ändere?|setze?|ersetze?|korrigiere?|change[rz]|modifie[rz]?|remplace[rz]?|corrige[rz]?|cambia\w*|modifica\w*|imposta\w*|sostituisci|correggi)"
_ONE_PAGE = re.compile(
    r"\b(?:one|1|single|eine[rn]?|une|una)[ -]*(?:page|seite|pagina)\b|einseitig", re.IGNORECASE
)
_ORDINALS = {
    1: "first 1st newest latest current erste ersten erstes neueste aktuelle première premier dernier prima primo attuale",
    2: "second 2nd zweite zweiten zweites deuxième second seconde seconda secondo",
    3: "third 3rd dritte dritten drittes troisième terza terzo",
    4: "fourth 4th vierte vierten viertes quatrième quarta quarto",
    5: "fifth 5th fünfte fünften fünftes cinquième quinta quinto",
    -1: "last oldest letzte letzten letztes älteste ultima ultimo",
}  # fmt: skip
_FIELDS = (
    (
        "phone",
        r"phone(?: number)?|telefon(?:nummer)?|handynummer|numéro de téléphone|téléphone|numéro|telefono|numero(?: di telefono)?|mobile|number",
    ),
    ("email", r"e-?mail(?: address)?|mail|adresse e-?mail|indirizzo e-?mail"),
    (
        "label",
        r"(?:job |professional )?title|label|headline|berufsbezeichnung|titel|titre|titolo|qualifica",
    ),
    ("name", r"name|nom|nome"),
    ("url", r"website|web ?site|webseite|homepage|url|site(?: web)?|sito"),
    ("summary", r"summary|profile|profil|zusammenfassung|résumé|profilo|riepilogo"),
)
_SUBJECT = re.compile(
    r"^(?:that|dass|que|qu['’]|che)?\s*(?:i['’]?(?:ve|m)?|ich|je|j['’])?\s*(?:have|had|am|was|habe|hatte|ai|ho)?\s+",
    re.IGNORECASE,
)


def edit(
    content: Content, instruction: str, pages: Callable[[Content], int]
) -> tuple[Content, str]:
    """Return the content after the instruction, and a note on what was understood.

    `pages` counts the pages of a content when it is set.

    Raises:
        BadInput: the instruction is not understood, or names what is not there.
    """
    text = " ".join(instruction.split())
    if not text or len(text) > 2000:
        raise BadInput("instruction is empty or too long; say it in a sentence")
    text = plain(text)
    result = copy.deepcopy(content)
    if note := leave_job(result, text):
        return result, note
    if _ONE_PAGE.search(text):
        return one_page(result, pages)
    for verb, act in ((_SHORTEN, _shorten), (_REMOVE, _remove), (_ADD, _add), (_CHANGE, _change)):
        match = re.match(rf"{verb}\b[:,]?\s*(.*)", text, re.IGNORECASE)
        if match:
            return result, act(result, match[1].strip(), text)
    raise BadInput(
        f"the edit {text[:80]!r} is not understood; say for example “add that I led the migration in "
        "2024”, “remove my hobbies”, “shorten the second job”, “make it one page”, “change my phone to …”"
    )


def _jobs(content: Content) -> list[dict[str, Any]]:
    return content.get("work", [])


def _ordinal(text: str) -> int | None:
    tokens = set(words(text))
    return next(
        (
            number
            for number, names in _ORDINALS.items()
            if tokens & {fold(n) for n in names.split()}
        ),
        None,
    )


def _find_job(content: Content, text: str) -> int | None:
    """Return the index of the job that a text means: by employer, title or ordinal."""
    folded = f" {fold(text)} "
    for key in ("name", "position"):
        for index, job in enumerate(_jobs(content)):
            name = fold(str(job.get(key) or ""))
            if len(name) > 2 and name in folded:
                return index
    if re.search(
        r"\b(?:job|position|stelle|anstellung|poste|emploi|lavoro|posto|role|entry)\b", folded
    ):
        number = _ordinal(text)
        if number is not None:
            index = number - 1 if number > 0 else len(_jobs(content)) - 1
            if not 0 <= index < len(_jobs(content)):
                raise BadInput(
                    f"the résumé has {len(_jobs(content))} jobs; there is no number {number}"
                )
            return index
    return None


def _add(content: Content, rest: str, whole: str) -> str:
    rest = re.sub(r"\s+(?:hinzu|ein)[.!]?$", "", rest)
    if note := add_entry(content, rest):
        return note
    spoken = languages_in(rest)
    if spoken and re.search(r"langu|sprache|langue|lingu|\b[ABC][12]\b|native|fluent", rest, re.I):
        return _add_languages(content, spoken)
    target = re.search(
        r"\b(?:skills?|kenntnisse\w*|fähigkeiten|compétences|competenze)\b", rest, re.I
    )
    if target:
        return _add_skills(content, rest)
    is_clause = re.match(r"(?:that|dass|que|qu['’]|che|hinzu|,)", rest, re.I)
    if not is_clause and len(rest.split()) <= 3 and skills_in(rest):
        return _add_skills(content, rest)
    return _add_highlight(content, rest)


def _add_languages(content: Content, spoken: list[Language]) -> str:
    known: list[dict[str, Any]] = content.setdefault("languages", [])
    for item in spoken:
        level = _LANGUAGE_WORDS.sub("", item.fluency or "").strip(" ,;:.")
        fresh = {"language": item.language, **({"fluency": level} if level else {})}
        same = next(
            (k for k in known if fold(str(k.get("language"))) == fold(str(item.language))), None
        )
        if same is not None:
            same.update(fresh)
        else:
            known.append(fresh)
    return "added to the languages"


_LANGUAGE_WORDS = re.compile(
    r"^(?:at|on|with|auf|mit|au|avec|a|con)\s+(?:level|niveau|livello)?\s*|\b(?:to|zu|aux?|alle|ai)\b.*"
    r"(?:languages?|sprachen|langues|lingue).*|\bas an?\b.*|\blanguage\b",
    re.IGNORECASE,
)


def _add_skills(content: Content, rest: str) -> str:
    body = re.sub(
        r"\b(?:to|zu|zur|zum|den|bei|im|in|unter|der|à|aux|alle|ai|as|als|comme|my|the|meinen?|mes|mie|i|a|skills?|kenntnisse\w*|"
        r"fähigkeiten|compétences|competenze|compétence|competenza)\b",
        " ",
        rest,
        flags=re.IGNORECASE,
    )
    names = [
        n.strip(" .:") for n in re.split(r",|\band\b|\bund\b|\bet\b|\be\b", body) if n.strip(" .:")
    ]
    if not names:
        raise BadInput("say which skill to add")
    groups: list[dict[str, Any]] = content.setdefault("skills", [])
    known = {fold(str(k)) for g in groups for k in [g.get("name", ""), *g.get("keywords", [])]}
    fresh = [name for name in names if fold(name) not in known]
    if not fresh:
        raise BadInput(f"{', '.join(names)} is among the skills already")
    target = next((group for group in reversed(groups) if group.get("keywords")), None)
    if target is not None:
        target["keywords"].extend(fresh)
    else:
        groups.extend({"name": name} for name in fresh)
    return f"added to the skills: {', '.join(fresh)}"


def _add_highlight(content: Content, rest: str) -> str:
    jobs = _jobs(content)
    if not jobs:
        raise BadInput("the résumé has no job to add this to; add the job first")
    index = _find_job(content, rest)
    body = rest
    if index is not None:
        name = str(jobs[index].get("name") or "")
        body = re.sub(
            r"^(?:to|zur?|à|al|alla)\s+(?:my|the|meiner?|mon|ma|il mio)?\s*[\w ]*?(?:job|stelle|poste|lavoro|position)\s*[:,]?\s*",
            "",
            body,
            flags=re.IGNORECASE,
        )
        if name and body.lower().endswith(name.lower()):
            body = re.sub(
                r"\s+(?:to|at|under|for|bei|zu|chez|à|presso)\s*$", "", body[: -len(name)].rstrip()
            )
    else:
        index = _job_at(jobs, rest)
    sentence = _SUBJECT.sub("", body.strip(" :,")).strip(" .")
    if len(sentence) < 4:
        raise BadInput("say what to add, for example “add that I led the migration in 2024”")
    sentence = sentence[0].upper() + sentence[1:]
    jobs[index].setdefault("highlights", []).insert(0, sentence)
    employer = jobs[index].get("name") or jobs[index].get("position") or "the newest job"
    return f"added to {employer}"


def _job_at(jobs: list[dict[str, Any]], text: str) -> int:
    """Return the job that ran at the date that a text names, else the newest."""
    for span in find_dates(text):
        year = (span.start or span.end or "")[:4]
        for index, job in enumerate(jobs):
            begin, end = (
                str(job.get("startDate") or "9999")[:4],
                str(job.get("endDate") or "9999")[:4],
            )
            if begin <= year <= end:
                return index
    return 0


def _remove(content: Content, rest: str, whole: str) -> str:
    kind = heading_section(
        re.sub(
            r"^(?:my|the|all|meine?n?|alle|die|mes|les|le|mie|i miei|le|gli)\s+",
            "",
            rest.strip(" ."),
            flags=re.I,
        )
    )
    if kind == "summary":
        content.get("basics", {}).pop("summary", None)
        return "removed the profile"
    if kind in content and content.get(kind):
        del content[kind]
        return f"removed the section {kind}"
    index = _find_job(content, rest)
    bullet = re.search(
        r"\b(?:bullet|point|line|punkt|zeile|stichpunkt|ligne|punto|riga)\b", rest, re.I
    )
    if bullet:
        return _remove_bullet(content, rest, index)
    if index is not None:
        job = _jobs(content).pop(index)
        return f"removed the job {job.get('position') or ''} {job.get('name') or ''}".strip()
    return _remove_named(content, rest)


def _remove_bullet(content: Content, rest: str, index: int | None) -> str:
    jobs = _jobs(content)
    head = re.split(r"\b(?:of|from|in|at|von|aus|bei|de|du|da|del|della)\b", rest, maxsplit=1)[0]
    number = _ordinal(head) or 1
    bullets: list[str] = jobs[index or 0].get("highlights", []) if jobs else []
    at = number - 1 if number > 0 else len(bullets) - 1
    if not 0 <= at < len(bullets):
        raise BadInput(f"that job has {len(bullets)} bullets; there is no number {number}")
    return f"removed “{bullets.pop(at)[:80]}”"


def _remove_named(content: Content, rest: str) -> str:
    wanted = fold(
        re.sub(
            r"\b(?:thing|bit|part|die|das|den|der|le|la|il|mon|mes|meine?|skill|kenntnis|compétence|competenza|my|the|from|skills)\b",
            " ",
            rest,
        )
    ).strip(" .")
    wanted = " ".join(wanted.split())
    for group in content.get("skills", []):
        for keyword in group.get("keywords", []):
            if fold(str(keyword)) == wanted:
                group["keywords"].remove(keyword)
                return f"removed the skill {keyword}"
    for section, key in (("skills", "name"), ("languages", "language"), ("certificates", "name"), ("projects", "name"), ("interests", "name"), ("awards", "title")):  # fmt: skip
        for item in content.get(section, []):
            if wanted and wanted == fold(str(item.get(key) or "")):
                content[section].remove(item)
                return f"removed {item.get(key)} from {section}"
    raise BadInput(f"{rest[:80]!r} is not in the résumé, so there is nothing to remove")


def _shorten(content: Content, rest: str, whole: str) -> str:
    if re.search(r"summary|profile?\b|zusammenfassung|profilo|riepilogo", rest, re.I):
        summary = str(content.get("basics", {}).get("summary") or "")
        if not summary:
            raise BadInput("the résumé has no profile to shorten")
        content["basics"]["summary"] = first_sentences(summary, 2 if summary.count(". ") > 2 else 1)
        return "shortened the profile"
    index = _find_job(content, rest)
    if index is None:
        raise BadInput("say which job to shorten: its employer, or “the second job”")
    job = _jobs(content)[index]
    bullets: list[str] = job.get("highlights", [])
    keep = max(1, min(3, len(bullets) - 1)) if bullets else 0
    best = sorted(range(len(bullets)), key=lambda i: weight(bullets[i]), reverse=True)[:keep]
    job["highlights"] = [bullets[i] for i in sorted(best)]
    if job.get("summary"):
        job["summary"] = first_sentences(str(job["summary"]), 1)
    return f"shortened {job.get('name') or job.get('position')}"


def _change(content: Content, rest: str, whole: str) -> str:
    basics: dict[str, Any] = content.setdefault("basics", {})
    for key, names in _FIELDS:
        match = re.match(
            rf"(?:my|the|meine?n?|den|die|das|mon|ma|le|la|il mio|la mia)?\s*(?:{names})\s*(?:to|into|as|auf|zu|in|en|à|a|par|con|:|=)\s*(.+)",
            rest,
            re.IGNORECASE,
        )
        if match:
            basics[key] = match[1].strip(" “”\"'")
            return f"changed {key}"
    match = re.match(
        r"[“\"'«](.+?)[”\"'»]\s*(?:to|by|with|auf|zu|durch|par|en|con|in)\s*[“\"'«](.+?)[”\"'»]",
        rest,
    )
    if match:
        count = _replace_text(content, match[1], match[2])
        if count:
            return f"replaced in {count} place(s)"
        raise BadInput(f"{match[1][:80]!r} is not in the résumé")
    raise BadInput(
        'say what to change, for example “change my phone to +41 79 …” or ‘replace "A" with "B"’'
    )


def _replace_text(value: Any, old: str, new: str) -> int:
    count = 0
    held: Any = value
    keys: list[Any] = [*held] if isinstance(value, dict) else [*range(len(held))]
    for key in keys:
        item: Any = held[key]
        if isinstance(item, str) and old in item:
            value[key] = item.replace(old, new)
            count += 1
        elif isinstance(item, dict | list):
            count += _replace_text(item, old, new)
    return count
