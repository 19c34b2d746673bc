"""Hostile tasks in the worker processes of a served assistant: others are answered meanwhile."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from jobtracker.cli.bench_hostile import HANDLERS, KINDS, ended, queue
from jobtracker.cli.bench_http import serve
from jobtracker.core.bootstrap import Core
from jobtracker.core.settings import load_settings
from tests.core.durable.helpers import wait_until

PATIENCE = 200.0
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
SAID = ("find nursing jobs in Bern", "what's open?", "am I free Thursday afternoon?", "thanks")
RESUME = b"Anna Muster\nanna@example.com\n\nExperience\nClerk, Acme AG, 2019-2024\n"


def test_others_are_answered_and_their_files_are_read_while_hostile_tasks_run(
    tmp_path: Path,
) -> None:
    """Memory of 3 GiB, a loop without end, a null pointer that is read, a fork: all at once."""
    home = str(tmp_path / "served")
    command = ["-m", "jobtracker", "serve", "--port", "0"]
    environment = {"JOBTRACKER_HOME": home, "JOBTRACKER_DURABLE__HANDLERS": HANDLERS}
    with (
        serve(command, **environment) as served,
        closing(Core(load_settings(home=home))) as core,
        httpx.Client(base_url=f"http://127.0.0.1:{served.port}", timeout=PATIENCE) as client,
    ):
        jobs = queue(core, rounds=2)
        answered = 0
        while ended(core, jobs).total() < len(jobs):
            said = {"message": SAID[answered % len(SAID)], "thread_id": "t"}
            answer = client.post("/v1/chat", json=said)
            assert answer.status_code == 200 and answer.json()["turn"] == answered + 1
            answered += 1
            if answered == 2:
                file = {"file": ("cv.txt", RESUME)}
                assert client.post("/v1/resumes", files=file).status_code == 201
            states = {core.durable.get(job, "eve").state for _, job in jobs}
            assert states <= {"waiting", "handed", "running", "done", "failed"}
            if states <= {"done", "failed"}:
                break
        assert answered > 2
        assert ended(core, jobs) == Counter(dict.fromkeys(KINDS, 2)), "each as it must"
        wait_until(lambda: client.get("/readyz").status_code == 200, "it is well")
        assert served.process.poll() is None
