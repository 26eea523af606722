"""Settling: a mail that was understood becomes a ticket, joins one, or is left alone by a named rule.

`settle_all` runs the steps of settling.py in order; each stands in a module named for what it decides.
"""

from firstline.commands.mail.settling import settle, settle_all

__all__ = ["settle", "settle_all"]
