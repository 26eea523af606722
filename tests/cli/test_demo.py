"""`firstline demo` fills an empty desk with plainly-demo data, once, and its history is real."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from firstline import cli
from firstline.cli import demo
from firstline.cli.demo import cast
from firstline.commands.setup import foundation
from firstline.core.intake.models import Envelope
from firstline.core.knowledge.models import ArticleText
from firstline.core.ownership.models import Holding, QueuePlace, Task
from firstline.core.people.models import Account, ContactPoint, Organisation, Site, Team
from firstline.core.satisfaction.models import Rating
from firstline.core.services.models import FormVersion, Service
from firstline.core.tickets.models import Ticket
from tests import rules, world

# A Wednesday noon, a Sunday night, a New Year's morning: the demo looks alive at any hour.
NOON, NIGHT, NEW_YEAR = (
    datetime(2026, 11, 18, 12, tzinfo=UTC), datetime(2026, 11, 22, 2, 30, tzinfo=UTC),
    datetime(2027, 1, 1, 6, tzinfo=UTC),
)  # fmt: skip


@pytest.mark.parametrize("now", [NOON, NIGHT, NEW_YEAR])
def test_the_queue_shows_overdue_within_the_hour_today_and_later_whenever_it_is_made(db: None, now: datetime):
    demo.fill(now=now)

    due = [place.due_at - now for place in QueuePlace.objects.filter(part="carries") if place.due_at]
    assert min(due) < timedelta(0)
    assert any(timedelta(0) < left < timedelta(hours=1) for left in due)
    assert any(timedelta(hours=1) < left < timedelta(hours=24) for left in due)
    assert max(due) > timedelta(hours=24)
    assert max(Ticket.objects.values_list("latest_at", flat=True)) < now


def test_tickets_stand_in_every_state_with_a_history_that_holds(db: None):
    demo.fill(now=NOON)

    assert Ticket.objects.count() == 75
    assert set(Ticket.objects.values_list("state", flat=True)) == {
        "new", "open", "waiting_requester", "waiting_third_party", "planned", "resolved", "closed",
    }  # fmt: skip
    assert {"confirmed", "silence", "withdrawn", "merged"} <= set(Ticket.objects.values_list("closing", flat=True))
    assert Ticket.objects.exclude(offered_to=None).count() >= 2
    assert {"declined", "returned", "handed_over", "done"} <= set(Holding.objects.values_list("ending", flat=True))
    assert Task.objects.filter(finished_at=None, withdrawn_at=None).count() >= 2
    assert Task.objects.exclude(finished_at=None).count() >= 3
    assert Rating.objects.count() >= 8
    assert Counter(Envelope.objects.values_list("outcome", flat=True)) == {"registered": 75}
    rules.must_hold()


def test_the_cast_speaks_three_languages_on_two_sites_in_three_organisations(db: None):
    demo.fill(now=NOON, tickets=False)

    assert (Site.objects.count(), Organisation.objects.count(), Ticket.objects.count()) == (2, 3, 0)
    assert {1, 2, 3} <= set(Team.objects.values_list("line", flat=True))
    assert set(Account.objects.values_list("person__language", flat=True)) == {"en", "ru", "uk"}
    assert all(account.check_password(cast.PASSWORD) for account in Account.objects.all())
    mails = ContactPoint.objects.filter(kind="email").values_list("value", flat=True)
    assert [mail for mail in mails if not mail.endswith(".example")] == []
    assert Service.objects.count() >= 8
    assert all({"en", "ru", "uk"} <= set(service.name) for service in Service.objects.all())
    assert FormVersion.objects.count() >= 3
    assert set(ArticleText.objects.values_list("language", flat=True)) == {"en", "ru", "uk"}


def test_a_second_run_keeps_what_is_there_and_shows_the_sign_ins_again(db: None, capsys: pytest.CaptureFixture[str]):
    assert _run("--no-tickets") == 0
    before = world.everything()

    assert _run() == 0
    assert world.everything() == before
    said = capsys.readouterr().out
    assert said.count("operator@works.example") == 2
    assert said.count(cast.PASSWORD) == 2


def test_a_desk_of_ones_own_gets_no_demo_data(db: None, capsys: pytest.CaptureFixture[str]):
    plan = foundation.Plan(administrator="Alex", email="alex@example.org", password="a long enough phrase")
    foundation.found_desk(plan=plan, now=NOON)
    before = world.everything()

    assert _run() == 0
    assert world.everything() == before
    said = capsys.readouterr().out
    assert "it is kept as it is" in said
    assert cast.PASSWORD not in said


def _run(*words: str) -> int | str | None:
    with pytest.raises(SystemExit) as ending:
        cli.main(["demo", *words])
    return ending.value.code
