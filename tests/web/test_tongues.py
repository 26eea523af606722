"""What a desk without a word of English shows in Russian and Ukrainian: no word of English."""

from __future__ import annotations

import html
import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import ngettext

import firstline
from firstline.channels.email import to_managers, to_requesters, to_senders, to_staff
from firstline.channels.email.addresses import ForRequester
from firstline.channels.email.said import Known, Said
from firstline.core.intake.models import Blob, Envelope, Mailbox
from firstline.core.tickets.models import Ticket
from firstline.web.setup.frame import SUBJECTS
from tests import world

CATALOGUES = Path(firstline.__file__).parent / "locale"
LANGUAGES = ("ru", "uk")
# Marks of lines, addresses, keys of the keyboard, codes of currencies, what every page of the world calls a cookie, and
# the zones of tzdata.
NAMES = re.compile(r"\bL\d|\S+@\S+|\b(EN|RU|UK|Ctrl|Enter|Esc|UTC|VIP|API|EUR|English|Firstline)\b|\b[A-Z]\w+/[\w/]+")
UNSEEN = re.compile(r"<(script|style|template|svg)\b.*?</\1>|<option\b.*?</option>", re.DOTALL)
SAID_BESIDE = re.compile(r'\s(?:title|aria-label|placeholder)="([^"]*)"')


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    """Return a language whose catalogue was compiled; skips where it was not."""
    if not (CATALOGUES / request.param / "LC_MESSAGES" / "django.mo").exists():
        pytest.skip("the catalogues are not compiled: python hatch_build.py does it")
    return str(request.param)


@pytest.fixture
def ticket(db: None) -> Ticket:
    """Return a ticket of a desk whose every own word is Cyrillic, taken by somebody who may sign in."""
    cache.clear()
    desk = world.desk(name="Служба")
    front = world.team("Первая", of=desk)
    world.agreement("Для всех", on=world.calendar("Рабочие дни"))
    mine = {"en": "Принтер", "ru": "Принтер", "uk": "Принтер"}
    service = world.service("printer", name=mine, form=[{"key": "room", "type": "text", "label": {"en": "Где?"}}])
    olga = world.person("Ольга", team=front, mail="1@1.ru")
    world.account(olga, email="1@1.ru")
    rita = world.person("Рита", mail="2@1.ru")
    return world.ticket("Принтер молчит", requester=rita, held_by=olga, service_id=service.pk)


@pytest.mark.parametrize(
    "address", ["/", "/?what=ничего", "/ask/printer/", "/answers/", "/accounts/login/", "/accounts/password/reset/"]
)
def test_a_page_for_everybody_is_whole_in_each_language(ticket: Ticket, language: str, address: str):
    assert _english(_page(Client(), address, language)) == set()


def test_a_form_sent_empty_is_refused_in_each_language(ticket: Ticket, language: str):
    client = Client()
    client.cookies["language"] = language

    refused = client.post("/ask/printer/", {})

    assert refused.status_code == 422
    assert _english(refused.content.decode()) == set()


@pytest.mark.parametrize("address", ["/console/", "/console/filter", "/console/search", "/console/new", "{ticket}"])
def test_a_page_of_the_console_is_whole_in_each_language(ticket: Ticket, language: str, address: str):
    client = Client()
    assert ticket.steward is not None
    client.force_login(ticket.steward.account)

    shown = _page(client, address.format(ticket=f"/console/tickets/{ticket.number}"), language)

    assert _english(shown) == set()


@pytest.mark.parametrize("name", ["home", *(page.name for subject in SUBJECTS for page in subject.pages)])
def test_a_page_of_set_up_is_whole_in_each_language(ticket: Ticket, language: str, name: str):
    client = Client()
    assert ticket.steward is not None
    world.grant(ticket.steward, world.Role.DESK_MANAGER, over=ticket.desk)
    client.force_login(ticket.steward.account)

    assert _english(_page(client, reverse(f"setup:{name}", args=[ticket.desk.key]), language)) == set()


@pytest.mark.parametrize("kind", sorted({*to_requesters.WORDS, *to_staff.WORDS}))
def test_a_letter_is_whole_in_each_language(language: str, kind: str):
    pages = ForRequester("/", "/", "/", ("/",))
    known = Known(
        number=1, subject="Принтер", desk="Служба", reader="Рита", by="Ольга", zone=ZoneInfo("Europe/Kyiv"),
        console="/", pages=pages, team="Сети", requester="Рита", score=2, files=("1.2",),
        promises=(("first_response", world.NINE), ("resolve", world.NINE)), due_at=world.NINE,
    )  # fmt: skip

    with translation.override(language):
        said = [words[kind](known) for words in (to_requesters.WORDS, to_staff.WORDS) if kind in words]

    assert {word for one in said for word in _english(_whole(one))} == set()


@pytest.mark.django_db
@pytest.mark.parametrize("kind", sorted(to_managers.WORDS))
def test_a_letter_about_a_mailbox_is_whole_in_each_language(language: str, kind: str):
    box = Mailbox(
        desk=world.desk(), address="стол@пример.рф", key="k", trouble="нет связи", trouble_since=world.NINE
    )  # fmt: skip
    box.save()
    blob = Blob.objects.create(digest="d", size=0, kept_at=world.NINE)
    Envelope.objects.create(channel="email", source_id="1", blob=blob, mailbox=box, received_at=world.NINE)

    with translation.override(language):
        said = to_managers.WORDS[kind](box, ZoneInfo("Europe/Kyiv"))

    assert set(_english(_whole(said))) == set()


@pytest.mark.parametrize("kind", sorted(to_senders.WORDS))
def test_a_letter_to_somebody_whose_mail_was_not_taken_is_whole_in_each_language(language: str, kind: str):
    with translation.override(language):
        said = to_senders.WORDS[kind]({"size": 31, "most": 25}, "стол@пример.рф")

    assert set(_english(_whole(said))) == set()


@pytest.mark.parametrize("counted", ["1 заявка", "3 заявки", "5 заявок", "11 заявок", "21 заявка"])
def test_things_are_counted_as_each_language_counts(language: str, counted: str):
    count = int(counted.split()[0])

    with translation.override(language):
        said = ngettext("%(total)s ticket", "%(total)s tickets", count) % {"total": count}

    assert said == counted


def _page(client: Client, address: str, language: str) -> str:
    client.cookies["language"] = language
    shown = client.get(address)
    assert shown.status_code == 200
    return shown.content.decode()


def _whole(said: Said) -> str:
    labels = [button.label for button in said.buttons]
    rows = [word for row in said.rows for word in row]
    return " ".join([said.headline, *said.sentences, *rows, *labels, said.then, said.why, said.prefix])


def _english(shown: str) -> set[str]:
    """Return the words of three Latin letters or more that a reader sees, names apart."""
    seen = UNSEEN.sub(" ", shown)
    words = " ".join([re.sub(r"<[^>]*>", " ", seen), *SAID_BESIDE.findall(seen)])
    return set(re.findall(r"[A-Za-z]{3,}", NAMES.sub(" ", html.unescape(words))))
