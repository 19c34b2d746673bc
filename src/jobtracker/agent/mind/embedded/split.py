"""Cuts a message into what may be several wishes, without cutting “research and development”."""

from __future__ import annotations

# ruff: noqa: E501 (tables of words)
import re

Span = tuple[int, int]
_I = re.IGNORECASE
# A wish begins with a verb of asking, a question word or a statement about oneself.
_START = (
    r"(?:please |pls |then |also |now |bitte |dann |puis |ensuite |poi |anche |can you |could you |kannst du |peux-tu |puoi )*"
    r"(?:(?:save|bookmark|keep (?:me|an eye)|let me know|ping|ring|practise|practice|train|chase|nudge|wipe|erase|read|put|pop|undo|watch|store|track|draft|write|compose|show|find|search|list|tell|give|export|download|import|add|put|book|schedule|move|cancel|delete|remove|"
    r"set|mark|update|prepare|start|send|create|make|tailor|adapt|score|rate|check|compare|suggest|propose|open|remember|forget|review|help|look|get|apply|remind|"
    r"what|what's|whats|when|where|who|how|which|why|is there|are there|is it|do i|do you|does|did|am i|i (?:applied|have|got|want|need|prefer|would|also|just|don't|hate|live|am|can|'d)|i'd|i'm|i've|let's|notify|alert|never|only|block|reschedule|restore)"
    r"|(?:speicher\w*|halt\w*|gib|benachrichtig\w*|melde|üb\w*|frag\w*|hak\w*|streich\w*|nimm|verfolg\w*|exportier\w*|vergleich\w*|red\w*|säg|zeig|schriib|mach|merk\w*|schreib\w*|entwirf|verfass\w*|zeig\w*|such\w*|find\w*|liste|sag|gib|exportier\w*|importier\w*|füg\w*|trag\w*|setz\w*|buch\w*|plan\w*|verschieb\w*|"
    r"lösch\w*|entfern\w*|bewert\w*|prüf\w*|pass\w*|bereit\w*|start\w*|erstell\w*|mach\w*|vergleich\w*|schlag|öffne|hilf|vergiss|erinner\w*|was|wann|wo|wer|wie|welche[rsn]?|warum|gibt es|habe ich|ich (?:habe|möchte|will|brauche|suche|bin|wohne|bevorzuge|mag|kann))"
    r"|(?:enregistre|garde|tiens|avertis|relance|corrige|retire|entraîne|sauvegarde|écri[st]|rédige|montre|cherche|trouve|liste|dis|donne|exporte|importe|ajoute|mets|planifie|réserve|déplace|annule|supprime|efface|évalue|vérifie|adapte|prépare|"
    r"commence|crée|fais|compare|propose|ouvre|aide|oublie|note|retiens|que |quel|quelle|quand|où|qui|comment|combien|y a-t-il|est-ce|j'ai|je (?:veux|voudrais|cherche|préfère|suis)|préviens)"
    r"|(?:salva|tieni|avvisa|sollecita|togli|correggi|esercitiamoci|scrivi|prepara|mostra|mostrami|cerca|trova|elenca|dimmi|dammi|esporta|importa|aggiungi|metti|fissa|prenota|sposta|annulla|cancella|elimina|valuta|controlla|adatta|inizia|crea|fai|"
    r"confronta|proponi|apri|aiutami|dimentica|ricorda|segna|che |quale|quali|quando|dove|chi|come|quanto|c'è|ci sono|ho |mi sono|voglio|vorrei|cerco|preferisco|sono|avvisami))(?!\w)"
)
_CUT = re.compile(
    rf"(?P<hard>[.!?](?:\s+)|\s*;\s*|\s*\n+\s*)(?=\S)|"
    rf"(?P<soft>\s*,\s*(?:(?:and|und|et|e|then|dann|puis|poi|and then|und dann|et puis|e poi|also)\s+)?|\s+(?:and then|and also|and|then|und dann|und|danach|et ensuite|et puis|et|puis|e poi|e|poi|plus|\+|&)\s+)(?={_START})",
    _I,
)
_ABBREVIATED = re.compile(
    r"(?:\b(?:St|Dr|Mr|Mrs|Ms|Prof|z\.B|bzw|ca|e\.g|i\.e|Nr|Fr|Std|Jan|Feb|Dec|Okt|Dez|M|Sig|inkl|mind|max|min|approx|vs|etc)|(?<![\d'’.,])\d{1,2})\.\s*$",
    _I,
)
_DATE = re.compile(r"(?<![\d.])\d{1,2}\.\s?\d{1,2}\.$")
_LONG = 500


def pieces(text: str) -> list[Span]:
    """Return the spans between which a wish may end; one for a long or quoted text."""
    if len(text) > _LONG or text.count("\n") > 6:
        return [(0, len(text))]
    quoted = [match.span() for match in re.finditer(r"[\"“„«][^\"”“»]*[\"”»“]", text)]
    spans: list[Span] = []
    start = 0
    for match in _CUT.finditer(text):
        if any(a <= match.start() < b for a, b in quoted):
            continue
        if match["hard"] and _goes_on(text, match.start() + 1, match.end()):
            continue
        end = match.start() + (1 if text[match.start()] in ".!?" else 0)
        if text[start:end].strip():
            spans.append((start, end))
            start = match.end()
    spans.append((start, len(text)))
    return [_strip(text, span) for span in spans if text[slice(*span)].strip()] or [(0, len(text))]


def _goes_on(text: str, stop: int, after: int) -> bool:
    """Whether a stop ends no sentence: “4. Dezember”, “No. 5”, or a remark in brackets follows."""
    head = text[:stop]
    numbered = text[after].isdigit() and re.search(r"\bno\.$", head, _I) is not None
    if text[after].islower() and _DATE.search(head) is not None:
        return True  # “am 3.12. um 10”
    return text[after] == "(" or numbered or _ABBREVIATED.search(head) is not None


def _strip(text: str, span: Span) -> Span:
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
