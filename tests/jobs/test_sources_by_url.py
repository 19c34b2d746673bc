"""`import_job(url)` over HTTP: pages of every shape, boards by address or embedded, and harm."""

import gzip
import json
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from jobtracker.core.bootstrap import Core
from jobtracker.core.errors import (
    BadInput,
    BudgetExceeded,
    ContractChanged,
    JobTrackerError,
    NotFound,
)
from jobtracker.core.settings import load_settings
from jobtracker.jobs.model import ImportResult, JobPosting, SearchRequest
from jobtracker.jobs.service import JobService
from jobtracker.jobs.sources import REGISTRY

sys.path.insert(0, str(Path(__file__).parent))
from boards import Boards, running
from wire import page

MONDAY = "2026-11-23T09:00:00+01:00"
JOB: dict[str, Any] = {
    "@context": "https://schema.org/",
    "@type": "JobPosting",
    "title": "Glazier",
    "description": "<p>You cut glass &amp; set panes.</p>",
    "datePosted": "2026-11-10",
    "hiringOrganization": {"@type": "Organization", "name": "Fenster Lux AG"},
    "jobLocation": {"address": {"addressLocality": "Chur", "addressCountry": "CH"}},
}


class Site(ThreadingHTTPServer):
    """Serves what a test puts into `pages`: path to status, headers and body."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.pages: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.seen: list[str] = []

    def put(self, body: str | bytes, path: str = "/job", status: int = 200, **head: str) -> str:
        raw = body.encode() if isinstance(body, str) else body
        headers = {"Content-Type": "text/html; charset=utf-8"}
        headers |= {name.replace("_", "-"): value for name, value in head.items()}
        self.pages[path] = (status, headers, raw)
        return f"http://127.0.0.1:{self.server_port}{path}"


class _Handler(BaseHTTPRequestHandler):
    server: Site

    def log_message(self, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        self.server.seen.append(self.path)
        status, headers, body = self.server.pages.get(self.path, (404, {}, b""))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture(scope="module")
def started() -> Iterator[Site]:
    server = Site()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def site(started: Site) -> Site:
    started.pages.clear()
    started.seen.clear()
    return started


@pytest.fixture(scope="module")
def boards() -> Iterator[Boards]:
    with running() as server:
        yield server


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, boards: Boards) -> Iterator[JobService]:
    settings = load_settings(home=str(tmp_path_factory.mktemp("home")), now=MONDAY)
    settings.http.allow_private = True
    settings.http.timeout_seconds = 120.0
    settings.http.max_bytes = 3_000_000
    settings.search.samples = False
    core = Core(settings)
    yield JobService(core, {name: boards.base(name) for name in REGISTRY})
    core.http.close()
    core.close()


_people = iter(range(10_000))


@pytest.fixture
def who() -> str:
    """A person of the test's own: what others have imported is not theirs."""
    return f"person{next(_people)}"


def job_at(service: JobService, who: str, url: str) -> JobPosting:
    kept = service.import_url(who, url)
    assert kept.job is not None, f"{kept.total} postings"
    return kept.job


def titles(kept: ImportResult) -> list[str]:
    return [job.title for job in kept.jobs]


# ---- how pages carry it -------------------------------------------------------------------------

MICRODATA = """<html><body><div itemscope itemtype="http://schema.org/JobPosting" itemref="more">
<a itemprop="title" href="/jobs/7">Glazier</a><meta itemprop="datePosted" content="2026-11-10">
<div itemprop="description"><p>You cut glass &amp; set panes.</p></div>
<span itemprop="hiringOrganization" itemscope itemtype="https://schema.org/Organization">
<b itemprop="name">Fenster Lux AG</b></span></div>
<div id="more"><span itemprop="jobLocation" itemscope itemtype="https://schema.org/Place">
<span itemprop="address" itemscope itemtype="https://schema.org/PostalAddress">
<span itemprop="addressLocality">Chur</span><meta itemprop="addressCountry" content="CH">
</span></span></div></body></html>"""
RDFA = """<html><body vocab="https://schema.org/"><div typeof="schema:JobPosting">
<h1 property="title">Glazier</h1><time property="datePosted" datetime="2026-11-10">10 Nov</time>
<div property="schema:description"><p>You cut glass &amp; set panes.</p></div>
<div property="hiringOrganization" typeof="Organization"><i property="name">Fenster Lux AG</i></div>
<div property="jobLocation" typeof="Place"><div property="address" typeof="PostalAddress">
<span property="addressLocality">Chur</span><span property="addressCountry">CH</span></div></div>
</div></body></html>"""


