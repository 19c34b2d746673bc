"""Job postings and saved searches."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Path, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from jobtracker.jobs.model import (
    CompanyResearch,
    Deleted,
    EmploymentFilter,
    ImportResult,
    JobPosting,
    OpenCheck,
    SalaryInsight,
    SavedSearch,
    SavedSearches,
    SearchResult,
    SimilarJobs,
    SourceList,
    WorkModeFilter,
)
from jobtracker.web.api.idempotency import IdempotentRoute
from jobtracker.web.api.rest import Api, Cursor, Id, Limit, api, fields, returns

router = APIRouter(prefix="/v1", tags=["jobs"], route_class=IdempotentRoute)
Reading = Annotated[Api, Depends(api("job_search:read"))]
Writing = Annotated[Api, Depends(api("job_search:write"))]
Source = Annotated[str, Field(max_length=60)]


class Search(BaseModel):
    """What is looked for; empty fields do not narrow the search."""

    query: str = Field(default="", max_length=100_000)
    location: str = Field(default="", max_length=200)
    radius_km: int = Field(default=0, ge=0, le=300)
    work_mode: WorkModeFilter = "any"
    salary_min: float | None = Field(default=None, ge=0, le=1e12, allow_inf_nan=False)
    currency: str | None = Field(default=None, pattern="^[A-Z]{3}$")
    employment_type: EmploymentFilter = "any"
    company: str = Field(default="", max_length=200)
    language: str = Field(default="", max_length=35)
    posted_within_days: int | None = Field(default=None, ge=1, le=3650)
    sources: list[Source] = Field(default_factory=list[Source], max_length=60)


class SavedSearchRequest(Search):
    """A search to repeat."""

    name: str = Field(min_length=1, max_length=120)
    every_hours: int = Field(default=24, ge=1, le=720)


class JobImport(BaseModel):
    """One of: the address of a posting, its HTML, its text, or a board's JSON."""

    url: str | None = Field(default=None, max_length=2000)
    html: str | None = None
    text: str | None = None
    payload: Any = Field(default=None, alias="json", description="An object or a list.")


class _SearchQuery(Search):
    limit: Limit = 10
    cursor: Cursor = None


@router.get("/jobs", responses=returns(SearchResult), response_model=None)
async def search_jobs(api: Reading, search: Annotated[_SearchQuery, Query()]) -> Response:
    """Search postings, best first, each with the reasons."""
    return api.page(await api.call("search_jobs", **fields(search)))


@router.post("/jobs/import", responses=returns(ImportResult), response_model=None)
async def import_job(api: Writing, body: JobImport) -> Response:
    """Read a posting from an address, a page, a text or a board's answer."""
    given: dict[str, Any] = {"url": body.url, "html": body.html, "text": body.text}
    return api.answer(await api.call("import_job", **given, json=body.payload))


@router.get("/jobs/sources", responses=returns(SourceList), response_model=None)
async def list_sources(api: Reading) -> Response:
    """List the job boards, which are on, and how many dead postings each showed."""
    return api.answer(await api.call("list_job_sources"))


@router.get("/jobs/{job_id}", responses=returns(JobPosting), response_model=None)
async def get_job(api: Reading, job_id: Id) -> Response:
    """Return one posting."""
    return api.answer(await api.call("get_job", job_id=job_id))


@router.get("/jobs/{job_id}/similar", responses=returns(SimilarJobs), response_model=None)
async def similar_jobs(api: Reading, job_id: Id, limit: Limit = 5) -> Response:
    """Return postings like this one."""
    return api.answer(await api.call("similar_jobs", job_id=job_id, limit=limit))


@router.post("/jobs/{job_id}/check", responses=returns(OpenCheck), response_model=None)
async def check_job(api: Writing, job_id: Id) -> Response:
    """Ask the board whether the posting is still open."""
    return api.answer(await api.call("check_job_open", job_id=job_id))


@router.get("/salary-insight", responses=returns(SalaryInsight), response_model=None)
async def salary_insight(
    api: Reading,
    title: Annotated[str, Query(min_length=1, max_length=200)],
    location: Annotated[str | None, Query(max_length=200)] = None,
    currency: Annotated[str | None, Query(pattern="^[A-Z]{3}$")] = None,
) -> Response:
    """Return the quartiles of the pay that postings state."""
    found = await api.call("salary_insight", title=title, location=location, currency=currency)
    return api.answer(found)


@router.get("/companies/{company}", responses=returns(CompanyResearch), response_model=None)
async def research_company(
    api: Reading, company: Annotated[str, Path(min_length=1, max_length=200)]
) -> Response:
    """Return what is known of an employer, each fact with its source."""
    return api.answer(await api.call("research_company", company=company))


@router.get("/saved-searches", responses=returns(SavedSearches), response_model=None)
async def list_saved_searches(api: Reading) -> Response:
    """List the saved searches with what is new; a match is new once."""
    return api.answer(await api.call("list_saved_searches"))


@router.post(
    "/saved-searches", status_code=201, responses=returns(SavedSearch, 201), response_model=None
)
async def save_search(api: Writing, body: Annotated[SavedSearchRequest, Body()]) -> Response:
    """Keep a search and repeat it."""
    made = await api.call("save_search", **fields(body))
    return api.answer(made, 201, {"Location": f"/v1/saved-searches/{made['search_id']}"})


@router.delete("/saved-searches/{search_id}", responses=returns(Deleted), response_model=None)
async def delete_saved_search(api: Writing, search_id: Id) -> Response:
    """Stop repeating a search."""
    return api.answer(await api.call("delete_saved_search", search_id=search_id))
