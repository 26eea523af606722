"""The whole of a mail whose new part the story shows: a document for a frame that runs and fetches nothing."""

from __future__ import annotations

import base64

from django.http import HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from firstline.core.insight.dossier import helps
from firstline.core.intake.store import begins
from firstline.core.kernel.refusals import NotThere, _
from firstline.core.tickets import queries
from firstline.core.tickets.models import Attachment, Message
from firstline.web import mailhtml
from firstline.web.console.access import Staff, staff
from firstline.web.console.ticket import page
from firstline.web.files import picture_type

# Pictures are put into the page itself, so that the frame needs no network; what is larger stays a file beside it.
LARGEST, ALL = 2_000_000, 8_000_000


@require_safe
@staff
def whole(http: Staff, number: int, row: int) -> HttpResponse:
    """Show a mail as it came, cleaned; with pictures from elsewhere only if they are asked for."""
    ticket = page.found(http, number)
    readable = queries.readable(ticket, http.scope, helps=helps(http.scope, ticket))
    message = readable.filter(pk=row, mail__isnull=False).select_related("mail__html", "mail__text").first()
    if message is None:
        raise NotThere(_("There is no such mail."))
    remote = http.GET.get("pictures") == "yes"
    body = _body(message, remote=remote)
    document = mailhtml.document(body, language=get_language() or "en")
    return HttpResponse(document, headers=mailhtml.headers(remote=remote))


def _body(message: Message, *, remote: bool) -> str:
    html, text = message.mail.html, message.mail.text
    if html and html.text:
        return mailhtml.clean(html.text, _pictures(message), remote=remote).html
    # What was erased is gone here too.
    return mailhtml.plain((text or message.content).text or "")


def _pictures(message: Message) -> dict[str, str]:
    """Return the mail's own pictures by content id, as data: addresses."""
    files = message.attachments.exclude(content_id="").filter(redacted_at=None).select_related("blob").order_by("id")
    found: dict[str, str] = {}
    left = ALL
    for file in files:
        if file.blob.size <= min(LARGEST, left):
            found[file.content_id] = _as_data(file)
            left -= file.blob.size
    return {name: address for name, address in found.items() if address}


def _as_data(file: Attachment) -> str:
    read = begins(file.blob, LARGEST)
    kind = picture_type(read[:16])
    return f"data:{kind};base64,{base64.b64encode(read).decode()}" if kind else ""
