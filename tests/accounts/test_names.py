"""User names: one script, none that looks like another's, none of the system's."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobtracker.accounts.names import folded, skeleton, user_name
from jobtracker.accounts.service import shown_name
from jobtracker.core.errors import BadInput


@pytest.mark.parametrize(
    "name", ["marta", "Marta.Keller", "Łukasz", "Müller-Meier", "zoé_2", "зинаида", "Ζήνων", "ab"]
)
def test_names_of_one_alphabet_are_taken_as_they_are(name: str) -> None:
    assert user_name(name) == unicodedata.normalize("NFKC", name)


@pytest.mark.parametrize(
    "name",
    [
        "", "a", "x" * 41, "x" * 100_000, "a b", "a\tb", "a\nb", "a\r\nSet-Cookie: x", "-a", "a.",
        "../a", "a/b", "a\\b", "C:a", "a\0b", "%2e%2e", "<script>", "a@b", "a;b", "a'b",
        "pa\u200bul", "pa\u00adul", "\u202elua", "pa\ufefful", "\ud800ab",
        "аnna", "pаul", "mаrta", "αlpha", "раypal",
        "李明", "שלום", "नमस्ते", "ıan", "ꭺnna", "🐨koala",
    ],
)  # fmt: skip
def test_names_that_mix_hide_or_escape_are_refused(name: str) -> None:
    with pytest.raises(BadInput) as told:
        user_name(name)
    assert len(str(told.value)) < 300


@pytest.mark.parametrize("name", ["admin", "ADMIN", "adm1n", "rооt".replace("о", "0"), "Ѕystem",
                                  "supp0rt", "5ystem", "ѕуѕтем", "local", "I0cal"])  # fmt: skip
def test_names_of_the_system_are_nobodys(name: str) -> None:
    with pytest.raises(BadInput):
        user_name(name)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("paul", "pauI"),
        ("paul", "pau1"),
        ("marta", "rnarta"),
        ("walter", "vvalter"),
        ("anna", "аппа"),
        ("oskar", "0skar"),
        ("zoe", "zoé"),
        ("scope", "ѕсоре"),
        ("paul", "раuІ".replace("u", "ц")),
        ("claudia", "ciaudia"),
        ("anna_b", "anna-b"),
        ("ﬁona", "fiona"),
        ("ＭＡＲＴＡ", "marta"),
        ("Strasse", "STRASSE"),
    ],
)
def test_names_that_look_alike_have_one_skeleton(one: str, other: str) -> None:
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("anna", "ama"),
        ("marta", "martha"),
        ("urs", "uwe"),
        ("hans", "hanna"),
        ("зина", "нина"),
        *((f"user{a}", f"user{b}") for a in range(10) for b in range(a)),
    ],
)
def test_names_that_differ_stay_apart(one: str, other: str) -> None:
    assert skeleton(one) != skeleton(other)


@given(st.text(max_size=60))
def test_whatever_is_accepted_is_stable_and_harmless(raw: str) -> None:
    try:
        name = user_name(raw)
    except BadInput:
        return
    assert user_name(name) == name
    assert folded(name.upper()) == folded(name) or not name.isascii()
    assert all(char.isalnum() or char in "._-" or unicodedata.combining(char) for char in name)
    assert skeleton(skeleton(name)) == skeleton(name)


def test_a_shown_name_is_free_but_for_what_a_screen_would_obey() -> None:
    assert shown_name(" 李\u202e明 \u200b& Zoé\r\n ") == "李 明 & Zoé"
    with pytest.raises(BadInput):
        shown_name("x" * 101)