def script(text: str) -> str:
    return f'<html><script type="application/ld+json">{text}</script><body>x</body></html>'


WAYS: dict[str, str] = {
    "an object": page(JOB),
    "an array": page([JOB]),
    "a graph": page({"@context": "https://schema.org", "@graph": [{"@type": "WebSite"}, JOB]}),
    "inside a web page": page({"@type": "WebPage", "mainEntity": JOB}),
    "inside a list": page({"@type": "ItemList", "itemListElement": [
        {"@type": "ListItem", "position": 1, "item": JOB}]}),
    "types in a list": page({**JOB, "@type": ["Thing", "JobPosting"]}),
    "a type by its address": page({**JOB, "@type": "https://schema.org/JobPosting"}),
    "names with a prefix": page({f"schema:{k}" if k[0] != "@" else k: (
        "schema:JobPosting" if k == "@type" else v) for k, v in JOB.items()}),
    "values in boxes": page({**JOB, "title": {"@value": "Glazier", "@language": "en"}}),
    "the employer by reference": page({"@graph": [
        {"@type": "Organization", "@id": "#us", "name": "Fenster Lux AG"},
        {**JOB, "hiringOrganization": {"@id": "#us"}}]}),
    "the employer in another script": page(
        {"@type": "Organization", "@id": "#us", "name": "Fenster Lux AG"},
        {**JOB, "hiringOrganization": {"@id": "#us"}}),
    "in a comment": script(f"<!-- {json.dumps(JOB)} -->"),
    "in CDATA": script(f"//<![CDATA[\n{json.dumps(JOB)}\n//]]>"),
    "with stray commas": script(json.dumps(JOB)[:-1] + ",}"),
    "with raw line breaks": script(json.dumps(JOB).replace("glass", "glass\n\t")),
    "escaped for HTML": script(json.dumps(JOB).replace('"', "&quot;")),
    "behind an assignment": script(f"window.job = {json.dumps(JOB)};"),
    "two values in one script": script('{"@type": "WebSite"}\n' + json.dumps(JOB)),
    "after a broken script": page(JOB).replace(
        "<head>", '<head><script type="application/ld+json">{broken</script>'),
    "with entities in the title": page({**JOB, "title": "Gla&#122;ier"}),
    "with marks in the title": page({**JOB, "title": "<b>Glazier</b>"}),
    "under the name of name": page({("name" if k == "title" else k): v for k, v in JOB.items()}),
    "microdata": MICRODATA,
    "RDFa": RDFA,
    "with a byte order mark": "\ufeff" + page(JOB),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_a_posting_is_read_however_the_page_carries_it(
    service: JobService, site: Site, who: str, way: str
) -> None:
    job = job_at(service, who, site.put(WAYS[way]))
    assert (job.title, job.company) == ("Glazier", "Fenster Lux AG")
    assert (job.places[0].key, job.places[0].country) == ("town-chur", "CH")
    assert "You cut glass" in job.description and "& set panes" in job.description
    assert job.posted_at is not None and job.posted_at.date().isoformat() == "2026-11-10"


@pytest.mark.parametrize(
    "value",
    ["Fenster Lux AG", {"name": "Fenster Lux AG"}, [{"name": "Fenster Lux AG"}, {"name": "x"}],
     {"legalName": "Fenster Lux AG"}, {"name": ["Fenster Lux AG"]},
     {"name": "Fenster&nbsp;Lux AG"}],
)  # fmt: skip
def test_the_employer_is_read(service: JobService, site: Site, who: str, value: Any) -> None:
    job = job_at(service, who, site.put(page({**JOB, "hiringOrganization": value})))
    assert job.company == "Fenster Lux AG"


@pytest.mark.parametrize("value", ["confidential", "", None, {}, "https://x.example/", 5])
def test_no_employer_is_invented(service: JobService, site: Site, who: str, value: Any) -> None:
    job = job_at(service, who, site.put(page({**JOB, "hiringOrganization": value})))
    assert job.company is None


def money(**value: Any) -> dict[str, Any]:
    return {"@type": "MonetaryAmount", "currency": "CHF", "value": value}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"baseSalary": money(minValue=4800, maxValue=5400, unitText="MONTH")},
         (4800, 5400, "CHF", "month")),
        ({"baseSalary": money(value=42, unitText="HOUR")}, (42, 42, "CHF", "hour")),
        ({"baseSalary": money(value="95'000", unitText="YEAR")}, (95000, 95000, "CHF", "year")),
        ({"baseSalary": money(minValue="80.000,00", maxValue="95.000,00", unitText="YEAR")},
         (80000, 95000, "CHF", "year")),
        ({"baseSalary": money(minValue="80k", maxValue="95k", unitText="Annually")},
         (80000, 95000, "CHF", "year")),
        ({"baseSalary": money(minValue=5000, unitText="MONTH")}, (5000, None, "CHF", "month")),
        ({"baseSalary": money(maxValue=6000, unitCode="MON")}, (None, 6000, "CHF", "month")),
        ({"baseSalary": {"currency": "EUR", "value": 70000, "unitText": "YEAR"}},
         (70000, 70000, "EUR", "year")),
        ({"baseSalary": {"currency": "EUR", "minValue": 20, "maxValue": 25, "unitText": "HOUR"}},
         (20, 25, "EUR", "hour")),
        ({"baseSalary": [money(minValue=4800, maxValue=5400, unitText="MONTH")]},
         (4800, 5400, "CHF", "month")),
        ({"baseSalary": {"@type": "MonetaryAmount", "currency": "€",
                         "value": {"value": 70000, "unitText": "YEAR"}}},
         (70000, 70000, "EUR", "year")),
        ({"baseSalary": {"value": {"value": 70000, "unitText": "YEAR"}}, "salaryCurrency": "GBP"},
         (70000, 70000, "GBP", "year")),
        ({"baseSalary": {"@type": "PriceSpecification", "priceCurrency": "USD", "price": 30,
                         "unitText": "HOUR"}}, (30, 30, "USD", "hour")),
        ({"baseSalary": money(minValue=80000, maxValue=95000)}, (80000, 95000, "CHF", "year")),
        ({"baseSalary": "CHF 5'000 - 5'800 pro Monat"}, (5000, 5800, "CHF", "month")),
    ],
)  # fmt: skip
def test_pay_is_read_in_every_shape(
    service: JobService, site: Site, who: str, said: Any, expected: tuple[Any, ...]
) -> None:
    job = job_at(service, who, site.put(page({**JOB, **said})))
    assert job.salary is not None
    pay = job.salary
    found = (pay.min, pay.max, pay.currency, pay.period)
    low, high = expected[0] or pay.min, expected[1] or pay.max
    assert found == (low, high, *expected[2:])
    assert (expected[0] is None) <= (pay.min is None) or pay.min == pay.max


