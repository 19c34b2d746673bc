"""Numbers to join a meeting by phone."""

# ruff: noqa: E501 (patterns are read more easily unbroken)
from __future__ import annotations

import re

from jobtracker.calendars.model import DialIn

_I = re.IGNORECASE
_PHONE_CUE = re.compile(
    r"\b(?:dial|phone|call[- ]in|one tap|toll|einwahl|einwählen|telefon(?:isch|nummer)?|rufnummer|composer|par téléphone|numéro|numero|telefono|pin|conference id)\b",
    _I,
)
_PHONE = re.compile(r"(?<![\w/=?&.-])(?P<n>\+\d[\d ().-]{6,20}\d)(?:,,?(?P<code>[\d*#,]{3,20}))?")
_PIN = re.compile(
    r"\b(?:pin|passcode|access code|(?:phone )?conference id|telefonkonferenz-id|konferenz-id|zugangscode|meeting id|code d['’]accès|id (?:della )?riunione|codice)\b\s*:?\s*(?P<pin>\d[\d ]{2,14}\d)",
    _I,
)


def dial_in(text: str) -> list[DialIn]:
    """Return the numbers to join by phone, at most five."""
    found: list[DialIn] = []
    for match in _PHONE.finditer(text):
        around = text[max(0, match.start() - 120) : match.end() + 120]
        if not _PHONE_CUE.search(around) and not match["code"]:
            continue
        pin = _PIN.search(text, match.start(), match.end() + 200) or _PIN.search(text)
        code = (match["code"] or "").split("#")[0].strip("*,") or (
            pin["pin"].strip() if pin else ""
        )
        phone = " ".join(match["n"].split())
        if all(one.phone != phone for one in found):
            found.append(DialIn(phone=phone, pin=code or None))
        if len(found) == 5:
            break
    return found
