"""`firstline journal verify` says that the journal holds, or names where it breaks and exits with 1."""

from __future__ import annotations

import argparse

import pytest

from firstline.cli import Parser, journal
from firstline.commands import progress
from firstline.core.journal.append import append
from firstline.core.journal.models import Entry
from firstline.core.tickets.models import Ticket
from tests import world
from tests.plugins.database import guards_lifted

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ticket(transactional_db: None) -> Ticket:
    """Return a resolved ticket, beside another one."""
    olga = world.person("Olga", team=world.team())
    world.ticket()
    made = world.ticket(held_by=olga)
    return progress.resolve(ticket_id=made.pk, by_id=olga.pk, how="New toner.", now=world.now(minutes=20))


def _options(*words: str) -> argparse.Namespace:
    parser = Parser(prog="firstline journal")
    journal.add_arguments(parser)
    return parser.parse_args(["verify", *words])


@pytest.mark.parametrize("words", [(), ("--replay",), ("--replay", "--processes", "2")])
def test_a_whole_journal_holds(ticket: Ticket, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]):
    assert journal.run(_options(*words)) == 0

    told = capsys.readouterr().out
    assert told.startswith("The journal holds")
    assert "4 entries in 2 chains" in told


def test_an_empty_journal_holds(transactional_db: None, capsys: pytest.CaptureFixture[str]):
    assert journal.run(_options("--replay")) == 0

    assert "0 entries in 0 chains" in capsys.readouterr().out


@pytest.mark.parametrize("words", [(), ("--replay",), ("--processes", "2")])
def test_the_first_broken_link_is_named(ticket: Ticket, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]):
    with guards_lifted():
        Entry.objects.filter(chain=ticket.chain, seq=2).update(happened_at=world.now(minutes=1))

    assert journal.run(_options(*words)) == 1

    told = capsys.readouterr().out
    assert f"{ticket.chain} breaks at 2: its happened_at was changed" in told
    assert "The journal does not hold; faults: 1" in told


def test_a_row_that_its_chain_does_not_give_is_named(ticket: Ticket, capsys: pytest.CaptureFixture[str]):
    Ticket.objects.filter(pk=ticket.pk).update(resolved_at=world.now(minutes=10), state="closed")

    assert journal.run(_options()) == 0
    assert journal.run(_options("--replay")) == 1

    told = capsys.readouterr().out
    assert f"(number {ticket.number}) differs: its state was changed" in told
    assert "its resolved_at was changed: the chain says 2026-03-02T09:20:00+00:00" in told


def test_entries_cut_off_a_chains_end_show_in_the_replay(ticket: Ticket, capsys: pytest.CaptureFixture[str]):
    with guards_lifted():
        Entry.objects.filter(chain=ticket.chain, seq=3).delete()

    assert journal.run(_options()) == 0
    assert journal.run(_options("--replay")) == 1

    assert "its state was changed: the chain says 'open', the row 'resolved'" in capsys.readouterr().out


def test_a_whole_chain_taken_away_shows_in_the_replay(ticket: Ticket, capsys: pytest.CaptureFixture[str]):
    with guards_lifted():
        Entry.objects.filter(chain=ticket.chain).delete()

    assert journal.run(_options("--replay")) == 1

    assert "differs: no chain tells of it" in capsys.readouterr().out


def test_a_row_taken_away_shows_in_the_replay(transactional_db: None, capsys: pytest.CaptureFixture[str]):
    append("ticket:77", "taken", by_id=None, at=world.NINE, recorded_at=world.NINE, facts={})

    assert journal.run(_options("--replay")) == 1

    assert "ticket:77 (number 771) differs: its row is missing" in capsys.readouterr().out
