"""What is promised, set up on screen: agreements, rules and their test box, tiers, contracts, escalation, calendars."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from firstline.core.people.models import Person
from firstline.core.services.models import Contract, Tier
from firstline.core.sla.models import Agreement, AgreementRule, AgreementVersion, CalendarVersion, EscalationRule
from tests import world
from tests.web.console.staff import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager() -> Person:
    world.agreement()
    return world.person("Maria", role=world.Role.DESK_MANAGER, over=world.front().desk)


@pytest.fixture
def browser(manager: Person) -> Client:
    return signed_in(manager)


def at(name: str, *args: object) -> str:
    return reverse(f"setup:{name}", args=["it", *args])


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_an_agreement_is_made_and_changed_into_a_new_version(browser: Client):
    calendar = world.calendar().calendar_id
    made = browser.post(
        at("agreement-new"), {"name": "Gold", "tier": "", "service": "", "calendar": calendar, "resolve_1": "4:30"}
    )
    own = Agreement.objects.get(name="Gold")

    changed = browser.post(at("agreement", own.pk), {"calendar": calendar, "resolve_1": "90", "take_2": "15"})

    versions = AgreementVersion.objects.filter(agreement=own).order_by("version").values_list("targets", flat=True)
    assert (made.status_code, changed.status_code) == (302, 302)
    assert [{p: kinds for p, kinds in targets.items() if kinds} for targets in versions] == [
        {"1": {"resolve": 16200}},
        {"1": {"resolve": 5400}, "2": {"take": 900}},
    ]


def test_other_times_for_a_service_are_a_copy_and_its_rule_in_one_step(browser: Client):
    own, mail = AgreementVersion.objects.get(), world.service("mail")
    times = {"calendar": own.calendar.calendar_id, "resolve_3": "2:00"}

    form = text(browser.get(at("agreement-copy", own.agreement_id)))
    refused = browser.post(at("agreement-copy", own.agreement_id), {"name": "Mail", "service": "", **times})
    done = browser.post(
        at("agreement-copy", own.agreement_id), {"name": "Mail", "service": mail.pk, "kind": "incident", **times},
        follow=True,
    )  # fmt: skip

    assert 'value="8:00"' in form
    assert refused.status_code == 422
    assert "Name the service, the kind or the priority" in text(refused)
    assert "The copy is made, and a rule chooses it." in text(done)
    rule = AgreementRule.objects.get()
    assert (rule.service, rule.kind, rule.agreement.name, rule.agreement.by_rule_only) == (
        mail,
        "incident",
        "Mail",
        True,
    )
    assert "where a rule chooses it" in text(browser.get(at("agreements")))


def test_what_a_team_promises_is_not_copied(browser: Client):
    ola = world.agreement("OLA", team=world.team("Second line", line=2), targets={"accept": 900})

    assert browser.get(at("agreement-copy", ola.agreement_id)).status_code == 404
    assert "Other times for a service" not in text(browser.get(at("agreement", ola.agreement_id)))


def test_what_cannot_be_promised_is_refused_beside_its_field(browser: Client):
    calendar = world.calendar().calendar_id

    nonsense = browser.post(at("agreement-new"), {"name": "X", "calendar": calendar, "resolve_1": "soon"})
    nothing = browser.post(at("agreement-new"), {"name": "X", "calendar": calendar})

    assert (nonsense.status_code, nothing.status_code) == (422, 422)
    assert "4:30" in text(nonsense)
    assert not Agreement.objects.filter(name="X").exists()


def test_a_teams_promise_is_made_on_a_page_of_its_own(browser: Client):
    second = world.team("Second line", line=2)

    browser.post(
        at("agreement-team"),
        {"name": "OLA", "team": second.pk, "calendar": world.calendar().calendar_id, "accept_1": "30"},
    )

    assert Agreement.objects.get(name="OLA").team == second


def test_rules_are_added_moved_tried_and_ended(browser: Client):
    tills, mail = world.service("tills"), world.service("mail")
    own = Agreement.objects.get()
    for service in (tills, mail):
        browser.post(at("rule-new"), {"service": service.pk, "agreement": own.pk})
    first, second = AgreementRule.objects.order_by("position")

    browser.post(at("rule-move", second.pk), {"way": "up"})
    tried = text(browser.get(at("rules"), {"kind": "incident", "priority": "3", "service": str(tills.pk)}))
    closest = text(browser.get(at("rules"), {"kind": "incident", "priority": "3"}))
    browser.post(at("rule-end", first.pk))

    assert "Chosen by rule 2" in tried
    assert "Rule 1 was passed over: it asks for another value of the service." in tried
    assert "promise to everybody" in closest
    assert list(AgreementRule.objects.filter(ended_at=None)) == [second]


def test_a_rule_without_a_condition_is_refused(browser: Client):
    answer = browser.post(at("rule-new"), {"agreement": Agreement.objects.get().pk})

    assert answer.status_code == 422
    assert "at least one condition" in text(answer)


def test_a_tier_with_its_price_a_contract_and_their_comparison(browser: Client):
    price = {
        "currency": "EUR", "price_monthly": "100", "price_ticket": "5", "price_overtime_hour": "60", "penalty": "20",
        "penalty_cap": "50", "included_tickets": "10",
    }  # fmt: skip
    browser.post(at("tier-new"), {"name": "Gold", **price})
    tier = Tier.objects.get(name="Gold")
    browser.post(at("tier", tier.pk), {**price, "price_monthly": "120"})
    customer = world.organisation()
    browser.post(at("contract-new"), {"organisation": customer.pk, "tier": tier.pk, "starts_on": "2026-01-01"})
    world.ticket(requester=world.person("Rita", organisation=customer))

    compared = text(browser.get(at("comparison"), {"organisation": customer.pk}))
    contract = Contract.objects.get()
    browser.post(at("contract-end", contract.pk))

    tier.refresh_from_db()
    contract.refresh_from_db()
    assert [int(tier.price_monthly), int(tier.penalty), tier.penalty_cap] == [120, 20, 50]
    assert "360.00\N{NO-BREAK SPACE}EUR" in compared
    assert contract.starts_on == date(2026, 1, 1)
    assert contract.ended_at is not None


def test_a_rule_of_escalation_is_added_and_ended(browser: Client, manager: Person):
    browser.post(at("escalation-new"), {"amount": "30", "when": "before", "action": "notify", "whom": "manager"})
    rule = EscalationRule.objects.get()
    listed = text(browser.get(at("escalations")))
    refused = browser.post(at("escalation-new"), {"amount": "75", "when": "percent", "action": "call_in", "whom": ""})

    browser.post(at("escalation-end", rule.pk))

    rule.refresh_from_db()
    assert rule.offset_for == timedelta(minutes=-30)
    assert "30 min before the deadline" in listed
    assert refused.status_code == 422
    assert rule.ended_at is not None


def test_a_calendar_is_made_changed_and_seen_as_a_year(browser: Client):
    week = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "09:00-13:00, 14:00-18:00")
    browser.post(at("calendar-new"), {"name": "Shop", "time_zone": "Europe/Kyiv", **week})
    first = CalendarVersion.objects.get(calendar__name="Shop")

    browser.post(
        at("calendar-change", first.calendar_id),
        {"time_zone": "Europe/Kyiv", **week, "holidays": "2026-08-24 * Independence Day\n2026-12-25",
         "shifts": "2026-12-24 09:00-12:00"},
    )  # fmt: skip
    year = text(browser.get(at("calendar", first.calendar_id), {"year": "2027", "day": "2027-08-24"}))

    last = CalendarVersion.objects.filter(calendar=first.calendar).latest("version")
    assert (first.version, last.version) == (1, 2)
    assert first.rules["hours"]["mon"] == [["09:00", "13:00"], ["14:00", "18:00"]]
    assert last.rules["holidays"][1] == "2026-12-25"
    assert year.count("Independence Day") == 3


def test_a_countrys_holidays_are_added_and_where_none_are_known_it_says_so(browser: Client):
    calendar = world.calendar().calendar_id

    german = browser.post(at("calendar-country", calendar), {"country": "DE", "year": "2026"}, follow=True)
    ukrainian = browser.post(at("calendar-country", calendar), {"country": "UA", "year": "2026"}, follow=True)

    assert "9 holidays of Germany in 2026 were added" in text(german)
    assert "No public holiday of 2026 is known for Ukraine" in text(ukrainian)
    assert CalendarVersion.objects.filter(calendar=calendar).count() == 2


def test_hours_that_make_no_sense_are_refused(browser: Client):
    answers = [
        browser.post(at("calendar-new"), {"name": "X", "time_zone": "UTC", **wrong})
        for wrong in ({"mon": "all day"}, {"mon": "09:00-09:00"}, {}, {"mon": "09:00-10:00", "holidays": "Christmas"})
    ]

    assert [answer.status_code for answer in answers] == [422] * 4


@pytest.mark.parametrize("name", ["agreement", "tier", "calendar", "calendar-change"])
def test_what_belongs_to_another_desk_is_not_there(browser: Client, name: str):
    other = world.desk("hr")
    row = {
        "agreement": world.agreement("Theirs", of=other).agreement_id,
        "tier": Tier.objects.create(desk=other, name="Theirs").pk,
    }.get(name, world.calendar("Theirs", of=other).calendar_id)

    assert browser.get(at(name, row)).status_code == 404


@pytest.mark.parametrize("name", ["agreements", "rules", "tiers", "contracts", "escalations", "calendars"])
def test_a_list_takes_as_many_statements_for_three_as_for_one(
    manager: Person, name: str, django_assert_max_num_queries
):
    desk = world.desk()

    def one_more(n: int) -> None:
        tier = Tier.objects.create(desk=desk, name=f"Tier {n}")
        own = world.agreement(f"Agreement {n}", tier=tier)
        AgreementRule.objects.create(desk=desk, position=n, priority=1, agreement=own.agreement, tier=tier)
        world.contract(world.organisation(f"Customer {n} (demo)"), tier=tier)
        EscalationRule.objects.create(desk=desk, position=n, percent=50, action="raise_priority", tier=tier)
        world.calendar(f"Calendar {n}", tz="UTC")

    browser = signed_in(manager)
    one_more(1)
    browser.get(at(name))
    counts = []
    for n in (2, 3):
        with django_assert_max_num_queries(30) as seen:
            browser.get(at(name))
        counts.append(len(seen))
        one_more(n)

    assert counts[0] == counts[1]
