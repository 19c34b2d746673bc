"""`python -m mcp_servers.coaching`."""

from jobtracker.core.collector import start_without_collecting

if __name__ == "__main__":
    start_without_collecting()  # before the imports, whose objects it would walk

    from mcp_servers.coaching.server import build
    from mcp_servers.kit import run

    run(build)
