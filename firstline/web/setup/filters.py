"""Filters of the desk's mail, in the order they are asked: listed, added, changed, moved, ended."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from firstline.commands.setup import filters
from firstline.core.kernel.texts import pick
from firstline.core.mail.models import MailFilter
from firstline.core.mail.queries import filters_of
from firstline.core.people.rosters import teams_at
from firstline.core.services import queries as services
from firstline.web import naming
from firstline.web.setup import forms as forming
from firstline.web.setup import frame, lists
from firstline.web.setup.access import Manager, managed
from firstline.web.templatetags.frame import words

Field, How = MailFilter.Field, MailFilter.How
FIELDS = {
    Field.FROM: pgettext_lazy("mail", "From"),
    Field.TO: pgettext_lazy("mail", "To or Cc"),
    Field.SUBJECT: _("Subject"),
    Field.BODY: _("Text"),
    Field.HEADER: _("Header field"),
}
WAYS = {How.CONTAINS: _("contains"), How.EQUALS: _("is"), How.REGEX: _("matches the pattern")}


class FilterForm(forms.Form):
    """A condition, and what follows from it."""

    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=100)
    field = forms.ChoiceField(label=_("Where to look"), choices=list(FIELDS.items()))
    header = forms.CharField(label=_("Name of the header field"), required=False, max_length=100)
    how = forms.ChoiceField(label=_("How"), choices=list(WAYS.items()))
    pattern = forms.CharField(
        label=_("What"), max_length=500, strip=False,
        help_text=_("Whether letters are large or small does not matter. Patterns know . * + ? [a-z] (a|b) ^ $"),
    )  # fmt: skip
    ignores = forms.BooleanField(
        label=_("Leave such mail alone"), required=False,
        help_text=_("Nothing follows from it. It is kept all the same, with the filter's name."),
    )  # fmt: skip
    why = forms.CharField(label=_("Why it is left alone"), required=False, max_length=200)
    service_id = forms.TypedChoiceField(label=_("Service"), required=False, coerce=int, empty_value=None)
    team_id = forms.TypedChoiceField(label=_("Team"), required=False, coerce=int, empty_value=None)
    priority = forms.TypedChoiceField(
        label=_("Priority"), required=False, coerce=int, empty_value=None,
        choices=[("", "—"), *naming.PRIORITIES.items()],
    )  # fmt: skip
    tag = forms.CharField(label=_("Tag"), required=False, max_length=60)

    def __init__(self, *given: Any, desk_id: int, **more: Any) -> None:
        super().__init__(*given, **more)
        offered = services.offered(public=False).filter(desk_id=desk_id)
        named = [(each.pk, words(each.name)) for each in offered]
        self.fields["service_id"].choices = [("", "—"), *named]  # type: ignore[attr-defined]
        teams = [(each.pk, each.name) for each in teams_at(desk_id)]
        self.fields["team_id"].choices = [("", "—"), *teams]  # type: ignore[attr-defined]
        for name in ("header", "why"):
            self.fields[name].conditional = True  # type: ignore[attr-defined]  # needed once it is asked


@require_safe
@managed
def listed(http: Manager) -> HttpResponse:
    """Show the filters in their order."""
    found = list(filters_of(http.desk.pk))
    rows = [_row(http, each, at, len(found)) for at, each in enumerate(found)]
    new = lists.Link(_("New filter"), frame.address(http, "filter-new"))
    test = lists.Link(_("Try a mail"), frame.address(http, "filter-test"), icon="scan-line")
    return lists.page(
        http, "filters", title=_("Filters"), rows=rows, new=new, links=[test],
        about=_("Asked of every new mail from the top. What one has set, a later one leaves; tags add up."),
        empty=lists.Empty(_("No filter yet"), _("Without filters mail goes to the first line."), "list-filter"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@managed
def make(http: Manager) -> HttpResponse:
    """Add a filter behind the others."""
    form = FilterForm(forming.given(http), desk_id=http.desk.pk)
    now, by = timezone.now(), http.person.pk
    if forming.done(form, lambda values: filters.add_filter(desk_id=http.desk.pk, by_id=by, now=now, **values)):
        return forming.saved(http, "filters")
    return _page(http, form, title=_("New filter"), save=_("Add the filter"))


@require_http_methods(["GET", "HEAD", "POST"])
@managed
def change(http: Manager, pk: int) -> HttpResponse:
    """Change a filter; mail that came before stays as it was settled."""
    found = forming.found(filters_of(http.desk.pk), pk)
    present = {name: getattr(found, name) for name in FilterForm.base_fields}
    form = FilterForm(forming.given(http), desk_id=http.desk.pk, initial=present)
    now, by = timezone.now(), http.person.pk
    if forming.done(form, lambda values: filters.change_filter(filter_id=pk, by_id=by, now=now, **values)):
        return forming.saved(http, "filters")
    ending = lists.Deed(_("End this filter"), frame.address(http, "filter-end", pk), danger=True)
    return _page(http, form, title=found.name, deeds=[ending])


@require_POST
@managed
def move(http: Manager, pk: int) -> HttpResponse:
    """Move a filter one place up or down."""
    ids = list(filters_of(http.desk.pk).values_list("pk", flat=True))
    forming.found(filters_of(http.desk.pk), pk)
    at = ids.index(pk)
    to = max(0, min(len(ids) - 1, at + (1 if http.POST.get("to") == "down" else -1)))
    ids.insert(to, ids.pop(at))
    filters.order_filters(desk_id=http.desk.pk, filter_ids=ids, by_id=http.person.pk, now=timezone.now())
    return forming.saved(http, "filters", word=gettext("The order is changed."))


@require_POST
@managed
def end(http: Manager, pk: int) -> HttpResponse:
    """Let a filter be asked no more."""
    found = forming.found(filters_of(http.desk.pk), pk)
    filters.end_filter(filter_id=pk, by_id=http.person.pk, now=timezone.now())
    return forming.saved(http, "filters", word=gettext("%(name)s has ended.") % {"name": found.name})


def condition(found: MailFilter) -> str:
    """Return a filter's condition in words."""
    field = found.header if found.field == Field.HEADER else str(FIELDS[Field(found.field)])
    return f"{field} {WAYS[How(found.how)]} “{found.pattern}”"


