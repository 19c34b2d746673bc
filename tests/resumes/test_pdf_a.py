"""What PDF/A-2a asks of a file, as far as its structure shows it (ISO 19005-2, level A).

veraPDF is not to be had from a package registry; these are its rules that a résumé could break.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import pytest
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from jobtracker.resumes.rendering.pdf import TEMPLATES
from jobtracker.resumes.rendering.render import render

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
PDFA = "{http://www.aiim.org/pdfa/ns/id/}"
FORBIDDEN = {"/JavaScript", "/JS", "/Launch", "/AA", "/EmbeddedFiles", "/XFA", "/Movie", "/Sound"}
PHOTO = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhf"
    "DwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


def objects(reader: PdfReader) -> Iterator[Any]:
    for number in range(1, int(reader.trailer["/Size"])):
        try:
            yield reader.get_object(IndirectObject(number, 0, reader))
        except Exception:  # noqa: BLE001 - numbers that no object has
            continue


def kinds(tree: Any, seen: set[str]) -> set[str]:
    node = tree.get_object() if isinstance(tree, IndirectObject) else tree
    if isinstance(node, DictionaryObject):
        if "/S" in node:
            seen.add(str(node["/S"]))
        kinds(node.get("/K"), seen)
    elif isinstance(node, ArrayObject):
        for item in node:
            kinds(item, seen)
    return seen


@pytest.mark.parametrize("language", ["en", "de", "fr", "it"])
@pytest.mark.parametrize("template", TEMPLATES)
def test_a_pdf_keeps_the_rules_of_pdf_a_2a(
    content: dict[str, Any], template: str, language: str
) -> None:
    content["basics"]["name"] = "Łukasz Őrségi-Škoda Γιώργος Иван"
    content["basics"]["image"] = PHOTO
    data = render(content, "pdf", template, language)
    reader = PdfReader(io.BytesIO(data))
    root = reader.trailer["/Root"]
    assert data.startswith(b"%PDF-1.7") and data[9:14].lstrip()[:1] == b"%"
    assert not reader.is_encrypted and "/ID" in reader.trailer
    packet = ElementTree.fromstring(root["/Metadata"].get_data().decode().strip().strip("\ufeff"))
    said = {
        key: value
        for node in packet.iter(f"{RDF}Description")
        for key, value in [*node.attrib.items(), *((item.tag, item.text) for item in node)]
    }
    assert (said[f"{PDFA}part"], said[f"{PDFA}conformance"]) == ("2", "A")
    [intent] = [item.get_object() for item in root["/OutputIntents"]]
    assert intent["/S"] == "/GTS_PDFA1" and intent["/OutputConditionIdentifier"]
    profile = intent["/DestOutputProfile"].get_object().get_data()
    assert profile[36:40] == b"acsp" and profile[16:20] == b"RGB "
    assert root["/MarkInfo"]["/Marked"] and str(root["/Lang"]).startswith(language)
    roles = kinds(root["/StructTreeRoot"], set())
    assert {"/P"} <= roles and {f"/H{n}" for n in (1, 2)} & roles
    assert all("/StructParents" in page for page in reader.pages)


@pytest.mark.parametrize("template", TEMPLATES)
def test_fonts_are_inside_and_nothing_can_run(content: dict[str, Any], template: str) -> None:
    reader = PdfReader(io.BytesIO(render(content, "pdf", template, "en")))
    fonts = 0
    for item in objects(reader):
        if not isinstance(item, DictionaryObject):
            continue
        assert not FORBIDDEN & set(item)
        assert item.get("/S") not in FORBIDDEN
        if item.get("/Type") == "/FontDescriptor":
            fonts += 1
            assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(item)
        if item.get("/Type") == "/Font" and item.get("/Subtype") == "/Type0":
            assert "/ToUnicode" in item
        if item.get("/Subtype") == "/Link":
            assert item.get("/F", 0) & 4  # printed
    assert fonts >= 1
