"""How much memory there is, and whether the workers fit into it."""

from __future__ import annotations

import logging
import sys
from dataclasses import dataclass
from pathlib import Path

from jobtracker.core.errors import BadInput, NotSupported
from jobtracker.core.settings import WorkerSettings

MOST = 6
"""Workers where the setting says auto and the memory allows it."""
LEAST_MB = 256
_UNLIMITED = 1 << 60
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Budget:
    """How many workers, and how much memory each may have (MB).

    `there_mb` is what all of them have together where more was promised than there is.
    """

    workers: int
    memory_mb: int
    there_mb: int | None = None

    @property
    def room_mb(self) -> int:
        """What all tasks together may be expected to need."""
        promised = self.workers * self.memory_mb
        return promised if self.there_mb is None else min(promised, self.there_mb)


def memory_mb(root: Path = Path("/")) -> int | None:
    """Return the memory of this machine, or of its control group where that has less, in MB.

    None where neither can be read. https://docs.kernel.org/admin-guide/cgroup-v2.html (memory.max)
    and https://docs.kernel.org/admin-guide/cgroup-v1/memory.html (memory.limit_in_bytes).
    """
    found = [size for size in (_machine(root), _group(root)) if size is not None]
    return min(found) // (1024 * 1024) if found else None


def _machine(root: Path) -> int | None:
    try:
        for line in (root / "proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemTotal:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        pass
    return None


def _group(root: Path) -> int | None:
    """Return the least limit of the group and of the groups above it."""
    try:
        lines = (root / "proc/self/cgroup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    limits: list[int] = []
    for line in lines:
        _, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if not controllers:  # version 2
            limits += _walk(root / "sys/fs/cgroup", path, "memory.max")
        elif "memory" in controllers.split(","):
            limits += _walk(root / "sys/fs/cgroup/memory", path, "memory.limit_in_bytes")
    return min(limits, default=None)


def _walk(mount: Path, path: str, name: str) -> list[int]:
    # Within a container the path is the host's and may not exist below the mount: its top counts.
    parts = [part for part in path.split("/") if part and part != ".."]
    folders = [mount.joinpath(*parts[:depth]) for depth in range(len(parts), -1, -1)]
    found: list[int] = []
    for folder in folders:
        try:
            size = int((folder / name).read_text(encoding="ascii"))
        except (OSError, ValueError):  # "max" is no limit
            continue
        if size < _UNLIMITED:
            found.append(size)
    return found


def budget(settings: WorkerSettings, available_mb: int | None) -> Budget:
    """Return how many workers start, each with how much.

    `available_mb` is what `memory_mb` found. A number of workers that the settings name is kept or
    refused; `auto` takes what fits.

    Raises:
        BadInput: they do not fit; the message names the settings that change it.
    """
    wanted = settings.count or MOST
    if available_mb is None:
        return Budget(wanted, settings.memory_mb)
    rest = available_mb - settings.reserve_mb
    if wanted * settings.memory_mb <= rest:
        return Budget(wanted, settings.memory_mb)
    if settings.overcommit:
        return Budget(wanted, settings.memory_mb, max(0, rest))
    if settings.count:
        raise BadInput(
            f"{settings.count} workers of {settings.memory_mb} MB and a reserve of "
            f"{settings.reserve_mb} MB need more than the {available_mb} MB of this machine or its "
            "control group; lower workers.count, workers.memory_mb or workers.reserve_mb "
            "(JOBTRACKER_WORKERS__…), or go on with JOBTRACKER_WORKERS__OVERCOMMIT=true"
        )
    if rest < LEAST_MB:
        raise BadInput(
            f"this machine or its control group has {available_mb} MB, and a reserve of "
            f"{settings.reserve_mb} MB leaves less than {LEAST_MB} MB to one worker; lower "
            "workers.reserve_mb, or go on with JOBTRACKER_WORKERS__OVERCOMMIT=true"
        )
    fitting = max(1, rest // settings.memory_mb)
    chosen = Budget(fitting, min(settings.memory_mb, rest))
    _log.info("%d workers of %d MB fit here", chosen.workers, chosen.memory_mb)
    return chosen


def check_cap(settings: WorkerSettings, platform: str = sys.platform) -> None:
    """Refuse to run hostile input where the kernel would not enforce the limit.

    Linux counts private memory against `RLIMIT_DATA` since 4.7 (setrlimit(2)); others take the
    call and do nothing, or do not know it.

    Raises:
        NotSupported: no limit here, and `workers.uncapped` is not set.
    """
    if platform.startswith("linux") or settings.uncapped:
        return
    raise NotSupported(
        f"worker processes cannot be given a memory limit on {platform}: a hostile document could "
        "take all memory; run in a Linux container, or go on without limits with "
        "JOBTRACKER_WORKERS__UNCAPPED=true"
    )
