from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobtracker.core.lexicon import places
from jobtracker.core.lexicon.gazetteer import LANGUAGES, Place, gazetteer
from jobtracker.core.lexicon.text import fold, words

ALL = list(gazetteer().places.values())
WITHOUT_A_PLACE = (
    # English
    "Show me more jobs like the second one, please.",
    "It would be nice to hear back from them by Friday.",
    "I am reading the posting and the requirements look fine.",
    "He wants to split his time between reading and writing.",
    "The mobile app needs a bath of tests before release.",
    "I often learn something new in general meetings.",
    "No consulting, no agencies, and at least five weeks of vacation.",
    "Can you tailor my resume and write a cover letter?",
    "Turn it into a turkey sandwich joke, will you?",
    "In march we talked about the role and the salary.",
    "Contact us at jobs@zurich.example or see www.bern.example",
    "Nice to meet you, I am looking for a remote role.",
    "Reading books is my hobby, and so is cooking.",
    "I had an interview at Credit Suisse and at Zurich Insurance.",
    "We use C, R and Go; AI and ML are a plus, so BE ready.",
    "Novartis AG and Muster AG are hiring SO many people.",
    "How do I negotiate a base salary and a bonus?",
    "I will split the root cause into small parts.",
    "Please schedule the phone call with Austin at ten.",
    "My island of calm is a good cup of coffee.",
    "Fluent in German or Italian, and paid in francs until August.",
    "I want to begin in august and settle the matter.",
    # German
    "Ich sitze im Zug und lese die Stellenanzeige.",
    "Der Speicher ist voll, wir brauchen mehr Platz.",
    "Alle Bewerbungen gehen heute noch raus.",
    "Wir essen um zwölf und gehen danach baden.",
    "Das Horn und der Stein liegen im Wald.",
    "Zeig mir bitte die nächsten fünf Stellen.",
    "Meine Rolle im Team war die Leitung der Abteilung.",
    "Ich will lachen und laufen, nicht nur arbeiten.",
    "Die Sitten sind dort andere als bei uns.",
    "Kannst du mein Motivationsschreiben kürzen?",
    "Die Muster AG hat mir heute abgesagt.",
    "Er hat in bar bezahlt und ist gegangen.",
    "Wie bereite ich mich auf das zweite Gespräch vor?",
    "Ins Büro fahre ich zweimal die Woche.",
    "Zum Wohl und bis bald auf der Baustelle!",
    "Ich möchte gerne Teilzeit arbeiten, sechzig Prozent.",
    "Ein Ei, ein Brot und ein Löwen-Kostüm.",
    "Das Leiden hat ein Ende, ich habe den Vertrag.",
    "Kenntnisse in Natur und Technik, bei Bayer oder im Labor gewonnen.",
    "Am frühen Morgen oder auch in der Saison bei Muster.",
    # French
    "Je cherche un poste à temps plein comme infirmière.",
    "La réunion est fixée à jeudi matin.",
    "Elle joue un rôle important dans notre équipe.",
    "Il y a trente candidats pour ce poste.",
    "Nous avons fait plusieurs tours de table.",
    "Une bulle de calme, loin du bruit.",
    "Peux-tu écrire une lettre de motivation en français ?",
    "Il faut garder le cap et rester motivé.",
    "Maurice et Nancy ont signé leur contrat.",
    "Je préfère le télétravail, sans voyage.",
    "Quelle est la valence de cet atome ?",
    "L'aigle vole au-dessus de la montagne.",
    "Mon entretien est reporté à la semaine prochaine.",
    "J'ai eu le poste, merci beaucoup !",
    "Je parle italien et je préfère un CV en italien.",
    "Une entreprise avec un permis suisse valable.",
    # Italian
    "Cerco un lavoro a tempo parziale come contabile.",
    "I muri della casa sono bianchi.",
    "Il fiume è vicino alla fabbrica.",
    "Come posso migliorare il mio curriculum?",
    "Ho trenta anni e parlo quattro lingue.",
    "Che cosa usa la tua azienda per i pagamenti?",
    "Mi piacerebbe lavorare da casa due giorni.",
    "Grazie mille, ci sentiamo domani mattina.",
    "Il faro illumina la costa di notte.",
    "Non voglio più lavorare di notte.",
)


@pytest.mark.parametrize("sentence", WITHOUT_A_PLACE)
def test_ordinary_sentences_hold_no_place(sentence: str) -> None:
    assert places.find_places(sentence) == []


def test_there_are_enough_places_of_every_kind() -> None:
    count = {kind: sum(p.kind == kind for p in ALL) for kind in ("town", "city", "canton")}
    assert count["town"] >= 400
    assert count["city"] >= 400
    assert count["canton"] == 26
    assert sum(p.kind == "country" for p in ALL) >= 245


def test_every_name_in_every_language_is_found_whole() -> None:
    """Of homonyms the likeliest may be meant, but some place is found, with this very span."""
    missing: list[str] = []
    for place in ALL:
        for name in {place.name, *(place.label(language) for language in LANGUAGES)}:
            text = f"jobs in {name}"
            spans = {m.span for m in places.find_places(text)}
            if (len(text) - len(name), len(text)) not in spans:
                missing.append(name)
    assert missing == []


def test_every_name_resolves_to_the_place_or_to_a_namesake() -> None:
    for place in ALL:
        found = places.resolve(place.name)
        assert found is not None, place.name
        assert found is place or fold(place.name) in {
            fold(n) for n in (found.name, *found.names.values(), *found.aliases)
        }, place.name


