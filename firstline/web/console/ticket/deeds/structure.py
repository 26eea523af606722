"""Merging, unmerging, splitting and linking tickets."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from firstline.commands import structure
from firstline.core.kernel.identifiers import BadNumber, row_of
from firstline.core.kernel.refusals import NotThere
from firstline.core.kernel.refusals import _ as mark
from firstline.core.tickets.models import Link
from firstline.web.console.ticket.deed import Action, Deed, DeedForm

KINDS = {
    Link.Kind.RELATES: _("relates to"),
    Link.Kind.CAUSED_BY: _("is caused by"),
    Link.Kind.CHILD_OF: _("is part of"),
}


class NumberField(forms.CharField):
    """A ticket's number, checked by its check digit; gives the row's id."""

    def clean(self, value: Any) -> Any:
        """Return the id of the row."""
        text = super().clean(value)
        try:
            return row_of(text)
        except BadNumber as refusal:
            raise ValidationError(refusal.in_words(gettext)) from refusal


class MergeForm(DeedForm):
    """Into which ticket."""

    into = NumberField(label=_("Into ticket"), max_length=30, help_text=_("Its number."))


class LinkForm(DeedForm):
    """How it stands to which ticket."""

    kind = forms.ChoiceField(label=_("This ticket"), choices=list(KINDS.items()))
    other = NumberField(label=_("Ticket"), max_length=30, help_text=_("Its number."))


class SplitForm(DeedForm):
    """What the new ticket is about."""

    subject = forms.CharField(label=_("Subject"), max_length=300, required=False)


def _merge(deed: Deed) -> str:
    structure.merge(**deed.who, into_id=deed["into"])
    return gettext("Merged. It can be undone.")


def _unmerge(deed: Deed) -> str:
    structure.unmerge(**deed.who)
    return gettext("The merge is undone; it stands as it stood.")


def _link(deed: Deed) -> str:
    structure.link(**deed.who, other_id=deed["other"], kind=deed["kind"])
    return gettext("Linked.")


def _unlink(deed: Deed) -> str:
    own = deed.ticket.links.filter(pk=deed.row).exists() or deed.ticket.links_here.filter(pk=deed.row).exists()
    if not own:
        raise NotThere(mark("There is no such link."))
    structure.unlink(link_id=deed.row, by_id=deed.person.pk, now=deed.now)
    return gettext("The link is ended.")


def _split(deed: Deed) -> str:
    if not deed.ticket.messages.filter(pk=deed.row).exists():
        raise NotThere(mark("There is no such message."))
    made = structure.split(message_id=deed.row, by_id=deed.person.pk, now=deed.now, subject=deed["subject"])
    return gettext("%(number)s is a ticket of its own now.") % {"number": made.number}


ACTIONS = (
    Action("merge", _("Merge"), "git-merge", _merge, _("Merge into another ticket"),
           _("This ticket is closed and keeps its history; work goes on in the other. It can be undone."), MergeForm,
           "KeyM"),
    Action("unmerge", _("Undo the merge"), "split", _unmerge),
    Action("link", _("Link"), "link", _link, _("Link with another ticket"), form=LinkForm),
    Action("unlink", _("End the link"), "x", _unlink, rows=True),
    Action("split", _("Make a ticket of it"), "split", _split, _("Make a ticket of this message"), form=SplitForm,
           rows=True),
)  # fmt: skip
