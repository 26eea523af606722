"""Version 1 of the API, put together.

An operation calls its HTTP request `request`, against the glossary: ninja knows it by that name only.
"""

from __future__ import annotations

from ninja import NinjaAPI

from firstline.api import acting, catalogue, figures, incidents, problems, reading, registering, routes, tiers

api = NinjaAPI(
    title="Firstline",
    version="1",
    description="Register, read and carry requests. Every operation needs a bearer token with the scope it names.",
    docs_url=None,
)
# Importing them mounted their operations.
OPERATIONS = (registering, reading, acting, catalogue, figures, incidents, tiers)

api.add_router("", routes.tickets)
api.add_router("", routes.incidents)
api.add_router("", routes.desk)
problems.install(api)
