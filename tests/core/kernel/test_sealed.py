"""Secrets are sealed at rest, and opened with the same key only."""

import pytest

from firstline.core.kernel import sealed


def test_what_is_sealed_is_opened_with_the_same_key_and_does_not_show():
    box = sealed.seal("пароль", "key one")

    assert "пароль" not in box
    assert box != sealed.seal("пароль", "key one")
    assert sealed.opened(box, "key one") == "пароль"


def test_another_key_opens_nothing():
    with pytest.raises(sealed.Unopened, match="enter it again"):
        sealed.opened(sealed.seal("secret", "key one"), "key two")


def test_no_secret_is_no_secret():
    assert sealed.seal("", "key") == sealed.opened("", "key") == ""
