"""What arrived, by what became of it: the lists of what is parked, ignored, refused and so on."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from firstline.channels.email.glance import Glance, glance
from firstline.core.intake import queries, tallies
from firstline.core.intake.models import Envelope
from firstline.core.intake.store import begins
from firstline.core.kernel.refusals import NotThere
from firstline.core.kernel.refusals import _ as sentence
from firstline.web import naming
from firstline.web.setup import frame, lists
from firstline.web.setup.access import Manager, managed
from firstline.web.templatetags.frame import ago

Outcome = Envelope.Outcome
SHOWN = 50
# What has settled is listed as far back as this; what has not, for ever.
LISTED_FOR = timedelta(days=30)
TITLES = {
    Outcome.PARKED: _("Parked"),
    Outcome.IGNORED: _("Ignored"),
    Outcome.REFUSED: _("Refused"),
    Outcome.WAITING: _("Waiting"),
    Outcome.REGISTERED: pgettext_lazy("arrivals", "Registered"),
    Outcome.JOINED: _("Joined"),
    Outcome.DUPLICATE: _("Duplicates"),
}
ABOUT = {
    Outcome.PARKED: _("What could not be understood or settled. It is kept as it came, and waits for you."),
    Outcome.IGNORED: _("What nothing followed from, each with the reason. It is kept, and can be taken up after all."),
    Outcome.REFUSED: _("What was not accepted; its sender was told why."),
    Outcome.WAITING: _("What is kept and will be settled in a moment."),
}


@require_safe
@managed
def listed(http: Manager, outcome: str) -> HttpResponse:
    """Show what came to this outcome, newest first."""
    if outcome not in TITLES:
        raise NotThere(sentence("There is no such page."))
    found = list(_narrowed(http, outcome)[: SHOWN + 1])
    rows, further = found[:SHOWN], found[SHOWN:]
    more = f"?{urlencode({**http.GET.dict(), 'after': rows[-1].pk})}" if further else ""
    empty = lists.Empty(_("Nothing here"), icon="circle-check")
    return lists.page(
        http, place_of(outcome), title=TITLES[Outcome(outcome)],
        about=ABOUT.get(Outcome(outcome), ""), rows=[_row(http, each) for each in rows], empty=empty, more=more,
    )  # fmt: skip


def place_of(outcome: str) -> str:
    """Return the page of the table to which arrivals of this outcome belong."""
    return outcome if outcome in (Outcome.PARKED, Outcome.IGNORED) else "intake"


def of_desk(http: Manager) -> QuerySet[Envelope]:
    """Return what arrived for the desk that is set up; for administrators also what came to no desk at all."""
    boxes = queries.mailboxes_of(http.desk.pk)
    found = queries.within(Envelope.objects.all(), http.scope)
    return found.filter(Q(mailbox__in=boxes) | Q(mailbox=None, desk=http.desk) | Q(mailbox=None, desk=None))


def _narrowed(http: Manager, outcome: str) -> QuerySet[Envelope]:
    """Return what the address asks for: a mailbox, a channel, a day, and after which one the page begins."""
    found = of_desk(http).filter(outcome=outcome).select_related("person").order_by("-pk")
    asked = http.GET
    if asked.get("mailbox", "").isdigit():
        found = found.filter(mailbox=int(asked["mailbox"][:15]))
    if asked.get("channel") in Envelope.Channel.values:
        found = found.filter(channel=asked["channel"])
    if asked.get("after", "").isdigit():
        found = found.filter(pk__lt=int(asked["after"][:18]))
    on = _day(asked.get("on", ""))
    if on:
        begins_at = timezone.make_aware(datetime.combine(on, time()))
        found = found.filter(received_at__gte=begins_at, received_at__lt=begins_at + timedelta(days=1))
        return found.filter(pk__gte=tallies.first_since(begins_at))
    if outcome not in (Outcome.PARKED, Outcome.WAITING):
        return found.filter(pk__gte=tallies.first_since(timezone.now() - LISTED_FOR))
    return found


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _row(http: Manager, envelope: Envelope) -> lists.Row:
    seen = glance_at(envelope)
    deeds = []
    if envelope.outcome == Outcome.PARKED:
        deeds = [lists.Deed(_("Try again"), frame.address(http, "arrival-retry", envelope.pk), icon="rotate-ccw")]
    return lists.Row(
        title=seen.subject or gettext("Without a subject"), href=frame.address(http, "arrival", envelope.pk),
        icon=naming.CHANNELS[envelope.channel].icon, deeds=deeds,
        about=[seen.sender or _who(envelope), _where(envelope), ago(envelope.received_at), why(envelope)],
    )  # fmt: skip


def glance_at(envelope: Envelope) -> Glance:
    if envelope.channel != Envelope.Channel.EMAIL:
        return Glance("", str(naming.CHANNELS[envelope.channel].word), "")
    return glance(begins(envelope.blob, 32_768))


def why(envelope: Envelope) -> str:
    """Return why it came to its outcome, in the language of the page where the desk itself said so."""
    return gettext(envelope.why) if envelope.why else ""


def _who(envelope: Envelope) -> str:
    return envelope.person.name if envelope.person else ""


def _where(envelope: Envelope) -> str:
    return envelope.mailbox.address if envelope.mailbox else ""


urlpatterns = [
    path("arrivals/parked", listed, {"outcome": "parked"}, name="parked"),
    path("arrivals/ignored", listed, {"outcome": "ignored"}, name="ignored"),
    path("arrivals/<str:outcome>", listed, name="arrivals"),
]
