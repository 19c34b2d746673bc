from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from jobtracker.core.errors import AuthNeeded, Unavailable
from jobtracker.core.secrets import KEY_FILE, Secrets


def test_what_is_sealed_opens_again_and_shows_nothing(tmp_path: Path) -> None:
    sealed = Secrets(tmp_path).seal({"password": "hunter2"})
    assert "hunter2" not in sealed
    assert Secrets(tmp_path).open(sealed) == {"password": "hunter2"}
    assert (tmp_path / KEY_FILE).stat().st_mode & 0o777 == 0o600


def test_many_at_once_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        sealed = list(pool.map(lambda n: Secrets(tmp_path).seal({"n": str(n)}), range(16)))
    assert [Secrets(tmp_path).open(text)["n"] for text in sealed] == [str(n) for n in range(16)]
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]


def test_another_key_asks_to_log_in_again(tmp_path: Path) -> None:
    sealed = Secrets(tmp_path).seal({"a": "b"})
    (tmp_path / KEY_FILE).unlink()
    with pytest.raises(AuthNeeded, match="connect the account again"):
        Secrets(tmp_path).open(sealed)


def test_a_home_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="cannot be used"):
        Secrets(tmp_path / "absent").seal({"a": "b"})
