"""Pages for operators and specialists."""
