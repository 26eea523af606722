"""What is done on a ticket's page: each action's success, its refusal, and what two at once see."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from firstline.commands import conversation, ownership, participants, progress, structure, tasks
from firstline.core.journal import queries as journal
from firstline.core.people.models import Person, Team
from firstline.core.tickets.models import Ticket
from firstline.web.console.ticket.deeds import ACTIONS
from tests import world
from tests.web.console.staff import operator, signed_in

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


def at(ticket: Ticket, key: str, row: int | None = None) -> str:
    return f"/console/tickets/{ticket.number}/{key}" + (f"/{row}" if row else "")


def do(client: Client, ticket: Ticket, key: str, row: int | None = None, **fields: Any) -> Any:
    return client.post(at(ticket, key, row), fields, headers=HTMX)


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


def told(ticket: Ticket) -> str:
    return journal.told(ticket.chain)[-1].kind


@pytest.fixture
def pos() -> Team:
    return world.team("POS support", line=3)


@pytest.fixture
def pavlo(pos: Team) -> Person:
    return world.person("Pavlo", team=pos)


def test_taking_answers_with_the_ticket_as_it_is_and_tells_the_queue():
    olga, client = operator()
    ticket = world.ticket()

    answer = do(client, ticket, "take")

    assert answer.status_code == 200
    assert answer["HX-Retarget"] == "#ticket-region"
    assert "queue-changed" in answer["HX-Trigger"]
    assert "<strong>Olga</strong> answers for it" in answer.content.decode()
    assert fresh(ticket).assignee_id == olga.pk


def test_without_a_script_taking_leads_back_to_the_ticket():
    olga, client = operator()
    ticket = world.ticket()

    answer = client.post(at(ticket, "take"))

    assert (answer.status_code, answer["Location"]) == (302, f"/console/tickets/{ticket.number}")
    assert fresh(ticket).assignee_id == olga.pk


def test_who_comes_second_is_told_who_took_it_and_sees_it_so():
    olga, _client = operator()
    _other, second = operator("Taras")
    ticket = world.ticket()
    ownership.take(ticket_id=ticket.pk, by_id=olga.pk, now=world.now(minutes=31))

    answer = do(second, ticket, "take")

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Olga took this ticket at 09:31 UTC." in page
    assert "<strong>Olga</strong> answers for it" in page
    assert answer["HX-Retarget"] == "#ticket-region"


def test_a_hand_over_is_offered_with_control_kept_unless_it_is_given_up(pos: Team, pavlo: Person):
    olga, client = operator()
    ticket = world.ticket(held_by=olga)

    form = client.get(at(ticket, "hand-over"), headers=HTMX).content.decode()
    answer = do(client, ticket, "hand-over", to=pos.pk, why="Code 77", tried="Restarted", keep_control="on")

    assert re.search(r'name="keep_control"[^>]* checked', form)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "Code 77" in page
    assert "Tried so far: Restarted" in page
    assert fresh(ticket).offered_to_id == pos.pk
    assert fresh(ticket).steward_id == olga.pk


def test_a_hand_over_without_a_team_or_a_reason_says_so_beside_the_fields(pos: Team):
    olga, client = operator()
    ticket = world.ticket(held_by=olga)

    answer = do(client, ticket, "hand-over", to="", why="")

    page = answer.content.decode()
    assert answer.status_code == 422
    assert answer["HX-Retarget"] == "#action"
    assert page.count('class="errors"') == 2
    assert fresh(ticket).offered_to_id is None


def test_control_goes_to_a_first_line_only(pos: Team):
    olga, client = operator()
    ticket = world.ticket(held_by=olga)

    answer = do(client, ticket, "hand-over", to=pos.pk, why="Yours", tried="")

    assert answer.status_code == 422
    assert "is not a first line" in answer.content.decode()


def test_a_team_accepts_declines_and_returns(pos: Team, pavlo: Person):
    olga, client = operator()
    theirs = signed_in(pavlo)
    ticket = world.ticket(held_by=olga)
    do(client, ticket, "hand-over", to=pos.pk, why="A", tried="", keep_control="on")

    declined = do(theirs, ticket, "refusal", why="Not a till")
    assert (declined.status_code, told(ticket)) == (200, "declined")
    assert "Not a till" in declined.content.decode()

    do(client, ticket, "hand-over", to=pos.pk, why="It is", tried="", keep_control="on")
    accepted = do(theirs, ticket, "acceptance")
    assert (accepted.status_code, fresh(ticket).assignee_id) == (200, pavlo.pk)
    assert do(theirs, ticket, "acceptance").status_code == 422

    returned = do(theirs, ticket, "return", findings="The cable")
    assert (returned.status_code, fresh(ticket).assignee_id) == (200, olga.pk)
    assert "The cable" in returned.content.decode()


def test_an_offer_is_withdrawn(pos: Team):
    olga, client = operator()
    ticket = world.ticket(held_by=olga)
    do(client, ticket, "hand-over", to=pos.pk, why="A", tried="", keep_control="on")

    assert do(client, ticket, "withdrawal").status_code == 200
    assert fresh(ticket).offered_to_id is None
    assert do(client, ticket, "withdrawal").status_code == 422


def test_a_ticket_is_given_to_a_colleague_and_somebody_else_answers():
    olga, client = operator()
    taras = world.person("Taras", team=world.front())
    ticket = world.ticket(held_by=olga)

    assert do(client, ticket, "assignment", to=taras.pk).status_code == 200
    assert do(client, ticket, "steward", to=taras.pk).status_code == 200
    assert (fresh(ticket).assignee_id, fresh(ticket).steward_id) == (taras.pk, taras.pk)
    assert do(client, ticket, "assignment", to=999).status_code == 422


def test_a_ticket_waits_is_planned_and_goes_on():
    olga, client = operator()
    ticket = world.ticket(held_by=olga)
    tomorrow = (timezone.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")

    assert do(client, ticket, "waiting", on="waiting_requester", why="A photo").status_code == 200
    assert fresh(ticket).state == "waiting_requester"
    assert do(client, ticket, "resume").status_code == 200
    assert do(client, ticket, "resume").status_code == 422
    assert do(client, ticket, "plan", until=tomorrow, why="").status_code == 200
    assert fresh(ticket).state == "planned"
    assert do(client, ticket, "plan", until="2001-01-01T10:00", why="").status_code == 422
    assert do(client, ticket, "waiting", on="godot", why="").status_code == 422


def test_a_ticket_is_resolved_closed_and_reopened():
    olga, client = operator()
    ticket = world.ticket(held_by=olga)

    assert do(client, ticket, "closing").status_code == 422
    assert do(client, ticket, "resolution", how="", cause="").status_code == 422
    assert do(client, ticket, "resolution", how="New toner", cause="supplies").status_code == 200
    assert do(client, ticket, "closing").status_code == 200
    assert do(client, ticket, "reopening", why="Empty again").status_code == 200
    assert (fresh(ticket).state, fresh(ticket).reopenings) == ("open", 1)


def test_a_task_is_asked_finished_and_withdrawn(pos: Team, pavlo: Person):
    olga, client = operator()
    ticket = world.ticket(held_by=olga)

    asked = do(client, ticket, "task", team=pos.pk, what="Look at the till", due_at="")
    first = ticket.tasks.get()
    assert "Look at the till" in asked.content.decode()
    assert do(client, ticket, "task-result", first.pk, result="").status_code == 422
    assert do(signed_in(pavlo), ticket, "task-result", first.pk, result="A loose cable").status_code == 200
    assert do(client, ticket, "task-withdrawal", first.pk).status_code == 422

    do(client, ticket, "task", team=pos.pk, what="And the drawer", due_at="")
    second = ticket.tasks.order_by("pk").last()
    assert second is not None
    assert do(client, ticket, "task-withdrawal", second.pk).status_code == 200


def test_a_task_of_another_ticket_is_not_there(pos: Team):
    olga, client = operator()
    ticket, other = world.ticket(held_by=olga), world.ticket(held_by=olga)
    task = tasks.ask_task(ticket_id=other.pk, by_id=olga.pk, team_id=pos.pk, what="x", now=world.now(hours=1))

    assert do(client, ticket, "task-withdrawal", task.pk).status_code in (404, 422)
    task.refresh_from_db()
    assert task.withdrawn_at is None


def test_what_a_ticket_is_about_is_put_right():
    olga, client = operator()
    ticket = world.ticket(held_by=olga)
    mail, hardware = world.service(), world.category()
    maria = world.person("Maria Shop")

    done = [
        do(client, ticket, "priority", impact=1, urgency=1, why="All tills"),
        do(client, ticket, "classification", kind="question", service=mail.pk, category=hardware.pk),
        do(client, ticket, "requester", who="maria.shop@example.org"),
        do(client, ticket, "subject", subject="Tills stand still"),
        do(client, ticket, "tag", add="Tills"),
    ]

    now = fresh(ticket)
    assert [answer.status_code for answer in done] == [200] * 5
    assert (now.priority, now.kind, now.service_id, now.requester_id) == (1, "question", mail.pk, maria.pk)
    assert now.subject == "Tills stand still"
    assert do(client, ticket, "tag", remove="tills").status_code == 200


@pytest.mark.parametrize(
    ("key", "fields"),
    [
        ("priority", {"impact": 9, "urgency": 1, "why": "x"}),
        ("classification", {"kind": "wish", "service": "", "category": ""}),
        ("classification", {"kind": "incident", "service": 424242, "category": ""}),
        ("requester", {"who": "nobody@nowhere.example"}),
        ("subject", {"subject": ""}),
        ("subject", {"subject": "a\x00b"}),
        ("tag", {"add": "", "remove": ""}),
        ("participant", {"who": ""}),
        ("call-in", {"who": 424242, "why": "x"}),
        ("link", {"kind": "relates", "other": "12"}),
        ("merge", {"into": "not a number"}),
        ("work", {"hours": 0, "minutes": 0}),
        ("work", {"hours": 99, "minutes": 0}),
    ],
)
def test_what_cannot_be_read_is_refused_on_the_form_and_writes_nothing(key: str, fields: dict[str, Any]):
    olga, client = operator()
    ticket = world.ticket(held_by=olga)
    before = world.everything()

    answer = do(client, ticket, key, **fields)

    assert answer.status_code == 422
    assert 'class="errors"' in answer.content.decode() or 'class="notice"' in answer.content.decode()
    assert world.everything() == before


def test_people_follow_are_called_in_and_removed():
    olga, client = operator()
    taras = world.person("Taras", team=world.front())
    maria = world.person("Maria Shop")
    ticket = world.ticket(held_by=olga)

    assert do(client, ticket, "participant", who="Maria Shop").status_code == 200
    assert do(client, ticket, "call-in", who=taras.pk, why="You know tills").status_code == 200
    assert {each.person_id for each in ticket.participants.all()} == {maria.pk, taras.pk}
    assert do(client, ticket, "participant-removal", maria.pk).status_code == 200
    assert do(client, ticket, "participant-removal", maria.pk).status_code == 422


def test_tickets_are_linked_merged_and_parted_again():
    olga, client = operator()
    rita = world.person("Rita")
    ticket, other = world.ticket(requester=rita, held_by=olga), world.ticket(requester=rita, held_by=olga)

    linked = do(client, ticket, "link", kind="relates", other=other.number)
    assert f'href="/console/tickets/{other.number}"' in linked.content.decode()
    assert do(client, ticket, "unlink", ticket.links.get().pk).status_code == 200

    assert do(client, ticket, "merge", into=other.number).status_code == 200
    assert fresh(ticket).merged_into_id == other.pk
    assert do(client, ticket, "unmerge").status_code == 200
    assert fresh(ticket).merged_into_id is None


def test_a_message_becomes_a_ticket_of_its_own():
    olga, client = operator()
    ticket = world.ticket(held_by=olga)
    message = ticket.messages.get()

    answer = do(client, ticket, "split", message.pk, subject="The other thing")

    assert answer.status_code == 200
    assert Ticket.objects.filter(subject="The other thing").count() == 1


def test_work_is_logged():
    olga, client = operator()
    ticket = world.ticket(held_by=olga, at=timezone.now() - timedelta(days=1))

    answer = do(client, ticket, "work", hours=1, minutes=30, began_at="", note="On site")

    assert answer.status_code == 200
    assert "1 h 30 min" in answer.content.decode()


def test_only_a_lead_redacts():
    olga, client = operator()
    ticket = world.ticket("Card 4111", held_by=olga, text="My card is 4111")
    lead = signed_in(world.person("Lena", team=world.front(), role=world.Role.TEAM_LEAD))
    what = f"message-{ticket.messages.get().pk}"

    refused = do(client, ticket, "redaction", what=what, why="A card number")
    done = do(lead, ticket, "redaction", what=what, why="A card number")

    assert refused.status_code == 422
    assert done.status_code == 200
    assert "My card is" not in done.content.decode()
    assert "Redacted" in done.content.decode()


def test_a_form_can_be_opened_for_every_action(pos: Team):
    olga, client = operator()
    ticket = world.ticket(held_by=olga)

    plain = {key: client.get(at(ticket, key, 1 if each.rows else None)).status_code for key, each in ACTIONS.items()}

    assert set(plain.values()) == {200}


def test_only_what_the_state_and_the_rights_allow_is_offered(pos: Team, pavlo: Person):
    olga, client = operator()
    theirs = signed_in(pavlo)
    fresh_one = world.ticket("untaken")
    held = world.ticket("held", held_by=olga)
    done = world.ticket("done", held_by=olga)
    progress.resolve(ticket_id=done.pk, by_id=olga.pk, how="x", now=world.now(hours=1))
    tasks.ask_task(ticket_id=held.pk, by_id=olga.pk, team_id=pos.pk, what="x", now=world.now(hours=1))

    def offers(who: Client, ticket: Ticket) -> set[str]:
        page = who.get(f"/console/tickets/{ticket.number}").content.decode()
        keys = ("take", "hand-over", "resolution", "closing", "reopening", "task", "redaction", "messages")
        return {key for key in keys if f'"{at(ticket, key)}"' in page}

    assert offers(client, fresh_one) == {"take", "task", "messages"}
    assert offers(client, held) == {"hand-over", "resolution", "task", "messages"}
    assert offers(client, done) == {"closing", "reopening", "messages"}
    assert offers(theirs, held) == {"messages"}


def test_following_and_structure_keep_to_their_own_ticket():
    olga, client = operator()
    rita = world.person("Rita")
    ticket, one, two = (world.ticket(requester=rita, held_by=olga) for _ in range(3))
    link = structure.link(ticket_id=one.pk, other_id=two.pk, kind="relates", by_id=olga.pk, now=world.now(hours=1))
    maria = world.person("Maria")
    participants.add_participant(ticket_id=one.pk, by_id=olga.pk, person_id=maria.pk, now=world.now(hours=1))

    unlinked = do(client, ticket, "unlink", link.pk).status_code
    split = do(client, ticket, "split", one.messages.get().pk, subject="").status_code

    link.refresh_from_db()
    assert link.ended_at is None
    assert unlinked in (404, 422)
    assert split in (404, 422)
    assert Ticket.objects.count() == 3


def test_conversation_is_kept_out_of_reach_of_strangers(pavlo: Person):
    olga, _client = operator()
    ticket = world.ticket(held_by=olga)
    conversation.note(ticket_id=ticket.pk, by_id=olga.pk, text="Between us", now=world.now(hours=1))

    answer = signed_in(pavlo).post(at(ticket, "messages"), {"kind": "note", "text": "hi", "key": "k", "seen": 0})

    assert answer.status_code == 404
    assert ticket.messages.count() == 2
