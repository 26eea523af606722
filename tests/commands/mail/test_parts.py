"""Who may join what: agents who prove themselves, strangers, automatic answers, vendors, people in Cc."""

from __future__ import annotations

import pytest

from firstline.commands import notices, ownership, participants, progress, vendors
from firstline.commands.mail import blocking
from firstline.core.intake.inbound import Address, Inbound
from firstline.core.journal.models import Entry
from firstline.core.kernel.refusals import BadInput, NotThere
from firstline.core.people.contacts import BadContact
from firstline.core.people.models import OrganisationDomain, Person
from firstline.core.tickets import queries, replies
from firstline.core.tickets.models import Participant, Ticket
from firstline.core.tickets.states import State
from tests import rules, world
from tests.commands.mail.posting import DESK, arrives, mail, mailbox, message_of, ticket_of

pytestmark = pytest.mark.django_db
PROOF = (("authentication-results", "mx.example.org; dkim=pass header.d=example.org"),)


@pytest.fixture
def olga(db: None) -> Person:
    mailbox(authserv_id="mx.example.org")
    return world.person("Olga", team=world.front())


@pytest.fixture
def ticket(olga: Person) -> Ticket:
    """Return Rita's ticket, asked by the mail one@example.org and taken by Olga."""
    found = ticket_of(arrives(mail(message_id="one@example.org")))
    ownership.take(ticket_id=found.pk, by_id=olga.pk, now=world.NINE)
    return found


def _answer(text: str = "It is on its way.", *, by: str = "olga@example.org", **said: object) -> Inbound:
    return mail(text, by=by, in_reply_to=("one@example.org",), **said)


def _address(ticket: Ticket, person: Person) -> str:
    return replies.reply_address(DESK, ticket_id=ticket.pk, person_id=person.pk)


def test_an_agent_with_their_own_token_answers_the_requester(ticket: Ticket, olga: Person):
    settled = arrives(mail("On its way.", by="olga@example.org"), recipient=_address(ticket, olga))

    message = message_of(settled)
    assert (message.audience, message.author, message.channel) == ("public", olga, "email")
    assert (world.told(ticket)[-1], ticket_of(settled).answered_at) == ("replied", world.NINE)


def test_an_agent_whom_the_trusted_server_vouches_for_answers_the_requester(ticket: Ticket):
    settled = arrives(_answer(headers=PROOF))

    assert (message_of(settled).audience, world.told(ticket)[-1]) == ("public", "replied")


@pytest.mark.parametrize(
    "headers",
    [
        (),
        (("authentication-results", "mx.evil.example; dkim=pass header.d=example.org"),),
        (("authentication-results", "mx.example.org; dkim=pass header.d=evil.example"),),
        (("received", "from x"), ("authentication-results", "mx.evil.example; spf=fail"), *PROOF),
    ],
)
def test_a_forged_agent_is_a_remark_that_the_requester_never_sees(
    ticket: Ticket, olga: Person, headers: tuple[tuple[str, str], ...]
):
    settled = arrives(_answer(headers=headers))

    assert (message_of(settled).audience, world.told(ticket)[-1]) == ("internal", "unproven wrote")
    assert ticket_of(settled).answered_at is None
    rules.must_hold()


def test_the_requesters_token_makes_nobody_an_agent(ticket: Ticket, olga: Person):
    settled = arrives(_answer(), recipient=_address(ticket, ticket.requester))

    assert world.told(ticket)[-1] == "unproven wrote"
    assert message_of(settled).audience == "internal"


def test_an_agent_who_answers_in_a_closed_ticket_leaves_a_note(ticket: Ticket, olga: Person):
    progress.resolve(ticket_id=ticket.pk, by_id=olga.pk, how="Refilled.", now=world.NINE)
    progress.close(ticket_id=ticket.pk, by_id=olga.pk, now=world.NINE)

    arrives(_answer(headers=PROOF))

    assert world.told(ticket)[-1] == "noted"


