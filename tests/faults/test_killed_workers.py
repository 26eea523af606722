"""A worker may be killed at any instant: what it did not finish is done by another, and nothing by two at once."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from subprocess import Popen

import pytest

from firstline.core.outbox.models import Job
from firstline.worker.trouble import in_one_line
from tests.faults import outside
from tests.worker import deeds

pytestmark = pytest.mark.django_db(transaction=True)
State = Job.State
Start = Callable[..., "Popen[bytes]"]


@pytest.fixture
def start() -> Iterator[Start]:
    """Return what starts a worker; whatever still runs is killed after the test."""
    started: list[Popen[bytes]] = []

    def begin(name: str, lease_seconds: int = 1) -> Popen[bytes]:
        started.append(outside.worker(name, lease_seconds=lease_seconds))
        return started[-1]

    yield begin
    for process in started:
        process.kill()
        process.wait()


def _lines(path: Path) -> int:
    return len(path.read_text().split()) if path.exists() else 0


def _went_on(path: Path, seen: int) -> bool:
    return _all_done() or _lines(path) > seen


def _all_done() -> bool:
    return not Job.objects.exclude(state=State.DONE).exists()


def test_a_job_whose_worker_was_killed_is_done_by_another(start: Start, tmp_path: Path):
    path = tmp_path / "said"
    deeds.linger_once.enqueue(str(path))
    first = start("first")
    outside.eventually(path.exists)

    first.kill()
    start("second")

    outside.eventually(_all_done)
    assert path.read_text() == "begun\nbegun\n"


def test_a_worker_that_takes_the_place_of_a_killed_one_does_not_wait_for_its_lease(start: Start, tmp_path: Path):
    path = tmp_path / "said"
    deeds.linger_once.enqueue(str(path))
    first = start("the same", lease_seconds=600)
    outside.eventually(path.exists)

    first.kill()
    start("the same", lease_seconds=600)

    outside.eventually(_all_done)


def test_a_long_job_keeps_its_lease_while_its_worker_lives(start: Start, tmp_path: Path):
    path = tmp_path / "said"
    deeds.linger_once.enqueue(str(path))
    start("first", lease_seconds=1)
    outside.eventually(path.exists)

    start("second", lease_seconds=1)
    with pytest.raises(AssertionError):
        outside.eventually(lambda: path.read_text() != "begun\n", seconds=4)

    assert Job.objects.get().worker == "first"


def test_workers_beside_one_another_do_each_job_once(start: Start, tmp_path: Path):
    path = tmp_path / "said"
    for number in range(150):
        deeds.note_down.enqueue(str(path), str(number))

    for name in ("one", "two", "three"):
        start(name, lease_seconds=60)

    outside.eventually(_all_done)
    assert Counter(path.read_text().split()) == Counter(str(number) for number in range(150))


def test_workers_killed_at_random_lose_no_job(start: Start, tmp_path: Path):
    path, chance = tmp_path / "said", random.Random(5)
    for number in range(300):
        deeds.note_down.enqueue(str(path), str(number))
    workers = {name: start(name, lease_seconds=1) for name in ("one", "two")}

    for _ in range(4):
        seen = _lines(path)
        outside.eventually(partial(_went_on, path, seen))
        name = chance.choice(sorted(workers))
        workers[name].kill()
        workers[name] = start(name, lease_seconds=1)

    outside.eventually(_all_done)
    said = Counter(path.read_text().split())
    assert set(said) == {str(number) for number in range(300)}
    # At most the one job each killed worker was in the middle of.
    assert sum(said.values()) <= 300 + 4


def test_a_job_that_kills_every_worker_is_parked_and_takes_no_other_along(start: Start, tmp_path: Path):
    path = tmp_path / "said"
    poison = deeds.die.enqueue()
    for number in range(5):
        deeds.note_down.enqueue(str(path), str(number))
    Job.objects.filter(pk=poison.id).update(attempts=5)

    for _ in range(3):
        start("one").wait(30)
    start("one")

    outside.eventually(lambda: Job.objects.get(pk=poison.id).state == State.PARKED)
    outside.eventually(lambda: Job.objects.filter(state=State.DONE).count() == 5)
    assert Counter(path.read_text().split()) == Counter(str(number) for number in range(5))


def test_trouble_is_told_in_one_short_line():
    assert in_one_line(ValueError("a\nb" + "c" * 900)).startswith("ValueError: a b")
    assert len(in_one_line(ValueError("c" * 900))) == 500
