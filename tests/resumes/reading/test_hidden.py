"""Ways to hide text from people and show it to machines; each must be found and earn nothing."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest

from jobtracker.resumes.reading.reader import read


def _near_white(canvas: Any) -> None:
    canvas.setFillColorRGB(0.95, 0.95, 0.95)
    canvas.drawString(72, 600, "Kubernetes near white")


def _pale_grey(canvas: Any) -> None:
    canvas.setFillColorRGB(0.92, 0.92, 0.92)
    canvas.drawString(72, 600, "Kubernetes pale grey")


def _clipped(canvas: Any) -> None:
    canvas.saveState()
    path = canvas.beginPath()
    path.rect(0, 0, 1, 1)
    canvas.clipPath(path, stroke=0)
    canvas.drawString(72, 600, "Kubernetes clipped")
    canvas.restoreState()


def _transparent(canvas: Any) -> None:
    canvas.setFillAlpha(0.01)
    canvas.drawString(72, 600, "Kubernetes transparent")


def _behind_a_picture(canvas: Any) -> None:
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    canvas.drawString(72, 600, "Kubernetes behind")
    canvas.drawImage(ImageReader(Image.new("RGB", (50, 50), "white")), 60, 590, 300, 30)


def _scaled_down(canvas: Any) -> None:
    canvas.saveState()
    canvas.scale(0.05, 0.05)
    canvas.drawString(72 * 20, 600 * 20, "Kubernetes scaled")
    canvas.restoreState()


def _squeezed(canvas: Any) -> None:
    text = canvas.beginText(72, 600)
    text.setHorizScale(0.5)
    text.textLine("Kubernetes squeezed")
    canvas.drawText(text)


def _blue_on_blue(canvas: Any) -> None:
    canvas.setFillColorRGB(0, 0, 0.5)
    canvas.rect(60, 590, 200, 30, fill=1, stroke=0)
    canvas.drawString(72, 600, "Kubernetes blue")


def _far_off(canvas: Any) -> None:
    canvas.drawString(5000, 5000, "Kubernetes far")


def _white_outline(canvas: Any) -> None:
    text = canvas.beginText(72, 600)
    text.setTextRenderMode(1)
    canvas.setStrokeColorRGB(1, 1, 1)
    text.textLine("Kubernetes outline")
    canvas.drawText(text)


def _clip_mode(canvas: Any) -> None:
    text = canvas.beginText(72, 600)
    text.setTextRenderMode(7)
    text.textLine("Kubernetes mode")
    canvas.drawText(text)


@pytest.mark.parametrize(
    "hide",
    [_near_white, _pale_grey, _clipped, _transparent, _behind_a_picture, _scaled_down, _squeezed,
     _blue_on_blue, _far_off, _white_outline, _clip_mode],
)  # fmt: skip
def test_text_that_does_not_show_on_the_page_is_set_apart(hide: Callable[[Any], None]) -> None:
    from reportlab.pdfgen.canvas import Canvas

    stream = io.BytesIO()
    canvas = Canvas(stream)
    canvas.drawString(72, 780, "Amelia Hartwell")
    canvas.drawString(72, 765, "amelia@hartwell.example")
    hide(canvas)
    canvas.showPage()
    canvas.save()
    result = read(stream.getvalue(), "cv.pdf")
    assert "Kubernetes" not in result.text
    assert any("Kubernetes" in item.text for item in result.hidden)
    assert "amelia@hartwell.example" in result.text


def test_a_layer_that_is_switched_off_is_set_apart() -> None:
    page = (
        b"BT /F1 12 Tf 72 720 Td (Amelia Hartwell amelia@hartwell.example) Tj ET "
        b"/OC /OC1 BDC BT /F1 12 Tf 72 600 Td (Kubernetes layer) Tj ET EMC"
    )
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R /OCProperties "
        b"<< /OCGs [6 0 R] /D << /OFF [6 0 R] >> >> >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources "
        b"<< /Font << /F1 5 0 R >> /Properties << /OC1 6 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(page), page),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Type /OCG /Name (x) >>",
    ]
    data, places = b"%PDF-1.5\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(data)
    data += b"xref\n0 7\n0000000000 65535 f \n%strailer << /Root 1 0 R /Size 7 >>\n" % table
    result = read(data + b"startxref\n%d\n%%%%EOF" % start, "layers.pdf")
    assert "Kubernetes" not in result.text and result.hidden


HTML = [
    '<p style="display:none !important">Kubernetes</p>',
    '<div style="color:#fff"><p>Kubernetes</p></div>',
    "<style>.a .b{visibility:hidden}</style><div class=a><p class=b>Kubernetes</p></div>",
    "<style>:root{--x:#fff}</style><p style='color:var(--x)'>Kubernetes</p>",
    '<p style="color:hsl(0, 0%, 99%)">Kubernetes</p>',
    "<style>p[data-x]{display:none}</style><p data-x>Kubernetes</p>",
    "<style>p:last-child{display:none}</style><p>Kubernetes</p>",
    "<style>@media screen{.q{display:none}}</style><p class=q>Kubernetes</p>",
    '<p style="position:absolute;left:-9999px">Kubernetes</p>',
    '<p style="clip-path:inset(100%)">Kubernetes</p>',
    '<p style="height:0;overflow:hidden">Kubernetes</p>',
    '<p style="transform:scale(0)">Kubernetes</p>',
    '<div style="background:#000"><p style="color:#000">Kubernetes</p></div>',
    '<font color="white">Kubernetes</font>',
    "<dialog>Kubernetes</dialog>",
]


@pytest.mark.parametrize("hidden", HTML)
def test_text_that_a_page_does_not_show_is_set_apart(hidden: str) -> None:
    page = (
        f"<html><body><h1>Amelia Hartwell</h1><p>amelia@hartwell.example</p>{hidden}</body></html>"
    )
    result = read(page.encode(), "cv.html")
    assert "Kubernetes" not in result.text and result.hidden


def test_white_text_on_a_dark_part_of_a_page_is_seen() -> None:
    page = (
        "<html><body style='color:#fff'><div style='background:#123'><h1>Amelia Hartwell</h1>"
        "<p>amelia@hartwell.example</p></div></body></html>"
    )
    result = read(page.encode(), "cv.html")
    assert result.hidden == [] and "amelia@hartwell.example" in result.text


def test_a_word_style_that_hides_is_seen_through() -> None:
    import docx
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import RGBColor

    document: Any = docx.Document()
    document.add_paragraph("Amelia Hartwell")
    secret = document.styles.add_style("Secret", WD_STYLE_TYPE.PARAGRAPH)
    secret.font.hidden = True
    pale = document.styles.add_style("Pale", WD_STYLE_TYPE.CHARACTER)
    pale.font.color.rgb = RGBColor(255, 255, 255)
    document.add_paragraph("Kubernetes", style="Secret")
    document.add_paragraph().add_run("Terraform", style="Pale")
    stream = io.BytesIO()
    document.save(stream)
    result = read(stream.getvalue(), "cv.docx")
    assert [item.text for item in result.hidden] == ["Kubernetes", "Terraform"]
    assert "Kubernetes" not in result.text and "Terraform" not in result.text


def test_characters_of_no_width_neither_split_nor_hide_a_word() -> None:
    text = "Amelia Hartwell\namelia@hartwell.example\n\nSkills\nPy\u200bthon, S\u2060QL\n"
    result = read(text.encode(), "cv.txt")
    assert [skill for group in result.resume.skills for skill in group.keywords] == [
        "Python",
        "SQL",
    ]
