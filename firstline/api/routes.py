"""The three groups of operations. One group holds all of an address's methods, or ninja answers 405 to the others."""

from __future__ import annotations

from ninja import Router

tickets = Router(tags=["tickets"])
incidents = Router(tags=["major incidents"])
desk = Router(tags=["desk"])
