"""What arrives as a message, as plain text and calendar parts: raw mail, HTML or text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from html.parser import HTMLParser

from jobtracker.core.speech import say

MAX_CHARS = 20_000
_SENT = re.compile(r"^\s*\*?(?:sent|gesendet|envoyé|inviato)\s?:", re.I)
_DATE = re.compile(r"^\s*\*?(?:date|datum|data)\s?:", re.I)
_HEADER = re.compile(
    r"^\s*\*?(?:from|von|de|da|to|an|à|cc|subject|betreff|objet|oggetto|message-id)\s?:", re.I
)
_HEADERS = re.compile(r"\A(?:[A-Za-z][A-Za-z0-9-]{1,40}:[^\n]*\n(?:[ \t][^\n]*\n)*){2,}\r?\n")
_MAIL = re.compile(r"^(?:from|subject|date|mime-version|message-id|received):", re.I | re.M)
_HTML = re.compile(r"<(?:html|body|div|p|br|table|td|span|a|meta)\b[^>]*>", re.I)
_ADDRESS = re.compile(r'^\s*"?(?P<name>[^"<]*?)"?\s*<(?P<email>[^<>\s]+@[^<>\s]+)>')
_QUOTED = re.compile(
    r"^\s*(?:>|-{2,}\s*(?:original|ursprüngliche|forwarded|weitergeleitete|message d'origine|"
    r"messaggio originale)|(?:on|am|le|il)\b.{4,120}\b(?:wrote|schrieb|a écrit|ha scritto)\b)",
    re.I,
)


@dataclass
class Message:
    """A message taken apart."""

    text: str
    subject: str = ""
    sender_name: str = ""
    sender_email: str = ""
    calendars: list[str] = field(default_factory=list[str])
    warnings: list[str] = field(default_factory=list[str])


def take_apart(raw: str) -> Message:
    """Return the parts of a message; hostile content stays text."""
    raw = raw.replace("\r\n", "\n").replace("\r", "\n")
    if _HEADERS.match(raw) and _MAIL.search(raw[:4000]):
        message = _from_mail(raw)
    else:
        message = Message(html_to_text(raw) if _HTML.search(raw[:20_000]) else raw)
        if "BEGIN:VCALENDAR" in raw and not _HTML.search(raw[:2000]):
            begin = raw.index("BEGIN:VCALENDAR")
            message.calendars.append(raw[begin:])
            message.text = raw[:begin]
    if len(message.text) > MAX_CHARS:
        message.warnings.append(say("calendars.first_read", n=MAX_CHARS))
        message.text = message.text[:MAX_CHARS]
    message.text = without_quotes(message.text)
    if not message.sender_email:
        _guess_sender(message)
    return message


def _from_mail(raw: str) -> Message:
    data = raw.encode("utf-8", "surrogateescape")
    parsed = BytesParser(policy=policy.default).parsebytes(data)
    found = Message("")
    plain: list[str] = []
    rich: list[str] = []
    for part in parsed.walk():
        kind = part.get_content_type()
        if part.is_multipart() or not kind.startswith(("text/", "application/ics")):
            continue
        content = _content(part)
        if kind in {"text/calendar", "application/ics"}:
            found.calendars.append(content)
        elif kind == "text/html":
            rich.append(html_to_text(content))
        else:
            plain.append(content)
    found.text = "\n".join(plain) if any(p.strip() for p in plain) else "\n".join(rich)
    found.subject = _header(parsed, "Subject")
    if match := _ADDRESS.match(sender := _header(parsed, "From")):
        found.sender_name, found.sender_email = match["name"].strip(), match["email"]
    elif "@" in sender:
        found.sender_email = sender.strip()
    return found


def _content(part: EmailMessage) -> str:
    """Return a text part; one in an unknown character set as Latin-1."""
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    try:
        return data.decode(part.get_content_charset() or "utf-8", "replace")
    except LookupError:
        return data.decode("latin-1")


def _header(parsed: EmailMessage, name: str) -> str:
    try:
        return " ".join(str(parsed.get(name, "")).split())[:500]
    except (ValueError, IndexError, AttributeError):  # broken encoded words trip the parser
        return ""


def _guess_sender(message: Message) -> None:
    """Take From: and Subject: lines of a pasted or forwarded message."""
    head = message.text[:2000]
    label = r"^\s*(?:\*?)(?:{})\s?:\*?\s*(?P<value>.+)$"
    if match := re.search(label.format("from|von|de|da|expéditeur|mittente"), head, re.I | re.M):
        value = match["value"]
        address = _ADDRESS.match(value) or re.search(r"(?P<name>)(?P<email>\S+@\S+\.\w+)", value)
        if address:
            message.sender_name = message.sender_name or address["name"].strip()
            message.sender_email = address["email"].strip("<>[]()")
    if not message.subject and (
        match := re.search(
            label.format("subject|betreff|betrifft|objet|concerne|oggetto|re|rif"),
            head,
            re.I | re.M,
        )
    ):
        message.subject = match["value"].strip()


def without_quotes(text: str) -> str:
    """Drop what is quoted from earlier messages, and the dates of mail headers: their times are not
    on offer.
    """
    kept: list[str] = []
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if _QUOTED.match(line):
            if line.lstrip().startswith(">"):
                continue
            if number > 2:
                break
        beside = [*lines[max(0, number - 1) : number], *lines[number + 1 : number + 2]]
        if _SENT.match(line) or (_DATE.match(line) and any(map(_HEADER.match, beside))):
            continue
        kept.append(line)
    return "\n".join(kept)


class _Stripper(HTMLParser):
    """Collects visible text; the address of a link follows its words."""

    _HIDDEN = frozenset({"script", "style", "head", "title", "template", "noscript", "svg"})
    _BREAKS = frozenset({"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "table", "ul", "ol"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0
        self._link = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self._HIDDEN:
            self._hidden += 1
        elif tag in self._BREAKS:
            self.parts.append("\n")
        elif tag == "td":
            self.parts.append(" ")
        elif tag == "a":
            self._link = dict(attrs).get("href") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag in self._HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        elif tag == "a" and self._link.startswith("http"):
            self.parts.append(f" {self._link} ")
            self._link = ""
        elif tag in {"p", "div", "table"}:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)


def html_to_text(html: str) -> str:
    """Return the visible text of HTML; scripts are dropped, nothing is run or fetched."""
    stripper = _Stripper()
    stripper.feed(html[: MAX_CHARS * 20])
    stripper.close()
    lines = (" ".join(line.split()) for line in "".join(stripper.parts).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
