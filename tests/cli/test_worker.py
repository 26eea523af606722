"""What could not be done is shown, and tried again when somebody says so."""

from __future__ import annotations

import pytest

from firstline import cli
from firstline.commands import jobs
from firstline.core.outbox.models import Job
from firstline.core.outbox.owe import owe
from tests import world

pytestmark = pytest.mark.django_db


def _parked() -> Job:
    owe("tests.worker.deeds.give_up", {}, now=world.NINE)
    job = jobs.claim(worker="one", now=world.NINE)[0]
    jobs.park(job=job, trouble="Hopeless: never")
    return job


def _run(*words: str) -> int:
    with pytest.raises(SystemExit) as left:
        cli.main(["worker", *words])
    return int(left.value.code or 0)


def test_parked_jobs_are_listed_with_their_trouble(capsys):
    job = _parked()

    assert _run("--parked") == 0
    assert capsys.readouterr().out == (
        f"job {job.pk}  tests.worker.deeds.give_up  1 attempts  Hopeless: never\n"
        "1 jobs are parked, 0 letters are late.\n"
    )


def test_a_parked_job_is_tried_again(capsys):
    job = _parked()

    assert _run("--retry", str(job.pk)) == 0
    assert Job.objects.get().state == Job.State.WAITING


def test_a_job_that_is_not_there_is_refused_in_one_sentence(capsys):
    assert _run("--retry", "404") == 1
    assert capsys.readouterr().err == "firstline: There is no such job.\n"
