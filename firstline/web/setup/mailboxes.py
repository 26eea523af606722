"""Mailboxes of the desk: how each stands, and setting one up, changing it, ending it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from firstline.channels.email import contact, trial
from firstline.commands.mail import withholding
from firstline.commands.setup import mailboxes
from firstline.core.intake import queries, tallies
from firstline.core.intake.models import Mailbox, Withheld
from firstline.web import wording
from firstline.web.setup import forms as forming
from firstline.web.setup import frame, tallying
from firstline.web.setup.access import Manager, managed
from firstline.web.setup.mailbox_form import MailboxForm, present

# Of what a server does not give; more than these is the server's trouble, and counted only.
WITHHELD_SHOWN = 5
FETCHING = {
    Mailbox.Fetching.IMAP: _("Fetched by IMAP from %(host)s"),
    Mailbox.Fetching.POP3: _("Fetched by POP3 from %(host)s"),
    Mailbox.Fetching.NONE: _("Handed to this desk by a mail server"),
}


@require_safe
@managed
def listed(http: Manager) -> HttpResponse:
    """Show every mailbox: whether it is reached, how far behind it is, and what today brought."""
    now = timezone.now()
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    found = list(of_desk(http))
    today = tallies.by_mailbox([box.pk for box in found], midnight, now)
    boxes = [_shown(http, each, today.get(each.mailbox.pk, tallies.NOTHING), now) for each in queries.standings(found)]
    return frame.page(http, "mailboxes", "setup/mailboxes.html", {"title": _("Mailboxes"), "boxes": boxes})


@require_http_methods(["GET", "HEAD", "POST"])
@managed
def make(http: Manager) -> HttpResponse:
    """Set up a mailbox."""
    form = MailboxForm(forming.given(http), desk=http.desk)
    now, by = timezone.now(), http.person.pk
    if forming.done(form, lambda _v: mailboxes.set_up_mailbox(
        desk_id=http.desk.pk, by_id=by, now=now, address=form.cleaned_data["address"], **form.settings()
    )):  # fmt: skip
        return forming.saved(http, "mailboxes")
    return _form_page(http, form, title=_("New mailbox"), save=_("Set it up"))


@require_http_methods(["GET", "HEAD", "POST"])
@managed
def change(http: Manager, pk: int) -> HttpResponse:
    """Change a mailbox; secrets are never shown, and stay as they are unless new ones are given."""
    box = forming.found(of_desk(http), pk)
    form = MailboxForm(forming.given(http), desk=http.desk, box=box, initial=present(box))
    now, by = timezone.now(), http.person.pk
    if forming.done(
        form, lambda _v: mailboxes.change_mailbox(mailbox_id=pk, by_id=by, now=now, **form.settings())
    ):  # fmt: skip
        return forming.saved(http, "mailboxes")
    ending = {"word": _("End this mailbox"), "href": frame.address(http, "mailbox-end", pk), "danger": True}
    return _form_page(http, form, title=box.address, deeds=[ending])


@require_POST
@managed
def test(http: Manager, pk: int) -> HttpResponse:
    """Try to open the mailbox, and say in one sentence what happened."""
    box = forming.found(of_desk(http), pk)
    try:
        found = contact.tried(box)
    except contact.NotReached as refusal:
        messages.error(http, refusal.in_words(gettext))
        return HttpResponseRedirect(frame.address(http, "mailboxes"))
    mailboxes.contacted(mailbox_id=pk, now=timezone.now())
    word = ngettext(
        "%(name)s can be read; %(n)s mail lies there and is not taken yet.",
        "%(name)s can be read; %(n)s mails lie there and are not taken yet.",
        found.new,
    )
    return forming.saved(http, "mailboxes", word=word % {"name": box.address, "n": found.new})


@require_POST
@managed
def send(http: Manager, pk: int) -> HttpResponse:
    """Send a letter as the mailbox to whoever asks, and say in one sentence what happened."""
    box = forming.found(of_desk(http).select_related("desk"), pk)
    try:
        host = trial.sent(box, http.person, timezone.now())
    except trial.NotSent as refusal:
        messages.error(http, refusal.in_words(gettext))
        return HttpResponseRedirect(frame.address(http, "mailboxes"))
    word = gettext("A letter to you was taken by %(host)s. Look whether it arrives, and not among spam.")
    if not host:
        word = gettext("No mail server is set up: the letter lies in the folder outgoing-mail.")
    return forming.saved(http, "mailboxes", word=word % {"host": host} if host else word)


@require_POST
@managed
def end(http: Manager, pk: int) -> HttpResponse:
    """End a mailbox: nothing is fetched for it any more."""
    box = forming.found(of_desk(http), pk)
    mailboxes.end_mailbox(mailbox_id=pk, by_id=http.person.pk, now=timezone.now())
    return forming.saved(http, "mailboxes", word=gettext("%(name)s has ended.") % {"name": box.address})


@require_POST
@managed
def ask(http: Manager, pk: int) -> HttpResponse:
    """Ask once more for a mail that the mailbox's server did not give."""
    forming.found(Withheld.objects.filter(mailbox__in=of_desk(http), ended_at=None), pk)
    withholding.ask_again(withheld_id=pk, by_id=http.person.pk, now=timezone.now())
    return forming.saved(http, "mailboxes", word=gettext("It is asked for with the next look into the mailbox."))


