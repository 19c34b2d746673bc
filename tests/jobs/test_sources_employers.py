"""The list of employers, and boards found by an address or a name."""

import re
import tomllib
from collections import Counter

import pytest

from jobtracker.core.paths import asset_dir
from jobtracker.jobs.careers import board_of_url, boards_in, is_posting
from jobtracker.jobs.employers import board_at, board_for, employers, find_employer
from jobtracker.jobs.normalize import company_key
from jobtracker.jobs.sources import REGISTRY, source_class
from jobtracker.jobs.sources.port import Capability, safe_board


def test_the_list_is_long_enough_and_swiss_enough() -> None:
    countries = Counter(employer.country for employer in employers())
    assert len(employers()) >= 150
    assert countries["CH"] >= 30
    assert len({employer.source for employer in employers()}) >= 7


@pytest.mark.parametrize("employer", employers(), ids=lambda employer: employer.name)
def test_a_line_names_a_board_that_can_be_asked(employer: object) -> None:
    from jobtracker.jobs.employers import Employer

    assert isinstance(employer, Employer)
    kind = source_class(employer.source)
    assert Capability.BOARD in kind.info.capabilities
    assert employer.name == employer.name.strip() and company_key(employer.name)
    assert re.fullmatch(r"[A-Z]{2}", employer.country)
    for part in employer.board.split("/"):
        assert safe_board(part) == part
    if employer.source == "workday":
        assert re.fullmatch(r"[\w-]+\.wd\d+/[\w-]+", employer.board)


def test_every_line_has_its_five_values_and_says_whether_it_was_seen() -> None:
    text = (asset_dir("config") / "sources.toml").read_text(encoding="utf-8")
    rows = tomllib.loads(text)["employers"]
    assert all([type(value) for value in row] == [str, str, str, str, bool] for row in rows)
    assert any(row[4] for row in rows) and not all(row[4] for row in rows)


def test_no_employer_and_no_board_stands_twice() -> None:
    names = Counter(company_key(employer.name) for employer in employers())
    boards = Counter((e.source, e.board.lower()) for e in employers())
    assert [name for name, count in names.items() if count > 1] == []
    assert [board for board, count in boards.items() if count > 1] == []


@pytest.mark.parametrize(
    ("said", "name"),
    [("GitLab Inc.", "GitLab"), ("novartis ag", "Novartis"), ("SWISSCOM (Schweiz) AG", "Swisscom"),
     ("Nobody & Sons", None), ("", None)],
)  # fmt: skip
def test_an_employer_is_found_by_its_name_apart_from_its_legal_form(
    said: str, name: str | None
) -> None:
    found = find_employer(said)
    assert (found.name if found else None) == name
    assert (board_for(said) is None) == (name is None)


@pytest.mark.parametrize(
    ("url", "source"),
    [("https://www.swisscom.ch/en/about/jobs.html", "recruitee"),
     ("https://careers.novartis.com/", "workday"), ("https://gitlab.com/jobs", "greenhouse"),
     ("https://www.swisslife.ch/jobs", "workday"), ("https://nobody.example/", None),
     ("https://www.jobs.ch/", None), ("not a url", None)],
)  # fmt: skip
def test_an_employers_own_site_leads_to_its_board(url: str, source: str | None) -> None:
    found = board_at(url)
    assert (found[0] if found else None) == source


