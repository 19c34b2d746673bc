import os
import secrets
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobtracker.core import cache_redis
from jobtracker.core.bootstrap import Core
from jobtracker.core.cache import Cache, Key, MemoryLayer, open_cache
from jobtracker.core.cache_disk import DiskLayer
from jobtracker.core.cache_redis import RedisLayer
from jobtracker.core.errors import BadInput
from jobtracker.core.events import Event
from jobtracker.core.notify_redis import RedisNotifier
from jobtracker.core.settings import CacheSettings, load_settings
from tests.core.redis_server import patient, redis_server

SETTINGS = load_settings().cache
PATIENCE = 90.0
pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def redis_url(tmp_path: Path) -> Iterator[str]:
    """A Redis of the test's own on loopback."""
    with redis_server(tmp_path) as server:
        yield server.url


def small(**changes: float) -> CacheSettings:
    return SETTINGS.model_copy(update=changes)


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    opened = open_cache(SETTINGS, patient(""), tmp_path)
    yield opened
    opened.close()


def test_a_value_is_found_until_it_is_dropped(cache: Cache) -> None:
    cache.put("alice", "search", "python", b"rows")
    assert cache.get("alice", "search", "python") == b"rows"
    cache.drop("alice", "search", "python")
    assert cache.get("alice", "search", "python") is None


def test_users_and_kinds_are_apart_and_dropped_apart(cache: Cache) -> None:
    for user in ("alice", "bob"):
        for kind in ("search", "page"):
            cache.put(user, kind, "k", f"{user} {kind}".encode())
    cache.drop("alice", "search")
    assert cache.get("alice", "search", "k") is None
    assert cache.get("alice", "page", "k") == b"alice page"
    cache.drop("alice")
    assert cache.get("alice", "page", "k") is None
    assert cache.get("bob", "search", "k") == b"bob search"


def test_another_process_finds_it_on_the_disk_and_keeps_it_in_memory(tmp_path: Path) -> None:
    first, second = (
        open_cache(SETTINGS, patient(""), tmp_path),
        open_cache(SETTINGS, patient(""), tmp_path),
    )
    first.put("u", "k", "x", b"value")
    assert second.get("u", "k", "x") == b"value"
    assert second.get("u", "k", "x") == b"value"
    assert second.get("u", "k", "y") is None
    assert second.stats() == {"disk": 1, "memory": 1, "miss": 1, "hit_rate": 2 / 3}


def test_the_disk_tells_nothing_without_the_key(tmp_path: Path) -> None:
    layer = DiskLayer(tmp_path / "cache", 10**6, 60)
    layer.put("user/kind/name", b"a very private value", 60)
    files = {file for file in (tmp_path / "cache").rglob("*") if file.is_file()}
    assert all(b"private" not in file.read_bytes() for file in files)
    assert (tmp_path / "cache" / "key").stat().st_mode & 0o077 == 0
    assert (tmp_path / "cache").stat().st_mode & 0o077 == 0
    (tmp_path / "cache" / "key").write_bytes(secrets.token_bytes(32))
    assert DiskLayer(tmp_path / "cache", 10**6, 60).get("user/kind/name") is None


def test_a_file_that_was_changed_or_swapped_is_a_miss(tmp_path: Path) -> None:
    layer = DiskLayer(tmp_path, 10**6, 60)
    layer.put("u/k/a", b"one", 60)
    layer.put("u/k/b", b"two", 60)
    (tmp_path / "u/k/a").write_bytes((tmp_path / "u/k/b").read_bytes())
    assert layer.get("u/k/a") is None
    assert layer.get("u/k/b") == (b"two", pytest.approx(60, abs=5))
    (tmp_path / "u/k/b").write_bytes(b"")
    assert layer.get("u/k/b") is None


def test_the_disk_stays_below_its_size_and_loses_the_oldest(tmp_path: Path) -> None:
    layer = DiskLayer(tmp_path, 20_000, 60)
    for number in range(40):
        layer.put(f"u/k/{number:03d}", bytes(1000), 60)
        os.utime(tmp_path / f"u/k/{number:03d}", (number, number))
    kept = sum(file.stat().st_size for file in tmp_path.glob("*/*/*"))
    assert kept <= 20_000
    assert layer.get("u/k/000") is None
    assert layer.get("u/k/039") is not None
    layer.put("u/k/huge", bytes(19_000), 60)
    assert layer.get("u/k/huge") is None


def test_a_clock_that_jumps_back_makes_old_entries_unknown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    layer = DiskLayer(tmp_path, 10**6, 60)
    layer.put("u/k/a", b"one", 60)
    layer.put("u/k/b", b"two", 60)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now - 86_400)
    assert layer.get("u/k/a") is None
    monkeypatch.setattr(time, "time", lambda: now + 61)
    assert layer.get("u/k/b") is None


