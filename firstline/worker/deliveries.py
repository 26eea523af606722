"""Letters leave: each attempt is counted before it is made, and what came of it is written on the letter."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

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
def deliver(letter: int) -> None:
    """Hand one letter over. A letter sent or refused before is left as it is."""
    pending = Letter.objects.filter(pk=letter, sent_at=None, refused_at=None).first()
    if pending is None:
        return
    rest = _Server.resting_until - time.monotonic()
    if settings.SMTP and rest > 0:
        raise TryLater("the mail server did not answer a moment ago", after=_wait(pending, timedelta(seconds=rest)))
    attempt = notices.begin_attempt(letter_id=letter)
    if attempt is not None:
        _attempt(attempt)


def _attempt(letter: Letter) -> None:
    try:
        mail = letters.mail_of(letter)
        if settings.SMTP:
            driver.deliver(mail, settings.SMTP)
        else:
            driver.lay_down(mail, settings.DATA / "outgoing-mail", f"{letter.queued_at:%Y%m%d-%H%M%S}-{letter.pk}")
    except (driver.Refusal, Unaddressable) as refusal:
        dead = isinstance(refusal, driver.Refusal) and refusal.address_is_dead
        notices.refused(letter=letter, why=str(refusal), now=timezone.now(), address_is_dead=dead)
        log.warning("letter refused", letter=letter.pk, kind=letter.kind, address_is_dead=dead)
    except driver.Trouble as trouble:
        _later(letter, trouble)
    else:
        notices.sent(letter=letter, now=timezone.now())
        _server_is_back()


def _server_is_back() -> None:
    """Let go at once all letters that waited for the server."""
    if _Server.was_away:
        _Server.was_away, _Server.resting_until = False, 0.0
        jobs.hasten(kind=notices.DELIVER, now=timezone.now())


def _later(letter: Letter, trouble: driver.Trouble) -> None:
    if trouble.server_is_away:
        _Server.was_away, _Server.resting_until = True, time.monotonic() + REST_SECONDS
    now = timezone.now()
    if now - letter.queued_at > GIVE_UP_AFTER:
        notices.refused(letter=letter, why=f"given up after days: {trouble}", now=now)
        raise Hopeless(str(trouble)) from trouble
    notices.delayed(letter=letter, why=str(trouble))
    log.warning("letter delayed", letter=letter.pk, attempt=letter.attempts, server_is_away=trouble.server_is_away)
    raise TryLater(str(trouble), after=_wait(letter, _SHORTEST, now)) from trouble


def _wait(letter: Letter, least: timedelta, now: datetime | None = None) -> timedelta:
    """Return how long to wait: half the letter's age, so that old letters are not tried at every turn."""
    age = (now or timezone.now()) - letter.queued_at
    return max(least, min(age / 2, _LONGEST))