def test_swiss_coordinates_lie_in_switzerland_and_in_their_canton() -> None:
    for place in ALL:
        if place.kind == "town":
            assert 45.8 <= place.lat <= 47.82, place.name
            assert 5.93 <= place.lon <= 10.5, place.name
            canton = gazetteer().places[f"canton-{str(place.canton).lower()}"]
            assert places.distance_km(place, canton) < 85, place.name
            assert places.within(place, canton)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Python jobs in Zuerich", ["town-zurich"]),
        ("python jobs in zürich", ["town-zurich"]),
        ("PYTHON JOBS IN GENEVA PLEASE", ["town-geneve"]),
        ("Stellen in St.Gallen, Wil (SG) und Sankt Gallen",
         ["town-st-gallen", "town-wil", "town-st-gallen"]),
        ("postes à Bâle, Coire ou Fribourg", ["town-basel", "town-chur", "town-fribourg"]),
        ("lavoro a Ginevra, Basilea o Coira", ["town-geneve", "town-basel", "town-chur"]),
        ("Wohne in Zug, arbeite in Baar", ["town-zug", "town-baar"]),
        ("Biel/Bienne 80%", ["town-biel-bienne"]),
        ("canton of Zurich", ["canton-zh"]),
        ("im Kanton Aargau oder ZH/ZG", ["canton-ag", "canton-zh", "canton-zg"]),
        ("Buchs AG, nicht Buchs SG", ["town-buchs-ag", "town-buchs-sg"]),
        ("anywhere in Switzerland or the EU", ["country-ch", "region-eu"]),
        ("remote, UK or the US", ["country-gb", "country-us"]),
        ("jobs in Nice, France", ["city-nice-fr"]),
        ("Freiburg, Germany", ["city-freiburg-im-breisgau-de"]),
        ("data engineer in zurch", ["town-zurich"]),
        ("region genevoise ou arc lémanique", ["region-greater-geneva", "region-lake-geneva"]),
        ("im Berner Oberland", ["region-bernese-oberland"]),
        ("Züri oder Winterthur", ["town-zurich", "town-winterthur"]),
        ("Zürich, Switzerland", ["town-zurich"]),
        ("Jobs im Jura", ["canton-ju"]),
        ("Er studiert Jura", []),
        ("Rolle VD oder Gland VD", ["town-rolle", "town-gland"]),
        ("Kreuzlingen/Konstanz", ["town-kreuzlingen", "city-konstanz-de"]),
    ],
)  # fmt: skip
def test_places_are_understood_in_their_surroundings(text: str, expected: list[str]) -> None:
    assert [m.place.key for m in places.find_places(text)] == expected


def test_a_typo_is_marked_as_inexact() -> None:
    (mention,) = places.find_places("jobs in Lausane")
    assert mention.place.key == "town-lausanne"
    assert not mention.exact


def test_resolve_reads_addresses_and_slips_and_refuses_the_rest() -> None:
    assert _key("8001 Zürich") == "town-zurich"
    assert _key("Zürcih") == "town-zurich"
    assert _key("New York, NY") == "city-new-york-us"
    assert _key("TI") == "canton-ti"
    assert _key("DE") == "country-de"
    for nothing in ("", "   ", "xyzzy", "remote", "80%", "🙂", "\x00"):
        assert places.resolve(nothing) is None


def _key(name: str) -> str | None:
    place = places.resolve(name)
    return place.key if place else None


def _at(key: str) -> Place:
    return gazetteer().places[key]


@pytest.mark.parametrize(
    ("inner", "outer", "expected"),
    [
        ("town-lausanne", "region-romandie", True),
        ("town-zurich", "region-romandie", False),
        ("town-biel-bienne", "region-romandie", True),
        ("town-brig", "region-german-switzerland", True),
        ("town-sion", "region-german-switzerland", False),
        ("town-lugano", "region-italian-switzerland", True),
        ("town-meilen", "region-lake-zurich", True),
        ("town-winterthur", "region-lake-zurich", False),
        ("town-winterthur", "region-greater-zurich", True),
        ("town-interlaken", "region-bernese-oberland", True),
        ("canton-vd", "region-romandie", True),
        ("canton-vd", "country-ch", True),
        ("country-ch", "region-eu", False),
        ("country-ch", "region-dach", True),
        ("city-vienna-at", "region-eu", True),
        ("city-paris-fr", "region-emea", True),
        ("region-dach", "region-europe", True),
        ("town-zurich", "region-europe", True),
        ("country-ch", "town-zurich", False),
        ("town-zurich", "town-zurich", True),
    ],
)
def test_within(inner: str, outer: str, expected: bool) -> None:
    assert places.within(_at(inner), _at(outer)) is expected


def test_distance_is_symmetric_and_about_right() -> None:
    zurich, geneva = _at("town-zurich"), _at("town-geneve")
    assert places.distance_km(zurich, geneva) == pytest.approx(224, abs=6)
    assert places.distance_km(zurich, geneva) == places.distance_km(geneva, zurich)
    assert places.distance_km(zurich, zurich) == 0


@given(st.text(max_size=300))
def test_any_text_yields_ordered_spans_inside_it(text: str) -> None:
    end = 0
    for mention in places.find_places(text):
        assert end <= mention.span[0] < mention.span[1] <= len(text)
        end = mention.span[1]
    for word in words(text):
        assert text[word.start : word.end] == word.raw


@given(st.sampled_from(ALL), st.sampled_from(LANGUAGES), st.text(max_size=40))
def test_resolve_never_fails(place: Place, language: str, noise: str) -> None:
    places.resolve(noise + place.label(language) + noise)


def test_a_hundred_kilobytes_of_misspelt_places_are_read() -> None:
    """A search that compares all with all would run into the suite's time-out here."""
    text = "Zurhci in Bernn und Lausane, zuerichh oder Genff " * 2000
    assert places.find_places(text)
