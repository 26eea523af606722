"""Services the desk offers: listed, made, changed, ended."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from firstline.commands.setup import catalogue
from firstline.core.people.rosters import teams_at
from firstline.core.services.models import Service
from firstline.web import naming
from firstline.web.setup import forms as forming
from firstline.web.setup import frame, lists
from firstline.web.setup.access import Manager, managed
from firstline.web.setup.categories import of_desk
from firstline.web.setup.forms import LanguagesField
from firstline.web.templatetags.frame import words


class ServiceForm(forms.Form):
    """What can be set of a service; `key` only when it is made."""

    name = LanguagesField(label=_("What it is called"))
    key = forms.CharField(
        label=_("Key"), max_length=60, help_text=_("Its name in addresses: small letters, digits and hyphens.")
    )
    about = LanguagesField(label=_("What it is for"), max_length=2000, required=False)
    team_id = forms.TypedChoiceField(label=_("Who gets its tickets"), required=False, coerce=int, empty_value=None)
    category_id = forms.TypedChoiceField(label=_("Category"), required=False, coerce=int, empty_value=None)
    kind = forms.ChoiceField(label=_("Kind"), choices=list(naming.KINDS.items()))
    impact = forms.TypedChoiceField(label=_("Whom it stops"), coerce=int, choices=list(naming.IMPACTS.items()))
    urgency = forms.TypedChoiceField(label=_("How urgent"), coerce=int, choices=list(naming.URGENCIES.items()))
    weight = forms.IntegerField(
        label=_("Weight"), min_value=1, max_value=100,
        help_text=_("By how much faster its overdue tickets rise than those of a service with weight 1."),
    )  # fmt: skip
    guarded = forms.BooleanField(
        label=_("Rare but vital"), required=False,
        help_text=_("Its ticket is offered before anything less urgent, whatever the load."),
    )  # fmt: skip
    public = forms.BooleanField(label=_("Requesters see it in the portal"), required=False)
    icon = forms.CharField(label=_("Icon"), max_length=40)
    position = forms.IntegerField(label=_("Place in the list"), min_value=0, max_value=30_000)

    def __init__(self, *given: Any, desk_id: int, new: bool = False, **more: Any) -> None:
        super().__init__(*given, **more)
        if not new:
            del self.fields["key"]
        teams = [(team.pk, team.name) for team in teams_at(desk_id)]
        self.fields["team_id"].choices = [("", _("The front")), *teams]  # type: ignore[attr-defined]
        branches = [(each.pk, words(each.name)) for each in of_desk(desk_id)]
        self.fields["category_id"].choices = [("", "—"), *branches]  # type: ignore[attr-defined]


@require_safe
@managed
def listed(http: Manager) -> HttpResponse:
    """Show the services in the order of the portal."""
    new = lists.Link(_("New service"), frame.address(http, "service-new"))
    return lists.page(
        http, "services", title=_("Services"), rows=[_row(http, each) for each in _services(http)], new=new,
        about=_("What can be asked for. Who gets it, and how urgent it is, is decided here and never asked."),
        empty=lists.Empty(_("No service yet"), _("Without services everything goes to the front."), "layout-grid"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@managed
def make(http: Manager) -> HttpResponse:
    """Offer a service."""
    first = {"kind": "incident", "impact": 3, "urgency": 3, "weight": 1, "public": True, "icon": "life-buoy",
             "position": 0}  # fmt: skip
    form = ServiceForm(forming.given(http), desk_id=http.desk.pk, new=True, initial=first)
    deed = partial(catalogue.make_service, desk_id=http.desk.pk)
    return forming.worked(http, "services", form, deed, title=_("New service"), save=_("Offer it"))


@require_http_methods(["GET", "HEAD", "POST"])
@managed
def change(http: Manager, pk: int) -> HttpResponse:
    """Change a service; tickets registered before keep what was decided for them."""
    service = forming.found(_services(http), pk)
    present = {name: getattr(service, name) for name in ServiceForm.base_fields}
    form = ServiceForm(forming.given(http), desk_id=http.desk.pk, initial=present)
    ending = lists.Deed(_("Offer it no longer"), frame.address(http, "service-end", pk), danger=True)
    asks = lists.Link(_("What its form asks"), frame.address(http, "service-form", pk), "list-checks")
    need = lists.Link(_("What it needs"), frame.address(http, "service-need", pk), "wrench")
    return forming.worked(
        http, "services", form, partial(catalogue.change_service, service_id=pk), title=words(service.name),
        deeds=[ending], links=[asks, need],
    )  # fmt: skip


@require_POST
@managed
def end(http: Manager, pk: int) -> HttpResponse:
    """Offer a service no longer; its tickets go on."""
    service = forming.found(_services(http), pk)
    catalogue.end_service(service_id=pk, by_id=http.person.pk, now=timezone.now())
    return forming.saved(http, "services", word=gettext("%(name)s has ended.") % {"name": words(service.name)})


def _services(http: Manager) -> QuerySet[Service]:
    found = Service.objects.filter(desk=http.desk, ended_at=None).select_related("team", "category")
    return found.order_by("position", "pk")


def _row(http: Manager, service: Service) -> lists.Row:
    signs = [] if service.public else [lists.Sign(_("not in the portal"), icon="eye-off")]
    guarded = [lists.Sign(_("rare but vital"), icon="shield-check")] if service.guarded else []
    return lists.Row(
        title=words(service.name), href=frame.address(http, "service", service.pk), icon=service.icon,
        about=[service.team.name if service.team else gettext("The front"),
               words(service.category.name) if service.category else "", str(naming.KINDS[service.kind])],
        signs=[*signs, *guarded],
    )  # fmt: skip


urlpatterns = [
    path("services", listed, name="services"),
    path("services/new", make, name="service-new"),
    path("services/<int:pk>", change, name="service"),
    path("services/<int:pk>/end", end, name="service-end"),
]
