"""Prompts: rendered strictly, in a sandbox, in the pinned version; a released one never changes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from jobtracker.agent import prompts_admin as admin
from jobtracker.agent.prompts import Prompts, library, render, versions
from jobtracker.core.errors import BadInput, JobTrackerError, NotFound

FRONT = "---\npurpose: A test.\ninputs:\n  who: string\n  count: integer?\nlanguages: [en]\n---\n"


def write(root: Path, name: str, body: str, version: str = "v1", front: str = FRONT) -> None:
    path = root / name / f"{version}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(front + body, encoding="utf-8")


def pin(root: Path, text: str) -> None:
    (root / "active.toml").write_text(text, encoding="utf-8")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write(tmp_path, "greeting", "Hello {{ who }}{% if count %} ({{ count }}){% endif %}\n")
    pin(tmp_path, '[greeting]\nversion = "v1"\n')
    return tmp_path


# What ships.


def test_every_released_prompt_is_as_it_was_released() -> None:
    assert admin.check() == []


def test_every_prompt_is_pinned_and_says_what_it_is_for() -> None:
    for listed in admin.list_prompts():
        assert listed.active, listed.name
        assert listed.purpose, listed.name


def test_output_schemas_are_schemas() -> None:
    from jsonschema import Draft202012Validator

    for name in library().names():
        if output := library().get(name).output:
            Draft202012Validator.check_schema(output)


def test_every_input_that_a_template_names_is_declared() -> None:
    from jinja2 import meta

    from jobtracker.core.prompt_files import sandbox

    for name in library().names():
        prompt = library().get(name)
        for source in prompt.parts.values():
            used = meta.find_undeclared_variables(sandbox({}).parse(source))
            assert used <= prompt.inputs.keys(), name


def test_every_failure_of_a_model_has_its_line_in_every_language() -> None:
    from typing import get_args

    from jobtracker.agent.mind.llm.failures import Kind

    for language in ("en", "de", "fr", "it"):
        parts = library().get(f"model_failed/{language}").parts
        assert set(parts) == set(get_args(Kind))


def test_importing_the_loader_imports_neither_jinja_nor_yaml() -> None:
    code = (
        "import sys, jobtracker.agent.prompts; "
        "print([m for m in ('jinja2', 'yaml', 'pydantic') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# Rendering.


def test_a_prompt_is_rendered_with_its_inputs(root: Path) -> None:
    prompts = Prompts(root)
    assert prompts.render("greeting", who="Ana") == "Hello Ana"
    assert prompts.render("greeting", who="Ana", count=2) == "Hello Ana (2)"


def test_what_is_put_in_is_never_a_template(root: Path) -> None:
    assert Prompts(root).render("greeting", who="{{ 7 * 7 }}") == "Hello {{ 7 * 7 }}"


@pytest.mark.parametrize(
    ("inputs", "says"),
    [
        ({}, "'who' (string) is missing"),
        ({"who": 3}, "'who' is int, not string"),
        ({"who": None}, "'who' is NoneType"),
        ({"who": "A", "count": True}, "'count' is bool"),
        ({"who": "A", "colour": "red"}, "has no input colour; it has who, count"),
    ],
)
def test_inputs_that_do_not_fit_are_named(root: Path, inputs: dict, says: str) -> None:
    with pytest.raises(BadInput, match="greeting/v1") as caught:
        Prompts(root).render("greeting", **inputs)
    assert says in caught.value.message


@pytest.mark.parametrize(
    "body",
    [
        "{{ who.__class__.__mro__ }}",
        "{{ ''.__class__.__base__.__subclasses__() }}",
        "{{ who.format.__globals__ }}",
        "{{ '{0.__class__}'.format(who) }}",
        "{{ cycler.__init__.__globals__.os.system('true') }}",
        "{% for i in range(999999999) %}x{% endfor %}",
        "{{ 'x' * 999999999 }}",
        "{{ 9 ** 99999999 }}",
        "{{ [1].append(2) }}",
        "{% include '/etc/passwd' %}",
        "{% import 'os' as os %}",
        "{{ missing }}",
        "{{ who.missing }}",
        "{{ 1 / 0 }}",
        "{{ who | nosuchfilter }}",
        "{% if %}",
        "{{ who",
    ],
)
def test_a_template_that_is_broken_or_leaves_the_sandbox_is_refused(root: Path, body: str) -> None:
    write(root, "bad", body)
    pin(root, '[bad]\nversion = "v1"\n')
    with pytest.raises(BadInput, match="bad/v1"):
        Prompts(root).render("bad", who="A")


@pytest.mark.parametrize(
    "front",
    [
        "no front matter",
        "---\npurpose: [\n---\n",
        "---\n- a\n---\n",
        "---\ninputs: {}\n---\n",
        "---\npurpose: x\ninputs: {who: text}\n---\n",
        "---\npurpose: x\ninputs: [who]\n---\n",
        "---\npurpose: x\nauthor: me\n---\n",
    ],
)
def test_broken_front_matter_is_refused(root: Path, front: str) -> None:
    write(root, "bad", "text", front=front)
    with pytest.raises(BadInput, match="bad/v1"):
        Prompts(root).get("bad", "v1")


@pytest.mark.parametrize("name", ["nothing", "../secrets", "/etc", "Greeting", "", "a/../greeting"])
def test_an_unknown_prompt_is_not_found(root: Path, name: str) -> None:
    with pytest.raises(NotFound):
        Prompts(root).render(name, who="A")


def test_an_unknown_version_names_those_there_are(root: Path) -> None:
    with pytest.raises(NotFound, match="it has v1"):
        Prompts(root).get("greeting", "v9")
    with pytest.raises(NotFound):
        Prompts(root).get("greeting", "../v1")


def test_parts_share_what_stands_before_them(root: Path) -> None:
    macro = "{% macro bold(text) %}*{{ text }}*{% endmacro %}\n"
    body = macro + "=== one ===\nOne {{ bold(who) }}\n=== two ===\nTwo {{ count }}\n"
    write(root, "many", body)
    pin(root, '[many]\nversion = "v1"\n')
    prompts = Prompts(root)
    assert prompts.render("many", part="one", who="A") == "One *A*"
    assert prompts.render("many", part="two", count=2) == "Two 2"
    with pytest.raises(NotFound, match="it has one, two"):
        prompts.render("many", part="three")


def test_a_filter_can_be_added(root: Path) -> None:
    write(root, "loud", "{{ who | loud }} {{ who | json }}")
    pin(root, '[loud]\nversion = "v1"\n')
    prompts = Prompts(root)
    prompts.add_filter("loud", str.upper)
    assert prompts.render("loud", who="ü") == 'Ü "ü"'


# Versions and languages.


def test_the_pin_by_model_then_by_language_then_the_plain_one_decides(root: Path) -> None:
    for number in (2, 3):
        write(root, "greeting", f"V{number} {{{{ who }}}}", f"v{number}")
    pin(
        root,
        '[greeting]\nversion = "v1"\nlanguages = { de = "v2" }\nmodels = { "openai:*" = "v3" }\n',
    )
    prompts = Prompts(root)
    assert prompts.render("greeting", who="A") == "Hello A"
    assert prompts.render("greeting", language="de-CH", who="A") == "V2 A"
    assert prompts.render("greeting", language="de", model="openai:x", who="A") == "V3 A"
    with versions({"greeting": "v2"}):
        assert prompts.render("greeting", who="A") == "V2 A"
    assert prompts.render("greeting", who="A") == "Hello A"


def test_a_language_of_its_own_folder_is_preferred_and_english_is_the_fallback(root: Path) -> None:
    write(root, "bye/de", "Tschüss {{ who }}")
    write(root, "bye/en", "Bye {{ who }}")
    pin(root, '["bye/de"]\nversion = "v1"\n["bye/en"]\nversion = "v1"\n')
    prompts = Prompts(root)
    assert prompts.render("bye", language="de-CH", who="A") == "Tschüss A"
    assert prompts.render("bye", language="rm", who="A") == "Bye A"
    assert prompts.render("bye", who="A") == "Bye A"


def test_the_language_is_an_input_where_it_is_declared() -> None:
    text = render(
        "answer_feedback", language="it", question="?", answer="!", posting=None, boundary="b"
    )
    assert "in the language it" in text


# Administration.


def test_a_version_goes_from_draft_to_release(root: Path) -> None:
    prompts = Prompts(root)
    admin.activate("greeting", "v1", prompts=prompts)
    path = admin.new("greeting", prompts=prompts)
    assert path.name == "v2.md"
    path.write_text(path.read_text(encoding="utf-8").replace("Hello", "Hi"), encoding="utf-8")
    assert "+Hi {{ who }}" in admin.diff("greeting", "v1", "v2", prompts=prompts)
    assert admin.list_prompts(prompts)[0].drafts == ["v2"]
    admin.activate("greeting", "v2", prompts=prompts)
    assert prompts.render("greeting", who="A") == "Hi A"
    assert admin.show("greeting", prompts=prompts)["released"]
    assert admin.check(prompts) == []
    json.dumps(admin.show("greeting", prompts=prompts))


def test_a_release_that_is_changed_is_noticed_and_not_pinned_again(root: Path) -> None:
    prompts = Prompts(root)
    admin.activate("greeting", "v1", prompts=prompts)
    write(root, "greeting", "Changed {{ who }}")
    prompts.forget()
    assert admin.check(prompts) == ["greeting/v1 was released, and its file has changed since"]
    with pytest.raises(BadInput, match="jobtracker prompts new greeting"):
        admin.activate("greeting", "v1", prompts=prompts)


def test_a_broken_draft_is_not_pinned(root: Path) -> None:
    write(root, "greeting", "{% if %}", "v2")
    prompts = Prompts(root)
    with pytest.raises(BadInput, match="line 1"):
        admin.activate("greeting", "v2", prompts=prompts)
    assert prompts.active("greeting") == "v1"


def test_pins_by_language_and_model_are_written_and_read_back(root: Path) -> None:
    write(root, "a/b", "B {{ who }}")
    write(root, "a/b", "B2 {{ who }}", "v2")
    prompts = Prompts(root)
    with pytest.raises(BadInput, match="plainly first"):
        admin.activate("a/b", "v2", language="de", prompts=prompts)
    admin.activate("a/b", "v1", prompts=prompts)
    admin.activate("a/b", "v2", language="DE", prompts=prompts)
    admin.activate("a/b", "v2", model="openai:gpt-*", prompts=prompts)
    assert prompts.active("a/b", language="de") == "v2"
    assert prompts.active("a/b", model="openai:gpt-9") == "v2"
    assert prompts.active("a/b") == "v1"


def test_rendering_by_hand_reads_json_where_it_is_declared(root: Path) -> None:
    prompts = Prompts(root)
    given = {"who": "7", "count": "3"}
    assert admin.render_prompt("greeting", given, prompts=prompts) == "Hello 7 (3)"
    with pytest.raises(BadInput, match="'count'"):
        admin.render_prompt("greeting", {"who": "A", "count": "many"}, prompts=prompts)


def test_a_new_prompt_starts_from_a_draft_that_renders(root: Path) -> None:
    prompts = Prompts(root)
    path = admin.new("brand/new_one", prompts=prompts)
    front = yaml.safe_load(path.read_text(encoding="utf-8").split("---")[1])
    assert front["inputs"] == {"text": "string"}
    assert admin.render_prompt("brand/new_one", {"text": "x"}, "v1", prompts=prompts) == "x"
    for bad in ("../x", "A B", ""):
        with pytest.raises(JobTrackerError):
            admin.new(bad, prompts=prompts)
