"""Whatever the mail server does, a letter is late at worst: never lost, and not sent twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.utils import timezone

from bench.sink import Moody, Sink
from firstline.channels.email import driver
from firstline.config.env import Smtp
from firstline.core.outbox.models import Job, Letter
from firstline.core.people.models import ContactPoint
from firstline.worker import deliveries
from firstline.worker.loop import Worker
from tests import world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sink(settings: LazySettings) -> Iterator[Sink]:
    """A mail server of the test's own, which the desk is told of; it is away until it is started."""
    made = Sink(Moody())
    settings.SMTP = Smtp(host="127.0.0.1", port=made.port, user="", password="", starttls=False, tls=False)
    deliveries._Server.resting_until, deliveries._Server.was_away = 0.0, True
    yield made
    driver.leave()
    made.stop()
    deliveries._Server.resting_until = 0.0


def _work(later: timedelta = timedelta(0)) -> None:
    """Do all that is due, as if it were later."""
    worker = Worker("one", clock=lambda: timezone.now() + later)
    while worker.do_due():
        pass


def _letters(count: int) -> list[Letter]:
    for number in range(count):
        world.ticket(requester=world.person(f"Rita {number}"))
    while Job.objects.filter(kind__endswith="react", state=Job.State.WAITING).exists():
        Worker("one").do_due()
    return list(Letter.objects.order_by("pk"))


def test_a_letter_reaches_the_server_as_it_was_composed(sink: Sink):
    sink.start()
    letter = _letters(1)[0]

    _work()

    letter.refresh_from_db()
    assert letter.sent_at is not None
    assert letter.attempts == 1
    assert [mail["Message-ID"] for mail in sink.mood.mails] == [letter.message_id]
    assert sink.mood.recipients == [letter.address]


def test_a_dead_server_delays_letters_and_they_are_sent_once_when_it_is_back(sink: Sink):
    letters = _letters(4)
    _work()
    assert Letter.objects.exclude(sent_at=None).count() == 0
    assert Job.objects.filter(state=Job.State.PARKED).count() == 0

    sink.start()
    deliveries._Server.resting_until = 0.0
    _work(later=timedelta(minutes=6))

    assert Letter.objects.filter(sent_at=None).count() == 0
    assert sink.mood.taken == {letter.message_id: 1 for letter in letters}


def test_a_dead_server_is_not_asked_for_every_letter(sink: Sink):
    _letters(4)

    _work()

    assert sum(Letter.objects.values_list("attempts", flat=True)) == 1
    assert Letter.objects.exclude(trouble="").count() == 1


def test_a_recipient_nobody_knows_is_final_and_not_written_to_again(sink: Sink):
    sink.start()
    letter = _letters(1)[0]
    sink.mood.unknown.add(letter.address)

    _work()

    letter.refresh_from_db()
    assert letter.refused_at is not None
    assert letter.trouble.startswith("550")
    assert ContactPoint.objects.get(value=letter.address).bounced_at is not None
    assert Job.objects.exclude(state=Job.State.DONE).count() == 0


def test_a_passing_refusal_is_tried_again(sink: Sink):
    sink.mood._refuses = 1.0
    sink.start()
    letter = _letters(1)[0]
    _work()
    letter.refresh_from_db()
    assert letter.trouble.startswith("451")

    sink.mood._refuses = 0.0
    _work(later=timedelta(minutes=1))

    letter.refresh_from_db()
    assert letter.sent_at is not None
    assert letter.attempts == 2


def test_a_letter_the_server_took_in_silence_comes_twice_under_one_message_id(sink: Sink):
    sink.mood._hangs_up = 1.0
    sink.start()
    letter = _letters(1)[0]
    _work()
    sink.mood._hangs_up = 0.0

    _work(later=timedelta(minutes=1))

    assert sink.mood.taken == {letter.message_id: 2}


def test_a_letter_is_given_up_after_days_and_shown(sink: Sink):
    letter = _letters(1)[0]
    Letter.objects.update(queued_at=timezone.now() - timedelta(days=6))

    _work()

    letter.refresh_from_db()
    assert letter.refused_at is not None
    assert letter.trouble.startswith("given up")
    assert Job.objects.filter(state=Job.State.PARKED).count() == 1


def test_without_a_server_letters_are_laid_down_as_files(settings: LazySettings, tmp_path):
    settings.SMTP, settings.DATA = None, tmp_path
    letter = _letters(1)[0]

    _work()

    laid = list((tmp_path / "outgoing-mail").iterdir())
    assert [path.suffix for path in laid] == [".eml"]
    assert letter.message_id.encode() in laid[0].read_bytes()


def test_letters_that_follow_one_another_share_a_connection_and_an_idle_one_is_left(sink: Sink):
    sink.start()
    _letters(3)

    _work()

    assert Letter.objects.filter(sent_at=None).count() == 0
    [held] = driver._open.values()
    assert held.letters == 3
    held.used_at -= 60
    driver.leave_if_idle()
    assert driver._open == {}