ADDRESSES = {
    "greenhouse": ("umbra", [
        "https://boards.greenhouse.io/umbra", "https://job-boards.greenhouse.io/umbra/jobs/71",
        "https://job-boards.eu.greenhouse.io/umbra?gh_src=x",
        "https://boards.greenhouse.io/embed/job_board?for=umbra",
        "https://boards.greenhouse.io/embed/job_board/js?b=1&for=umbra",
        "https://boards.greenhouse.io/embed/job_app?for=umbra&token=1",
        "https://boards-api.greenhouse.io/v1/boards/umbra/jobs"]),
    "lever": ("umbra", [
        "https://jobs.lever.co/umbra", "https://jobs.eu.lever.co/umbra/0a0a/apply",
        "https://api.lever.co/v0/postings/umbra?mode=json"]),
    "ashby": ("umbra", [
        "https://jobs.ashbyhq.com/umbra", "https://jobs.ashbyhq.com/umbra/embed?version=2",
        "https://api.ashbyhq.com/posting-api/job-board/umbra"]),
    "smartrecruiters": ("Umbra", [
        "https://careers.smartrecruiters.com/Umbra/", "https://jobs.smartrecruiters.com/Umbra/74",
        "https://api.smartrecruiters.com/v1/companies/Umbra/postings"]),
    "recruitee": ("umbra", ["https://umbra.recruitee.com/", "https://umbra.recruitee.com/o/ux"]),
    "workable": ("umbra", [
        "https://apply.workable.com/umbra/", "https://apply.workable.com/umbra/j/AB12/",
        "https://umbra.workable.com/", "https://www.workable.com/api/accounts/umbra"]),
    "breezy": ("umbra", ["https://umbra.breezy.hr", "https://umbra.breezy.hr/p/f00d-nurse"]),
    "bamboohr": ("umbra", [
        "https://umbra.bamboohr.com/careers", "https://umbra.bamboohr.com/jobs/embed2.php"]),
    "jazzhr": ("umbra", [
        "https://umbra.applytojob.com/apply", "https://app.jazz.co/widgets/basic/create/umbra"]),
    "personio": ("umbra", [
        "https://umbra.jobs.personio.de", "https://umbra.jobs.personio.com/job/9?language=en"]),
    "teamtailor": ("umbra", ["https://umbra.teamtailor.com/jobs/7-chef"]),
    "workday": ("umbra.wd3/Careers", [
        "https://umbra.wd3.myworkdayjobs.com/Careers",
        "https://umbra.wd3.myworkdayjobs.com/en-US/Careers/job/Zurich/B_JR-100"]),
    "taleo": ("umbra/101/ex", [
        "https://umbra.taleo.net/careersection/ex/jobsearch.ftl?lang=en&portal=101"]),
    "taleobe": ("phe/phe01/UMBRA/40", [
        "https://phe.tbe.taleo.net/phe01/ats/careers/v2/searchResults?org=UMBRA&cws=40",
        "https://phe.tbe.taleo.net/phe01/ats/careers/v2/viewRequisition?org=UMBRA&cws=40&rid=71"]),
    "paylocity": ("0b0b0b0b-1111-4222-8333-444444444444", [
        "https://recruiting.paylocity.com/Recruiting/Jobs/All/"
        "0b0b0b0b-1111-4222-8333-444444444444/Umbra-LLC"]),
    "applicantpro": ("umbra", ["https://umbra.applicantpro.com/jobs/77.html"]),
}  # fmt: skip


def test_one_posting_is_told_from_a_board_of_taleo() -> None:
    board, posting = ADDRESSES["taleobe"][1]
    assert is_posting(posting) and not is_posting(board)


def test_there_is_an_address_of_every_source_with_boards() -> None:
    with_boards = {n for n in REGISTRY if Capability.BOARD in source_class(n).info.capabilities}
    assert with_boards == set(ADDRESSES)


@pytest.mark.parametrize(
    ("name", "url"), [(name, url) for name, (_, urls) in ADDRESSES.items() for url in urls]
)
def test_a_board_is_found_from_an_address_also_inside_a_page(name: str, url: str) -> None:
    expected = (name, ADDRESSES[name][0])
    assert board_of_url(url) == expected
    escaped = url.replace("&", "&amp;")
    for page in (f'<a href="{escaped}">x</a>', f"<script>u='{url}'</script>",
                 '{"url":"' + url.replace("/", "\\/") + '"}', f"<iframe src={escaped}></iframe>",
                 f'<a href="{escaped.removeprefix("https:")}">x</a>'):  # fmt: skip
        assert boards_in(page) == [expected], page


def test_the_board_that_is_named_most_often_comes_first() -> None:
    page = "".join(
        f'<a href="https://jobs.lever.co/{name}/1">x</a>' for name in ("other", "umbra", "umbra")
    )
    assert boards_in(page) == [("lever", "umbra"), ("lever", "other")]


@pytest.mark.parametrize(
    ("url", "posting"),
    [("https://boards.greenhouse.io/umbra", False), ("https://jobs.lever.co/umbra", False),
     ("https://umbra.recruitee.com/o/ux-designer", True), ("https://umbra.recruitee.com/", False),
     ("https://boards.greenhouse.io/umbra/jobs/7123456", True),
     ("https://umbra.bamboohr.com/careers/42", True), ("https://umbra.bamboohr.com/careers", False),
     ("https://umbra.wd3.myworkdayjobs.com/en-US/Careers/job/Zurich/B_JR-100", True),
     ("https://umbra.wd3.myworkdayjobs.com/en-US/Careers", False),
     ("https://umbra.teamtailor.com/jobs", False), ("https://umbra.teamtailor.com/jobs/7-x", True),
     ("https://acme.example/careers?gh_jid=71", True)],
)  # fmt: skip
def test_a_posting_is_told_from_a_board(url: str, posting: bool) -> None:
    assert is_posting(url) is posting


def test_a_hostile_page_costs_little() -> None:
    page = "<a href='https://jobs.lever.co/x/" * 50_000 + "//" * 500_000
    assert len(boards_in(page)) <= 1
