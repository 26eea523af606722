"""What a desk decided beforehand: filters, blocked senders, and how much one sender may ask."""

from __future__ import annotations

import pytest
from django.conf import LazySettings

from firstline.commands.mail import blocking
from firstline.commands.setup import filters
from firstline.core.kernel.refusals import BadInput, NotAllowed, NotThere
from firstline.core.mail.models import BlockedSender, MailFilter
from firstline.core.mail.queries import filters_of
from firstline.core.people.models import Person
from firstline.core.tickets.models import Ticket
from firstline.core.tickets.states import State
from tests import rules, world
from tests.commands.mail.posting import arrives, mail, mailbox, ticket_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(db: None) -> Person:
    mailbox()
    return world.person("Mara", role=world.Role.DESK_MANAGER, over=world.desk())


def _filter(by: Person, **given: object) -> MailFilter:
    values = {"name": "Till", "field": "subject", "how": "contains", "pattern": "till", **given}
    return filters.add_filter(desk_id=world.desk().pk, by_id=by.pk, now=world.NINE, **values)  # type: ignore[arg-type]


def test_filters_set_service_team_priority_and_tags_and_the_first_that_says_a_thing_wins(manager: Person):
    till = world.service("till")
    pos = world.team("POS support", line=2)
    _filter(manager, service_id=till.pk, tag="Shop")
    _filter(manager, name="Urgent", how="regex", pattern="^till.*(down|dead)", priority=1, tag="down")
    _filter(manager, name="All", field="from", pattern="@example.org", priority=4, team_id=pos.pk)
    _filter(manager, name="Other", field="header", header="X-Shop", how="equals", pattern="7", tag="seven")

    settled = arrives(mail(subject="Till 3 is DEAD", headers=(("x-shop", "7 "),)))

    ticket = ticket_of(settled)
    assert (ticket.service, ticket.team, ticket.priority) == (till, pos, 1)
    assert sorted(tagging.tag.name for tagging in ticket.taggings.all()) == ["down", "seven", "shop"]
    rules.must_hold()


def test_a_filter_that_ignores_leaves_the_envelope_with_its_name(manager: Person):
    _filter(manager, field="body", pattern="unsubscribe", ignores=True, why="advertising")

    settled = arrives(mail("Click to UNSUBSCRIBE."))

    assert (settled.outcome, settled.why) == ("ignored", "filter Till: advertising")
    assert Ticket.objects.count() == 0


def test_filters_are_for_new_mail_and_an_answer_joins_all_the_same(manager: Person):
    first = arrives(mail(message_id="one@example.org"))
    _filter(manager, field="body", pattern="news", ignores=True, why="advertising")

    settled = arrives(mail("Any news?", in_reply_to=("one@example.org",)))

    assert (settled.outcome, settled.ticket_id) == ("joined", first.ticket_id)


def test_another_desks_filters_are_not_asked(manager: Person):
    _filter(manager, pattern="printer", ignores=True, why="no printers here")

    settled = arrives(mail(), at=mailbox("hr@firstline.example", of=world.desk("hr")))

    assert settled.outcome == "registered"


@pytest.mark.parametrize(
    ("given", "match"),
    [
        ({}, "what the filter does"),
        ({"tag": "x", "pattern": " "}, "fill this in"),
        ({"tag": "x", "how": "regex", "pattern": "(a"}, "no pattern: a bracket is not closed"),
        ({"tag": "x", "how": "like"}, "one of these"),
        ({"tag": "x", "field": "header"}, "Name the header field"),
        ({"ignores": True}, "Say why"),
        ({"priority": 7}, "from 1"),
        ({"name": "", "tag": "x"}, "fill this in"),
    ],
)
def test_a_filter_that_makes_no_sense_is_refused_and_writes_nothing(
    manager: Person, given: dict[str, object], match: str
):
    with world.refused(BadInput, match):
        _filter(manager, **given)


def test_filters_are_the_managers_alone_and_of_their_own_desk(manager: Person):
    made = _filter(manager, tag="x")
    olga = world.person("Olga", team=world.front())
    other = world.person("Otto", role=world.Role.DESK_MANAGER, over=world.desk("hr"))
    for by in (olga, other):
        with world.refused(NotAllowed):
            _filter(by, tag="x")
        with world.refused(NotAllowed):
            filters.change_filter(filter_id=made.pk, by_id=by.pk, now=world.NINE, tag="y")
        with world.refused(NotAllowed):
            filters.end_filter(filter_id=made.pk, by_id=by.pk, now=world.NINE)
    foreign = world.service("leave", of=world.desk("hr"))
    with world.refused(NotThere):
        _filter(manager, service_id=foreign.pk)


