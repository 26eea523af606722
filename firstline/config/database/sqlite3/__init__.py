"""SQLite whose writers wait in a fair queue."""
