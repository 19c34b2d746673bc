"""`jobtracker bench`: a table and JSON; a group that fails does not take the others along."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jobtracker.cli import bench
from jobtracker.core.bootstrap import Core
from jobtracker.core.errors import BadInput, Unavailable


def measured(_core: Core) -> list[bench.Row]:
    return [bench.row("good", 4.0, "ms", floor=2.0, most=5.0)]


def broken(_core: Core) -> list[bench.Row]:
    raise ConnectionResetError("the server went away")


def test_a_group_that_fails_is_missed_and_the_others_are_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    groups = {"broken": f"{__name__}:broken", "good": f"{__name__}:measured"}
    monkeypatch.setattr(bench, "GROUPS", groups)
    file = tmp_path / "bench.json"
    with pytest.raises(Unavailable, match="broken could not be measured"):
        bench.run_bench([], str(file))
    told = capsys.readouterr()
    assert "broken failed: the server went away" in told.err
    assert "MISSED" in told.out and "× 2.00" in told.out
    rows = {row["name"]: row for row in json.loads(file.read_text(encoding="utf-8"))}
    assert rows["good"]["met"] is True and rows["good"]["ratio"] == 2.0
    assert rows["broken"]["met"] is False
    with pytest.raises(BadInput, match="no bench group"):
        bench.run_bench(["nothing"], None)
