"""What arrived: listed at a constant price, looked at, tried again, ignored, read raw; by the manager only."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from firstline.commands import submission
from firstline.core.intake import tallies
from firstline.core.intake.models import Envelope
from firstline.core.journal.models import Entry
from firstline.core.kernel.refusals import Refused
from tests import world
from tests.web.setup import mailing
from tests.web.setup.mailing import RAW

pytestmark = pytest.mark.django_db

LISTS = "/console/setup/it/arrivals"


@pytest.mark.parametrize("outcome", ["parked", "ignored", "waiting", "refused", "registered"])
def test_a_list_costs_the_same_for_one_arrival_and_for_three(
    client: Client, outcome: str, django_assert_num_queries: DjangoAssertNumQueries
):
    box = mailing.box()
    mailing.arrived(box, outcome)
    price = 6 if outcome in ("parked", "waiting") else 7
    with django_assert_num_queries(price):
        client.get(f"{LISTS}/{outcome}")
    mailing.arrived(box, outcome)
    mailing.arrived(box, outcome)
    with django_assert_num_queries(price):
        page = client.get(f"{LISTS}/{outcome}").content.decode()

    assert page.count("No sound &lt;b&gt;at all&lt;/b&gt;") == 3


def test_further_arrivals_come_by_a_cursor(client: Client):
    box = mailing.box()
    envelopes = [mailing.arrived(box) for _each in range(52)]

    first = client.get(f"{LISTS}/parked").context
    rest = client.get(f"{LISTS}/parked{first['more']}").context

    assert (len(first["rows"]), len(rest["rows"]), rest["more"]) == (50, 2, "")
    assert first["more"] == f"?after={envelopes[2].pk}"


def test_a_list_is_narrowed_by_mailbox_and_day(client: Client):
    yesterday = timezone.localtime() - timedelta(days=1)
    box, other = mailing.box(), mailing.box("other@example.org")
    mailing.arrived(box, "ignored", at=yesterday)
    mailing.arrived(box, "ignored")
    mailing.arrived(other, "ignored")

    asked = [f"?mailbox={box.pk}", f"?on={yesterday:%Y-%m-%d}", "?on=2026-02-31", "?mailbox=x&after=y&channel=z"]
    found = [len(client.get(f"{LISTS}/ignored{query}").context["rows"]) for query in asked]

    assert found == [2, 1, 3, 3]


def test_parked_mail_is_tried_again_and_ignored_with_a_reason_and_who_did_it_is_told(client: Client):
    envelope = mailing.arrived(mailing.box(), why="It has too many parts.")
    page = f"/console/setup/it/arrival/{envelope.pk}"

    client.post(f"{page}/retry")
    waiting = Envelope.objects.get().outcome
    Envelope.objects.update(outcome="parked")
    without = client.post(f"{page}/ignore", {"why": ""})
    client.post(f"{page}/ignore", {"why": "spam"})
    shown = client.get(page).content.decode()

    ignored = Envelope.objects.get()
    assert (waiting, without.status_code, ignored.outcome, ignored.why) == ("waiting", 422, "ignored", "spam")
    assert "Maria</strong> ignored it" in shown
    assert "Maria</strong> tried it again" in shown


def test_mail_is_read_raw_as_a_file_that_nothing_runs_and_it_is_noted(client: Client):
    envelope = mailing.arrived(mailing.box())

    by_get = client.get(f"/console/setup/it/arrival/{envelope.pk}/raw")
    answer = client.post(f"/console/setup/it/arrival/{envelope.pk}/raw")

    assert (by_get.status_code, answer.content) == (405, RAW)
    assert answer["Content-Disposition"] == f'attachment; filename="arrival-{envelope.pk}.eml"'
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("application/octet-stream", "nosniff")
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert [entry.kind for entry in Entry.objects.filter(chain=f"envelope:{envelope.pk}")] == ["envelope read"]


def test_the_first_lines_are_shown_as_text(client: Client):
    envelope = mailing.arrived(mailing.box(), raw=b"Subject: x\r\n\r\n<script>alert(1)</script>\xff\x00")

    page = client.get(f"/console/setup/it/arrival/{envelope.pk}").content.decode()

    assert "&lt;script&gt;alert(1)&lt;/script&gt;\\xff␀" in page


def test_another_desks_mail_is_not_there(client: Client, stranger: Client):
    envelope = mailing.arrived(mailing.box())
    before = world.everything()

    listed = stranger.get("/console/setup/hr/arrivals/parked").context["rows"]
    answers = [stranger.get(f"/console/setup/hr/arrival/{envelope.pk}").status_code]
    for deed in ("retry", "ignore", "raw"):
        answers.append(stranger.post(f"/console/setup/hr/arrival/{envelope.pk}/{deed}", {"why": "x"}).status_code)

    assert (listed, answers) == ([], [404, 404, 404, 404])
    assert {**world.everything(), "django_session": None} == {**before, "django_session": None}


def test_the_days_of_a_fortnight_add_up_by_channel(client: Client):
    box = mailing.box()
    for days in (0, 1, 20):
        for outcome in ("registered", "parked"):
            mailing.arrived(box, outcome, at=timezone.now() - timedelta(days=days))

    days = client.get("/console/setup/it/intake").context["days"]

    assert [[line["tally"]["received"] for line in day["lines"]] for day in days] == [[2], [2]]


def test_the_first_arrival_since_an_instant_is_found_by_halving():
    box = mailing.box()
    now = timezone.now()
    envelopes = [mailing.arrived(box, at=now - timedelta(hours=50 - hour)) for hour in range(50)]

    found = [tallies.first_since(now - timedelta(hours=hours, minutes=30)) for hours in (60, 24, 1, 0)]

    expected = [envelopes[0].pk, envelopes[26].pk, envelopes[49].pk, envelopes[49].pk + 1]
    assert [at + tallies._SLACK for at in found] == expected


def test_what_came_by_form_phone_and_program_is_its_desks_and_no_other_desks(client: Client, stranger: Client):
    rita = world.person("Rita")
    desks = {"it": world.desk(), "hr": world.desk("hr")}
    for key, desk in desks.items():
        world.front(desk)
        form = submission.Form(f"form-{key}", desk.pk, None, f"Of {key}", {})
        submission.submit(form=form, sender=rita.pk, now=timezone.now())

    shown = {
        key: client_of.get(f"/console/setup/{key}/arrivals/registered").context["rows"]
        for key, client_of in (("it", client), ("hr", stranger))
    }
    days = client.get("/console/setup/it/intake").context["days"]

    assert {key: len(rows) for key, rows in shown.items()} == {"it": 1, "hr": 1}
    assert [line["tally"]["received"] for day in days for line in day["lines"]] == [1]
    theirs = Envelope.objects.get(desk=desks["hr"])
    assert client.get(f"/console/setup/it/arrival/{theirs.pk}").status_code == 404
    assert stranger.get(f"/console/setup/hr/arrival/{theirs.pk}").status_code == 200


def test_a_form_that_was_refused_is_its_desks_too(client: Client):
    form = submission.Form("once", world.desk().pk, 987_654, "It smokes.", {})
    with pytest.raises(Refused):
        submission.submit(form=form, sender=world.person("Rita").pk, now=timezone.now())

    assert len(client.get("/console/setup/it/arrivals/refused").context["rows"]) == 1
