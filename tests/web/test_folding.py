"""Folding the constant parts of a template changes nothing of what it says, in any language."""

from __future__ import annotations

import pytest
from django.template import Context, Engine, NodeList, Template
from django.template.base import TextNode
from django.template.loader import get_template
from django.utils import translation

from firstline.web.folding import Folded, fold

SOURCE = """{% load i18n static frame %}<a href="{% static 'favicon.svg' %}">{% icon "send" %}{% translate "Queue" %}</a>
{% if who %}<p>{% translate "Ticket" %} <b>{{ who }}</b> {% icon sign %}{% url 'console:queue' %}</p>{% else %}-{% endif %}
{% for one in many %}<i>{% translate "Views" %}{{ one }}</i>{% empty %}<i>{% translate "Keys" as word %}{{ word }}</i>{% endfor %}
{% url 'console:ticket' number %}{# nothing #}{% comment %}nor this{% endcomment %}"""  # noqa: E501
GIVEN = ({"who": "<Ann>", "sign": "x", "many": [1, 2], "number": 7}, {"number": 8})


def _compiled() -> Template:
    return Template(SOURCE, engine=Engine.get_default())


def test_a_folded_template_says_the_same_in_every_language() -> None:
    plain, folded = _compiled(), _compiled()
    fold(folded.nodelist)

    for language in ("en", "ru", "uk", "en"):
        with translation.override(language):
            for values in GIVEN:
                assert folded.render(Context(values)) == plain.render(Context(values))


def test_what_is_constant_becomes_one_piece() -> None:
    template = _compiled()

    fold(template.nodelist)

    first = template.nodelist[0]
    assert isinstance(first, Folded)
    with translation.override("ru"):
        assert first.render(Context()).startswith('<a href="/static/')


def test_texts_alone_are_joined_without_asking_for_the_language() -> None:
    nodes = NodeList([TextNode("a"), TextNode("b")])

    fold(nodes)

    assert [node.s for node in nodes if isinstance(node, TextNode)] == ["ab"]


@pytest.mark.parametrize("name", ["console/queue.html", "console/ticket/page.html", "portal/base.html", "404.html"])
def test_the_templates_of_pages_come_folded(name: str) -> None:
    template = get_template(name).template  # type: ignore[attr-defined]

    assert template.folded
