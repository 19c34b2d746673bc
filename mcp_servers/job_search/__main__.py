"""`python -m mcp_servers.job_search`."""

from mcp_servers.job_search.server import build
from mcp_servers.kit import run

if __name__ == "__main__":
    run(build)
