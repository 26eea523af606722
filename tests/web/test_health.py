"""A watchdog is told whether the desk answers, and whether somebody does what is owed."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from firstline.core.outbox.models import Job
from firstline.core.outbox.owe import owe


def test_a_process_that_answers_says_so_without_the_database(client: Client):
    assert client.get("/health/live").content == b"ok\n"


def test_a_desk_whose_work_is_done_is_ready(client: Client, db: None):
    owe("tests.worker.deeds.remember", {}, now=timezone.now())

    assert client.get("/health/ready").status_code == 200


def test_a_desk_without_a_worker_is_not_ready(client: Client, db: None):
    owe("tests.worker.deeds.remember", {}, now=timezone.now() - timedelta(minutes=6))

    answer = client.get("/health/ready")

    assert (answer.status_code, answer.content) == (503, b"no worker\n")


def test_work_put_off_or_parked_is_no_sign_of_a_missing_worker(client: Client, db: None):
    long_ago = timezone.now() - timedelta(days=1)
    owe("tests.worker.deeds.remember", {}, now=long_ago, run_at=timezone.now() + timedelta(hours=1))
    job = owe("tests.worker.deeds.remember", {}, now=long_ago)
    assert job is not None
    Job.objects.filter(pk=job.pk).update(state=Job.State.PARKED)

    assert client.get("/health/ready").status_code == 200
