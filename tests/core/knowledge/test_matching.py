"""Answers are found by the beginnings of words, whatever their endings."""

from __future__ import annotations

import pytest

from firstline.core.knowledge import matching

TEXTS = [
    ("paper", "The printer is out of paper", "Open the tray and fill it."),
    ("password", "I forgot my password", "Ask for a new one on the sign-in page."),
    ("printer", "Принтер не печатает", "Проверьте бумагу и провод."),
    ("check", "Каса не друкує чек", "Перезавантажте касу, перевірте папір."),
]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("my passwords are gone", ["password"]),
        ("принтеру нужна бумага", ["printer"]),
        ("касі чеки", ["check"]),
        ("prin", ["paper"]),
        ("it", []),
        ("", []),
        ("zebra crossing", []),
    ],
)
def test_texts_that_hold_half_of_the_words_are_found(words: str, found: list[str]):
    assert matching.ranked(words, TEXTS) == found


def test_a_title_weighs_more_than_a_body_and_ties_keep_their_order():
    texts = [("body", "Something", "about printers"), ("title", "Printers", ""), ("second", "Printers too", "")]

    assert matching.ranked("printer", texts) == ["title", "second", "body"]
