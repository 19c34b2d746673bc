"""Which language a posting is written in, by its function words or its script."""

# ruff: noqa: E501 (tables of words)
from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from jobtracker.core.lexicon.text import ascii_words

MOST_CHARS, MOST_WORDS = 1500, 250
"""So far into a text its language is looked for."""

_FUNCTION = {
    "en": "the and of to in for with you our we are is will be your as on this that have an or",
    "de": "und der die das mit für wir sie du ein eine einen den dem zu zur zum ist sind von im auf "
    "bei als dein deine ihre ihr oder auch",
    "fr": "et le la les des de du une un en pour avec vous nous votre notre est sont dans sur au aux "
    "par que qui ou",
    "it": "e il lo la gli le di del della dei delle per con una un sono nel nella che si al alla da "
    "tuo vostro nostro",
    "es": "y el la los las de del para con una un en nuestro su que se por al como tu somos",
    "nl": "en de het een van voor met je wij zijn bij als op naar ons onze jij",
    "pt": "e o a os as de do da para com uma um em nosso sua que se por ao como você",
}
_HOLDERS: dict[str, list[str]] = {}
for _language, _words in _FUNCTION.items():
    for _word in _words.split():
        _HOLDERS.setdefault(_word, []).append(_language)
_SCRIPTS = (
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
)
_FOREIGN = re.compile(f"[{''.join(script.pattern[1:-1] for _, script in _SCRIPTS)}]")
_WORDS = re.compile(r"[^\W\d_]+")


def detect(text: str) -> str | None:
    """Return the BCP 47 language of a text, None where it is too short or mixed to tell."""
    sample = text[:MOST_CHARS]
    if not sample.isascii() and _FOREIGN.search(sample):
        letters = sum(map(str.isalpha, sample)) or 1
        for language, script in _SCRIPTS:
            if len(script.findall(sample)) > letters * 0.2:
                return language
    said = Counter(filter(_HOLDERS.__contains__, _spelled(text, sample)))
    votes = dict.fromkeys(_FUNCTION, 0.0)
    kinds = dict.fromkeys(_FUNCTION, 0)
    for word, times in said.items():
        for language in _HOLDERS[word]:
            votes[language] += times / len(_HOLDERS[word])
            kinds[language] += 1
    # One small word again and again, “a” or “e”, is no sign of a language.
    votes = {language: vote if kinds[language] > 1 else 0.0 for language, vote in votes.items()}
    (best, most), (_, second) = sorted(votes.items(), key=lambda vote: -vote[1])[:2]
    return best if most >= 2 and most > 1.2 * second else None


def _spelled(text: str, sample: str) -> Sequence[str]:
    if not text.isascii():
        return _WORDS.findall(sample.lower())
    # A posting comes as its title over its text, which others split by itself.
    title, _, rest = text.partition("\n")
    return (*ascii_words(title), *ascii_words(rest)[:MOST_WORDS])