def test_filters_are_changed_ordered_and_ended(manager: Person):
    one, two = _filter(manager, tag="x"), _filter(manager, name="Two", tag="y")

    filters.change_filter(filter_id=one.pk, by_id=manager.pk, now=world.NINE, pattern="printer", tag="z")
    filters.order_filters(desk_id=one.desk_id, filter_ids=[two.pk, one.pk], by_id=manager.pk, now=world.NINE)
    with world.refused(BadInput, "changed meanwhile"):
        filters.order_filters(desk_id=one.desk_id, filter_ids=[two.pk], by_id=manager.pk, now=world.NINE)
    assert [each.name for each in filters_of(one.desk_id)] == ["Two", "Till"]
    filters.end_filter(filter_id=two.pk, by_id=manager.pk, now=world.NINE)

    assert [(each.name, each.tag) for each in filters_of(one.desk_id)] == [("Till", "z")]


def test_a_blocked_sender_is_left_alone_and_let_in_again(manager: Person):
    desk = world.desk()
    blocked = blocking.block_sender(desk_id=desk.pk, sender="Rita@Example.org", by_id=manager.pk, now=world.NINE)

    settled = arrives(mail())

    assert (settled.outcome, settled.why) == ("ignored", "blocked sender rita@example.org")
    with world.refused(blocking.AlreadyBlocked):
        blocking.block_sender(desk_id=desk.pk, sender="rita@example.org", by_id=manager.pk, now=world.NINE)
    blocking.unblock_sender(blocked_id=blocked.pk, by_id=manager.pk, now=world.NINE)
    assert arrives(mail()).outcome == "registered"


def test_a_blocked_domain_holds_for_those_below_it_and_is_the_managers_to_block(manager: Person):
    desk, olga = world.desk(), world.person("Olga", team=world.front())
    with world.refused(NotAllowed):
        blocking.block_sender(desk_id=desk.pk, sender="spam.example", by_id=olga.pk, now=world.NINE)
    with world.refused(BadInput, "name@example.org"):
        blocking.block_sender(desk_id=desk.pk, sender="not a domain", by_id=manager.pk, now=world.NINE)

    blocking.block_sender(desk_id=desk.pk, sender="@spam.example", by_id=manager.pk, now=world.NINE)

    assert arrives(mail(by="x@deep.spam.example")).why == "blocked sender spam.example"
    assert arrives(mail(by="x@notspam.example")).outcome == "registered"


def test_spam_is_closed_without_a_word_and_taken_up_again_with_its_sender_let_in(manager: Person):
    world.agreement()
    olga = world.person("Olga", team=world.front())
    ticket = ticket_of(arrives(mail()))

    blocking.mark_spam(ticket_id=ticket.pk, by_id=olga.pk, now=world.now(minutes=5), block=True)

    ticket.refresh_from_db()
    assert (ticket.state, ticket.closing, BlockedSender.objects.get().key) == ("closed", "spam", "rita@example.org")
    assert arrives(mail()).outcome == "ignored"
    rules.must_hold()
    blocking.unmark_spam(ticket_id=ticket.pk, by_id=olga.pk, now=world.now(minutes=9))
    ticket.refresh_from_db()
    assert (ticket.state, ticket.closing) == (State.NEW, "")
    assert arrives(mail()).outcome == "registered"
    with world.refused(blocking.NotSpam):
        blocking.unmark_spam(ticket_id=ticket.pk, by_id=olga.pk, now=world.now(minutes=9))
    rules.must_hold()


def test_spam_is_for_those_who_work_on_the_ticket(manager: Person):
    ticket = ticket_of(arrives(mail()))

    with world.refused(NotThere):
        blocking.mark_spam(ticket_id=ticket.pk, by_id=world.person("Eve").pk, now=world.NINE)


def test_what_one_sender_asks_beyond_an_hours_measure_is_parked_for_a_person(settings: LazySettings):
    settings.MAIL_REQUESTS_PER_HOUR = 3

    outcomes = [arrives(mail(f"{n}")).outcome for n in range(5)]

    assert outcomes == ["registered"] * 3 + ["parked"] * 2
    assert arrives(mail(by="nina@new.example")).outcome == "registered"
    assert arrives(mail(), now=world.now(hours=2)).outcome == "registered"
