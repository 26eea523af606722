"""What stands beside a ticket's story: who follows it, tags, links, the requester's addresses and other requests."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet

from firstline.core.kernel.identifiers import number_of
from firstline.core.outbox.queries import STANDING
from firstline.core.people.rights import Scope
from firstline.core.tickets.models import Link, Ticket
from firstline.core.tickets.queries import visible_to

LATEST = 5

# One arm a sort of thing; each gives sort, row, words, more, other, at. Written out, because the ORM takes longer to
# put such a statement together than the database takes to answer it. {linked} and {latest} say which tickets o among
# them may be read.
_ARMS: Mapping[str, str] = {
    "participants": """SELECT 'participants', p.id, w.name, p.part, p.person_id, p.added_at
        FROM tickets_participant p JOIN people_person w ON w.id = p.person_id
        WHERE p.ticket_id = %(ticket)s AND p.ended_at IS NULL""",
    "tags": """SELECT 'tags', g.tag_id, t.name, '', 0, g.tagged_at
        FROM tickets_tagging g JOIN tickets_tag t ON t.id = g.tag_id
        WHERE g.ticket_id = %(ticket)s AND g.ended_at IS NULL""",
    "links": """SELECT 'links', l.id, o.subject, l.kind, l.other_id, l.linked_at
        FROM tickets_link l JOIN tickets_ticket o ON o.id = l.other_id
        WHERE l.ticket_id = %(ticket)s AND l.ended_at IS NULL AND {linked}""",
    # A major incident may have a thousand parts.
    "links_here": """SELECT * FROM (SELECT 'links_here', l.id, o.subject, l.kind, l.ticket_id, l.linked_at
        FROM tickets_link l JOIN tickets_ticket o ON o.id = l.ticket_id
        WHERE l.other_id = %(ticket)s AND l.ended_at IS NULL AND {linked}
        ORDER BY l.id DESC LIMIT 40) here""",
    "absorbed": """SELECT 'absorbed', o.id, o.subject, o.state, 0, o.closed_at
        FROM tickets_ticket o WHERE o.merged_into_id = %(ticket)s AND {linked}""",
    "contacts": """SELECT 'contacts', c.id, c.value, c.kind, CASE WHEN c.bounced_at IS NULL THEN 0 ELSE 1 END,
        c.added_at FROM people_contactpoint c WHERE c.person_id = %(requester)s AND c.ended_at IS NULL""",
    "vendors": """SELECT 'vendors', v.id, w.name, COALESCE(c.value, ''), v.person_id, v.added_at
        FROM tickets_vendorcontact v JOIN people_person w ON w.id = v.person_id
        LEFT JOIN people_contactpoint c ON c.person_id = v.person_id AND c.kind = 'email' AND c.ended_at IS NULL
        WHERE v.ticket_id = %(ticket)s AND v.ended_at IS NULL""",
    "latest": """SELECT * FROM (SELECT 'latest', o.id, o.subject, o.state, 0, o.registered_at
        FROM tickets_ticket o WHERE o.requester_id = %(requester)s AND o.id <> %(ticket)s AND {latest}
        ORDER BY o.id DESC LIMIT %(most)s) newest""",
    "tier": """SELECT * FROM (SELECT 'tier', t.id, t.name, '', 0, t_made.made_at
        FROM services_contract c JOIN services_tier t ON t.id = c.tier_id
        JOIN people_organisation t_made ON t_made.id = c.organisation_id
        WHERE c.organisation_id = %(organisation)s AND c.desk_id = %(desk)s AND c.ended_at IS NULL
        AND c.starts_on <= %(today)s AND (c.ends_on IS NULL OR c.ends_on > %(today)s)
        ORDER BY c.starts_on DESC, c.id DESC LIMIT 1) bought""",
    # Those that carry words to somebody outside: what became of them stands on the words.
    "letters": f"""SELECT * FROM (SELECT 'letters', l.id, w.name, {STANDING} || ' ' || l.trouble,
        COALESCE(l.entry_id, 0), l.queued_at
        FROM outbox_letter l JOIN people_person w ON w.id = l.person_id
        WHERE l.ticket_id = %(ticket)s AND l.kind IN ('replied', 'vendor') ORDER BY l.id DESC LIMIT 200) sent""",
    # The version that a step was ticked of, else the newest when the ticket was taken, else the newest: as
    # instructions.queries.followed has it.
    "steps": """SELECT * FROM (SELECT 'steps', v.id, CAST(v.steps AS text), CAST(v.alone AS text), v.version, v.made_at
        FROM services_instructionversion v WHERE v.service_id = %(service)s
        ORDER BY CASE WHEN EXISTS (SELECT 1 FROM instructions_tick k WHERE k.ticket_id = %(ticket)s
        AND k.instruction_id = v.id AND k.unticked_at IS NULL) THEN 0 WHEN v.made_at <= %(taken)s THEN 1 ELSE 2 END,
        v.version DESC LIMIT 1) instruction""",
    "ticks": """SELECT 'ticks', k.step, w.name, '', k.instruction_id, k.ticked_at
        FROM instructions_tick k JOIN people_person w ON w.id = k.ticked_by_id
        WHERE k.ticket_id = %(ticket)s AND k.unticked_at IS NULL""",
}


class Row(NamedTuple):
    """One thing beside a ticket: its id, what it is called, what kind it is of, since when.

    more    a participant's part, a contact point's kind, a link's kind, another ticket's state, what became of a letter
    other   the person of a participant, the ticket a link leads to, the journal entry a letter tells of;
            1 for a contact point from which mail came back
    """

    sort: str
    row: int
    words: str
    more: str
    other: int
    at: datetime

    @property
    def number(self) -> int:
        """The number of the ticket that a link leads to, or that the row is."""
        return number_of(self.other or self.row)


class Instruction(NamedTuple):
    """What a service's instruction says: the row id of its version, its number, its steps, what may be solved alone.

    ticks   by place of a step: who did it, and when
    """

    row: int
    version: int
    steps: Sequence[Mapping[str, Any]]
    alone: Mapping[str, str]
    ticks: Mapping[int, tuple[str, datetime]]


@dataclass(frozen=True)
class Beside:
    """Everything that stands beside one ticket; `instruction` is the version of its service's that it follows."""

    participants: Sequence[Row]
    tags: Sequence[Row]
    links: Sequence[Row]
    links_here: Sequence[Row]
    absorbed: Sequence[Row]
    contacts: Sequence[Row]
    vendors: Sequence[Row]
    latest: Sequence[Row]
    letters: Sequence[Row]
    tier: str
    instruction: Instruction | None


