"""Many mails settled by one commit: each once, in order, and one that fails takes no other along."""

from __future__ import annotations

from functools import partial

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from firstline.channels.email import incoming
from firstline.commands import intake
from firstline.commands.setup import mailboxes
from firstline.core.intake.models import Envelope, Mailbox
from firstline.core.outbox.models import Job
from firstline.core.tickets.models import Ticket
from firstline.worker import mailpass
from firstline.worker.loop import Worker
from tests import world

pytestmark = pytest.mark.django_db(transaction=True)

Outcome = Envelope.Outcome


@pytest.fixture
def mailbox() -> Mailbox:
    """Return a mailbox of the desk."""
    world.front()
    return mailboxes.set_up_mailbox(desk_id=world.desk().pk, address="desk@example.org", by_id=None, now=world.NINE)


def _mail(number: int) -> bytes:
    head = f"From: Anna <anna{number}@people.example>\r\nSubject: Mail {number}\r\nMessage-ID: <{number}@p.example>"
    return f"{head}\r\n\r\nIt smokes.\r\n".encode()


def _kept(mailbox: Mailbox, *numbers: int) -> list[tuple[int, bytes]]:
    arrivals = [incoming.arrival(_mail(number), mailbox, now=world.NINE) for number in numbers]
    return [
        (each.envelope_id, _mail(number))
        for number, each in zip(numbers, intake.keep_all(arrivals, now=world.NINE), strict=True)
    ]


def _settled(kept: list[tuple[int, bytes]]) -> list[mailpass.Done]:
    with mailpass.opened(None) as taking:
        return taking.settle([taking.begin(pk, partial(bytes, raw)) for pk, raw in kept])


def _work() -> None:
    while Worker("one").do_due():
        pass


def test_all_of_a_portion_are_settled_by_one_commit_in_their_order(mailbox: Mailbox):
    kept = _kept(mailbox, 1, 2, 3)

    with CaptureQueriesContext(connection) as asked:
        done = _settled(kept)

    assert [each.mail.subject for each in done if each.mail] == ["Mail 1", "Mail 2", "Mail 3"]
    assert [each.number for each in done] == [ticket.number for ticket in Ticket.objects.order_by("pk")]
    assert {(each.outcome, each.answered) for each in done} == {(Outcome.REGISTERED, True)}
    assert sum(each["sql"].startswith("BEGIN") for each in asked.captured_queries) == 1
    assert Job.objects.filter(kind=intake.UNDERSTAND).exclude(state=Job.State.DONE).count() == 0


def test_a_mail_that_makes_the_commit_fail_takes_no_other_along(mailbox: Mailbox):
    kept = _kept(mailbox, 1, 2, 3)

    def refuse(execute, sql, params, many, context):
        if 'INSERT INTO "tickets_ticket"' in sql and "Mail 2" in params:
            raise IntegrityError("made to fail")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        done = _settled(kept)

    assert [each.outcome for each in done] == [Outcome.REGISTERED, Outcome.WAITING, Outcome.REGISTERED]
    assert set(Ticket.objects.values_list("subject", flat=True)) == {"Mail 1", "Mail 3"}
    _work()
    assert sorted(Ticket.objects.values_list("subject", flat=True)) == ["Mail 1", "Mail 2", "Mail 3"]


def test_a_mail_that_always_fails_is_parked_by_the_worker_after_its_third_try(mailbox: Mailbox):
    [(kept, _raw)] = _kept(mailbox, 1)

    def refuse(execute, sql, params, many, context):
        if 'INSERT INTO "tickets_ticket"' in sql:
            raise IntegrityError("made to fail")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        for _ in range(3):
            Job.objects.filter(state=Job.State.WAITING).update(run_at=world.NINE)
            _work()

    envelope = Envelope.objects.get(pk=kept)
    assert (envelope.outcome, envelope.why) == (Outcome.PARKED, "IntegrityError: made to fail")
    assert Ticket.objects.count() == 0


def test_what_was_settled_before_is_left_as_it_is(mailbox: Mailbox):
    kept = _kept(mailbox, 1)
    _settled(kept)

    [again] = _settled(kept)

    assert (again.outcome, again.number) == (Outcome.REGISTERED, Ticket.objects.get().number)
    assert not again.answered


def test_the_statements_of_a_mail_stay_few(mailbox: Mailbox):
    _settled(_kept(mailbox, 0))
    few, many = _kept(mailbox, 1), _kept(mailbox, *range(2, 12))

    with CaptureQueriesContext(connection) as for_one:
        _settled(few)
    with CaptureQueriesContext(connection) as for_ten:
        _settled(many)

    assert (len(for_ten) - len(for_one)) / 9 <= 38
