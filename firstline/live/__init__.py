"""The hub of server-sent events."""
