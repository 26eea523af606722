"""Rules choose agreements in order; the database, the test box and the explanation say the same."""

from datetime import date, timedelta
from itertools import product

import pytest

from firstline.commands import classification
from firstline.commands.setup import agreement_rules, agreements
from firstline.commands.setup.desks import KeyTaken
from firstline.core.kernel.refusals import BadInput, NotAllowed, NotThere
from firstline.core.sla import agreed, queries
from firstline.core.sla.choice import Asked
from firstline.core.sla.models import AgreementRule, AgreementVersion, Clock
from tests import world

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def boss():
    world.agreement()
    return world.person("Boss", role=world.Role.DESK_MANAGER, over=world.desk())


def added(boss, agreement, **conditions):
    return agreement_rules.add_rule(
        desk_id=world.desk().pk, agreement_id=agreement.agreement_id, by_id=boss.pk, now=world.NINE, **conditions
    )


def test_the_first_rule_whose_conditions_hold_chooses_and_is_named_by_the_clock(boss):
    quick, slow = world.agreement("Quick"), world.agreement("Slow")
    tills = world.service("tills")
    rule = added(boss, quick, service_id=tills.pk, kind="incident")
    added(boss, slow, service_id=tills.pk)

    ticket = world.ticket(service_id=tills.pk)
    other = world.ticket(service_id=tills.pk, kind="question")

    assert set(Clock.objects.filter(ticket=ticket).values_list("agreement", "rule")) == {(quick.pk, rule.pk)}
    assert set(Clock.objects.filter(ticket=other).values_list("agreement", flat=True)) == {slow.pk}
    assert world.newest(ticket).facts["rule"] == rule.pk


def test_without_a_rule_that_holds_the_closest_promise_binds(boss):
    gold = world.contract(world.organisation()).tier
    closest = world.agreement("Gold", tier=gold)
    added(boss, world.agreement("Other"), priority=1)

    ticket = world.ticket(requester=world.person("Rita", organisation=world.organisation()))

    clocks = Clock.objects.filter(ticket=ticket)
    assert {(clock.agreement_id, clock.rule_id) for clock in clocks} == {(closest.pk, None)}


def test_another_kind_may_bring_another_promise_with_the_reason(boss):
    questions = world.agreement("Questions", service=world.service("odd"), targets={"resolve": 100_000})
    added(boss, questions, kind="question")
    ticket = world.ticket(held_by=(olga := world.person("Olga", team=world.front())))

    classification.reclassify(ticket_id=ticket.pk, by_id=olga.pk, kind="question", now=world.now(minutes=5))

    resolve = Clock.objects.filter(ticket=ticket, kind="resolve").order_by("pk")
    assert [(clock.state, clock.why, clock.started_at) for clock in resolve] == [
        ("ended", "reclassified", world.NINE),
        ("running", "", world.NINE),
    ]


def test_an_edit_is_a_new_version_and_old_promises_stay_as_given(boss):
    first = AgreementVersion.objects.get()
    ticket = world.ticket()
    before = list(Clock.objects.filter(ticket=ticket).values_list("kind", "agreement", "due_at"))

    changed = agreements.change_agreement(
        agreement_id=first.agreement_id, targets={3: {"resolve": world.now(hours=1) - world.NINE}}, by_id=boss.pk,
        now=world.now(minutes=1),
    )  # fmt: skip
    later = world.ticket(at=world.now(minutes=2))

    assert list(Clock.objects.filter(ticket=ticket).values_list("kind", "agreement", "due_at")) == before
    assert set(Clock.objects.filter(ticket=later).values_list("kind", "agreement")) == {("resolve", changed.pk)}


def test_rules_change_places_and_end(boss):
    one, two = added(boss, world.agreement("A"), priority=1), added(boss, world.agreement("B"), priority=2)

    agreement_rules.move_rule(rule_id=two.pk, by_id=boss.pk, up=True, now=world.NINE)
    order = [rule.pk for rule in agreed.rules(world.desk().pk)]
    with world.refused(agreement_rules.AtTheEnd):
        agreement_rules.move_rule(rule_id=two.pk, by_id=boss.pk, up=True, now=world.NINE)
    agreement_rules.end_rule(rule_id=two.pk, by_id=boss.pk, now=world.NINE)

    assert order == [two.pk, one.pk]
    assert [rule.pk for rule in agreed.rules(world.desk().pk)] == [one.pk]
    with world.refused(NotThere):
        agreement_rules.end_rule(rule_id=two.pk, by_id=None, now=world.NINE)


def test_a_rule_that_makes_no_sense_or_is_not_ones_to_make_is_refused(boss):
    plain = AgreementVersion.objects.get()
    of_team = world.agreement("OLA", team=world.front(), targets={"accept": 60})
    olga = world.person("Olga", team=world.front())
    elsewhere = world.service("x", of=world.desk("hr"))

    with world.refused(agreement_rules.NoCondition):
        added(boss, plain)
    with world.refused(NotThere):
        added(boss, of_team, priority=1)
    with world.refused(NotThere):
        added(boss, plain, service_id=elsewhere.pk)
    with world.refused(BadInput):
        added(boss, plain, kind="complaint")
    with world.refused(NotAllowed):
        added(olga, plain, priority=1)


