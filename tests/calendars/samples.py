"""Calendar files for tests, written by us."""


def event(*lines: str, uid: str = "one@test", summary: str = "Dentist") -> str:
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", f"SUMMARY:{summary}", *lines, "END:VEVENT"])


def calendar(*events: str, method: str = "") -> str:
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN"]
    if method:
        head.append(f"METHOD:{method}")
    return "\r\n".join([*head, *events, "END:VCALENDAR"]) + "\r\n"


def timed(
    start: str, end: str, *lines: str, uid: str = "one@test", summary: str = "Dentist"
) -> str:
    """An event in Zurich; times like 20261126T140000."""
    return event(
        f"DTSTART;TZID=Europe/Zurich:{start}",
        f"DTEND;TZID=Europe/Zurich:{end}",
        *lines,
        uid=uid,
        summary=summary,
    )
