"""The ticket's page: what it shows, to whom, and at what price."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from firstline.commands import conversation, ownership, progress, tasks, worklog
from firstline.commands.conversation import File
from firstline.core.tickets.models import Attachment, Ticket
from tests import world
from tests.web.console.staff import operator, signed_in

pytestmark = pytest.mark.django_db

REGION = {"HX-Request": "true", "HX-Target": "ticket-region"}
BUDGET = 12
# What the page's own templates never draw.
FOREIGN = {"img", "iframe", "object", "embed", "style", "math", "video", "audio", "base", "image", "animate", "marquee"}


def path_of(ticket: Ticket) -> str:
    return f"/console/tickets/{ticket.number}"


def shown(client: Client, ticket: Ticket, **more: str) -> str:
    answer = client.get(path_of(ticket), headers=more)
    assert answer.status_code == 200
    return answer.content.decode()


def statements(client: Client, ticket: Ticket) -> int:
    client.get(path_of(ticket))
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path_of(ticket)).status_code == 200
    return len(captured)


def test_the_page_says_who_answers_who_has_it_and_where_it_stopped():
    olga, client = operator()
    world.agreement()
    pos = world.team("POS support", line=3)
    pavlo = world.person("Pavlo", team=pos)
    now = timezone.now()
    ticket = world.ticket("Till 7 froze", at=now, held_by=olga)
    ownership.hand_over(ticket_id=ticket.pk, by_id=olga.pk, to_team_id=pos.pk, why="Code 77", now=now)

    offered = shown(client, ticket)
    ownership.accept(ticket_id=ticket.pk, by_id=pavlo.pk, now=now + timedelta(minutes=9))
    accepted = shown(client, ticket)

    assert "Service desk: <strong>Olga</strong> answers for it" in offered
    assert "Offered to <strong>POS support</strong> by Olga" in offered
    assert "until POS support accepts it." in offered
    assert "Service desk: <strong>Olga</strong> answers for it" in accepted
    assert "With Pavlo, POS support, since" in accepted
    assert "<strong>Pavlo</strong> accepted it for <strong>POS support</strong>; offered at" in accepted
    assert "Code 77" in accepted
    for name in ("First response", "Resolve", "Standard, version 1", "Office hours"):
        assert name in accepted


def test_each_lines_time_is_shown_wall_and_working():
    olga, client = operator()
    world.agreement()
    pos = world.team("POS support", line=3)
    pavlo = world.person("Pavlo", team=pos)
    # A Monday at nine: the calendar is open until five.
    ticket = world.ticket(held_by=olga)
    ownership.hand_over(ticket_id=ticket.pk, by_id=olga.pk, to_team_id=pos.pk, why="", now=world.now(hours=1))
    ownership.accept(ticket_id=ticket.pk, by_id=pavlo.pk, now=world.now(hours=2))
    progress.resolve(ticket_id=ticket.pk, by_id=pavlo.pk, how="Done", now=world.now(hours=26))

    page = " ".join(shown(client, ticket).split())

    assert '<td>Service desk</td><td class="number nowrap">2 h</td><td class="number nowrap">2 h</td>' in page
    assert '<td>POS support</td><td class="number nowrap">1 d</td><td class="number nowrap">8 h</td>' in page


def test_what_came_back_with_nothing_done_is_counted_in_one_line():
    olga, client = operator()
    pos = world.team("POS support", line=3)
    pavlo = world.person("Pavlo", team=pos)
    ticket = world.ticket(held_by=olga)
    ownership.hand_over(ticket_id=ticket.pk, by_id=olga.pk, to_team_id=pos.pk, why="", now=world.now(hours=1))
    ownership.accept(ticket_id=ticket.pk, by_id=pavlo.pk, now=world.now(hours=2))
    before = shown(client, ticket)
    ownership.return_(ticket_id=ticket.pk, by_id=pavlo.pk, findings="Not ours.", now=world.now(hours=3))

    page = shown(client, ticket)

    assert "It came back to a team that had passed it on: 1 time." in page
    assert "Passed on by a team that had done nothing with it: 1 time." in page
    assert "It came back" not in before
    assert "Passed on by a team" not in before


def test_messages_stand_on_the_paper_of_their_audience():
    olga, client = operator()
    ticket = world.ticket("Mail is slow", held_by=olga, text="Since Monday.")
    conversation.reply(ticket_id=ticket.pk, by_id=olga.pk, text="We look.", now=world.now(minutes=5))
    conversation.note(ticket_id=ticket.pk, by_id=olga.pk, text="Disk full?", now=world.now(minutes=6))
    conversation.reply(
        ticket_id=ticket.pk, by_id=olga.pk, text="Please check.", now=world.now(minutes=7), audience="vendor"
    )

    page = shown(client, ticket)

    assert [page.count(f'class="entry" data-audience="{name}"') for name in ("public", "internal", "vendor")] == [
        2, 1, 1,
    ]  # fmt: skip
    assert 'id="e1"' in page


def test_tasks_and_work_stand_beside_with_their_sum():
    olga, client = operator()
    billing = world.team("Billing", line=3)
    nora = world.person("Nora", team=billing)
    ticket = world.ticket(held_by=olga)
    task = tasks.ask_task(
        ticket_id=ticket.pk, by_id=olga.pk, team_id=billing.pk, what="Renew the licence", now=world.now(minutes=5)
    )
    tasks.finish_task(task_id=task.pk, by_id=nora.pk, result="Renewed", now=world.now(minutes=30))
    for minutes in (10, 20):
        worklog.log_work(
            ticket_id=ticket.pk, by_id=olga.pk, began_at=world.NINE, spent_for=timedelta(minutes=minutes),
            now=world.now(hours=1),
        )  # fmt: skip

    page = shown(client, ticket)

    for words in ("Renew the licence", "Renewed", "done by Nora", "30 min"):
        assert words in page


def test_the_region_alone_comes_for_htmx():
    olga, client = operator()
    ticket = world.ticket(held_by=olga)

    page = shown(client, ticket, **REGION)

    assert "<html" not in page
    assert "Printer is out of toner" in page


def test_a_wrong_check_digit_and_a_number_that_is_none_are_not_there():
    _olga, client = operator()
    ticket = world.ticket()

    wrong = [ticket.number + 1, 99999999, 7]

    assert [client.get(f"/console/tickets/{number}").status_code for number in wrong] == [404, 404, 404]


def test_a_ticket_of_another_desk_is_not_there_and_none_of_its_actions():
    _olga, client = operator()
    other = world.desk("other")
    world.front(other)
    ticket = world.ticket(of=other)

    paths = ("", "/take", "/hand-over", "/resolution", "/tag")

    assert {client.get(path_of(ticket) + path).status_code for path in paths} == {404}
    assert {client.post(path_of(ticket) + path).status_code for path in (*paths[1:], "/messages")} == {404}


def test_a_requester_has_no_console_and_staff_who_only_asked_read_it_in_the_portal():
    rita = world.person("Rita")
    ticket = world.ticket(requester=rita)
    pavlo = world.person("Pavlo", team=world.team("POS support", line=3))
    own = world.ticket(requester=pavlo)

    client = signed_in(pavlo)

    assert signed_in(rita).get(path_of(ticket)).status_code == 404
    assert client.get(path_of(ticket)).status_code == 404
    assert client.get(path_of(own))["Location"] == f"/requests/{own.number}/"
    assert client.get(path_of(own), headers=REGION)["HX-Redirect"] == f"/requests/{own.number}/"


def test_an_auditor_reads_everything_and_is_offered_nothing():
    olga, _client = operator()
    ticket = world.ticket(held_by=olga)
    conversation.note(ticket_id=ticket.pk, by_id=olga.pk, text="Between us", now=world.now(minutes=6))
    client = signed_in(world.person("Rex", role=world.Role.AUDITOR))
    before = world.everything()

    page = shown(client, ticket)
    answers = [client.post(path_of(ticket) + path, {"add": "x"}).status_code for path in ("/take", "/tag")]

    assert "Between us" in page
    assert 'class="composer"' not in page
    assert "Hand over" not in page
    assert answers == [422, 422]
    assert world.everything() | {"django_session": ()} == before | {"django_session": ()}


def test_the_page_takes_the_same_few_statements_however_long_the_story_is():
    olga, client = operator()
    world.agreement()
    counted = []
    ticket = world.ticket(held_by=olga, files=[File("a.txt", "text/plain", b"a")])
    for messages in (1, 3, 10):
        while ticket.messages.count() < messages:
            conversation.reply(
                ticket_id=ticket.pk, by_id=olga.pk, text="More", now=world.now(minutes=10),
                files=[File("b.txt", "text/plain", b"b")],
            )  # fmt: skip
        counted.append(statements(client, ticket))

    assert len(set(counted)) == 1
    assert counted[0] <= BUDGET


def test_a_specialists_page_takes_no_more_statements():
    olga, _client = operator()
    pos = world.team("POS support", line=3)
    pavlo = world.person("Pavlo", team=pos)
    ticket = world.ticket(held_by=olga)
    ownership.hand_over(ticket_id=ticket.pk, by_id=olga.pk, to_team_id=pos.pk, why="", now=world.now(hours=1))

    assert statements(signed_in(pavlo), ticket) <= BUDGET


def test_what_people_wrote_is_shown_inert(shared_data: Path):
    olga, client = operator()
    payloads = _payloads(shared_data)
    evil = "</textarea><script>alert(1)</script><img src=x onerror=alert(2)>"
    rita = world.person(evil, mail="rita@example.org", organisation=world.organisation(evil))
    ticket = world.ticket(evil, requester=rita, text="\n".join(payloads)[:150_000], held_by=olga)
    conversation.note(ticket_id=ticket.pk, by_id=olga.pk, text=evil, now=world.now(minutes=1))

    page = shown(client, ticket)

    tags = re.findall(r"<\s*([a-z][a-z0-9:-]*)([^>]*)>", page.lower())
    assert not {name for name, _attributes in tags} & FOREIGN
    assert all("src=" in attributes for name, attributes in tags if name == "script")
    assert not [attributes for _name, attributes in tags if re.search(r"\son[a-z]+\s*=", attributes)]


def test_an_attachment_is_named_with_its_size():
    olga, client = operator()
    ticket = world.ticket(held_by=olga, files=[File("звіт 1.txt", "text/plain", b"words")])

    page = shown(client, ticket)

    file = Attachment.objects.get()
    assert f"/files/{file.pk}/" in page
    assert "звіт 1.txt" in page


def _payloads(shared: Path) -> list[str]:
    xss = json.loads((shared / "security" / "xss" / "dompurify_expect.json").read_text())
    naughty = json.loads((shared / "security" / "naughty_strings_blns.json").read_text())
    texts = [*(each["payload"] for each in xss), *naughty]
    return [text.replace("\x00", "") for text in texts if isinstance(text, str) and text.strip()]
