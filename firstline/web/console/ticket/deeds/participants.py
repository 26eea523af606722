"""Who else follows a ticket, and who is called in."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from firstline.commands import ownership, participants
from firstline.core.people.rosters import staff_of
from firstline.web.console.ticket.deed import Action, Deed, DeedForm
from firstline.web.console.ticket.deeds.fields import MemberField, WhoField, Words, person_in


class ParticipantForm(DeedForm):
    """Who is to follow it."""

    who = WhoField(label=_("Who"), help_text=_("Mail address, phone number or name."))

    def clean_who(self) -> Any:
        """Return the person."""
        return person_in(self.deed.scope, self.cleaned_data["who"])


class CallInForm(DeedForm):
    """Whom to bring in, and why."""

    who = MemberField(label=_("Whom"))
    why = Words(label=_("Why"), rows=3)

    def offer(self, deed: Deed) -> None:
        """Offer the desk's own people."""
        self.fields["who"].queryset = staff_of(deed.ticket.desk_id)  # type: ignore[attr-defined]


def _add(deed: Deed) -> str:
    participants.add_participant(**deed.who, person_id=deed["who"].pk)
    return gettext("%(person)s follows it now.") % {"person": deed["who"]}


def _remove(deed: Deed) -> str:
    participants.remove_participant(**deed.who, person_id=deed.row)
    return gettext("They do not follow it any more.")


def _call_in(deed: Deed) -> str:
    ownership.call_in(**deed.who, person_id=deed["who"].pk, why=deed["why"])
    return gettext("%(person)s is called in.") % {"person": deed["who"]}


ACTIONS = (
    Action("participant", _("Add a person"), "user-plus", _add, _("Let somebody follow it"),
           _("They read what the requester reads, may write, and may confirm."), ParticipantForm),
    Action("participant-removal", _("Remove"), "user-x", _remove, rows=True),
    Action("call-in", _("Call in"), "users", _call_in, _("Call somebody in"),
           _("A manager or an expert: they see the ticket and are told; nobody's control changes."), CallInForm),
)  # fmt: skip
