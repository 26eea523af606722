"""What people write comes back as they wrote it, or is refused clearly: the strings that break other desks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from firstline.core.people.models import Person
from tests import world
from tests.api.calling import Program, of, problem

pytestmark = pytest.mark.django_db

OWN = [
    "👩‍👩‍👧‍👦 four bytes 🧾", "\u202eright to left\u202c", "\ufeffmarked", "e\u0301 and é", "tab\there",
    "ї і є ґ ё ъ", "\u0001control", "line\u2028and\u2029paragraph", "'; DROP TABLE tickets_ticket; --", "{{ 7*7 }}",
]  # fmt: skip


@pytest.fixture
def olga(db: None) -> Person:
    return world.person("Olga", team=world.front())


def said_and_read(program: Program, texts: list[str]) -> tuple[list[str], list[str]]:
    """Return the texts that were not refused, and what is read of them."""
    number = world.ticket().number
    kept = []
    for text in texts:
        answer = program.post(f"tickets/{number}/notes", {"text": text})
        if answer.status_code == 201:
            kept.append(text)
        else:
            assert problem(answer) == (422, "bad_input", "text")
    read: list[str] = []
    after = 0
    while page := of(program.get(f"tickets/{number}/messages?after={after}")):
        read += [message["text"] for message in page]
        after = page[-1]["id"]
    return kept, read[1:]


def test_texts_of_our_own_choice_come_back_unchanged(olga: Person):
    kept, read = said_and_read(Program(olga), OWN)

    assert (kept, read) == (OWN, OWN)


def test_naughty_strings_come_back_unchanged_or_are_refused(olga: Person, shared_data: Path):
    naughty = json.loads((shared_data / "security" / "naughty_strings_blns.json").read_text())
    formulas = json.loads((shared_data / "security" / "csv_formula_payloads.json").read_text())
    blank = [text for text in naughty if not text.strip()]
    strings = [text for text in [*naughty, *formulas] if text.strip()]
    # Several to a note: what is done to one string of a text would be done to all.
    texts = [*blank, *("\n--\n".join(strings[start : start + 6]) for start in range(0, len(strings), 6))]

    kept, read = said_and_read(Program(olga), texts)

    # Line ends are made one kind; everything else is as it was written.
    assert read == [text.replace("\r\n", "\n").replace("\r", "\n") for text in kept]
    assert kept == texts[len(blank) :]


def test_naughty_subjects_are_kept_as_one_line(olga: Person, shared_data: Path):
    naughty = json.loads((shared_data / "security" / "naughty_strings_blns.json").read_text())[::16]
    program = Program(olga)
    fitting = [text for text in naughty if text.strip() and len(text) <= 300]

    numbers = [of(program.post("tickets", {"text": "x", "subject": text}), 201)["number"] for text in fitting]

    subjects = [of(program.get(f"tickets/{number}"))["subject"] for number in numbers]
    assert subjects == [" ".join(text.split()) for text in fitting]