def of_desk(http: Manager) -> Any:
    """Return the live mailboxes of the desk that is set up."""
    return queries.mailboxes(http.scope).filter(desk=http.desk)


def _form_page(http: Manager, form: MailboxForm, **more: Any) -> HttpResponse:
    return forming.page(http, "mailboxes", form, template="setup/mailbox.html", **more)


def _shown(http: Manager, each: queries.Standing, today: tallies.Tally, now: datetime) -> dict[str, Any]:
    box = each.mailbox
    lag = wording.span(now - each.waiting_since) if each.waiting_since else ""
    return {
        "box": box,
        "href": frame.address(http, "mailbox", box.pk),
        "test_href": "" if box.fetching == Mailbox.Fetching.NONE else frame.address(http, "mailbox-test", box.pk),
        "letter_href": frame.address(http, "mailbox-letter", box.pk),
        "how": FETCHING[Mailbox.Fetching(box.fetching)] % {"host": box.host},
        "standing": _standing(each),
        "trouble": gettext(box.trouble) if box.trouble else "",
        "arrived_at": each.arrived_at,
        "lag": lag,
        "withheld": [_withheld(http, one) for one in each.withheld[:WITHHELD_SHOWN]],
        "withheld_count": len(each.withheld),
        "parked": each.parked,
        "parked_href": frame.address(http, "arrivals", "parked") + f"?mailbox={box.pk}",
        "tally": tallying.shown(http, today, mailbox=box.pk, on=f"{timezone.localtime(now):%Y-%m-%d}"),
    }


def _withheld(http: Manager, one: Withheld) -> dict[str, Any]:
    name = _("UID %(uid)s") if one.uid_validity else _("mail %(uid)s")
    return {"row": one, "name": name % {"uid": one.uid}, "ask_href": frame.address(http, "mailbox-ask", one.pk)}


def _standing(each: queries.Standing) -> dict[str, Any]:
    """Return in a word whether the mailbox is reached, and its tone."""
    box = each.mailbox
    if box.trouble:
        return {"word": _("Not reached"), "tone": "late", "icon": "circle-alert"}
    if box.quiet_after and box.warned_at:
        return {"word": _("Silent against its habit"), "tone": "soon", "icon": "clock-alert"}
    if box.fetching != Mailbox.Fetching.NONE and box.contacted_at is None:
        return {"word": _("Not contacted yet"), "tone": "still", "icon": "circle-dot"}
    return {"word": _("Works"), "tone": "well", "icon": "circle-check"}


urlpatterns = [
    path("mailboxes", listed, name="mailboxes"),
    path("mailboxes/new", make, name="mailbox-new"),
    path("mailboxes/<int:pk>", change, name="mailbox"),
    path("mailboxes/<int:pk>/test", test, name="mailbox-test"),
    path("mailboxes/<int:pk>/letter", send, name="mailbox-letter"),
    path("mailboxes/<int:pk>/end", end, name="mailbox-end"),
    path("mailboxes/withheld/<int:pk>", ask, name="mailbox-ask"),
]