@pytest.mark.parametrize(
    "said",
    [
        {"baseSalary": 4800}, {"baseSalary": money(minValue=0, maxValue=0, unitText="YEAR")},
        {"baseSalary": money(value="competitive", unitText="YEAR")}, {"baseSalary": "negotiable"},
        {"baseSalary": money(value=5400)}, {"baseSalary": []}, {"baseSalary": [[[]]]},
        {"baseSalary": {"currency": "CHF"}}, {"baseSalary": money(value=-5, unitText="YEAR")},
        {"estimatedSalary": money(median=90000, unitText="YEAR")},
        {"incentiveCompensation": "Bonus of CHF 20,000"},
    ],
)  # fmt: skip
def test_no_pay_is_invented(service: JobService, site: Site, who: str, said: Any) -> None:
    assert job_at(service, who, site.put(page({**JOB, **said}))).salary is None


def place(town: str, country: Any = "CH", **more: Any) -> dict[str, Any]:
    return {
        "@type": "Place",
        "address": {"addressLocality": town, "addressCountry": country, **more},
    }


@pytest.mark.parametrize(
    ("spots", "keys"),
    [
        ([place("Chur"), place("Bern")], {"town-chur", "town-bern"}),
        (place("Chur", {"@type": "Country", "name": "Switzerland"}), {"town-chur"}),
        (place("Chur", "CHE"), {"town-chur"}),
        (place("Chur", "Schweiz", addressRegion="GR"), {"town-chur"}),
        ("Chur", {"town-chur"}),
        (["Chur", "Bern, Switzerland"], {"town-chur", "town-bern"}),
        ({"@type": "PostalAddress", "addressLocality": "Chur", "addressCountry": "CH"},
         {"town-chur"}),
        ({"@type": "Place", "name": "Chur"}, {"town-chur"}),
        ({"@type": "Place", "address": "Bahnhofstrasse 1, 7000 Chur"}, {"town-chur"}),
        ({"@type": "Place", "address": [place("Chur")["address"], place("Bern")["address"]]},
         {"town-chur", "town-bern"}),
    ],
)  # fmt: skip
def test_places_are_read(
    service: JobService, site: Site, who: str, spots: Any, keys: set[str]
) -> None:
    job = job_at(service, who, site.put(page({**JOB, "jobLocation": spots})))
    assert {spot.key for spot in job.places} == keys


