from __future__ import annotations

from typing import Any

import anyio
import pytest
from mcp.client.client import Client

from jobtracker.core.bootstrap import Core
from mcp_servers.job_search.server import build

TOOLS = {
    "search_jobs": {"query", "location", "work_mode", "salary_min", "currency", "employment_type",
                    "company", "language", "posted_within_days", "sources", "limit", "cursor"},
    "get_job": {"job_id"}, "import_job": {"url", "html", "text", "json"},
    "similar_jobs": {"job_id"}, "check_job_open": {"job_id"},
    "salary_insight": {"title", "location", "currency"}, "research_company": {"company"},
    "list_job_sources": set(), "save_search": {"name"}, "list_saved_searches": set(),
    "delete_saved_search": {"search_id"},
}  # fmt: skip


def talk(core: Core, *calls: tuple[str, dict[str, Any]], user: str = "anna") -> list[Any]:
    async def run() -> list[Any]:
        results: list[Any] = []
        async with Client(build(core, "memory")) as client:
            for name, arguments in calls:
                meta: Any = {"jobtracker/user": user}
                results.append(await client.call_tool(name, arguments, meta=meta))
        return results

    return anyio.run(run)


def test_every_tool_of_the_contract_is_listed_with_its_fields(core: Core) -> None:
    async def listed() -> Any:
        async with Client(build(core, "memory")) as client:
            return (await client.list_tools()).tools

    tools = {tool.name: tool for tool in anyio.run(listed)}
    assert set(tools) == set(TOOLS)
    for name, fields in TOOLS.items():
        tool = tools[name]
        assert tool.title and tool.description and tool.output_schema and tool.annotations
        assert fields <= set(tool.input_schema.get("properties", {}))
    assert "store" not in core.__dict__


def test_a_search_gives_the_contracts_fields(core: Core) -> None:
    [result] = talk(
        core, ("search_jobs", {"query": "python", "work_mode": "remote", "location": "Zurich"})
    )
    found = result.structured_content
    assert {"jobs", "failures", "total", "next_cursor", "took_ms"} <= set(found)
    job = found["jobs"][0]
    assert {"job_id", "title", "company", "location", "work_mode", "salary", "posted_at", "source",
            "apply_url", "score", "why"} <= set(job)  # fmt: skip
    assert isinstance(job["salary"]["min"], int | float)
    assert {"min", "max", "currency", "period"} <= set(job["salary"])


def test_an_import_is_one_posting_or_several(core: Core) -> None:
    row = {"@type": "JobPosting", "title": "Baker", "hiringOrganization": {"name": "Ofen AG"},
           "url": "https://ofen.example/1", "description": "Bread"}  # fmt: skip
    one, several, text = talk(
        core,
        ("import_job", {"json": row}),
        ("import_job", {"json": [row, {**row, "title": "Cook", "url": "https://ofen.example/2"}]}),
        ("import_job", {"text": "Gardener at Umbra Gardens, Thun\n\nWe plant trees all day."}),
    )
    assert one.structured_content["job_id"] == one.structured_content["job"]["job_id"]
    assert len(several.structured_content["jobs"]) == 2
    assert text.structured_content["job"]["title"] == "Gardener"


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("search_jobs", {"limit": -1}, "bad_input: limit"),
        ("search_jobs", {"limit": 10**9}, "bad_input: limit"),
        ("search_jobs", {"query": "x" * 100_000}, "bad_input: query"),
        ("search_jobs", {"cursor": "forged"}, "bad_input: cursor"),
        ("search_jobs", {"sources": ["nowhere"]}, "bad_input: sources"),
        ("get_job", {"job_id": "job_nothing"}, "not_found"),
        ("get_job", {"job_id": "' OR 1=1"}, "not_found"),
        ("import_job", {}, "bad_input: give exactly one"),
        ("import_job", {"text": "a", "html": "b"}, "bad_input: give exactly one"),
        ("import_job", {"json": "[" * 50_000}, "bad_input"),
        ("import_job", {"url": "http://127.0.0.1:1/"}, "not a public address"),
        ("import_job", {"url": "file:///etc/passwd"}, "bad_input: url"),
        ("salary_insight", {"title": " "}, "bad_input: title"),
        ("save_search", {"name": " "}, "bad_input: name"),
        ("delete_saved_search", {"search_id": "srch_x"}, "not_found"),
    ],
)
def test_bad_input_gets_one_clear_line(
    core: Core, tool: str, arguments: dict[str, Any], said: str
) -> None:
    core.settings.search.samples = False
    [result] = talk(core, (tool, arguments))
    assert result.is_error
    assert said in result.content[0].text
    assert "Traceback" not in result.content[0].text


def test_one_person_does_not_see_anothers_postings(core: Core) -> None:
    row = {"@type": "JobPosting", "title": "Baker", "url": "https://ofen.example/1"}
    [kept] = talk(core, ("import_job", {"json": row}))
    job_id = kept.structured_content["job_id"]
    for tool in ("get_job", "similar_jobs", "check_job_open"):
        [refused] = talk(core, (tool, {"job_id": job_id}), user="eve")
        assert refused.is_error and "not_found" in refused.content[0].text


def test_a_sample_is_never_said_to_be_open(core: Core) -> None:
    [found] = talk(core, ("search_jobs", {"limit": 1}))
    job_id = found.structured_content["jobs"][0]["job_id"]
    [checked] = talk(core, ("check_job_open", {"job_id": job_id}))
    assert checked.structured_content["status"] == "unknown"
    [known] = talk(core, ("research_company", {"company": "Nobody & Sons"}))
    assert "nothing is known" in known.structured_content["findings"][0]["fact"]
