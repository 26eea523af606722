"""Owed work is leased to one worker at a time, tried again, parked, and forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest

from firstline.commands import jobs
from firstline.core.kernel.refusals import NotAllowed, NotThere
from firstline.core.outbox.models import Job
from firstline.core.outbox.owe import owe
from tests import world

pytestmark = pytest.mark.django_db

State = Job.State
LATER = world.now(minutes=1)


def _owed(count: int = 1) -> list[Job]:
    return [job for job in (owe("tests.deed", {}, now=world.NINE) for _ in range(count)) if job]


def _claimed(worker: str = "one") -> Job:
    _owed()
    return jobs.claim(worker=worker, now=world.NINE)[0]


def _state(job: Job) -> str:
    return Job.objects.values_list("state", flat=True).get(pk=job.pk)


def test_a_claimed_job_is_nobody_elses():
    _owed(3)

    first = jobs.claim(worker="one", now=world.NINE, limit=2)
    second = jobs.claim(worker="two", now=world.NINE, limit=2)

    assert [job.attempts for job in first] == [1, 1]
    assert len(second) == 1
    assert not {job.pk for job in first} & {job.pk for job in second}


def test_what_is_not_due_is_not_claimed():
    owe("tests.deed", {}, now=world.NINE, run_at=LATER)

    assert jobs.claim(worker="one", now=world.NINE) == []
    assert len(jobs.claim(worker="one", now=LATER)) == 1


def test_a_job_that_was_tried_before_is_claimed_alone():
    first, *_ = _owed(3)
    Job.objects.filter(pk=first.pk).update(attempts=1)

    assert [job.pk for job in jobs.claim(worker="one", now=world.NINE)] == [first.pk]
    assert len(jobs.claim(worker="one", now=world.NINE)) == 2


def test_a_finished_job_is_done():
    job = _claimed()

    assert jobs.finish(job=job, now=LATER)
    assert _state(job) == State.DONE


def test_a_job_whose_lease_ran_out_and_was_claimed_anew_cannot_be_finished_by_the_first():
    job = _claimed("one")
    jobs.reap(now=world.now(minutes=5))
    again = jobs.claim(worker="one", now=world.now(minutes=5))[0]

    assert not jobs.finish(job=job, now=world.now(minutes=6))
    assert jobs.finish(job=again, now=world.now(minutes=6))


def test_a_failed_job_rests_ever_longer_and_is_parked_in_the_end():
    _owed()
    now, pauses = world.NINE, []

    while True:
        job = jobs.claim(worker="one", now=now)[0]
        jobs.fail(job=job, trouble="no", now=now)
        job.refresh_from_db()
        if job.state == State.PARKED:
            break
        pauses.append((job.run_at - now).total_seconds())
        now = job.run_at

    assert pauses == [5, 10, 20, 40, 80, 160, 320]
    assert job.trouble == "no"
    assert jobs.claim(worker="one", now=world.now(days=9)) == []


def test_what_is_put_off_is_never_parked():
    job = _claimed()
    for attempt in range(jobs.PARK_AFTER * 2):
        jobs.put_off(job=job, trouble="away", until=world.now(hours=attempt))
        job = jobs.claim(worker="one", now=world.now(hours=attempt))[0]

    assert _state(job) == State.LEASED


def test_a_living_worker_keeps_its_leases_and_a_silent_one_loses_them():
    living, silent = _claimed("living"), _claimed("silent")

    jobs.extend(worker="living", now=world.now(minutes=1))
    jobs.reap(now=world.now(minutes=1, hours=0))

    assert _state(living) == State.LEASED
    assert _state(silent) == State.WAITING


def test_a_job_that_silences_every_worker_is_parked():
    job = _claimed()
    Job.objects.filter(pk=job.pk).update(attempts=jobs.PARK_AFTER)

    jobs.reap(now=world.now(minutes=5))

    assert _state(job) == State.PARKED


def test_a_successor_returns_what_its_predecessor_held():
    mine, others = _claimed("one"), _claimed("two")

    assert jobs.take_over(worker="one", now=LATER) == 1
    assert (_state(mine), _state(others)) == (State.WAITING, State.LEASED)
    assert Job.objects.get(pk=mine.pk).attempts == 1


def test_what_a_stopping_worker_has_not_begun_was_not_tried():
    mine = _claimed("one")

    assert jobs.give_back(worker="one", now=LATER) == 1
    mine.refresh_from_db()
    assert (mine.state, mine.attempts, mine.worker) == (State.WAITING, 0, "")


def test_jobs_done_a_week_ago_are_forgotten_and_others_are_not():
    old, new, waiting = _claimed(), _claimed(), _owed()[0]
    jobs.finish(job=old, now=world.NINE)
    jobs.finish(job=new, now=world.now(days=6))

    assert jobs.prune(now=world.now(days=7, minutes=1)) == 1
    assert set(Job.objects.values_list("pk", flat=True)) == {new.pk, waiting.pk}


def test_a_parked_job_is_tried_again_by_an_administrator():
    job = _claimed()
    jobs.park(job=job, trouble="no")

    jobs.retry(job_id=job.pk, by_id=world.person("Ada", role="administrator").pk, now=LATER)

    assert jobs.claim(worker="one", now=LATER)[0].attempts == 1


def test_nobody_else_may_try_parked_work_again():
    job = _claimed()
    jobs.park(job=job, trouble="no")
    olga = world.person("Olga", team=world.front())
    before = world.everything()

    with pytest.raises(NotAllowed):
        jobs.retry(job_id=job.pk, by_id=olga.pk, now=LATER)
    with pytest.raises(NotThere):
        jobs.retry(job_id=job.pk + 1, by_id=None, now=LATER)

    assert world.everything() == before


def test_work_that_is_not_parked_cannot_be_tried_again():
    job = _claimed()

    with pytest.raises(jobs.NotParked):
        jobs.retry(job_id=job.pk, by_id=None, now=LATER)


def test_the_first_pause_is_short_and_the_longest_an_hour():
    assert jobs.pause_after(1) == timedelta(seconds=5)
    assert jobs.pause_after(500) == timedelta(hours=1)


def test_what_rested_goes_on_when_what_it_waited_for_is_back():
    job = _claimed()
    jobs.put_off(job=job, trouble="away", until=world.now(hours=1))

    assert jobs.hasten(kind="tests.other", now=LATER) == 0
    assert jobs.hasten(kind="tests.deed", now=LATER) == 1
    assert [each.pk for each in jobs.claim(worker="one", now=LATER)] == [job.pk]
