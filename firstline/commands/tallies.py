"""Takes the figures of days and weeks, so that pages need not read tickets; done again it comes to the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import Min, Sum

from firstline.core import rows
from firstline.core.insight import passing, supervision
from firstline.core.insight.days import NAMES, Key, Seen, Sums, summed
from firstline.core.insight.models import WHOLE, Day, Passage, Taken, Week
from firstline.core.people.models import Desk, Team
from firstline.core.sla.models import Clock
from firstline.core.sla.zones import zone
from firstline.core.tickets.models import Ticket, Work
from firstline.core.tickets.queries import counted

# Days that are taken again at every look; further days at each, those never taken first, then those taken longest ago.
FRESH = 2
MORE = 14
# Tickets of the last days may still be solved, rated and worked on: these are taken again once they are half a day old.
CHANGES_FOR = timedelta(days=60)
AGAIN_AFTER = timedelta(hours=12)


def take_days(*, desk_id: int, now: datetime, more: int | None = None) -> list[date]:
    """Take the figures of a desk's present days, and of up to `more` (MORE) others that need it; return which days."""
    desk = Desk.objects.get(pk=desk_id)
    here = zone(desk.time_zone)
    days = _wanting(desk, here, now, MORE if more is None else more)
    for on in days:
        _take(desk, on, here, now)
    return days


def _take(desk: Desk, on: date, here: ZoneInfo, now: datetime) -> None:
    """Read a day without holding anybody up, then write it in one short transaction."""
    begins = datetime.combine(on, time(), tzinfo=here)
    ends = datetime.combine(on + timedelta(days=1), time(), tzinfo=here)
    sums = summed(_seen(desk, begins, ends))
    moved = supervision.moved(desk.pk, begins, ends)
    gone = supervision.passed(moved)
    went = passing.latest(gone, passing.idle(gone, supervision.deeds(gone)))
    with transaction.atomic():
        # The lock of the desk's figures; registrations, which only refer to the desk, are not held up by it.
        Desk.objects.select_for_update(no_key=True).get(pk=desk.pk)
        _write_day(desk, on, sums)
        _sum_up(desk, on - timedelta(days=on.weekday()))
        Passage.objects.filter(ticket_id__in=moved).delete()
        rows.write(Passage, _WAY, (
            (desk.pk, way.ticket_id, way.from_id, way.to_id, way.at.astimezone(here).date(), way.idle, way.back)
            for way in went if way.at
        ))  # fmt: skip
        Taken.objects.update_or_create(desk=desk, on=on, defaults={"taken_at": now})


def _write_day(desk: Desk, on: date, sums: Mapping[Key, Sums]) -> None:
    # Named one by one, what they are about leads the index to the day.
    Day.objects.filter(desk=desk, by__in=Day.By.values, on=on).delete()
    rows.write(Day, _DAY, (
        (desk.pk, on, by, team, key, *(getattr(found, name) for name in NAMES))
        for (by, team, key), found in sums.items()
    ))  # fmt: skip


def _sum_up(desk: Desk, monday: date) -> None:
    """Add a week's days up, by team and for all teams together."""
    teams = {WHOLE, *Team.objects.filter(desk=desk).values_list("pk", flat=True), 0}
    Week.objects.filter(desk=desk, by__in=Week.By.values, team_id__in=teams, monday=monday).delete()
    with connection.cursor() as cursor:
        for team in ("team_id", str(WHOLE)):
            cursor.execute(_WEEK.format(team=team), [monday, desk.pk, monday, monday + timedelta(days=7)])


_WAY = rows.fields_of(Passage, "desk_id", "ticket_id", "from_id", "to_id", "on", "idle", "back")
_DAY = rows.fields_of(Day, "desk_id", "on", "by", "team_id", "key", *NAMES)
_SUBJECTS = ", ".join(f"'{by}'" for by in Day.By.values)
_WEEK = f"""
INSERT INTO insight_week (desk_id, monday, by, team_id, key, {", ".join(NAMES)})
SELECT desk_id, %s, by, {{team}} AS whose, key, {", ".join(f"SUM({name})" for name in NAMES)} FROM insight_day
WHERE desk_id = %s AND by IN ({_SUBJECTS}) AND "on" >= %s AND "on" < %s GROUP BY desk_id, by, whose, key
"""


def _seen(desk: Desk, begins: datetime, ends: datetime) -> Iterable[Seen]:
    """Return a day's tickets as they are counted; three statements."""
    came = counted(Ticket.objects.filter(desk=desk, registered_at__gte=begins, registered_at__lt=ends))
    judged = Clock.objects.filter(ticket__in=came, kind=Clock.Kind.RESOLVE, state__in=("met", "missed"))
    kept = {
        ticket: state == Clock.State.MET for ticket, state in judged.order_by("pk").values_list("ticket_id", "state")
    }
    worked = Work.objects.filter(ticket__in=came).values("ticket_id").annotate(spent=Sum("spent_for"), cost=Sum("cost"))
    work = {row["ticket_id"]: (int(row["spent"].total_seconds()), row["cost"]) for row in worked}
    columns = (
        "pk", "team_id", "team__line", "service_id", "category_id", "site_id", "organisation_id", "resolved_at",
        "hand_overs", "reopenings", "score",
    )  # fmt: skip
    for pk, team, line, service, category, site, whose, resolved_at, *passed, score in came.values_list(*columns):
        spent, cost = work.get(pk, (0, Decimal(0)))
        done = resolved_at is not None
        hand_overs, reopenings = passed
        verdict = kept.get(pk) if done else None
        yield Seen(
            team, line, service, category, site, whose, done, hand_overs, reopenings, score, verdict, spent, cost
        )  # fmt: skip


def _wanting(desk: Desk, here: ZoneInfo, now: datetime, more: int) -> list[date]:
    today = now.astimezone(here).date()
    fresh = [today - timedelta(days=back) for back in range(FRESH)]
    first = Ticket.objects.filter(desk=desk).aggregate(at=Min("registered_at"))["at"]
    if first is None:
        return []
    taken = dict(Taken.objects.filter(desk=desk).values_list("on", "taken_at"))
    began = first.astimezone(here).date()
    every = (today - timedelta(days=back) for back in range(FRESH, (today - began).days + 1))
    missing = [on for on in every if on not in taken]
    changing = sorted(
        (at, on) for on, at in taken.items() if on not in fresh and today - on < CHANGES_FOR and now - at >= AGAIN_AFTER
    )
    return [*(on for on in fresh if on >= began), *[*missing, *(on for _at, on in changing)][:more]]
