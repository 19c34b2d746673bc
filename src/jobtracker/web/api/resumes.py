"""Résumés: upload, versions, score, tailoring, letters, download."""

from __future__ import annotations

import base64
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, File, Query, UploadFile
from pydantic import BaseModel, Field
from starlette.responses import Response

from jobtracker.core.errors import BadInput
from jobtracker.resumes.model import (
    DiffResult,
    EditResult,
    ImportResult,
    LetterResult,
    RestoreResult,
    ResumeDocument,
    ResumeList,
    ScoreResult,
    TailorResult,
)
from jobtracker.web.api.files import file_answer, file_docs
from jobtracker.web.api.idempotency import IdempotentRoute
from jobtracker.web.api.rest import Api, Id, api, fields, returns
from jobtracker.web.api.words import Language, Tone

router = APIRouter(prefix="/v1/resumes", tags=["resumes"], route_class=IdempotentRoute)
Reading = Annotated[Api, Depends(api("resume:read"))]
Writing = Annotated[Api, Depends(api("resume:write"))]
Version = Annotated[str | None, Query(max_length=200)]
Text = Annotated[str | None, Field(max_length=100_000)]


class Target(BaseModel):
    """The posting: by its id, or as text."""

    job_id: str | None = Field(default=None, max_length=200)
    job_text: Text = None
    version_id: str | None = Field(default=None, max_length=200)


class LetterRequest(Target):
    """A cover letter towards a posting."""

    tone: Tone | None = None
    language: Language | None = None


class ResumePatch(BaseModel):
    """A JSON Patch (RFC 6902) over the JSON Resume, or an instruction in words."""

    patch: list[dict[str, Any]] | None = Field(default=None, max_length=200)
    instruction: str | None = Field(default=None, max_length=4000)
    label: str | None = Field(default=None, max_length=120)


class Restore(BaseModel):
    """The version to go back to."""

    version_id: str = Field(max_length=200)


@router.get("", responses=returns(ResumeList), response_model=None)
async def list_resumes(api: Reading) -> Response:
    """List the résumés, newest first."""
    return api.answer(await api.call("list_resumes"))


@router.post("", status_code=201, responses=returns(ImportResult, 201), response_model=None)
async def upload_resume(api: Writing, file: Annotated[UploadFile, File()]) -> Response:
    """Read a résumé: PDF, DOCX, ODT, RTF, HTML, Markdown, text, JSON Resume, LinkedIn, Europass."""
    data = await file.read()
    if not data:
        raise BadInput("the uploaded file is empty; choose the résumé again")
    made = await api.call(
        "import_resume",
        content_base64=base64.b64encode(data).decode(),
        filename=(file.filename or "resume").replace("\\", "/").rpartition("/")[2][-200:],
    )
    return api.answer(made, 201, {"Location": f"/v1/resumes/{made['resume_id']}"})


@router.get("/{resume_id}", responses=returns(ResumeDocument), response_model=None)
async def get_resume(api: Reading, resume_id: Id, version_id: Version = None) -> Response:
    """Return a résumé at one version, the newest unless named."""
    return api.answer(await api.call("get_resume", resume_id=resume_id, version_id=version_id))


@router.patch("/{resume_id}", responses=returns(EditResult), response_model=None)
async def edit_resume(api: Writing, resume_id: Id, body: ResumePatch) -> Response:
    """Make a new version; with `If-Match` only on the state that was read."""
    if "if-match" in api.request.headers:
        api.unchanged(await api.call("get_resume", resume_id=resume_id))
    return api.answer(await api.call("edit_resume", resume_id=resume_id, **fields(body)))


@router.post("/{resume_id}/score", responses=returns(ScoreResult), response_model=None)
async def score_resume(api: Reading, resume_id: Id, body: Target) -> Response:
    """Score it against a posting; the same input always gives the same score."""
    return api.answer(await api.call("score_resume", resume_id=resume_id, **fields(body)))


@router.post("/{resume_id}/tailor", responses=returns(TailorResult), response_model=None)
async def tailor_resume(api: Writing, resume_id: Id, body: Target) -> Response:
    """Make a version towards a posting; nothing is invented, gaps are named."""
    return api.answer(await api.call("tailor_resume", resume_id=resume_id, **fields(body)))


@router.post("/{resume_id}/letters", responses=returns(LetterResult), response_model=None)
async def write_letter(api: Writing, resume_id: Id, body: LetterRequest) -> Response:
    """Draft a cover letter; every claim rests on the résumé."""
    return api.answer(await api.call("write_cover_letter", resume_id=resume_id, **fields(body)))


@router.get("/{resume_id}/diff", responses=returns(DiffResult), response_model=None)
async def diff_versions(
    api: Reading,
    resume_id: Id,
    version_a: Annotated[str, Query(max_length=200)],
    version_b: Version = None,
) -> Response:
    """Return what changed between two versions; the second is the newest unless named."""
    made = await api.call(
        "diff_versions", resume_id=resume_id, version_a=version_a, version_b=version_b
    )
    return api.answer(made)


@router.post("/{resume_id}/restore", responses=returns(RestoreResult), response_model=None)
async def restore_version(api: Writing, resume_id: Id, body: Restore) -> Response:
    """Go back to a version; the ones since stay."""
    made = await api.call("restore_version", resume_id=resume_id, version_id=body.version_id)
    return api.answer(made)


@router.get("/{resume_id}/export", responses=file_docs("application/pdf"), response_model=None)
async def export_resume(
    api: Reading,
    resume_id: Id,
    format: Literal["pdf", "docx", "json", "markdown", "html", "txt"] = "pdf",
    template: Annotated[str | None, Query(max_length=60)] = None,
    version_id: Version = None,
    language: Language | None = None,
) -> Response:
    """Download a version as a file."""
    made = await api.call(
        "export_resume",
        resume_id=resume_id,
        version_id=version_id,
        format=format,
        template=template,
        language=language,
    )
    return await file_answer(api, made)
