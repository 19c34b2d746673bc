"""Scoring an answer on a written rubric. Deterministic: the same answer, the same score.

Seven parts from 0 to 100, weighted below. Each point earned or lost names its sentence.
"""

from __future__ import annotations

import re

from jobtracker.coaching.language import detect, sentences, words
from jobtracker.coaching.model import AnswerReview, Language, ReviewNote, ReviewParts
from jobtracker.coaching.phrases import competencies, marker, note, table
from jobtracker.coaching.stories import competencies_of, has_number
from jobtracker.core.errors import BadInput

WEIGHTS = {
    "structure": 22,
    "specificity": 18,
    "result": 22,
    "relevance": 16,
    "length": 8,
    "hedging": 7,
    "filler": 7,
}
MAX_CHARS = 20_000
IDEAL = (90, 260)
"""Words: about 40 seconds to two minutes of calm speech."""
SHORTEST, LONGEST = 12, 650


class _Sheet:
    """The notes as they come; at most a few of each part, so that the result stays readable."""

    def __init__(self, language: Language) -> None:
        self._language: Language = language
        self.notes: list[ReviewNote] = []

    def earned(self, part: str, sentence: str, key: str, **facts: object) -> None:
        self._add(part, "earned", sentence, note(key, self._language, **facts))

    def lost(self, part: str, sentence: str, key: str, **facts: object) -> None:
        self._add(part, "lost", sentence, note(key, self._language, **facts))

    def _add(self, part: str, effect: str, sentence: str, message: str) -> None:
        if sum(note.part == part for note in self.notes) < 4:
            self.notes.append(
                ReviewNote(
                    part=part,
                    effect="earned" if effect == "earned" else "lost",
                    sentence=sentence[:300],
                    message=message,
                )
            )


def review_answer(question: str, answer: str) -> AnswerReview:
    """Return the score of the answer to the question, its parts and the notes.

    Raises:
        BadInput: no answer, no words in it, or one of more than 20,000 characters.
    """
    if len(answer) > MAX_CHARS or len(question) > MAX_CHARS:
        raise BadInput(f"question or answer is longer than {MAX_CHARS} characters; shorten it")
    spoken = words(answer)
    if not spoken or not words(question):
        raise BadInput(
            "question and answer must both hold some words; send what was asked and said"
        )
    language, said = detect(answer), sentences(answer)
    sheet = _Sheet(language)
    story = asks_for_story(question)
    parts = ReviewParts(
        structure=(_structure if story else _reasoning)(said, language, sheet),
        specificity=_specificity(said, language, sheet),
        result=(_result if story else _proof)(said, language, sheet),
        relevance=_relevance(question, answer, said, sheet),
        length=_length(len(spoken), story, said, sheet),
        hedging=_rate("hedging", marker("hedges", language), said, len(spoken), sheet),
        filler=_rate("filler", marker("fillers", language), said, len(spoken), sheet),
    )
    total = sum(getattr(parts, name) * weight for name, weight in WEIGHTS.items()) / 100
    # Polish cannot make up for not answering: three words without a hedge are no good answer.
    cap = 0.35 + 0.65 * min(parts.relevance, parts.length + 30, 100) / 100
    return AnswerReview(
        score=round(total * cap),
        parts=parts,
        notes=sheet.notes,
        language=language,
        words=len(spoken),
    )


def _first(said: list[str], pattern: re.Pattern[str]) -> int | None:
    return next((at for at, sentence in enumerate(said) if pattern.search(sentence)), None)


def _structure(said: list[str], language: Language, sheet: _Sheet) -> int:
    places = {
        "situation": _first(said, marker("situation", language)),
        "task": _first(said, marker("task", language)),
        "action": _first(said, marker("action", language)),
        "result": _last(said, marker("result", language)),
    }
    points = 0
    for name, at in places.items():
        if at is None:
            sheet.lost("structure", said[-1] if name == "result" else said[0], f"no_{name}")
        else:
            points += 20 if name == "task" else 25
            sheet.earned("structure", said[at], f"told_{name}")
    action, result = places["action"], places["result"]
    if action is not None and result is not None and result >= action:
        points += 5
    return min(100, points)


def asks_for_story(question: str) -> bool:
    """Tell whether a question asks for something that happened; others ask why, when or how much.

    “Tell me about yourself” asks for a person, not for a story.
    """
    language = detect(question)
    if re.search(r"yourself|von sich|présentez-vous|si presenti", question, re.IGNORECASE):
        return False
    probed = [name for name in _probed(question) if name != "motivation"]
    return bool(probed) or marker("story_question", language).search(question) is not None


def _reasoning(said: list[str], language: Language, sheet: _Sheet) -> int:
    """Score an answer that gives reasons: a claim, why, and something to show for it."""
    reason = _first(said, marker("reason", language))
    action = _first(said, marker("action", language))
    points = min(30, 10 * len(said))
    if reason is None:
        sheet.lost("structure", said[0], "no_reason")
    else:
        points += 35
        sheet.earned("structure", said[reason], "a_reason")
    if action is None:
        sheet.lost("structure", said[-1], "no_example")
    else:
        points += 35
        sheet.earned("structure", said[action], "an_example")
    return points


