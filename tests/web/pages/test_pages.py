"""The pages' shells: words, sizes, caching, where they lead."""

from __future__ import annotations

import base64
import csv
import hashlib
import itertools
import re
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from jobtracker.web.auth.origin import local_path
from jobtracker.web.pages.files import static
from jobtracker.web.pages.router import OPEN, PAGES
from jobtracker.web.pages.site import HERE, LANGUAGES, language_of, words

pytestmark = pytest.mark.anyio
_USED = re.compile(r'\bt\("([a-z_0-9]+)"(?! \+)')
_BUILT = re.compile(r"\bt\(`([a-z_]+)\$")
SHARED = ("lib.js", "marks.js", "passkeys.js", "sse.js", "sw.js")


def _digest(page: str) -> str:
    sheets = re.findall(r"<style>(.*?)</style>", page, re.S)
    assert len(sheets) == 1
    return "sha256-" + base64.b64encode(hashlib.sha256(sheets[0].encode()).digest()).decode()


def rows() -> list[dict[str, str]]:
    with (HERE / "words.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_every_word_stands_in_all_languages_with_the_same_facts() -> None:
    for row in rows():
        facts = [sorted(re.findall(r"\{(\w+)\}", row[language])) for language in LANGUAGES]
        assert all(row[language].strip() for language in LANGUAGES), row
        assert all(found == facts[0] for found in facts), row


@pytest.mark.parametrize("page", [*PAGES, *OPEN])
def test_every_word_that_a_page_uses_is_there(page: str) -> None:
    known = {**words("en")["common"], **words("en").get(page, {})}
    sources = [HERE / "static" / f"{page}.js", HERE / "templates" / f"{page}.html"]
    texts = [path.read_text(encoding="utf-8") for path in sources if path.is_file()]
    texts += [(HERE / "static" / name).read_text(encoding="utf-8") for name in SHARED]
    text = "\n".join(texts)
    assert set(_USED.findall(text)) - set(known) == set()
    for prefix in _BUILT.findall(text):
        assert any(key.startswith(prefix) for key in known), prefix


async def test_every_page_is_served_in_the_browsers_language(client: httpx.AsyncClient) -> None:
    for path, language in itertools.product([*PAGES.values(), *OPEN.values()], LANGUAGES):
        answer = await client.get(path, headers={"Accept-Language": f"{language}-CH, xx;q=0.5"})
        assert answer.status_code == 200
        assert f'<html lang="{language}"' in answer.text
        policy = answer.headers["content-security-policy"]
        assert f"style-src '{_digest(answer.text)}';" in policy
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert " style=" not in answer.text
        assert not re.search(r"\son[a-z]+=", answer.text)


async def test_the_chat_page_with_all_it_needs_is_under_60_kilobytes(
    client: httpx.AsyncClient,
) -> None:
    page = await client.get("/")
    names = {"icon.svg", "chat.js", "lib.js", "marks.js", "sse.js"}
    assert set(re.findall(r"/static/\w+/([\w.-]+)", page.text)) <= names
    total = len(page.content)
    for name in names:
        total += len((await client.get(static().url(name))).content)
    assert total <= 60_000


async def test_no_page_asks_another_host_for_anything(client: httpx.AsyncClient) -> None:
    for path in PAGES.values():
        text = (await client.get(path)).text
        assert not re.search(r'(?:src|href|action)="(?:https?:)?//', text)


async def test_a_page_waits_for_nothing_but_itself_to_be_seen(client: httpx.AsyncClient) -> None:
    for path in (*PAGES.values(), *OPEN.values()):
        text = (await client.get(path)).text
        assert not re.search(r'rel="(?:stylesheet|preload|modulepreload)"', text)
        assert all('type="module"' in tag for tag in re.findall(r"<script[^>]* src=[^>]*>", text))


@pytest.mark.parametrize(
    ("path", "told", "policy"),
    [
        ("/", "none", "unsafe-none"),
        ("/", "cross-site", "same-origin"),
        ("/", "same-origin", "same-origin"),
        ("/", None, "same-origin"),
        ("/sign-in", "none", "same-origin"),
    ],
)
async def test_a_page_is_cut_off_from_who_opened_it_unless_nobody_did(
    client: httpx.AsyncClient, path: str, told: str | None, policy: str
) -> None:
    answer = await client.get(path, headers={"Sec-Fetch-Site": told} if told else {})
    assert answer.headers["cross-origin-opener-policy"] == policy


async def test_files_are_kept_for_ever_by_their_content(client: httpx.AsyncClient) -> None:
    kept = await client.get(static().url("lib.js"))
    assert "immutable" in kept.headers["cache-control"]
    old = await client.get("/static/0000/lib.js")
    assert old.headers["cache-control"] == "no-cache"


async def test_files_are_packed_for_those_who_can_unpack_them(client: httpx.AsyncClient) -> None:
    for name in ("lib.js", "icon-192.png"):
        plain, packed = [
            await client.get(static().url(name), headers={"Accept-Encoding": accepted})
            for accepted in ("identity", "gzip")
        ]
        assert "content-encoding" not in plain.headers
        assert plain.headers["vary"] == packed.headers["vary"] == "Accept-Encoding"
        assert plain.content == packed.content  # as httpx unpacks it
    assert int((await client.get(static().url("lib.js"))).headers["content-length"]) < 6_000


async def test_nothing_but_the_files_is_served(client: httpx.AsyncClient) -> None:
    for name in ("../site.py", "..%2fsite.py", "nothing.js", "%2e%2e"):
        assert (await client.get(f"/static/1/{name}")).status_code == 404


async def test_it_can_be_installed(client: httpx.AsyncClient) -> None:
    manifest = (await client.get("/manifest.webmanifest")).json()
    assert manifest["display"] == "standalone"
    for icon in manifest["icons"]:
        assert (await client.get(icon["src"])).headers["content-type"] == icon["type"]
    worker = await client.get("/sw.js")
    assert worker.headers["content-type"].startswith("text/javascript")
    assert static().version in worker.text


@pytest.mark.parametrize(
    ("asked", "led"),
    [
        ("/jobs", "/jobs"),
        ("/jobs?job=1", "/jobs?job=1"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/a\r\nSet-Cookie: x=1", "/"),
        ("", "/"),
        ("/jobs?q=a b", "/"),
    ],
)
def test_after_signing_in_one_stays_here(asked: str, led: str) -> None:
    assert local_path(asked) == led


@pytest.mark.parametrize(
    ("query", "cookie", "header", "language"),
    [
        ("fr", "de", "it", "fr"),
        ("", "de", "it", "de"),
        ("", "", "it-CH, de;q=0.9", "it"),
        ("", "", "xx, de;q=0.1, fr;q=0.8", "fr"),
        ("xx", "<script>", "", "en"),
        ("", "", "de;q=nonsense, it;q=0", "en"),
    ],
)
def test_the_language_is_asked_chosen_or_the_browsers(
    query: str, cookie: str, header: str, language: str
) -> None:
    for scheme, name in (("http", "lang"), ("https", "__Host-lang")):
        request: Any = SimpleNamespace(
            query_params={"lang": query}, cookies={name: cookie}, scope={"scheme": scheme},
            headers={"accept-language": header},
        )  # fmt: skip
        assert language_of(request) == language
