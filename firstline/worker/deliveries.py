"""Letters leave; each attempt, and what came of it, is written on the letter by the commit that ends its job."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from functools import partial
from typing import NoReturn

import structlog
from django.conf import settings
from django.utils import timezone
from django_tasks import task

from firstline.channels.email import driver, letters
from firstline.channels.email.compose import Unaddressable
from firstline.commands import jobs, notices
from firstline.core.outbox.models import Letter
from firstline.worker.trouble import Hopeless, TryLater

log = structlog.get_logger(__name__)

GIVE_UP_AFTER = timedelta(days=5)
_OVER_MEASURE = timedelta(minutes=10)
_SHORTEST, _LONGEST = timedelta(seconds=5), timedelta(minutes=5)
# While the server does not answer, it is asked only so often, and other work goes on.
REST_SECONDS = 5.0


class _Server:
    """What this process knows of the mail server: until when it is left alone, and whether it was away last.

    A new process does not know: its first success lets go whatever waited.
    """

    resting_until = 0.0
    was_away = True


@task
def deliver(letter: int) -> Callable[[], object] | None:
    """Hand one letter over, and return what is to be written of it. One sent or refused before is left as it is."""
    waiting = Letter.objects.filter(pk=letter, sent_at=None, refused_at=None, withdrawn_at=None)
    pending = waiting.select_related("person").first()
    if pending is None:
        return None
    if not notices.has_room(letter=pending, now=timezone.now()):
        return _over_measure(pending)
    rest = _Server.resting_until - time.monotonic()
    if settings.SMTP and rest > 0:
        raise TryLater("the mail server did not answer a moment ago", after=_wait(pending, timedelta(seconds=rest)))
    try:
        _hand_over(letters.mail_of(pending), pending)
    except (driver.Refusal, Unaddressable) as refusal:
        return _refused(pending, refusal)
    except driver.Trouble as trouble:
        return _later(pending, trouble)
    return partial(_sent, pending)


def _hand_over(mail: EmailMessage, letter: Letter) -> None:
    server = letters.server_of(letter)
    if server:
        driver.deliver(mail, server, key=settings.DKIM)
    else:
        driver.lay_down(mail, settings.DATA / "outgoing-mail", f"{letter.queued_at:%Y%m%d-%H%M%S}-{letter.pk}")


def _over_measure(letter: Letter) -> Callable[[], object]:
    """Leave out an automatic answer to somebody who had too many letters lately; let any other wait."""
    if letter.kind in notices.LEFT_OUT:
        log.warning("letter left out", letter=letter.pk, kind=letter.kind)
        return partial(notices.left_out, letter=letter, now=timezone.now())
    why = notices.too_many()
    raise TryLater(why, after=_OVER_MEASURE, note=partial(notices.delayed, letter=letter, why=why))


def _sent(letter: Letter) -> None:
    now = timezone.now()
    notices.sent(letter=letter, now=now)
    if _Server.was_away:
        # It is back: whatever waited for it goes at once.
        _Server.was_away, _Server.resting_until = False, 0.0
        jobs.hasten(kind=notices.DELIVER, now=now)


def _refused(letter: Letter, refusal: Exception) -> Callable[[], object]:
    dead = isinstance(refusal, driver.Refusal) and refusal.address_is_dead
    log.warning("letter refused", letter=letter.pk, kind=letter.kind, address_is_dead=dead)
    return partial(
        notices.refused, letter=letter, why=str(refusal), now=timezone.now(), address_is_dead=dead
    )  # fmt: skip


def _later(letter: Letter, trouble: driver.Trouble) -> NoReturn:
    if trouble.server_is_away:
        _Server.was_away, _Server.resting_until = True, time.monotonic() + REST_SECONDS
    if timezone.now() - letter.queued_at > GIVE_UP_AFTER:
        notices.refused(letter=letter, why=f"given up after days: {trouble}", now=timezone.now())
        raise Hopeless(str(trouble)) from trouble
    log.warning("letter delayed", letter=letter.pk, attempts=letter.attempts, server_is_away=trouble.server_is_away)
    note = partial(notices.delayed, letter=letter, why=str(trouble))
    raise TryLater(str(trouble), after=_wait(letter, _SHORTEST), note=note) from trouble


def _wait(letter: Letter, least: timedelta) -> timedelta:
    """Return how long to wait: half the letter's age, so that old letters are not tried at every turn."""
    return max(least, min((timezone.now() - letter.queued_at) / 2, _LONGEST))
