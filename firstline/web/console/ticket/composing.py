"""Writing in a ticket: a reply or a note, and a word of warning if something came in meanwhile."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST
from django_htmx.http import reswap, retarget

from firstline.commands import answering
from firstline.commands.intake import Settled
from firstline.core.insight.dossier import helps
from firstline.core.journal import queries as journal
from firstline.core.kernel.refusals import NotThere, Refused, _
from firstline.core.tickets.models import Ticket
from firstline.web.console.access import Staff, staff
from firstline.web.console.ticket import acting, page
from firstline.web.console.ticket.composer import Composer

# What a reply must not talk past: words of the requester, an answer of somebody else, an end.
_TALKED = frozenset({"joined", "replied", "resolved", "confirmed", "closed", "withdrawn", "merged", "reopened"})


@require_POST
@staff
def write(http: Staff, number: int) -> HttpResponse:
    """Add what was written; shown again, as it was typed, if it is refused or something came in meanwhile."""
    ticket = page.found(http, number)
    if not helps(http.scope, ticket):
        raise NotThere(_("There is no such ticket."))
    form = Composer(http.POST, http.FILES)
    if form.is_valid() and not _overtaken(form, ticket, http.person.pk):
        try:
            settled = answering.answer(
                ticket_id=ticket.pk, by_id=http.person.pk, given=form.given(), now=timezone.now()
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return acting.done(http, number, _said(form), undo=_undo(form, settled, number))
    return _again(http, ticket, form)


def _again(http: Staff, ticket: Ticket, form: Composer) -> HttpResponse:
    context = page.around(http, ticket, form=form)
    if not http.htmx:
        return render(http, "console/ticket/page.html", context, status=422)
    if form.has_error(NON_FIELD_ERRORS, "overtaken"):
        response = render(http, page.REGION, context, status=422)
        return reswap(retarget(response, "#ticket-region"), "innerHTML")
    return retarget(render(http, "console/ticket/_composer.html", context, status=422), "#composer")


def _overtaken(form: Composer, ticket: Ticket, person_id: int) -> bool:
    """Whether words came in after those the writer had before them; a note hurts nobody, so it goes through."""
    if form.cleaned_data["kind"] != "reply":
        return False
    newer = journal.told_since(ticket.chain, form.cleaned_data["seen"])
    talked = [entry for entry in newer if entry.kind in _TALKED and entry.by_id != person_id]
    if not talked:
        return False
    form.data = {**form.data.dict(), "seen": str(newer[-1].seq)}  # type: ignore[attr-defined]  # a QueryDict
    error = forms.ValidationError(
        gettext("While you wrote, something came in: read it above. Press again to send your words as they are."),
        code="overtaken",
    )
    form.add_error(None, error)
    return True


def _undo(form: Composer, settled: Settled, number: int) -> str:
    """Return where it can be taken back for some seconds: a reply to the requester, and what it resolved."""
    then = form.cleaned_data["then"]
    if form.cleaned_data["kind"] != "reply" or then == "wait" or not settings.UNDO_SECONDS:
        return ""
    if then == "resolve":
        return reverse("console:undo-resolution", args=[number])
    return reverse("console:undo", args=[number, settled.message_id])


def _said(form: Composer) -> str:
    if form.cleaned_data["kind"] == "note":
        return gettext("The note is kept.")
    if form.cleaned_data["kind"] == "vendor":
        return gettext("Sent to the vendor; the requester does not see it.")
    words = {
        "wait": gettext("Sent. It waits for the requester now."),
        "resolve": gettext("Resolved. The requester is asked to confirm."),
    }
    return words.get(form.cleaned_data["then"], gettext("The reply is sent."))
