"""Refusals, identifiers and value types that everything else stands on."""
