"""Signed and encrypted mail: opened and checked with the desk's own keys, in this process alone (S/MIME, PGP)."""
