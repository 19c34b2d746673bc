"""Skills around postings: search, refine, read, compare, import."""

from __future__ import annotations

# ruff: noqa: E501 (tables of words)
import re
from typing import Any

from jobtracker.agent.mind.embedded.context import Context, Skill, facts, rows
from jobtracker.agent.mind.embedded.skills.focus import (
    place_name,
    posted_within,
    posting_in_focus,
    unclear_job,
)
from jobtracker.agent.mind.embedded.skills.wider import wider_places
from jobtracker.agent.mind.embedded.slots import Slots
from jobtracker.agent.mind.port import Outcome

KEPT = (
    "job_id",
    "title",
    "company",
    "location",
    "work_mode",
    "salary",
    "apply_url",
    "source",
    "sample",
)


MOST_WISHES = 10
_MAY_BE_EITHER = ("employment_type", "work_mode")
_ALSO = re.compile(
    r"(?i)\b(?:(?:also|too|as well)\b.*\b(?:fine|ok(?:ay)?|good|works?|possible)|(?:fine|ok(?:ay)?|good|works?)\b.*\b(?:also|too|as well)|"
    r"auch\b.*\b(?:ok(?:ay)?|gut|recht|möglich|in ordnung|geht|gehen|passt)|(?:geht|ginge|passt|ok(?:ay)?) auch|"
    r"aussi\b.*\b(?:ok|bien|possible|va|convient)|(?:va|convient|ok) aussi|"
    r"anche\b.*\b(?:bene|ok|possibile)|(?:va bene|ok) anche)\b"
)
_PERCENT = re.compile(r"(?:[^\W\d]+[\s,]+){0,3}([1-9]0|[1-9]5|100)(?:\s*prozent| ?%)?\W*")
"""“Rather 80”, “plutôt 60 %”."""


def search_jobs(ctx: Context) -> Skill:
    """A new search; what is not said is taken from the preferences, visibly."""
    arguments = _arguments(ctx, ctx.slots)
    used = _prefer(ctx, arguments)
    return (yield from _search(ctx, arguments, used))


def refine_search(ctx: Context) -> Skill:
    """The last search, changed only in what the message names."""
    last: dict[str, Any] | None = ctx.dialogue.get("search")
    if last is None:
        return (yield from search_jobs(ctx))
    named = _arguments(ctx, ctx.slots) or _bare_workload(ctx.message, last)
    if "location" in named:
        last = {key: value for key, value in last.items() if key != "radius_km"}
    if not (named or ctx.slots.excluded or ctx.slots.modes):
        return ctx.say("refine_how")
    if _ALSO.search(ctx.message):
        # “Part time is fine, too”: asks for no less than before.
        opened = [key for key in _MAY_BE_EITHER if key in named]
        last = {key: value for key, value in last.items() if key not in opened}
        named = {key: value for key, value in named.items() if key not in opened}
    arguments = {**last, **named}
    if avoid := [*last.get("avoid", []), *named.get("avoid", [])]:
        arguments["avoid"] = list(dict.fromkeys(avoid))[:MOST_WISHES]
    arguments.pop("cursor", None)
    if ctx.slots.modes:
        arguments.pop("work_mode", None)
    return (yield from _search(ctx, arguments, []))


def _bare_workload(message: str, last: dict[str, Any]) -> dict[str, Any]:
    """“Rather 80” after a search for 60 % means the workload."""
    number = _PERCENT.fullmatch(message.strip())
    return {"workload": f"{number[1]}%"} if number and last.get("workload") else {}


def more_results(ctx: Context) -> Skill:
    """The next page of the last search."""
    last: dict[str, Any] | None = ctx.dialogue.get("paged") or ctx.dialogue.get("search")
    cursor = ctx.dialogue.get("cursor")
    if last is None:
        return ctx.say("no_search_yet")
    if not cursor:
        return ctx.say("no_more_results")
    return (yield from _search(ctx, {**last, "cursor": cursor}, []))


