"""The firstline command."""
