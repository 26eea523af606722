"""The frame of set-up, and every page of its table: opened by who may, fit for its screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import reverse

from firstline.core.people.models import Desk, Person
from firstline.web.setup.frame import SUBJECTS
from tests import world
from tests.web.console.staff import signed_in

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext
    from pytest_django.live_server_helper import LiveServer

NAMES = [page.name for subject in SUBJECTS for page in subject.pages]


@pytest.fixture
def desk(db: None) -> Desk:
    world.agreement()
    world.service()
    return world.front().desk


@pytest.fixture
def manager(desk: Desk) -> Person:
    return world.person("Maria", role=world.Role.DESK_MANAGER, over=desk)


def address(name: str, key: str = "it") -> str:
    return reverse(f"setup:{name}", args=[key])


@pytest.mark.parametrize("name", ["home", *NAMES])
def test_a_page_opens_for_the_desks_manager_and_for_an_administrator(manager: Person, name: str):
    administrator = world.person("Anna", role=world.Role.ADMINISTRATOR)

    answers = [signed_in(person).get(address(name)).status_code for person in (manager, administrator)]

    assert answers == [200, 200]


@pytest.mark.parametrize("name", ["home", *NAMES])
def test_a_page_is_not_there_for_anybody_else(desk: Desk, name: str):
    other = world.desk("hr")
    others = [
        world.person("Rita"),
        world.person("Olga", team=world.front(desk)),
        world.person("Audra", role=world.Role.AUDITOR),
        world.person("Hanna", role=world.Role.DESK_MANAGER, over=other),
    ]

    answers = [signed_in(person).get(address(name)).status_code for person in others]

    assert answers == [404, 404, 404, 404]


def test_a_guest_signs_in_first(db: None):
    assert Client().get("/console/setup/")["Location"] == "/accounts/login/?next=/console/setup/"


def test_set_up_begins_at_the_first_desk_one_manages(manager: Person):
    other = world.desk("hr")
    hanna = signed_in(world.person("Hanna", role=world.Role.DESK_MANAGER, over=other))
    olga = signed_in(world.person("Olga", team=world.front()))

    answers = [client.get("/console/setup/") for client in (signed_in(manager), hanna, olga)]

    assert [answer.get("Location") for answer in answers] == ["/console/setup/it/", "/console/setup/hr/", None]
    assert answers[2].status_code == 404


def test_who_manages_several_desks_changes_between_them_and_stays_on_the_page(manager: Person):
    world.grant(manager, world.Role.DESK_MANAGER, over=world.desk("hr"))
    world.desk("fin")

    page = signed_in(manager).get(address("teams")).content.decode()

    assert 'href="/console/setup/hr/teams"' in page
    assert 'href="/console/setup/fin/teams"' not in page


def test_who_may_set_up_finds_the_way_there(manager: Person):
    olga = world.person("Olga", team=world.front())

    found = ["/console/setup/" in signed_in(person).get("/console/").content.decode() for person in (manager, olga)]

    assert found == [True, False]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("scheme", "width"), [("light", 360), ("dark", 1440)])
def test_every_page_is_accessible_and_fits_its_screen(
    browsing: BrowserContext, live_server: LiveServer, manager: Person, scheme, width: int
):
    session = signed_in(manager).cookies["sessionid"].value
    browsing.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = browsing.new_page()
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    found = {}

    for name in ["home", *NAMES]:
        page.goto(address(name))
        page.wait_for_selector(".topbar .account-chip")
        overflows = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        violations = Axe().run(page).response["violations"]
        found[name] = [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in violations]
        found[name] += ["wider than the screen"] if overflows else []

    assert {name: wrong for name, wrong in found.items() if wrong} == {}
