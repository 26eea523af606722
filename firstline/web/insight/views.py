"""Figures for who leads: the page of a supervisor, the tickets behind each number, and tables to take away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from firstline.core.incidents.queries import MARKS
from firstline.core.insight import listed, supervision, workload
from firstline.core.insight.days import Sums, share
from firstline.core.insight.reach import reach_of
from firstline.core.insight.supervision import Ways
from firstline.core.insight.workload import Counted
from firstline.core.ownership import queue
from firstline.core.ownership.queries import STOPPED
from firstline.core.people.rights import Scope
from firstline.core.tickets.models import Ticket
from firstline.web.console import frame
from firstline.web.console.access import Staff, staff
from firstline.web.console.lines import Liner
from firstline.web.insight import asked, charts, export, overview
from firstline.web.insight.overview import Figure

SHOWN, MOST_PAGES = 50, 200
_NAMES = ("requester", "organisation", "service", "team", "assignee", "steward", "latest_by", "offered_to")


@require_GET
@staff
def supervisor(http: Staff) -> HttpResponse:
    """Show load, forecast, ageing, hand-overs, what came, quality and cost, as far as this person's roles reach."""
    context = figures(http)
    if http.GET.get("as") == "csv":
        return export.table(http.GET.get("of", ""), context)
    context |= {"place": "insight", "pane": "full", **frame.around(http)}
    return render(http, "insight/supervisor.html", context)


@require_GET
@staff
def wallboard(http: Staff) -> HttpResponse:
    """Show what matters this minute in large figures; it asks for itself again every half minute."""
    now = timezone.now()
    reach = reach_of(http.scope)
    period = asked.period(http.GET, now, supervision.desks(reach))
    rows = overview.standing(reach, now)
    ways = supervision.passages(reach, since=period.since)
    whole, _weeks = overview.quality(reach, period)
    context = {
        "now": now, "tiles": _tiles(rows, whole, ways, period),
        "team_load": overview.by_team(rows, overview.names(rows, (), ())),
        "forecast": overview.forecast(rows, timezone.localtime(now)), "wide": charts.WIDE, "high": charts.HIGH,
    }  # fmt: skip
    return render(http, "insight/_wall.html" if http.htmx else "insight/wallboard.html", context)


@require_GET
@staff
def tickets(http: Staff) -> HttpResponse:
    """List the tickets behind a figure."""
    now = timezone.now()
    reach = reach_of(http.scope)
    page = int(http.GET["page"]) if http.GET.get("page", "").isdecimal() else 1
    page = min(max(page, 1), MOST_PAGES)
    begin = SHOWN * (page - 1)
    whole = asked.period(http.GET, now, supervision.desks(reach))
    found = listed.tickets(reach, asked.read(http.GET, whole), now, begin=begin, size=SHOWN)
    rows = Ticket.objects.select_related(*_NAMES).annotate(**MARKS, **STOPPED).in_bulk(found.ids)
    places = queue.places_of(found.ids)
    query = http.GET.copy()
    query.pop("page", None)
    liner = Liner(http.person, now, "")
    lines = [liner.line(rows[pk], places.get(pk)) for pk in found.ids if pk in rows]
    context = {
        "place": "insight", "pane": "full", "lines": lines, "page": page, "found": found,
        "more": found.more and page < MOST_PAGES, "query": query.urlencode(), "first": begin + 1,
        "last": begin + len(lines), **frame.around(http),
    }  # fmt: skip
    return render(http, "insight/tickets.html", context)


def figures(http: Staff) -> dict[str, Any]:
    """Return every section of the page; a constant number of statements."""
    now = timezone.now()
    reach, by, whose = reach_of(http.scope), asked.subject(http.GET), asked.answers(http.GET)
    desks = supervision.desks(reach)
    period, currencies = asked.period(http.GET, now, desks), {desk.pk: desk.currency for desk in desks}
    rows = overview.standing(reach, now)
    answered = overview.answering(rows, reach, whose, now)
    ways = supervision.passages(reach, since=period.since)
    known = overview.names(rows, answered, ways)
    gets, matrix = overview.matrix(ways, known, period.weeks)
    whole, weeks = overview.quality(reach, period)
    return {
        "now": now, "period": period, "periods": asked.PERIODS, "by": by, "answers_by": whose,
        "tiles": _tiles(rows, whole, ways, period),
        "team_load": overview.by_team(rows, known),
        "person_load": overview.by_person(rows, known, reach),
        "answering": overview.who_answers(answered, whose, known, reach),
        "answer_words": list(overview.ANSWER_WORDS.items()), "answer_word": overview.ANSWER_WORDS[whose],
        "forecast": overview.forecast(rows, timezone.localtime(now)),
        "ageing": overview.ageing(rows, known), "ages": overview.AGE_WORDS,
        "receiving": gets, "matrix": matrix,
        "over_time": overview.over_time(reach, by, period),
        "quality": [_quality(monday, sums) for monday, sums in weeks], "curves": overview.curves(weeks),
        "by_service": overview.costs(reach, "service", period, currencies),
        "by_customer": overview.costs(reach, "organisation", period, currencies),
        "taken_at": supervision.taken_at(reach),
        "wide": charts.WIDE, "high": charts.HIGH,
        "leads": _leads(http.scope),
    }  # fmt: skip


def _tiles(
    rows: Sequence[Counted], whole: Sums, ways: Mapping[tuple[int, int], Ways], period: asked.Period
) -> list[tuple[str, str, Figure]]:
    load = workload.whole(rows)
    weeks = {"weeks": period.weeks}
    at_once = _percent(whole.first_contact, whole.resolved, outcome="first", **weeks)
    return [
        ("", gettext("Open"), Figure(load.open, asked.tickets())),
        ("late", gettext("Overdue"), Figure(load.overdue, asked.tickets(due="overdue"))),
        ("soon", gettext("Due within 4 hours"), Figure(load.soon, asked.tickets(due="soon"))),
        ("soon", gettext("Nobody has taken"), Figure(load.unclaimed, asked.tickets(unclaimed=1))),
        ("", gettext("Promises kept"), _percent(whole.kept, whole.judged, outcome="kept", **weeks)),
        ("", gettext("Solved at first contact"), at_once),
        ("", gettext("Satisfaction"), _score(whole, **weeks)),
        ("", gettext("To and fro"), Figure(sum(way.back for way in ways.values()), asked.tickets(fro=1, **weeks))),
    ]  # fmt: skip


def _quality(monday: str, sums: Sums) -> dict[str, Any]:
    return {
        "monday": monday,
        "opened": Figure(sums.opened, asked.tickets(week=monday)),
        "resolved": Figure(sums.resolved, asked.tickets(week=monday, outcome="resolved")),
        "kept": _percent(sums.kept, sums.judged, outcome="kept", week=monday),
        "missed": Figure(sums.judged - sums.kept, asked.tickets(week=monday, outcome="missed")),
        "first": _percent(sums.first_contact, sums.resolved, outcome="first", week=monday),
        "score": _score(sums, week=monday),
    }


def _percent(part: int, of: int, **where: object) -> Figure:
    percent = share(part, of)
    return Figure(part, asked.tickets(**where), f"{percent:.0f} %" if percent is not None else "–")


def _score(sums: Sums, **where: object) -> Figure:
    words = f"{sums.score / sums.rated:.1f}" if sums.rated else "–"
    return Figure(sums.rated, asked.tickets(outcome="rated", **where), words)


def _leads(scope: Scope) -> bool:
    return bool(scope.sees_all or scope.desks_managed or scope.desks_audited or scope.teams_led)
