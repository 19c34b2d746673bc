"""What is never stored: passwords, card and account numbers, keys and tokens pasted by mistake.

Patterns are bounded and without nested repetition, so that 100 kB of hostile text take
milliseconds. A card number counts only with its check digit and a known beginning, an IBAN with its
check digits: a phone number or a job's reference stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, cast

_CARD = re.compile(r"(?<![\w.])[2-6](?:[ \-]?\d){12,18}(?![\w])")
_CARD_START = re.compile(r"4|5[1-5]|2[2-7]|3[47]|30[0-5]|3[68]|6011|62|64[4-9]|65")
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?!\w)")
_PRIVATE_KEY = re.compile(
    r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\s\S]{0,20000}?(?:-----END [A-Z ]{0,30}KEY-----|\Z)"
)
_TOKENS = re.compile(
    r"(?<![A-Za-z0-9])(?:"
    r"(?:sk|pk|rk)[-_](?:live|test|proj|ant|or)?[-_A-Za-z0-9]{16,200}"
    r"|gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_[A-Za-z0-9_]{20,255}|glpat-[\w-]{16,64}"
    r"|xox[abeprs]-[A-Za-z0-9-]{10,255}|(?:AKIA|ASIA)[A-Z0-9]{16}|AIza[\w-]{30,60}"
    r"|hf_[A-Za-z0-9]{20,64}|pypi-[\w-]{20,400}|npm_[A-Za-z0-9]{30,64}|ya29\.[\w-]{20,400}"
    r"|SG\.[\w-]{16,64}\.[\w-]{16,128}"
    r"|eyJ[\w-]{8,2000}\.eyJ[\w-]{8,4000}\.[\w-]{8,1000}"
    r")"
)
_BEARER = re.compile(r"(?i)(\b(?:bearer|basic)\s+)([\w.~+/=-]{16,2000})")
_URL_PASSWORD = re.compile(r"([a-z][a-z0-9+.-]{1,20}://[^\s:/@]{0,100}:)([^\s/@]{1,200})(@)")
_NAMES = (
    r"pass(?:word|wort|phrase|code)s?|pwd|kennwort|mot de passe|parola d'ordine|"
    r"contraseña|login-?code|pin(?:[- ]?code)?|"
    r"(?:api|access|secret|auth|private)[ _-]?(?:key|token|schlüssel)|"
    r"client[ _-]?secret|geheimnis|token|secret|clé (?:api|secrète)|chiave api|tan|otp"
)
_NAMED = re.compile(
    rf"(?i)(?<!\w)((?:{_NAMES})(?: (?:for|für|pour|per|of|vom|zum) [\w.@-]{{1,40}}"
    r"(?: [\w.@-]{1,40})?)?\s{0,3})"
    r"(:|=|(?<=\s)(?:is|lautet|ist|est|è)(?=\s)\s{0,3}:?)(\s{0,3})"
    r"(\"[^\"\n]{1,200}\"|'[^'\n]{1,200}'|«[^»\n]{1,200}»|“[^”\n]{1,200}”|\S{1,300})"
)
_NO_SECRET = frozenset(
    re.findall(
        r"\w+",
        "a an the not no my your wrong expired required needed missing lost gone too very still "
        "also incorrect correct invalid old new weak strong safe secure unsafe changed reset "
        "protected what falsch abgelaufen nötig erforderlich nicht kein keine mein dein weg "
        "verloren zu sehr noch neu alt sicher unsicher ungültig geändert pas faux expiré requis le "
        "la un une mon ton perdu trop encore incorrect il non sbagliata scaduta una mia tua persa "
        "troppo ancora",
    )
)


def screen(text: str) -> tuple[str, list[str]]:
    """Return the text without secrets, and in words what was taken out, each once."""
    removed: list[str] = []

    def note(what: str) -> str:
        if what not in removed:
            removed.append(what)
        return f"[{what.partition(' ')[2]} removed]"

    text = _PRIVATE_KEY.sub(lambda _: note("a private key"), text)
    text = _URL_PASSWORD.sub(lambda m: m[1] + note("a password") + m[3], text)
    text = _TOKENS.sub(lambda _: note("an access token"), text)
    text = _BEARER.sub(lambda m: m[1] + note("an access token"), text)
    text = _NAMED.sub(lambda m: _named(m, note), text)
    text = _CARD.sub(lambda m: note("a card number") if _is_card(m[0]) else m[0], text)
    text = _IBAN.sub(lambda m: note("an account number") if _is_iban(m[0]) else m[0], text)
    return text, removed


def screen_data(value: Any) -> Any:
    """Return JSON data with every string screened."""
    if isinstance(value, str):
        return screen(value)[0]
    if isinstance(value, list):
        return [screen_data(item) for item in cast("list[Any]", value)]
    if isinstance(value, dict):
        items = cast("dict[str, Any]", value).items()
        return {screen(str(key))[0]: screen_data(item) for key, item in items}
    return value


def _named(match: re.Match[str], note: Callable[[str], str]) -> str:
    """Take out what follows “password:” or “my PIN is”, unless it is an ordinary word."""
    name, sign, space, value = match[1], match[2], match[3], match[4]
    bare = value.strip("\"'«»“”.,;!?")
    if not bare or value.startswith("[") or bare.casefold() in _NO_SECRET:
        return match[0]
    short = name.strip().casefold()
    if short.startswith(("pin", "tan", "otp")) and not any(c.isdigit() for c in bare):
        return match[0]
    if short in {"token", "secret", "geheimnis"} and (len(bare) < 6 or bare.isalpha()):
        return match[0]
    secret = ("pass", "pwd", "kenn", "mot", "parola", "contra", "login", "pin", "tan", "otp")
    what = "a password" if short.startswith(secret) else "an access token"
    tail = value[len(value.rstrip(".,;?")) :] if not value.endswith(('"', "'", "»", "”")) else ""
    return f"{name}{sign}{space}{note(what)}{tail}"


def _is_card(raw: str) -> bool:
    digits = re.sub(r"\D", "", raw)
    if not _CARD_START.match(digits) or len(set(digits)) < 2:
        return False
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _is_iban(raw: str) -> bool:
    compact = raw.replace(" ", "")
    if not 15 <= len(compact) <= 34:
        return False
    moved = compact[4:] + compact[:4]
    return int("".join(str(int(c, 36)) for c in moved)) % 97 == 1