def _arguments(ctx: Context, slots: Slots) -> dict[str, Any]:
    role = slots.role.value if slots.role else ""
    within = slots.role.span if slots.role else (0, 0)
    skills = [
        skill.value
        for skill in slots.skills
        if skill.value.casefold() not in role.casefold()
        and not within[0] <= skill.span[0] < within[1]
    ]
    arguments: dict[str, Any] = {
        # Beside an occupation skills lift postings; alone they are what is looked for.
        "query": role or " ".join(skills),
        "skills": skills[:MOST_WISHES] if role else [],
        "avoid": [value.value[:100] for value in slots.excluded][:MOST_WISHES],
        "workload": _workload(slots),
        "location": place_name(slots),
        "radius_km": slots.radius_km,
        "work_mode": slots.work_mode,
        "employment_type": slots.employment_type,
        "company": slots.companies[0].value if slots.companies else None,
        "language": slots.language,
        "posted_within_days": posted_within(slots, ctx.now),
    }
    if slots.salary is not None:
        amount = slots.salary.min if slots.salary.min is not None else slots.salary.max
        arguments["salary_min"] = _yearly(slots) if amount is not None else None
        arguments["currency"] = slots.salary.currency
    return {key: value for key, value in arguments.items() if value not in (None, "", [])}


def _workload(slots: Slots) -> str | None:
    """Return the percents as the search reads them in its query."""
    if (load := slots.pensum) is None:
        return None
    return f"{load.min}%" if load.min == load.max else f"{load.min}-{load.max}%"


def _worded(arguments: dict[str, Any]) -> dict[str, Any]:
    """Return what the tool takes: the workload is a word of its query."""
    sent = {key: value for key, value in arguments.items() if key != "workload"}
    if load := arguments.get("workload"):
        sent["query"] = f"{sent.get('query', '')} {load}".strip()
    return sent


def _avoided(ctx: Context, arguments: dict[str, Any]) -> dict[str, Any]:
    """Add what the person never wants to see, but for what they ask for now."""
    asked = f"{arguments.get('query', '')} {arguments.get('company', '')}".casefold()
    words = [*arguments.get("avoid", []), *(word[:100] for word in ctx.dislikes)]
    avoid = [word for word in dict.fromkeys(words) if word.casefold() not in asked]
    return {**_worded(arguments), "avoid": avoid[:MOST_WISHES]}


def _yearly(slots: Slots) -> float | None:
    """`salary_min` is compared as yearly pay; hours and days by a full-time year."""
    pay = slots.salary
    amount = None if pay is None else (pay.min if pay.min is not None else pay.max)
    if pay is None or amount is None:
        return None
    factor = {"year": 1, "month": pay.months, "week": 52, "day": 220, "hour": 1900}[pay.period]
    return float(amount * factor)


def _prefer(ctx: Context, arguments: dict[str, Any]) -> list[str]:
    """Fill in what the person prefers and did not say; return what was filled in."""
    used: list[str] = []
    for key in ("work_mode", "location", "salary_min", "employment_type"):
        preferred = ctx.preferences.get(key)
        if preferred in (None, "", "any") or key in arguments:
            continue
        if key == "work_mode" and ctx.slots.modes:
            continue
        if key == "location" and arguments.get("work_mode") == "remote":
            continue
        arguments[key] = preferred
        used.append(ctx.say("word_" + str(preferred)) if key == "work_mode" else str(preferred))
    return used


def _search(ctx: Context, arguments: dict[str, Any], used: list[str]) -> Skill:
    size = ctx.page_size
    # A cursor is good for the very same search only.
    asked = arguments if "cursor" in arguments else _avoided(ctx, arguments)
    [outcome] = yield [ctx.call("search_jobs", **asked, limit=size)]
    if not outcome["ok"]:
        return ctx.failed(outcome)
    result = facts(outcome)
    jobs = _wanted(ctx, result)
    if not arguments.get("cursor"):
        # A refinement changes what was asked for, even where a wider place was shown.
        ctx.dialogue.update(search=arguments, paged=asked)
    ctx.dialogue["cursor"] = result.get("next_cursor")
    wider = ""
    if not jobs and not arguments.get("cursor"):
        for place, where in wider_places(ctx, arguments):
            again = {**asked, **where}
            [outcome] = yield [ctx.call("search_jobs", **again, limit=size)]
            result = facts(outcome)
            jobs = _wanted(ctx, result)
            if jobs:
                wider = place
                ctx.dialogue.update(paged=again, cursor=result.get("next_cursor"))
                break
    if not jobs:
        return ctx.say("no_jobs", search=ctx.dialogue["search"])
    ctx.dialogue["jobs"] = [{key: job.get(key) for key in KEPT} for job in jobs]
    ctx.dialogue["list"] = "jobs"
    if ctx.slots.modes:
        ctx.notes.append(ctx.say("any_mode", modes=ctx.slots.modes))
    if wider:
        ctx.notes.append(ctx.say("wider", place=arguments.get("location"), found=wider))
    ctx.dialogue["job"] = ctx.dialogue["jobs"][0] if len(jobs) == 1 else None
    return ctx.say(
        "jobs",
        jobs=jobs,
        total=result.get("total", len(jobs)),
        more=bool(result.get("next_cursor")),
        page=bool(arguments.get("cursor")),
        preferred=used,
        failures=result.get("failures", []),
    )


