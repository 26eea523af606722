"""Places where people work: one's own, and those of customers."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from firstline.commands.setup import organisations
from firstline.core.people.models import Site
from firstline.core.people.queries import sites_known_to
from firstline.web.setup import forms as forming
from firstline.web.setup import frame, lists, offers
from firstline.web.setup.access import Manager, managed
from firstline.web.zones import zone_choices

SHOWN = 200


class SiteForm(forms.Form):
    """Where it is, and what time it is there."""

    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=200)
    address = forms.CharField(
        label=_("Address"), required=False, max_length=1000, widget=forms.Textarea({"rows": 3})
    )  # fmt: skip
    time_zone = forms.ChoiceField(label=_("Time zone"), help_text=_("Its people read times in it."))

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["time_zone"].choices = zone_choices()  # type: ignore[attr-defined]


class NewForm(SiteForm):
    """A new site, and whose it is."""

    organisation = offers.OfDesk(label=_("Organisation"), empty=_("our own"))
    field_order = ("name", "organisation")

    def __init__(self, *given: Any, http: Manager, **more: Any) -> None:
        super().__init__(*given, **more)
        offers.fill(self, http)


@require_safe
@managed
def listed(http: Manager) -> HttpResponse:
    """Show the sites the desk knows of, by name."""
    rows = [
        lists.Row(
            title=site.name, href=frame.address(http, "site", site.pk), icon="map-pin",
            about=[site.organisation.name if site.organisation else gettext("our own"), site.address.partition("\n")[0],
                   site.time_zone.replace("_", " ")],
        )
        for site in _known(http).select_related("organisation")[:SHOWN]
    ]  # fmt: skip
    return lists.page(
        http, "sites", title=_("Sites"), rows=rows, new=lists.Link(_("New site"), frame.address(http, "site-new")),
        about=_("Offices, shops and plants: tickets and teams can be at one, and figures are told by them."),
        empty=lists.Empty(_("No site yet"), _("Tickets are of no place until there is one."), "map-pin"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@managed
def make(http: Manager) -> HttpResponse:
    """Make a site."""
    form = NewForm(forming.given(http), http=http, initial={"time_zone": http.desk.time_zone})
    return forming.worked(http, "sites", form, _made, title=_("New site"), save=_("Make it"))


@require_http_methods(["GET", "HEAD", "POST"])
@managed
def change(http: Manager, pk: int) -> HttpResponse:
    """Change what is said of a site."""
    site = forming.found(_known(http), pk)
    form = SiteForm(forming.given(http), initial={name: getattr(site, name) for name in SiteForm.base_fields})
    ending = lists.Deed(_("End this site"), frame.address(http, "site-end", pk), danger=True)
    deed = partial(organisations.change_site, site_id=pk)
    return forming.worked(http, "sites", form, deed, title=site.name, deeds=[ending])


@require_POST
@managed
def end(http: Manager, pk: int) -> HttpResponse:
    """End a site; what was reported there still says so."""
    site = forming.found(_known(http), pk)
    organisations.end_site(site_id=pk, by_id=http.person.pk, now=timezone.now())
    return forming.saved(http, "sites", word=gettext("%(name)s has ended.") % {"name": site.name})


def _made(*, organisation: int | None, **given: Any) -> Site:
    return organisations.make_site(organisation_id=organisation, **given)


def _known(http: Manager) -> QuerySet[Site]:
    return sites_known_to(http.scope).order_by("name", "pk")


urlpatterns = [
    path("sites", listed, name="sites"),
    path("sites/new", make, name="site-new"),
    path("sites/<int:pk>", change, name="site"),
    path("sites/<int:pk>/end", end, name="site-end"),
]
