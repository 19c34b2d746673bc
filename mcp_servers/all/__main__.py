"""`python -m mcp_servers.all` serves every tool on stdio."""

from mcp_servers.all.server import build
from mcp_servers.kit import run

if __name__ == "__main__":
    run(build)
