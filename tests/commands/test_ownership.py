"""Who works on a ticket and who answers for it: control stays where it is until it is given, on record."""

from __future__ import annotations

import pytest

from firstline.commands import ownership, progress
from firstline.commands.turn import AlreadyClosed
from firstline.core.kernel.refusals import BadInput, NotAllowed, NotThere
from firstline.core.ownership.models import Holding
from firstline.core.people.models import Team
from firstline.core.sla.models import Clock
from firstline.core.tickets.states import State
from tests import world
from tests.commands.conftest import Stage


def _offered(stage: Stage, *, to: Team | None = None, keep_control: bool = True, minutes: int = 10) -> Holding:
    return ownership.hand_over(
        ticket_id=stage.ticket.pk, by_id=stage.olga.pk, to_team_id=(to or stage.second).pk, why="Needs a server.",
        now=world.now(minutes=minutes), keep_control=keep_control,
    )  # fmt: skip


def _accepted(stage: Stage, *, minutes: int = 20) -> Holding:
    _offered(stage)
    return ownership.accept(ticket_id=stage.ticket.pk, by_id=stage.sergey.pk, now=world.now(minutes=minutes))


# take


def test_taking_makes_an_operator_holder_and_steward_and_meets_the_take_clock(stage: Stage):
    ticket = world.ticket(requester=stage.rita)

    holding = ownership.take(ticket_id=ticket.pk, by_id=stage.olga.pk, now=world.now(minutes=5))

    ticket.refresh_from_db()
    assert (ticket.state, ticket.steward, ticket.assignee, ticket.taken_at) == (
        State.OPEN, stage.olga, stage.olga, world.now(minutes=5),
    )  # fmt: skip
    assert (holding.person_id, holding.accepted_at) == (stage.olga.pk, world.now(minutes=5))
    assert ticket.clocks.get(kind="take").state == Clock.State.MET
    assert world.newest(ticket).facts == {
        "person_id": stage.olga.pk, "team_id": stage.first.pk, "holding": holding.pk, "stopped": {"take": "met"},
    }  # fmt: skip


def test_taking_late_misses_the_take_clock(stage: Stage):
    ticket = world.ticket(requester=stage.rita)

    ownership.take(ticket_id=ticket.pk, by_id=stage.olga.pk, now=world.now(minutes=16))

    assert ticket.clocks.get(kind="take").state == Clock.State.MISSED


def test_taking_what_a_colleague_has_is_refused_with_their_name(stage: Stage):
    with world.refused(ownership.AlreadyTaken, "Olga took this ticket at 09:00 UTC"):
        ownership.take(ticket_id=stage.ticket.pk, by_id=stage.oleg.pk, now=world.now(minutes=1))


def test_taking_what_one_has_is_refused(stage: Stage):
    with world.refused(ownership.AlreadyTaken, "You have this ticket already"):
        ownership.take(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, now=world.now(minutes=1))


def test_a_manager_who_works_in_no_team_takes_nothing(stage: Stage):
    manager = world.person("Marta", role=world.Role.DESK_MANAGER, over=stage.desk)
    ticket = world.ticket(requester=stage.rita)

    with world.refused(ownership.NotOnTeam, "you do not work there"):
        ownership.take(ticket_id=ticket.pk, by_id=manager.pk, now=world.now(minutes=1))


def test_a_closed_ticket_cannot_be_taken(stage: Stage):
    progress.withdraw(ticket_id=stage.ticket.pk, by_id=stage.rita.pk, why="", now=world.now(minutes=1))

    with world.refused(AlreadyClosed, "closed"):
        ownership.take(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, now=world.now(minutes=2))


def test_a_service_of_the_second_line_is_answered_for_by_the_first(stage: Stage):
    service = world.service("servers", team=stage.second)
    ticket = world.ticket(requester=stage.rita, service_id=service.pk)

    ownership.take(ticket_id=ticket.pk, by_id=stage.sergey.pk, now=world.now(minutes=1))

    ticket.refresh_from_db()
    assert (ticket.team, ticket.assignee) == (stage.second, stage.sergey)
    assert (ticket.steward_team, ticket.steward) == (stage.first, None)


