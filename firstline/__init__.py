"""Firstline: a service desk where every request is registered, owned and kept to its promise."""
