"""Who comes into set-up: administrators, and the managers of the desk whose pages they are."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponseBase

from firstline.core.kernel.refusals import NotThere, _
from firstline.core.people.models import Desk
from firstline.core.people.queries import desks_managed_by
from firstline.web.console.access import Staff, staff


class Manager(Staff):
    """An HTTP request of somebody who sets up `desk`, one of the `desks` they may set up."""

    desk: Desk
    desks: list[Desk]


def managed(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let in who manages the desk of the address; for everybody else there is no such page."""

    @staff
    @wraps(view)
    def guarded(http: Manager, desk_key: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
        http.desks = list(desks_managed_by(http.scope))
        found = next((desk for desk in http.desks if desk.key == desk_key), None)
        if found is None:
            raise NotThere(_("There is no such page."))
        http.desk = found
        return view(http, *args, **kwargs)

    return guarded
