"""OWASP ASVS 5.0.0, level 2, chapter V1: what comes in is decoded, encoded and cleaned.

Named by the items' numbers, like `test_asvs.py`. Where an item is about how code is written, the
source is walked; each such walk is shown to find the mistake that it looks for.
"""

from __future__ import annotations

import ast
import io
import json
import re
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest
from lxml import html

from jobtracker.web.pages.site import _json
from tests.web.asvs_means import STATIC, applied, calls, exported, found, packed, resume, sources
from tests.web.people import Person

pytestmark = pytest.mark.anyio
MARKUP = "<img src=x onerror=alert(1)>"
INJECTED = ("' OR '1'='1", '"; DROP TABLE accounts; --', "\\'; select 1 --", "%' or 1=1 or '")


# V1 Encoding and sanitization


async def test_v1_1_1_text_is_decoded_once_and_no_more(marta: Person) -> None:
    coded = "%3Cb%3E %253C &lt;b&gt; &amp;lt; \\u003cb\\u003e =?utf-8?q?x?= +"
    made = await applied(marta, coded)
    read = (await marta.client.get(f"/v1/applications/{made}")).json()
    assert read["company"] == coded
    twice = await marta.client.get("/v1/applications/%252e%252e%252faccount")
    assert twice.status_code in (400, 404)
    assert marta.user_id not in twice.text


async def test_v1_1_2_what_is_kept_is_raw_and_encoded_when_it_is_shown(marta: Person) -> None:
    made = await resume(marta, MARKUP)
    assert (await marta.client.get(f"/v1/resumes/{made}")).json()["resume"]["basics"]["name"] == (
        MARKUP
    )
    page = html.fromstring((await exported(marta, made, "html")).text)
    assert page.xpath("//img | //script") == []
    assert MARKUP in page.text_content()


async def test_v1_2_1_what_is_sent_back_cannot_leave_its_place(marta: Person) -> None:
    for bad in ('"><script>alert(1)</script>', "'-alert(1)-'", "--><script>", "</title><b>"):
        for path in ("/sign-in", "/jobs", "/register"):
            answer = await marta.client.get(path, params={"next": f"/{bad}", "lang": bad})
            page = html.fromstring(answer.text)
            assert [one for one in page.xpath("//script") if "alert" in (one.text or "")] == []
            assert not page.xpath("//title/following-sibling::b")
            assert [name for node in page.iter() if isinstance(node.tag, str)
                    for name in node.attrib if name.startswith("on")] == []  # fmt: skip


async def test_v1_2_2_addresses_lead_to_the_web_only(marta: Person) -> None:
    bad = ("javascript:alert(1)", "data:text/html,<script>1</script>", "vbscript:x", "file:///etc")
    for url in bad:
        profiles = [{"network": "Site", "username": "x", "url": url}]
        made = await resume(marta, "Anna Muster", url=url, profiles=profiles)
        page = html.fromstring((await exported(marta, made, "html")).text)
        schemes = {href.partition(":")[0].lower() for href in page.xpath("//@href | //@src")}
        assert schemes <= {"http", "https", "mailto", "tel"}, (url, schemes)


@pytest.mark.parametrize("text", ["</script><script>alert(1)", "<!--<script>", "a & b", "\u2028"])
def test_v1_2_3_json_within_a_page_stays_json(text: str) -> None:
    written = str(_json({"a": text}))
    assert json.loads(written) == {"a": text}
    assert not set("<>&") & set(written)


NAMES_OF_OURS = {"function", "table", "pragma", "old"}
"""What may stand in a statement: a name written in our code, or the place of a parameter."""


def _built_queries(tree: ast.Module) -> Iterator[str]:
    """Find statements with anything in them but constants and names of ours."""
    for name, call in calls(tree):
        if name.rpartition(".")[2] in {"text", "exec_driver_sql", "execute", "DDL"} and call.args:
            first = call.args[0]
            built = isinstance(first, ast.JoinedStr | ast.BinOp) or (
                isinstance(first, ast.Call) and ast.unparse(first.func).endswith(".format")
            )
            names = {one.id for one in ast.walk(first) if isinstance(one, ast.Name)}
            if built and not all(one.isupper() or one in NAMES_OF_OURS for one in names):
                yield ast.unparse(call)


def test_v1_2_4_no_statement_is_put_together_from_what_comes_in() -> None:
    for mistake in (
        "session.execute(sa.text(f'select * from t where a = {given}'))",
        "session.execute(sa.text('select * from t where a = ' + given))",
        "session.execute('select * from t where a = {}'.format(given))",
    ):
        assert list(_built_queries(ast.parse(mistake)))
    assert found(_built_queries) == []


