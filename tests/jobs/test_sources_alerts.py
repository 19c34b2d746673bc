"""Job alerts by e-mail: of each board, in HTML and plain, and mails that are none."""

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from jobtracker.core.bootstrap import Core
from jobtracker.core.errors import BadInput, JobTrackerError, NotFound
from jobtracker.core.settings import load_settings
from jobtracker.jobs.alerts import is_mail, postings_of_mail
from jobtracker.jobs.service import JobService
from jobtracker.jobs.sources import REGISTRY

GUID = "0b0b0b0b-1111-4222-8333-444444444444"


def mail(sender: str, html: str = "", plain: str = "", **headers: str) -> str:
    message = EmailMessage()
    message["From"] = f"Job Alerts <{sender}>"
    message["To"] = "ada@example.org"
    message["Subject"] = "3 new jobs for “welder”"
    message["Date"] = "Fri, 20 Nov 2026 07:00:00 +0100"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(plain or "Your mail program shows no HTML.")
    if html:
        message.add_alternative(html, subtype="html")
    return message.as_string()


def card(url: str, title: str = "Welder EFZ") -> str:
    """One posting as boards lay them out: picture, title, employer and place, button."""
    return (
        f'<tr><td><a href="{url}&amp;x=logo"><img src="l.png"></a></td><td>'
        f'<a href="{url}&amp;x=1">{title}</a><p>Umbra Metall AG · Bern (Hybrid)</p>'
        f'<p>CHF 80,000 - 90,000 per year</p><a href="{url}&amp;x=2">View job</a></td></tr>'
    )


LINKS: dict[str, tuple[str, str, str]] = {
    "linkedin": ("jobalerts-noreply@linkedin.com",
                 "https://www.linkedin.com/comm/jobs/view/4100000001/?trackingId=x",
                 "li-4100000001"),
    "indeed": ("alert@jobalert.indeed.com",
               "https://cts.indeed.com/v0?url=https%3A%2F%2Fch.indeed.com%2Fviewjob%3Fjk%3D"
               "0123456789abcdef", "0123456789abcdef"),
    "glassdoor": ("noreply@glassdoor.com",
                  "https://www.glassdoor.com/partner/jobListing.htm?jobListingId=1009000001",
                  "gd-1009000001"),
    "ziprecruiter": ("alerts@ziprecruiter.com", "https://www.ziprecruiter.com/ekm/AAabc123~x?y=1",
                     "AAabc123~x"),
    "dice": ("jobs@dice.com", f"https://www.dice.com/job-detail/{GUID}?utm=1", GUID),
    "monster": ("alerts@notifications.monster.com",
                f"https://www.monster.com/job-openings/welder-bern--{GUID}?a=1", GUID),
    "wellfound": ("team@hi.wellfound.com", "https://wellfound.com/jobs/2900001?utm=1", "2900001"),
    "xing": ("jobs@mail.xing.com", "https://www.xing.com/jobs/bern-welder-129000001?x=1",
             "129000001"),
    "seek": ("noreply@s.seek.com.au", "https://www.seek.com.au/job/88000001?ref=mail", "88000001"),
    "jobsch": ("jobmail@jobs.ch",
               f"https://www.jobs.ch/de/stellenangebote/detail/{GUID}/?source=mail", GUID),
    "jobscout24": ("news@jobscout24.ch", f"https://www.jobscout24.ch/de/job/{GUID}/?x=1", GUID),
    "jobroom": ("no-reply@job-room.ch", f"https://www.job-room.ch/job-search/{GUID}?x=1", GUID),
}  # fmt: skip


def test_every_named_board_without_an_open_interface_has_its_alerts() -> None:
    assert set(LINKS) <= set(REGISTRY)
    assert {"linkedin", "indeed", "glassdoor", "ziprecruiter", "dice", "seek", "monster",
            "wellfound", "xing", "jobsch", "jobscout24", "jobroom"} == set(LINKS)  # fmt: skip


@pytest.mark.parametrize("name", LINKS)
def test_the_postings_of_an_alert_are_read(name: str) -> None:
    sender, url, number = LINKS[name]
    other = "https://tracker.example/c?u=1"
    html = (
        f'<html><body><a href="{other}">{name}</a><p>New jobs for you</p><table>{card(url)}</table>'
        f'<a href="{other}">Unsubscribe</a><p>© 2026 {name}</p></body></html>'
    )
    (row,) = postings_of_mail(mail(sender, html))
    assert (row.source, row.external_id, row.title) == (name, number, "Welder EFZ")
    assert (row.company, [place.name for place in row.places]) == ("Umbra Metall AG", ["Bern"])
    assert row.salary_text == "CHF 80,000 - 90,000 per year" and row.work_mode == "hybrid"
    assert row.posted_at is not None and row.posted_at.date().isoformat() == "2026-11-20"
    assert row.url is not None and number.removeprefix("li-").removeprefix("gd-") in row.url
    assert "tracking" not in row.url and "utm" not in row.url


def test_several_postings_each_once_and_in_order() -> None:
    base = "https://www.linkedin.com/comm/jobs/view/410000000"
    cards = "".join(card(f"{base}{n}?t=1", f"Role {n}") for n in (1, 2, 3, 1))
    rows = postings_of_mail(mail("jobs-listings@linkedin.com", f"<table>{cards}</table>"))
    assert [row.title for row in rows] == ["Role 1", "Role 2", "Role 3"]


