"""Patterns that people type in: what they find, and that no text makes them slow."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstline.core.mail.patterns import BadPattern, Pattern

PIECES = st.sampled_from(
    ["a", "b", ".", "(a|b)", "[ab]", "[^a]", "a*", "b+", "?", "*", "{1,2}", "{2,}", "|", "(ab)", r"\w", r"\S", r"\."]
)


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("колесо", "НОВОЕ КОЛЕСО", True),
        (r"^inv.*\d{3,5}$", "INVoice 1234", True),
        (r"^inv.*\d{3,5}$", "INVoice 12", False),
        ("(foo|ba[rz])+x", "bazbarx", True),
        (r"\D", "12", False),
        ("[]a]", "]", True),
        ("", "", True),
        ("^$", "a", False),
        ("a.b", "a\nb", False),
    ],
)
def test_a_pattern_finds_what_it_says(pattern: str, text: str, found: bool):
    assert Pattern(pattern).found_in(text) is found


@given(st.lists(PIECES, max_size=7).map("".join), st.text("ab.\nc", max_size=8))
def test_it_agrees_with_the_usual_engine(pattern: str, text: str):
    try:
        usual = re.compile(pattern, re.IGNORECASE)
        ours = Pattern(pattern)
    except (re.error, BadPattern):
        return

    assert ours.found_in(text) == bool(usual.search(text))


@pytest.mark.parametrize("pattern", ["(a*)*b", "(a+a+)+b", "(a|a)*b", "(a{0,9}){0,9}b", "^(.*)*(.*)*b$"])
def test_patterns_that_hang_other_engines_end_soon(pattern: str):
    began = time.process_time()

    assert not Pattern(pattern).found_in("a" * 20_000)
    assert time.process_time() - began < 3


@pytest.mark.parametrize(
    "pattern", ["(", "[a", "*", "a{1000}", "(?=x)", r"\1", "a{x}", ")", "[z-a]", "x" * 501, "(a{99}){99}", "(" * 99]
)
def test_what_is_no_pattern_is_refused(pattern: str):
    with pytest.raises(BadPattern):
        Pattern(pattern)