async def test_what_looks_like_a_statement_is_looked_for_as_text(
    server: Any, marta: Person
) -> None:
    document = server.openapi()["paths"]
    for path, operations in document.items():
        if "get" not in operations or "{" in path or not path.startswith("/v1/"):
            continue
        texts = [one["name"] for one in operations["get"].get("parameters", ())
                 if one["in"] == "query"]  # fmt: skip
        for bad in INJECTED if texts else ():
            answer = await marta.client.get(path, params=dict.fromkeys(texts, bad))
            assert answer.status_code < 500, (path, bad, answer.text)
    assert (await marta.client.get("/v1/account")).json()["name"] == marta.name


def _shells(tree: ast.Module) -> Iterator[str]:
    for name, call in calls(tree):
        if name in {"os.system", "os.popen", "subprocess.getoutput", "commands.getoutput",
                    "asyncio.create_subprocess_shell"}:  # fmt: skip
            yield ast.unparse(call)
        if name.startswith("subprocess."):
            for word in call.keywords:
                if word.arg == "shell" and not (
                    isinstance(word.value, ast.Constant) and word.value.value is False
                ):
                    yield ast.unparse(call)
            if call.args and isinstance(call.args[0], ast.JoinedStr | ast.Constant | ast.BinOp):
                yield ast.unparse(call)


def test_v1_2_5_no_command_goes_through_a_shell() -> None:
    assert list(_shells(ast.parse("subprocess.run(f'convert {name}', shell=True)")))
    assert found(_shells) == []


def _paths_built(tree: ast.Module) -> Iterator[str]:
    for name, call in calls(tree):
        if name.rpartition(".")[2] in {"xpath", "XPath"} and call.args:
            parts = ast.walk(call.args[0])
            if any(isinstance(one, ast.JoinedStr | ast.BinOp | ast.Call) for one in parts):
                yield ast.unparse(call)


def test_v1_2_7_no_xpath_is_put_together_from_what_comes_in() -> None:
    assert list(_paths_built(ast.parse("tree.xpath(f'//*[@id={given}]')")))
    assert found(_paths_built) == []


PATTERN_CALLS = frozenset({
    "re.compile", "re.search", "re.match", "re.fullmatch", "re.sub", "re.findall", "re.finditer",
    "re.split", "re.subn",
})  # fmt: skip


