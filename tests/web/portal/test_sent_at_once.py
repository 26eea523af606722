"""The same form arriving twice at the same moment is one ticket, one person and one message."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone

from firstline.commands import submission
from firstline.core.people.models import ContactPoint
from firstline.core.tickets.models import Message, Ticket
from tests import world

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 6


def at_once(deed) -> list[object]:
    def run(_: int) -> object:
        try:
            return deed()
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(run, range(AT_ONCE)))


def test_one_form_sent_six_times_at_once_is_one_ticket_of_one_person(transactional_db: None):
    world.front()
    guest = submission.Guest("Greta", "greta@example.org", "en")
    form = submission.Form(key="k", desk_id=world.desk().pk, service_id=None, text="Help.", answers={})

    settled = at_once(lambda: submission.submit(form=form, sender=guest, now=timezone.now()).ticket_id)

    assert set(settled) == {Ticket.objects.get().pk}
    assert ContactPoint.objects.filter(value="greta@example.org").count() == 1


def test_one_answer_sent_six_times_at_once_is_one_message(transactional_db: None):
    ticket = world.ticket()

    def answer() -> int | None:
        return submission.answer(
            ticket_id=ticket.pk, by_id=ticket.requester_id, key="k", text="More.", files=(), now=timezone.now()
        ).message_id

    said = at_once(answer)

    assert set(said) == {Message.objects.exclude(content__text="Printer is out of toner.").get().pk}
