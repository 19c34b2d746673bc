"""Mails of others that are pasted: one thing to read, none of its sentences is the person's wish."""

# ruff: noqa: E501 (tables of words)
from __future__ import annotations

from jobtracker.agent.mind.embedded.slots import Slots
from jobtracker.core.lexicon.lazy import lazy

_LEAST_WORDS = 14
_HEADERS = lazy(
    r"(?im)^\s*(?:from|von|de|da|subject|betreff|objet|oggetto)\s?:.+\n(?:.*\n){0,5}?\s*(?:to|an|à|a|date|datum|gesendet|sent|subject|betreff|objet|oggetto)\s?:"
)
_HELLO = lazy(
    r"(?i)^\W*(?:dear|hi|hello|hey|good (?:morning|afternoon|evening)|guten (?:tag|morgen|abend)|grüezi|hallo|liebe[rs]?|sehr geehrte[rs]?|bonjour|madame|monsieur|ch(?:er|ère)|buongiorno|buonasera|gentil[ei]|egregi[oa]|car[oa]|ciao|salut)\b"
)
_BYE = lazy(
    r"(?i)\b(?:(?:kind|best|warm)(?:est)? (?:regards|wishes)|regards|sincerely|best,|cheers|many thanks|(?:mit )?(?:freundliche[nr]?|beste[nr]?|herzliche[nr]?|liebe|viele) gr[üu](?:ss|ß)e?n?|cordialement|(?:meilleures )?salutations|bien à vous|(?:cordiali|distinti) saluti|un cordiale saluto)\b[\s,.!–-]*[A-ZÄÖÜÉÈ\n]"
)
_EMPLOYER = lazy(
    r"(?i)\b(?:(?:invite|offer|propose|meet|interview|see) you\b|your (?:application|interest|cv|résumé|resume|profile|candidacy)|we (?:would|have to|need to|must|are|can|regret|enjoyed|were|will)\b|(?:position|role) (?:was|has been) filled|"
    r"ihre (?:bewerbung|unterlagen)|deine bewerbung|laden wir (?:sie|dich)|wir (?:müssen|laden|möchten|würden|können|freuen)|unser (?:gespräch|interview|termin)|das (?:vorstellungs|bewerbungs)?gespräch|"
    r"votre (?:candidature|dossier|profil|entretien|intérêt)|nous (?:vous|devons|avons|sommes|souhaitons)|"
    r"(?:la )?sua candidatura|(?:la |vi )?(?:invitiamo|proponiamo|convochiamo|confermo|confermiamo)|dobbiamo|siamo spiacenti|il colloquio)\b"
)
_MEETING = lazy(
    r"(?i)\b(?:interview|invit\w+|appointment|phone screen|conversation|meeting|\w*gespräch\w*|einlad\w+|termin\w*|kennenlernen|entretien|rendez-vous|convo\w+|colloqui\w*|appuntament\w*|incontr\w+)\b"
)
_TAKES = lazy(
    r"(?i)\b(?:works?|suits?|fine|good|great|perfect|ok(?:ay)?|take|prefer|choose|pick|go (?:for|with)|book|schedule|passt|geht|gut|nimm|nehmen?|lieber|buche?|trag\w*|eintragen|convient|va bien|parfait|prends|prenons|préfère|choisis|réserve|perfetto|va bene|scelgo|prendo|prendi|preferisco|fissa|prenota)\b"
)
_REFUSES = lazy(r"(?i)\b(?:not|no|none|neither|nicht|kein\w*|nein|pas|aucun\w*|non|nessun\w*)\b")
_TO_US = lazy(
    r"(?i)\b(?:(?:can|could|would|will) you (?:please )?(?:schedule|book|add|move|cancel|put|draft|write|find|check|help|remind|tell|show)|(?:please )?(?:help me|remind me|tell me|show me)|kannst du|könntest du|hilf mir|zeig mir|peux-tu|pourrais-tu|aide-moi|puoi|potresti|aiutami)\b"
)
_SHORT = 9


def is_letter(text: str) -> bool:
    """Tell whether the message is a mail about an interview that somebody else wrote."""
    if "BEGIN:VCALENDAR" in text:
        return False
    if len(text.split()) < _LEAST_WORDS or not _MEETING.search(text):
        return False
    if _HEADERS.search(text):
        return True
    if _TO_US.search(text):
        return False
    signs = (_HELLO.search(text), _BYE.search(text), _EMPLOYER.search(text))
    return sum(sign is not None for sign in signs) >= 2


def takes_slot(text: str, slots: Slots) -> bool:
    """Tell whether a short message chooses one of the times that were shown."""
    if len(text.split()) > _SHORT or _REFUSES.search(text):
        return False
    return bool(slots.ordinals or slots.times) and _TAKES.search(text) is not None
