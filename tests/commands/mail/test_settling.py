"""What becomes of a mail: registered, joined, or left alone, once and with its name."""

from __future__ import annotations

from datetime import timedelta

import pytest

from firstline.commands import ownership, progress
from firstline.commands.mail import settle
from firstline.core.intake.inbound import File
from firstline.core.intake.models import Envelope
from firstline.core.kernel.refusals import NotThere
from firstline.core.outbox.models import Job
from firstline.core.people.models import Desk, OrganisationDomain, Person
from firstline.core.tickets.models import Link, Message, Ticket
from firstline.core.tickets.queries import was_answered
from firstline.core.tickets.states import State
from firstline.worker import reactions
from tests import rules, world
from tests.commands.mail.posting import DESK, arrives, envelope, mail, mailbox, message_of, ticket_of
from tests.together import at_once

pytestmark = pytest.mark.django_db


def test_a_mail_of_somebody_new_registers_a_ticket_of_a_guest():
    settled = arrives(mail("Nothing prints.\n\n-- \nNina", by="Nina <nina@new.example>", reply_text="Nothing prints."))

    ticket = ticket_of(settled)
    message = ticket.messages.get()
    assert (settled.outcome, settled.message_id) == ("registered", message.pk)
    assert (ticket.requester.name, ticket.requester.organisation, ticket.channel) == ("Nina", None, "email")
    assert (ticket.subject, message.content.text) == ("Printer", "Nothing prints.")
    assert message.mail.text.text == "Nothing prints.\n\n-- \nNina"
    rules.must_hold()


def test_a_new_sender_belongs_to_the_organisation_that_owns_the_domain_and_speaks_the_language_of_the_mail():
    northwind = world.organisation()
    OrganisationDomain.objects.create(organisation=northwind, domain="northwind.example")

    arrives(mail("Принтер не працює, допоможіть будь ласка", by="o@shop.northwind.example", subject="Принтер"))

    person = Person.objects.get(contact_points__key="o@shop.northwind.example")
    assert (person.organisation, person.language) == (northwind, "uk")


def test_clocks_start_when_the_mail_arrived_however_late_it_was_understood():
    world.agreement()

    settled = arrives(mail(), received_at=world.NINE, now=world.now(hours=3))

    ticket = ticket_of(settled)
    due = ticket.clocks.get(kind="first_response").due_at
    assert (ticket.registered_at, due) == (world.NINE, world.now(hours=1))


def test_settling_twice_does_it_once():
    kept = envelope(at=mailbox())
    what = mail()

    first = settle(envelope_id=kept.pk, mail=what, now=world.NINE)
    again = settle(envelope_id=kept.pk, mail=what, now=world.now(minutes=1))

    assert (again, Ticket.objects.count()) == (first, 1)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_one_envelope_make_one_ticket():
    kept = envelope(at=mailbox())

    what = mail()
    at_once(*[lambda: settle(envelope_id=kept.pk, mail=what, now=world.NINE)] * 2)

    assert Ticket.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_mail_in_two_mailboxes_settled_at_the_same_moment_is_one_message():
    what = mail(by="new@elsewhere.example")
    kept = [envelope(at=mailbox()), envelope(at=mailbox("help@firstline.example"))]

    at_once(*[lambda pk=each.pk: settle(envelope_id=pk, mail=what, now=world.NINE) for each in kept])

    assert Message.objects.count() == 1
    assert sorted(Envelope.objects.values_list("outcome", flat=True)) == ["duplicate", "registered"]


def test_an_unknown_envelope_is_refused():
    with pytest.raises(NotThere):
        settle(envelope_id=987_654, mail=mail(), now=world.NINE)


def test_the_same_mail_in_two_mailboxes_of_a_desk_is_one_message():
    what = mail()
    first = arrives(what)

    again = arrives(what, at=mailbox("help@firstline.example"))

    assert (again.outcome, again.ticket_id, Message.objects.count()) == ("duplicate", first.ticket_id, 1)


def test_a_stranger_who_bears_anothers_message_id_suppresses_nothing():
    what = mail(message_id="same@example.org")
    arrives(mail("Buy this.", by="mallory@elsewhere.example", message_id="same@example.org"))

    settled = arrives(what)

    assert (settled.outcome, Ticket.objects.count()) == ("registered", 2)


def test_an_answer_of_the_requester_joins_by_the_id_of_their_own_mail():
    first = arrives(mail(message_id="one@example.org"))

    settled = arrives(mail("Any news?", in_reply_to=("one@example.org",)), now=world.now(minutes=5))

    assert (settled.outcome, settled.ticket_id) == ("joined", first.ticket_id)
    assert message_of(settled).content.text == "Any news?"
    rules.must_hold()


def test_a_stranger_with_a_forged_reference_joins_nothing():
    first = arrives(mail(message_id="one@example.org"))

    settled = arrives(mail("Let me in.", by="mallory@elsewhere.example", references=("one@example.org",)))

    assert settled.outcome == "registered"
    assert settled.ticket_id != first.ticket_id


def test_a_bare_ticket_number_joins_nobody():
    first = arrives(mail())
    number = ticket_of(first).number

    settled = arrives(mail("Again.", subject=f"Re: [#{number}] Printer"))

    assert settled.outcome == "registered"
    assert settled.ticket_id != first.ticket_id