def test_a_whole_card_that_is_one_link_is_taken_apart() -> None:
    html = (
        '<a href="https://www.linkedin.com/comm/jobs/view/4100000001?x"><div>Open Source '
        "Engineer</div><div>Umbra AG</div><div>Zürich</div></a>"
    )
    (row,) = postings_of_mail(mail("a@linkedin.com", html))
    assert (row.title, row.company) == ("Open Source Engineer", "Umbra AG")
    assert [place.name for place in row.places] == ["Zürich"]


def test_a_plain_alert_is_read() -> None:
    plain = (
        "Your job alert for welder in Bern has 2 new jobs:\n\n"
        "Welder EFZ\nUmbra Metall AG\nBern\n"
        "View job: https://www.linkedin.com/comm/jobs/view/4100000001/?x=1\n\n"
        "---------------------------------------------------------\n\n"
        "New Business Developer\nOmbra SA\nLausanne\n"
        "View job: https://www.linkedin.com/comm/jobs/view/4100000002/?x=1\n\n"
        "---------------------------------------------------------\n\n"
        "See all jobs: https://www.linkedin.com/comm/jobs/search?x=1\n"
    )
    rows = postings_of_mail(mail("a@linkedin.com", plain=plain))
    assert [(row.title, row.company, row.places[0].name) for row in rows] == [
        ("Welder EFZ", "Umbra Metall AG", "Bern"),
        ("New Business Developer", "Ombra SA", "Lausanne"),
    ]


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/www.linkedin.com/jobs/view/4100000001",
        "https://evil.example/?x=//www.linkedin.com/jobs/view/4100000001",
        "https://linkedin.com.evil.example/jobs/view/4100000001",
        "https://notlinkedin.com/jobs/view/4100000001",
        "javascript:location='https://www.linkedin.com/jobs/view/4100000001'",
        "https://www.linkedin.com/feed/", "https://[broken/jobs/view/4100000001", "",
    ],
)  # fmt: skip
def test_links_elsewhere_are_no_postings(url: str) -> None:
    with pytest.raises(NotFound, match="names no posting"):
        postings_of_mail(mail("a@linkedin.com", f'<a href="{url}">Welder</a>'))


@pytest.mark.parametrize(
    "sender", ["a@evil.example", "a@linkedin.com.evil.example", "a@notlinkedin.com", "linkedin.com"]
)
def test_mails_of_others_are_no_alerts(sender: str) -> None:
    with pytest.raises(BadInput, match="no job alerts of a known board"):
        postings_of_mail(mail(sender, card(LINKS["linkedin"][1])))


@pytest.mark.parametrize(
    ("result", "forged"),
    [("mx.example; dkim=fail header.d=linkedin.com", True), ("mx.example; dkim=fail", True),
     ("mx.example; dkim=pass header.d=linkedin.com; spf=pass", False),
     ("mx.example; dkim=fail header.d=relay.example; dkim=pass header.d=linkedin.com", False)],
)  # fmt: skip
def test_a_mail_whose_signature_failed_is_refused(result: str, forged: bool) -> None:
    text = mail("a@linkedin.com", card(LINKS["linkedin"][1]), Authentication_Results=result)
    if forged:
        with pytest.raises(BadInput, match="its signature failed"):
            postings_of_mail(text)
    else:
        assert len(postings_of_mail(text)) == 1


@pytest.mark.parametrize(
    ("text", "yes"),
    [(mail("a@b.c"), True), (mail("a@b.c").replace("\n", "\r\n"), True),
     ("From a@b.c Fri Nov 20\nReceived: x\n" + mail("a@b.c"), True),
     ("Welder\nUmbra AG\nBern", False), ("Title: Welder\nCompany: Umbra AG\nWe weld.", False),
     ("From: Monday on\nTo: whom it may concern\nWe look for a welder", False), ("", False)],
)  # fmt: skip
def test_a_mail_is_told_from_a_pasted_posting(text: str, yes: bool) -> None:
    assert is_mail(text) is yes


@pytest.mark.parametrize(
    "harm",
    ["<a href='https://www.linkedin.com/jobs/view/41000001'>" + "<div>" * 3_000 + "x",
     "<a href='https://www.linkedin.com/jobs/view/41000001?" + "&a=https://x" * 3_000 + "'>T</a>",
     "<table>" + card("https://www.linkedin.com/jobs/view/41000001") * 300 + "</table>",
     "\x00\ufffe<a href=//>", "<a href='https://www.linkedin.com/jobs/view/4100001'></a>"],
)  # fmt: skip
def test_a_hostile_mail_is_read_or_refused(harm: str) -> None:
    try:
        rows = postings_of_mail(mail("a@linkedin.com", harm))
    except JobTrackerError as exc:
        assert "\n" not in exc.message
    else:
        assert len(rows) <= 200


@pytest.fixture
def jobs(tmp_path: Path) -> Iterator[JobService]:
    core = Core(load_settings(home=str(tmp_path / "h"), now="2026-11-23T09:00:00+01:00"))
    core.settings.search.samples = False
    yield JobService(core)
    core.close()


def test_a_pasted_alert_is_imported_and_found(jobs: JobService) -> None:
    sender, url, _ = LINKS["linkedin"]
    kept = jobs.import_text("ada", mail(sender, f"<table>{card(url)}</table>"))
    assert kept.job is not None
    assert (kept.job.title, kept.job.company) == ("Welder EFZ", "Umbra Metall AG")
    assert kept.job.places[0].key == "town-bern" and kept.job.salary is not None
    assert kept.job.apply_url == "https://www.linkedin.com/jobs/view/4100000001"