def test_a_disk_that_cannot_be_written_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file in the way", encoding="utf-8")
    cache = open_cache(SETTINGS, patient(""), tmp_path)
    cache.put("u", "k", "x", b"value")
    assert cache.get("u", "k", "x") == b"value"
    assert cache.get("u", "k", "y") is None
    cache.drop("u")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 400 kB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(folder)]
    try:
        done = subprocess.run(mount, capture_output=True, check=False)
    except OSError:
        pytest.skip("there is no mount here")
    if done.returncode:
        pytest.skip("a file system cannot be mounted here")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=False)


def test_a_full_disk_is_given_way_to_and_used_again_when_there_is_room(
    small_disk: Path, caplog: pytest.LogCaptureFixture
) -> None:
    layer = DiskLayer(small_disk / "cache", 10**9, 60)
    for number in range(60):
        layer.put(f"u/k/{number}", bytes(20_000), 60)
    held = {number for number in range(60) if layer.get(f"u/k/{number}") is not None}
    assert 0 < len(held) < 20, "no error, and never more than there is room for"
    assert len(caplog.records) >= 1 and "cannot be written" in caplog.text
    rest = small_disk / "of somebody else"
    with suppress(OSError), rest.open("wb") as file:
        for _ in range(4000):
            file.write(bytes(1000))
    layer.put("u/k/x", bytes(20_000), 60)
    layer.put("u/k/x", bytes(20_000), 60)
    names = {file.name for file in (small_disk / "cache").glob("*/*/*")}
    assert all("." not in name for name in names), "nothing half written is left"
    rest.unlink()
    layer.put("u/k/again", b"there is room", 60)
    found = layer.get("u/k/again")
    assert found is not None and found[0] == b"there is room"


def test_a_full_disk_without_a_key_is_a_miss_and_leaves_nothing(small_disk: Path) -> None:
    with suppress(OSError), (small_disk / "full").open("wb") as file:
        for _ in range(4000):
            file.write(bytes(1000))
    layer = DiskLayer(small_disk / "cache", 10**9, 60)
    layer.put("u/k/x", b"value", 60)
    assert layer.get("u/k/x") is None
    assert [file for file in small_disk.rglob("*") if file.is_file()] == [small_disk / "full"]
    (small_disk / "full").unlink()
    layer.put("u/k/x", b"value", 60)
    found = layer.get("u/k/x")
    assert found is not None and found[0] == b"value"


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 3000)), max_size=60))
def test_memory_never_grows_beyond_its_bound(writes: list[tuple[int, int]]) -> None:
    layer = MemoryLayer(20_000, 60)
    for key, size in writes:
        layer.put(str(key), bytes(size), 60)
        assert 0 <= layer.size <= 20_000
    for key, _ in writes:
        layer.drop(str(key))
    assert layer.size == 0


def test_memory_loses_the_least_used_and_the_old() -> None:
    layer = MemoryLayer(10_000, 60)
    for name in "abcdefgh":
        layer.put(name, bytes(1000), 60)
    layer.get("a")
    layer.put("i", bytes(1000), 60)
    assert layer.get("a") is not None
    assert layer.get("b") is None
    layer.put("a", b"x", 0)
    assert layer.get("a") is None


def test_what_many_ask_for_at_once_is_made_once(cache: Cache) -> None:
    made: list[int] = []
    inside, go = threading.Event(), threading.Event()

    def make() -> bytes:
        inside.set()
        assert go.wait(PATIENCE)
        made.append(1)
        return b"value"

    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(cache.get_or_make, "u", "k", "x", make) for _ in range(8)]
        assert inside.wait(PATIENCE)
        go.set()
        assert {future.result(PATIENCE) for future in asked} == {b"value"}
    assert made == [1]


def test_where_the_one_who_makes_it_leaves_another_one_makes_it(cache: Cache) -> None:
    inside, leave = threading.Event(), threading.Event()

    def left() -> bytes:
        inside.set()
        assert leave.wait(PATIENCE)
        raise CancelledError

    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(cache.get_or_make, "u", "k", "x", left)
        assert inside.wait(PATIENCE)
        others = [pool.submit(cache.get_or_make, "u", "k", "x", lambda: b"made") for _ in range(3)]
        leave.set()
        with pytest.raises(CancelledError):
            first.result(PATIENCE)
        assert {other.result(PATIENCE) for other in others} == {b"made"}


def test_a_failure_is_told_and_not_kept(cache: Cache) -> None:
    def fail() -> bytes:
        raise BadInput("no")

    with pytest.raises(BadInput):
        cache.get_or_make("u", "k", "x", fail)
    assert cache.get_or_make("u", "k", "x", lambda: b"now") == b"now"


