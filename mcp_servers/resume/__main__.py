"""`python -m mcp_servers.resume`: the résumé server on stdio."""

from mcp_servers.kit import run
from mcp_servers.resume.server import build

if __name__ == "__main__":
    run(build)
