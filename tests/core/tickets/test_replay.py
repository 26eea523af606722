"""Every column of a ticket is replayed from its chain, or is named with the reason why not."""

from __future__ import annotations

from pathlib import Path

from firstline.core.tickets import life
from firstline.core.tickets.models import Ticket
from firstline.core.tickets.replay import NOT_REPLAYED

ADR = Path(__file__).resolve().parents[3] / "docs" / "adr" / "0005-journal.md"


def test_every_column_is_replayed_or_named_as_not():
    columns = {field.attname for field in Ticket._meta.concrete_fields}
    replayed = {"resolution_id" if name == "resolution" else name for name in life.COLUMNS}

    assert columns == replayed | NOT_REPLAYED
    assert not replayed & NOT_REPLAYED


def test_every_column_that_is_not_replayed_has_its_reason_written_down():
    listed = ADR.read_text().partition("| column | why |")[2].partition("\n\n")[0]

    assert {name for name in NOT_REPLAYED if f"`{name.removesuffix('_id')}`" not in listed} == set()