def test_what_is_dropped_while_it_is_made_is_not_kept(cache: Cache) -> None:
    def make() -> bytes:
        cache.drop("u", "k")
        return b"already old"

    assert cache.get_or_make("u", "k", "x", make) == b"already old"
    assert cache.get("u", "k", "x") is None


def test_an_event_drops_what_it_changed_once_it_is_committed(core: Core) -> None:
    cache = core.cache
    cache.drop_on(core.events, "resume.edited", "score")
    for user in ("alice", "bob"):
        cache.put(user, "score", "x", b"80")
    with core.store.begin() as session:
        core.events.append(session, Event("alice", "resume.edited", "res_1", core.clock.now()))
        assert cache.get("alice", "score", "x") == b"80"
    assert cache.get("alice", "score", "x") is None
    assert cache.get("bob", "score", "x") == b"80"


def test_redis_shares_between_machines_compressed(redis_url: str, tmp_path: Path) -> None:
    one = open_cache(small(disk_mb=0), patient(redis_url), tmp_path)
    two = open_cache(small(disk_mb=0), patient(redis_url), tmp_path)
    value = b"the same again and again " * 400
    one.put("alice", "page", "x", value)
    one.put("bob", "page", "x", b"bob's")
    assert two.get("alice", "page", "x") == value
    assert two.stats()["redis"] == 1
    layer = RedisLayer(redis_url, 60, PATIENCE)
    names = list(layer._client.scan_iter())  # pyright: ignore[reportPrivateUsage]
    assert all(b"alice" not in name for name in names)
    assert len(names) == 2
    assert max(layer._client.strlen(name) for name in names) < 500  # pyright: ignore[reportPrivateUsage]
    two.drop("alice")
    assert one.get("bob", "page", "x") == b"bob's"
    two.close()
    fresh = open_cache(small(disk_mb=0), patient(redis_url), tmp_path)
    assert fresh.get("alice", "page", "x") is None
    for opened in (one, fresh, layer):
        opened.close()


def test_redis_keeps_for_its_own_time_at_most(redis_url: str) -> None:
    layer = RedisLayer(redis_url, 0.05, PATIENCE)
    layer.put("u/k/x", b"value", 3600)
    found = layer.get("u/k/x")
    assert found is None or found[1] <= 0.05
    deadline = time.monotonic() + PATIENCE
    while layer.get("u/k/x") is not None:
        assert time.monotonic() < deadline
    layer.close()


def test_a_redis_that_is_gone_costs_one_try_and_comes_back(
    redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = open_cache(SETTINGS, patient("redis://127.0.0.1:9/0"), tmp_path)
    gone.put("u", "k", "x", b"value")
    assert gone.get("u", "k", "x") == b"value"
    gone.drop("u")
    gone.close()
    layer = RedisLayer(redis_url, 60, PATIENCE)
    good = layer._client  # pyright: ignore[reportPrivateUsage]
    dead = RedisLayer("redis://127.0.0.1:9/0", 60)
    monkeypatch.setattr(layer, "_client", dead._client)  # pyright: ignore[reportPrivateUsage]
    layer.put("u/k/x", b"lost", 60)
    monkeypatch.setattr(layer, "_client", good)
    assert layer.get("u/k/x") is None
    monkeypatch.setattr(layer, "_silent_until", 0.0)
    layer.put("u/k/x", b"back", 60)
    assert layer.get("u/k/x") == (b"back", pytest.approx(60, abs=5))
    layer.close()
    dead.close()


def test_a_wrong_redis_url_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="JOBTRACKER_REDIS__URL"):
        open_cache(SETTINGS, patient("http://localhost"), tmp_path)


def test_what_one_machine_drops_the_others_drop_too(redis_url: str, tmp_path: Path) -> None:
    cores = [
        Core(load_settings(home=str(tmp_path / name), redis=patient(redis_url).model_dump()))
        for name in ("one", "two")
    ]
    one, two = (core.cache for core in cores)
    for core in cores:
        assert isinstance(core.notifier, RedisNotifier) and core.notifier.listening.wait(PATIENCE)
    one.put("ann", "search", "python", b"old")
    assert two.get("ann", "search", "python") == b"old"
    two.drop("ann", "search")
    deadline = time.monotonic() + PATIENCE
    while one.get("ann", "search", "python") is not None:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    for core in cores:
        core.close()


