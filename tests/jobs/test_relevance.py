import re

import yaml

from jobtracker.core.bootstrap import Core
from jobtracker.core.paths import asset_dir
from jobtracker.jobs.model import SearchRequest
from jobtracker.jobs.service import JobService


def test_the_first_postings_are_what_was_meant(core: Core) -> None:
    text = (asset_dir("evals") / "search_relevance.yaml").read_text(encoding="utf-8")
    cases = yaml.safe_load(text)["cases"]
    jobs = JobService(core)
    failed: list[str] = []
    for case in cases:
        titles = [job.title for job in jobs.search("ada", SearchRequest(**case["inputs"])).jobs[:3]]
        wanted = re.compile(case["expected_output"]["title"], re.I)
        good = sum(1 for title in titles if wanted.search(title))
        if good < min(2, max(1, len(titles))):
            failed.append(f"{case['name']}: {titles}")
    assert len(failed) <= len(cases) // 10, failed
