"""Envelopes: what arrived, kept before it is understood, and what became of it."""
