"""Occupations that a text names, in four languages and in the forms people write."""

from __future__ import annotations

import pytest

from jobtracker.core.lexicon.occupations import find_occupations, occupations


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("I was a data analyst at a bank", ["data analyst"]),
        ("Verkäufer/in oder Chefbuchhalterin gesucht", ["Verkäufer/in", "Chefbuchhalterin"]),
        ("nurses, secretaries and bus drivers", ["nurses", "secretaries", "bus drivers"]),
        ("un poste de comptable, sinon infirmière", ["comptable", "infirmière"]),
        ("cerco lavoro come cuoco o muratore", ["cuoco", "muratore"]),
        ("Informatiker EFZ", ["Informatiker"]),
        ("remote jobs in Bern, 80 %", []),
        ("hm, was meinst du eigentlich?", []),
    ],
)
def test_an_occupation_is_found_in_the_form_it_is_written_in(text: str, named: list[str]) -> None:
    assert [text[slice(*mention.span)] for mention in find_occupations(text)] == named


def test_a_word_for_work_of_any_trade_has_no_label() -> None:
    assert [mention.label for mention in find_occupations("Mitarbeiter")] == [""]


def test_every_name_of_the_table_is_found_as_a_whole() -> None:
    for names in occupations().values():
        for name in names:
            text = name.partition("@")[0]
            spans = [mention.span for mention in find_occupations(text)]
            assert spans[:1] and spans[0][0] == 0, text
