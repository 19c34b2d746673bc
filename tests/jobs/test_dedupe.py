from datetime import UTC, datetime
from typing import Any

import yaml

from jobtracker.core.paths import asset_dir
from jobtracker.jobs.dedupe import same_job
from jobtracker.jobs.model import JobPlace, RawPosting
from jobtracker.jobs.normalize import normalise

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def posting(row: dict[str, Any]) -> Any:
    return normalise(
        RawPosting(
            source=row["source"], external_id=row["id"], title=row["title"], text=row["text"],
            company=row["company"], places=[JobPlace(name=row["place"])],
        ),
        "ada",
        NOW,
    )  # fmt: skip


def test_the_labelled_pairs_are_told_apart() -> None:
    text = (asset_dir("evals") / "dedup.yaml").read_text(encoding="utf-8")
    cases = yaml.safe_load(text)["cases"]
    assert len(cases) >= 300
    hit, wrong, missed = 0, list[str](), list[str]()
    for case in cases:
        one, other = case["inputs"]["one"], case["inputs"]["other"]
        said = same_job(
            posting(one), posting(other), (one.get("requisition"), other.get("requisition"))
        )
        if said and case["expected_output"]:
            hit += 1
        elif said:
            wrong.append(case["name"])
        elif case["expected_output"]:
            missed.append(case["name"])
    assert hit / (hit + len(wrong)) >= 0.99, wrong
    assert hit / (hit + len(missed)) >= 0.95, missed
