"""Where set-up begins: the desk one manages, and its subjects as cards."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from firstline.core.kernel.refusals import NotThere, _
from firstline.core.people.queries import desks_managed_by
from firstline.web.console.access import Staff, staff
from firstline.web.setup import frame
from firstline.web.setup.access import Manager, managed


@require_safe
@staff
def first(http: Staff) -> HttpResponse:
    """Lead to the first desk that this person may set up."""
    desk = desks_managed_by(http.scope).first()
    if desk is None:
        raise NotThere(_("There is no such page."))
    return HttpResponseRedirect(reverse("setup:home", args=[desk.key]))


@require_safe
@managed
def home(http: Manager) -> HttpResponse:
    """Show what can be set up."""
    return frame.page(http, "", "setup/home.html")
