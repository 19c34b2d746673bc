"""The pages in a real browser: by mouse, by keyboard, on a phone, without a network."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from jobtracker.web.pages.router import OPEN, PAGES

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.xdist_group("browser"),
]
Open = Callable[..., Any]
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True}


def send(page: Any, text: str) -> None:
    """Say something and wait until the answer is whole."""
    before = page.locator(".turn.it .tools").count()
    page.get_by_label("Your message").fill(text)
    page.get_by_role("button", name="Send").click()
    page.locator(".turn.it .tools").nth(before).wait_for()


def test_a_chat_streams_shows_its_steps_and_asks_before_it_books(
    server: Any, open_page: Open
) -> None:
    page = open_page(f"{server.url}/")
    send(page, "find nurse jobs in Lucerne")
    first = page.locator(".turn.it").last
    assert "Luzern" in first.inner_text() or "Lucerne" in first.inner_text()
    step = first.locator("details").first
    assert "search_jobs" in step.inner_text()
    step.locator("summary").click()
    assert '"jobs"' in step.inner_text()
    send(page, "schedule an interview with Acme on Thursday at 15:00")
    page.get_by_role("button", name="Yes, do it").click()
    page.locator(".turn.it .tools").nth(2).wait_for()
    when = {"start": "2026-11-26T00:00:00+01:00", "end": "2026-11-27T00:00:00+01:00"}
    events = httpx.get(f"{server.url}/v1/calendar/events", params=when).json()["events"]
    assert any("Acme" in event["summary"] for event in events)


def test_a_conversation_is_there_again_after_a_reload(server: Any, open_page: Open) -> None:
    page = open_page(f"{server.url}/")
    send(page, "I prefer hybrid work")
    page.reload()
    page.locator(".turn.me", has_text="I prefer hybrid work").wait_for()
    page.get_by_role("button", name="New conversation").click()
    page.locator(".turn.me").wait_for(state="detached")
    page.locator("#threads button", has_text="I prefer hybrid work").first.click()
    page.locator(".turn.me", has_text="I prefer hybrid work").wait_for()


def test_a_turn_that_a_restart_stopped_is_asked_again_by_the_page(
    server: Any, open_page: Open
) -> None:
    page = open_page(f"{server.url}/")
    cut = (
        'id: 0123456789abcdef01234567-1\nevent: token\ndata: {"text":"Half of an"}\n\n'
        "id: 0123456789abcdef01234567-2\nevent: error\n"
        'data: {"code":"unavailable","message":"stopped","restart":false,"resend":true}\n\n'
    )
    answers = [
        lambda route: route.fulfill(content_type="text/event-stream", body=cut),
        lambda route: route.fulfill(status=503, json={"detail": "the server is being restarted"}),
        lambda route: route.abort(),
    ]
    page.route("**/v1/chat", lambda route: answers.pop(0)(route) if answers else route.fallback())
    send(page, "I prefer hybrid work")
    reply = page.locator(".turn.it").last.inner_text()
    assert not answers and "hybrid" in reply and "Half of an" not in reply
    page.reload()
    page.locator(".turn.me").first.wait_for()
    assert page.locator(".turn.me").count() == 1


def test_an_answer_whose_server_was_killed_is_read_from_the_thread(
    server: Any, open_page: Open
) -> None:
    page = open_page(f"{server.url}/")
    send(page, "I prefer hybrid work")
    cut = 'id: 0123456789abcdef01234567-1\nevent: token\ndata: {"text":"Half of an"}\n\n'

    def killed(route: Any, *, when_done: bool) -> None:
        if when_done:
            body = route.request.post_data_json
            httpx.post(f"{server.url}/v1/chat", json=body, timeout=60).raise_for_status()
        route.fulfill(content_type="text/event-stream", body=cut)

    answers = [
        partial(killed, when_done=True),
        lambda route: route.fallback(),  # the stream is asked for and not there any more
        partial(killed, when_done=False),
    ]
    page.route("**/v1/chat", lambda route: answers.pop(0)(route) if answers else route.fallback())
    send(page, "I prefer work in Bern")
    reply = page.locator(".turn.it").last.inner_text()
    assert "Bern" in reply and "Half of an" not in reply
    page.get_by_label("Your message").fill("I prefer work in Bern")
    page.get_by_role("button", name="Send").click()
    page.locator(".turn.it.bad", has_text="Please try again").wait_for()


def test_markup_in_a_message_stays_text(server: Any, open_page: Open) -> None:
    page = open_page(f"{server.url}/")
    send(page, "<img src=x onerror=alert(1)> <script>alert(2)</script> jobs")
    assert page.locator("#log img, #log script").count() == 0


def test_a_resume_is_uploaded_and_scored(server: Any, open_page: Open, tmp_path: Path) -> None:
    path = tmp_path / "anna.pdf"
    canvas = Canvas(str(path), pagesize=A4)
    lines = (
        "Anna Muster|anna@example.com|+41 44 668 18 00||Experience|"
        "Nurse, Kantonsspital Luzern, 2019 - 2024|- Cared for 12 patients a shift||"
        "Education|BSc Nursing, ZHAW, 2018||Skills|Wound care, triage, German, French"
    )
    for number, line in enumerate(lines.split("|")):
        canvas.drawString(72, 780 - 18 * number, line)
    canvas.save()
    page = open_page(f"{server.url}/resume")
    page.locator("#file").set_input_files(path)
    page.get_by_role("heading", name="Anna Muster").wait_for()
    page.get_by_role("tab", name="Score").click()
    page.get_by_label("Text of the posting").fill("Nurse with triage experience, Luzern, German")
    page.get_by_role("button", name="Score").last.click()
    page.get_by_role("img", name="Score").first.wait_for()
    assert "triage" in page.locator(".chips.good, .chip.good").first.inner_text().lower()


def track(server: Any, company: str) -> str:
    body = {"company": company, "title": "Cook", "status": "applied", "date": "2026-11-20"}
    made = httpx.post(f"{server.url}/v1/applications", json=body, timeout=60).json()
    return str(made["application_id"])


def status(server: Any, application_id: str) -> str:
    path = f"{server.url}/v1/applications/{application_id}"
    return str(httpx.get(path, timeout=60).json()["status"])


def test_an_application_is_dragged_to_the_next_column(server: Any, open_page: Open) -> None:
    made = track(server, "Drag AG")
    page = open_page(f"{server.url}/applications")
    page.locator(f'[data-id="{made}"]').drag_to(page.locator('[data-status="screening"]'))
    page.locator(f'[data-status="screening"] [data-id="{made}"]').wait_for()
    assert status(server, made) == "screening"


def test_an_application_is_moved_and_opened_by_keyboard(server: Any, open_page: Open) -> None:
    made = track(server, "Keys AG")
    page = open_page(f"{server.url}/applications")
    page.locator(f'[data-id="{made}"]').focus()
    page.keyboard.press("ArrowRight")
    page.locator(f'[data-status="screening"] [data-id="{made}"]:focus').wait_for()
    assert status(server, made) == "screening"
    page.keyboard.press("Enter")
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")


def test_a_deletion_asks_and_no_means_no(server: Any, open_page: Open) -> None:
    made = track(server, "Keep AG")
    page = open_page(f"{server.url}/applications")
    page.locator(f'[data-id="{made}"]').get_by_role("button", name="Open").click()
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").last.get_by_role("button", name="No").click()
    page.locator(".toast").wait_for()
    assert status(server, made) == "applied"


def test_the_first_tab_leads_past_the_menu(server: Any, open_page: Open) -> None:
    page = open_page(f"{server.url}/memory")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.id === 'main'")


def test_the_chat_works_by_keyboard_alone(server: Any, open_page: Open) -> None:
    page = open_page(f"{server.url}/")
    page.wait_for_function("document.activeElement.id === 'message'")
    page.keyboard.type("what is open?")
    page.keyboard.press("Enter")
    page.locator(".turn.it .tools").first.wait_for()


def test_no_page_violates_the_accessibility_rules(server: Any, open_page: Open) -> None:
    track(server, "Axe AG")
    axe = _axe()
    found: list[str] = []
    page = open_page(f"{server.url}/offline")
    for name, path in {**PAGES, **OPEN}.items():
        page.goto(f"{server.url}{path}")
        page.wait_for_load_state("networkidle")
        page.evaluate(axe)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            for violation in page.evaluate("axe.run()")["violations"]:
                nodes = [node["html"][:120] for node in violation["nodes"][:3]]
                found.append(f"{name}, {scheme}: {violation['id']} {nodes}")
    assert found == []


def _axe() -> str:
    import axe_playwright_python

    folder = Path(str(axe_playwright_python.__file__)).parent
    return (folder / "axe.min.js").read_text(encoding="utf-8")


def test_every_page_fits_a_phone(server: Any, open_page: Open) -> None:
    track(server, "A company with a Donaudampfschifffahrtsgesellschaftskapitänsname AG")
    page = open_page(f"{server.url}/offline", **PHONE)
    for path in PAGES.values():
        page.goto(f"{server.url}{path}")
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path


def test_the_menu_of_a_phone_leads_everywhere(server: Any, open_page: Open) -> None:
    page = open_page(f"{server.url}/", **PHONE)
    page.locator("#menu summary").click()
    page.get_by_role("link", name="Memory").click()
    page.get_by_role("heading", name="What it knows about you").wait_for()


def test_the_board_can_be_read_without_a_network(server: Any, open_page: Open) -> None:
    track(server, "Offline AG")
    page = open_page(f"{server.url}/applications")
    page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    page.reload()
    page.locator(".board", has_text="Offline AG").wait_for()
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    page.reload()
    page.locator(".board", has_text="Offline AG").wait_for()
    page.context.set_offline(True)
    page.reload()
    page.locator(".board", has_text="Offline AG").wait_for()
    page.goto(f"{server.url}/jobs")
    page.get_by_role("heading", name="No connection").wait_for()


def test_the_language_and_the_colours_are_kept(server: Any, open_page: Open) -> None:
    page = open_page(f"{server.url}/settings")
    page.locator("#theme").select_option("dark")
    page.locator(".toast").wait_for()
    page.locator("#lang").select_option("fr")
    page.get_by_role("heading", name="Réglages").wait_for()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    other = open_page(f"{server.url}/memory")  # another browser of the same person
    assert other.evaluate("document.documentElement.lang") == "fr"
    other.goto(f"{server.url}/settings")
    other.locator("#lang").select_option("")
    other.get_by_role("heading", name="Settings").wait_for()


def test_hours_zone_and_search_are_edited_and_hold(server: Any, open_page: Open) -> None:
    page = open_page(f"{server.url}/settings")
    form = page.locator("#hours")
    form.get_by_label("From", exact=True).fill("13:00")
    form.get_by_label("To", exact=True).fill("16:00")
    form.get_by_role("button", name="Save").click()
    page.locator(".toast", has_text="Saved.").wait_for()
    page.locator("#search").get_by_label("Place").fill("Bern")
    page.locator("#search").get_by_role("button", name="Save").click()
    page.locator("#zone").fill("Mars/Olympus")
    page.locator("#zone").press("Tab")
    page.locator(".toast.bad", has_text="Mars/Olympus").wait_for()
    page.locator("#zone").fill("America/New_York")
    page.locator("#zone").press("Tab")
    page.locator('body[data-zone="America/New_York"]').wait_for()
    page.goto(f"{server.url}/calendar")
    page.locator("#span", has_text="America/New_York").wait_for()
    found = httpx.get(f"{server.url}/v1/settings", timeout=60).json()
    assert (found["timezone"], found["search"]["location"]) == ("America/New_York", "Bern")
    assert (found["working_hours"]["start"], found["working_hours"]["end"]) == ("13:00", "16:00")
    assert "America/New_York" in server.command("calendar", "hours", "--json")
    back = {"timezone": "", "search": {"location": ""}, "working_hours": {"start": "08:00"}}
    assert httpx.patch(f"{server.url}/v1/settings", json=back, timeout=60).status_code == 200


def test_what_could_not_be_taken_in_stays_to_be_mended(server: Any, open_page: Open) -> None:
    page = open_page(f"{server.url}/jobs", **PHONE)
    page.get_by_role("button", name="Add a posting").click()
    box = page.get_by_role("dialog")
    box.locator("textarea").fill("hm")
    box.get_by_role("button", name="Add a posting").click()
    page.locator(".toast.bad").wait_for()
    assert box.locator("textarea").input_value() == "hm"
    box.get_by_role("button", name="Leave this window").click()
    box.wait_for(state="detached")


def test_marks_in_an_answer_are_elements_and_addresses_lead_outside_only(
    server: Any, open_page: Open
) -> None:
    page = open_page(f"{server.url}/")
    said = (
        "**Bold** and `code`, [a page](https://a.example/x), https://b.example/y. "
        "[bad](javascript:alert(1)) <b>text</b> 2 ** 3 ** 4"
    )
    html = page.evaluate(
        """async (said) => {
          const lib = document.querySelector("script[type=module]").src;
          const { marked } = await import(lib.replace(/[^/]+$/, "marks.js"));
          const box = document.createElement("div");
          box.append(...marked(said));
          return [box.textContent, [...box.querySelectorAll("a")].map((one) => one.href),
                  [...box.children].map((one) => one.tagName)];
        }""",
        said,
    )
    text, links, tags = html
    assert links == ["https://a.example/x", "https://b.example/y"]
    assert tags == ["STRONG", "CODE", "A", "A"]
    assert "[bad](javascript:alert(1)) <b>text</b> 2 ** 3 ** 4" in text
