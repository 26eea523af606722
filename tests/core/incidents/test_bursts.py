"""When alike tickets are a burst: what is alike, what is usual, what is far more."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from firstline.core.incidents.bursts import Came, alike, chance, unusual, usual_of

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def _came(subjects: list[str], *, service: int | None = 1, category: int | None = None, first: int = 1) -> list[Came]:
    return [Came(first + place, service, category, None, subject) for place, subject in enumerate(subjects)]


def test_tickets_of_one_service_that_share_a_word_are_alike():
    came = _came(["VPN drops", "the VPN is down", "Vpn again!", "no VPN here", "VPN", "The printer is out of toner"])

    (group,) = alike(came)

    assert (group.tickets, group.service_id, group.words) == ((1, 2, 3, 4, 5), 1, ("vpn",))


def test_inflected_words_are_one_word():
    came = _came(["Почта не приходит", "Нет почты", "Проблема с почтой", "почту не вижу", "Почта!"])

    assert [group.tickets for group in alike(came)] == [(1, 2, 3, 4, 5)]


def test_too_few_or_of_several_services_are_not_alike():
    assert alike(_came(["VPN"] * 4)) == []
    assert alike([*_came(["VPN"] * 3), *_came(["VPN"] * 3, service=2, first=9)]) == []
    assert alike(_came(["VPN"] * 9, service=None)) == []


def test_no_ticket_stands_in_two_groups():
    came = _came(["VPN is slow"] * 6, category=7)

    assert [(group.service_id, group.category_id) for group in alike(came)] == [(1, 7)]


def test_what_is_usual_is_the_mean_of_the_days_or_of_the_same_weekdays():
    every_day = [NOW - timedelta(days=day, minutes=5) for day in range(1, 29)]
    mondays = [NOW - timedelta(days=7 * week, minutes=5) for week in range(1, 5)]

    assert usual_of([], NOW) == 0
    assert usual_of(every_day, NOW) == 1
    assert usual_of([*mondays, *mondays, *mondays], NOW) == 3


def test_far_more_than_usual_is_unusual():
    assert unusual(5, 0.2)
    assert not unusual(4, 0)
    assert not unusual(5, 1.7)
    assert not unusual(14, 5)
    assert unusual(16, 5)


@given(st.integers(1, 60), st.floats(0.01, 40))
def test_the_chance_is_that_of_poisson(n: int, usual: float):
    exactly = 1 - sum(math.exp(-usual + k * math.log(usual) - math.lgamma(k + 1)) for k in range(n))

    assert math.isclose(chance(n, usual), max(0.0, exactly), abs_tol=1e-9)
