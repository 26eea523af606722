"""Database back ends with the desk's own locking."""
