"""Means of the ASVS tests: the source as syntax trees, and things that people make on a server."""

from __future__ import annotations

import ast
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import httpx

from tests.web.people import Person

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "src/jobtracker/web/pages/static"
_TREES: list[tuple[Path, ast.Module]] = []


def sources() -> Iterator[tuple[Path, ast.Module]]:
    """Yield the syntax tree of every module that can run in a server."""
    if not _TREES:
        for folder in ("src/jobtracker", "mcp_servers"):
            for file in sorted((ROOT / folder).rglob("*.py")):
                if "/data/" not in file.as_posix():
                    _TREES.append((file, ast.parse(file.read_text(encoding="utf-8"))))
    yield from _TREES


@cache
def calls(tree: ast.AST) -> list[tuple[str, ast.Call]]:
    """Return (dotted name, call) of each call in a tree; all sources together take a second."""
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [(ast.unparse(node.func), node) for node in found]


def found(check: Callable[[ast.Module], Iterator[str]]) -> list[str]:
    """Return what a check finds in all sources, with the file's name."""
    return [f"{file.relative_to(ROOT)}: {said}" for file, tree in sources() for said in check(tree)]


async def resume(somebody: Person, name: str, **more: Any) -> str:
    """Upload a résumé as JSON; return its id."""
    work = [{"name": "Inselspital", "position": "Nurse", "startDate": "2019-01",
             "highlights": ["Cared for 12 patients a shift"]}]  # fmt: skip
    content = {"basics": {"name": name, "email": "anna@example.com", **more}, "work": work}
    file = {"file": ("cv.json", json.dumps(content).encode(), "application/json")}
    answer = await somebody.client.post("/v1/resumes", files=file)
    assert answer.status_code in (200, 201), answer.text
    return str(answer.json()["resume_id"])


async def exported(somebody: Person, resume_id: str, form: str) -> httpx.Response:
    answer = await somebody.client.get(f"/v1/resumes/{resume_id}/export", params={"format": form})
    assert answer.status_code == 200, answer.text
    return answer


async def applied(somebody: Person, company: str, title: str = "Cook") -> str:
    body = {"company": company, "title": title, "status": "applied", "date": "2026-01-20"}
    answer = await somebody.client.post("/v1/applications", json=body)
    assert answer.status_code in (200, 201), answer.text
    return str(answer.json()["application_id"])


def packed(parts: dict[str, str | bytes]) -> bytes:
    """Return a ZIP archive of these parts, with the two that make it a Word file."""
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
        'relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.'
        'openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {"[Content_Types].xml": types, **parts}.items():
            archive.writestr(name, content)
    return out.getvalue()
