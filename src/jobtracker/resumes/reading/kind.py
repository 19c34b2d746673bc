# ruff: noqa: E501 - word lists read better unbroken
"""Whether what was read is a résumé at all; an invoice or a system file must not become one."""

from __future__ import annotations

import re

from jobtracker.resumes.model import ReadResult

_OTHERS: tuple[tuple[str, str], ...] = (
    ("an invoice", r"\b(?:invoice|rechnung(?:snummer)?|facture|fattura|subtotal|zwischensumme|sous-total|vat|mwst|tva|iva|iban|amount due|zahlbar bis|due date|échéance|scadenza|total)\b"),
    ("a job posting", r"\b(?:we offer|we are looking for|your tasks|your profile|apply now|wir bieten|wir suchen|ihre aufgaben|ihr profil|dein profil|jetzt bewerben|nous offrons|nous recherchons|vos tâches|votre profil|offriamo|cerchiamo|le sue mansioni|il suo profilo)\b"),
    ("a letter", r"\b(?:dear (?:sir|madam|mr|ms|hiring)|sehr geehrte|madame, monsieur|gentili signori|yours sincerely|freundliche grüsse|cordiali saluti|kind regards)\b"),
    ("a contract", r"\b(?:hereinafter|this agreement|vertragsparteien|kündigungsfrist|le présent contrat|il presente contratto|governing law)\b"),
    ("a configuration or program", r"(?:^|\n)\s*(?:import |from \w+ import|def \w+\(|#include|public class|function \w+\(|\w+:[x*!$][^\n]*:\d*:|\[\w+\]\s*$)"),
)  # fmt: skip


def why_no_resume(result: ReadResult) -> str:
    """Return why this is no résumé, or an empty string where it may be one.

    A résumé tells of work or study, or names a person and what they can do. Where nothing of this
    was found, or only undated scraps in a text that speaks like another kind, it is none.
    """
    resume = result.resume
    dated = any(job.startDate or job.endDate for job in resume.work) or any(
        item.startDate or item.endDate for item in resume.education
    )
    told = [resume.work, resume.education, resume.volunteer, resume.projects]
    listed = [resume.skills, resume.languages, resume.certificates]
    if dated and (resume.basics.name or resume.basics.email or len(resume.work) > 1):
        return ""
    other = _other_kind(result.text)
    if other:
        return f"it looks like {other}"
    if not any(told) and not any(listed):
        return "no work, study, skills or languages were found in it"
    known = bool(resume.basics.name) + bool(resume.basics.email or resume.basics.phone)
    if not dated and known == 0 and sum(bool(part) for part in [*told, *listed]) < 2:
        return "neither a person nor dated work or study was found in it"
    return ""


def _other_kind(text: str) -> str:
    sample = text[:20000].casefold()
    for kind, marks in _OTHERS:
        found = {match.strip() for match in re.findall(marks, sample)}
        if len(found) >= (1 if kind.startswith(("a letter", "a configuration")) else 2):
            return kind
    return ""
