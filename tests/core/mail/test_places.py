"""Named places: filled once, and nothing else can be done with them."""

from __future__ import annotations

import pytest

from firstline.core.mail import places


@pytest.mark.parametrize("text", ["", "Hello {reader}, see {number}.", "{text}", "50 % off"])
def test_known_places_may_stand(text: str):
    places.check(text)


@pytest.mark.parametrize("text", ["{nobody}", "{{ number }}", "{% load x %}", "{number", "number}", "{0}", "{by.name}"])
def test_anything_else_in_braces_is_refused(text: str):
    with pytest.raises(places.BadPlace):
        places.check(text)


def test_what_is_filled_in_is_not_read_for_places_again():
    assert places.filled("{by}: {text}", {"by": "{text}", "text": "{number}"}) == "{text}: {number}"