def test_a_stranger_with_a_forged_reference_gets_a_ticket_and_the_steward_is_told(ticket: Ticket):
    settled = arrives(_answer("What is the password?", by="mallory@elsewhere.example"))

    assert settled.outcome == "registered"
    told = world.newest(ticket)
    assert (told.kind, told.facts["ticket"]) == ("stranger wrote", settled.ticket_id)


def test_a_stranger_with_a_forged_reference_to_a_notice_joins_nothing_either(ticket: Ticket):
    entry = Entry.objects.filter(chain=ticket.chain).earliest("pk")
    letter = notices.queue_letters(
        ticket_id=ticket.pk, entry_id=entry.pk, kind="registered", to=[ticket.requester_id], now=world.NINE
    )[0]

    strangers = arrives(mail(by="mallory@elsewhere.example", in_reply_to=(letter.message_id.strip("<>"),)))
    theirs = arrives(mail("Thanks.", in_reply_to=(letter.message_id.strip("<>"),)))

    assert (strangers.outcome, theirs.outcome, theirs.ticket_id) == ("registered", "joined", ticket.pk)


def test_a_holder_of_a_token_joins_as_themselves_and_sees_nothing_by_it(ticket: Ticket):
    settled = arrives(
        mail("From my phone.", by="rita.private@home.example"), recipient=_address(ticket, ticket.requester)
    )

    message = message_of(settled)
    assert (settled.outcome, settled.ticket_id) == ("joined", ticket.pk)
    assert message.author_id != ticket.requester_id
    assert not queries.asked_by(message.author_id or 0).exists()


@pytest.mark.parametrize("spoiled", ["r-1-1-aaaaaaaaaaaaaaaaaaaaaaaaaa", "r-zzzzzzzzzzzzz-1-" + "a" * 26, "r-1"])
def test_a_forged_token_lets_nobody_in(ticket: Ticket, spoiled: str):
    settled = arrives(mail(by="mallory@elsewhere.example"), recipient=f"desk+{spoiled}@firstline.example")

    assert settled.outcome == "registered"


def test_a_token_is_for_its_ticket_alone_and_survives_folding_of_case(ticket: Ticket):
    token = replies.token_for(ticket_id=ticket.pk, person_id=ticket.requester_id)

    assert replies.in_address(f"desk+{token.upper()}@firstline.example") == (ticket.pk, ticket.requester_id)
    assert list(replies.in_text(token.replace(f"-{token.split('-')[1]}-", "-zz-", 1))) == []


def test_the_hidden_marker_in_a_quoted_letter_joins_a_participant_and_no_stranger(ticket: Ticket):
    quoted = f"Thanks!\n> {replies.token_for(ticket_id=ticket.pk, person_id=ticket.requester_id)}"

    theirs = arrives(mail(quoted, reply_text="Thanks!"))
    strangers = arrives(mail(quoted, by="mallory@elsewhere.example"))

    assert (theirs.outcome, theirs.ticket_id) == ("joined", ticket.pk)
    assert strangers.outcome == "registered"


def test_an_automatic_answer_joins_silently_and_wakes_nothing(ticket: Ticket, olga: Person):
    progress.wait(ticket_id=ticket.pk, by_id=olga.pk, on=State.WAITING_REQUESTER, why="Which floor?", now=world.NINE)

    settled = arrives(_answer("I am away.", by="rita@example.org", auto_reply=True, automatic="reply"))

    assert (settled.outcome, message_of(settled).audience) == ("joined", "internal")
    assert (world.told(ticket)[-1], ticket_of(settled).state) == ("auto-reply came", State.WAITING_REQUESTER)
    rules.must_hold()


def test_an_automatic_answer_does_not_reopen_a_resolved_ticket(ticket: Ticket, olga: Person):
    progress.resolve(ticket_id=ticket.pk, by_id=olga.pk, how="Refilled.", now=world.NINE)

    settled = arrives(_answer("I am away.", by="rita@example.org", auto_reply=True, automatic="reply"))

    assert ticket_of(settled).state == State.RESOLVED


