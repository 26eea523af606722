"""People who work on the desk: who they are, what they may do, bringing somebody in, and ending a role."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from firstline.commands import people
from firstline.commands.setup import accounts, grants, staffing
from firstline.core.people.models import Account, Grant, Person
from firstline.core.people.rosters import teams_at
from firstline.web.context import LANGUAGES
from firstline.web.setup import forms as forming
from firstline.web.setup import frame, lists
from firstline.web.setup.access import Manager, managed
from firstline.web.templatetags.frame import ago

Role = Grant.Role
ROLES = {
    Role.OPERATOR: _("Operator"),
    Role.SPECIALIST: _("Specialist"),
    Role.TEAM_LEAD: _("Team lead"),
    Role.DESK_MANAGER: _("Manager of the desk"),
    Role.AUDITOR: _("Auditor: reads all, changes nothing"),
}
OF_TEAMS = (Role.OPERATOR, Role.SPECIALIST, Role.TEAM_LEAD)


class RoleForm(forms.Form):
    """A role, and the team it is in."""

    role = forms.ChoiceField(label=_("Role"), choices=list(ROLES.items()))
    team = forms.TypedChoiceField(label=_("Team"), required=False, coerce=int, empty_value=None)

    def __init__(self, *given: Any, desk_id: int, **more: Any) -> None:
        super().__init__(*given, **more)
        self.desk_id = desk_id
        self.fields["team"].choices = [(team.pk, team.name) for team in teams_at(desk_id)]  # type: ignore[attr-defined]
        self.fields["team"].conditional = True  # type: ignore[attr-defined]  # as the role asks

    def over(self) -> dict[str, Any]:
        """Return the role and what it is over, as the commands take it."""
        role = self.cleaned_data["role"]
        of_team = role in OF_TEAMS
        return {"role": role, "team_id": self.cleaned_data["team"] if of_team else None,
                "desk_id": None if of_team else self.desk_id}  # fmt: skip


class NewcomerForm(RoleForm):
    """Somebody who comes to work on the desk."""

    name = forms.CharField(label=pgettext_lazy("of a person", "Name"), max_length=200)
    email = forming.MailField(label=_("Mail address"), max_length=254)
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    invited = forms.BooleanField(
        label=_("Invite them to sign in"), required=False, initial=True,
        help_text=_("A letter lets them choose a password; it holds for a week."),
    )  # fmt: skip
    field_order = ("name", "email", "language", "role", "team", "invited")


class RateForm(forms.Form):
    """What an hour of somebody's work costs."""

    hour_rate = forms.DecimalField(
        label=_("An hour costs"), required=False, min_value=0, max_digits=10, decimal_places=2
    )

    def __init__(self, *given: Any, currency: str, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["hour_rate"].help_text = _(
            "In %(currency)s. Time that is logged costs so much from now on; left empty, it costs nothing."
        ) % {"currency": currency}


@require_safe
@managed
def listed(http: Manager) -> HttpResponse:
    """Show who works on the desk, by name."""
    new = lists.Link(_("New colleague"), frame.address(http, "colleague-new"), icon="user-plus")
    return lists.page(
        http, "people", title=pgettext_lazy("set-up", "People"), rows=_rows(http), new=new,
        about=_("Who works here. Requesters need no role: whoever writes is known by their address."),
        empty=lists.Empty(_("Nobody works here yet"), icon="users"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@managed
def bring_in(http: Manager) -> HttpResponse:
    """Bring somebody onto the desk."""
    form = NewcomerForm(forming.given(http), desk_id=http.desk.pk, initial={"language": http.desk.languages[0]})
    now, by = timezone.now(), http.person.pk
    if forming.done(form, lambda values: staffing.bring_in(
        name=values["name"], email=values["email"], language=values["language"], invited=values["invited"],
        by_id=by, now=now, **form.over(),
    )):  # fmt: skip
        return forming.saved(http, "people")
    return _page(http, form, title=_("New colleague"), save=_("Bring them in"))


@require_http_methods(["GET", "HEAD", "POST"])
@managed
def show(http: Manager, pk: int) -> HttpResponse:
    """Show one colleague's roles, and give another."""
    person = forming.found(_staff(http), pk)
    form = RoleForm(forming.given(http), desk_id=http.desk.pk)
    now, by = timezone.now(), http.person.pk
    if forming.done(form, lambda _v: grants.grant_role(person_id=pk, by_id=by, now=now, **form.over())):
        return forming.saved(http, "colleague", pk)
    deeds = []
    if not Account.objects.filter(person=person).exists():
        deeds = [lists.Deed(_("Invite them to sign in"), frame.address(http, "colleague-invite", pk), icon="mail")]
    held = list(_grants(http).filter(person=person))
    links = []
    if any(grant.role in OF_TEAMS for grant in held):
        links = [
            lists.Link(_("What they take"), frame.address(http, "ability", pk), "wrench"),
            lists.Link(_("What an hour costs"), frame.address(http, "colleague-rate", pk), "receipt-text"),
        ]
    rows = [_role(http, grant) for grant in held]
    return _page(http, form, title=person.name, save=_("Give the role"), rows=rows, deeds=deeds, links=links)


@require_http_methods(["GET", "HEAD", "POST"])
@managed
def rate(http: Manager, pk: int) -> HttpResponse:
    """Say what an hour of a colleague's work costs, from now on; what was logged keeps its cost."""
    person = forming.found(_staff(http), pk)
    form = RateForm(forming.given(http), initial={"hour_rate": person.hour_rate}, currency=http.desk.currency)
    if forming.done(form, lambda values: people.change_person(
        person_id=pk, by_id=http.person.pk, now=timezone.now(), hour_rate=values["hour_rate"]
    )):  # fmt: skip
        return forming.saved(http, "colleague", pk)
    title = gettext("What an hour of %(name)s costs") % {"name": person.name}
    return forming.page(http, "people", form, title=title)


@require_POST
@managed
def invite(http: Manager, pk: int) -> HttpResponse:
    """Send a letter that lets a colleague choose a password."""
    person = forming.found(_staff(http), pk)
    accounts.invite(person_id=person.pk, by_id=http.person.pk, now=timezone.now())
    return forming.saved(http, "colleague", pk, word=gettext("The invitation is on its way."))


@require_POST
@managed
def end_role(http: Manager, pk: int) -> HttpResponse:
    """Take a role away; what they answered for in its team is inherited."""
    grant = forming.found(_grants(http), pk)
    grants.end_role(grant_id=grant.pk, by_id=http.person.pk, now=timezone.now())
    return forming.saved(http, "people", word=gettext("The role has ended."))


def _grants(http: Manager) -> QuerySet[Grant]:
    """Return the live roles over the desk and its teams, by their people's names."""
    over = Q(team__desk=http.desk) | Q(desk=http.desk)
    found = Grant.objects.filter(over, ended_at=None, person__ended_at=None).exclude(team__ended_at__isnull=False)
    return found.select_related("person__account", "team").order_by("person__name", "person", "pk")


def _staff(http: Manager) -> QuerySet[Person]:
    return Person.objects.filter(pk__in=_grants(http).order_by().values("person"))


def _rows(http: Manager) -> list[lists.Row]:
    rows = []
    for _pk, held in groupby(_grants(http), key=lambda grant: grant.person_id):
        own = list(held)
        person = own[0].person
        signs_in = getattr(person, "account", None) is not None
        rows.append(lists.Row(
            title=person.name, href=frame.address(http, "colleague", person.pk), avatar=person.name,
            about=[_said(grant) for grant in own],
            signs=[] if signs_in else [lists.Sign(_("does not sign in yet"), "soon", "key-round")],
        ))  # fmt: skip
    return rows


def _role(http: Manager, grant: Grant) -> lists.Row:
    end = lists.Deed(_("End"), frame.address(http, "role-end", grant.pk), danger=True)
    return lists.Row(
        title=ROLES[Role(grant.role)], icon="shield-check", deeds=[end],
        about=[grant.team.name if grant.team else http.desk.name, ago(grant.granted_at)],
    )  # fmt: skip


def _said(grant: Grant) -> str:
    word = str(ROLES[Role(grant.role)])
    return f"{word}, {grant.team.name}" if grant.team else word


def _page(http: Manager, form: RoleForm, **more: Any) -> HttpResponse:
    return forming.page(http, "people", form, template="setup/colleague.html", **more)


urlpatterns = [
    path("people", listed, name="people"),
    path("people/new", bring_in, name="colleague-new"),
    path("people/<int:pk>", show, name="colleague"),
    path("people/<int:pk>/rate", rate, name="colleague-rate"),
    path("people/<int:pk>/invite", invite, name="colleague-invite"),
    path("roles/<int:pk>/end", end_role, name="role-end"),
]
