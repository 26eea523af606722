"""Senders whose mail is left alone: listed, blocked, let in again."""

from __future__ import annotations

from functools import partial

from django import forms
from django.http import HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from firstline.commands.mail import blocking
from firstline.core.mail.models import BlockedSender
from firstline.core.mail.queries import blocked_of
from firstline.web.setup import forms as forming
from firstline.web.setup import frame, lists
from firstline.web.setup.access import Manager, managed
from firstline.web.templatetags.frame import ago

SHOWN = 100


class BlockingForm(forms.Form):
    """Whose mail is left alone, and why."""

    sender = forms.CharField(
        label=_("Address or domain"), max_length=320, help_text=_("Such as: name@example.org, or example.org")
    )
    why = forms.CharField(label=_("Why"), required=False, max_length=200)


@require_safe
@managed
def listed(http: Manager) -> HttpResponse:
    """Show whom the desk blocks, newest first."""
    given = http.GET.get("after", "")
    found = blocked_of(http.desk.pk).order_by("-pk")
    found = found.filter(pk__lt=int(given[:18])) if given.isdigit() else found
    rows = list(found[: SHOWN + 1])
    more = f"?after={rows[SHOWN - 1].pk}" if len(rows) > SHOWN else ""
    new = lists.Link(_("Block a sender"), frame.address(http, "block"), icon="ban")
    return lists.page(
        http, "blocklist", title=_("Blocked senders"), rows=[_row(http, each) for each in rows[:SHOWN]], new=new,
        about=_("Their mail is kept and left alone. Let them in again at any time."), more=more,
        empty=lists.Empty(_("Nobody is blocked"), _("A ticket marked as spam can block its sender."), "circle-check"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@managed
def block(http: Manager) -> HttpResponse:
    """Leave a sender's mail alone from now on."""
    form = BlockingForm(forming.given(http))
    deed = partial(blocking.block_sender, desk_id=http.desk.pk)
    return forming.worked(http, "blocklist", form, deed, title=_("Block a sender"), save=_("Block"))


@require_POST
@managed
def let_in(http: Manager, pk: int) -> HttpResponse:
    """Let a sender's mail in again."""
    found = forming.found(blocked_of(http.desk.pk), pk)
    blocking.unblock_sender(blocked_id=pk, by_id=http.person.pk, now=timezone.now())
    return forming.saved(http, "blocklist", word=gettext("Mail of %(who)s comes in again.") % {"who": found.key})


def _row(http: Manager, found: BlockedSender) -> lists.Row:
    back = lists.Deed(_("Let in again"), frame.address(http, "let-in", found.pk), icon="undo-2")
    return lists.Row(
        title=found.key, icon="globe" if found.kind == BlockedSender.Kind.DOMAIN else "at-sign", deeds=[back],
        about=[found.why, found.blocked_by.name if found.blocked_by else "", ago(found.blocked_at)],
    )  # fmt: skip


urlpatterns = [
    path("blocklist", listed, name="blocklist"),
    path("blocklist/new", block, name="block"),
    path("blocklist/<int:pk>/end", let_in, name="let-in"),
]
