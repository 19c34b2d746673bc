"""How soon things are there: help, the prompt, the first answer, each server's tools."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from jobtracker.cli.bench import Row, row
from jobtracker.cli.mcp import SERVERS
from jobtracker.core.bootstrap import Core
from jobtracker.core.errors import Unavailable
from jobtracker.core.settings import child_environment

RUNS = 5
ECHO = """
from mcp.server.mcpserver import MCPServer
server = MCPServer("echo", version="1", subscriptions=False)
@server.tool()
def echo(text: str) -> str:
    "Say it again."
    return text
server.run("stdio")
"""
INITIALIZE = (
    '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25",'
    '"capabilities":{},"clientInfo":{"name":"bench","version":"1"}}}\n'
    '{"jsonrpc":"2.0","method":"notifications/initialized"}\n'
    '{"jsonrpc":"2.0","id":2,"method":"tools/list","params":{}}\n'
)


def run(core: Core) -> list[Row]:
    """Measure from a cold process, compiled bytecode warm; medians of five."""
    environment = child_environment(JOBTRACKER_HOME=str(core.home), PYTHONDONTWRITEBYTECODE="")
    ours = [sys.executable, "-m", "jobtracker"]
    bare = "import mcp, langgraph.graph"
    help_, imports, first = _interleaved(
        [
            [*ours, "--help"],
            [sys.executable, "-c", bare],
            [*ours, "chat", "--message", "find remote python jobs in Zurich"],
        ],
        environment,
    )
    rows = [
        row("start.help", help_, "s", most=0.4),
        row("start.prompt", median(_prompt(environment) for _ in range(RUNS)), "s", most=0.6),
        row("start.first_answer", first, "s", floor=imports, most_ratio=1.3),
    ]
    floor = median(_listed([sys.executable, "-c", ECHO], environment) for _ in range(RUNS))
    for server in SERVERS:
        command = [sys.executable, "-m", f"mcp_servers.{server}"]
        value = median(_listed(command, environment) for _ in range(RUNS))
        rows.append(row(f"start.server.{server}", value, "s", floor=floor, most_ratio=1.3))
    return rows


def _interleaved(commands: list[list[str]], environment: dict[str, str]) -> list[float]:
    """Time the commands in turn, so that a slow moment of the machine meets them all."""
    times: list[list[float]] = [[] for _ in commands]
    for number in range(RUNS + 1):
        for command, taken in zip(commands, times, strict=True):
            started = time.perf_counter()
            done = subprocess.run(command, env=environment, capture_output=True, check=False)
            if done.returncode:
                raise Unavailable(f"{' '.join(command)} failed: {done.stderr.decode()[-300:]}")
            if number:  # the first run compiles
                taken.append(time.perf_counter() - started)
    return [median(taken) for taken in times]


def _prompt(environment: dict[str, str]) -> float:
    """Return the seconds from spawn until the chat's prompt is on the terminal."""
    leader, follower = pty.openpty()
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as home:
        child = subprocess.Popen(
            [sys.executable, "-m", "jobtracker", "chat"],
            stdin=follower,
            stdout=follower,
            stderr=follower,
            env={**environment, "JOBTRACKER_HOME": home, "TERM": "xterm-256color"},
            start_new_session=True,
        )
        os.close(follower)
        seen = b""
        try:
            while b"you>" not in seen:
                if not select.select([leader], [], [], 30)[0]:
                    raise Unavailable("the chat's prompt did not appear within 30 s")
                chunk = os.read(leader, 4096)
                seen += chunk
                if b"\x1b[6n" in chunk:  # the terminal is asked where its cursor is
                    os.write(leader, b"\x1b[1;1R")
            return time.perf_counter() - started
        finally:
            child.kill()
            child.wait()
            os.close(leader)


def _listed(command: list[str], environment: dict[str, str]) -> float:
    """Return the seconds from spawn until a stdio server has listed its tools."""
    started = time.perf_counter()
    root = str(Path(__file__).resolve().parents[3])
    child = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        cwd=root,
    )
    assert child.stdin is not None and child.stdout is not None
    try:
        child.stdin.write(INITIALIZE.encode())
        child.stdin.flush()
        for answer in child.stdout:
            if b'"id":2' in answer or b'"id": 2' in answer:
                return time.perf_counter() - started
        raise Unavailable(f"{' '.join(command)[-60:]} closed without listing its tools")
    finally:
        child.kill()
        child.wait()
        child.stdin.close()
        child.stdout.close()