def effects(found: MailFilter) -> list[str]:
    """Return what follows from a filter, in words."""
    if found.ignores:
        return [gettext("left alone: %(why)s") % {"why": found.why}]
    said = [
        pick(found.service.name, "") and str(words(found.service.name)) if found.service else "",
        found.team.name if found.team else "",
        str(naming.PRIORITIES[found.priority]) if found.priority else "",
        f"#{found.tag}" if found.tag else "",
    ]
    return [word for word in said if word]


def _row(http: Manager, found: MailFilter, at: int, many: int) -> lists.Row:
    href = frame.address(http, "filter-move", found.pk)
    up = lists.Deed(_("Up"), href, icon="arrow-up", name="to", value="up")
    down = lists.Deed(_("Down"), href, icon="arrow-down", name="to", value="down")
    return lists.Row(
        title=found.name, href=frame.address(http, "filter", found.pk), icon="ban" if found.ignores else "list-filter",
        about=[condition(found), *effects(found)],
        deeds=[*([up] if at else []), *([down] if at < many - 1 else [])],
    )  # fmt: skip


def _page(http: Manager, form: FilterForm, **more: Any) -> HttpResponse:
    return forming.page(http, "filters", form, template="setup/filter.html", **more)


urlpatterns = [
    path("filters", listed, name="filters"),
    path("filters/new", make, name="filter-new"),
    path("filters/<int:pk>", change, name="filter"),
    path("filters/<int:pk>/move", move, name="filter-move"),
    path("filters/<int:pk>/end", end, name="filter-end"),
]
