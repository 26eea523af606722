"""The sweep that keeps the order of the queue true to the clock."""

from __future__ import annotations

from firstline.commands.duty import ranking
from firstline.commands.setup import catalogue
from firstline.core.ownership.models import QueuePlace
from firstline.core.ownership.ranks import BAND
from tests import world


def _bands() -> list[int]:
    return [rank // BAND for rank in QueuePlace.objects.order_by("ticket_id").values_list("rank", flat=True)]


def test_what_falls_due_is_ranked_anew_in_every_queue_and_nothing_else_is():
    second = world.team("Second line", line=2)
    world.agreement()
    world.ticket(service_id=world.service("servers", team=second).pk)
    world.ticket(at=world.now(hours=1))

    assert ranking.rank_anew(now=world.now(minutes=14)) == 0
    assert ranking.rank_anew(now=world.now(minutes=15)) == 1
    assert _bands() == [1, 1, 2]
    assert ranking.rank_anew(now=world.now(minutes=15)) == 0


def test_the_longer_it_is_overdue_the_rarer_it_is_written():
    world.agreement()
    world.ticket()

    written = [ranking.rank_anew(now=world.now(minutes=minute)) for minute in range(16, 16 + 15 * 64)]

    assert sum(written) == 36


def test_a_service_that_becomes_guarded_is_ranked_anew_at_the_next_pass():
    world.agreement()
    service = world.service("radiology")
    world.ticket(service_id=service.pk)

    catalogue.change_service(service_id=service.pk, guarded=True, by_id=None, now=world.now(minutes=8))

    assert ranking.rank_anew(now=world.now(minutes=8)) == 1
    assert _bands() == [0]
