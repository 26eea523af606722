"""Major incidents: declaring, commanding, telling all who are hit, solving with all parts, ending."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from firstline.commands.incidents import children, majors, statuses
from firstline.core.incidents import queries
from firstline.core.incidents.models import MajorIncident
from firstline.core.kernel.refusals import NotThere
from firstline.core.kernel.refusals import _ as mark
from firstline.core.people import rosters
from firstline.core.people.models import LANGUAGES
from firstline.web.console.ticket.deed import Action, Deed, DeedForm
from firstline.web.console.ticket.deeds.fields import MemberField, Words
from firstline.web.console.ticket.deeds.structure import NumberField
from firstline.web.context import LANGUAGES as OWN_NAMES

_CODES = [code for code, _name in LANGUAGES]


class TongueForm(DeedForm):
    """A form that asks for the same words in each language of the desk."""

    asks = True
    spoken = "text"
    rows = 3
    needed = True

    def offer(self, deed: Deed) -> None:
        """Ask in the desk's languages, its own first; whoever reads none of those filled in is told in the nearest."""
        names = dict(OWN_NAMES)
        for place, code in enumerate([code for code in deed.ticket.desk.languages if code in _CODES] or ["en"]):
            name, needed = f"{self.spoken}_{code}", self.needed and place == 0
            self.fields[name] = Words(label=names[code], rows=self.rows, required=needed)
            self.fields[name].widget.attrs["lang"] = code

    def clean(self) -> dict[str, Any]:
        """Put the words together, by language."""
        texts = {code: self.cleaned_data.get(f"{self.spoken}_{code}", "") for code in _CODES}
        return {**self.cleaned_data, "texts": {code: text for code, text in texts.items() if text.strip()}}


class DeclareForm(TongueForm):
    """What is out, who commands, who is told."""

    spoken, rows, needed = "headline", 1, False
    commander = MemberField(label=_("Commander"))
    told = forms.ChoiceField(
        label=_("Who is told on the portal"),
        choices=[("all", _("Everybody")), ("own", _("This customer's people only"))],
    )

    def offer(self, deed: Deed) -> None:
        """Offer the desk's staff; a ticket of nobody's organisation is told to everybody."""
        super().offer(deed)
        _offer_staff(self, deed, deed.person.pk)
        if deed.ticket.organisation_id is None:
            del self.fields["told"]


class StatusForm(TongueForm):
    """How it stands."""


class SolutionForm(TongueForm):
    """What was done."""

    spoken = "how"
    cause = forms.CharField(label=_("Cause"), max_length=40, required=False)
    field_order = ("how_en", "how_ru", "how_uk", "cause")


class CommanderForm(DeedForm):
    """Who commands from now on."""

    commander = MemberField(label=_("Commander"))

    def offer(self, deed: Deed) -> None:
        """Offer the desk's staff."""
        _offer_staff(self, deed, None)


class AdoptionForm(DeedForm):
    """Which ticket is part of it."""

    other = NumberField(label=_("Ticket"), max_length=30, help_text=_("Its number."))


def _offer_staff(form: DeedForm, deed: Deed, first: int | None) -> None:
    field = form.fields["commander"]
    assert isinstance(field, MemberField)
    field.queryset = rosters.staff_of(deed.ticket.desk_id)
    field.initial = first


def _running(deed: Deed) -> MajorIncident:
    major = queries.around(deed.ticket.pk)
    if major is None or major.ticket_id != deed.ticket.pk:
        raise NotThere(mark("There is no such major incident."))
    return major


def _who(deed: Deed) -> dict[str, Any]:
    return {"major_id": _running(deed).pk, "by_id": deed.person.pk, "now": deed.now}


def _declare(deed: Deed) -> str:
    told = (deed.filled or {}).get("told")
    everybody = None if told is None else told == "all"
    majors.declare_major(
        **deed.who, commander_id=deed["commander"].pk, headline=deed["texts"], everybody=everybody
    )  # fmt: skip
    return gettext("It is a major incident now. Tell all who are hit how it stands, and add their tickets.")


def _tell(deed: Deed) -> str:
    statuses.tell_status(**_who(deed), texts=deed["texts"])
    return gettext("Told; all its parts get it within moments.")


def _solve(deed: Deed) -> str:
    children.resolve_all(**_who(deed), how=deed["texts"], cause=deed["cause"])
    return gettext("Solved; all its parts are solved within moments, and their requesters asked to confirm.")


def _command(deed: Deed) -> str:
    majors.change_commander(**_who(deed), to_id=deed["commander"].pk)
    return gettext("%(person)s commands it now, and is told.") % {"person": deed["commander"]}


def _end(deed: Deed) -> str:
    majors.end_major(**_who(deed))
    return gettext("The major incident is ended; each of its parts goes on by itself.")


def _adopt(deed: Deed) -> str:
    children.adopt(**_who(deed), child_id=deed["other"])
    return gettext("It is part of this major incident now.")


def _release(deed: Deed) -> str:
    children.release(**_who(deed), child_id=deed.row)
    return gettext("It goes on by itself.")


ACTIONS = (
    Action("major", _("Declare a major incident"), "siren", _declare, _("Declare a major incident"),
           _("Many are hit by one cause. One commander, one word to all; all parts are solved together."), DeclareForm),
    Action("status", _("Tell all who are hit"), "megaphone", _tell, _("Tell all who are hit how it stands"),
           _("It goes into every part as an answer, by letter, and stands on the portal."), StatusForm),
    Action("solution", _("Solve with all parts"), "check", _solve, _("Solve the major incident with all its parts"),
           _("Everybody who is hit is told what was done and asked whether it works."), SolutionForm),
    Action("commander", _("Change the commander"), "shield-check", _command, form=CommanderForm),
    Action("adoption", _("Add a ticket"), "plus", _adopt, _("Add a ticket to the major incident"), form=AdoptionForm),
    Action("release", _("Let it go on by itself"), "x", _release, rows=True),
    Action("end-of-major", _("End without solving"), "flag", _end),
)  # fmt: skip
