"""Writing to a vendor, taking a reply back, and telling spam from requests."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from firstline.commands import undoing, vendors
from firstline.commands.mail import blocking
from firstline.core.kernel.refusals import NotThere
from firstline.core.kernel.refusals import _ as mark
from firstline.web.console.ticket.deed import Action, Deed, DeedForm
from firstline.web.console.ticket.deeds.fields import Words


class VendorForm(DeedForm):
    """To whom, and what."""

    to = forms.CharField(label=_("Mail address of the vendor"), max_length=320)
    name = forms.CharField(label=_("Name"), max_length=200, required=False, help_text=_("If they are new here."))
    text = Words(label=_("Text"), rows=6, help_text=_("The vendor gets this text and nothing else of the ticket."))


class SpamForm(DeedForm):
    """Whether the sender is blocked too."""

    block = forms.BooleanField(label=_("Leave alone what this sender writes from now on"), required=False)


def _write_to_vendor(deed: Deed) -> str:
    vendors.write_to_vendor(**deed.who, to=deed["to"], name=deed["name"], text=deed["text"])
    return gettext("Sent to the vendor; their answer will stand here.")


def _take_back(deed: Deed) -> str:
    if not deed.ticket.messages.filter(pk=deed.row).exists():
        raise NotThere(mark("There is no such message."))
    undoing.undo_reply(message_id=deed.row, by_id=deed.person.pk, now=deed.now)
    return gettext("Taken back; nobody outside has seen it.")


def _unsolve(deed: Deed) -> str:
    undoing.undo_resolution(**deed.who)
    return gettext("Taken back; it goes on, and nobody outside was told.")


def _mark_spam(deed: Deed) -> str:
    blocking.mark_spam(**deed.who, block=deed["block"])
    return gettext("Closed as spam; nobody is told.")


def _unmark_spam(deed: Deed) -> str:
    blocking.unmark_spam(**deed.who)
    return gettext("Open again, and its sender is let in.")


ACTIONS = (
    Action("vendor", _("Write to a vendor"), "truck", _write_to_vendor, _("Write to a vendor"),
           _("They answer by mail, and the requester sees none of it."), VendorForm),
    Action("undo", _("Take back"), "undo-2", _take_back, rows=True),
    Action("undo-resolution", _("Take back"), "undo-2", _unsolve),
    Action("spam", _("Spam"), "shield-x", _mark_spam, _("This is spam"),
           _("It is closed without a word to its sender. It can be undone."), SpamForm, danger=True),
    Action("not-spam", _("No spam"), "undo-2", _unmark_spam),
)  # fmt: skip
