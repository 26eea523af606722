"""The frame of every page holds what it promises."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation

from firstline.cli.demo.catalogue import SERVICES
from firstline.web import sprite, wording
from firstline.web.templatetags.frame import sentence

WEB = Path(sprite.__file__).parent
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
STYLES = sorted((WEB / "static" / "css").glob("*.css"))
NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


@pytest.fixture
def client(db: None) -> Client:
    return Client()


def test_every_icon_that_templates_name_is_in_the_sprite():
    named = re.compile(r"""{%\s*icon\s+"([a-z0-9-]+)"|\bicon="([a-z0-9-]+)"|<c-icon name="([a-z0-9-]+)\"""")
    used = {next(filter(None, found)) for path in TEMPLATES for found in named.findall(path.read_text())}

    assert used - set(sprite.ICONS) == set()


def test_every_icon_of_a_demo_service_is_in_the_sprite():
    assert {described.icon for described in SERVICES.values()} - set(sprite.ICONS) == set()


def test_the_sprite_is_drawn_with_every_icon_and_the_mark(tmp_path: Path):
    sprite.build(tmp_path / "icons.svg")

    drawn = set(re.findall(r'<symbol id="([^"]+)"', (tmp_path / "icons.svg").read_text()))
    assert drawn == {*sprite.ICONS, "firstline"}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_has_no_inline_style_script_or_handler(path: Path):
    text = path.read_text()

    assert not re.search(r"""\sstyle=|<style|<script(?![^>]*\bsrc=)|\son[a-z]+=|hx-on|javascript:""", text)


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_a_style_sheet_stands_in_a_layer_and_uses_no_ids_and_no_force(path: Path):
    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S)

    assert re.match(r"\s*@layer ", text)
    assert "!important" not in text
    assert not re.search(r"(^|[\s,>+~])#[a-z]", text, flags=re.M)


@pytest.mark.parametrize("path", [path for path in STYLES if path.name != "tokens.css"], ids=lambda path: path.name)
def test_only_the_tokens_know_colours_and_heights_in_the_stack(path: Path):
    text = path.read_text()

    assert not re.search(r"oklch\(\s*\d|rgba?\(|hsla?\(|#[0-9a-f]{3,8}\b", text)
    assert not re.search(r"z-index:\s*-?\d", text)


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        (timedelta(minutes=42), "42 min left"),
        (timedelta(hours=3, minutes=10), "3 h 10 min left"),
        (timedelta(days=2, hours=4), "2 d 4 h left"),
        (timedelta(days=30, hours=4), "30 d left"),
        (timedelta(seconds=20), "under 1 min left"),
        (timedelta(hours=-1, minutes=-5), "1 h 5 min late"),
        (timedelta(hours=-17, minutes=-48), "17 h late"),
    ],
)
def test_a_deadline_is_said_in_its_two_largest_units(gap: timedelta, words: str):
    with translation.override("en"):
        assert wording.left(NOON + gap, NOON) == words


def test_a_clock_is_soon_in_its_last_fifth_and_late_once_due():
    began = NOON - timedelta(hours=8)

    tones = [wording.tone_of(NOON + timedelta(hours=h), began, NOON) for h in (3, 1, 0)]

    assert tones == ["well", "soon", "late"]


def test_the_chosen_language_and_theme_are_remembered_and_lead_back(client: Client):
    spoken = client.post("/language", {"to": "uk", "next": "/accounts/login/"})
    shaded = client.post("/theme", {"to": "dark", "next": "https://elsewhere.example/"})

    page = client.get("/accounts/login/")

    assert (spoken["Location"], shaded["Location"]) == ("/accounts/login/", "/")
    assert '<html lang="uk" data-theme="dark">' in page.content.decode()


def test_an_unknown_language_or_theme_changes_nothing(client: Client):
    client.post("/language", {"to": "xx"})
    client.post("/theme", {"to": "<script>"})

    assert not client.cookies


def test_a_switch_by_get_is_not_allowed(client: Client):
    assert [client.get(path).status_code for path in ("/language", "/theme")] == [405, 405]


def test_signing_up_is_closed(client: Client):
    response = client.post("/accounts/signup/", {"email": "eve@example.org", "password1": "correct horse battery"})

    assert response.status_code in {200, 404}
    assert b"correct horse" not in response.content


def test_an_unknown_address_says_what_to_do(client: Client):
    page = client.get("/nothing-here")

    assert page.status_code == 404
    assert "There is nothing at this address" in page.content.decode()


def test_pages_forbid_foreign_and_inline_scripts_and_styles(client: Client):
    policy = client.get("/accounts/login/")["Content-Security-Policy"]

    assert "script-src 'self';" in policy + ";"
    assert "style-src 'self';" in policy + ";"
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Change Password", "Change password"),
        ("Новий Пароль (ще раз)", "Новий пароль (ще раз)"),
        ("Enter the QR code. Then go on.", "Enter the QR code. Then go on."),
        ("&lt;b&gt; &amp; Co", "&lt;b&gt; &amp; Co"),
    ],
)
def test_a_title_of_capitals_becomes_a_sentence(title: str, words: str):
    assert sentence(title) == words
