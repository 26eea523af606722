"""Taking, giving, handing over and answering for a ticket."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from firstline.commands import ownership
from firstline.commands.conversation import File
from firstline.core.duty.queries import practice_of
from firstline.core.people.rosters import members_of, teams_at
from firstline.web.console.ticket.deed import Action, Deed, DeedForm
from firstline.web.console.ticket.deeds.fields import MemberField, TeamField, Words
from firstline.web.portal.forms import PREFIX, drawn


class HandOverForm(DeedForm):
    """To whom, why, what was tried; control stays unless another first line is to answer."""

    to = TeamField(label=_("To"))
    why = Words(label=_("Why, and what is needed"), rows=3)
    tried = Words(label=_("What was tried"), rows=2, required=False)
    keep_control = forms.BooleanField(
        label=_("Keep control"), required=False, initial=True,
        help_text=_("You stay answerable to the requester. Without it, another first line answers from then on."),
    )  # fmt: skip

    template_name = "console/ticket/_hand_over.html"
    sends_files = True

    def offer(self, deed: Deed) -> None:
        """Offer the desk's other teams, and ask what the chosen one wants to know."""
        others = teams_at(deed.ticket.desk_id).exclude(pk=deed.ticket.team_id or 0)
        self.fields["to"].queryset = others  # type: ignore[attr-defined]
        address = reverse("console:hand-over", args=[deed.ticket.number])
        self.fields["to"].widget.attrs |= {
            "hx-get": address, "hx-trigger": "change", "hx-target": "#asked", "hx-select": "#asked",
            "hx-swap": "outerHTML", "hx-push-url": "false",
        }  # fmt: skip
        chosen = str(self.data.get("to") or (deed.proposed or {}).get("to") or "")
        self.asked = practice_of(int(chosen)).asks if chosen.isdigit() and len(chosen) < 18 else []
        language = get_language() or "en"
        for field in self.asked:
            self.fields[PREFIX + field["key"]] = drawn(field, language)

    def asked_fields(self) -> list[forms.BoundField]:
        """Return the fields of what the chosen team asks."""
        return [self[PREFIX + field["key"]] for field in self.asked]

    def reason(self) -> str:
        """Return why and what was tried as one text."""
        why, tried = self.cleaned_data["why"].strip(), self.cleaned_data["tried"].strip()
        return f"{why}\n\n{gettext('Tried so far:')} {tried}" if tried else why

    def clean(self) -> dict[str, Any]:
        """Put the reason together, as the command takes it."""
        cleaned = super().clean() or {}
        if "why" in cleaned and "tried" in cleaned:
            cleaned["reason"] = self.reason()
        given = {field["key"]: cleaned.get(PREFIX + field["key"]) or "" for field in self.asked}
        sent = {key: one for key, one in given.items() if isinstance(one, UploadedFile)}
        cleaned["answers"] = {key: one for key, one in given.items() if key not in sent}
        cleaned["sent"] = {
            key: File(one.name or "file", one.content_type or "", one.read()) for key, one in sent.items()
        }  # fmt: skip
        return cleaned


class AssignmentForm(DeedForm):
    """To which member of the team that has it."""

    to = MemberField(label=_("To"))

    def offer(self, deed: Deed) -> None:
        """Offer the members of the team that has it."""
        self.fields["to"].queryset = members_of(deed.ticket.team_id or 0)  # type: ignore[attr-defined]


class StewardForm(AssignmentForm):
    """Who of the answering team answers from now on."""

    to = MemberField(label=_("Who answers for it"))

    def offer(self, deed: Deed) -> None:
        """Offer the members of the answering team."""
        self.fields["to"].queryset = members_of(deed.ticket.steward_team_id or 0)  # type: ignore[attr-defined]


class RefusalForm(DeedForm):
    """Why the offer is declined."""

    why = Words(label=_("Why it is not yours"), rows=3)


class ReturnForm(DeedForm):
    """What was found."""

    findings = Words(label=_("What you found"), help_text=_("Those who answer for it read this first."))


def _take(deed: Deed) -> str:
    ownership.take(**deed.who)
    return gettext("It is yours now.")


def _assign(deed: Deed) -> str:
    ownership.assign(**deed.who, to_id=deed["to"].pk)
    return gettext("%(person)s has it now.") % {"person": deed["to"]}


def _hand_over(deed: Deed) -> str:
    ownership.hand_over(
        **deed.who, to_team_id=deed["to"].pk, why=deed["reason"], keep_control=deed["keep_control"],
        filled=deed["answers"], files=deed["sent"],
    )  # fmt: skip
    kept, given = gettext("Offered to %(team)s. You keep control."), gettext("Offered to %(team)s.")
    return (kept if deed["keep_control"] else given) % {"team": deed["to"]}


def _accept(deed: Deed) -> str:
    ownership.accept(**deed.who)
    return gettext("You have accepted it; it is yours now.")


def _decline(deed: Deed) -> str:
    ownership.decline(**deed.who, why=deed["why"])
    return gettext("Declined; it stays where it was.")


def _withdraw(deed: Deed) -> str:
    ownership.withdraw_offer(**deed.who)
    return gettext("The offer is withdrawn.")


def _return(deed: Deed) -> str:
    ownership.return_(**deed.who, findings=deed["findings"])
    return gettext("Returned to those who answer for it.")


def _change_steward(deed: Deed) -> str:
    ownership.change_steward(**deed.who, to_id=deed["to"].pk)
    return gettext("%(person)s answers for it now.") % {"person": deed["to"]}


ACTIONS = (
    Action("take", _("Take"), "hand", _take, letter="KeyI"),
    Action("assignment", _("Assign"), "user-check", _assign, _("Give it to a colleague"), form=AssignmentForm,
           letter="KeyA"),
    Action("hand-over", _("Hand over"), "share-2", _hand_over, _("Hand over"),
           _("The team is asked to accept it. Until it does, the ticket stays with you."), HandOverForm, "KeyE"),
    Action("acceptance", _("Accept"), "handshake", _accept),
    Action("refusal", _("Decline"), "ban", _decline, _("Decline the offer"),
           _("The ticket stays where it was, and they read why."), RefusalForm),
    Action("withdrawal", _("Withdraw the offer"), "undo-2", _withdraw),
    Action("return", _("Return"), "rotate-ccw", _return, _("Return to those who answer for it"), form=ReturnForm),
    Action("steward", _("Change who answers"), "shield-check", _change_steward, _("Who answers for it"),
           _("Whoever answers for a ticket stands by it before the requester until it is closed."), StewardForm),
)  # fmt: skip
