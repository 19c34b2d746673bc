"""The application tracker as an MCP server."""
