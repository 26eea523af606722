"""The queue's page: what it shows to whom, in which order, at what price."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from firstline.commands import ownership, progress, tasks
from tests import world
from tests.web.console.staff import operator, signed_in

pytestmark = pytest.mark.django_db

FRAGMENT = {"HX-Request": "true", "HX-Target": "list"}


def numbers(page: str) -> list[int]:
    """Return the numbers of the tickets on a page, in order."""
    return [int(number) for number in re.findall(r'id="row-(\d+)"', page)]


def shown(client: Client, path: str = "/console/") -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_line_says_who_what_where_and_until_when():
    _olga, client = operator()
    rita = world.person("Rita Demo", organisation=world.organisation("North Foods"), vip=True)
    ticket = world.ticket("Till 3 prints <nothing>", requester=rita, channel="phone")

    page = shown(client)

    assert f'href="/console/tickets/{ticket.number}"' in page
    assert "Till 3 prints &lt;nothing&gt;" in page
    for words in ("Rita Demo", "North Foods", ">VIP<", 'aria-label="Phone"', "Service desk", "nobody has taken it"):
        assert words in page


def test_a_line_says_where_it_stopped_in_the_words_of_its_page():
    olga, client = operator()
    world.agreement()
    billing = world.team("Billing & co", line=3)
    now = timezone.now()
    tickets_ = [world.ticket(name, at=now, held_by=olga) for name in ("works", "offered", "asked", "waits")]
    tickets_.append(world.ticket("lies", at=now))
    ids = {ticket.subject: ticket.pk for ticket in tickets_}
    ownership.hand_over(ticket_id=ids["offered"], by_id=olga.pk, to_team_id=billing.pk, why="", now=now)
    tasks.ask_task(ticket_id=ids["asked"], by_id=olga.pk, team_id=billing.pk, what="A refund.", now=now)
    progress.wait(ticket_id=ids["waits"], by_id=olga.pk, on="waiting_requester", why="", now=now)

    lines = dict(re.findall(r'id="row-(\d+)" href="[^"]+" title="([^"]+)"', shown(client)))

    said = {ticket.subject: lines[str(ticket.number)] for ticket in tickets_}
    assert re.fullmatch(r"With Olga, Service desk, since [^,;]+\.", said["works"])
    assert said["offered"].endswith("until Billing &amp; co accepts it.")
    assert said["asked"].endswith("waits for the task of Billing &amp; co.")
    assert said["waits"].startswith("Waits for ")
    assert said["lies"].endswith("and nobody there has taken it yet.")
    for ticket in tickets_:
        assert lines[str(ticket.number)] in shown(client, f"/console/tickets/{ticket.number}")


def test_the_queue_is_grouped_by_how_near_the_deadline_is_and_by_what_waits():
    olga, client = operator()
    now = timezone.now()
    late = world.ticket("late", at=now - timedelta(days=30))
    asked = world.ticket("asked", at=now, held_by=olga)
    planned = world.ticket("planned", at=now, held_by=olga)
    later = world.ticket("later", at=now)
    progress.wait(ticket_id=asked.pk, by_id=olga.pk, on="waiting_requester", why="", now=now)
    progress.plan(ticket_id=planned.pk, by_id=olga.pk, until=now + timedelta(days=9), why="", now=now)

    page = shown(client)

    headings = re.findall(r'class="queue-group"[^>]*><span class="dot"></span>([^<]+)<', page)
    assert headings == ["Overdue", "Later", "Waiting on requester", "Planned"]
    assert numbers(page) == [late.number, later.number, asked.number, planned.number]


def test_each_view_shows_its_own_and_the_counters_agree():
    olga, client = operator()
    mine = world.ticket("mine", held_by=olga)
    free = world.ticket("free")
    second = world.team("POS support", line=2)
    ownership.hand_over(ticket_id=mine.pk, by_id=olga.pk, to_team_id=second.pk, why="till", now=world.now(minutes=5))
    pavlo = signed_in(world.person("Pavlo", team=second))

    views = {view: numbers(shown(client, f"/console/?view={view}")) for view in ("mine", "unclaimed", "answering")}
    offered = shown(pavlo, "/console/?view=offered")

    assert views == {"mine": [mine.number], "unclaimed": [free.number], "answering": [mine.number]}
    assert numbers(offered) == [mine.number]
    assert re.findall(r'class="count"[^>]*>(\d+)<', offered) == ["1", "0", "0", "0", "1", "0", "0"]


def test_another_desk_sees_nothing_of_it():
    world.ticket("secret of desk it")
    other = world.desk("hr")
    _hanna, client = operator("Hanna", world.front(other))

    page = shown(client)

    assert "secret of desk it" not in page
    assert "No open tickets" in page


def test_an_auditor_reads_but_is_offered_no_registering():
    ticket = world.ticket()
    client = signed_in(world.person("Rita", role=world.Role.AUDITOR))

    page = shown(client)

    assert numbers(page) == [ticket.number]
    assert "data-key-new" not in page
    assert "Unclaimed" not in page


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("priority=1", ["worst"]),
        ("priority=1&amp;state=open", []),
        ("service={mail}", ["mail"]),
        ("organisation={north}", ["north"]),
        ("state=new&priority=99999&team=%00&assignee=99999999999999999999", ["worst", "mail", "north"]),
    ],
)
def test_filters_narrow_the_list_and_what_cannot_be_read_is_left_out(asked: str, found: list[str]):
    _olga, client = operator()
    north = world.organisation("North")
    mail = world.service("mail")
    world.ticket("worst", impact=1, urgency=1)
    world.ticket("mail", service_id=mail.pk)
    world.ticket("north", requester=world.person("Nora", organisation=north))

    page = shown(client, "/console/?" + asked.replace("&amp;", "&").format(mail=mail.pk, north=north.pk))

    assert sorted(re.findall(r'id="row-\d+" href="[^"]*"[^>]*>([^<]+)<', page)) == sorted(found)


def test_a_filter_is_said_by_a_chip_that_takes_it_away_and_kept_in_the_tickets_address():
    _olga, client = operator()
    mail = world.service("mail")
    ticket = world.ticket(service_id=mail.pk)

    page = shown(client, f"/console/?view=unclaimed&service={mail.pk}")

    assert '<a class="chip chip-outline" href="/console/?view=unclaimed"' in page
    assert f'href="/console/tickets/{ticket.number}?view=unclaimed&amp;service={mail.pk}"' in page


def test_an_organisation_that_is_not_on_the_page_is_not_named():
    _olga, client = operator()
    hidden = world.organisation("Hidden customer")

    assert "Hidden customer" not in shown(client, f"/console/?organisation={hidden.pk}")


def test_the_choices_of_the_filter_are_what_the_view_holds():
    _olga, client = operator()
    world.organisation("Without tickets")
    world.ticket(requester=world.person("Nora", organisation=world.organisation("North")))

    page = shown(client, "/console/filter")

    assert ">North</option>" in page
    assert "Without tickets" not in page


def test_further_lines_come_by_a_cursor_and_stay_under_their_heading():
    _olga, client = operator()
    tickets = [world.ticket(f"number {n}") for n in range(53)]

    first = shown(client)
    link = re.search(r'class="queue-more".*?href="([^"]+)"', first)
    assert link
    rest = client.get(link[1].replace("&amp;", "&"), headers={"HX-Request": "true", "HX-Target": "queue-more"})

    assert numbers(first) + numbers(rest.content.decode()) == [ticket.number for ticket in tickets]
    assert "queue-group" not in rest.content.decode()


@pytest.mark.parametrize("path", ["/console/", "/console/?view=mine", "/console/?priority=3&service=1"])
def test_a_page_costs_eight_statements_for_one_ticket_and_for_three(
    path: str, django_assert_num_queries: DjangoAssertNumQueries
):
    olga, client = operator()
    world.service("mail")
    world.ticket(requester=world.person("Ann", organisation=world.organisation("A")), held_by=olga)

    with django_assert_num_queries(8 if "service" not in path else 7):
        client.get(path)
    for name in ("Ben", "Cid"):
        world.ticket(requester=world.person(name, organisation=world.organisation(name)), held_by=olga)
    with django_assert_num_queries(8 if "service" not in path else 7):
        client.get(path)


def test_a_list_that_has_not_changed_is_not_sent_again():
    olga, client = operator()
    ticket = world.ticket()
    asked = {"HX-Request": "true", "HX-Target": "queue"}
    seen = re.search(r'"seen": "(\w+)"', shown(client))
    assert seen

    same = client.get(f"/console/?seen={seen[1]}", headers=asked)
    ownership.take(ticket_id=ticket.pk, by_id=olga.pk, now=world.now(minutes=5))
    changed = client.get(f"/console/?seen={seen[1]}", headers=asked)

    assert (same.status_code, changed.status_code) == (204, 200)
    assert 'id="views-list" hx-swap-oob="true"' in changed.content.decode()


def test_the_list_alone_comes_with_the_counters_and_without_the_frame():
    _olga, client = operator()

    part = client.get("/console/", headers=FRAGMENT).content.decode()

    assert "<html" not in part
    assert 'hx-swap-oob="true"' in part


def test_take_next_gives_the_most_urgent_ticket_and_opens_it():
    olga, client = operator()
    world.ticket("later")
    urgent = world.ticket("urgent", impact=1, urgency=1)

    answer = client.post("/console/next")

    urgent.refresh_from_db()
    assert urgent.assignee == olga
    assert (answer.status_code, answer["Location"]) == (302, f"/console/tickets/{urgent.number}")


def test_take_next_says_why_there_is_nothing_and_is_not_offered_to_auditors():
    _olga, client = operator()
    auditor = signed_in(world.person("Rita", role=world.Role.AUDITOR))

    answer = client.post("/console/next", headers={"HX-Request": "true"})

    assert answer.status_code == 422
    assert "Nothing waits: everything workable of your teams has been taken." in answer.content.decode()
    assert "Take next" in shown(client)
    assert "Take next" not in shown(auditor)