def _proof(said: list[str], language: Language, sheet: _Sheet) -> int:
    """Score what an answer without a story shows: a number, or at least something done."""
    numbered = [s for s in said if has_number(s)]
    done = [s for s in said if marker("action", language).search(s)]
    if numbered:
        sheet.earned("result", numbered[0], "a_number")
        return 100
    if done:
        sheet.lost("result", done[0], "done_no_number")
        return 65
    sheet.lost("result", said[-1], "nothing_to_hold")
    return 25


def _last(said: list[str], pattern: re.Pattern[str]) -> int | None:
    hits = [at for at, sentence in enumerate(said) if pattern.search(sentence)]
    return hits[-1] if hits else None


_NAME = re.compile(r"(?<=[a-zà-ÿ,] )[A-ZÀ-Ý][\w+#.-]{2,}|\b[A-Z]{2,}\d*\b")


def _specificity(said: list[str], language: Language, sheet: _Sheet) -> int:
    numbered = [s for s in said if has_number(s) or re.search(r"\b(?:19|20)\d\d\b", s)]
    # German writes every noun with a capital letter, so a capital tells no name there.
    named = [s for s in said if _NAME.search(s)] if language != "de" else numbered
    vague = [s for s in said if marker("vague", language).search(s)]
    text = " ".join(said)
    own = len(marker("own", language).findall(text))
    shared = len(marker("shared", language).findall(text))
    points = 20 + min(45, 20 * len(numbered)) + min(15, 8 * len(named)) - min(30, 10 * len(vague))
    points += 20 if own > shared else 8 if own else 0
    for sentence in numbered[:2]:
        sheet.earned("specificity", sentence, "believable")
    for sentence in vague[:2]:
        sheet.lost("specificity", sentence, "vague")
    if shared > own:
        first = next(s for s in said if marker("shared", language).search(s))
        sheet.lost("specificity", first, "we")
    return max(0, min(100, points))


def _result(said: list[str], language: Language, sheet: _Sheet) -> int:
    tail = said[len(said) // 3 :]
    telling = [s for s in tail if marker("result", language).search(s)]
    numbered = [s for s in telling if has_number(s)]
    if numbered:
        sheet.earned("result", numbered[-1], "result_number")
        return 100
    if telling:
        sheet.lost("result", telling[-1], "result_no_number")
        return 60
    if any(has_number(s) for s in tail):
        sheet.lost("result", said[-1], "number_no_result")
        return 30
    sheet.lost("result", said[-1], "no_outcome")
    return 0


def _stems(text: str) -> set[str]:
    empty = str(table("markers")["question"]["words"]).split()
    return {word[:5] for word in words(text) if len(word) > 3 and word not in empty}


def _relevance(question: str, answer: str, said: list[str], sheet: _Sheet) -> int:
    asked = _stems(question)
    shared = asked & _stems(answer)
    wanted, shown = set(_probed(question)), set(competencies_of(answer, 6))
    overlap = min(1.0, len(shared) / max(1, min(3, len(asked))))
    about = 1.0 if wanted & shown else 0.0
    if not asked and not wanted:
        return 70
    # A question that names no competency cannot be judged by one: the doubt counts for the answer.
    floor = 0.15 if wanted else 0.4
    points = round(100 * min(1.0, max(floor, overlap, 0.8 * about, 0.7 * overlap + 0.5 * about)))
    if points >= 60:
        hit = next((s for s in said if _stems(s) & asked), said[0])
        sheet.earned("relevance", hit, "to_the_question")
    else:
        sheet.lost("relevance", said[0], "beside_the_question")
    return points


def _probed(question: str) -> list[str]:
    tokens = words(question)
    return [
        name
        for name, stems in competencies().items()
        if any(token.startswith(stem) for stem in stems for token in tokens)
    ]


def _length(count: int, story: bool, said: list[str], sheet: _Sheet) -> int:
    low, high = IDEAL if story else (IDEAL[0] // 2, IDEAL[1])
    if low <= count <= high:
        return 100
    if count < low:
        sheet.lost("length", said[-1], "short", count=count, low=low, high=high)
        return max(0, round(100 * (count - SHORTEST) / (low - SHORTEST)))
    sheet.lost("length", said[-1], "long", count=count, high=high)
    return max(0, round(100 * (LONGEST - count) / (LONGEST - high)))


def _rate(part: str, pattern: re.Pattern[str], said: list[str], count: int, sheet: _Sheet) -> int:
    total = 0
    for sentence in said:
        hits = [match.group(0) for match in pattern.finditer(sentence)]
        if hits:
            total += len(hits)
            quoted = ", ".join(f"“{hit.strip(',')}”" for hit in hits[:3])
            sheet.lost(part, sentence, "leave_out", quoted=quoted)
    per_hundred = 100 * total / max(count, 40)
    return max(0, round(100 - 22 * per_hundred))
