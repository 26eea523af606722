"""Mail is kept, and owed to be understood, by one commit; what is parked waits for a human to decide."""

from __future__ import annotations

from functools import partial

import pytest

from firstline.commands import intake, parked
from firstline.commands.setup import mailboxes
from firstline.core.intake import queries
from firstline.core.intake.models import Blob, Envelope, Mailbox
from firstline.core.intake.store import bytes_of
from firstline.core.journal import queries as journal
from firstline.core.kernel.refusals import BadInput, NotThere
from firstline.core.outbox.models import Job
from firstline.core.people.models import Person
from firstline.core.people.rights import scope_of
from tests import together, world

Outcome = Envelope.Outcome


@pytest.fixture
def mailbox(db: None) -> Mailbox:
    """Return a mailbox of the desk "it"."""
    world.front()
    return mailboxes.set_up_mailbox(
        desk_id=world.desk().pk, address="desk@example.org", by_id=None, now=world.NINE
    )  # fmt: skip


@pytest.fixture
def olga(mailbox: Mailbox) -> Person:
    """Return somebody on the desk's first line."""
    return world.person("Olga", team=world.front())


def _arrival(mailbox: Mailbox, number: int = 1, *, raw: bytes = b"", parked: str = "") -> intake.Arrival:
    return intake.Arrival(
        channel="email", source_id=f"mail:{number}", raw=raw or b"mail %d" % number, received_at=world.NINE,
        mailbox_id=mailbox.pk, recipient=mailbox.key, parked=parked,
    )  # fmt: skip


def test_what_is_kept_is_there_byte_for_byte_and_owed_to_be_understood(mailbox: Mailbox):
    kept = intake.keep(_arrival(mailbox, raw=b"\x00\xff" * 50_000), now=world.now(minutes=1))

    envelope = Envelope.objects.get(pk=kept.envelope_id)
    assert kept.new
    assert (envelope.outcome, envelope.received_at, envelope.mailbox) == (Outcome.WAITING, world.NINE, mailbox)
    assert bytes_of(envelope.blob) == b"\x00\xff" * 50_000
    job = Job.objects.get()
    assert (job.kind, job.payload) == (intake.UNDERSTAND, {"envelope": envelope.pk})


def test_the_same_arrival_again_is_where_it_was_kept_first(mailbox: Mailbox):
    first, second, third = intake.keep_all(
        [_arrival(mailbox, 1), _arrival(mailbox, 2), _arrival(mailbox, 1)], now=world.NINE
    )
    assert first.envelope_id == third.envelope_id != second.envelope_id

    again = intake.keep_all([_arrival(mailbox, 3), _arrival(mailbox, 2)], now=world.NINE)

    assert [each.new for each in again] == [True, False]
    assert again[1].envelope_id == second.envelope_id
    assert Envelope.objects.count() == Blob.objects.count() == Job.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_the_same_mail_handed_in_by_four_at_once_is_kept_once():
    world.front()
    mailbox = mailboxes.set_up_mailbox(desk_id=world.desk().pk, address="d@example.org", by_id=None, now=world.NINE)
    batches = [[_arrival(mailbox, number) for number in order] for order in ([1, 2, 3], [3, 2, 1], [2, 3], [1])]

    outcomes = together.at_once(*[partial(intake.keep_all, batch, now=world.NINE) for batch in batches])

    assert [len(each) for each in outcomes] == [3, 3, 2, 1]
    assert Envelope.objects.count() == Job.objects.count() == 3


def test_a_large_mail_whose_disk_refuses_is_not_kept_at_all(mailbox: Mailbox, settings, tmp_path):
    (tmp_path / "blobs").write_text("a file where a folder should be")
    settings.DATA = tmp_path

    with pytest.raises(OSError, match="blobs"):
        intake.keep_all([_arrival(mailbox, 1), _arrival(mailbox, 2, raw=b"x" * 100_000)], now=world.NINE)

    assert Envelope.objects.count() == Job.objects.count() == 0


