"""Taking postings in puts off the search for cyclic garbage, and leaves it as it was."""

import gc
from collections.abc import Iterator

import pytest

from jobtracker.jobs import index


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    on = gc.isenabled()
    yield
    gc.enable() if on else gc.disable()


@pytest.mark.parametrize("on", [True, False])
def test_garbage_is_searched_for_after_a_batch_if_it_was_before(on: bool) -> None:
    gc.enable() if on else gc.disable()
    unswept = index._Unswept()  # pyright: ignore[reportPrivateUsage]
    with pytest.raises(ValueError, match="broken"), unswept:
        assert not gc.isenabled()
        raise ValueError("broken")
    assert gc.isenabled() is on


def test_it_stays_off_until_the_last_of_two_batches_at_once_is_done() -> None:
    gc.enable()
    unswept = index._Unswept()  # pyright: ignore[reportPrivateUsage]
    with unswept:
        with unswept:
            pass
        assert not gc.isenabled()
    assert gc.isenabled()