def test_an_answer_to_a_resolved_ticket_reopens_it():
    olga = world.person("Olga", team=world.front())
    first = arrives(mail(message_id="one@example.org"))
    ownership.take(ticket_id=first.ticket_id or 0, by_id=olga.pk, now=world.NINE)
    progress.resolve(ticket_id=first.ticket_id or 0, by_id=olga.pk, how="Refilled.", now=world.now(hours=1))

    settled = arrives(mail("Still empty!", in_reply_to=("one@example.org",)), now=world.now(hours=2))

    ticket = ticket_of(first)
    assert (settled.outcome, settled.ticket_id, ticket.state) == ("joined", ticket.pk, State.OPEN)
    rules.must_hold()


def test_an_answer_to_a_ticket_closed_for_long_follows_it_up():
    olga = world.person("Olga", team=world.front())
    first = arrives(mail(message_id="one@example.org"))
    ownership.take(ticket_id=first.ticket_id or 0, by_id=olga.pk, now=world.NINE)
    progress.resolve(ticket_id=first.ticket_id or 0, by_id=olga.pk, how="Refilled.", now=world.now(hours=1))
    progress.close(ticket_id=first.ticket_id or 0, by_id=olga.pk, now=world.now(hours=2))

    settled = arrives(mail("Again.", in_reply_to=("one@example.org",)), now=world.now(days=60))

    assert settled.outcome == "registered"
    link = Link.objects.get(ticket=ticket_of(settled))
    assert (link.kind, link.other_id) == ("follows_up", first.ticket_id)


def test_files_come_byte_for_byte_and_pictures_keep_the_name_the_html_gives_them():
    picture = File("screen\x00shot.png", "image/png", b"\x89PNG", content_id="pic@1", inline=True)

    settled = arrives(mail(html='<img src="cid:pic@1">', files=(picture, File("n" * 300 + ".log", "text/plain", b"x"))))

    shown, log = message_of(settled).attachments.order_by("id")
    assert (bytes(shown.blob.inline or b""), shown.content_id, shown.inline) == (b"\x89PNG", "pic@1", True)
    assert (len(log.name), log.name[-4:], log.inline) == (255, ".log", False)


def test_what_no_database_can_hold_is_mended_and_an_empty_mail_is_still_a_request():
    settled = arrives(mail("a\x00b\ud800", subject="x" * 999, message_id="i" * 999))
    empty = arrives(mail("", subject="", message_id=""))

    ticket = ticket_of(settled)
    assert (len(ticket.subject), ticket.messages.get().carrier_id) == (300, None)
    assert message_of(empty).content.text == "(no text)"


def test_a_mail_without_a_sender_is_registered_and_never_answered():
    settled = arrives(mail(by=""))

    again = arrives(mail(by="not an address"))

    tickets = [ticket_of(settled), ticket_of(again)]
    assert {ticket.requester.name for ticket in tickets} == {"Unknown sender"}
    assert all(world.newest(ticket).facts["quiet"] for ticket in tickets)


def test_what_goes_wrong_is_parked_with_its_reason_and_leaves_nothing_behind():
    box = mailbox()
    box.desk.teams.update(front=False)

    settled = arrives(mail(by="new@elsewhere.example"), at=box)

    assert (settled.outcome, settled.why[:34]) == ("parked", "This desk has no first line yet; n")
    assert not Person.objects.filter(contact_points__key="new@elsewhere.example").exists()
    assert Envelope.objects.get().attempts == 1


def test_our_own_address_writes_to_itself_and_is_ignored_by_name():
    settled = arrives(mail(by=DESK), at=mailbox())

    assert (settled.outcome, settled.why, Ticket.objects.count()) == ("ignored", "our own mail", 0)


def test_whether_a_mail_was_answered_can_be_told():
    persons, programs = arrives(mail()), arrives(mail(by="no-reply@shop.example"))
    for job in Job.objects.filter(kind="firstline.worker.reactions.react"):
        reactions.react.call(**job.payload)

    answered = [was_answered(Envelope.objects.get(ticket_id=each.ticket_id)) for each in (persons, programs)]

    assert answered == [True, False]


@pytest.mark.parametrize(
    "sign",
    [
        {"automatic": "notice"},
        {"listed": True},
        {"headers": (("auto-submitted", "auto-generated"),)},
        {"listed": True, "list_address": "talk@lists.example"},
        {"headers": (("return-path", "<>"),)},
        {"by": "no-reply@shop.example"},
    ],
)
def test_mail_of_programs_is_registered_without_an_answer(sign: dict[str, object]):
    settled = arrives(mail(**sign))  # type: ignore[arg-type]  # a table of signs

    assert world.newest(ticket_of(settled)).facts["quiet"] is True


@pytest.mark.parametrize("group", [DESK, "help@group.example"])
def test_mail_by_a_group_that_is_an_address_of_the_desk_is_answered(group: str):
    box = mailbox()
    Desk.objects.filter(pk=box.desk_id).update(mail_from="Help desk <help@group.example>")
    fields = (("list-id", "<help.group.example>"), ("precedence", "list"), ("list-post", f"<mailto:{group}>"))

    settled = arrives(mail(headers=fields, listed=True, list_address=group), at=box)

    assert "quiet" not in world.newest(ticket_of(settled)).facts


def test_a_group_of_the_desk_makes_no_person_of_a_program():
    settled = arrives(mail(listed=True, list_address=DESK, automatic="notice"), at=mailbox())

    assert world.newest(ticket_of(settled)).facts["quiet"] is True


def test_a_late_moment_never_stands_before_the_latest_fact():
    first = arrives(mail(message_id="one@example.org"), now=world.now(hours=2))

    settled = arrives(
        mail("Late.", in_reply_to=("one@example.org",)), received_at=world.NINE, now=world.now(hours=2, minutes=1)
    )

    assert message_of(settled).sent_at == world.NINE + timedelta(hours=2)
    assert first.ticket_id == settled.ticket_id