@pytest.mark.parametrize(
    ("said", "countries"),
    [
        ({"applicantLocationRequirements": {"@type": "Country", "name": "CH"}}, {"CH"}),
        ({"applicantLocationRequirements": [{"@type": "Country", "name": "Switzerland"},
                                            {"@type": "Country", "name": "DEU"}]}, {"CH", "DE"}),
        ({"applicantLocationRequirements": "Switzerland, Germany"}, {"CH", "DE"}),
        ({"jobLocation": place("Chur")}, {"CH"}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["TELECOMMUTE", ["TELECOMMUTE"], "https://schema.org/telecommute"])
def test_remote_work_and_from_where(
    service: JobService, site: Site, who: str, said: Any, countries: set[str], kind: Any
) -> None:
    base = {k: v for k, v in JOB.items() if k != "jobLocation"}
    job = job_at(service, who, site.put(page({**base, "jobLocationType": kind, **said})))
    assert job.work_mode == "remote"
    assert {spot.country for spot in job.places} == countries


@pytest.mark.parametrize(
    ("said", "kind"),
    [("FULL_TIME", "full_time"), (["PART_TIME"], "part_time"), ("INTERN", "internship"),
     (["TEMPORARY", "FULL_TIME"], "temporary"), ("https://schema.org/PART_TIME", "part_time"),
     ("PART_TIME, TEMPORARY", "temporary"), (["", None, "FULL_TIME"], "full_time"),
     ("CONTRACTOR", "contract")],
)  # fmt: skip
def test_the_kind_of_contract_is_read(
    service: JobService, site: Site, who: str, said: Any, kind: str
) -> None:
    job = job_at(service, who, site.put(page({**JOB, "employmentType": said})))
    assert job.employment_type == kind


@pytest.mark.parametrize(
    ("said", "number"),
    [("B-7", "B-7"), (77, "77"), ({"@type": "PropertyValue", "name": "x", "value": "B-7"}, "B-7"),
     ({"value": 77}, "77"), ([{"value": "B-7"}, {"value": "C-8"}], "B-7"), ({}, None), ([], None)],
)  # fmt: skip
def test_the_employers_number_is_read(
    service: JobService, site: Site, who: str, said: Any, number: str | None
) -> None:
    job = job_at(service, who, site.put(page({**JOB, "identifier": said})))
    assert job.sources[0].requisition == number


def test_a_posting_that_is_over_is_kept_and_said_to_be(
    service: JobService, site: Site, who: str
) -> None:
    url = site.put(page({**JOB, "validThrough": "2026-11-01T23:59:59+01:00"}))
    kept = service.import_url(who, url)
    assert any("expired" in warning for warning in kept.warnings)
    service.core.settings.search.offline = True
    assert service.search(who, SearchRequest()).total == 0


def test_several_postings_of_one_page_are_several(
    service: JobService, site: Site, who: str
) -> None:
    rows = [{**JOB, "title": f"Glazier {n}", "jobLocation": place(town)}
            for n, town in enumerate(("Chur", "Bern", "Basel"))]  # fmt: skip
    kept = service.import_url(who, site.put(page(rows[0], {"@graph": rows[1:]})))
    assert sorted(titles(kept)) == ["Glazier 0", "Glazier 1", "Glazier 2"]


def test_one_broken_posting_of_a_page_loses_no_other(
    service: JobService, site: Site, who: str
) -> None:
    broken: list[Any] = [
        {"@type": "JobPosting"}, {"@type": "JobPosting", "title": 5.5, "jobLocation": [[[7]]]},
        {"@type": "JobPosting", "title": {"a": {"b": []}}, "identifier": {"value": {}}},
    ]  # fmt: skip
    kept = service.import_url(who, site.put(page(*broken, JOB)))
    assert "Glazier" in titles(kept)


# ---- what is no posting, or means harm ----------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("<html><body>We are hiring</body></html>", NotFound),
        ("", BadInput),
        ("plain words", BadInput),
        (b"%PDF-1.7\n\x00\xff binary", BadInput),
        (bytes(range(256)) * 100, JobTrackerError),
        (script("{broken json"), NotFound),
        (script("[" * 200_000), NotFound),
        (page({"@type": "JobPosting", "description": "no title"}), ContractChanged),
        ("<html>" + "<div>" * 100_000, JobTrackerError),
        ('{"a": ' * 100_000, BadInput),
        ("<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]><workzag-jobs>&a;</workzag-jobs>",
         ContractChanged),
    ],
)  # fmt: skip
def test_what_holds_no_posting_is_one_clear_error(
    service: JobService, site: Site, who: str, body: str | bytes, kind: type[Exception]
) -> None:
    with pytest.raises(kind) as caught:
        service.import_url(who, site.put(body))
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 500