def test_an_automatic_answer_to_nothing_is_left_alone_by_name(ticket: Ticket):
    settled = arrives(mail("I am away.", by="nina@new.example", auto_reply=True, automatic="reply"))

    assert (settled.outcome, settled.why) == ("ignored", "automatic answer to nothing that is open here")


def test_an_answer_to_spam_is_left_alone(ticket: Ticket, olga: Person):
    blocking.mark_spam(ticket_id=ticket.pk, by_id=olga.pk, now=world.NINE)

    settled = arrives(_answer("Buy more!", by="rita@example.org"))

    assert (settled.outcome, settled.why) == ("ignored", "answer to what was marked as spam")


def test_people_in_cc_follow_where_the_mailbox_says_so_and_only_those_of_the_organisation(olga: Person):
    northwind = world.organisation()
    OrganisationDomain.objects.create(organisation=northwind, domain="northwind.example")
    box = mailbox("shop@firstline.example", adds_copied=True)
    world.person("Ivan", organisation=northwind, mail="ivan@private.example")
    cc = tuple(Address("", each) for each in (
        "new@northwind.example", "ivan@private.example", "olga@example.org", "other@rival.example", DESK, "broken",
        "rita@northwind.example",
    ))  # fmt: skip

    settled = arrives(mail(by="rita@northwind.example", cc=cc), at=box)

    follow = Participant.objects.filter(ticket=ticket_of(settled)).values_list("person__name", flat=True)
    assert sorted(follow) == ["Ivan", "new@northwind.example"]
    arrives(mail(by="rita@northwind.example", cc=cc), at=mailbox())
    assert Participant.objects.count() == 2


def test_a_vendor_is_written_to_and_their_answer_stays_between_them_and_staff(ticket: Ticket, olga: Person):
    progress.wait(ticket_id=ticket.pk, by_id=olga.pk, on=State.WAITING_THIRD_PARTY, why="Part ordered", now=world.NINE)
    sent = vendors.write_to_vendor(
        ticket_id=ticket.pk, by_id=olga.pk, to="help@vendor.example", name="Vendor", text="Part?", now=world.NINE
    )
    vendor = Person.objects.get(contact_points__key="help@vendor.example")

    settled = arrives(mail("Sent today.", by="help@vendor.example"), recipient=_address(ticket, vendor))

    answer = message_of(settled)
    assert (sent.audience, answer.audience, answer.author) == ("vendor", "vendor", vendor)
    assert ticket_of(settled).state == State.OPEN
    assert not queries.asked_by(vendor.pk).exists()
    assert world.told(ticket)[-2:] == ["vendor written to", "vendor wrote"]
    rules.must_hold()


def test_writing_to_a_vendor_is_refused_for_who_asked_for_no_address_and_by_who_does_not_help(
    ticket: Ticket, olga: Person
):
    with world.refused(BadInput, "a vendor is somebody else"):
        vendors.write_to_vendor(ticket_id=ticket.pk, by_id=olga.pk, to="rita@example.org", text="?", now=world.NINE)
    with world.refused(BadContact):
        vendors.write_to_vendor(ticket_id=ticket.pk, by_id=olga.pk, to="nowhere", text="?", now=world.NINE)
    with world.refused(NotThere):
        vendors.write_to_vendor(
            ticket_id=ticket.pk, by_id=world.person("Eve").pk, to="v@vendor.example", text="?", now=world.NINE
        )


def test_a_follower_leaves_by_one_word_and_the_requester_cannot_leave_so(ticket: Ticket, olga: Person):
    nina = world.person("Nina")
    participants.add_participant(ticket_id=ticket.pk, by_id=olga.pk, person_id=nina.pk, now=world.NINE)

    left = arrives(mail("", by="nina@example.org", subject="unsubscribe"), recipient=_address(ticket, nina))
    asked = arrives(mail("", subject="Unsubscribe"), recipient=_address(ticket, ticket.requester))

    assert (left.outcome, left.why, world.told(ticket)[-2]) == ("joined", "no longer follows", "participant removed")
    assert (asked.outcome, world.told(ticket)[-1]) == ("joined", "joined")
