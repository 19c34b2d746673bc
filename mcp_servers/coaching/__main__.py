"""`python -m mcp_servers.coaching`: the coach on stdio."""

from mcp_servers.coaching.server import build
from mcp_servers.kit import run

if __name__ == "__main__":
    run(build)
