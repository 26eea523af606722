"""Which language a text is taken for."""

from __future__ import annotations

import pytest

from firstline.core.kernel.tongues import guessed

ALL = ("en", "ru", "uk")


@pytest.mark.parametrize(
    ("text", "known", "language"),
    [
        ("The printer is broken", ALL, "en"),
        ("Принтер не работает, это срочно", ALL, "ru"),
        ("Принтер не працює, будь ласка допоможіть", ALL, "uk"),
        ("Дякую за допомогу", ALL, "uk"),
        ("Не печатает касса", ALL, "ru"),
        ("Не печатает касса", ("uk", "en"), "uk"),
        ("Der Drucker geht nicht", ("ru",), "ru"),
        ("?!", ("uk", "en"), "uk"),
        ("", (), "en"),
        ("Outlook 2019: не работает почта", ALL, "ru"),
    ],
)
def test_a_text_is_taken_for_a_language_the_desk_speaks(text: str, known: tuple[str, ...], language: str):
    assert guessed(text, known) == language