def test_a_page_that_is_too_large_or_a_bomb_is_refused(
    service: JobService, site: Site, who: str
) -> None:
    bomb = gzip.compress(b"<html>" + b" " * 50_000_000, 1)
    for url in (
        site.put(b"<html>" + b" " * 4_000_000, "/big"),
        site.put(bomb, "/bomb", Content_Encoding="gzip"),
        site.put(gzip.compress(b"<html>") + bomb, "/two", Content_Encoding="gzip"),
    ):
        with pytest.raises(BudgetExceeded, match="larger than"):
            service.import_url(who, url)


@pytest.mark.parametrize(
    ("declared", "encoding", "meta"),
    [
        ("text/html; charset=utf-8", "utf-8", ""),
        ("text/html; charset=iso-8859-1", "cp1252", ""),
        ("text/html", "utf-8", ""),
        ("text/html", "cp1252", "<meta charset='iso-8859-1'>"),
        ("text/html", "cp1252", ""),
        ("text/html; charset=iso-8859-1", "utf-8", ""),
        ("text/html; charset=utf-8", "cp1252", ""),
        ("text/html; charset=nonsense", "utf-8", ""),
        ("text/html; charset=idna", "utf-8", ""),
        ("text/html", "utf-16", ""),
        ("text/html", "cp1251", "<meta http-equiv=x content='text/html; charset=windows-1251'>"),
    ],
)
def test_a_wrong_or_missing_charset_does_no_harm(
    service: JobService, site: Site, who: str, declared: str, encoding: str, meta: str
) -> None:
    title = "Стекольщик" if encoding == "cp1251" else "Glasbläser für Zürich"
    text = f"<html><head>{meta}</head>" + script(
        json.dumps({**JOB, "title": title}, ensure_ascii=False)
    )
    job = job_at(service, who, site.put(text.encode(encoding), Content_Type=declared))
    assert job.title == title


