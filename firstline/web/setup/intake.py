"""What came in, day by day and channel by channel, and what became of it: the sums that must add up."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from firstline.core.intake import queries, tallies
from firstline.core.intake.models import Envelope
from firstline.core.intake.tallies import Tally
from firstline.web import naming
from firstline.web.setup import frame, tallying
from firstline.web.setup.access import Manager, managed
from firstline.web.setup.arrivals import of_desk

DAYS = 14
Key = tuple[date, str, int | None]


@require_safe
@managed
def show(http: Manager) -> HttpResponse:
    """Show the last fourteen days, the newest first."""
    today = timezone.localtime()
    since = today.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=DAYS - 1)
    counted = tallies.by_day(of_desk(http).order_by(), since, ZoneInfo(timezone.get_current_timezone_name()))
    boxes = dict(queries.mailboxes_of(http.desk.pk).values_list("pk", "address"))
    unread = tallies.turned_away(since.date()) if http.scope.administrator else {}
    context = {"title": _("What came in"), "days": _days(http, counted, boxes, unread)}
    return frame.page(http, "intake", "setup/intake.html", context)


def _days(
    http: Manager, counted: dict[Key, Tally], boxes: dict[int, str], unread: dict[tuple[date, str], int]
) -> list[dict[str, Any]]:
    """Return the days on which something came, each with its lines."""
    days = sorted({on for on, *_rest in counted} | {on for on, _channel in unread}, reverse=True)
    return [
        {
            "on": on,
            "lines": [_line(http, key, counted[key], boxes) for key in sorted(counted, key=_order) if key[0] == on],
            "unread": [(naming.CHANNELS[channel].word, many) for (day, channel), many in unread.items() if day == on],
        }
        for on in days
    ]


def _line(http: Manager, key: Key, tally: Tally, boxes: dict[int, str]) -> dict[str, Any]:
    on, channel, mailbox_id = key
    name = naming.CHANNELS[channel]
    return {
        "icon": name.icon,
        "word": boxes.get(mailbox_id, "") if mailbox_id else name.word,
        "tally": tallying.shown(http, tally, channel=channel, mailbox=mailbox_id, on=on.isoformat()),
    }


def _order(key: Key) -> tuple[int, str, int]:
    on, channel, mailbox_id = key
    return (-on.toordinal(), "" if channel == Envelope.Channel.EMAIL else channel, mailbox_id or 0)


urlpatterns = [path("intake", show, name="intake")]
