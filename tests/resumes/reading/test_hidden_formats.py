# ruff: noqa: E501 - a file a line
"""Hidden text in Word, OpenDocument, RTF, Markdown and HTML: each way found, reported, worth nothing."""

from __future__ import annotations

import io
import zipfile

import pytest

from jobtracker.resumes.reading.reader import read

STUFFED = "Kubernetes Terraform AWS Python " * 10
W = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
)
NS = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible-formatting-properties:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" '
    'xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" '
    'xmlns:loext="urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0" '
)


def archive(files: dict[str, str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        for name, text in files.items():
            packed.writestr(name, text)
    return stream.getvalue()


def docx(body: str, **more: str) -> bytes:
    head = "".join(
        f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"
        for text in ("Amelia Hartwell", "amelia@hartwell.example")
    )
    document = f"<w:document {W}><w:body>{head}{body}</w:body></w:document>"
    extra = {f"docProps/{name}.xml": text for name, text in more.items()}
    return archive({"[Content_Types].xml": "<Types/>", "word/document.xml": document} | extra)


def run(look: str, paragraph: str = "") -> str:
    return f"<w:p><w:pPr>{paragraph}</w:pPr><w:r><w:rPr>{look}</w:rPr><w:t>Kubernetes</w:t></w:r></w:p>"


def cell(fill: str, inner: str) -> str:
    return (
        f'<w:tbl><w:tr><w:tc><w:tcPr><w:shd w:fill="{fill}"/></w:tcPr>{inner}</w:tc></w:tr></w:tbl>'
    )


def odt(styles: str, body: str, meta: str = "") -> bytes:
    head = "<text:p>Amelia Hartwell</text:p><text:p>amelia@hartwell.example</text:p>"
    content = (
        f"<office:document-content {NS}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:text>{head}{body}</office:text></office:body></office:document-content>"
    )
    files = {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content}
    return archive(files | ({"meta.xml": meta} if meta else {}))


def style(properties: str, name: str = "X", more: str = "") -> str:
    return f'<style:style style:name="{name}" {more}>{properties}</style:style>'


def letters(attributes: str) -> str:
    return style(f"<style:text-properties {attributes}/>")


SPAN = '<text:p><text:span text:style-name="X">Kubernetes</text:span></text:p>'
PARAGRAPH = '<text:p text:style-name="X">Kubernetes</text:p>'


def in_cell(ground: str) -> tuple[str, str]:
    filled = style(f'<style:table-cell-properties fo:background-color="{ground}"/>', "C")
    table = (
        "<table:table><table:table-row>"
        f'<table:table-cell table:style-name="C">{SPAN}</table:table-cell>'
        "</table:table-row></table:table>"
    )
    return letters('fo:color="#ffffff"') + filled, table


def rtf(body: str) -> bytes:
    colours = r"{\colortbl;\red255\green255\blue255;\red0\green0\blue0;\red250\green250\blue250;}"
    head = r"Amelia Hartwell\par amelia@hartwell.example\par "
    return (
        r"{\rtf1\ansi{\fonttbl{\f0 Arial;}}" + colours + r"\f0\fs22 " + head + body + r"\par}"
    ).encode()


BOX = (
    '<w:p><w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor>'
    "<wp:positionH><wp:posOffset>-90000000</wp:posOffset></wp:positionH><a:graphic><a:graphicData>"
    "<wps:wsp><wps:txbx><w:txbxContent><w:p><w:r><w:t>Kubernetes</w:t></w:r></w:p></w:txbxContent>"
    "</wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice>"
    "</mc:AlternateContent></w:r></w:p>"
)
ALT = f'<w:p><w:r><w:drawing><wp:inline><wp:docPr id="1" name="x" descr="{STUFFED}"/></wp:inline></w:drawing></w:r></w:p>'
WORD = [
    docx(run("<w:vanish/>")),
    docx(run('<w:color w:val="FFFFFF"/>')),
    docx(run('<w:color w:val="fdfdfd"/>')),
    docx(run('<w:color w:val="FFFFFF" w:themeColor="background1"/>')),
    docx(run('<w:sz w:val="1"/>')),
    docx(cell("FFFFFF", run('<w:color w:val="FFFFFF"/>'))),
    docx(cell("1F3864", run('<w:color w:val="1F3864"/>'))),
    docx(cell("F2F2F2", run('<w:color w:val="F0F0F0"/>'))),
    docx(run('<w:highlight w:val="black"/><w:color w:val="000000"/>')),
    docx(run('<w:w w:val="1"/>')),
    docx(run("<w14:textFill><w14:noFill/></w14:textFill>")),
    docx(
        run(
            '<w14:textFill><w14:solidFill><w14:srgbClr w14:val="0"><w14:alpha w14:val="100000"/></w14:srgbClr></w14:solidFill></w14:textFill>'
        )
    ),
    docx(run("", '<w:ind w:left="31000"/>')),
    docx(run("", '<w:ind w:left="-20000"/>')),
    docx(BOX),
    docx(ALT),
    docx("", custom=f"<Properties><property><lpwstr>{STUFFED}</lpwstr></property></Properties>"),
]
OPEN = [
    odt(letters('text:display="none"'), SPAN),
    odt(letters('fo:color="#ffffff"'), SPAN),
    odt(letters('fo:font-size="1pt"'), SPAN),
    odt(letters('fo:font-size="0.2mm"'), SPAN),
    odt(letters('fo:font-size="2%"'), SPAN),
    odt(letters('fo:color="#102030" fo:background-color="#102030"'), SPAN),
    odt(letters('style:text-scale="1%"'), SPAN),
    odt(letters('fo:color="#000000" loext:opacity="0%"'), SPAN),
    odt(
        style('<style:text-properties text:display="none"/>', "Y")
        + style("", "X", 'style:parent-style-name="Y"'),
        SPAN,
    ),
    odt(letters('fo:color="#ffffff"'), PARAGRAPH),
    odt(style('<style:paragraph-properties fo:margin-left="-80cm"/>'), PARAGRAPH),
    odt(
        "",
        '<text:section text:name="s" text:display="none"><text:p>Kubernetes</text:p></text:section>',
    ),
    odt("", '<text:p><text:hidden-paragraph text:is-hidden="true"/>Kubernetes</text:p>'),
    odt(
        "",
        '<text:p>x <text:hidden-text text:string-value="Kubernetes">Kubernetes</text:hidden-text></text:p>',
    ),
    odt(
        "",
        '<text:p><draw:frame svg:x="-60cm" svg:y="1cm"><draw:text-box><text:p>Kubernetes</text:p></draw:text-box></draw:frame></text:p>',
    ),
    odt(*in_cell("#ffffff")),
    odt(
        "",
        "",
        f'<office:document-meta {NS} xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0"><office:meta><meta:keyword>{STUFFED}</meta:keyword></office:meta></office:document-meta>',
    ),
]
RICH = [
    r"{\v Kubernetes}",
    r"{\v{\b Kubernetes}}",
    r"\v Kubernetes\v0 ",
    r"{\cf1 Kubernetes}",
    r"{\b\cf3 Kubernetes\b0}",
    r"\cf1 Kubernetes\cf2 x",
    r"{\fs2 Kubernetes}",
    r"{\charscalex1 Kubernetes}",
    r"\pard\li60000 Kubernetes\par\pard x",
    r"{\deleted Kubernetes}",
    r"{\cf2\highlight2 Kubernetes}",
    r"{\info{\keywords " + STUFFED + "}}",
]
MARKED = [
    "<!-- Kubernetes -->",
    "<!--\nKubernetes\n-->",
    "[//]: # (Kubernetes)",
    "[comment]: <> (Kubernetes)",
    '<span style="display:none">Kubernetes</span>',
    '<font color="white">Kubernetes</font>',
    "".join(chr(0xE0000 + ord(letter)) for letter in "Kubernetes"),
]
PAGES = [
    '<p style="filter:opacity(0)">Kubernetes</p>',
    '<p style="content-visibility:hidden">Kubernetes</p>',
    '<p style="font:1px Arial">Kubernetes</p>',
    '<p style="letter-spacing:-2em">Kubernetes</p>',
    '<p style="zoom:0.01">Kubernetes</p>',
    '<p style="translate:-9999px 0">Kubernetes</p>',
    '<p style="-webkit-text-fill-color:#fff">Kubernetes</p>',
    '<div style="clip-path:polygon(0 0,0 0,0 0)">Kubernetes</div>',
    '<style>u:not(.x){display:none}</style><u class="x">y</u><u>Kubernetes</u>',
    "<style>i + p{display:none}</style><div><i>y</i><p>Kubernetes</p></div>",
    '<style>p[class*="hid"]{display:none}</style><p class="hidden">Kubernetes</p>',
    '<p style="color:oklch(1 0 0)">Kubernetes</p>',
    '<p style="color:rgb(100%,100%,100%)">Kubernetes</p>',
    '<div style="background:#eee"><p style="color:#eee">Kubernetes</p></div>',
]
FILES = [
    *((data, "cv.docx") for data in WORD),
    *((data, "cv.odt") for data in OPEN),
    *((rtf(body), "cv.rtf") for body in RICH),
    *(
        (f"# Amelia Hartwell\n\namelia@hartwell.example\n\n{body}\n".encode(), "cv.md")
        for body in MARKED
    ),
    *(
        (
            f"<html><body><h1>Amelia Hartwell</h1><p>amelia@hartwell.example</p>{body}</body></html>".encode(),
            "cv.html",
        )
        for body in PAGES
    ),
]


@pytest.mark.parametrize(
    ("data", "name"), FILES, ids=[f"{i}-{n}" for i, (_, n) in enumerate(FILES)]
)
def test_what_no_person_sees_is_set_apart_and_reported(data: bytes, name: str) -> None:
    result = read(data, name)
    assert "Kubernetes" not in result.text + result.resume.model_dump_json()
    assert any("Kubernetes" in item.text for item in result.hidden)
    assert "amelia@hartwell.example" in result.text


SEEN = [
    (docx(cell("1F3864", run('<w:color w:val="FFFFFF"/>'))), "cv.docx"),
    (docx(run('<w:color w:val="FFFFFF"/><w:highlight w:val="black"/>')), "cv.docx"),
    (docx(run('<w:color w:val="7F7F7F"/>')), "cv.docx"),
    (docx(run("", '<w:ind w:left="1440"/>')), "cv.docx"),
    (odt(*in_cell("#102040")), "cv.odt"),
    (
        odt(
            style(
                '<style:paragraph-properties fo:background-color="#102040"/><style:text-properties fo:color="#ffffff"/>'
            ),
            PARAGRAPH,
        ),
        "cv.odt",
    ),
    (rtf(r"{\b Kubernetes}"), "cv.rtf"),
    (rtf(r"{\cf1\highlight2 Kubernetes}"), "cv.rtf"),
    (b"# Amelia Hartwell\n\n<b>Kubernetes</b> <https://k8s.example>\n", "cv.md"),
    (
        b"<html><body><h1>Amelia Hartwell</h1><p style='filter:opacity(0.6);opacity:.5'>Kubernetes</p></body></html>",
        "cv.html",
    ),
    (
        b"<html><body><h1>Amelia Hartwell</h1><table><tr><td style='background:#123;color:white'>Kubernetes</td></tr></table></body></html>",
        "cv.html",
    ),
]


@pytest.mark.parametrize(("data", "name"), SEEN, ids=[f"{i}-{n}" for i, (_, n) in enumerate(SEEN)])
def test_what_a_person_sees_is_not_taken_for_hidden(data: bytes, name: str) -> None:
    result = read(data, name)
    assert "Kubernetes" in result.text
    assert result.hidden == []


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_a_page_that_is_turned_is_read_and_searched_like_any_other(turned: int) -> None:
    from reportlab.pdfgen.canvas import Canvas

    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=(595, 842))
    canvas.setPageRotation(turned)
    # The canvas swaps the sides of a page that is turned; what is drawn stands upright to the eye.
    moved = {90: (842, 0, 90), 180: (595, 842, 180), 270: (0, 595, 270)}.get(turned)
    if moved:
        canvas.translate(moved[0], moved[1])
        canvas.rotate(moved[2])
    canvas.drawString(72, 780, "Amelia Hartwell")
    canvas.drawString(72, 765, "amelia@hartwell.example")
    canvas.saveState()
    clip = canvas.beginPath()
    clip.rect(0, 0, 1, 1)
    canvas.clipPath(clip, stroke=0)
    canvas.drawString(72, 600, "Kubernetes clipped")
    canvas.restoreState()
    canvas.showPage()
    canvas.save()
    result = read(stream.getvalue(), "cv.pdf")
    assert result.resume.basics.name == "Amelia Hartwell"
    assert result.resume.basics.email == "amelia@hartwell.example"
    assert "Kubernetes" not in result.text
    assert [item.text for item in result.hidden] == ["Kubernetes clipped"]