# assign


def test_a_lead_gives_an_unclaimed_ticket_to_a_colleague(stage: Stage):
    ticket = world.ticket(requester=stage.rita)

    ownership.assign(ticket_id=ticket.pk, by_id=stage.lead.pk, to_id=stage.oleg.pk, now=world.now(minutes=3))

    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.steward, world.newest(ticket).kind) == (stage.oleg, stage.oleg, "assigned")


def test_a_holder_gives_their_own_ticket_to_a_colleague_and_stays_its_steward(stage: Stage):
    ownership.assign(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, to_id=stage.oleg.pk, now=world.now(minutes=3))

    assert (stage.ticket_now().assignee, stage.ticket_now().steward) == (stage.oleg, stage.olga)


def test_a_colleague_cannot_give_away_what_somebody_else_holds(stage: Stage):
    with world.refused(NotAllowed, "Only its holder"):
        ownership.assign(ticket_id=stage.ticket.pk, by_id=stage.oleg.pk, to_id=stage.lead.pk, now=world.now(minutes=3))


def test_a_ticket_is_not_assigned_outside_its_team(stage: Stage):
    with world.refused(ownership.NotOnTeam, "does not work in Service desk"):
        ownership.assign(
            ticket_id=stage.ticket.pk, by_id=stage.olga.pk, to_id=stage.sergey.pk, now=world.now(minutes=3)
        )


def test_a_ticket_is_not_assigned_to_whoever_has_it(stage: Stage):
    with world.refused(ownership.AlreadyThere, "has this ticket already"):
        ownership.assign(ticket_id=stage.ticket.pk, by_id=stage.lead.pk, to_id=stage.olga.pk, now=world.now(minutes=3))


# hand over, accept, decline


def test_handing_over_offers_and_keeps_control(stage: Stage):
    offer = _offered(stage)

    ticket = stage.ticket_now()
    assert (ticket.team, ticket.assignee, ticket.offered_to) == (stage.first, stage.olga, stage.second)
    assert offer.why is not None
    assert offer.why.text == "Needs a server."
    said = world.newest(ticket)
    assert (said.kind, said.facts) == (
        "offered",
        {
            "from": stage.first.pk, "to": stage.second.pk, "holding": offer.pk, "keeps_control": True,
            "why": offer.why.digest,
        },
    )  # fmt: skip


def test_accepting_moves_the_work_and_leaves_the_steward(stage: Stage):
    holding = _accepted(stage)

    ticket = stage.ticket_now()
    assert (ticket.team, ticket.assignee, ticket.offered_to) == (stage.second, stage.sergey, None)
    assert (ticket.steward_team, ticket.steward, ticket.hand_overs) == (stage.first, stage.olga, 1)
    former = ticket.holdings.get(ending=Holding.Ending.HANDED_OVER)
    assert (former.person, former.ended_at) == (stage.olga, world.now(minutes=20))
    assert world.newest(ticket).facts["holding"] == holding.pk


def test_without_keeping_control_the_accepting_first_line_answers(stage: Stage):
    night = world.team("Night desk", line=1)
    nina = world.person("Nina", team=night)
    _offered(stage, to=night, keep_control=False)

    ownership.accept(ticket_id=stage.ticket.pk, by_id=nina.pk, now=world.now(minutes=20))

    assert (stage.ticket_now().steward_team, stage.ticket_now().steward) == (night, nina)


def test_control_is_not_given_to_a_second_line(stage: Stage):
    with world.refused(ownership.StewardStays, "is not a first line"):
        _offered(stage, keep_control=False)


def test_what_nobody_took_cannot_be_handed_over(stage: Stage):
    ticket = world.ticket(requester=stage.rita)

    with world.refused(ownership.NotHeld, "take it before"):
        ownership.hand_over(
            ticket_id=ticket.pk, by_id=stage.olga.pk, to_team_id=stage.second.pk, why="", now=world.now(minutes=1)
        )


def test_a_ticket_is_not_handed_to_the_team_that_has_it(stage: Stage):
    with world.refused(ownership.AlreadyThere, "already with Service desk"):
        _offered(stage, to=stage.first)


