"""What “it”, “the second one”, “that company” mean; what a time or place is as an argument."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Any

from jobtracker.agent.mind.embedded.context import Context
from jobtracker.agent.mind.embedded.slots import Slots, TimeValue


def place_name(slots: Slots) -> str | None:
    """Return the places that were named, as one argument."""
    return ", ".join(place.name for place in slots.places) or None


def posted_within(slots: Slots, now: datetime) -> int | None:
    """Return the age in days that a posting may have, from “last week” or “this month”."""
    if slots.posted_within_days is not None:
        return slots.posted_within_days
    for time in slots.times:
        if time.start <= now and time.grain in ("day", "week", "month", "year"):
            return max(1, math.ceil((now - time.start) / timedelta(days=1)))
    return None


def pick(items: list[dict[str, Any]], ordinals: list[int]) -> dict[str, Any] | None:
    """Return the item that an ordinal counts (1 is the first, -1 the last)."""
    if not ordinals or not items:
        return None
    number = ordinals[0]
    index = number - 1 if number > 0 else len(items) + number
    return items[index] if 0 <= index < len(items) else None


def by_company(items: list[dict[str, Any]], slots: Slots) -> dict[str, Any] | None:
    """Return the first item of a company, or with a role, that the message names."""
    for value in slots.companies:
        for item in items:
            if value.value.casefold() in str(item.get("company", "")).casefold():
                return item
    if slots.role is not None and not slots.companies:
        # “Applied to Roche as a cook” is not the cook's posting of another firm.
        wanted = slots.role.value.casefold()
        for item in items:
            if wanted in str(item.get("title", "")).casefold():
                return item
    return None


def job_in_focus(ctx: Context) -> dict[str, Any] | None:
    """Return the posting that the message means, and put it into focus."""
    jobs: list[dict[str, Any]] = ctx.dialogue.get("jobs") or []
    focus: list[dict[str, Any]] = [item for item in (ctx.dialogue.get("job"),) if item]
    named = ctx.slots.ordinals or ctx.slots.companies
    if not named and ctx.dialogue.get("missed"):
        return None  # “the ninth one, save it”: “it” is the one that is not there
    found = (
        pick(jobs, ctx.slots.ordinals)
        or by_company([*focus, *jobs], ctx.slots)
        or (None if named else ctx.dialogue.get("job"))
    )
    if found is not None:
        ctx.dialogue["job"] = found
    ctx.dialogue["missed"] = found is None and bool(ctx.slots.ordinals)
    return found


def posting_in_focus(ctx: Context) -> dict[str, Any] | None:
    """Return the posting that the message means, None where only its company is known.

    The company of an invitation is in focus without any posting of it.
    """
    found = job_in_focus(ctx)
    return found if found and found.get("job_id") else None


def unclear_job(ctx: Context, nothing: str = "no_search_yet") -> str:
    """Ask which posting is meant; `nothing` is the phrase where none was shown yet."""
    jobs: list[dict[str, Any]] = ctx.dialogue.get("jobs") or []
    if not jobs:
        return ctx.say(nothing)
    if ctx.slots.ordinals and pick(jobs, ctx.slots.ordinals) is None:
        return ctx.say("only_so_many", n=len(jobs))
    return ctx.say("which_job")


def application_in_focus(ctx: Context) -> dict[str, Any] | None:
    """Return the application that the message means, and put it into focus."""
    items: list[dict[str, Any]] = ctx.dialogue.get("applications") or []
    counted = ctx.slots.ordinals if ctx.dialogue.get("list") == "applications" else []
    focus: list[dict[str, Any]] = [item for item in (ctx.dialogue.get("application"),) if item]
    found = pick(items, counted) or by_company([*focus, *items], ctx.slots)
    if found is None and not ctx.slots.companies and not counted:
        found = ctx.dialogue.get("application")
    if found is not None:
        ctx.dialogue["application"] = found
    return found


def event_in_focus(ctx: Context) -> dict[str, Any] | None:
    """Return the calendar event that the message means."""
    items: list[dict[str, Any]] = ctx.dialogue.get("events") or []
    counted = ctx.slots.ordinals if ctx.dialogue.get("list") == "events" else []
    found = pick(items, counted)
    if found is None:
        for value in ctx.slots.companies:
            for item in items:
                if value.value.casefold() in str(item.get("summary", "")).casefold():
                    found = item
    found = found or (ctx.dialogue.get("event") if not counted else None)
    if found is not None:
        ctx.dialogue["event"] = found
    return found


def window(time: TimeValue, minutes: int = 60) -> tuple[str, str]:
    """Return the start and end of what a time means, as RFC 3339."""
    end = time.end
    if end is None:
        whole = {
            "day": timedelta(days=1),
            "week": timedelta(days=7),
            "month": timedelta(days=31),
            "year": timedelta(days=366),
        }
        end = time.start + whole.get(time.grain, timedelta(minutes=minutes))
    return time.start.isoformat(), end.isoformat()