@pytest.mark.parametrize(
    "target",
    ["http://127.0.0.1:1/", "http://localhost/", "http://[::1]/", "http://[::ffff:127.0.0.1]/",
     "http://[::ffff:7f00:1]/", "http://2130706433/", "http://0x7f000001/", "http://0177.0.0.1/",
     "http://127.1/", "http://0/", "http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/",
     "http://192.168.1.1/", "http://172.16.0.1/", "http://100.64.0.1/", "http://[fe80::1]/",
     "http://[fd00::1]/", "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/",
     "http://224.0.0.1/", "http://255.255.255.255/", "file:///etc/passwd", "gopher://127.0.0.1/",
     "ftp://127.0.0.1/", "//127.0.0.1/"],
)  # fmt: skip
def test_private_addresses_are_refused_also_after_a_redirect(
    site: Site, tmp_path: Path, who: str, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the address of the test's own site counts as public here."""
    from jobtracker.core import net

    own = site.put("", "/go", 302, Location=target)
    settings = load_settings(home=str(tmp_path / "h"), now=MONDAY)
    settings.http.timeout_seconds = 120.0
    core = Core(settings)
    jobs = JobService(core)
    if target.startswith("http"):
        with pytest.raises(BadInput, match=r"not a public address|not a URL"):
            jobs.import_url(who, target)
    really, port = net.resolve, f":{site.server_port}"

    def resolve(host: str, at: int, allow: bool) -> list[str]:
        return ["127.0.0.1"] if f":{at}" == port else really(host, at, allow)

    monkeypatch.setattr(net, "resolve", resolve)
    before = len(site.seen)
    with pytest.raises(BadInput, match=r"not a public address|not an http|not a URL"):
        jobs.import_url(who, own)
    assert site.seen[before:] == ["/go"]
    core.http.close()
    core.close()


def test_a_name_that_changes_its_mind_leads_to_the_address_that_was_checked(
    tmp_path: Path, who: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import httpcore

    from jobtracker.core import net

    answers = iter(["93.184.216.34", "127.0.0.1", "127.0.0.1"])
    reached: list[str] = []

    def look_up(host: str, port: int, **_: Any) -> list[Any]:
        return [(0, 0, 0, "", (next(answers), port))]

    def connect(self: Any, host: str, port: int, *_: Any, **__: Any) -> Any:
        reached.append(host)
        raise httpcore.ConnectError("no way")

    monkeypatch.setattr(net.socket, "getaddrinfo", look_up)
    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect)
    core = Core(load_settings(home=str(tmp_path / "h"), now=MONDAY))
    with pytest.raises(JobTrackerError):
        JobService(core).import_url(who, "http://rebound.example/job")
    assert reached == ["93.184.216.34"]
    core.close()


# ---- boards -------------------------------------------------------------------------------------

EMBEDDED = {
    "greenhouse": '<script src="https://boards.greenhouse.io/embed/job_board/js?for=umbra"></script>',
    "lever": '<script>fetch("https:\\/\\/api.lever.co\\/v0\\/postings\\/umbra?mode=json")</script>',
    "ashby": '<iframe src="https://jobs.ashbyhq.com/umbra/embed"></iframe>',
    "recruitee": '<a href="https://umbra.recruitee.com/o/ux-designer">UX</a>',
    "workable": "<a href='https://apply.workable.com/umbra/'>Open positions</a>",
    "personio": '<a href="//umbra.jobs.personio.de?language=de">Stellen</a>',
    "teamtailor": '<iframe src="https://umbra.teamtailor.com/jobs"></iframe>',
    "breezy": '<iframe src="https://umbra.breezy.hr/embed"></iframe>',
    "bamboohr": '<script src="https://umbra.bamboohr.com/js/embed.js"></script>',
    "jazzhr": '<script src="https://app.jazz.co/widgets/basic/create/umbra"></script>',
    "smartrecruiters": '<script>widget({"company_code": "Umbra", "bg": 1})</script>',
    "workday": '<a href="https://umbra.wd3.myworkdayjobs.com/en-US/Careers">Search jobs</a>',
    "applicantpro": '<a href="https://umbra.applicantpro.com/jobs/">Jobs</a>',
}


@pytest.mark.parametrize("name", EMBEDDED)
def test_a_board_that_a_careers_page_embeds_is_found(
    service: JobService, site: Site, boards: Boards, who: str, name: str
) -> None:
    from wire import ANSWERS

    boards.reset()
    url = site.put(f"<html><body><h1>Careers</h1>{EMBEDDED[name]}</body></html>", "/careers")
    assert titles(service.import_url(who, url)) == [ANSWERS[name][2]["title"]]


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://boards.greenhouse.io/umbra", "greenhouse"),
        ("https://jobs.lever.co/umbra/", "lever"),
        ("https://jobs.ashbyhq.com/umbra", "ashby"),
        ("https://careers.smartrecruiters.com/Umbra", "smartrecruiters"),
        ("https://umbra.recruitee.com", "recruitee"),
        ("https://apply.workable.com/umbra/", "workable"),
        ("https://umbra.breezy.hr", "breezy"),
        ("https://umbra.bamboohr.com/careers", "bamboohr"),
        ("https://umbra.applytojob.com/apply", "jazzhr"),
        ("https://umbra.jobs.personio.com/?language=en", "personio"),
        ("https://umbra.teamtailor.com/jobs", "teamtailor"),
        ("https://umbra.wd3.myworkdayjobs.com/de-DE/Careers", "workday"),
        ("https://umbra.taleo.net/careersection/x/jobsearch.ftl?lang=en&portal=101", "taleo"),
        ("https://phe.tbe.taleo.net/phe01/ats/careers/v2/searchResults?org=UMBRA&cws=40",
         "taleobe"),
        ("https://recruiting.paylocity.com/Recruiting/Jobs/All/"
         "0b0b0b0b-1111-4222-8333-444444444444/Umbra", "paylocity"),
        ("https://umbra.applicantpro.com/jobs/", "applicantpro"),
    ],
)  # fmt: skip
def test_a_boards_address_gives_the_whole_board(
    service: JobService, boards: Boards, who: str, url: str, name: str
) -> None:
    from wire import ANSWERS

    boards.reset()
    assert titles(service.import_url(who, url)) == [ANSWERS[name][2]["title"]]
    assert all(path.startswith(f"/{name}/") for path in boards.seen)


