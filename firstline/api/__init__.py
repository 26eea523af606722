"""JSON over the same commands."""
