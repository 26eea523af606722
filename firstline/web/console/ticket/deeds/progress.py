"""Waiting, planning, resuming, resolving, closing and reopening a ticket."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from firstline.commands import progress
from firstline.core.tickets.states import State
from firstline.web.console.ticket.deed import Action, Deed, DeedForm
from firstline.web.console.ticket.deeds.fields import When, Words


class WaitingForm(DeedForm):
    """For whom, and for what."""

    on = forms.ChoiceField(
        label=_("Waits for"), widget=forms.RadioSelect, initial=State.WAITING_REQUESTER,
        choices=[(State.WAITING_REQUESTER, _("the requester")), (State.WAITING_THIRD_PARTY, _("a third party"))],
    )  # fmt: skip
    why = Words(label=_("For what"), rows=3, required=False)


class PlanForm(DeedForm):
    """Until when, and why then."""

    until = When(label=_("Until"), help_text=_("It comes back into the queue by itself then."))
    why = Words(label=_("Why then"), rows=3, required=False)

    def first(self, deed: Deed) -> dict[str, Any]:
        """Offer tomorrow at this hour."""
        return {"until": (deed.now + timedelta(days=1)).replace(minute=0, second=0, microsecond=0)}


class ResolutionForm(DeedForm):
    """What was done, and what it came from."""

    how = Words(label=_("What was done"), rows=5, help_text=_("The requester reads this."))
    cause = forms.CharField(
        label=_("Cause"), required=False, max_length=40, help_text=_("A short code, the same each time it happens."),
        widget=forms.TextInput(attrs={"autocomplete": "on"}),
    )  # fmt: skip


class ReopeningForm(DeedForm):
    """What is still broken."""

    why = Words(label=_("What is still broken"), rows=3, required=False)


def _wait(deed: Deed) -> str:
    progress.wait(**deed.who, on=deed["on"], why=deed["why"])
    return gettext("It waits now, and its clocks are paused.")


def _plan(deed: Deed) -> str:
    progress.plan(**deed.who, until=deed["until"], why=deed["why"])
    return gettext("It is planned, and comes back by itself.")


def _resume(deed: Deed) -> str:
    progress.resume(**deed.who)
    return gettext("It goes on, and its clocks run.")


def _resolve(deed: Deed) -> str:
    progress.resolve(**deed.who, how=deed["how"], cause=deed["cause"])
    return gettext("Resolved. The requester is asked to confirm.")


def _close(deed: Deed) -> str:
    progress.close(**deed.who)
    return gettext("Closed.")


def _reopen(deed: Deed) -> str:
    progress.reopen(**deed.who, why=deed["why"])
    return gettext("Open again, with those who had it.")


ACTIONS = (
    Action("waiting", _("Wait"), "pause", _wait, _("Let it wait"), _("Its clocks pause until it goes on."), WaitingForm,
           "KeyS"),
    Action("plan", _("Plan"), "calendar-clock", _plan, _("Plan it for later"),
           _("Its clocks pause until then."), PlanForm, "KeyZ"),
    Action("resume", _("Go on"), "play", _resume),
    Action("resolution", _("Resolve"), "check", _resolve, _("Resolve"), form=ResolutionForm, undo="undo-resolution"),
    Action("closing", _("Close"), "check-check", _close),
    Action("reopening", _("Reopen"), "refresh-cw", _reopen, _("Reopen"), form=ReopeningForm),
)  # fmt: skip
