"""Write `.env.example` from `config/default.toml`, keeping each setting's reason beside it."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEAD = (
    "# Every setting as an environment variable; made by scripts/env_example.py "
    "from config/default.toml.\n"
)
LINE = re.compile(r"(?P<name>\w+) = (?P<value>\"[^\"]*\"|\[[^\]]*\]|\S+)\s*#\s*(?P<why>.+)")


def example(toml: str) -> str:
    """Return the text of `.env.example` for the text of `default.toml`."""
    lines = [HEAD]
    group = ""
    for line in toml.splitlines():
        if header := re.fullmatch(r"\[(\w+)\]", line.strip()):
            group = f"{header[1]}__"
            lines.append("")
        elif setting := LINE.match(line):
            value = setting["value"].strip('"')
            name = f"JOBTRACKER_{group}{setting['name']}".upper()
            lines.append(f"# {setting['why']}\n#{name}={value}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    toml = (ROOT / "config" / "default.toml").read_text(encoding="utf-8")
    (ROOT / ".env.example").write_text(example(toml), encoding="utf-8")
