import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jobtracker.core import vector_server
from jobtracker.core.embedding import Embedder, Matrix, open_embedder
from jobtracker.core.errors import AuthNeeded, BadInput, Unavailable
from jobtracker.core.identity import SHARED_USER
from jobtracker.core.settings import VectorSettings, load_settings
from jobtracker.core.vector_http import Answer
from jobtracker.core.vector_link import checked
from jobtracker.core.vector_owner import parse_url
from jobtracker.core.vectors import VectorItem, Vectors, open_vectors
from tests.core.chroma_server import chroma_server

SETTINGS = load_settings().vectors.model_copy(update={"linger_seconds": 1.0, "start_seconds": 90.0})
EMBEDDER = open_embedder("embedded")
Open = Callable[..., Vectors]
pytestmark = pytest.mark.timeout(300)


class _Renamed:
    """The same vectors under another name, as another model would be."""

    name = "other-model"
    dimensions = EMBEDDER.dimensions

    def embed(self, texts: list[str]) -> Matrix:
        return EMBEDDER.embed(texts)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    made: list[Vectors] = []

    def make(settings: VectorSettings = SETTINGS, embedder: Embedder = EMBEDDER) -> Vectors:
        made.append(open_vectors(settings, tmp_path, embedder))
        return made[-1]

    yield make
    for vectors in made:
        vectors.close()
    if pid := _owner(tmp_path):
        os.kill(pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Chroma's own server, as an operator starts it."""
    with chroma_server(tmp_path_factory.mktemp("chroma")) as url:
        yield url


@pytest.fixture(params=["loopback", "server"])
def contract(request: pytest.FixtureRequest, opened: Open) -> Open:
    """Open an index on the server that the first process starts, and on one given by its URL."""
    where: dict[str, Any] = {}
    if request.param == "server":
        base = request.getfixturevalue("chroma")
        where["url"] = f"{base}/default_tenant/{uuid.uuid4().hex}"

    def make(embedder: Embedder = EMBEDDER, **changes: Any) -> Vectors:
        return opened(SETTINGS.model_copy(update={**changes, **where}), embedder)

    return make


def _owner(home: Path) -> int | None:
    try:
        return int(json.loads((home / "vectors" / "state.json").read_text("utf-8"))["pid"])
    except (FileNotFoundError, NotADirectoryError):
        return None


def _until(condition: Callable[[], bool], seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_a_user_finds_by_meaning_what_was_added(contract: Open) -> None:
    vectors = contract()
    items = [
        VectorItem("a", "the interview is on Monday", metadata={"kind": "episode"}),
        VectorItem("b", "prefers jobs in Geneva", metadata={"kind": "preference"}),
    ]
    vectors.add("memories", "alice", items)
    hits = vectors.query("memories", "alice", "prefers Geneva", k=2)
    assert [hit.id for hit in hits] == ["b", "a"]
    assert hits[0].metadata == {"kind": "preference"}
    assert 1 >= hits[0].score > hits[1].score >= 0
    found = vectors.query("memories", "alice", "prefers Geneva", where={"kind": "episode"})
    assert [hit.id for hit in found] == ["a"]
    assert vectors.query("memories", "alice", embedding=EMBEDDER.embed(["Geneva"])[0])[0].id == "b"


def test_users_of_one_shard_never_meet_even_with_the_same_ids(contract: Open) -> None:
    vectors = contract(shards=1)
    vectors.add("memories", "alice", [VectorItem("m", "likes tea")])
    vectors.add("memories", "bob", [VectorItem("m", "likes tea")])
    vectors.delete("memories", "alice", ["m"])
    assert vectors.query("memories", "alice", "likes tea") == []
    assert [hit.id for hit in vectors.query("memories", "bob", "likes tea")] == ["m"]
    assert vectors.count("memories", "alice") == 0
    assert vectors.count("memories", "bob") == 1


def test_shared_vectors_need_no_metadata_and_can_be_dropped(contract: Open) -> None:
    vectors = contract()
    vectors.add("postings", SHARED_USER, [VectorItem("job/1", "Python developer")])
    assert vectors.query("postings", SHARED_USER, "python")[0].id == "job/1"
    assert vectors.count("postings", SHARED_USER) == 1
    vectors.delete("postings", SHARED_USER)
    assert vectors.query("postings", SHARED_USER, "python") == []


def test_adding_again_replaces_and_the_last_of_a_batch_counts(contract: Open) -> None:
    vectors = contract()
    vectors.add("memories", "u", [VectorItem("m", "tea", metadata={"v": 1})])
    again = [VectorItem("m", "tea", metadata={"v": 2}), VectorItem("m", "tea", metadata={"v": 3})]
    vectors.add("memories", "u", again)
    assert [hit.metadata for hit in vectors.query("memories", "u", "tea")] == [{"v": 3}]


def test_nothing_is_found_with_empty_words_and_nothing_stored_for_them(contract: Open) -> None:
    vectors = contract()
    vectors.add("memories", "u", [VectorItem("m", ""), VectorItem("n", "word")])
    vectors.add("memories", "u", [])
    vectors.delete("memories", "u", [])
    assert vectors.query("memories", "u", "") == []
    assert vectors.query("memories", "u", "word", k=0) == []
    assert vectors.count("memories", "u") == 1


def test_another_model_has_an_index_and_a_generation_of_its_own(contract: Open) -> None:
    first = contract()
    first.add("memories", "u", [VectorItem("m", "tea")])
    second = contract(embedder=_Renamed())
    assert second.query("memories", "u", "tea") == []
    assert second.generation() != first.generation()
    assert contract().generation() == first.generation()


def test_a_rebuild_replaces_every_collection_of_the_kind(contract: Open) -> None:
    vectors = contract()
    vectors.add("memories", "u", [VectorItem("old", "tea")])
    vectors.add("postings", SHARED_USER, [VectorItem("p", "tea")])
    truth = [(f"user{n % 7}", VectorItem(f"m{n}", f"fact number {n}")) for n in range(60)]
    assert vectors.rebuild("memories", iter(truth)) == 60
    assert vectors.count("memories", "u") == 0
    assert sum(vectors.count("memories", f"user{n}") for n in range(7)) == 60
    assert vectors.count("postings", SHARED_USER) == 1


def _add_hundred(home: str, writer: int, barrier: object, results: object) -> None:
    vectors = open_vectors(SETTINGS, Path(home), open_embedder("embedded"))
    barrier.wait()  # type: ignore[attr-defined]
    for start in range(0, 100, 10):
        items = [VectorItem(f"w{writer}-{n}", f"item {n}") for n in range(start, start + 10)]
        vectors.add("memories", "alice", items)
    barrier.wait()  # type: ignore[attr-defined]
    results.put(vectors.count("memories", "alice"))  # type: ignore[attr-defined]
    vectors.close()


def test_four_processes_adding_a_hundred_each_all_find_four_hundred(
    tmp_path: Path, opened: Open
) -> None:
    context = multiprocessing.get_context("spawn")
    barrier, results = context.Barrier(4), context.Queue()
    writers = [
        context.Process(target=_add_hundred, args=(str(tmp_path), n, barrier, results))
        for n in range(4)
    ]
    for writer in writers:
        writer.start()
    assert [results.get(timeout=110) for _ in writers] == [400] * 4
    for writer in writers:
        writer.join(60)
    assert opened().count("memories", "alice") == 400


def test_a_killed_owner_is_started_again_and_nothing_is_lost(tmp_path: Path, opened: Open) -> None:
    vectors, other = opened(), opened()
    vectors.add("memories", "u", [VectorItem(f"m{n}", f"fact {n}") for n in range(50)])
    assert other.count("memories", "u") == 50
    generation, pid = vectors.generation(), _owner(tmp_path)
    assert pid
    os.kill(pid, signal.SIGKILL)
    assert other.count("memories", "u") == 50
    assert vectors.query("memories", "u", "fact 7", k=1)[0].id == "m7"
    assert vectors.generation() == generation
    assert _owner(tmp_path) != pid


def test_the_server_stops_after_its_last_user_left(tmp_path: Path, opened: Open) -> None:
    first, second = opened(), opened()
    first.start()
    second.start()
    pid = _owner(tmp_path)
    assert pid
    first.close()
    assert second.count("memories", "u") == 0
    second.close()
    _until(lambda: not _alive(pid))
    assert _owner(tmp_path) is None


def test_erased_vectors_leave_the_files_and_the_others_stay(tmp_path: Path, opened: Open) -> None:
    vectors, other = (
        opened(SETTINGS.model_copy(update={"shards": 1})),
        opened(SETTINGS.model_copy(update={"shards": 1})),
    )
    texts = [f"secret plan number {n} of alice" for n in range(1300)]
    vectors.add("memories", "alice", [VectorItem(f"alice{n}", t) for n, t in enumerate(texts)])
    vectors.add("memories", "bob", [VectorItem("bob1", "a plain fact about tea")])
    assert other.count("memories", "alice") == 1300
    data = tmp_path / "vectors" / "chroma"
    needles = [EMBEDDER.embed([texts[n]])[0].tobytes()[:32] for n in (3, 700, 1299)]
    assert any(needle in _bytes(data) for needle in needles)
    vectors.erase("memories", "alice")
    left = _bytes(tmp_path / "vectors")
    assert not any(needle in left for needle in needles)
    assert b"alice" not in left
    assert [hit.id for hit in other.query("memories", "bob", "tea")] == ["bob1"]
    assert other.count("memories", "alice") == 0
    other.add("memories", "alice", [VectorItem("new", "tea")])
    assert vectors.count("memories", "alice") == 1


def _bytes(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())


def test_a_rewrite_cut_by_a_kill_is_finished_by_the_next_user(opened: Open) -> None:
    vectors = opened()
    vectors.add("memories", "u", [VectorItem("m", "tea")])
    link = vectors._linked()  # pyright: ignore[reportPrivateUsage]
    name = vectors._place("memories", "u").name  # pyright: ignore[reportPrivateUsage]
    path = f"{link.endpoint.path}/collections/{link.resolve(name)}"
    checked(link.connections.request("PUT", path, {"new_name": f"compacting-{name}"}))
    assert [hit.id for hit in opened().query("memories", "u", "tea")] == ["m"]


def test_the_folder_is_private_and_other_tenants_see_nothing(tmp_path: Path, opened: Open) -> None:
    vectors = opened()
    vectors.add("memories", "u", [VectorItem("m", "tea")])
    folder = tmp_path / "vectors"
    assert folder.stat().st_mode & 0o077 == 0
    for name in ("state.json", "secret", "server.yaml", "server.log"):
        assert (folder / name).stat().st_mode & 0o077 == 0
    link = vectors._linked()  # pyright: ignore[reportPrivateUsage]
    databases = "/api/v2/tenants/default_tenant/databases/default_database/collections"
    assert link.connections.request("GET", databases).body == []
    assert link.endpoint.address.host == "127.0.0.1"


def test_a_damaged_index_is_thrown_away_and_has_a_new_generation(
    tmp_path: Path, opened: Open
) -> None:
    first = opened()
    generation, pid = first.generation(), _owner(tmp_path)
    assert pid
    os.kill(pid, signal.SIGKILL)
    _until(lambda: not _alive(pid))
    (tmp_path / "vectors" / "chroma" / "chroma.sqlite3").write_bytes(b"nonsense" * 1000)
    assert first.generation() != generation
    assert first.count("memories", "u") == 0


def test_a_server_that_cannot_start_is_named_once_and_not_tried_at_every_call(
    tmp_path: Path, opened: Open
) -> None:
    (tmp_path / "vectors").write_text("a file where the folder should be")
    vectors = opened()
    with pytest.raises(Unavailable, match="vectors"):
        vectors.start()
    assert not vectors.ready
    (tmp_path / "vectors").unlink()  # a second attempt would now succeed
    with pytest.raises(Unavailable) as caught:
        vectors.query("memories", "u", "tea")
    assert caught.value.retry_after


def test_a_process_that_is_killed_frees_its_lease(tmp_path: Path, opened: Open) -> None:
    script = (
        "import sys, time; from pathlib import Path\n"
        "from jobtracker.core.settings import load_settings\n"
        "from jobtracker.core.embedding import open_embedder\n"
        "from jobtracker.core.vectors import open_vectors\n"
        "s = load_settings().vectors.model_copy(update={'linger_seconds': 1.0})\n"
        "v = open_vectors(s, Path(sys.argv[1]), open_embedder('embedded'))\n"
        "v.start(); print('up', flush=True); time.sleep(60)\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline() == b"up\n"
        pid = _owner(tmp_path)
        process.kill()
    assert pid
    _until(lambda: not _alive(pid))


def test_a_server_given_by_url_is_used(tmp_path: Path, opened: Open) -> None:
    loopback = opened()
    link = loopback._linked()  # pyright: ignore[reportPrivateUsage]
    address = link.endpoint.address
    url = f"http://{address.host}:{address.port}/default_tenant/shared"
    remote = opened(SETTINGS.model_copy(update={"url": url}))
    remote.add("memories", "u", [VectorItem("m", "tea")])
    assert remote.query("memories", "u", "tea")[0].id == "m"
    assert loopback.count("memories", "u") == 0
    remote.erase("memories", "u")
    assert remote.count("memories", "u") == 0


def test_what_several_machines_write_to_one_server_all_of_them_find(
    chroma: str, opened: Open
) -> None:
    url = f"{chroma}/default_tenant/{uuid.uuid4().hex}"
    machines = [opened(SETTINGS.model_copy(update={"url": url})) for _ in range(3)]
    texts = [f"fact number {number}" for number in range(90)]
    with ThreadPoolExecutor(9) as pool:
        list(
            pool.map(
                lambda n: machines[n % 3].add("memories", "ann", [VectorItem(f"m{n}", texts[n])]),
                range(90),
            )
        )
    for machine in machines:
        assert machine.count("memories", "ann") == 90
        assert machine.query("memories", "ann", texts[41], k=1)[0].id == "m41"
    machines[0].add("memories", "bob", [VectorItem("b", "fact number 41")])
    assert machines[1].erase_user("ann") == 1
    assert machines[2].count("memories", "ann") == 0
    assert [hit.id for hit in machines[2].query("memories", "bob", "fact")] == ["b"]
    assert len({machine.generation() for machine in machines}) == 1


def test_a_url_without_a_server_says_which_setting(opened: Open) -> None:
    vectors = opened(SETTINGS.model_copy(update={"url": "http://127.0.0.1:9"}))
    with pytest.raises(Unavailable, match="JOBTRACKER_VECTORS__URL"):
        vectors.start()


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://x", "http://", "http://h:port"])
def test_a_wrong_url_is_bad_input(url: str, opened: Open) -> None:
    with pytest.raises(BadInput, match="JOBTRACKER_VECTORS__URL"):
        opened(SETTINGS.model_copy(update={"url": url}))


def test_a_url_may_carry_token_tenant_and_database() -> None:
    endpoint = parse_url("https://:s3%2Fcret@vectors.example/team/jobs")
    assert endpoint.address.port == 443
    assert endpoint.address.headers["x-chroma-token"] == "s3/cret"
    assert endpoint.path == "/api/v2/tenants/team/databases/jobs"
    assert "s3" not in repr(endpoint)


def test_a_refused_token_is_told() -> None:
    with pytest.raises(AuthNeeded):
        checked(Answer(401, None))


@pytest.mark.parametrize("kind", ["", "Memories", "a-b", "../x", "m" * 40])
def test_a_kind_is_a_short_word(kind: str, opened: Open) -> None:
    with pytest.raises(BadInput):
        opened().query(kind, "u", "tea")


def test_vectors_of_other_lengths_are_scaled(opened: Open) -> None:
    vectors = opened()
    row = EMBEDDER.embed(["tea"])[0] * np.float32(250)
    vectors.add("memories", "u", [VectorItem("m", embedding=row)])
    assert vectors.query("memories", "u", "tea")[0].score == pytest.approx(1, abs=1e-3)


def test_a_second_owner_gives_way(tmp_path: Path) -> None:
    lock = vector_server.open_lock(tmp_path / "owner.lock")
    assert vector_server.try_lock(lock)
    assert vector_server.main([str(tmp_path), "1"]) == vector_server.OWNED_BY_OTHER
    os.close(lock)
