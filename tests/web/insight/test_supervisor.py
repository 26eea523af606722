"""The supervisor's page: what it counts, whom it names, what opens behind its numbers."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from firstline.commands import ownership, progress, tallies, worklog
from firstline.core.people.models import Desk, Person
from firstline.core.tickets.models import Ticket
from firstline.web.insight import views
from firstline.web.insight.export import cell
from tests import world
from tests.web.console.staff import signed_in

pytestmark = pytest.mark.django_db
PATH = "/console/insight/"


@pytest.fixture(autouse=True)
def nothing_is_kept() -> None:
    """Forget what an earlier test counted."""
    cache.clear()


def _desk() -> tuple[Person, Person, Person]:
    """Return an operator and an engineer with tickets of theirs, and the manager of their desk."""
    world.agreement()
    front, second = world.front(), world.team("Second line", line=2)
    olga, sergey = world.person("Olga", team=front), world.person("Sergey", team=second)
    manager = world.person("Maria", role=world.Role.DESK_MANAGER, over=world.desk())
    at = timezone.now() - timedelta(hours=1)
    mail = world.service("mail").pk
    gone = world.ticket("Passed on", held_by=olga, at=at, service_id=mail)
    ownership.hand_over(ticket_id=gone.pk, by_id=olga.pk, to_team_id=second.pk, why="", now=at)
    ownership.accept(ticket_id=gone.pk, by_id=sergey.pk, now=at)
    world.ticket("Mine", held_by=olga, at=at, service_id=mail)
    world.ticket("Free", at=at - timedelta(days=4))
    done = world.ticket("Done", held_by=olga, at=at, service_id=mail)
    worklog.log_work(
        ticket_id=done.pk, by_id=olga.pk, began_at=at, spent_for=timedelta(hours=1), now=at + timedelta(hours=1)
    )
    progress.resolve(ticket_id=done.pk, by_id=olga.pk, how="Done.", now=timezone.now())
    tallies.take_days(desk_id=world.desk().pk, now=timezone.now())
    return olga, sergey, manager


def _page(client: Client, path: str = PATH) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def _named(page: str) -> set[str]:
    return set(re.findall(r"<span>(Olga|Sergey)</span>", page))


def _numbers(page: str) -> list[tuple[str, int]]:
    """Return the address and number of each figure that is a plain count."""
    found = re.findall(r'class="(?:figure|tile-number)" href="([^"]+)">(\d+)<', page)
    return [(unescape(href), int(n)) for href, n in found]


@pytest.mark.parametrize(
    "query", ["", "?weeks=4&by=category&whose=team", "?by=site&whose=service", "?whose=organisation"]
)
def test_every_number_opens_as_many_tickets_and_says_how_many(query: str):
    _olga, sergey, manager = _desk()
    ticket = Ticket.objects.get(subject="Passed on")
    ownership.return_(ticket_id=ticket.pk, by_id=sergey.pk, findings="Not ours.", now=timezone.now())
    tallies.take_days(desk_id=world.desk().pk, now=timezone.now())
    client = signed_in(manager)

    numbers = _numbers(_page(client, f"{PATH}{query}"))

    assert len(numbers) > 20
    for href, n in dict(numbers).items():
        page = _page(client, href)
        total = re.findall(r"1–(\d+) of (\d+)<", page)
        assert (href, len(re.findall(r'class="row-number"', page)), total) == (href, n, [(str(n), str(n))])


def test_a_list_longer_than_a_page_says_how_many_there_are_in_all(monkeypatch: pytest.MonkeyPatch):
    _olga, _sergey, manager = _desk()
    monkeypatch.setattr(views, "SHOWN", 2)
    client = signed_in(manager)

    assert re.findall(r"1–2 of (\d+)<", _page(client, f"{PATH}tickets?weeks=4")) == ["4"]
    assert re.findall(r"3–4 of (\d+)<", _page(client, f"{PATH}tickets?weeks=4&page=2")) == ["4"]
    assert re.findall(r"1–2 of (\d+)<", _page(client, f"{PATH}tickets")) == ["3"]
    assert re.findall(r"1–2 of (\d+)<", _page(client, f"{PATH}tickets?weeks=4&outcome=rated&team=0")) == []


def test_who_answers_is_told_by_team_service_and_customer():
    olga, _sergey, manager = _desk()
    client = signed_in(manager)

    by_team = _page(client, f"{PATH}?whose=team").split('id="answers"')[1].split("</section>")[0]
    by_service = _page(client, f"{PATH}?whose=service").split('id="answers"')[1].split("</section>")[0]

    assert _numbers(by_team)[0] == (f"{PATH}tickets?answers={world.front().pk}", 3)
    assert (f"{PATH}tickets?service={world.service('mail').pk}&steward={olga.pk}", 2) in _numbers(by_service)
    assert (f"{PATH}tickets?service=0&steward=0", 1) in _numbers(by_service)


def test_what_work_cost_is_told_in_the_desks_currency():
    _olga, _sergey, manager = _desk()
    Desk.objects.update(currency="UAH")
    Person.objects.filter(name="Olga").update(hour_rate=1250)
    done = Ticket.objects.get(subject="Done")
    at = timezone.now() - timedelta(hours=1)
    worklog.log_work(
        ticket_id=done.pk, by_id=Person.objects.get(name="Olga").pk, began_at=at, spent_for=timedelta(hours=1),
        now=timezone.now(),
    )  # fmt: skip
    tallies.take_days(desk_id=world.desk().pk, now=timezone.now())

    page = _page(signed_in(manager))

    assert "1,250.00\N{NO-BREAK SPACE}UAH" in page


def test_what_a_team_passed_on_with_nothing_done_opens_its_tickets():
    _olga, sergey, manager = _desk()
    ticket = Ticket.objects.get(subject="Passed on")
    ownership.return_(ticket_id=ticket.pk, by_id=sergey.pk, findings="Not ours.", now=timezone.now())
    tallies.take_days(desk_id=world.desk().pk, now=timezone.now())
    client = signed_in(manager)

    page = _page(client)
    idle = [(href, n) for href, n in _numbers(page) if "idle=" in href]

    assert idle == [(f"{PATH}tickets?idle={world.team('Second line', line=2).pk}&weeks=12", 1)]
    assert "Passed on" in _page(client, idle[0][0])
    assert "passed_on_idle" in client.get(f"{PATH}?as=csv&of=hand-overs").content.decode()
    assert "Passed on" not in _page(client, f"{PATH}tickets?idle={world.front().pk}")


def test_a_manager_sees_persons_of_the_desk_an_operator_only_themselves():
    olga, _sergey, manager = _desk()

    assert _named(_page(signed_in(manager))) == {"Olga", "Sergey"}
    assert _named(_page(signed_in(olga))) == {"Olga"}


def test_a_lead_sees_their_own_team_and_an_auditor_all():
    _desk()
    lead = world.person("Lena", team=world.team("Second line", line=2), role=world.Role.TEAM_LEAD)
    auditor = world.person("Rita", role=world.Role.AUDITOR)

    page = _page(signed_in(lead))
    loads = page.split("Who hands over to whom")[0]
    assert (_named(loads), "<span>Service desk</span>" in loads) == ({"Sergey"}, False)
    assert _named(_page(signed_in(auditor))) == {"Olga", "Sergey"}


def test_another_desk_and_requesters_see_none_of_it():
    _desk()
    other = world.desk("other")
    stranger = signed_in(world.person("Stepan", role=world.Role.DESK_MANAGER, over=other))

    assert _numbers(_page(stranger)) == []
    listed = _page(stranger, f"{PATH}tickets?team={world.front().pk}")
    assert 'class="row-number"' not in listed
    assert signed_in(Ticket.objects.all()[0].requester).get(PATH).status_code == 404


def test_as_many_statements_for_three_desks_full_as_for_one(django_assert_max_num_queries: DjangoAssertNumQueries):
    _olga, _sergey, manager = _desk()
    client = signed_in(manager)
    counted: list[int] = []
    for _round in range(2):
        cache.clear()
        with django_assert_max_num_queries(31) as asked:
            _page(client)
        counted.append(len(asked))
        for name in ("Oleg", "Oksana"):
            world.ticket("More", held_by=world.person(name, team=world.front()), service_id=world.service(name).pk)
        tallies.take_days(desk_id=world.desk().pk, now=timezone.now())
    assert counted[0] == counted[1]


def test_the_list_asks_as_much_for_three_as_for_one(django_assert_max_num_queries: DjangoAssertNumQueries):
    olga, _sergey, _manager = _desk()
    client = signed_in(olga)
    counted: list[int] = []
    for _round in range(2):
        with django_assert_max_num_queries(15) as asked:
            _page(client, f"{PATH}tickets?assignee={olga.pk}")
        counted.append(len(asked))
        for _each in range(2):
            world.ticket("More", held_by=olga)
    assert counted[0] == counted[1]


@pytest.mark.parametrize(
    "of", ["teams", "persons", "answering", "ageing", "hand-overs", "over-time", "quality", "services", "customers"]
)
def test_each_table_is_taken_away_as_csv(of: str):
    _olga, _sergey, manager = _desk()

    response = signed_in(manager).get(f"{PATH}?as=csv&of={of}")

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    lines = response.content.decode("utf-8-sig").splitlines()
    assert len(lines) > 1
    assert len({line.count(",") for line in lines}) == 1


def test_a_table_that_is_not_there_is_not_found():
    _olga, _sergey, manager = _desk()

    assert signed_in(manager).get(f"{PATH}?as=csv&of=passwords").status_code == 404


def test_no_cell_is_taken_for_a_formula():
    assert [cell(each) for each in ("=1+1", "+1", "-1", "@x", "\tx", -1, "Anna")] == [
        "'=1+1", "'+1", "'-1", "'@x", "'\tx", "-1", "Anna",
    ]  # fmt: skip


def test_whatever_stands_in_an_address_gives_a_page():
    _olga, _sergey, manager = _desk()
    client = signed_in(manager)

    for query in (
        "weeks=0&by=x",
        "weeks=99999",
        "team=abc&age=9&due=never",
        "week=2026-99-99",
        "from=1&to=x",
        "page=-1",
    ):
        assert client.get(f"{PATH}?{query}").status_code == 200
        assert client.get(f"{PATH}tickets?{query}").status_code == 200


def test_the_wallboard_asks_for_itself_again():
    _olga, _sergey, manager = _desk()
    client = signed_in(manager)

    assert 'hx-trigger="every 30s"' in _page(client, f"{PATH}wallboard")
    part = client.get(f"{PATH}wallboard", headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith('<div class="wall"')