def test_what_is_parked_as_it_arrives_is_not_owed_to_anybody(mailbox: Mailbox):
    intake.keep(_arrival(mailbox, parked="The mail is larger than 25 MB."), now=world.NINE)

    assert Envelope.objects.get().outcome == Outcome.PARKED
    assert Job.objects.count() == 0


def test_parked_mail_is_tried_again_as_it_came(mailbox: Mailbox, olga: Person):
    kept = intake.keep(_arrival(mailbox), now=world.NINE)
    parked.park(envelope_id=kept.envelope_id, why="too deep", now=world.NINE)

    parked.retry(envelope_id=kept.envelope_id, by_id=olga.pk, now=world.NINE)

    envelope = Envelope.objects.get()
    assert (envelope.outcome, envelope.why, envelope.settled_at) == (Outcome.WAITING, "", None)
    assert Job.objects.count() == 2
    assert [(e.kind, e.by_id) for e in journal.told(f"envelope:{envelope.pk}")] == [("envelope retried", olga.pk)]
    with world.refused(parked.NotParked):
        parked.retry(envelope_id=kept.envelope_id, by_id=olga.pk, now=world.NINE)


def test_parked_mail_is_ignored_with_a_reason(mailbox: Mailbox, olga: Person):
    kept = intake.keep(_arrival(mailbox, parked="too deep"), now=world.NINE)
    with world.refused(BadInput):
        parked.ignore(envelope_id=kept.envelope_id, why=" ", by_id=olga.pk, now=world.NINE)

    parked.ignore(envelope_id=kept.envelope_id, why="an attack", by_id=olga.pk, now=world.NINE)

    envelope = Envelope.objects.get()
    assert (envelope.outcome, envelope.why) == (Outcome.IGNORED, "an attack")


def test_raw_mail_is_read_by_its_desk_and_by_no_other_and_who_read_it_is_told(mailbox: Mailbox, olga: Person):
    kept = intake.keep(_arrival(mailbox, parked="too deep"), now=world.NINE)
    stranger = world.person("Oto", team=world.front(world.desk("other")))

    assert parked.read_raw(envelope_id=kept.envelope_id, by_id=olga.pk, now=world.NINE) == b"mail 1"

    assert [e.by_id for e in journal.told(f"envelope:{kept.envelope_id}")] == [olga.pk]
    for deed in (parked.read_raw, parked.retry, partial(parked.ignore, why="mine")):
        with world.refused(NotThere):
            deed(envelope_id=kept.envelope_id, by_id=stranger.pk, now=world.NINE)
    assert list(queries.parked(scope_of(stranger.pk))) == []
    assert [each.pk for each in queries.parked(scope_of(olga.pk))] == [kept.envelope_id]


def test_a_failure_that_may_pass_is_tried_three_times_and_then_parked(mailbox: Mailbox):
    kept = intake.keep(_arrival(mailbox), now=world.NINE)

    again = [parked.failed(envelope_id=kept.envelope_id, why="KeyError: x", now=world.NINE) for _ in range(3)]

    assert again == [True, True, False]
    assert Envelope.objects.get().outcome == Outcome.PARKED


def test_how_mailboxes_stand_takes_as_many_statements_for_one_as_for_three(mailbox: Mailbox, django_assert_num_queries):
    others = [
        mailboxes.set_up_mailbox(desk_id=world.desk().pk, address=f"d{n}@example.org", by_id=None, now=world.NINE)
        for n in range(2)
    ]
    intake.keep(_arrival(mailbox, 1), now=world.NINE)
    intake.keep(_arrival(mailbox, 2, parked="too deep"), now=world.NINE)

    with django_assert_num_queries(3):
        one = queries.standings([mailbox])
    with django_assert_num_queries(3):
        queries.standings([mailbox, *others])

    assert one == [queries.Standing(mailbox, world.NINE, waiting=1, waiting_since=world.NINE, parked=1)]
