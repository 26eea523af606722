"""Answers for everybody: found while typing, in the reader's language or the nearest one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from firstline.core.knowledge.models import Article, ArticleText
from firstline.core.services.models import Service
from firstline.web.portal import markdown
from tests import world

Words = Callable[[Any], str]


def write(key: str, *, public: bool = True, **texts: tuple[str, str]) -> Article:
    article = Article.objects.create(desk=world.desk(), key=key, public=public)
    for language, (title, body) in texts.items():
        ArticleText.objects.create(
            article=article, language=language, version=1, title=title, body=body, published_at=world.NINE
        )
    return article


@pytest.fixture
def blank(service: Service) -> Article:
    return write("blank", en=("Blank pages", "Change the *toner*."), uk=("Порожні сторінки", "Замініть тонер."))


def test_answers_and_services_are_offered_for_words(client: Client, blank: Article, words: Words):
    for address in ("/?what=printer+blank", "/suggestions?what=printer+blank"):
        told = words(client.get(address))

        assert "Blank pages" in told
        assert "Printer" in told


def test_words_that_say_nothing_offer_nothing(client: Client, blank: Article):
    assert client.get("/suggestions?what=a").content.decode().count("<a ") == 1


def test_an_answer_is_read_in_ones_language_or_the_nearest(client: Client, blank: Article, words: Words):
    client.cookies["language"] = "uk"
    own = words(client.get("/answers/blank/"))
    client.cookies["language"] = "ru"
    other = words(client.get("/answers/blank/"))

    assert "Замініть тонер." in own
    assert "Change the toner ." in other


def test_what_is_for_the_lines_only_is_not_shown(client: Client, service: Service, words: Words):
    write("inside", public=False, en=("Printer passwords", "0000"))

    assert client.get("/answers/inside/").status_code == 404
    assert "Printer passwords" not in words(client.get("/answers/"))
    assert "Printer passwords" not in words(client.get("/suggestions?what=printer+passwords"))


@pytest.mark.parametrize(
    "written",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        '<img src=x onerror="alert(1)">',
        "![x](http://elsewhere.example/pixel.png)",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
    ],
)
def test_an_article_holds_words_and_links_and_nothing_that_acts(written: str):
    shown = markdown.html(written)

    assert not {"<script", "<img", 'href="javascript', 'href="data'} & {
        part for part in ("<script", "<img", 'href="javascript', 'href="data') if part in shown
    }
