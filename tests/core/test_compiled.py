"""A compiled queryset finds what the queryset itself would find, whatever it is given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.test.utils import CaptureQueriesContext

from firstline.core.compiled import Fixed, Given, compiled, filled
from firstline.core.people.models import Person, Team
from firstline.core.people.rights import Scope
from firstline.core.tickets.models import Ticket
from tests import world

pytestmark = pytest.mark.django_db


def _tickets(scope: Scope, among: Sequence[int] | None) -> QuerySet[Ticket]:
    tickets = Ticket.objects.filter(Q(team_id__in=scope.teams) | Q(requester_id=scope.person_id))
    tickets = tickets if among is None else tickets.filter(pk__in=among)
    columns = ("subject", "team__name", "requester__name", "requester__organisation__name", "assignee__name")
    named = tickets.select_related("team", "requester__organisation", "assignee").only(*columns)
    return named.annotate(line=F("team__line")).order_by("pk")


def _with(team: Team) -> Ticket:
    ticket = world.ticket()
    Ticket.objects.filter(pk=ticket.pk).update(team=team)
    return ticket


def _row(row: Any) -> Any:
    if row is None:
        return None
    tied = {name: _row(other) for name, other in row._state.fields_cache.items()}
    return {name: value for name, value in vars(row).items() if name != "_state"}, tied


def test_it_makes_the_rows_that_the_queryset_makes() -> None:
    team, other = world.team(), world.team("Engineers", line=2)
    ids = [_with(where).pk for where in (team, team, other)]
    asked = compiled(_tickets)

    for scope in (Scope(None, teams=frozenset({team.pk})), Scope(1, teams=frozenset({team.pk, other.pk})), Scope(None)):
        for among in (None, ids, ids[:1], filled(ids), []):
            expected = [_row(row) for row in _tickets(scope, among)]
            assert [_row(row) for row in asked(scope, among)] == expected


def test_values_come_as_lines_and_the_first_alone() -> None:
    team = world.team()
    names = compiled(lambda ids: Team.objects.filter(pk__in=ids).order_by("pk").values_list("pk", "name"))

    assert [tuple(line) for line in names(filled([team.pk]))] == [(team.pk, team.name)]
    assert names.first([-5]) is None


def test_numbers_of_every_size_are_values() -> None:
    front = world.team()
    ticket = _with(front)
    asked = compiled(lambda priority, line: Ticket.objects.filter(priority=priority, team__line__gte=line))

    assert asked(ticket.priority, front.line) == [ticket]
    assert asked(ticket.priority, front.line + 1) == []
    assert asked(ticket.priority + 1, 0) == []


def test_one_statement_serves_all_values_of_a_form() -> None:
    built: list[int] = []

    def people(ids: Sequence[int]) -> QuerySet[Person]:
        built.append(len(ids))
        return Person.objects.filter(pk__in=ids)

    asked = compiled(people)
    for ids in ([1], [2], [3], [1, 2], [8, 9]):
        asked(ids)

    assert built == [1, 1, 2, 2]  # each form twice, with two sets of numbers


def test_what_is_the_same_for_all_stands_in_the_statement() -> None:
    world.team("100% 'ours'")
    asked = compiled(lambda pk: Team.objects.filter(name="100% 'ours'", front=True).exclude(pk=pk))

    with CaptureQueriesContext(connection) as statements:
        [found] = asked(0)

    assert found.name == "100% 'ours'"
    assert "100% ''ours''" in statements[0]["sql"]


def test_a_given_text_is_a_value_and_any_other_is_a_form() -> None:
    ann, bob = world.person("Ann"), world.person("Bob")
    asked = compiled(lambda name: Person.objects.filter(name=name))

    assert asked(Given("Ann")) == [ann]
    assert asked(Given("Bob")) == [bob]
    assert asked("Ann") == [ann]


def test_a_function_that_asks_what_a_value_is_is_refused() -> None:
    paged = compiled(lambda size: Person.objects.all()[:size])

    with pytest.raises(TypeError, match="make them Fixed"):
        paged(3)

    assert paged(Fixed(3)) == []


def test_an_instant_is_neither_value_nor_form() -> None:
    asked = compiled(lambda at: Person.objects.filter(ended_at__gt=at))

    with pytest.raises(TypeError, match="datetime"):
        asked(datetime(2026, 3, 2, tzinfo=UTC))


def test_sql_written_by_hand_is_kept_likewise() -> None:
    @compiled
    def counted(team_id: int) -> tuple[str, list[Any]]:
        held = Ticket.objects.filter(team_id=team_id, pk=OuterRef("pk"))
        sql, values = Ticket.objects.filter(Exists(held)).values("pk").query.sql_with_params()
        return f"SELECT COUNT(*), '100%%' FROM ({sql}) held", list(values)

    team = world.team()
    _with(team)

    assert [tuple(line) for line in counted(team.pk)] == [(1, "100%")]
    assert [tuple(line) for line in counted(0)] == [(0, "100%")]