def _wanted(ctx: Context, result: dict[str, Any]) -> list[dict[str, Any]]:
    """Leave out what the person never wants to see, or excludes in this message."""
    jobs: list[dict[str, Any]] = result.get("jobs") or []
    said: list[dict[str, Any]] = result.get("sayings") or []
    unwanted = [word.casefold() for word in ctx.dislikes]
    unwanted += [value.value.casefold() for value in ctx.slots.excluded]
    hidden = [one["facts"] for one in said if one["code"] == "jobs.left_out"]
    if hidden:
        words = [facts["phrase"] for facts in hidden]
        ctx.notes.append(ctx.say("left_out", n=sum(facts["n"] for facts in hidden), words=words))
    kept = [
        job
        for job in jobs
        if not any(
            word in f"{job.get('title')} {job.get('company')} {job.get('location')}".casefold()
            for word in unwanted
        )
    ]
    if len(kept) < len(jobs):
        ctx.notes.append(ctx.say("left_out", n=len(jobs) - len(kept), words=unwanted))
    return kept


def get_job(ctx: Context) -> Skill:
    """One posting in full; it becomes the one that “it” means."""
    job = posting_in_focus(ctx)
    if job is None:
        named = ctx.slots.role or ctx.slots.skills or ctx.slots.companies
        if named and not ctx.slots.ordinals:
            return (yield from search_jobs(ctx))
        return unclear_job(ctx)
    [outcome] = yield [ctx.call("get_job", job_id=job["job_id"])]
    if not outcome["ok"]:
        return ctx.failed(outcome)
    result = facts(outcome)
    full = result.get("job", result)
    ctx.dialogue["job"] = job
    return ctx.say("job", job={**job, **{k: v for k, v in full.items() if v is not None}})


def similar_jobs(ctx: Context) -> Skill:
    """Postings like the one in focus."""
    job = posting_in_focus(ctx)
    if job is None:
        return unclear_job(ctx)
    [outcome] = yield [ctx.call("similar_jobs", job_id=job["job_id"])]
    if not outcome["ok"]:
        return ctx.failed(outcome)
    jobs = rows(outcome, "jobs")[: ctx.page_size]
    if not jobs:
        return ctx.say("no_similar", job=job)
    ctx.dialogue["jobs"] = [{key: found.get(key) for key in KEPT} for found in jobs]
    ctx.dialogue.update(list="jobs", cursor=None)
    return ctx.say("similar", job=job, jobs=jobs)


def check_job_open(ctx: Context) -> Skill:
    """Whether the posting in focus still stands."""
    job = posting_in_focus(ctx)
    if job is None:
        return unclear_job(ctx)
    [outcome] = yield [ctx.call("check_job_open", job_id=job["job_id"])]
    if not outcome["ok"]:
        return ctx.failed(outcome)
    return ctx.say("job_open", job=job, check=facts(outcome))


def pasted(text: str) -> str | None:
    """Return what was pasted behind “import this posting:”, or a text too long to be a wish."""
    head, colon, body = text.partition(":")
    if colon and len(head) <= 90 and not body.startswith("//") and len(body.split()) >= 6:
        return body.strip()
    return text if len(text.split()) > 40 else None


