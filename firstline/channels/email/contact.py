"""Trying a mailbox while somebody waits: one sentence on what happened, whether it worked or not."""

from __future__ import annotations

import poplib
import socket
import ssl
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import dataclass

from imap_tools.errors import MailboxFolderSelectError, MailboxLoginError

from firstline.channels.email import imap, pop3, signing_in
from firstline.core.intake.models import Mailbox
from firstline.core.kernel.refusals import Refused, _

# So long somebody waits before a page; a receiver has more patience.
PATIENCE = 12.0
SIGNED_OUT = (MailboxLoginError, poplib.error_proto, signing_in.NotSignedIn)


class NotReached(Refused):
    """The mailbox could not be opened; its sentence says why, and what to look at."""


@dataclass(frozen=True)
class Contact:
    """A mailbox that could be opened: how many mails lie there that were not taken yet."""

    new: int


def tried(mailbox: Mailbox, *, patience: float = PATIENCE) -> Contact:
    """Open the mailbox, look what is new, change nothing; raises NotReached."""
    pool = ThreadPoolExecutor(1)
    try:
        return pool.submit(_look, mailbox).result(timeout=patience)
    except TookTooLong as error:
        raise NotReached(_("%(host)s did not answer in time. Look at the server's name, port and encryption, and at "
                           "firewalls on the way."), host=mailbox.host) from error  # fmt: skip
    except (*imap.Troubles, poplib.error_proto) as error:
        raise _in_words(mailbox, error) from error
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _look(mailbox: Mailbox) -> Contact:
    if mailbox.fetching == Mailbox.Fetching.POP3:
        with pop3.opened(mailbox) as drop:
            return Contact(len(drop.listed()))
    with imap.opened(mailbox) as folder:
        return Contact(len(folder.new()))


def _in_words(mailbox: Mailbox, error: Exception) -> NotReached:
    host, said = mailbox.host, " ".join(str(error).split())[:200]
    if isinstance(error, SIGNED_OUT):
        return NotReached(_("%(host)s did not let %(user)s in. Look at the user and the password. It said: %(said)s"),
                          host=host, user=mailbox.username, said=said)  # fmt: skip
    if isinstance(error, MailboxFolderSelectError):
        return NotReached(_("%(host)s let us in, but has no folder %(folder)s."), host=host, folder=mailbox.folder)
    if isinstance(error, socket.gaierror):
        return NotReached(_("There is no server named %(host)s."), host=host)
    if isinstance(error, ssl.SSLError):
        return NotReached(_("No encrypted connection to %(host)s: %(said)s. Look at the port, the kind of encryption "
                            "and the server's certificate."), host=host, said=said)  # fmt: skip
    if isinstance(error, ConnectionRefusedError):
        return NotReached(_("Nothing answers on that port of %(host)s. Look at port and encryption."), host=host)
    return NotReached(_("%(host)s could not be read: %(said)s"), host=host, said=said)