def _patterns_from_outside(tree: ast.Module) -> Iterator[str]:
    """Find patterns put together with an argument of the function around, unescaped."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        given = {one.arg for one in (*function.args.args, *function.args.kwonlyargs)}
        for name, call in calls(function):
            if name in PATTERN_CALLS and call.args:
                for raw in _raw_names(call.args[0]):
                    if raw in given - PATTERNS_OF_OURS and not isinstance(call.args[0], ast.Name):
                        yield ast.unparse(call)


def _raw_names(node: ast.AST) -> Iterator[str]:
    """Yield the names in an expression that are not inside of `re.escape`."""
    if isinstance(node, ast.Call) and ast.unparse(node.func) in {"re.escape", "map"}:
        return
    if isinstance(node, ast.Name):
        yield node.id
    for child in ast.iter_child_nodes(node):
        yield from _raw_names(child)


PATTERNS_OF_OURS = {"pattern", "kind", "judgement", "self"}
"""What is a pattern itself, from a file of this package, or a word written at the call."""


def test_v1_2_9_what_comes_in_is_escaped_in_patterns() -> None:
    mistake = ast.parse("def f(word):\n    return re.search(rf'\\b{word}\\b', text)")
    escaped = ast.parse("def f(word):\n    return re.search(rf'\\b{re.escape(word)}\\b', text)")
    assert list(_patterns_from_outside(mistake))
    assert not list(_patterns_from_outside(escaped))
    assert found(_patterns_from_outside) == []


async def test_v1_3_1_of_a_page_its_text_is_kept(marta: Person) -> None:
    description = (
        "<p onclick='alert(2)'>We look for a nurse.</p><script>alert(1)</script>"
        f"{MARKUP}<iframe src=x></iframe><style>a{{}}</style>"
    )
    posting = {
        "@context": "https://schema.org", "@type": "JobPosting", "title": f"Nurse {MARKUP}",
        "hiringOrganization": {"@type": "Organization", "name": "Acme AG"},
        "datePosted": "2026-01-02", "description": description,
    }  # fmt: skip
    data = json.dumps(posting).replace("</", "<\\/")
    page = f'<html><body><script type="application/ld+json">{data}</script></body></html>'
    answer = await marta.client.post("/v1/jobs/import", json={"html": page})
    assert answer.status_code in (200, 201), answer.text
    assert "We look for a nurse." in answer.text
    for word in ("<script", "onclick", "<iframe", "<style", "<p"):
        assert word not in answer.text


def _evaluates(tree: ast.Module) -> Iterator[str]:
    for name, call in calls(tree):
        if name in {"eval", "exec", "compile", "__import__", "builtins.eval", "builtins.exec"}:
            yield ast.unparse(call)


def test_v1_3_2_nothing_is_evaluated() -> None:
    assert list(_evaluates(ast.parse("eval(given)")))
    # The command looks its own parts up by names of its own table.
    assert {said.partition(":")[0] for said in found(_evaluates)} <= {"src/jobtracker/cli/main.py"}
    for script in STATIC.glob("*.js"):
        text = script.read_text(encoding="utf-8")
        assert not re.search(r"\beval\(|new Function|setTimeout\(\s*[\"'`]", text), script.name


async def test_v1_3_3_what_a_browser_says_it_is_is_cut_and_cleaned(marta: Person) -> None:
    marta.client.headers["User-Agent"] = "Fire\u00adfox\x1b[31m " + "x" * 3000
    await marta.sign_in(marta.name)
    sessions = (await marta.client.get("/v1/account/sessions")).json()["sessions"]
    assert all(one["label"].isprintable() and len(one["label"]) <= 100 for one in sessions)


@pytest.mark.parametrize("name", ["cv.svg", "cv.html", "cv.pdf", "cv.docx"])
async def test_v1_3_4_a_drawing_with_a_script_is_no_resume(marta: Person, name: str) -> None:
    drawing = (
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(2)</script>'
        b"<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'>x</body></foreignObject></svg>"
    )
    answer = await marta.client.post("/v1/resumes", files={"file": (name, drawing)})
    assert answer.status_code == 400, answer.text
    assert (await marta.client.get("/v1/resumes")).json()["resumes"] == []


TYPST = '#read("/etc/passwd") #eval("1+1") #import "@preview/x:1.0.0" $x$ *b* _i_ @a <l> `c`'


async def test_v1_3_5_markup_of_the_typesetter_stays_text(marta: Person) -> None:
    from pypdf import PdfReader

    made = await resume(marta, "Anna Muster", summary=TYPST)
    pdf = (await exported(marta, made, "pdf")).content
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    assert '#read("/etc/passwd")' in text.replace("\n", " ").replace("“", '"').replace("”", '"')
    assert "root:" not in text


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:1/", "http://localhost/", "http://[::1]/", "http://169.254.169.254/latest",
     "http://10.0.0.1/", "http://0x7f000001/", "http://2130706433/", "file:///etc/passwd",
     "gopher://127.0.0.1/", "ftp://127.0.0.1/", "http://user@127.0.0.1/", "//127.0.0.1/x"],
)  # fmt: skip
async def test_v1_3_6_no_address_of_the_inside_is_fetched(marta: Person, url: str) -> None:
    answer = await marta.client.post("/v1/jobs/import", json={"url": url})
    assert answer.status_code == 400, answer.text
    assert "root:" not in answer.text


TEMPLATES = "{{7*7}} {% for a in b %} ${7*7} {0.__class__} %(x)s %n <%= 7*7 %>"


async def test_v1_3_7_what_comes_in_is_no_template(marta: Person) -> None:
    made = await applied(marta, TEMPLATES)
    answer = await marta.client.post(f"/v1/applications/{made}/follow-ups", json={})
    assert answer.status_code == 200, answer.text
    assert "{{7*7}}" in answer.text and "49" not in answer.json()["text"]
    turn = await marta.client.post("/v1/chat", json={"message": f"what about {TEMPLATES}?"})
    assert turn.status_code == 200
    assert "49" not in turn.json()["reply"]


async def test_v1_3_10_what_comes_in_is_no_format(marta: Person) -> None:
    bad = "{0.__init__.__globals__} {user} %s %d %(name)s {!r} {"
    made = await applied(marta, bad, title=bad)
    for answer in (
        await marta.client.post(f"/v1/applications/{made}/follow-ups", json={"language": "de"}),
        await marta.client.post("/v1/coaching/outreach", json={"application_id": made}),
        await marta.client.get("/v1/applications/export", params={"format": "csv"}),
    ):
        assert answer.status_code < 500, answer.text
        assert "__globals__': " not in answer.text
        assert "<class" not in answer.text


async def test_v1_3_11_a_line_break_makes_no_header_of_a_mail(marta: Person) -> None:
    made = await applied(marta, "Acme\r\nBcc: all@example.com\r\n\r\nBuy!")
    drafted = (await marta.client.post(f"/v1/applications/{made}/follow-ups", json={})).json()
    assert "\n" not in drafted["subject"]
    assert "\r" not in drafted["subject"]
    mail = EmailMessage()
    mail["Subject"] = drafted["subject"]  # raises where a line break is left
    assert list(mail) == ["Subject"]


async def test_v1_4_2_numbers_out_of_range_are_refused(server: Any, marta: Person) -> None:
    tried = 0
    for path, operations in server.openapi()["paths"].items():
        for one in operations.get("get", {}).get("parameters", ()):
            kinds = [one["schema"], *one["schema"].get("anyOf", ())]
            if one["in"] != "query" or not any(
                kind.get("type") in ("integer", "number") for kind in kinds
            ):
                continue
            real = path.replace("{", "").replace("}", "")
            for bad in (2**31, 2**63, 2**70, -1, -(2**70), "1e400", "NaN", "0x10"):
                answer = await marta.client.get(real, params={one["name"]: bad})
                assert answer.status_code in (400, 404), (path, one["name"], bad, answer.text)
                tried += 1
    assert tried > 50


def _loose_parsers(tree: ast.Module) -> Iterator[str]:
    names = {"etree.fromstring", "etree.parse", "ET.fromstring", "ET.parse",
             "ElementTree.fromstring", "ElementTree.parse", "minidom.parseString", "etree.XML",
             "sax.parseString"}  # fmt: skip
    for name, call in calls(tree):
        if name in names and len(call.args) < 2:
            yield ast.unparse(call)
        if name.endswith("XMLParser"):
            given = {word.arg: ast.unparse(word.value) for word in call.keywords}
            if given.get("resolve_entities") != "False" or given.get("no_network") != "True":
                yield ast.unparse(call)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("xml."):
            for one in node.names:
                if one.name in {"fromstring", "parse", "XML", "iterparse"}:
                    yield ast.unparse(node)


async def test_v1_5_1_entities_of_a_document_are_not_resolved(marta: Person) -> None:
    assert list(_loose_parsers(ast.parse("etree.fromstring(data)")))
    assert list(_loose_parsers(ast.parse("from xml.etree.ElementTree import fromstring")))
    assert found(_loose_parsers) == []
    for target in ("file:///etc/passwd", "http://127.0.0.1:1/x"):
        inside = (
            f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "{target}">]>'
            '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
            "<w:body><w:p><w:r><w:t>Anna Muster &x;</w:t></w:r></w:p></w:body></w:document>"
        )
        answer = await marta.client.post(
            "/v1/resumes", files={"file": ("cv.docx", packed({"word/document.xml": inside}))}
        )
        assert answer.status_code == 400, answer.text
        assert "root:" not in answer.text


def _loads_objects(tree: ast.Module) -> Iterator[str]:
    for name, call in calls(tree):
        given = {word.arg: ast.unparse(word.value) for word in call.keywords}
        if re.fullmatch(r"(c?[pP]ickle|dill|marshal|shelve|jsonpickle)\.(loads?|open|Unpickler)",
                        name):  # fmt: skip
            yield ast.unparse(call)
        if name in {"np.load", "numpy.load"} and given.get("allow_pickle") != "False":
            yield ast.unparse(call)
        if name == "yaml.load" and given.get("Loader") != "loader":
            yield ast.unparse(call)
        if name in {"yaml.unsafe_load", "yaml.full_load", "joblib.load"}:
            yield ast.unparse(call)


OWN_CHILDREN = {"src/jobtracker/core/workers.py", "src/jobtracker/core/workers_child.py"}
"""They read what a process that they have started themselves writes into their pipe."""


def test_v1_5_2_no_object_is_made_from_bytes_that_come_in() -> None:
    assert list(_loads_objects(ast.parse("pickle.loads(body)")))
    assert list(_loads_objects(ast.parse("yaml.load(body, Loader=yaml.Loader)")))
    assert {said.partition(":")[0] for said in found(_loads_objects)} <= OWN_CHILDREN
    for file, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "loader":
                assert "Safe" in ast.unparse(node.value), file
