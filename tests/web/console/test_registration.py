"""Taking down a call: who may, what is found and made, what is refused, and that twice sent is once done."""

from __future__ import annotations

import pytest
from django.test import Client

from firstline.commands import progress
from firstline.core.intake.models import Envelope
from firstline.core.journal.models import Entry
from firstline.core.people.models import ContactPoint, Person
from firstline.core.tickets.models import Message, Ticket
from tests import world
from tests.web.console.staff import operator, signed_in

pytestmark = pytest.mark.django_db


def form(**changed: object) -> dict[str, object]:
    """Return what the form sends, with some of it changed."""
    return {"key": "k1", "channel": "phone", "who": "", "text": "The till is silent", "take": "on", **changed}


def sent(client: Client, **changed: object) -> Ticket:
    """Send the form and return the ticket that its answer leads to."""
    answer = client.post("/console/new", form(**changed))
    assert answer.status_code == 302, answer.context["form"].errors
    return Ticket.objects.get(pk=int(answer["Location"].rpartition("/")[2]) // 10)


def test_a_call_is_registered_for_somebody_known_and_taken_by_whoever_wrote_it_down():
    olga, client = operator()
    rita = world.person("Rita")

    ticket = sent(client, person=rita.pk, channel="corridor")

    assert (ticket.requester, ticket.registrar, ticket.assignee, ticket.steward) == (rita, olga, olga, olga)
    assert (ticket.channel, ticket.subject) == ("corridor", "The till is silent")
    envelope = Envelope.objects.get()
    assert (envelope.channel, envelope.outcome, envelope.ticket_id) == ("corridor", "registered", ticket.pk)


def test_the_same_form_sent_twice_is_one_ticket():
    _olga, client = operator()
    rita = world.person("Rita")

    assert sent(client, person=rita.pk) == sent(client, person=rita.pk)
    assert Ticket.objects.count() == 1


def test_the_same_key_from_a_colleague_is_another_ticket():
    _olga, client = operator()
    _taras, other = operator("Taras")
    rita = world.person("Rita")

    assert sent(client, person=rita.pk) != sent(other, person=rita.pk)


def test_somebody_new_is_made_with_number_and_address():
    _olga, client = operator()

    ticket = sent(client, new_name="Nina New", new_phone="+49 30 777 66 55", new_mail="nina@example.org")

    assert ticket.requester.name == "Nina New"
    points = ContactPoint.objects.filter(person=ticket.requester).values_list("kind", "key")
    assert sorted(points) == [("email", "nina@example.org"), ("phone", "+49307776655")]


def test_a_number_typed_and_not_chosen_finds_its_person():
    _olga, client = operator()
    rita = world.person("Rita", phone="+380 44 555 0202")

    assert sent(client, who="555 0202").requester == rita


def test_of_several_who_match_one_has_to_be_chosen():
    _olga, client = operator()
    first, second = world.person("Maria One"), world.person("Maria Two")

    page = client.post("/console/new", form(who="Maria"))

    text = page.content.decode()
    assert page.status_code == 422
    assert "Several people are like that" in text
    assert [f'name="person" value="{one.pk}"' in text for one in (first, second)] == [True, True]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"text": ""}, "This field is required."),
        ({"who": ""}, "Say who it is for"),
        ({"who": "Nobody Atall"}, "Nobody is known by that"),
        ({"new_name": "Nina", "new_mail": "nina at home"}, "is not a mail address"),
        ({"new_name": "Nina", "new_phone": "12"}, "is not a phone number"),
        ({"who": "Rita", "channel": "pigeon"}, "Select a valid choice"),
        ({"who": "Rita", "impact": "9"}, "Select a valid choice"),
        ({"who": "Rita", "solved": "on", "how": " "}, "Say what was done"),
        ({"who": "Rita", "subject": "x" * 301}, "at most 300 characters"),
        ({"who": "Rita", "text": "null \0 byte"}, "Null characters are not allowed"),
        ({"person": "99999999999999999999"}, "Say who it is for"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_registered(changed: dict[str, str], sentence: str):
    _olga, client = operator()
    world.person("Rita")

    page = client.post("/console/new", form(**changed))

    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert (Ticket.objects.count(), Person.objects.filter(name="Nina").count()) == (0, 0)


def test_a_form_that_was_refused_and_mended_is_registered_under_the_same_key():
    _olga, client = operator()
    world.person("Rita", phone="+49 30 1234567")

    refused = client.post("/console/new", form(new_name="Nina", new_phone="12"))
    ticket = sent(client, new_name="Nina", new_phone="+49 30 777")

    assert refused.status_code == 422
    assert ticket.requester.name == "Nina"


def test_solved_right_away_is_registered_and_resolved_in_one_step_whatever_team_the_service_has():
    olga, client = operator()
    second = world.team("POS support", line=2)
    till = world.service("till", team=second)
    rita = world.person("Rita")

    ticket = sent(client, person=rita.pk, service=till.pk, solved="on", how="Plugged it in", cause="cable")

    assert (ticket.state, ticket.cause, ticket.assignee) == ("resolved", "cable", olga)


def test_without_taking_it_goes_to_the_services_team():
    _olga, client = operator()
    second = world.team("POS support", line=2)
    till = world.service("till", team=second)
    rita = world.person("Rita")

    ticket = sent(client, person=rita.pk, service=till.pk, take="")

    assert (ticket.team, ticket.assignee, ticket.state) == (second, None, "new")


def test_the_service_asks_its_own_questions_and_gives_category_and_urgency():
    _olga, client = operator()
    fields = [{"key": "till", "type": "text", "label": {"en": "Which till"}, "required": True}]
    service = world.service("till", form=fields, impact=1, urgency=1, category=world.category("hardware"))
    rita = world.person("Rita")

    asked = client.get("/console/new/service", {"service": service.pk}).content.decode()
    missing = client.post("/console/new", form(person=rita.pk, service=service.pk))
    ticket = sent(client, person=rita.pk, service=service.pk, answer_till="Till 3")

    assert "Which till" in asked
    assert '<option value="1" selected>Work has stopped</option>' in asked
    assert missing.status_code == 422
    assert (ticket.priority, ticket.category and ticket.category.key) == (1, "hardware")


def test_words_are_added_to_a_ticket_that_is_known_already():
    olga, client = operator()
    rita = world.person("Rita")
    known = world.ticket(requester=rita, held_by=olga)
    progress.wait(ticket_id=known.pk, by_id=olga.pk, on="waiting_requester", why="", now=world.now(minutes=5))

    card = client.get("/console/new/caller", {"person": rita.pk}).content.decode()
    again = sent(client, person=rita.pk, join=known.number)
    sent(client, person=rita.pk, join=known.number)

    known.refresh_from_db()
    assert f'name="join" value="{known.number}"' in card
    assert (again, known.state, Ticket.objects.count()) == (known, "open", 1)
    message = Message.objects.filter(ticket=known).order_by("-pk")[0]
    assert (message.author, message.channel, message.ticket.messages.count()) == (rita, "phone", 2)
    entry = Entry.objects.filter(kind="joined").get()
    assert entry.by_id == olga.pk


def test_a_ticket_that_was_solved_is_opened_again_when_it_is_still_broken():
    olga, client = operator()
    rita = world.person("Rita")
    known = world.ticket(requester=rita, held_by=olga)
    progress.resolve(ticket_id=known.pk, by_id=olga.pk, how="done", now=world.now(minutes=5))

    assert sent(client, person=rita.pk, join=known.number).state == "open"


def test_words_are_not_added_to_a_ticket_of_somebody_else():
    _olga, client = operator()
    rita = world.person("Rita")
    other = world.ticket(requester=world.person("Oleg"))

    page = client.post("/console/new", form(person=rita.pk, join=other.number))

    assert page.status_code == 422
    assert "neither asked for this ticket nor follows it" in page.content.decode()


def test_the_suggestions_lead_to_people_and_to_somebody_new():
    _olga, client = operator()
    rita = world.person("Rita", phone="+380 44 555 0202", organisation=world.organisation("North Foods"))

    by_number = client.get("/console/new/people", {"who": "5550202"}).content.decode()
    by_name = client.get("/console/new/people", {"who": "Zed"}).content.decode()

    assert f'data-value="{rita.pk}" data-label="Rita"' in by_number
    assert "North Foods" in by_number
    assert 'data-fills="new_phone" data-with="5550202"' in by_number
    assert 'data-fills="new_name" data-with="Zed"' in by_name


def test_a_customer_of_another_desk_is_neither_offered_nor_registered_for():
    _olga, client = operator()
    theirs = world.organisation("Theirs")
    world.contract(theirs, with_desk=world.desk("hr"))
    hidden = world.person("Hidden Person", organisation=theirs)

    offered = client.get("/console/new/people", {"who": "Hidden"}).content.decode()
    card = client.get("/console/new/caller", {"person": hidden.pk}).content.decode()
    page = client.post("/console/new", form(person=hidden.pk))

    assert "Hidden Person" not in offered
    assert "Hidden Person" not in card
    assert page.status_code == 422
    assert Ticket.objects.count() == 0


def test_the_number_is_shown_large_with_the_promise_in_words():
    _olga, client = operator()
    world.agreement()
    ticket = sent(client, person=world.person("Rita").pk, take="")

    page = client.get(f"/console/new/{ticket.number}").content.decode()

    assert f"{ticket.number:,}".replace(",", " ") in page
    for words in (
        "An answer by",
        "Solved by",
        "It waits with Service desk.",
        "Service desk answers for it to the end.",
    ):
        assert words in page


@pytest.mark.parametrize(
    "path", ["/console/new", "/console/new/people?who=Ri", "/console/new/caller", "/console/new/service"]
)
def test_an_auditor_registers_nothing(path: str):
    client = signed_in(world.person("Rita", role=world.Role.AUDITOR))

    assert client.get(path).status_code == 404
    assert client.post("/console/new", form(who="Rita")).status_code == 404


def test_a_wrong_or_foreign_number_is_not_there():
    world.front()
    hidden = world.ticket()
    _hanna, client = operator("Hanna", world.front(world.desk("hr")))

    assert [client.get(f"/console/new/{number}").status_code for number in (hidden.number, 12, 99999)] == [404] * 3
