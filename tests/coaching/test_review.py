# ruff: noqa: E501 (answers as they are spoken)
from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobtracker.coaching.bank import questions
from jobtracker.coaching.language import detect
from jobtracker.coaching.review import asks_for_story, review_answer
from jobtracker.core.errors import BadInput

GOOD = {
    "en": (
        "Tell me about something you improved.",
        "When I joined the claims team in 2023, every file was checked twice by hand. My task was to "
        "halve the time to a decision. I measured each step for two weeks, then I built a check in "
        "SQL that caught the eight commonest mistakes, and I trained six colleagues to use it. I "
        "presented the numbers to our manager every Friday and changed the rules where they were "
        "wrong. As a result the time to a decision fell from nine days to four, and complaints "
        "dropped by 30 percent within a quarter.",
    ),
    "de": (
        "Was haben Sie schneller, günstiger oder besser gemacht?",
        "Als ich 2022 auf die Station kam, dauerte die Übergabe jeden Morgen 40 Minuten. Meine "
        "Aufgabe war es, diese Zeit zu halbieren. Ich habe zwei Wochen lang mitgeschrieben, worüber "
        "gesprochen wird, und ein Blatt mit sechs Punkten entworfen. Danach habe ich zwölf "
        "Kolleginnen geschult und das Blatt dreimal angepasst. Am Ende haben wir die Übergabe auf "
        "18 Minuten verkürzt und die Rückfragen um die Hälfte gesenkt, und zwei weitere Stationen "
        "haben das Blatt übernommen.",
    ),
    "fr": (
        "Qu’avez-vous amélioré ?",
        "Quand j’ai repris le magasin en 2021, les pertes atteignaient 6 % du chiffre. Je devais "
        "les réduire avant l’été. J’ai compté le stock chaque lundi, j’ai formé quatre vendeuses et "
        "j’ai changé la commande du frais. Chaque semaine, j’ai affiché les chiffres pour toute "
        "l’équipe et j’ai corrigé ce qui ne marchait pas. Au final, les pertes ont baissé de 6 % à "
        "2 %, soit 40 000 francs économisés par an, et l’équipe compte encore ainsi aujourd’hui.",
    ),
    "it": (
        "Che cosa ha migliorato?",
        "Quando lavoravo nel cantiere di Lugano nel 2022, le consegne arrivavano in ritardo. "
        "Dovevo garantire il materiale ogni mattina alle sette. Ho parlato con tre fornitori, ho "
        "introdotto un piano settimanale e ho controllato ogni consegna di persona. Ho anche "
        "formato due colleghi che mi hanno sostituito durante le vacanze e ho corretto il piano "
        "ogni venerdì. Alla fine i ritardi sono calati da 12 a 2 al mese e abbiamo chiuso il "
        "cantiere nei tempi, con un costo ridotto del 5 %.",
    ),
}
POOR = {
    "en": "Um, I think we maybe did various things, you know, and stuff, it was sort of okay I guess.",
    "de": "Ähm, also ich glaube, wir haben halt irgendwie verschiedene Sachen gemacht und so.",
    "fr": "Euh, je pense qu’on a un peu fait des choses, du coup voilà, plus ou moins.",
    "it": "Ehm, credo che forse abbiamo fatto varie cose, cioè, insomma, più o meno.",
}


@pytest.mark.parametrize("language", sorted(GOOD))
def test_a_told_story_scores_high_and_empty_words_low(language: str):
    question, answer = GOOD[language]
    good, poor = review_answer(question, answer), review_answer(question, POOR[language])
    assert good.language == poor.language == language
    assert good.score >= 75, good
    assert poor.score <= 35, poor
    assert good.parts.result == 100
    assert poor.parts.hedging < 60
    assert poor.parts.filler < 60


def test_each_note_names_a_sentence_of_the_answer():
    question, answer = GOOD["en"]
    for note in review_answer(question, answer + " Maybe it was luck.").notes:
        assert note.sentence in answer + " Maybe it was luck."
    lost = [n for n in review_answer(question, answer + " Maybe it was luck.").notes]
    assert ("hedging", "Maybe it was luck.") in [(n.part, n.sentence) for n in lost]


