"""The worker does what is owed, and no job's failure is another's."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks.exceptions import TaskResultDoesNotExist

from firstline.core.outbox.models import Job, Letter
from firstline.core.outbox.owe import owe
from firstline.worker.backend import OutboxBackend
from firstline.worker.loop import Worker
from tests import world
from tests.worker import deeds

pytestmark = pytest.mark.django_db
State = Job.State


@pytest.fixture(autouse=True)
def forgotten() -> None:
    deeds.DONE.clear()


def _pass() -> int:
    return Worker("one").do_due()


def test_what_is_enqueued_is_done():
    result = deeds.remember.enqueue("milk")

    assert _pass() == 1
    assert deeds.DONE == ["milk"]
    result.refresh()
    assert result.status == TaskResultStatus.SUCCESSFUL


def test_what_is_enqueued_for_later_waits():
    deeds.remember.using(run_after=timezone.now() + timedelta(hours=1)).enqueue(word="milk")

    assert _pass() == 0


def test_one_poison_job_stops_nobody():
    poison = deeds.stumble.enqueue("stand")
    deeds.remember.enqueue("milk")
    owe("tests.worker.deeds.nowhere", {}, now=timezone.now())

    assert _pass() == 3
    assert deeds.DONE == ["milk"]
    poison.refresh()
    assert poison.status == TaskResultStatus.READY
    assert Job.objects.get(pk=poison.id).trouble == "RuntimeError: cannot stand"


def test_a_job_that_asks_for_time_gets_it():
    asked = deeds.wait_for_it.enqueue()

    _pass()

    job = Job.objects.get(pk=asked.id)
    assert job.state == State.WAITING
    assert (job.run_at - timezone.now()).total_seconds() > 170


def test_a_hopeless_job_is_parked_at_once():
    hopeless = deeds.give_up.enqueue()

    _pass()

    hopeless.refresh()
    assert hopeless.status == TaskResultStatus.FAILED


def test_a_result_that_never_was_is_not_found():
    with pytest.raises(TaskResultDoesNotExist):
        OutboxBackend("default", {}).get_result("404")
    with pytest.raises(TaskResultDoesNotExist):
        OutboxBackend("default", {}).get_result("x")


def test_a_letter_follows_a_registration_by_itself():
    world.ticket()
    worker = Worker("one")

    while worker.do_due():
        pass

    assert Letter.objects.get().sent_at is not None


def test_an_idle_pass_asks_one_question_of_the_queue(django_assert_num_queries):
    worker = Worker("one")
    worker.pass_once()

    with django_assert_num_queries(1):
        worker.pass_once()


@pytest.mark.django_db(transaction=True)
def test_a_worker_stops_when_told_and_returns_what_it_has_not_begun():
    worker = Worker("one")
    for word in ("one", "two"):
        deeds.remember.enqueue(word)
    running = threading.Thread(target=worker.run)
    running.start()
    while len(deeds.DONE) < 2:
        running.join(0.02)

    worker.stop()
    running.join(10)

    assert not running.is_alive()
    assert set(Job.objects.values_list("state", flat=True)) == {State.DONE}
