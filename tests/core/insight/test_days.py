"""What a day's tickets come to."""

from __future__ import annotations

from decimal import Decimal

from firstline.core.insight.days import Seen, Sums, share, summed

PLAIN = Seen(1, 1, 5, None, None, 9, True, 0, 0, 4, True, 600, Decimal("10.00"))


def test_tickets_are_summed_by_team_and_by_what_they_are_about():
    found = summed([PLAIN, PLAIN._replace(hand_overs=1, kept=False, score=None), PLAIN._replace(resolved=False)])

    whole = Sums(
        opened=3, resolved=2, judged=3, kept=2, first_contact=1, rated=2, score=8, spent=1800, cost=Decimal(30)
    )
    assert found["all", 1, 0] == found["service", 1, 5] == found["organisation", 1, 9] == whole
    assert found["site", 1, 0] == whole


def test_first_contact_is_a_first_line_without_hand_over_or_reopening():
    tickets = [PLAIN, PLAIN._replace(line=2), PLAIN._replace(reopenings=1), PLAIN._replace(resolved=False)]

    assert summed(tickets)["all", 1, 0].first_contact == 1


def test_a_share_of_nothing_is_none():
    assert (share(1, 4), share(0, 0)) == (25.0, None)
