# ruff: noqa: E501 - word lists and patterns read better unbroken
"""Generates résumés in many layouts and languages with their gold, to measure reading."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from jobtracker.resumes.model import Resume
from jobtracker.resumes.rendering.pdf import TEMPLATES
from jobtracker.resumes.rendering.render import render
from jobtracker.resumes.rendering.sheet import Sheet, make_sheet

PEOPLE: list[tuple[str, dict[str, Any]]] = [
    ("en", {
        "basics": {"name": "Amelia Hartwell", "label": "Data Analyst", "email": "amelia@hartwell.example",
            "phone": "+41 79 345 67 89", "url": "https://hartwell.example",
            "summary": "Data analyst who turns messy logistics data into decisions.",
            "location": {"address": "Seestrasse 12", "postalCode": "8002", "city": "Zürich"},
            "profiles": [{"network": "LinkedIn", "username": "ahartwell", "url": "https://linkedin.com/in/ahartwell"}]},
        "work": [
            {"name": "Nordlicht Logistics AG", "position": "Senior Data Analyst", "location": "Zürich",
             "startDate": "2020-03", "highlights": ["Built a forecasting model that cut empty trips by 18%",
             "Introduced dbt and automated 40 weekly reports"]},
            {"name": "Baker & Finch Ltd", "position": "Data Analyst", "location": "London, UK",
             "startDate": "2016-09", "endDate": "2020-02", "highlights": ["Analysed customer churn for 12 retail clients",
             "Maintained the reporting warehouse in PostgreSQL"]}],
        "education": [{"institution": "University of Leeds", "studyType": "BSc", "area": "Statistics",
             "startDate": "2013-09", "endDate": "2016-07"}],
        "skills": [{"name": "Analysis", "keywords": ["Python", "SQL", "dbt", "Tableau"]}],
        "languages": [{"language": "English", "fluency": "native"}, {"language": "German", "fluency": "B2"}]}),
    ("de", {
        "basics": {"name": "Jürg Zimmerli", "label": "Polymechaniker EFZ", "email": "j.zimmerli@post.example",
            "phone": "+41 78 222 33 44",
            "location": {"address": "Bahnhofstrasse 7", "postalCode": "8400", "city": "Winterthur"}},
        "work": [
            {"name": "Rüegg Präzision AG", "position": "Polymechaniker", "location": "Winterthur",
             "startDate": "2018-08", "highlights": ["Fertigung von Prototypen auf 5-Achs-Maschinen",
             "Betreuung von zwei Lernenden im dritten Lehrjahr"]},
            {"name": "Maschinenfabrik Toggenburg GmbH", "position": "CNC-Fräser", "location": "Wattwil",
             "startDate": "2014-08", "endDate": "2018-07", "highlights": ["Programmieren und Einrichten von CNC-Fräsmaschinen",
             "Qualitätskontrolle nach Zeichnung"]}],
        "education": [{"institution": "Berufsbildungsschule Winterthur", "studyType": "Lehre als Polymechaniker EFZ",
             "startDate": "2010-08", "endDate": "2014-07"}],
        "skills": [{"name": "Technik", "keywords": ["CNC", "Heidenhain", "SolidWorks", "Messtechnik"]}],
        "languages": [{"language": "Deutsch", "fluency": "Muttersprache"}, {"language": "Englisch", "fluency": "A2"}]}),
    ("fr", {
        "basics": {"name": "Élodie Favre", "label": "Infirmière", "email": "elodie.favre@courriel.example",
            "phone": "+41 76 555 44 33",
            "location": {"address": "Rue du Lac 4", "postalCode": "1003", "city": "Lausanne"}},
        "work": [
            {"name": "Clinique de La Source", "position": "Infirmière en chirurgie", "location": "Lausanne",
             "startDate": "2019-05", "highlights": ["Prise en charge de huit patients par équipe",
             "Formation des nouvelles collaboratrices aux protocoles de soins"]},
            {"name": "Hôpital Riviera", "position": "Infirmière", "location": "Vevey",
             "startDate": "2015-10", "endDate": "2019-04", "highlights": ["Soins aigus et accompagnement des familles"]}],
        "education": [{"institution": "Haute école de santé Vaud", "studyType": "Bachelor", "area": "Soins infirmiers",
             "startDate": "2012-09", "endDate": "2015-09"}],
        "skills": [{"name": "Soins", "keywords": ["Pansements", "Perfusion", "Triage"]}],
        "languages": [{"language": "Français", "fluency": "langue maternelle"}, {"language": "Anglais", "fluency": "B1"}]}),
    ("it", {
        "basics": {"name": "Marco Bernasconi", "label": "Impiegato di commercio", "email": "marco.bernasconi@posta.example",
            "phone": "+41 79 888 77 66",
            "location": {"address": "Via Nassa 10", "postalCode": "6900", "city": "Lugano"}},
        "work": [
            {"name": "Fiduciaria Ceresio SA", "position": "Contabile", "location": "Lugano",
             "startDate": "2017-02", "highlights": ["Contabilità di 30 piccole imprese",
             "Dichiarazioni IVA e chiusure annuali"]},
            {"name": "Banca del Gottardo SA", "position": "Impiegato di commercio", "location": "Bellinzona",
             "startDate": "2012-09", "endDate": "2017-01", "highlights": ["Consulenza alla clientela allo sportello"]}],
        "education": [{"institution": "Scuola cantonale di commercio Bellinzona", "studyType": "Diploma", "area": "Commercio",
             "startDate": "2008-09", "endDate": "2012-06"}],
        "skills": [{"name": "Informatica", "keywords": ["Excel", "Abacus", "SAP"]}],
        "languages": [{"language": "Italiano", "fluency": "madrelingua"}, {"language": "Tedesco", "fluency": "B2"}]}),
    ("en", {
        "basics": {"name": "Łukasz Őry", "label": "Chef de Partie", "email": "lukasz.ory@kitchen.example",
            "phone": "+44 20 7946 0958", "location": {"city": "London", "countryCode": "GB"}},
        "work": [
            {"name": "The Copper Pot Restaurant", "position": "Chef de Partie", "location": "London, UK",
             "startDate": "2021-01", "highlights": ["Ran the fish section for 90 covers a night"]},
            {"name": "Hotel Gellért", "position": "Commis Chef", "location": "Budapest, Hungary",
             "startDate": "2017", "endDate": "2020", "highlights": ["Prepared banquets for up to 400 guests",
             "Kept HACCP records"]},
            {"name": "Café Szép", "position": "Kitchen Assistant", "startDate": "2015", "endDate": "2017",
             "highlights": ["Washed, peeled and learned"]}],
        "education": [{"institution": "Budapest Culinary Academy", "studyType": "Diploma", "area": "Professional Cookery",
             "startDate": "2015", "endDate": "2017"}],
        "skills": [{"name": "Kitchen", "keywords": ["HACCP", "Fish", "Sauces"]}],
        "languages": [{"language": "English", "fluency": "C1"}, {"language": "Hungarian", "fluency": "native"}]}),
]  # fmt: skip


@dataclass(frozen=True)
class Sample:
    """A generated file and what it holds."""

    name: str
    data: bytes
    gold: dict[str, Any]


def samples() -> Iterator[Sample]:
    """Yield every person in every layout."""
    for number, (language, content) in enumerate(PEOPLE):
        person = f"{number}-{language}"
        for template in TEMPLATES:
            yield Sample(
                f"{person}-{template}.pdf", render(content, "pdf", template, language), content
            )
        for kind, suffix in (
            ("docx", "docx"),
            ("html", "html"),
            ("markdown", "md"),
            ("txt", "txt"),
        ):
            yield Sample(f"{person}.{suffix}", render(content, kind, "classic", language), content)  # type: ignore[arg-type]
        sheet = make_sheet(Resume.model_validate(content), language)
        for layout in (_sidebar, _spaced, _company_first, _at_line, _left_dates):
            yield Sample(f"{person}-{layout.__name__[1:]}.pdf", layout(sheet, content), content)
        yield Sample(f"{person}-table.docx", _table_docx(sheet), content)
        yield Sample(f"{person}-dates_first.txt", _dates_first(sheet).encode(), content)


def _canvas(draw: Callable[[Any], None]) -> bytes:
    import os

    import reportlab
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    folder = os.path.join(os.path.dirname(reportlab.__file__), "fonts")
    pdfmetrics.registerFont(TTFont("V", os.path.join(folder, "Vera.ttf")))
    pdfmetrics.registerFont(TTFont("VB", os.path.join(folder, "VeraBd.ttf")))
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4)
    draw(canvas)
    canvas.save()
    return stream.getvalue()


class _Pen:
    def __init__(self, canvas: Any, x: float, y: float, width: float) -> None:
        self.canvas, self.x, self.y, self.width = canvas, x, y, width

    def line(self, text: str, *, size: float = 9, bold: bool = False, space: float = 0) -> None:
        self.y -= space
        font = "VB" if bold else "V"
        words, row = text.split(" "), ""
        for word in words:
            longer = f"{row} {word}".strip()
            if self.canvas.stringWidth(longer, font, size) > self.width and row:
                self._put(row, font, size)
                row = word
            else:
                row = longer
        self._put(row, font, size)

    def _put(self, text: str, font: str, size: float) -> None:
        self.canvas.setFont(font, size)
        self.canvas.drawString(self.x, self.y, text)
        self.y -= size * 1.35

    def right(self, text: str, *, size: float = 9) -> None:
        self.canvas.setFont("V", size)
        self.canvas.drawRightString(self.x + self.width, self.y, text)


def _part(sheet: Sheet, key: str) -> Any:
    return next((part for part in sheet.parts if part.key == key), None)


def _sidebar(sheet: Sheet, content: dict[str, Any]) -> bytes:
    def draw(canvas: Any) -> None:
        canvas.setFillColorRGB(0.13, 0.2, 0.33)
        canvas.rect(0, 0, 180, 842, fill=1, stroke=0)
        canvas.setFillColorRGB(1, 1, 1)
        side = _Pen(canvas, 18, 700, 145)
        for item in sheet.contact:
            side.line(item, size=8)
        for key in ("skills", "languages"):
            part = _part(sheet, key)
            side.line(part.title, size=12, bold=True, space=14)
            for label, text in part.rows:
                side.line(f"{label}: {text}" if text else label, size=8)
        canvas.setFillColorRGB(0, 0, 0)
        main = _Pen(canvas, 205, 790, 360)
        main.line(sheet.name, size=22, bold=True)
        main.line(sheet.label, size=12)
        for key in ("summary", "work", "education"):
            part = _part(sheet, key)
            if part:
                main.line(part.title, size=12, bold=True, space=14)
                if part.text:
                    main.line(part.text)
                for entry in part.entries:
                    main.line(entry.head, bold=True, space=6)
                    main.line(entry.sub)
                    main.line(entry.dates)
                    for bullet in entry.bullets:
                        main.line("• " + bullet)

    return _canvas(draw)


def _column(
    sheet: Sheet, head: Callable[[_Pen, Any], None], title: Callable[[_Pen, str], None]
) -> bytes:
    def draw(canvas: Any) -> None:
        pen = _Pen(canvas, 60, 780, 470)
        pen.line(sheet.name, size=20, bold=True)
        pen.line(sheet.label, size=11)
        pen.line(" | ".join(sheet.contact), size=8)
        for part in sheet.parts:
            pen.y -= 12
            title(pen, part.title)
            if part.text:
                pen.line(part.text)
            for entry in part.entries:
                pen.y -= 5
                head(pen, entry)
                for bullet in entry.bullets:
                    pen.line("– " + bullet)
            for label, text in part.rows:
                pen.line(f"{label}: {text}" if label and text else label or text)

    return _canvas(draw)


def _bold_title(pen: _Pen, text: str) -> None:
    pen.line(text, size=12, bold=True)


def _spaced(sheet: Sheet, content: dict[str, Any]) -> bytes:
    def title(pen: _Pen, text: str) -> None:
        pen.line("   ".join(" ".join(word) for word in text.upper().split()), size=11)

    def head(pen: _Pen, entry: Any) -> None:
        pen.right(entry.dates)
        pen.line(entry.head, bold=True)
        if entry.sub:
            pen.line(entry.sub)

    return _column(sheet, head, title)


def _company_first(sheet: Sheet, content: dict[str, Any]) -> bytes:
    def head(pen: _Pen, entry: Any) -> None:
        pen.right(entry.dates)
        pen.line(entry.sub, bold=True)
        pen.line(entry.head)

    return _column(sheet, head, _bold_title)


def _at_line(sheet: Sheet, content: dict[str, Any]) -> bytes:
    def head(pen: _Pen, entry: Any) -> None:
        pen.line(f"{entry.head}, {entry.sub} ({entry.dates})", bold=True)

    return _column(sheet, head, _bold_title)


def _left_dates(sheet: Sheet, content: dict[str, Any]) -> bytes:
    def draw(canvas: Any) -> None:
        pen = _Pen(canvas, 170, 780, 370)
        pen.line(sheet.name, size=20, bold=True)
        for item in [sheet.label, *sheet.contact]:
            pen.line(item)
        for part in sheet.parts:
            pen.x -= 110
            pen.line(part.title, size=12, bold=True, space=12)
            pen.x += 110
            if part.text:
                pen.line(part.text)
            for entry in part.entries:
                pen.y -= 5
                canvas.setFont("V", 9)
                canvas.drawString(60, pen.y, entry.dates)
                pen.line(f"{entry.head}, {entry.sub}", bold=True)
                for bullet in entry.bullets:
                    pen.line("• " + bullet)
            for label, text in part.rows:
                canvas.setFont("V", 9)
                canvas.drawString(60, pen.y, label)
                pen.line(text)

    return _canvas(draw)


def _table_docx(sheet: Sheet) -> bytes:
    import docx

    document = docx.Document()
    document.add_paragraph(sheet.name).runs[0].bold = True
    document.add_paragraph(sheet.label)
    document.add_paragraph(" | ".join(sheet.contact))
    for part in sheet.parts:
        document.add_paragraph(part.title.upper()).runs[0].bold = True
        if part.text:
            document.add_paragraph(part.text)
        rows = [(e.dates, [e.head, e.sub, *("• " + b for b in e.bullets)]) for e in part.entries]
        rows += [(label, [text]) for label, text in part.rows]
        if not rows:
            continue
        table = document.add_table(rows=len(rows), cols=2)
        for row, (left, right) in zip(table.rows, rows, strict=True):
            row.cells[0].text = left
            row.cells[1].text = right[0]
            for text in right[1:]:
                if text:
                    row.cells[1].add_paragraph(text)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _dates_first(sheet: Sheet) -> str:
    lines = [sheet.name, sheet.label, " · ".join(sheet.contact), ""]
    for part in sheet.parts:
        lines += [part.title + ":", ""]
        if part.text:
            lines += [part.text, ""]
        for entry in part.entries:
            lines.append(f"{entry.dates}  {entry.head}, {entry.sub}")
            lines += [f"  * {bullet}" for bullet in entry.bullets] + [""]
        lines += [
            f"{label}: {text}" if label and text else label or text for label, text in part.rows
        ]
        lines.append("")
    return "\n".join(lines)


def facts(content: dict[str, Any]) -> set[tuple[str, str]]:
    """Return the fields that are compared, normalised."""

    def norm(value: Any) -> str:
        return re.sub(r"[^\w]+", " ", str(value or "")).casefold().strip()

    basics = content.get("basics", {})
    found = {
        (f"basics.{key}", norm(basics.get(key))) for key in ("name", "label", "email", "phone")
    }
    found.add(("basics.city", norm((basics.get("location") or {}).get("city"))))
    for job in content.get("work", []):
        for key in ("name", "position", "startDate", "endDate"):
            found.add(
                (
                    f"work.{key}",
                    norm(str(job.get(key) or "")[:7]) if "Date" in key else norm(job.get(key)),
                )
            )
        found |= {("work.highlight", norm(text)) for text in job.get("highlights", [])}
    for item in content.get("education", []):
        found.add(("education.institution", norm(item.get("institution"))))
        found.add(
            ("education.study", norm(f"{item.get('studyType') or ''} {item.get('area') or ''}"))
        )
        found.add(("education.endDate", norm(str(item.get("endDate") or "")[:7])))
    for group in content.get("skills", []):
        found |= {("skill", norm(k)) for k in group.get("keywords") or [group.get("name")]}
    for item in content.get("languages", []):
        found.add(("language", norm(item.get("language"))))
        found.add(("fluency", norm(item.get("fluency"))))
    return {fact for fact in found if fact[1]}
