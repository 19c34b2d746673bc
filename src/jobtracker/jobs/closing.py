"""What pages say when a posting is closed, in English, German, French and Italian.

A sentence counts only where it speaks of the job or of applications to it: “the company car is no
longer available” closes nothing. Each rule is a subject and what is said of it.
"""

# ruff: noqa: E501 (tables of words)
from __future__ import annotations

import re

from jobtracker.core.lexicon.lazy import lazy

_EN_SUBJECT = (
    r"(?:jobs?|positions?|postings?|roles?|vacanc(?:y|ies)|listings?|openings?|opportunit(?:y|ies)|"
    r"requisitions?|advert(?:isement)?s?|job ads?|offers?|page you|it|this)"
)
_DE_SUBJECT = (
    r"(?:\w*(?:stelle|stellen|anzeige|inserat|ausschreibung|angebot|vakanz|position)|jobs?|seite|"
    r"\w*bewerbung(?:en)?)"
)
_FR_SUBJECT = r"(?:offre|poste|annonce|emploi|mission|place|page|recrutement)"
_IT_SUBJECT = r"(?:offerta|posizione|annuncio|posto|lavoro|inserzione|concorso|pagina|ricerca)"
_NEAR = r"[^.!?\n]{0,60}?"

_RULES = (
    # English
    rf"\b{_EN_SUBJECT}\b{_NEAR}\bno longer (?:be )?(?:available|open|active|vacant|advertised|listed|posted|live|online|exists?|valid|accepting)",
    rf"\b{_EN_SUBJECT}\b[^.!?\n]{{0,40}}?\b(?:has|have|is|was|been)\b(?: (?:already|now|since|currently|been|unfortunately))*"
    r" (?:filled|closed|removed|expired|withdrawn|taken down|archived|deactivated|cancelled|canceled|unpublished)\b(?!-| (?:to|for|on|with|by) )",
    r"\b(?:job|position|posting|role|vacancy|listing) (?:posting )?(?:closed|expired|filled)\s*(?:[.!]|$)",
    r"\b(?:no longer|not (?:currently )?|stopped |not )\s*(?:accepting|taking|receiving|reviewing|considering)(?: any| new| more| further| online| job)* (?:applications?|applicants|candidates|candidacies|submissions|r[ée]sum[ée]s)\b(?! (?:from|by|via|sent|on paper))",
    r"\bapplications?(?: for [^.!?\n]{1,60}?)? (?:are|is|have|has)(?: been| now| already| currently)* closed\b",
    r"\bapplication (?:period|window|deadline|process|phase)(?: for [^.!?\n]{1,60}?)? (?:has|is|have)(?: now| already| been)* (?:closed|ended|over|passed|expired)\b",
    # German
    rf"\b{_DE_SUBJECT}\b{_NEAR}\bnicht (?:mehr|länger) (?:verfügbar|aktiv|online|ausgeschrieben|offen|vakant|aktuell|gültig|frei|publiziert|aufgeschaltet|zu besetzen|erhältlich|angenommen|entgegengenommen|berücksichtigt|möglich|vorhanden)",
    rf"\b{_DE_SUBJECT}\b (?:ist|sind|wurden?|konnte)(?: leider| bereits| inzwischen| mittlerweile| schon| erfolgreich| in der zwischenzeit| nun| worden)* (?:besetzt|vergeben|geschlossen|abgelaufen|gelöscht|entfernt|deaktiviert|archiviert|zurückgezogen|inaktiv|beendet|abgeschlossen)\b",
    r"\bnehmen (?:wir )?(?:leider |derzeit |aktuell )?keine (?:weiteren |neuen )?bewerbungen mehr\b|\bkeine (?:weiteren |neuen )?bewerbungen mehr\b",
    r"\bbewerbungs(?:frist|schluss|phase|zeitraum|verfahren) (?:ist|wurde)(?: leider| bereits| inzwischen)* (?:abgelaufen|vorbei|beendet|geschlossen|abgeschlossen|verstrichen)\b",
    # French
    rf"\b{_FR_SUBJECT}\b{_NEAR}\bn['’](?:est|existe|était) (?:malheureusement )?plus(?: (?:disponible|en ligne|d['’]actualité|ouverte?|active?|actif|vacante?|à pourvoir|publiée?|valable|valide|accessible|proposée?)|\s*[.!]|$)",
    rf"\b{_FR_SUBJECT}\b(?: [^.!?\n]{{0,30}}?)? (?:est|a été|a ete)(?: déjà| désormais| malheureusement| été| entre-temps)* (?:pourvue?|expirée?|clôturée?|close?|retirée?|supprimée?|désactivée?|archivée?|fermée?|attribuée?)\b",
    r"\b(?:offre|annonce) (?:expirée|pourvue|clôturée|close|archivée)\b|\bposte (?:pourvu|clôturé)\b",
    r"\bne (?:prend|prenons|reçoit|recevons)s? plus(?: de)? candidatures?\b|\bn['’]accept\w+ plus(?: de| d['’])?(?: nouvelles?)? ?candidatures?\b",
    r"\b(?:candidatures?|postulations?) (?:sont|est)(?: désormais| déjà| maintenant)* (?:closes?|clôturées?|fermées?|terminées?|finies?)\b",
    r"\b(?:délai|date limite)(?: de (?:candidature|postulation|dépôt[^.!?\n]{0,30}?))? (?:est|a été)(?: déjà| désormais)* (?:dépassée?|échue?|expirée?|passée?)\b",
    r"\bn['’]est plus possible de postuler\b",
    # Italian
    rf"\b{_IT_SUBJECT}\b{_NEAR}\bnon (?:è|e['’]?|risulta) più (?:disponibile|attiv[oa]|online|apert[oa]|valid[oa]|vacante|pubblicat[oa]|in corso|accessibile)",
    rf"\b{_IT_SUBJECT}\b (?:è|e['’]|risulta)(?: stat[oa]| già| ormai| purtroppo)* (?:chius[oa]|scadut[oa]|copert[oa]|assegnat[oa]|occupat[oa]|rimoss[oa]|ritirat[oa]|archiviat[oa]|conclus[oa]|terminat[oa])\b",
    r"\b(?:annuncio|offerta|posizione) (?:scadut[oa]|chius[oa]|copert[oa])\b",
    r"\bnon (?:si accettano|accett\w+|riceviamo|prendiamo) più(?: nuove)? candidature\b|\bnon è più possibile candidarsi\b",
    r"\bcandidature (?:sono|risultano)(?: state| già| ormai)* (?:chiuse|terminate|concluse|scadute)\b",
    r"\b(?:termine|scadenza)(?: (?:di|per)[^.!?\n]{1,40}?)? (?:è|e['’])(?: già| ormai)* (?:scadut[oa]|passat[oa]|trascors[oa])\b",
)
_CLOSED = tuple(lazy(rule, re.IGNORECASE | re.MULTILINE) for rule in _RULES)


def closing_words(page: str, description: str) -> str | None:
    """Return what a page says of the posting being closed, None where it says nothing of it.

    `page` and `description` are plain text. What the posting's own text says is not about its
    being open: “the position was filled by an agency until now”.
    """
    own = " ".join(description.split()).casefold()
    for rule in _CLOSED:
        for found in rule.finditer(page):
            said = " ".join(found[0].split())
            if said.casefold() not in own:
                return said[:160]
    return None
