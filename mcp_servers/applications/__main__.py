"""`python -m mcp_servers.applications`: the tracker on stdio."""

from mcp_servers.applications.server import build
from mcp_servers.kit import run

if __name__ == "__main__":
    run(build)
