"""What is forgotten is gone from every file."""

from pathlib import Path

from tests.flows.conftest import Talk

WORD = "Zwätschgenmus"


def holders(home: Path, word: str) -> list[str]:
    found: list[str] = []
    for path in home.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            if any(word.encode(code) in data for code in ("utf-8", "utf-16-le")):
                found.append(str(path.relative_to(home)))
    return found


def test_one_forgotten_dislike_leaves_no_bytes(talk: Talk, home: Path) -> None:
    talk(f"never show me {WORD}", "hello")
    assert holders(home, WORD)
    said = talk(f"forget {WORD}", "what do you know about me?")
    assert WORD not in said[1].reply
    assert holders(home, WORD) == []


def test_forgetting_everything_leaves_no_bytes(talk: Talk, home: Path) -> None:
    talk(f"never show me {WORD}", thread="one")
    talk(f"remember that I love {WORD}", thread="two")
    asked, done = talk("forget everything about me", "yes", thread="three")
    assert asked.reply != done.reply and WORD in done.reply
    assert holders(home, WORD) == []


def test_everything_is_forgotten_only_after_a_yes(talk: Talk, home: Path) -> None:
    talk(f"never show me {WORD}", thread="one")
    for answer in ("no", "hmm, find nursing jobs in Bern", "what is open?"):
        asked = talk("forget everything about me", answer, thread="two")[0]
        assert "(yes / no)" in asked.reply
        assert holders(home, WORD), answer


def test_a_secret_is_taken_out_before_it_is_kept(talk: Talk, home: Path) -> None:
    card = "4111 1111 1111 1111"
    result = talk(f"my card is {card}, find nursing jobs in Bern")[0]
    assert card not in result.reply and holders(home, card) == []
    assert "did not store" in result.reply
