"""The entries of a story as sentences."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import translation

from firstline.core.insight.timeline import Moment
from firstline.core.tickets.life import APPLY
from firstline.web.console.ticket.kinds import KINDS
from firstline.web.console.ticket.seals import seals
from firstline.web.console.ticket.told import groups, sentence
from tests.world import NINE


def moment(kind: str, seq: int = 1, **more: object) -> Moment:
    facts = {
        "until": "2026-03-03T09:00:00+00:00", "holding": 4, "keeps_control": True, "state": "open", "seconds": 5400,
        "score": 5, "into": 1001, "ticket": 1001, "priority": 1, "was": {"priority": 3}, "closing": "silence",
    }  # fmt: skip
    values: dict[str, object] = {
        "by_id": 1,
        "by": "Olga <b>",
        "facts": facts,
        "persons": {"person_id": "Ben"},
        "teams": {"to": "POS"},
    }
    values["recorded_at"] = NINE
    return Moment(seq=seq, kind=kind, at=NINE, **{**values, **more})  # type: ignore[arg-type]


def test_every_kind_of_fact_has_its_words():
    assert set(APPLY) - set(KINDS) == set()


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("language", ["en", "ru", "uk"])
def test_every_kind_reads_as_a_sentence_with_names_escaped(kind: str, language: str):
    with translation.override(language):
        said = str(sentence(moment(kind)))

    assert "<b>" not in said
    assert "{" not in said


def test_small_changes_that_stand_together_fold_and_others_do_not():
    story = [
        moment("taken", 1),
        *(moment("tagged", seq) for seq in (2, 3, 4)),
        moment("resolved", 5),
        moment("tagged", 6),
    ]

    found = [(len(group.lines), group.folded) for group in groups(story, asker_id=9)]

    assert found == [(1, False), (3, True), (1, False), (1, False)]


def test_what_was_recorded_later_than_it_happened_says_so():
    late = moment("resolved", recorded_at=NINE + timedelta(hours=2))

    lines = [line for group in groups([moment("taken"), late], asker_id=9) for line in group.lines]

    assert [line.late_recorded for line in lines] == [False, True]
    assert "11:00:00" in lines[1].recorded


@pytest.mark.parametrize(("standard", "signature", "asked"), [("S/MIME", "valid", False), ("PGP", "valid", True)])
def test_a_signature_says_that_nobody_asked_whether_its_certificate_was_revoked(standard, signature, asked):
    told = seals({"standard": standard, "signature": signature, "signers": ["rita@example.org"]})

    assert [bool(each.but) for each in told] == [not asked]