def test_what_is_dropped_while_it_is_read_from_a_lower_layer_is_not_kept() -> None:
    class Slow(MemoryLayer):
        """Stands below; something is dropped just after it was read from here."""

        name = "disk"

        def get(self, key: str) -> tuple[bytes, float] | None:
            found = super().get(key)
            cache.drop("ann", "search")
            return found

    memory, below = MemoryLayer(1_000_000, 60), Slow(1_000_000, 60)
    cache = Cache([memory, below], 60)
    key = Key.of("ann", "search", "python").path
    below.put(key, b"old", 60)
    assert cache.get("ann", "search", "python") == b"old"
    assert memory.get(key) is None
    assert cache.get("ann", "search", "python") is None


def test_what_another_machine_drops_while_it_is_made_here_stays_nowhere(
    redis_url: str, tmp_path: Path
) -> None:
    cores = [
        Core(load_settings(home=str(tmp_path / name), redis=patient(redis_url).model_dump()))
        for name in ("one", "two")
    ]
    one, two = (core.cache for core in cores)
    heard = threading.Event()
    notifier = cores[0].notifier
    assert isinstance(notifier, RedisNotifier) and notifier.listening.wait(PATIENCE)
    notifier.subscribe("@caches", lambda _: heard.set())

    def make() -> bytes:
        two.drop("ann")
        assert heard.wait(PATIENCE)
        return b"old"

    assert one.get_or_make("ann", "search", "python", make) == b"old"
    assert one.get("ann", "search", "python") is None
    assert two.get("ann", "search", "python") is None
    for core in cores:
        core.close()


def test_a_drop_that_redis_missed_is_done_before_it_is_read_again(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    layer = RedisLayer(redis_url, 60, PATIENCE)
    layer.put("ann/search/python", b"old", 60)
    layer.put("ann/page/1", b"kept", 60)
    monkeypatch.setattr(layer, "_silent_until", time.monotonic() + 3600)
    layer.drop("ann/search")
    assert layer.get("ann/search/python") is None, "gone, as far as anybody can tell"
    monkeypatch.setattr(layer, "_silent_until", 0.0)
    assert layer.get("ann/search/python") is None
    found = layer.get("ann/page/1")
    assert found is not None and found[0] == b"kept"
    monkeypatch.setattr(layer, "_silent_until", time.monotonic() + 3600)
    for number in range(2000):
        layer.drop(f"ann/{number}")
    monkeypatch.setattr(layer, "_silent_until", 0.0)
    assert layer.get("ann/page/1") is None, "too many were missed: everything went"
    layer.close()


def test_a_drop_whose_notice_could_not_be_sent_reaches_the_others_later(
    redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cores = [
        Core(load_settings(home=str(tmp_path / name), redis=patient(redis_url).model_dump()))
        for name in ("one", "two")
    ]
    one, two = (core.cache for core in cores)
    for core in cores:
        assert isinstance(core.notifier, RedisNotifier) and core.notifier.listening.wait(PATIENCE)
    one.put("ann", "search", "python", b"old")
    dead = RedisNotifier("redis://127.0.0.1:9/0")
    with monkeypatch.context() as gone:
        gone.setattr(cores[1].notifier, "_client", dead._client)  # pyright: ignore[reportPrivateUsage]
        two.drop("ann", "search")
        assert one.get("ann", "search", "python") == b"old", "it has not heard of it"
    deadline = time.monotonic() + PATIENCE
    while one.get("ann", "search", "python") is not None:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    for core in cores:
        core.close()
    dead.close()


def test_a_drop_that_redis_did_late_is_told_again_even_where_nobody_asks(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache_redis, "_SILENT_SECONDS", 0.01)
    layer = RedisLayer(redis_url, 60, PATIENCE)
    told: list[str] = []
    heard = threading.Event()

    def hear(prefix: str) -> None:
        told.append(prefix)
        heard.set()

    layer.on_late(hear)
    layer.put("ann/search/python", b"old", 60)
    layer.drop("ann/page")
    assert told == [], "done at once: whoever asked for it tells the others"
    good = layer._client  # pyright: ignore[reportPrivateUsage]
    dead = RedisLayer("redis://127.0.0.1:9/0", 60)
    monkeypatch.setattr(layer, "_client", dead._client)  # pyright: ignore[reportPrivateUsage]
    layer.drop("ann/search")
    assert told == []
    monkeypatch.setattr(layer, "_client", good)
    assert heard.wait(PATIENCE) and told == ["ann/search"]
    other = RedisLayer(redis_url, 60, PATIENCE)
    assert other.get("ann/search/python") is None
    for opened in (layer, dead, other):
        opened.close()


def test_drops_of_many_threads_all_reach_redis(redis_url: str) -> None:
    layer = RedisLayer(redis_url, 60, PATIENCE)
    keys = [f"ann/{number}/x" for number in range(200)]
    for key in keys:
        layer.put(key, b"old", 60)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(layer.drop, keys))
    assert [key for key in keys if layer.get(key) is not None] == []
    layer.close()
