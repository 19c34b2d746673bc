"""The quick ways of a search give what the plain ones give, on corpora drawn by chance."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
from typing import Any

import numpy as np
import pytest

from jobtracker.core.store import open_store
from jobtracker.jobs import textindex
from jobtracker.jobs.columns import Columns
from jobtracker.jobs.fusion import DEEPEST, strongest
from jobtracker.jobs.textindex import BODY, HEAD, TextIndex


@pytest.mark.parametrize("seed", range(8))
def test_the_strongest_are_those_that_a_sort_finds_and_of_equals_the_latest(seed: int) -> None:
    rng = np.random.default_rng(seed)
    kinds = (2, 5, 40, 100_000)[seed % 4]
    merit = rng.integers(0, kinds, 9000).astype(np.float32) / np.float32(7)
    slots = np.flatnonzero(rng.random(9000) < (0.1, 0.5, 1.0)[seed % 3])
    plain = sorted(slots, key=lambda slot: (-merit[slot], -slot))[:DEEPEST]
    assert strongest(slots, merit).tolist() == sorted(plain)


@pytest.mark.parametrize("wanted", [0, 1, 5, 30])
def test_postings_of_a_place_are_found_whether_it_is_their_first_or_another(wanted: int) -> None:
    rng = np.random.default_rng(wanted)
    columns = Columns()
    keys = [f"town{n}" for n in range(40)]
    lists = [
        [keys[n] for n in rng.choice(40, rng.integers(0, 5), replace=False)] for _ in range(500)
    ]
    columns._put([  # pyright: ignore[reportPrivateUsage]
        (n + 1, n + 1, f"job_{n}", "me", "text", "firm", "\t".join(some), "", "", "en",
         None, 90_000.0 if n % 2 else None, "CHF", 0, 0, 0, 0, "open", None)
        for n, some in enumerate(lists)
    ])  # fmt: skip
    chosen = set(keys[:wanted])
    holds = columns.places.where(lambda key: key in chosen)
    plain = [bool(chosen & set(some)) for some in lists]
    assert columns.at_places(holds).tolist() == plain
    assert np.isnan(columns["top"]).tolist() == [n % 2 == 0 for n in range(500)]


@pytest.mark.parametrize("room", [48_000_000, 600])
def test_rows_of_a_word_are_the_same_asked_once_or_as_they_come(
    room: int, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(textindex, "CACHE_BYTES", room)
    rng = np.random.default_rng(room)
    store = open_store("", tmp_path)
    words = {"inmost": 0.9, "inhalf": 0.5, "insome": 0.03, "inone": 0.001}
    plain: dict[str, list[int]] = {word: [] for word in words}
    following, top = TextIndex(store.dialect), 0
    for _ in range(6):
        with store.begin() as session:
            documents: list[Any] = []
            for number in range(top + 1, top + 300, 2):
                held = {word: None for word, share in words.items() if rng.random() < share}
                documents.append((number, ((HEAD, {}), (BODY, held))))
                for word in held:
                    plain[word].append(number)
            following.add(session, documents)
            top += 300
        with store.begin() as session:
            for word, numbers in plain.items():
                once = TextIndex(store.dialect).rows(session, BODY, ((word,),), top)
                again = following.rows(session, BODY, ((word,),), top)
                assert once.tolist() == again.tolist() == numbers
                assert following.rows(session, BODY, ((word,),), top).tolist() == numbers
                assert not following.rows(session, HEAD, ((word,),), top).size
    store.close()
