"""The command line as a person and a script use it: exit codes, one-line errors, JSON."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

NOW = "2026-11-23T09:00:00+01:00"
ROOT = Path(__file__).resolve().parents[2]


def environment(home: Path, **more: str) -> dict[str, str]:
    return {**os.environ, "JOBTRACKER_HOME": str(home), "JOBTRACKER_NOW": NOW, **more}


def jobtracker(
    home: Path, *arguments: str, given: str | bytes = "", **more: str
) -> subprocess.CompletedProcess[str]:
    data = given.encode() if isinstance(given, str) else given
    done = subprocess.run(
        [sys.executable, "-m", "jobtracker", *arguments],
        input=data,
        capture_output=True,
        env=environment(home, **more),
        timeout=280,
        check=False,
    )
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
    )


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def test_help_names_the_commands(home: Path) -> None:
    done = jobtracker(home, "--help")
    assert done.returncode == 0
    for command in ("chat", "mcp", "jobs", "resume", "calendar", "applications", "eval", "bench"):
        assert command in done.stdout


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["chat", "--message", "  "], "empty"),
        (["chat", "--message", "hi", "--now", "soon"], "soon"),
        (["chat", "--message", "hi", "--user", "../etc"], "../etc"),
        (["chat", "--message", "hi", "--thread", " "], "thread id"),
        (["chat", "--script", "/nowhere/script.txt"], "/nowhere/script.txt"),
        (["jobs", "import", "/nowhere/board.json"], "/nowhere/board.json"),
        (["resume", "import", "/nowhere/cv.pdf"], "cv.pdf"),
        (["bench", "nothing"], "nothing"),
        (["mcp", "calendar", "--transport", "http", "--host", "0.0.0.0"], "loopback"),
    ],
)
def test_bad_input_is_one_line_and_exit_1(home: Path, arguments: list[str], named: str) -> None:
    done = jobtracker(home, *arguments)
    assert done.returncode == 1
    assert named in done.stderr and "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    "arguments", [["nothing"], ["chat", "--message", "a", "--script", "b"], ["mcp", "nothing"]]
)
def test_wrong_usage_is_exit_2(home: Path, arguments: list[str]) -> None:
    assert jobtracker(home, *arguments).returncode == 2


@pytest.mark.parametrize("data", [b"\xff\xfe\x00\x01binary\x00", b"", b"{}", b"[]", b'{"a": 1}'])
def test_what_is_no_board_answer_is_refused(home: Path, data: bytes) -> None:
    done = jobtracker(home, "jobs", "import", "-", given=data)
    assert done.returncode == 1 and "Traceback" not in done.stderr


def test_a_script_prints_one_object_a_turn_and_goes_on_after_a_bad_line(home: Path) -> None:
    done = jobtracker(
        home, "chat", "--script", "-", "--json", "--thread", "t", given="hello\nbad\0line\nthanks\n"
    )
    turns = [json.loads(line) for line in done.stdout.splitlines()]
    assert [turn["turn"] for turn in turns] == [1, 2]
    assert {"thread_id", "turn", "reply", "intent", "mode", "tool_calls", "pending"} <= set(
        turns[0]
    )
    assert turns[0]["mode"] == "embedded" and turns[0]["thread_id"] == "t"
    assert done.returncode == 1 and "NUL" in done.stderr


def test_kill_9_between_turns_loses_nothing_that_was_answered(home: Path) -> None:
    seen: list[dict[str, object]] = []
    for line in ("find accounting jobs in Bern", "tell me more about the first one", "save it"):
        child = subprocess.Popen(
            [sys.executable, "-m", "jobtracker", "chat", "--script", "-", "--json"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(home),
        )
        assert child.stdin is not None and child.stdout is not None
        child.stdin.write(f"{line}\n".encode())
        child.stdin.close()
        seen.append(json.loads(child.stdout.readline()))
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        child.stdout.close()
    assert [turn["turn"] for turn in seen] == [1, 2, 3]
    first = seen[0]["tool_calls"][-1]["result"]["jobs"][0]  # type: ignore[index]
    tracked = seen[2]["tool_calls"][0]  # type: ignore[index]
    assert tracked["arguments"]["job_id"] == first["job_id"]


def test_several_processes_share_a_home(home: Path) -> None:
    children = [
        subprocess.Popen(
            [sys.executable, "-m", "jobtracker", "chat", "-m", "hello", "--thread", f"t{n}"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(home),
        )
        for n in range(3)
    ]
    for child in children:
        out, err = child.communicate(timeout=110)
        assert child.returncode == 0 and out, err.decode()


def test_a_home_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    done = jobtracker(blocked / "home", "chat", "-m", "hello")
    assert done.returncode == 1 and "JOBTRACKER_HOME" in done.stderr


@pytest.mark.parametrize("name", ["job_search", "resume", "calendar", "coaching", "applications"])
def test_each_server_starts_and_describes_its_tools(home: Path, name: str) -> None:
    import asyncio

    from mcp import Client, StdioServerParameters

    async def tools() -> list[object]:
        command = StdioServerParameters(
            command=sys.executable,
            args=["-m", f"mcp_servers.{name}"],
            env=environment(home),
            cwd=ROOT,
        )
        async with asyncio.timeout(60), Client(command) as client:
            return list((await client.list_tools()).tools)

    for tool in asyncio.run(tools()):
        assert tool.title and tool.description and tool.output_schema, tool.name  # type: ignore[attr-defined]
        assert tool.annotations is not None  # type: ignore[attr-defined]