def test_a_ticket_is_offered_to_one_team_at_a_time(stage: Stage):
    _offered(stage)

    with world.refused(ownership.AlreadyOffered, "offered to Second line"):
        _offered(stage, to=stage.billing)


def test_a_ticket_is_not_handed_to_a_team_of_another_desk(stage: Stage):
    elsewhere = world.team("Elsewhere", of=world.desk("other"))

    with world.refused(NotThere, "no such team"):
        _offered(stage, to=elsewhere)


def test_a_team_that_ended_receives_nothing(stage: Stage):
    Team.objects.filter(pk=stage.billing.pk).update(ended_at=world.NINE)

    with world.refused(NotThere, "no such team"):
        _offered(stage, to=stage.billing)


def test_only_the_offered_team_answers_an_offer(stage: Stage):
    _offered(stage)

    with world.refused(ownership.NotOnTeam, "offered to Second line"):
        ownership.accept(ticket_id=stage.ticket.pk, by_id=stage.oleg.pk, now=world.now(minutes=20))


def test_nothing_is_accepted_without_an_offer(stage: Stage):
    with world.refused(ownership.NotOffered):
        ownership.accept(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, now=world.now(minutes=20))


def test_an_offer_is_accepted_once(stage: Stage):
    _accepted(stage)

    with world.refused(ownership.NotOffered):
        ownership.accept(ticket_id=stage.ticket.pk, by_id=stage.sergey.pk, now=world.now(minutes=21))


def test_a_declined_offer_leaves_the_ticket_where_it_was(stage: Stage):
    offer = _offered(stage)

    ownership.decline(ticket_id=stage.ticket.pk, by_id=stage.sergey.pk, why="Not a server.", now=world.now(minutes=20))

    ticket = stage.ticket_now()
    assert (ticket.team, ticket.assignee, ticket.offered_to) == (stage.first, stage.olga, None)
    offer.refresh_from_db()
    assert offer.findings is not None
    assert (offer.ending, offer.findings.text) == (Holding.Ending.DECLINED, "Not a server.")
    assert world.newest(ticket).kind == "declined"


def test_declining_needs_a_reason(stage: Stage):
    _offered(stage)

    with world.refused(BadInput, "empty text"):
        ownership.decline(ticket_id=stage.ticket.pk, by_id=stage.sergey.pk, why="", now=world.now(minutes=20))


def test_an_offer_is_taken_back(stage: Stage):
    offer = _offered(stage)

    ownership.withdraw_offer(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, now=world.now(minutes=15))

    offer.refresh_from_db()
    assert (offer.ending, stage.ticket_now().offered_to) == (Holding.Ending.WITHDRAWN, None)
    with world.refused(ownership.NotOffered):
        ownership.withdraw_offer(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, now=world.now(minutes=16))


def test_the_steward_s_resolve_clock_runs_on_through_a_hand_over(stage: Stage):
    before = stage.ticket.clocks.get(kind="resolve").due_at

    _accepted(stage)

    assert stage.ticket.clocks.get(kind="resolve").due_at == before


# return, call in, steward


def test_a_returned_ticket_goes_back_to_its_steward_with_what_was_found(stage: Stage):
    _accepted(stage)

    back = ownership.return_(
        ticket_id=stage.ticket.pk, by_id=stage.sergey.pk, findings="The cable.", now=world.now(minutes=40)
    )

    ticket = stage.ticket_now()
    assert (ticket.team, ticket.assignee, ticket.hand_overs) == (stage.first, stage.olga, 2)
    former = ticket.holdings.get(ending=Holding.Ending.RETURNED)
    assert former.findings is not None
    assert (former.findings.text, back.person_id) == ("The cable.", stage.olga.pk)
    assert world.newest(ticket).facts == {
        "from": stage.second.pk, "to": stage.first.pk, "holding": back.pk, "findings": former.findings.digest,
    }  # fmt: skip


