"""Registered requests: their life, conversation and links."""
