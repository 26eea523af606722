"""Agreements: what is promised to customers, and what teams promise one another; each change makes a new version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from firstline.channels.email.alarms import PROMISES
from firstline.commands.setup import agreements
from firstline.core.kernel.refusals import NotThere
from firstline.core.kernel.refusals import _ as sentence
from firstline.core.sla import agreed
from firstline.core.sla.escalations import PROMISED
from firstline.core.sla.models import AgreementVersion
from firstline.web import naming
from firstline.web.setup import forms as forming
from firstline.web.setup import frame, lists, offers
from firstline.web.setup.access import Manager, managed

PRIORITIES = (1, 2, 3, 4)


class WorkingTimeField(forms.CharField):
    """Working time as "4:30" or, below an hour, "45"; cleaned it is a timedelta, or None."""

    def __init__(self, **more: Any) -> None:
        super().__init__(required=False, max_length=8, **more)

    def clean(self, value: Any) -> timedelta | None:
        text = super().clean(value)
        hours, colon, minutes = text.rpartition(":")
        if not text:
            return None
        if not all(part.isascii() and part.isdigit() for part in ((hours, minutes) if colon else (minutes,))):
            raise forms.ValidationError(_("Write hours and minutes as in 4:30, or minutes alone."))
        return timedelta(hours=int(hours or 0), minutes=int(minutes))

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, timedelta):
            return value
        minutes = int(value.total_seconds()) // 60
        return f"{minutes // 60}:{minutes % 60:02}"


class TargetsForm(forms.Form):
    """How much working time is promised, by priority and by kind of promise."""

    def __init__(self, *args: Any, http: Manager, kinds: tuple[str, ...], **more: Any) -> None:
        super().__init__(*args, **more)
        self.kinds = kinds
        known = [(one.calendar_id, one.calendar.name) for one in agreed.calendars(http.desk.pk)]
        self.fields["calendar"] = forms.TypedChoiceField(label=_("Hours"), coerce=int, choices=known)
        for priority in PRIORITIES:
            for kind in kinds:
                word = f"{PROMISES[kind]}, {naming.PRIORITIES[priority]}"
                self.fields[f"{kind}_{priority}"] = WorkingTimeField(label=word)

    @property
    def heads(self) -> list[Promise]:
        """The kinds of promise, as the heads of columns."""
        return [PROMISES[kind] for kind in self.kinds]

    @property
    def rows(self) -> Iterator[tuple[int, list[forms.BoundField]]]:
        """The fields of targets, a row for each priority."""
        for priority in PRIORITIES:
            yield priority, [self[f"{kind}_{priority}"] for kind in self.kinds]

    @property
    def others(self) -> list[forms.BoundField]:
        """The fields that are no targets."""
        targets = {f"{kind}_{priority}" for kind in self.kinds for priority in PRIORITIES}
        return [self[name] for name in self.fields if name not in targets]

    def targets(self) -> dict[int, dict[str, timedelta]]:
        """Return what was typed as commands take it; what is empty is not promised."""
        given = self.cleaned_data
        return {
            priority: {kind: length for kind in self.kinds if (length := given.get(f"{kind}_{priority}"))}
            for priority in PRIORITIES
        }


class AgreementForm(TargetsForm):
    """A new agreement has a name, and is bound to a tier, a service, or a team."""

    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=100)
    tier = offers.OfDesk(label=_("Tier"), empty=_("everybody"))
    service = offers.OfDesk(label=_("Service"), empty=_("every service"))
    field_order = ("name", "tier", "service", "calendar")

    def __init__(self, *args: Any, http: Manager, **more: Any) -> None:
        super().__init__(*args, http=http, kinds=PROMISED, **more)
        offers.fill(self, http)


class TeamAgreementForm(TargetsForm):
    """What a team promises the others: how soon it answers an offer, and how long its work takes."""

    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=100)
    team = offers.OfDesk(label=_("Team"), required=True)
    field_order = ("name", "team", "calendar")

    def __init__(self, *args: Any, http: Manager, **more: Any) -> None:
        super().__init__(*args, http=http, kinds=agreements.OF_TEAMS, **more)
        offers.fill(self, http)


@require_safe
@managed
def listed(http: Manager) -> HttpResponse:
    """Show what is promised now: to customers first, then between teams."""
    rows = [_row(http, version) for version in agreed.agreements(http.desk.pk)]
    return lists.page(
        http, "agreements", title=_("Agreements"), rows=rows,
        new=lists.Link(_("New agreement"), frame.address(http, "agreement-new")),
        links=[lists.Link(_("Promise of a team"), frame.address(http, "agreement-team"), "users")],
        about=_("Working times promised by priority. A change is a new version: promises given keep theirs."),
        empty=lists.Empty(_("Nothing is promised yet"), _("Tickets have no deadlines until it is."), "handshake"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@managed
def make(http: Manager, team: bool = False) -> HttpResponse:
    """Make an agreement with customers, or one of a team with the others."""
    form = (TeamAgreementForm if team else AgreementForm)(forming.given(http), http=http)

    def deed(values: Mapping[str, Any]) -> None:
        bound: dict[str, Any] = {f"{name}_id": values.get(name) for name in ("tier", "service", "team")}
        agreements.make_agreement(
            desk_id=http.desk.pk, name=values["name"], calendar_id=values["calendar"], targets=form.targets(),
            by_id=http.person.pk, now=timezone.now(), **bound,
        )  # fmt: skip

    if forming.done(form, deed):
        return forming.saved(http, "agreements")
    title = _("Promise of a team") if team else _("New agreement")
    return forming.page(http, "agreements", form, title=title, template="setup/targets.html", about=_HOW)


@require_http_methods(["GET", "HEAD", "POST"])
@managed
def change(http: Manager, pk: int) -> HttpResponse:
    """Promise other times from now on."""
    version = found_version(http, pk)
    kinds = agreements.OF_TEAMS if version.agreement.team_id else PROMISED
    form = TargetsForm(forming.given(http), http=http, kinds=kinds, initial=typed(version))

    def deed(values: Mapping[str, Any]) -> None:
        agreements.change_agreement(
            agreement_id=pk, targets=form.targets(), calendar_id=values["calendar"], by_id=http.person.pk,
            now=timezone.now(),
        )  # fmt: skip

    if forming.done(form, deed):
        return forming.saved(http, "agreements")
    return forming.page(
        http, "agreements", form, title=version.agreement.name, about=_HOW, save=_("Promise this from now on"),
        template="setup/targets.html", links=[] if version.agreement.team_id else [_copying(http, pk)],
        deeds=[lists.Deed(_("End"), frame.address(http, "agreement-end", pk), danger=True)],
    )  # fmt: skip


@require_POST
@managed
def end(http: Manager, pk: int) -> HttpResponse:
    """Promise this no longer."""
    version = found_version(http, pk)
    agreements.end_agreement(agreement_id=pk, by_id=http.person.pk, now=timezone.now())
    return forming.saved(http, "agreements", word=gettext("%(name)s has ended.") % {"name": version.agreement.name})


def typed(version: AgreementVersion) -> dict[str, Any]:
    """Return what a version promises, as a form holds it."""
    times = {
        f"{kind}_{priority}": timedelta(seconds=seconds)
        for priority, own in version.targets.items()
        for kind, seconds in own.items()
    }
    return {"calendar": version.calendar.calendar_id, **times}


def _copying(http: Manager, pk: int) -> lists.Link:
    return lists.Link(_("Other times for a service or kind"), frame.address(http, "agreement-copy", pk), "copy")


_HOW = _("Working time as hours and minutes, 4:30, or as minutes alone. What is left empty is not promised.")


def _row(http: Manager, version: AgreementVersion) -> lists.Row:
    own = version.agreement
    bound = [str(part) for part in (own.team, own.tier, own.service) if part] or [gettext("everybody")]
    bound += [gettext("where a rule chooses it")] if own.by_rule_only else []
    said = [*bound, version.calendar.calendar.name, gettext("version %(n)s") % {"n": version.version}]
    return lists.Row(
        title=own.name, href=frame.address(http, "agreement", own.pk), about=said,
        icon="users" if own.team_id else "handshake",
        signs=[lists.Sign(_("Between teams"))] if own.team_id else [],
    )  # fmt: skip


def found_version(http: Manager, pk: int) -> AgreementVersion:
    version = next((one for one in agreed.agreements(http.desk.pk) if one.agreement_id == pk), None)
    if version is None:
        raise NotThere(sentence("There is no such page."))
    return version


urlpatterns = [
    path("agreements", listed, name="agreements"),
    path("agreements/new", make, name="agreement-new"),
    path("agreements/team", make, {"team": True}, name="agreement-team"),
    path("agreements/<int:pk>", change, name="agreement"),
    path("agreements/<int:pk>/end", end, name="agreement-end"),
]
