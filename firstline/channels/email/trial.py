"""A letter that says only that letters leave: sent as a mailbox to whoever sets it up, while they wait."""

from __future__ import annotations

import secrets as chance
from datetime import datetime
from email.message import EmailMessage

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from firstline.channels.email import driver, identities
from firstline.channels.email.compose import Head, Unaddressable, compose
from firstline.channels.email.driver import Server
from firstline.channels.email.said import Said
from firstline.core.intake import secrets
from firstline.core.intake.models import Mailbox
from firstline.core.kernel.refusals import Refused
from firstline.core.kernel.refusals import _ as sentence
from firstline.core.people.models import Person
from firstline.core.people.queries import mail_of

# So long somebody waits before a page.
PATIENCE = 12.0


class NotSent(Refused):
    """The letter did not leave; its sentence says why, and what to look at."""


def sent(mailbox: Mailbox, person: Person, now: datetime) -> str:
    """Send a letter as the mailbox to this person; return the host that took it, "" where no server is set up.

    Where none is, letters are laid into a folder, and so is this one. Raises NotSent.
    """
    address = mail_of(person.pk)
    if not address:
        raise NotSent(sentence("You have no mail address to which a letter could go."))
    identity = identities.as_mailbox(mailbox, mailbox.desk)
    server: Server | None = settings.SMTP
    if identity.own_server:
        server = settings.SMTP_SERVER_OF(secrets.opened(identity.own_server))
    host = server.host if server else ""
    try:
        mail = _letter(mailbox, person, address, identity.sender, now)
        if server:
            driver.deliver_apart(mail, server, key=settings.DKIM, timeout=PATIENCE)
        else:
            driver.lay_down(mail, settings.DATA / "outgoing-mail", f"{now:%Y%m%d-%H%M%S}-test-{mailbox.pk}")
    except Unaddressable as error:
        raise NotSent(sentence("No letter can be written from %(address)s."), address=mailbox.address) from error
    except driver.Refusal as refusal:
        raise NotSent(sentence("%(host)s did not take the letter. It said: %(said)s"), host=host,
                      said=str(refusal)) from refusal  # fmt: skip
    except driver.Trouble as trouble:
        raise NotSent(_troubled(trouble), host=host, said=str(trouble)) from trouble
    return host


def _troubled(trouble: driver.Trouble) -> str:
    if trouble.server_is_away:
        return sentence("%(host)s could not be spoken to. Look at the server's name, port, user and password. "
                        "It said: %(said)s")  # fmt: skip
    return sentence("%(host)s did not take the letter. It said: %(said)s")


def _letter(mailbox: Mailbox, person: Person, address: str, sender: str, now: datetime) -> EmailMessage:
    with translation.override(person.language):
        said = Said(
            headline=_("Letters of %(address)s leave") % {"address": mailbox.address},
            sentences=(_("This letter was sent to see whether they do. Nobody else got it."),),
            why=_("You get this letter because you asked for it in set-up."),
        )
        head = Head(
            message_id=f"<test.{chance.token_hex(16)}@{mailbox.address.rpartition('@')[2]}>", sender=sender,
            to_name=person.name, to_address=address, subject=said.headline, written_at=now, language=person.language,
            desk=mailbox.desk.name, signature=identities.as_mailbox(mailbox, mailbox.desk).signature(person.language),
        )  # fmt: skip
        return compose(said, head)
