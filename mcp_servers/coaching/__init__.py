"""The coach as an MCP server."""
