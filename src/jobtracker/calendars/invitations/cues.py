"""Ways in which invitations say what they are, in four languages."""

# ruff: noqa: E501 (patterns are read more easily unbroken)
from __future__ import annotations

import re

_I = re.IGNORECASE
INVITES = re.compile(
    r"\b(?:interview|invit\w+|meet(?:ing)?|call|chat|conversation|slots?|availab\w+|schedule|appointment|\w*gespräch\w*|vorstellungs\w+|bewerbungsgespräch\w*|einlad\w+|termin\w*|kennen\w*|entretien|rendez-vous|rencontr\w+|disponib\w+|colloquio|appuntamento|incontr\w+)\b",
    _I,
)
CANCELS = re.compile(
    r"\b(?:(?:must|have to|need to|has been|was|is|unfortunately,? we) cancel\w*|cancell?ed|abgesagt|absagen müssen|(?:leider )?absagen|entfällt|fällt aus|storniert|annul(?:é|ée|er|ons)|annullat\w|annullare|cancellat\w)\b",
    _I,
)
MOVES = re.compile(
    r"\b(?:reschedul\w+|moved? (?:the|our|your)? ?(?:interview|meeting|call)? ?to|new (?:time|date) (?:is|:)|postpone\w*|verschieb\w+|verschoben|verlegt|neuer termin|report(?:é|ée|er)|déplac(?:é|ée|er)|nouvelle date|décal(?:é|ée|er|ons)|avanc(?:é|ée|er)|repouss(?:é|ée|er|ons)|nouvel horaire|spostat\w|spostare|rinviat\w|posticipat\w|anticipat\w|posticipare|anticipare|nuov[ao] (?:data|orario)|brought forward|put back|vorverleg\w+|vorgezogen|umplanen|umgeplant|neu (?:ansetzen|angesetzt)|terminänderung|change of (?:date|time|plan)|(?:time|date) (?:has )?changed|(?:push|shift|move|bring|change)(?:ed)?\s+(?:back\s+|forward\s+)?(?:our|the|your|this|tomorrow['’]s|today['’]s|\w+day['’]s)\s+(?:\w+\s+){0,2}(?:interview|call|meeting|chat|conversation|appointment|slot|time|date)|instead of|rather than)\b",
    _I,
)
ANSWER = re.compile(
    r"\b(?:confirm\w*|repl(?:y|ies)|respond\w*|answer\w*|rsvp|let (?:us|me) know|get back|bestätig\w+|antwort\w*|rückmeld\w+|zusag\w+|bescheid|melden|répon\w+|réponse|confirm\w+|faire savoir|retour|indiqu\w+|communiqu\w+|fixer|choix|comunicar\w*|preferenza|scelta|choice|choose|pick|convien\w+|conviendrait|auswahl|wähl\w+|mitteil\w+|melde\w*|passt|passen|suits?|works? (?:best )?for you|wissen|confermar\w*|conferm\w+|rispo\w+|far(?:mi|ci) sapere)\b",
    _I,
)
CHOOSE = re.compile(
    r"\b(?:which (?:one|slot|time|of)|pick|choose|select|suits? you|work(?:s)? (?:best )?for you|welcher?|welches|auswähl\w*|passt ihnen|passen ihnen|passt dir|conviendrait|convient|choisi\w+|quelle? (?:date|créneau)|preferisc\w+|scegli\w+|quale)\b",
    _I,
)
PROPOSE = re.compile(
    r"\b(?:(?:your|share|send|let us know) (?:\w+ ){0,3}availab\w+|when (?:are you|would you be|you are) (?:free|available)|suggest (?:\w+ ){0,2}times?|wann (?:sie|du)\b|ihre verfügbarkeit\w*|terminvorschläge|vos disponibilités|quand (?:êtes|seriez)|sue disponibilità|le sue disponibilità|quando (?:è|sarebbe) disponibile)\b",
    _I,
)
BRING = re.compile(
    r"\b(?:please bring|bring (?:along )?|bitte bringen sie|bringen sie|veuillez (?:apporter|vous munir d[e'’])|merci d['’]apporter|(?:la preghiamo di )?portare|porti)\s+(?P<what>[^.\n]{3,120}?)(?:\s+mit)?(?=[.\n!]|$)",
    _I,
)
SMALL_WORDS = {
    "de": r"\b(?:und|der|die|das|sie|wir|uns|ihnen|mit|für|uhr|bitte|nicht|einen)\b",
    "fr": r"\b(?:et|le|la|les|nous|vous|avec|pour|votre|notre|une|des|est|à|chez)\b",
    "it": r"\b(?:e|il|la|di|per|con|che|alle|ore|un|una|del|della|le|siamo|sua|presso)\b",
    "en": r"\b(?:and|the|you|we|with|for|your|our|to|at|on|please|would|is|are)\b",
}