def test_a_ticket_with_its_steward_cannot_be_returned(stage: Stage):
    with world.refused(ownership.AlreadyThere, "team that answers for it"):
        ownership.return_(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, findings="-", now=world.now(minutes=40))


def test_returning_takes_back_what_was_offered_further(stage: Stage):
    _accepted(stage)
    ownership.hand_over(
        ticket_id=stage.ticket.pk, by_id=stage.sergey.pk, to_team_id=stage.billing.pk, why="", now=world.now(minutes=30)
    )

    ownership.return_(ticket_id=stage.ticket.pk, by_id=stage.sergey.pk, findings="-", now=world.now(minutes=40))

    assert stage.ticket_now().offered_to is None


def test_what_a_second_line_got_first_returns_to_a_first_line_where_nobody_took_it_yet(stage: Stage):
    service = world.service("servers", team=stage.second)
    ticket = world.ticket(requester=stage.rita, service_id=service.pk, held_by=stage.sergey)

    ownership.return_(ticket_id=ticket.pk, by_id=stage.sergey.pk, findings="Wrong form.", now=world.now(minutes=5))
    ownership.take(ticket_id=ticket.pk, by_id=stage.olga.pk, now=world.now(minutes=6))

    ticket.refresh_from_db()
    assert (ticket.team, ticket.assignee, ticket.steward) == (stage.first, stage.olga, stage.olga)


def test_whoever_is_called_in_sees_the_ticket_and_changes_nobodys_control(stage: Stage):
    expert = world.person("Emma")

    called = ownership.call_in(
        ticket_id=stage.ticket.pk,
        by_id=stage.olga.pk,
        person_id=expert.pk,
        why="A VIP waits.",
        now=world.now(minutes=5),
    )

    assert (called.person, called.part, stage.ticket_now().steward) == (expert, "called_in", stage.olga)
    assert world.newest(stage.ticket).facts["person"] == expert.pk
    with world.refused(ownership.AlreadyThere, "called in already"):
        ownership.call_in(
            ticket_id=stage.ticket.pk, by_id=stage.olga.pk, person_id=expert.pk, why="?", now=world.now(minutes=6)
        )


def test_nobody_unknown_is_called_in(stage: Stage):
    with world.refused(NotThere, "no such person"):
        ownership.call_in(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, person_id=9999, why="?", now=world.NINE)


def test_another_steward_is_named_on_record(stage: Stage):
    ownership.change_steward(
        ticket_id=stage.ticket.pk, by_id=stage.olga.pk, to_id=stage.oleg.pk, now=world.now(minutes=5)
    )

    assert (stage.ticket_now().steward, stage.ticket_now().assignee) == (stage.oleg, stage.olga)
    assert world.newest(stage.ticket).facts == {
        "person_id": stage.oleg.pk, "team_id": stage.first.pk, "from": stage.olga.pk,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("who", "refusal", "match"),
    [
        ("olga", ownership.AlreadyThere, "answers for this ticket already"),
        ("sergey", ownership.NotOnTeam, "does not work in Service desk"),
    ],
)
def test_a_steward_is_somebody_else_of_the_answering_team(
    stage: Stage, who: str, refusal: type[ownership.AlreadyThere], match: str
):
    with world.refused(refusal, match):
        ownership.change_steward(
            ticket_id=stage.ticket.pk, by_id=stage.lead.pk, to_id=getattr(stage, who).pk, now=world.now(minutes=5)
        )


def test_the_second_line_does_not_choose_who_answers_to_the_requester(stage: Stage):
    _accepted(stage)

    with world.refused(NotAllowed, "team that answers"):
        ownership.change_steward(
            ticket_id=stage.ticket.pk, by_id=stage.sergey.pk, to_id=stage.oleg.pk, now=world.now(minutes=30)
        )


# the instant of a fact


def test_a_fact_never_stands_before_the_one_it_follows(stage: Stage):
    _offered(stage, minutes=10)

    ownership.accept(ticket_id=stage.ticket.pk, by_id=stage.sergey.pk, now=world.now(minutes=9))

    said = world.newest(stage.ticket)
    assert (said.happened_at, said.recorded_at) == (world.now(minutes=10), world.now(minutes=9))
