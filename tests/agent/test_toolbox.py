"""Servers over each transport: the same calls, the same questions, the same failures."""

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mcp.server import MCPServer

from jobtracker.agent.mind.port import ToolCall
from jobtracker.agent.toolbox import ConfirmationNeeded, Connection, Toolbox
from jobtracker.app import connections
from jobtracker.core.bootstrap import Core
from jobtracker.core.errors import BadInput
from jobtracker.core.settings import child_environment
from jobtracker.core.workers import Workers
from tests.core.workers import tasks

WHEN = "2026-11-26T15:00:00+01:00"
DAY = {"start": "2026-11-26T00:00:00+01:00", "end": "2026-11-27T00:00:00+01:00"}


def call(tool: str, **arguments: Any) -> ToolCall:
    return ToolCall(id="1", server="calendar", tool=tool, arguments=arguments)


@pytest.fixture(params=["memory", "stdio", "http"])
def connection(request: pytest.FixtureRequest, core: Core) -> Iterator[Connection]:
    """The calendar server over one transport."""
    if request.param == "memory":
        found = [one for one in connections(core) if one.name == "calendar"]
        yield found[0]
        return
    environment = child_environment(
        JOBTRACKER_HOME=str(core.home), JOBTRACKER_NOW=core.settings.now
    )
    if request.param == "stdio":
        command = (sys.executable, "-m", "mcp_servers.calendar")
        yield Connection("calendar", "stdio", command=command, environment=environment)
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "jobtracker", "mcp", "calendar", "--transport", "http"]
    server = subprocess.Popen(
        [*command, "--port", str(port)], env=environment, stderr=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
        yield Connection("calendar", "http", url=f"http://127.0.0.1:{port}/mcp")
    finally:
        server.terminate()
        server.wait()


def test_a_side_effect_is_asked_for_and_done_once_over_every_transport(
    connection: Connection,
) -> None:
    booking = call("schedule_interview", company="Acme", role="Nurse", start=WHEN)

    async def story() -> None:
        async with asyncio.timeout(90), Toolbox([connection], 30) as toolbox:
            with pytest.raises(ConfirmationNeeded) as asked:
                await toolbox.call(booking, "local")
            assert "Acme" in asked.value.question
            before = await toolbox.call(call("list_events", **DAY), "local")
            assert before["ok"] and before["result"] and before["result"]["events"] == []
            with pytest.raises(ConfirmationNeeded):
                await toolbox.call(booking, "local", granted="Do something else?")
            done = await toolbox.call(booking, "local", granted=asked.value.question)
            assert done["ok"], done["error"]
            after = await toolbox.call(call("list_events", **DAY), "local")
            assert after["result"] and "Acme" in after["result"]["events"][0]["summary"]

    asyncio.run(story())


def test_a_bad_argument_is_told_over_every_transport(connection: Connection) -> None:
    async def story() -> None:
        async with asyncio.timeout(60), Toolbox([connection], 30) as toolbox:
            wrong = await toolbox.call(call("list_events", start="soon", end="later"), "local")
            assert not wrong["ok"] and wrong["error"]
            unknown = await toolbox.call(call("no_such_tool"), "local")
            assert not unknown["ok"] and "no_such_tool" in str(unknown["error"])

    asyncio.run(story())


def test_a_server_that_cannot_start_is_named_and_the_others_serve(core: Core) -> None:
    broken = Connection("calendar", "stdio", command=("/nowhere/server",))
    working = next(one for one in connections(core) if one.name == "applications")

    async def story() -> None:
        async with asyncio.timeout(60), Toolbox([broken, working], 10) as toolbox:
            await toolbox.connect_all()
            assert set(toolbox.failures) == {"calendar"}
            failed = await toolbox.call(call("list_events", **DAY), "local")
            assert not failed["ok"] and str(failed["error"]).startswith("unavailable")
            listed = await toolbox.call(
                ToolCall(id="1", server="applications", tool="list_applications", arguments={}),
                "local",
            )
            assert listed["ok"]

    asyncio.run(story())


@pytest.mark.parametrize(
    "text", ["[calendar", '[mail]\ntransport = "pigeon"', '[mail]\ntransport = "stdio"']
)
def test_a_broken_servers_file_is_named(core: Core, text: str) -> None:
    (Path(core.home) / "servers.toml").write_text(text)
    with pytest.raises(BadInput, match=r"servers\.toml"):
        connections(core)


def test_the_home_folder_changes_a_transport(core: Core) -> None:
    (Path(core.home) / "servers.toml").write_text(
        '[calendar]\ntransport = "http"\nurl = "http://127.0.0.1:1/mcp"\n[coaching]\n'
    )
    found = {one.name: one for one in connections(core)}
    assert found["calendar"].transport == "http" and found["resume"].transport == "memory"


def test_work_that_nobody_waits_for_any_more_is_killed(core: Core, tmp_path: Path) -> None:
    workers = Workers(core.settings.workers.model_copy(update={"count": 1, "overcommit": True}))
    server: MCPServer[Any] = MCPServer("busy")

    @server.tool()
    def work() -> int:  # pyright: ignore[reportUnusedFunction]
        return workers.run("holding", tasks.hold, str(tmp_path))

    def started() -> None:
        deadline = time.monotonic() + 90
        while not (tmp_path / "held").exists():
            assert time.monotonic() < deadline
            time.sleep(0.01)

    def killed() -> None:
        deadline = time.monotonic() + 90
        while workers.snapshot().killed == 0:
            assert time.monotonic() < deadline
            time.sleep(0.01)

    async def story() -> None:
        busy = Connection("busy", "memory", open=lambda: server)
        asked = ToolCall(id="1", server="busy", tool="work", arguments={})
        async with Toolbox([busy], 90) as toolbox:
            await toolbox.connect("busy")
            running = asyncio.create_task(toolbox.call(asked, "local"))
            await asyncio.to_thread(started)
            running.cancel()
            await asyncio.to_thread(killed)
            assert running.cancelled()

    asyncio.run(story())
    workers.close()
