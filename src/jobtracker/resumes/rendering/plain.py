"""Text, Markdown and HTML."""

from __future__ import annotations

from html import escape

from jobtracker.resumes.rendering.sheet import Entry, Sheet


def render_text(sheet: Sheet) -> str:
    """Return plain text."""
    lines = [sheet.name, sheet.label, *sheet.contact]
    lines += [f"{label}: {value}" for label, value in sheet.personal]
    for part in sheet.parts:
        lines += ["", part.title.upper(), ""]
        if part.text:
            lines.append(part.text)
        for entry in part.entries:
            lines += [*_text_entry(entry), ""]
        lines += [
            f"{label}: {text}" if label and text else label or text for label, text in part.rows
        ]
    kept = [line for i, line in enumerate(lines) if line or (i and lines[i - 1])]
    return "\n".join(kept).strip() + "\n"


def _text_entry(entry: Entry) -> list[str]:
    lines = [entry.head]
    if entry.sub and entry.dates:
        lines += [entry.sub, entry.dates]
    elif entry.dates:
        lines[0] = f"{entry.head} ({entry.dates})"
    elif entry.sub:
        lines.append(entry.sub)
    lines += [text for text in (entry.url, entry.text) if text]
    return lines + [f"- {bullet}" for bullet in entry.bullets]


def _md(text: str) -> str:
    for mark in ("\\", "*", "_", "`", "[", "]", "<", "#"):
        text = text.replace(mark, "\\" + mark) if mark != "#" or text.startswith("#") else text
    return text


def render_markdown(sheet: Sheet) -> str:
    """Return Markdown."""
    lines = [f"# {_md(sheet.name)}", ""]
    if sheet.label:
        lines += [f"**{_md(sheet.label)}**", ""]
    lines += [f"- {_md(item)}" for item in sheet.contact]
    lines += [f"- {_md(label)}: {_md(value)}" for label, value in sheet.personal]
    for part in sheet.parts:
        lines += ["", f"## {_md(part.title)}", ""]
        if part.text:
            lines += [_md(part.text), ""]
        for entry in part.entries:
            lines += [f"### {_md(entry.head)}", ""]
            lines += [_md(text) for text in (entry.sub, entry.dates, entry.url) if text]
            if entry.text:
                lines += ["", _md(entry.text), ""]
            if entry.bullets:
                lines += ["", *(f"- {_md(bullet)}" for bullet in entry.bullets)]
            lines.append("")
        for label, text in part.rows:
            lines.append(
                f"- **{_md(label)}:** {_md(text)}" if label and text else f"- {_md(label or text)}"
            )
    kept = [line for i, line in enumerate(lines) if line or (i and lines[i - 1])]
    return "\n".join(kept).strip() + "\n"


_CSS = (
    "body{font:11pt/1.45 Georgia,serif;max-width:48em;margin:2em auto;padding:0 1em;color:#111}"
    "h1{margin:0;font-size:2em}"
    "h2{border-bottom:1px solid #888;margin:1.4em 0 .5em;font-size:1.15em}"
    "h3{margin:.9em 0 0;font-size:1em}.sub{font-style:italic;margin:0}.dates{margin:0;color:#444}"
    "p{margin:.3em 0}ul{margin:.3em 0;padding-left:1.3em}@media print{body{margin:0}}"
)


def render_html(sheet: Sheet) -> str:
    """Return one HTML page that needs nothing else; no script, everything escaped."""
    body = [f"<h1>{escape(sheet.name)}</h1>"]
    if sheet.label:
        body.append(f"<p>{escape(sheet.label)}</p>")
    body += [f"<p>{escape(item)}</p>" for item in sheet.contact]
    body += [f"<p>{escape(label)}: {escape(value)}</p>" for label, value in sheet.personal]
    for part in sheet.parts:
        body.append(f"<section><h2>{escape(part.title)}</h2>")
        if part.text:
            body.append(f"<p>{escape(part.text)}</p>")
        body += [_html_entry(entry) for entry in part.entries]
        if part.rows:
            body.append("<ul>" + "".join(_html_row(*row) for row in part.rows) + "</ul>")
        body.append("</section>")
    return (
        f'<!DOCTYPE html>\n<html lang="{sheet.language}"><head><meta charset="utf-8">'
        f"<title>{escape(sheet.name)}</title><style>{_CSS}</style></head>\n<body>\n"
        + "\n".join(body)
        + "\n</body></html>\n"
    )


def _html_row(label: str, text: str) -> str:
    name = f"<b>{escape(label)}{':' if text else ''}</b> " if label else ""
    return f"<li>{name}{escape(text)}</li>"


def _html_entry(entry: Entry) -> str:
    pieces = [f"<h3>{escape(entry.head)}</h3>"]
    if entry.sub:
        pieces.append(f'<p class="sub">{escape(entry.sub)}</p>')
    if entry.dates:
        pieces.append(f'<p class="dates">{escape(entry.dates)}</p>')
    if entry.url:
        pieces.append(f"<p>{escape(entry.url)}</p>")
    if entry.text:
        pieces.append(f"<p>{escape(entry.text)}</p>")
    if entry.bullets:
        pieces.append("<ul>" + "".join(f"<li>{escape(b)}</li>" for b in entry.bullets) + "</ul>")
    return "".join(pieces)
