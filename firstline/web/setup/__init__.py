"""Pages that set a desk up."""
