from __future__ import annotations

import importlib.util
import io
import json
import sys
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from jobtracker.core.errors import BadInput
from jobtracker.resumes.reading.reader import READERS, read

from ..conftest import CONTENT


def _files() -> ModuleType:
    path = Path(__file__).resolve().parents[2] / "evals" / "resume_files.py"
    spec = importlib.util.spec_from_file_location("resume_files", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["resume_files"] = module
    spec.loader.exec_module(module)
    return module


def test_fields_are_read_from_many_layouts_and_languages() -> None:
    files = _files()
    right = read_fields = gold_fields = count = 0
    for sample in files.samples():
        found = files.facts(read(sample.data, sample.name).resume.to_json())
        gold = files.facts(sample.gold)
        right, count = right + len(found & gold), count + 1
        read_fields, gold_fields = read_fields + len(found), gold_fields + len(gold)
    assert count >= 40
    assert 2 * right / (read_fields + gold_fields) >= 0.98


def test_every_reader_of_the_table_can_be_imported() -> None:
    for target in READERS.values():
        module, _, function = target.partition(":")
        assert callable(getattr(importlib.import_module(module), function))


def _zip(**parts: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/").replace("_DOT_", "."), data)
    return stream.getvalue()


DOCUMENT = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body/></w:document>'
ENTITY = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.pdf", b"", "empty"),
        ("a.pdf", b"\n \n", "empty"),
        ("a.pdf", b"%PDF-1.7\nnothing behind it", "corrupt"),
        ("a.pdf", b"MZ\x90\x00" + b"\x00" * 90, "program"),
        ("a.pdf", b"\x7fELF" + b"\x01" * 90, "program"),
        ("a.pdf", b"just some words", "corrupt or renamed"),
        ("a.docx", b"PK\x03\x04broken", "corrupt"),
        ("a.docx", _zip(word__document_DOT_xml=DOCUMENT, word__vbaProject_DOT_bin=b"x"), "macros"),
        ("a.docx", _zip(word__document_DOT_xml=ENTITY), "entities"),
        ("a.docx", _zip(word__document_DOT_xml=DOCUMENT), "no text"),
        ("a.docx", _zip(word__document_DOT_xml=b"\x00" * 20_000_000), "bomb"),
        ("a.zip", _zip(readme_DOT_txt=b"hello"), "archive"),
        ("a.xml", b"<?xml version='1.0'?>" + ENTITY, "entities"),
        ("a.json", b"{not json", "JSON"),
        ("a.json", b'{"hello": 1}', "not a JSON Resume"),
        ("a.json", b'{"basics": {"name": 5}}', "/basics/name"),
        ("a.txt", b"abc\x00\x01\x02def" * 40, "neither text"),
        ("a.png", b"\x89PNG\r\n\x1a\n" + b"0" * 40, "image"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "old Word"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name_and_reason(
    name: str, data: bytes, reason: str
) -> None:
    with pytest.raises(BadInput) as caught:
        read(data, name)
    assert name in caught.value.message
    assert reason in caught.value.message


def _pdf(draw: Any, pages: int = 1, **options: Any) -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    stream = io.BytesIO()
    canvas = Canvas(stream, **options)
    for _ in range(pages):
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def _words(canvas: Any) -> None:
    canvas.drawString(72, 750, "Amelia Hartwell")
    canvas.drawString(72, 730, "Data Analyst, amelia@hartwell.example")


def test_an_encrypted_pdf_says_so() -> None:
    from reportlab.lib.pdfencrypt import StandardEncryption

    data = _pdf(_words, encrypt=StandardEncryption("secret"))
    with pytest.raises(BadInput, match="encrypted"):
        read(data, "locked.pdf")


def test_a_pdf_of_more_than_200_pages_is_refused() -> None:
    with pytest.raises(BadInput, match="201 pages"):
        read(_pdf(_words, pages=201), "long.pdf")


def test_a_pdf_of_lines_only_says_that_it_has_no_text() -> None:
    with pytest.raises(BadInput, match="no text"):
        read(_pdf(lambda canvas: canvas.line(0, 0, 100, 100)), "scan.pdf")


def test_hidden_text_in_a_pdf_is_found_and_left_out() -> None:
    def draw(canvas: Any) -> None:
        _words(canvas)
        canvas.setFillColorRGB(1, 1, 1)
        canvas.drawString(72, 600, "white Kubernetes stuffing")
        canvas.setFillColorRGB(0, 0, 0)
        canvas.setFont("Helvetica", 1)
        canvas.drawString(72, 580, "tiny Terraform stuffing")
        canvas.setFont("Helvetica", 10)
        canvas.drawString(72, -300, "below the page Haskell")
        canvas.drawString(72, 520, "covered Cobol")
        canvas.rect(60, 510, 200, 30, fill=1, stroke=0)
        text = canvas.beginText(72, 560)
        text.setTextRenderMode(3)
        text.textLine("invisible Fortran stuffing")
        canvas.drawText(text)

    result = read(_pdf(draw), "stuffed.pdf")
    assert {item.how for item in result.hidden} >= {"white", "tiny", "invisible", "covered"}
    for word in ("Kubernetes", "Terraform", "Haskell", "Fortran", "Cobol"):
        assert word not in result.text
    assert "resumes.hidden" in {one.code for one in result.warnings}


def test_white_letters_on_a_dark_ground_are_seen() -> None:
    def draw(canvas: Any) -> None:
        canvas.rect(0, 0, 600, 850, fill=1, stroke=0)
        canvas.setFillColorRGB(1, 1, 1)
        _words(canvas)

    result = read(_pdf(draw), "dark.pdf")
    assert result.hidden == []
    assert result.resume.basics.email == "amelia@hartwell.example"


def test_stuffed_metadata_is_reported() -> None:
    def draw(canvas: Any) -> None:
        canvas.setKeywords(["python", "java", "kubernetes"] * 15)
        _words(canvas)

    assert [item.how for item in read(_pdf(draw), "meta.pdf").hidden] == ["metadata"]


def test_hidden_text_in_html_is_found() -> None:
    page = (
        "<html><style>.x{display:none}</style><body><h1>Amelia "
        "Hartwell</h1><p>amelia@hartwell.example</p>"
        '<p class="x">Kubernetes</p><p style="color:#fff">Terraform</p>'
        '<p style="font-size:1px">Haskell</p>'
        "</body></html>"
    )
    result = read(page.encode(), "page.html")
    assert [item.text for item in result.hidden] == ["Kubernetes", "Terraform", "Haskell"]
    assert "Kubernetes" not in result.text


def test_hidden_text_in_a_docx_is_found() -> None:
    import docx
    from docx.shared import Pt, RGBColor

    document = docx.Document()
    document.add_paragraph("Amelia Hartwell")
    document.add_paragraph().add_run("Kubernetes").font.color.rgb = RGBColor(255, 255, 255)
    document.add_paragraph().add_run("Terraform").font.size = Pt(1)
    document.add_paragraph().add_run("Haskell").font.hidden = True
    stream = io.BytesIO()
    document.save(stream)
    result = read(stream.getvalue(), "a.docx")
    assert [item.how for item in result.hidden] == ["white", "tiny", "hidden_style"]
    assert "Kubernetes" not in result.text


def test_json_resume_is_read_as_it_is_and_odd_dates_are_mended() -> None:
    content = json.loads(json.dumps(CONTENT))
    content["work"][0]["startDate"] = "March 2020"
    content["work"][1]["endDate"] = "some day"
    result = read(json.dumps(content).encode(), "a.json")
    assert result.resume.work[0].startDate == "2020-03"
    assert result.resume.work[1].endDate is None
    assert any("/work/1/endDate" in warning.text() for warning in result.warnings)


def test_a_linkedin_export_is_read() -> None:
    data = _zip(
        Profile_DOT_csv=b"First Name,Last Name,Headline\nAmelia,Hartwell,Data Analyst\n",
        Positions_DOT_csv=b"Company Name,Title,Description,Location,Started On,Finished On\n"
        b"Nordlicht AG,Analyst,Built reports,Bern,Mar 2020,\n",
        Skills_DOT_csv=b"Name\nPython\n",
    )
    resume = read(data, "export.zip").resume
    assert resume.basics.name == "Amelia Hartwell"
    assert (resume.work[0].position, resume.work[0].startDate) == ("Analyst", "2020-03")
    assert resume.skills[0].name == "Python"


def test_a_europass_cv_is_read() -> None:
    data = (
        b"<?xml version='1.0'?><SkillsPassport xmlns='http://europass.cedefop.europa.eu/Europass'><LearnerInfo>"
        b"<Identification><PersonName><FirstName>Amelia</FirstName><Surname>Hartwell</Surname></PersonName>"
        b"</Identification><WorkExperienceList><WorkExperience><Period><From year='2020' "
        b"month='--03'/></Period>"
        b"<Position><Label>Analyst</Label></Position><Employer><Name>Nordlicht AG</Name></Employer>"
        b"</WorkExperience></WorkExperienceList></LearnerInfo></SkillsPassport>"
    )
    resume = read(data, "cv.xml").resume
    assert resume.basics.name == "Amelia Hartwell"
    assert (resume.work[0].name, resume.work[0].startDate) == ("Nordlicht AG", "2020-03")


def test_rtf_is_read_and_its_hidden_text_left_out() -> None:
    data = (
        rb"{\rtf1\ansi Amelia Hartwell\par amelia@hartwell.example\par {\v Kubernetes}"
        rb"Skills\par Python, SQL\par}"
    )
    result = read(data, "a.rtf")
    assert result.resume.basics.email == "amelia@hartwell.example"
    assert [item.text for item in result.hidden] == ["Kubernetes"]


@pytest.mark.shared_data
def test_a_public_resume_is_read_like_its_source(shared_data: Path) -> None:
    file = shared_data / "resumes" / "John_Doe_ModerncvTheme_CV.pdf"
    resume = read(file.read_bytes(), file.name).resume
    assert [job.name for job in resume.work][:3] == [
        "Nexus AI",
        "NVIDIA Research",
        "Google DeepMind",
    ]
    assert resume.work[0].startDate == "2023-06" and resume.work[0].endDate is None
    assert resume.education[0].studyType == "PhD"
