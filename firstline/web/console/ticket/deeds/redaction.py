"""Dropping words or files that must not be kept, while the proof that they were there stays."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from firstline.commands import redaction
from firstline.core.kernel.refusals import NotThere
from firstline.core.kernel.refusals import _ as mark
from firstline.core.tickets import queries
from firstline.core.tickets.models import Attachment
from firstline.web import wording
from firstline.web.console.ticket.deed import Action, Deed, DeedForm
from firstline.web.console.ticket.deeds.fields import Words


class RedactionForm(DeedForm):
    """What to drop, and why."""

    what = forms.ChoiceField(label=_("What"), widget=forms.RadioSelect)
    why = Words(label=_("Why"), rows=2)

    def offer(self, deed: Deed) -> None:
        """Offer the subject, the messages and their files."""
        ticket = deed.ticket
        messages = queries.readable(ticket, deed.scope, helps=True).order_by("sent_at", "pk")
        files = Attachment.objects.filter(message__in=messages.order_by(), redacted_at=None).order_by("pk")
        said = [
            (f"message-{message.pk}", f"{message.author}, {wording.moment(message.sent_at, deed.now)}: "
                                      f"{message.content.text[:80]}")
            for message in messages if message.content.text is not None
        ]  # fmt: skip
        subject = [("subject-0", gettext("The subject: %(subject)s") % {"subject": ticket.subject})]
        self.fields["what"].choices = [  # type: ignore[attr-defined]
            *(subject if ticket.subject else []),
            *said,
            *((f"file-{file.pk}", gettext("The file %(name)s") % {"name": file.name}) for file in files),
        ]


def _redact(deed: Deed) -> str:
    sort, _dash, row = deed["what"].partition("-")
    by = {"by_id": deed.person.pk, "why": deed["why"], "now": deed.now}
    if sort == "subject":
        redaction.redact_subject(ticket_id=deed.ticket.pk, **by)
    elif sort == "message":
        redaction.redact_message(message_id=int(row), **by)
    elif sort == "file":
        redaction.redact_attachment(attachment_id=int(row), **by)
    else:
        raise NotThere(mark("There is nothing like that in this ticket."))
    return gettext("It is gone; the proof that it was there stays.")


ACTIONS = (
    Action("redaction", _("Redact"), "scissors", _redact, _("Redact"),
           _("The words or the file are dropped for good and cannot be brought back. Author, time and digest stay."),
           RedactionForm, danger=True),
)  # fmt: skip
