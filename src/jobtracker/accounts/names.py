"""User names: normalised, of one script, and none that looks like another's.

After UTS 39 (Unicode Security Mechanisms): a name is NFKC, its letters come from one script, and
its skeleton, the name with each letter replaced by the Latin letter or digit that it can be taken
for, must be nobody else's. Only the alphabets below are allowed, so that the table of look-alikes
can be complete; a person's display name is free.
"""

from __future__ import annotations

import re
import unicodedata

from jobtracker.core.errors import BadInput

MIN_LENGTH, MAX_LENGTH = 2, 40
_SHAPE = re.compile(r"\w([\w.-]*\w)?")
_LATIN_EXTRA = "ßæœøđłþðħŋ"
_LETTERS = {
    "Latin": frozenset("abcdefghijklmnopqrstuvwxyz" + _LATIN_EXTRA),
    "Greek": frozenset("αβγδεζηθικλμνξοπρςστυφχψω"),
    "Cyrillic": frozenset("абвгдежзийклмнопрстуфхцчшщъыьэюяђѓєѕіїјљњћќўџґ"),
}
_ALIKE = {
    # One class for what is hardly told apart in many typefaces, in either letter case.
    **dict.fromkeys("il1ιі", "l"),
    **dict.fromkeys("o0οσо", "o"),
    **dict.fromkeys("aαа", "a"),
    **dict.fromkeys("bßβвь", "b"),
    **dict.fromkeys("cς\u03f2с", "c"),
    **dict.fromkeys("eεеєэ", "e"),
    **dict.fromkeys("hηнћђħ", "h"),
    **dict.fromkeys("kκк", "k"),
    **dict.fromkeys("mμм", "m"),
    **dict.fromkeys("nпиνη", "n"),
    **dict.fromkeys("pρр", "p"),
    **dict.fromkeys("rгґ", "r"),
    **dict.fromkeys("s5ѕ", "s"),
    **dict.fromkeys("tτт", "t"),
    **dict.fromkeys("uυџц", "u"),
    **dict.fromkeys("vν", "v"),
    **dict.fromkeys("wωшщ", "w"),
    **dict.fromkeys("xχх", "x"),
    **dict.fromkeys("yγуў", "y"),
    **dict.fromkeys("z2ζ", "z"),
    **dict.fromkeys("3з", "3"),
    "б": "6",
    **dict.fromkeys("4ч", "4"),
    **dict.fromkeys("jј", "j"),
    **dict.fromkeys("fφф", "f"),
    **dict.fromkeys("dđð", "d"),
    **dict.fromkeys("lł", "l"),
    "ø": "o",
    "æ": "ae",
    "œ": "oe",
    "_": "-",
    ".": "-",
}
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"))
RESERVED = frozenset(
    {
        "admin", "administrator", "root", "system", "support", "security", "local", "shared", "me",
        "self", "api", "setup", "jobtracker", "assistant", "help", "info", "webmaster",
        "postmaster", "anonymous", "everyone", "nobody",
    }
)  # fmt: skip


def user_name(raw: str) -> str:
    """Return the name as it is kept: NFKC, letter case as given.

    Raises:
        BadInput: too short or long, other characters, more than one script, or a reserved name.
    """
    if len(raw) > 4 * MAX_LENGTH:
        raise _unusable(f"{MIN_LENGTH} to {MAX_LENGTH} characters")
    name = unicodedata.normalize("NFKC", raw).strip()
    if not MIN_LENGTH <= len(name) <= MAX_LENGTH or not _SHAPE.fullmatch(name):
        raise _unusable(f"{MIN_LENGTH} to {MAX_LENGTH} letters or digits, with . _ - between them")
    scripts = {_script(letter) for letter in folded(name) if not _neutral(letter)}
    if None in scripts:
        raise _unusable("letters of the Latin, Greek or Cyrillic alphabet; put the rest into the "
                        "display name")  # fmt: skip
    if len(scripts) > 1:
        raise _unusable("letters of one alphabet, not a mixture that looks like one")
    if skeleton(name) in _reserved():
        raise _unusable("a name that nobody takes for the system's own; this one is reserved")
    return name


def folded(name: str) -> str:
    """Return the name as it is compared at sign-in: letter case aside."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())[:64]


def skeleton(name: str) -> str:
    """Return what the name can be taken for; two names of one skeleton look alike."""
    # `casefold` would turn ß into ss, which does not look like it.
    bare = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", name).lower())
    letters = (_ALIKE.get(char, char) for char in bare if not unicodedata.combining(char))
    flat = "".join(letters)
    for pair, one in _PAIRS:
        flat = flat.replace(pair, one)
    return flat[:128]


def _reserved() -> frozenset[str]:
    return frozenset(skeleton(name) for name in RESERVED)


def _neutral(char: str) -> bool:
    return char in "0123456789._-" or bool(unicodedata.combining(char))


def _script(letter: str) -> str | None:
    base = unicodedata.normalize("NFD", letter)[0]
    return next((name for name, letters in _LETTERS.items() if base in letters), None)


def _unusable(wanted: str) -> BadInput:
    return BadInput(f"name: this one cannot be used; choose {wanted}")
