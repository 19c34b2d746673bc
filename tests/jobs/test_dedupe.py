from datetime import UTC, datetime
from typing import Any

import pytest
import yaml

from jobtracker.core.paths import asset_dir
from jobtracker.jobs.dedupe import same_job
from jobtracker.jobs.model import JobPlace, RawPosting
from jobtracker.jobs.normalize import normalise

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def posting(row: dict[str, Any]) -> Any:
    return normalise(
        RawPosting(
            source=row["source"], external_id=row["id"], title=row["title"], text=row["text"],
            company=row["company"], places=[JobPlace(name=row["place"])],
        ),
        "ada",
        NOW,
    )  # fmt: skip


def told_apart(suite: str) -> tuple[int, list[str], list[str], int]:
    """Return the hits, the wrongly merged, the missed and the number of pairs of a suite."""
    text = (asset_dir("evals") / suite).read_text(encoding="utf-8")
    cases = yaml.safe_load(text)["cases"]
    hit, wrong, missed = 0, list[str](), list[str]()
    for case in cases:
        one, other = case["inputs"]["one"], case["inputs"]["other"]
        said = same_job(
            posting(one), posting(other), (one.get("requisition"), other.get("requisition"))
        )
        if said and case["expected_output"]:
            hit += 1
        elif said:
            wrong.append(case["name"])
        elif case["expected_output"]:
            missed.append(case["name"])
    return hit, wrong, missed, len(cases)


@pytest.mark.parametrize(("suite", "least"), [("dedup.yaml", 300), ("dedup_held_out.yaml", 100)])
def test_the_labelled_pairs_are_told_apart(suite: str, least: int) -> None:
    hit, wrong, missed, pairs = told_apart(suite)
    assert pairs >= least
    assert hit / (hit + len(wrong)) >= 0.99, wrong
    assert hit / (hit + len(missed)) >= 0.95, missed


WORDS = (
    "Du führst Gespräche mit der Kundschaft, planst Touren und hältst jeden Einsatz fest. Am "
    "Montag trifft sich das Team zur Übergabe, den Rest teilst du selber ein. Wir erwarten "
    "Erfahrung, ein freundliches Auftreten und gute Kenntnisse der Sprache in Wort und Schrift."
)


def alike(one: str, other: str, **more: str) -> bool:
    row = {"company": "Brunnental AG", "place": "Olten", "text": WORDS, "source": "a", "id": "1"}
    return same_job(
        posting(row | {"title": one}), posting(row | {"title": other, "source": "b"} | more)
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Köchin/Koch", "Koch (m/w)"), ("Kaufmann / Kauffrau EFZ", "Kauffrau/Kaufmann EFZ 80%"),
        ("Technicien/ne de maintenance", "Technicien de maintenance H/F"),
        ("Educatrice / éducateur", "Éducateur/trice"),
        ("Addetto/a alle pulizie", "Addetta alle pulizie"),
        ("Vendeur/euse", "Vendeuse / vendeur (80 à 100%)"),
        ("Chauffeur Kat. C", "Chauffeur/in Kategorie C"),
        ("Controller (Ref. 7781)", "Controller, Referenz: REQ-7781"),
        ("Pflegefachfrau HF / Pflegefachmann HF", "Pflegefachperson HF"),
        ("Fachfrau/Fachmann Betreuung Kinder", "Fachperson Betreuung Kinder"),
        ("Polymechaniker", "Polymechaniker/in EFZ"),
    ],
)  # fmt: skip
def test_how_a_title_is_written_makes_no_other_job(one: str, other: str) -> None:
    assert alike(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Buchhalter 50%", "Buchhalter 60-80%"), ("Chauffeur Kat. B", "Chauffeur Kat. C"),
        ("Projektleiter Hochbau", "Projektleiter Tiefbau"), ("Entwickler C++", "Entwickler C#"),
        ("Controller (Ref. 7781)", "Controller (Ref. 7782)"),
        ("Metzger/in", "Metzger-Verkäufer/in"), ("Logistiker EFZ", "Logistiker EBA"),
        ("Lernende/r Koch EFZ", "Koch EFZ"), ("Pflegefachperson HF", "Pflegefachperson FH"),
    ],
)  # fmt: skip
def test_small_differences_that_make_another_job(one: str, other: str) -> None:
    assert not alike(one, other)


@pytest.mark.parametrize("written", ["Kestrel", "Kestrel BV", "KESTREL b.v.", "Kestrel S.L."])
def test_how_a_legal_form_is_written_makes_no_other_employer(written: str) -> None:
    assert alike("DevOps Engineer", "DevOps Engineer", company=written) is False
    row = {"company": "Kestrel B.V.", "place": "Olten", "text": WORDS, "title": "Cook"}
    one = posting(row | {"source": "a", "id": "1"})
    assert same_job(one, posting(row | {"company": written, "source": "b", "id": "2"}))


def test_towns_of_one_name_are_two() -> None:
    one = posting({"title": "Koch", "company": "A", "place": "Wil SG", "text": WORDS,
                   "source": "a", "id": "1"})  # fmt: skip
    other = posting({"title": "Koch", "company": "A", "place": "Wil AG", "text": WORDS,
                     "source": "b", "id": "2"})  # fmt: skip
    assert not same_job(one, other)
