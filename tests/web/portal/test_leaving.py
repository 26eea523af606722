"""Getting no more letters about a request one only follows: a scanner's look changes nothing, one POST does."""

from __future__ import annotations

import pytest
from django.conf import LazySettings
from django.test import Client

from firstline.channels.email import letters
from firstline.commands import participants
from firstline.core.outbox.models import Letter
from firstline.core.people.models import Person
from firstline.core.tickets import links
from firstline.core.tickets.models import Ticket
from tests import rules, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket() -> Ticket:
    olga, rita = world.person("Olga", team=world.front()), world.person("Rita")
    return world.ticket(requester=rita, held_by=olga)


@pytest.fixture
def nina(ticket: Ticket) -> Person:
    """Return somebody in Cc, who follows the ticket."""
    person = world.person("Nina", language="uk")
    participants.add_participant(ticket_id=ticket.pk, by_id=None, person_id=person.pk, now=world.NINE)
    return person


def _address(ticket: Ticket, person: Person) -> str:
    return f"/leave/{links.leaving_token_for(ticket_id=ticket.pk, person_id=person.pk)}/"


def _follows(ticket: Ticket, person: Person) -> bool:
    return ticket.participants.filter(person=person, ended_at=None).exists()


def test_a_mail_program_ends_the_letters_by_one_post_without_cookies(ticket: Ticket, nina: Person):
    strict = Client(enforce_csrf_checks=True)

    answers = [strict.post(_address(ticket, nina), {"List-Unsubscribe": "One-Click"}) for _again in range(2)]

    assert [each.status_code for each in answers] == [200, 200]
    assert not _follows(ticket, nina)
    left = world.newest(ticket)
    assert (left.kind, left.by_id, left.facts["person"]) == ("participant removed", nina.pk, nina.pk)
    assert world.told(ticket).count("participant removed") == 1
    rules.must_hold()


def test_a_look_changes_nothing_and_shows_a_button_in_the_readers_language(ticket: Ticket, nina: Person):
    page = Client().get(_address(ticket, nina))

    assert _follows(ticket, nina)
    assert "Не отримувати більше листів про неї?" in page.content.decode()
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert ticket.subject not in page.content.decode()


def test_a_forged_token_and_one_that_opens_the_request_end_nothing(ticket: Ticket, nina: Person):
    other = links.token_for(ticket_id=ticket.pk, person_id=nina.pk)

    answers = [Client().post(f"/leave/{token}/").status_code for token in ("x:y:z", other)]

    assert answers == [404, 404]
    assert _follows(ticket, nina)
    assert Client().get(_address(ticket, nina).replace("/leave/", "/link/")).status_code == 404


def test_who_asked_cannot_leave_their_own_request_so(ticket: Ticket, nina: Person):
    before = world.told(ticket)

    Client().post(_address(ticket, ticket.requester))

    assert world.told(ticket) == before


def test_letters_to_followers_say_where_to_leave_and_those_to_the_requester_do_not(
    ticket: Ticket, nina: Person, settings: LazySettings
):
    settings.PUBLIC_URL = "https://desk.example.org"
    rita = ticket.requester
    entry = world.newest(ticket).id
    for person in (nina, rita):
        Letter.objects.get_or_create(
            kind="replied" if person == rita else "followed", person=person, ticket_id=ticket.pk, entry_id=entry,
            defaults={"message_id": f"<{person.pk}@x>", "key": f"{person.pk}", "address": f"p{person.pk}@example.org",
                      "facts": {"entry": entry}, "queued_at": world.NINE},
        )  # fmt: skip

    mails = {letter.person_id: letters.mail_of(letter) for letter in Letter.objects.filter(entry_id=entry)}

    to_nina = mails[nina.pk]
    assert to_nina["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert to_nina["List-Unsubscribe"] == f"<https://desk.example.org{_address(ticket, nina)}>"
    words = to_nina.get_body(("plain",))
    assert words is not None
    assert _address(ticket, nina) in words.get_content()
    assert (mails[rita.pk]["List-Unsubscribe"], mails[rita.pk]["List-Unsubscribe-Post"]) == (None, None)
