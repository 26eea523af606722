"""What arrives is kept before it is understood, and the same arrival counts once."""

from __future__ import annotations

import pytest

from firstline.commands import intake, registration
from firstline.core.intake.models import Blob, Envelope
from firstline.core.intake.store import bytes_of
from firstline.core.kernel.refusals import BadInput
from firstline.core.people.models import Person
from firstline.core.tickets.models import Ticket
from tests import world

Outcome = Envelope.Outcome


@pytest.fixture
def rita() -> Person:
    world.team()
    return world.person("Rita")


def _sent(rita: Person, *, text: str = "It smokes.", raw: bytes = b"form", source_id: str = "form-1") -> intake.Settled:
    def settle(envelope: Envelope) -> intake.Settled:
        request = registration.Request(desk_id=world.desk().pk, requester_id=rita.pk, text=text, channel="form")
        ticket = registration.register(
            request=request, by_id=rita.pk, now=envelope.received_at, envelope_id=envelope.pk
        )  # fmt: skip
        return intake.Settled(Outcome.REGISTERED, ticket.pk, ticket.messages.get().pk)

    return intake.receive(
        channel="form", source_id=source_id, raw=raw, person_id=rita.pk, now=world.NINE, settle=settle
    )


def test_what_arrived_is_kept_byte_for_byte_and_its_outcome_named(rita: Person):
    settled = _sent(rita, raw=b"\x00\xff raw")

    envelope = Envelope.objects.get()
    assert bytes_of(envelope.blob) == b"\x00\xff raw"
    assert (envelope.outcome, envelope.ticket_id, envelope.message_id) == (
        Outcome.REGISTERED, settled.ticket_id, settled.message_id,
    )  # fmt: skip
    assert Ticket.objects.get().envelope == envelope


def test_the_same_form_posted_twice_is_one_ticket(rita: Person):
    first = _sent(rita)

    again = _sent(rita)

    assert (again.outcome, again.ticket_id) == (Outcome.DUPLICATE, first.ticket_id)
    assert Ticket.objects.count() == Envelope.objects.count() == 1


def test_the_same_words_sent_anew_are_another_ticket(rita: Person):
    _sent(rita, source_id="form-1")
    _sent(rita, source_id="form-2")

    assert (Ticket.objects.count(), Blob.objects.count()) == (2, 1)


def test_what_is_refused_is_kept_with_the_reason_and_can_be_mended(rita: Person):
    with pytest.raises(BadInput):
        _sent(rita, text=" ", raw=b"blank")
    envelope = Envelope.objects.get()
    assert (envelope.outcome, Ticket.objects.count()) == (Outcome.REFUSED, 0)
    assert "empty text" in envelope.why

    settled = _sent(rita, raw=b"mended")

    envelope.refresh_from_db()
    assert (settled.outcome, envelope.outcome, envelope.attempts) == (Outcome.REGISTERED, Outcome.REGISTERED, 2)
    assert bytes_of(envelope.blob) == b"mended"


def test_what_fails_is_kept_for_a_human_to_see(rita: Person):
    def settle(envelope: Envelope) -> intake.Settled:
        Ticket.objects.get(pk=0)
        raise AssertionError

    with pytest.raises(Ticket.DoesNotExist):
        intake.receive(channel="api", source_id="a", raw=b"{}", person_id=rita.pk, now=world.NINE, settle=settle)

    envelope = Envelope.objects.get()
    assert (envelope.outcome, envelope.why.split(":")[0]) == (Outcome.PARKED, "DoesNotExist")
