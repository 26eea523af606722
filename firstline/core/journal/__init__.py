"""The append-only record of facts, chained by hash."""
