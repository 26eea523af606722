"""Setting a desk up: its people and rights, what it offers and promises, and how mail reaches it."""