def test_of_an_embedded_board_the_posting_that_was_asked_for_is_taken(
    service: JobService, site: Site, boards: Boards, who: str
) -> None:
    from many import rows_of

    boards.reset()
    boards.size["greenhouse"] = 5
    number = rows_of("greenhouse", 5)[3]["id"]
    url = site.put(f"<html>{EMBEDDED['greenhouse']}</html>", f"/jobs?gh_jid={number}")
    job = job_at(service, who, url)
    assert job.sources[0].external_id == str(number)


def test_a_board_that_is_not_there_is_told(service: JobService, boards: Boards, who: str) -> None:
    boards.reset()
    boards.default = "unknown"
    with pytest.raises(NotFound):
        service.import_url(who, "https://boards.greenhouse.io/nobody")
    boards.default = "empty"
    with pytest.raises(NotFound, match="holds no postings"):
        service.import_url(who, "https://boards.greenhouse.io/nobody")


@pytest.mark.parametrize(
    "html",
    ["<a href='https://www.greenhouse.io/'>x</a>", "<a href='https://www.linkedin.com/jobs'>x</a>",
     "<a href='https://boards.greenhouse.io/'>x</a>", "<a href='https://support.bamboohr.com'>x</a>",
     "<a href='https://[broken/'>x</a>", "<a href='https://evil.example/?u=jobs.lever.co'>x</a>"],
)  # fmt: skip
def test_a_link_that_is_no_board_is_not_taken_for_one(
    service: JobService, site: Site, boards: Boards, who: str, html: str
) -> None:
    boards.reset()
    with pytest.raises(NotFound, match=r"no schema\.org JobPosting"):
        service.import_url(who, site.put(f"<html>{html}</html>", "/about"))
    assert boards.seen == []


def test_real_pages_are_read_whole(
    service: JobService, site: Site, who: str, shared_data: Path
) -> None:
    for file in sorted((shared_data / "job_pages").glob("*.html")):
        job = job_at(service, who, site.put(file.read_bytes(), f"/{file.stem}"))
        assert job.title and job.company and len(job.description) > 100, file.name


def test_real_answers_of_boards_are_read_whole(
    service: JobService, who: str, shared_data: Path
) -> None:
    from jobtracker.jobs.importing import parse_payload

    for file in sorted((shared_data / "ats_responses").iterdir()):
        rows = parse_payload(file.read_bytes())
        name = file.stem.rpartition("_")[2]
        assert rows and {row.source for row in rows} == {name}, file.name
        assert all(row.title and row.external_id for row in rows)
