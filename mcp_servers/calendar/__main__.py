"""`python -m mcp_servers.calendar`: the calendar server on stdio."""

from mcp_servers.calendar.server import build
from mcp_servers.kit import run

if __name__ == "__main__":
    run(build)