def test_the_database_chooses_as_the_explanation_says(boss):
    """Every combination of customer, service, kind and priority, against rules of every sort."""
    gold = world.contract(world.organisation()).tier
    tills, mail = world.service("tills"), world.service("mail")
    other = world.organisation("Other (demo)")
    names = [world.agreement(name) for name in "ABCDE"]
    world.agreement("Gold", tier=gold)
    world.agreement("Gold tills", tier=gold, service=tills)
    world.agreement("Mail", service=mail)
    added(boss, names[0], organisation_id=other.pk, priority=1)
    added(boss, names[1], tier_id=gold.pk, kind="question")
    added(boss, names[2], service_id=tills.pk, priority=2)
    added(boss, names[3], kind="request", priority=4)
    ended = added(boss, names[4], priority=3)
    agreements.end_agreement(agreement_id=names[4].agreement_id, by_id=boss.pk, now=world.NINE)
    known = agreed.agreed(world.desk().pk)

    customers = [(None, None), (world.organisation().pk, gold.pk), (other.pk, None)]
    cases = list(product(customers, (None, tills.pk, mail.pk), ("incident", "request", "question"), (1, 2, 3, 4)))
    for (organisation, tier), service, kind, priority in cases:
        found = queries.agreement_for(
            desk_id=world.desk().pk, organisation_id=organisation, service_id=service, on=date(2026, 3, 2), kind=kind,
            priority=priority,
        )  # fmt: skip
        chosen = known.choose(Asked(organisation, tier, service, kind, priority))
        assert found is not None
        assert (found.agreement_id, getattr(found, "rule_id", None)) == (
            chosen.agreement_id, chosen.rule.pk if chosen.rule else None,
        )  # fmt: skip
    assert AgreementRule.objects.filter(pk=ended.pk, ended_at=None).exists()


def copied(boss, of, **more):
    given = {
        "agreement_id": of.agreement_id, "name": "Gold, tills", "calendar_id": of.calendar.calendar_id,
        "targets": {3: {"resolve": HOUR}}, "by_id": boss.pk, "now": world.NINE, **more,
    }  # fmt: skip
    return agreement_rules.copy_agreement(**given)


def test_a_copy_holds_for_its_service_and_kind_only_and_is_nobodys_closest_promise(boss):
    northwind, tills = world.organisation(), world.service("tills")
    gold = world.agreement("Gold", tier=world.contract(northwind).tier)
    added(boss, world.agreement("Slow", service=tills), service_id=tills.pk)
    rita = world.person("Rita", organisation=northwind)

    rule = copied(boss, gold, service_id=tills.pk, kind="incident")

    def bound(whom, **asked):
        clocks = Clock.objects.filter(ticket=world.ticket(requester=whom, **asked), kind="resolve")
        return clocks.values_list("agreement__agreement__name", "budget_for", "rule__position").get()

    assert (rule.position, rule.tier) == (1, gold.agreement.tier)
    assert bound(rita, service_id=tills.pk, kind="incident") == ("Gold, tills", HOUR, 1)
    assert bound(rita, service_id=tills.pk, kind="question") == ("Slow", timedelta(hours=8), 2)
    assert bound(rita, kind="incident") == ("Gold", timedelta(hours=8), None)
    assert bound(world.person("Otto"), kind="incident") == ("Standard", timedelta(hours=8), None)
    asked = Asked(northwind.pk, gold.agreement.tier_id, None, "incident", 3)
    assert agreed.agreed(world.desk().pk).choose(asked).agreement_id == gold.agreement_id


def test_a_copy_of_the_promise_to_everybody_is_asked_last(boss):
    gold = world.agreement("Gold", tier=world.contract(world.organisation()).tier)
    first = added(boss, gold, tier_id=gold.agreement.tier_id)

    rule = copied(boss, world.agreement(), name="Questions", kind="question")

    assert [each.pk for each in AgreementRule.objects.order_by("position")] == [first.pk, rule.pk]


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({}, agreement_rules.NoCondition),
        ({"kind": "incident", "name": "Standard"}, KeyTaken),
        ({"kind": "incident", "targets": {}}, BadInput),
        ({"kind": "wish"}, BadInput),
        ({"service_id": 999}, NotThere),
        ({"kind": "incident", "agreement_id": 999}, NotAllowed),
    ],
)
def test_a_copy_that_cannot_be_is_refused_and_nothing_is_written(boss, changed, refusal):
    own = AgreementVersion.objects.get()

    with world.refused(refusal):
        copied(boss, own, **changed)


def test_only_who_manages_the_desk_copies_an_agreement(boss):
    with world.refused(NotAllowed):
        copied(world.person("Olga", team=world.front()), AgreementVersion.objects.get(), kind="incident")
