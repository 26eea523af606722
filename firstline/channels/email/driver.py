"""Handing mails over to an SMTP server, or to a folder where none is set up.

A server's final word (5xx about this mail or its recipient) is told apart from trouble that passes: no
connection, 4xx, and whatever is wrong with the desk's own set-up, which must not cost anybody a letter.
"""

from __future__ import annotations

import os
import smtplib
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from functools import cache
from pathlib import Path
from typing import Protocol

from firstline.channels.email.signing import Key, signed

TIMEOUT = 15
# A connection serves letters that follow one another closely, and not for ever.
_KEPT_SECONDS, _LETTERS, _MOST_OPEN = 5.0, 50, 4
_NO_SUCH_ADDRESS = {550, 551, 553}
_TOO_LARGE = 552


class Server(Protocol):
    """How to speak to the SMTP server: settings.SMTP."""

    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def user(self) -> str: ...
    @property
    def password(self) -> str: ...
    @property
    def starttls(self) -> bool: ...
    @property
    def tls(self) -> bool: ...


class Refusal(Exception):
    """The server will never take this mail; `address_is_dead` if it knows nobody of that address."""

    def __init__(self, why: str, *, address_is_dead: bool = False) -> None:
        super().__init__(why)
        self.address_is_dead = address_is_dead


class Trouble(Exception):
    """The mail could not be handed over now; `server_is_away` if no other could either."""

    def __init__(self, why: str, *, server_is_away: bool = False) -> None:
        super().__init__(why)
        self.server_is_away = server_is_away


def deliver(mail: EmailMessage, server: Server, *, key: Key | None = None, timeout: float = TIMEOUT) -> None:
    """Hand the mail over to the server; when it returns, the server has answered for it. Raises Refusal, Trouble.

    key   signs it, where it is of the sender's domain
    """
    session = _reached(_session, server, timeout)
    try:
        _hand_over(session, mail, key)
    except (smtplib.SMTPException, OSError) as error:
        _leave(server)
        raise Trouble(_named(error)) from error


def deliver_apart(mail: EmailMessage, server: Server, *, key: Key | None = None, timeout: float = TIMEOUT) -> None:
    """Hand one mail over by a connection of its own, beside those that letters leave by. Raises Refusal, Trouble."""
    session = _reached(_connected, server, timeout)
    try:
        _hand_over(session, mail, key)
        session.quit()
    except (smtplib.SMTPException, OSError) as error:
        raise Trouble(_named(error)) from error
    finally:
        session.close()


def _reached(connect: Callable[[Server, float], smtplib.SMTP], server: Server, timeout: float) -> smtplib.SMTP:
    try:
        return connect(server, timeout)
    except smtplib.SMTPResponseException as refused:  # greeting, sign-in: the desk's set-up, not this letter
        raise Trouble(_words(refused.smtp_code, refused.smtp_error), server_is_away=True) from refused
    except (smtplib.SMTPException, OSError) as error:
        raise Trouble(_named(error), server_is_away=True) from error


def _hand_over(session: smtplib.SMTP, mail: EmailMessage, key: Key | None) -> None:
    sender, recipient = (parseaddr(str(mail[name]))[1] for name in ("From", "To"))
    try:
        session.sendmail(sender, [recipient], signed(mail.as_bytes(policy=SMTP), sender, key))
    except smtplib.SMTPRecipientsRefused as refused:
        _recipient_refused(*next(iter(refused.recipients.values())))
    except smtplib.SMTPResponseException as refused:
        final = isinstance(refused, smtplib.SMTPDataError) and 500 <= refused.smtp_code < 600
        words = _words(refused.smtp_code, refused.smtp_error)
        # Whom the server lets send is our set-up; how large a mail may be is not.
        raise (Refusal if final or refused.smtp_code == _TOO_LARGE else Trouble)(words) from refused


def leave_if_idle() -> None:
    """Say goodbye to servers by whose open connection no letter has left for some seconds."""
    for server, held in list(_open.items()):
        if time.monotonic() - held.used_at >= _KEPT_SECONDS:
            _leave(server)


def leave() -> None:
    """Say goodbye to every server; its mails are the server's already, so a failure costs none."""
    for server in list(_open):
        _leave(server)


def lay_down(mail: EmailMessage, folder: Path, name: str) -> Path:
    """Write the mail into a folder under a name of its own, whole or not at all, and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.eml"
    part = folder / f".{name}.part"
    with part.open("wb") as file:
        file.write(mail.as_bytes())
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    return path


@dataclass
class _Open:
    """A connection by which letters leave, for the next one if it follows soon."""

    session: smtplib.SMTP
    letters: int = 0
    used_at: float = 0.0


# One for each server in use: mailboxes may each have their own.
_open: dict[Server, _Open] = {}


def _session(server: Server, timeout: float) -> smtplib.SMTP:
    held = _open.get(server)
    fresh = held is not None and time.monotonic() - held.used_at < _KEPT_SECONDS and held.letters < _LETTERS
    if held is None or not fresh or not _answers(held.session):
        _leave(server)
        _leave_idle(_MOST_OPEN - 1)
        held = _open[server] = _Open(_connected(server, timeout))
    held.letters += 1
    held.used_at = time.monotonic()
    return held.session


def _leave_idle(most: int) -> None:
    """Keep at most so many connections, those used last."""
    for server in sorted(_open, key=lambda each: _open[each].used_at, reverse=True)[most:]:
        _leave(server)


def _leave(server: Server) -> None:
    held = _open.pop(server, None)
    if held is not None:
        try:
            held.session.quit()
        except (smtplib.SMTPException, OSError):
            held.session.close()


def _answers(session: smtplib.SMTP) -> bool:
    try:
        return session.noop()[0] == 250
    except (smtplib.SMTPException, OSError):
        return False


@cache
def _own_name() -> str | None:
    # smtplib would ask the name service at every connection.
    name = socket.getfqdn()
    return name if "." in name else None


def _connected(server: Server, timeout: float) -> smtplib.SMTP:
    name = _own_name()
    if server.tls:
        context = ssl.create_default_context()
        session: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, local_hostname=name, timeout=timeout, context=context
        )
    else:
        session = smtplib.SMTP(server.host, server.port, local_hostname=name, timeout=timeout)
    try:
        if server.starttls:
            session.starttls(context=ssl.create_default_context())
        if server.user:
            session.login(server.user, server.password)
    except BaseException:
        session.close()
        raise
    return session


def _recipient_refused(code: int, answer: bytes) -> None:
    words = _words(code, answer)
    # 5.7.x speaks of policy (relaying denied, sign in first): that is our set-up, so the letter waits.
    if 500 <= code < 600 and b"5.7." not in answer:
        raise Refusal(words, address_is_dead=code in _NO_SUCH_ADDRESS)
    raise Trouble(words)


def _named(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]


def _words(code: int, answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return f"{code} {' '.join(text.split())}"[:300]