def test_we_instead_of_i_and_no_number_cost_points():
    question = "Tell me about a project that you delivered."
    ours = "At my last company we had to move the shop. We planned it, we moved it and we finished."
    note = [n.message for n in review_answer(question, ours).notes if n.part == "specificity"]
    assert any("your part" in message for message in note)


def test_an_answer_to_another_question_is_not_relevant():
    question = "Tell me about a conflict with a customer."
    cooking = "I baked bread. I kneaded the dough twice and in the end 12 loaves were sold."
    assert review_answer(question, cooking).parts.relevance < 50


@pytest.mark.parametrize(
    ("question", "answer"), [("Why?", ""), ("Why?", " …!? "), ("", "x"), ("Why?", "a " * 20_000)]
)
def test_nothing_and_far_too_much_are_refused(question: str, answer: str):
    with pytest.raises(BadInput):
        review_answer(question, answer)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300), st.text(max_size=600))
def test_any_text_gets_the_same_score_twice_within_bounds(question: str, answer: str):
    try:
        first = review_answer(question, answer)
    except BadInput:
        return
    assert first == review_answer(question, answer)
    assert 0 <= first.score <= 100


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 8))
def test_more_hedges_never_raise_the_score(count: int):
    question, answer = GOOD["en"]
    assert (
        review_answer(question, answer + " maybe" * count).score
        <= review_answer(question, answer).score
    )


def test_the_four_languages_are_told_apart():
    assert [detect(answer) for _, answer in GOOD.values()] == list(GOOD)


WHY = {
    "en": (
        "Why do you want to work for us?",
        "I want to work for you because your ward takes time for each person, and that matters to me. "
        "In my last job I looked after 8 patients a shift and built up the handover with two wards. "
        "I would like to bring that to your team, and the reason I apply now is that your new unit "
        "opens in March.",
    ),
    "de": (
        "Warum möchten Sie bei uns arbeiten?",
        "Ich möchte bei Ihnen arbeiten, weil Sie Lernende ernst nehmen und mir Ausbildung wichtig ist. "
        "In meiner letzten Stelle habe ich 6 Lernende begleitet, und 5 davon haben mit Auszeichnung "
        "abgeschlossen. Deshalb suche ich einen Betrieb, der darauf aufbaut.",
    ),
}


@pytest.mark.parametrize("language", sorted(WHY))
def test_a_question_for_reasons_is_not_measured_as_a_story(language: str):
    question, answer = WHY[language]
    assert not asks_for_story(question)
    review = review_answer(question, answer)
    assert review.parts.structure >= 85
    assert review.parts.result == 100
    assert review.score >= 65
    assert review_answer(question, "Because I like it.").score < 40


def test_the_bank_knows_stories_from_reasons():
    story = {q.texts["en"]: asks_for_story(q.texts["en"]) for q in questions()}
    assert story["Tell me about something that went wrong. What did you change afterwards?"]
    assert not story["Tell me about yourself in two minutes."]
    assert not story["What are your salary expectations?"]
    assert not story["Where do you want to be in three years?"]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("Wir haben das irgendwie gemacht und es war gut für alle im Team.", "weglassen"),
        ("Nous avons un peu fait cela et c’était bien pour toute l’équipe.", "résultat"),
        ("Abbiamo fatto un po’ di cose e andava bene per tutti nel gruppo.", "risultato"),
    ],
)
def test_notes_speak_the_language_of_the_answer(answer: str, said: str) -> None:
    review = review_answer("Tell me about a project.", answer)
    assert any(said in note.message for note in review.notes), [n.message for n in review.notes]
    assert not any("result" in n.message.split() for n in review.notes)


def test_every_note_is_there_in_four_languages_with_the_same_facts() -> None:
    import string

    from jobtracker.coaching.phrases import table

    for key, texts in table("notes").items():
        fields = [{f for _, f, _, _ in string.Formatter().parse(t) if f} for t in texts.values()]
        assert set(texts) == {"en", "de", "fr", "it"} and len(set(texts.values())) == 4, key
        assert all(found <= fields[0] | fields[-1] for found in fields), key
