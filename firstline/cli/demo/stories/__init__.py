"""The fifty stories of the demo: what was closed over the last two weeks, and what is under way."""