def beside(ticket: Ticket, scope: Scope, *, now: datetime) -> Beside:
    """Return what stands beside the ticket, as far as this person may read it; one statement."""
    found = sorted(_rows(ticket, scope, now), key=lambda row: (row.at, row.row))
    grouped = {sort: [row for row in found if row.sort == sort] for sort in _ARMS}
    tier, steps, ticks = (grouped.pop(sort) for sort in ("tier", "steps", "ticks"))
    return Beside(
        **{**grouped, "latest": grouped["latest"][::-1]},
        tier=tier[0].words if tier else "",
        instruction=_instruction(steps[0], ticks) if steps else None,
    )


def _instruction(version: Row, ticks: Sequence[Row]) -> Instruction:
    done = {tick.row: (tick.words, tick.at) for tick in ticks if tick.other == version.row}
    return Instruction(version.row, version.other, json.loads(version.words), json.loads(version.more), done)


def _rows(ticket: Ticket, scope: Scope, now: datetime) -> list[Row]:
    linked, latest, values = _seen(ticket, scope)
    sql = " UNION ALL ".join(_ARMS.values()).replace("{linked}", linked).replace("{latest}", latest)
    values |= {
        "ticket": ticket.pk, "requester": ticket.requester_id, "most": LATEST, "desk": ticket.desk_id,
        "today": now.date(), "organisation": ticket.organisation_id, "service": ticket.service_id,
        "taken": connection.ops.adapt_datetimefield_value(ticket.taken_at or now),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [Row._make([*columns, _instant(at)]) for *columns, at in cursor.fetchall()]


def _seen(ticket: Ticket, scope: Scope) -> tuple[str, str, dict[str, Any]]:
    """Return which linked tickets and which others of the requester this person may read, as conditions with values.

    Whoever sees the whole desk reads all of it by its id. For others both sets are asked for by themselves, since a
    list of all that a person may read would be made whole before a row of it is looked at.
    """
    if scope.sees_all:
        return "1 = 1", "1 = 1", {}
    if scope.sees_desk(ticket.desk_id):
        whole = sorted(scope.desks_fronted | scope.desks_managed | scope.desks_audited)
        condition = f"o.desk_id IN ({', '.join(str(int(desk)) for desk in whole)})"
        return condition, condition, {}
    links, here = Link.objects.filter(ticket=ticket).values("other"), Link.objects.filter(other=ticket).values("ticket")
    around = links.union(here, Ticket.objects.filter(merged_into=ticket).values("pk"))
    linked, one = _compiled(visible_to(scope).filter(pk__in=around), "linked")
    latest, two = _compiled(visible_to(scope).filter(requester_id=ticket.requester_id), "latest")
    return f"o.id IN ({linked})", f"o.id IN ({latest})", {**one, **two}


def _compiled(tickets: QuerySet[Ticket], prefix: str) -> tuple[str, dict[str, Any]]:
    sql, params = tickets.order_by().values("pk").query.sql_with_params()
    names = [f"{prefix}_{place}" for place in range(len(params))]
    return sql % tuple(f"%({name})s" for name in names), dict(zip(names, params, strict=True))


def _instant(at: datetime | str) -> datetime:
    """Return the instant, aware; SQLite gives it without its zone, which is UTC."""
    read = at if isinstance(at, datetime) else datetime.fromisoformat(at)
    return read if read.tzinfo else read.replace(tzinfo=UTC)
