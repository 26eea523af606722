"""Customers and parts of one's own company: who they are, and which mail domains are theirs."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.db.models import Count, Q
from django.http import HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from firstline.commands.setup import organisations
from firstline.core.people.models import Organisation
from firstline.web.setup import forms as forming
from firstline.web.setup import frame, lists, offers
from firstline.web.setup.access import Manager, managed

SHOWN = 200


class OrganisationForm(forms.Form):
    """Who they are."""

    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=200)
    about = forms.CharField(
        label=_("About"), required=False, max_length=5000, widget=forms.Textarea({"rows": 3}),
        help_text=_("Colleagues see it; the organisation does not."),
    )  # fmt: skip
    vip = forms.BooleanField(label=_("Important: their people are marked beside their tickets"), required=False)


class NewForm(OrganisationForm):
    """A new organisation, with the domains its people write from."""

    domains = forms.CharField(
        label=_("Mail domains"), required=False, max_length=2000,
        help_text=_("Such as example.org; several with blanks between. Whoever writes from one belongs to them."),
    )  # fmt: skip

    def clean_domains(self) -> list[str]:
        """Return the domains one by one."""
        given: str = self.cleaned_data["domains"]
        return given.replace(",", " ").replace(";", " ").split()


class DomainForm(forms.Form):
    """One more mail domain."""

    domain = forms.CharField(label=_("Mail domain"), max_length=253)


@require_safe
@managed
def listed(http: Manager) -> HttpResponse:
    """Show the organisations the desk knows of, by name."""
    people = Count("people", filter=Q(people__ended_at=None), distinct=True)
    found = list(_known(http).annotate(n=people).prefetch_related("domains")[:SHOWN])
    return lists.page(
        http, "organisations", title=_("Organisations"), rows=[_row(http, each) for each in found],
        new=lists.Link(_("New organisation"), frame.address(http, "organisation-new")),
        about=_("Whose people ask. Somebody new belongs to the organisation that owns their mail domain."),
        empty=lists.Empty(_("No organisation yet"), _("Whoever writes is a guest until there is one."), "building-2"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@managed
def make(http: Manager) -> HttpResponse:
    """Make an organisation with its domains."""
    form = NewForm(forming.given(http))
    return forming.worked(
        http, "organisations", form, organisations.make_organisation, title=_("New organisation"), save=_("Make it")
    )


@require_http_methods(["GET", "HEAD", "POST"])
@managed
def change(http: Manager, pk: int) -> HttpResponse:
    """Change what is said of an organisation; its domains stand below."""
    found = forming.found(_known(http), pk)
    present = {name: getattr(found, name) for name in OrganisationForm.base_fields}
    form = OrganisationForm(forming.given(http), initial=present)
    ending = lists.Deed(_("End this organisation"), frame.address(http, "organisation-end", pk), danger=True)
    return forming.worked(
        http, "organisations", form, partial(organisations.change_organisation, organisation_id=pk), title=found.name,
        deeds=[ending], template="setup/organisation.html", **_domains(http, found),
    )  # fmt: skip


@require_POST
@managed
def add_domain(http: Manager, pk: int) -> HttpResponse:
    """Let one more domain belong to an organisation."""
    found = forming.found(_known(http), pk)
    adding = DomainForm(http.POST)
    by, now = http.person.pk, timezone.now()
    if forming.done(adding, lambda values: organisations.add_domain(organisation_id=pk, by_id=by, now=now, **values)):
        return forming.saved(http, "organisation", pk)
    form = OrganisationForm(initial={name: getattr(found, name) for name in OrganisationForm.base_fields})
    context = {"form": form, "title": found.name, "save": _("Save"), "back": frame.address(http, "organisations"),
               **_domains(http, found, adding)}  # fmt: skip
    return frame.page(http, "organisations", "setup/organisation.html", context, status=422)


@require_POST
@managed
def remove_domain(http: Manager, pk: int) -> HttpResponse:
    """Let a domain belong to nobody."""
    forming.found(_known(http), pk)
    domain = http.POST.get("domain", "")
    organisations.remove_domain(organisation_id=pk, domain=domain, by_id=http.person.pk, now=timezone.now())
    return forming.saved(http, "organisation", pk)


@require_POST
@managed
def end(http: Manager, pk: int) -> HttpResponse:
    """End an organisation to which nobody belongs."""
    found = forming.found(_known(http), pk)
    organisations.end_organisation(organisation_id=pk, by_id=http.person.pk, now=timezone.now())
    return forming.saved(http, "organisations", word=gettext("%(name)s has ended.") % {"name": found.name})


def _known(http: Manager) -> Any:
    return offers.organisations(http)


def _domains(http: Manager, found: Organisation, adding: DomainForm | None = None) -> dict[str, Any]:
    taking = frame.address(http, "domain-end", found.pk)
    rows = [
        lists.Row(title=one.domain, icon="at-sign",
                  deeds=[lists.Deed(_("Remove"), taking, name="domain", value=one.domain)])
        for one in found.domains.order_by("domain")
    ]  # fmt: skip
    return {"rows": rows, "adding": adding or DomainForm(), "add_href": frame.address(http, "domain-new", found.pk)}


def _row(http: Manager, found: Organisation) -> lists.Row:
    people = found.n  # type: ignore[attr-defined]  # counted by the query
    domains = ", ".join(sorted(one.domain for one in found.domains.all()))
    return lists.Row(
        title=found.name, href=frame.address(http, "organisation", found.pk), icon="building-2",
        about=[ngettext("%(n)s person", "%(n)s people", people) % {"n": people}, domains],
        signs=[lists.Sign(_("Important"), icon="star")] if found.vip else [],
    )  # fmt: skip


urlpatterns = [
    path("organisations", listed, name="organisations"),
    path("organisations/new", make, name="organisation-new"),
    path("organisations/<int:pk>", change, name="organisation"),
    path("organisations/<int:pk>/end", end, name="organisation-end"),
    path("organisations/<int:pk>/domains", add_domain, name="domain-new"),
    path("organisations/<int:pk>/domains/end", remove_domain, name="domain-end"),
]
