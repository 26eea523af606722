"""What the order of the queue guarantees, as docs/features/order.md states it, over random pairs of tickets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from firstline.core.ownership.ranks import STEPS, standing, virtual_deadline
from tests.world import NINE

LEVEL = 2 ** (1 / STEPS)
MANY = settings(max_examples=1500, deadline=None)


@dataclass(frozen=True)
class Waiting:
    """A workable ticket: how long ago it came, how long it was promised, its service's weight and guard."""

    ago: int
    span: int
    weight: int
    guarded: bool

    @property
    def due(self) -> int:
        """Seconds from now to its deadline."""
        return self.span - self.ago

    @property
    def virtual(self) -> float:
        """Seconds from now to its virtual deadline."""
        due_at = NINE + timedelta(seconds=self.due)
        return (virtual_deadline(due_at, timedelta(seconds=self.span), guarded=self.guarded) - NINE).total_seconds()

    @property
    def overdue(self) -> bool:
        return self.due <= 0

    @property
    def share(self) -> float:
        """Its weighed overdue share."""
        return max(-self.due, 0) / self.span * self.weight

    @property
    def rank(self) -> int:
        return standing(
            "open", due_at=NINE + timedelta(seconds=self.due), span=timedelta(seconds=self.span), now=NINE,
            weight=self.weight, guarded=self.guarded,
        ).rank  # fmt: skip


# Even spans, so that the middle of a promise is a whole second, as ranks count.
tickets = st.builds(
    Waiting, ago=st.integers(0, 400_000), span=st.integers(30, 100_000).map(lambda half: half * 2),
    weight=st.integers(1, 20), guarded=st.booleans(),
)  # fmt: skip
Pair = tuple[Waiting, Waiting]
pairs = st.tuples(tickets, tickets)


@MANY
@given(pair=pairs)
def test_what_has_a_later_virtual_deadline_comes_first_only_before_what_is_overdue_and_unguarded(pair: Pair):
    a, b = pair
    if not (a.virtual < b.virtual and b.rank < a.rank):
        return  # the theorem says nothing of this pair

    assert a.overdue
    assert not a.guarded
    if b.guarded:
        assert b.virtual <= 0
    else:
        assert b.overdue
        assert b.share * LEVEL >= a.share or a.share < 1 / 16


@MANY
@given(pair=pairs)
def test_no_guarded_ticket_waits_behind_a_later_virtual_deadline_whatever_the_load(pair: Pair):
    a, b = pair
    if not (a.guarded and a.virtual < b.virtual):
        return  # the theorem says nothing of this pair

    assert a.rank < b.rank


@MANY
@given(pair=pairs)
def test_nothing_unguarded_that_came_after_the_middle_of_a_guarded_promise_is_offered_before_it(pair: Pair):
    a, b = pair
    if not (a.guarded and not b.guarded and -b.ago > a.virtual):
        return  # the theorem says nothing of this pair

    assert a.rank < b.rank


@MANY
@given(pair=pairs)
def test_what_overtakes_an_overdue_ticket_has_itself_waited_the_longer_the_longer_that_is_overdue(pair: Pair):
    a, b = pair
    if not (a.overdue and not a.guarded and not b.guarded and a.due < b.due and b.rank < a.rank and a.share >= 1 / 16):
        return  # the theorem says nothing of this pair

    assert b.ago >= b.span * (1 + a.share / (1.19 * b.weight)) - 1