def import_job(ctx: Context) -> Skill:
    """A posting from a URL, or pasted as text."""
    if ctx.slots.url:
        source = {"url": ctx.slots.url.value}
    elif body := pasted(ctx.act.text):
        source = {"text": body}
    else:
        return ctx.ask("path", "import_what")
    [outcome] = yield [ctx.call("import_job", **source)]
    if not outcome["ok"]:
        return ctx.failed(outcome)
    result = facts(outcome)
    jobs = result.get("jobs") or (
        [{**result["job"], "job_id": result["job_id"]}] if result.get("job") else []
    )
    ctx.dialogue["jobs"] = [{key: job.get(key) for key in KEPT} for job in jobs]
    ctx.dialogue.update(list="jobs", job=ctx.dialogue["jobs"][0] if len(jobs) == 1 else None)
    return ctx.say("imported_jobs", jobs=jobs, warnings=result.get("warnings", []))


def salary_insight(ctx: Context) -> Skill:
    """What is paid for a title in a place."""
    job = posting_in_focus(ctx) or {}
    last: dict[str, Any] = ctx.dialogue.get("search") or {}
    title = ctx.slots.role.value if ctx.slots.role else job.get("title") or last.get("query")
    known = job.get("location") or last.get("location")
    place = place_name(ctx.slots) or (None if ctx.slots.role else known)
    if not title:
        return ctx.ask("role", "salary_of_what")
    [outcome] = yield [
        ctx.call("salary_insight", title=title, location=place, currency=_currency(ctx))
    ]
    if not outcome["ok"]:
        return ctx.failed(outcome)
    ctx.dialogue["insight"] = {"title": title, "location": place}
    return ctx.say("salary", title=title, place=place, insight=facts(outcome))


def _currency(ctx: Context) -> str | None:
    return ctx.slots.salary.currency if ctx.slots.salary else None


def research_company(ctx: Context) -> Skill:
    """What is known of a company, each fact with its source."""
    known = posting_in_focus(ctx) or ctx.dialogue.get("job") or ctx.dialogue.get("application")
    job: dict[str, Any] = known or {}
    company = ctx.slots.companies[0].value if ctx.slots.companies else job.get("company")
    if not company:
        return ctx.ask("company", "which_company")
    [outcome] = yield [ctx.call("research_company", company=company)]
    if not outcome["ok"]:
        return ctx.failed(outcome)
    return ctx.say("company", company=company, research=facts(outcome))


def list_job_sources(ctx: Context) -> Skill:
    """Where postings come from."""
    [outcome] = yield [ctx.call("list_job_sources")]
    if not outcome["ok"]:
        return ctx.failed(outcome)
    return ctx.say("sources", sources=rows(outcome, "sources"))


def save_search(ctx: Context) -> Skill:
    """Keep the last search, to be told of new matches."""
    named = _arguments(ctx, ctx.slots)
    last: dict[str, Any] = ctx.dialogue.get("search") or {}
    arguments = _worded({**last, **named})
    if not arguments:
        return ctx.say("no_search_yet")
    words = [arguments.get("query"), arguments.get("location"), arguments.get("work_mode")]
    name = ctx.slots.note.value if ctx.slots.note else " ".join(str(word) for word in words if word)
    arguments.setdefault("query", "")
    [outcome] = yield [ctx.call("save_search", **arguments, name=name[:80] or "search")]
    return _done(ctx, outcome, "search_saved")


def list_saved_searches(ctx: Context) -> Skill:
    """The searches that are kept."""
    [outcome] = yield [ctx.call("list_saved_searches")]
    if not outcome["ok"]:
        return ctx.failed(outcome)
    searches = rows(outcome, "searches") or rows(outcome, "saved_searches")
    ctx.dialogue["searches"] = [s.get("search_id") or s.get("id") for s in searches][:20]
    ctx.dialogue["list"] = "searches"
    return ctx.say("saved_searches", searches=searches)


def delete_saved_search(ctx: Context) -> Skill:
    """Forget a kept search."""
    kept: list[str] = ctx.dialogue.get("searches") or []
    if not kept:
        return (yield from list_saved_searches(ctx))
    number = ctx.slots.ordinals[0] if ctx.slots.ordinals else 1 if len(kept) == 1 else 0
    if not 0 < abs(number) <= len(kept):
        return ctx.say("which_search")
    chosen = kept[number - 1 if number > 0 else number]
    [outcome] = yield [ctx.call("delete_saved_search", search_id=chosen)]
    return _done(ctx, outcome, "search_deleted")


def _done(ctx: Context, outcome: Outcome, key: str) -> str:
    return ctx.say(key) if outcome["ok"] else ctx.failed(outcome)
