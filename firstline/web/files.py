"""Files of a conversation, served to whoever may read the message they came with; never run, seldom shown."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import FileResponse, HttpResponseBase
from django.http.response import HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from firstline.core.intake.models import Blob
from firstline.core.intake.store import path_of
from firstline.core.kernel.refusals import NotThere, _
from firstline.core.people.rights import scope_of
from firstline.core.tickets import queries
from firstline.core.tickets.models import Attachment
from firstline.web.http import Http

# Pictures made of points, by their first bytes: nothing that a browser would run.
_PICTURES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}
_POLICY = "default-src 'none'; sandbox"


@require_safe
def show(http: Http, pk: int, name: str) -> HttpResponseBase:
    """Send the file of that id; the name in its address is for people."""
    file = _readable(http, pk)
    response = _sent(file)
    response["Content-Security-Policy"] = _POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=3600"
    return response


def _readable(http: Http, pk: int) -> Attachment:
    """Return the file if the reader may read its message; whatever else is the case, there is no such file."""
    rows = Attachment.objects.select_related("message__ticket", "blob").filter(pk=pk, redacted_at=None)
    file = rows.first() if http.person else None
    if file is None or http.person is None:
        raise _nowhere()
    ticket, scope = file.message.ticket, scope_of(http.person.pk)
    if not queries.visible_to(scope).filter(pk=ticket.pk).exists():
        raise _nowhere()
    helps = queries.staff_on(scope, ticket)
    if not queries.readable(ticket, scope, helps=helps).filter(pk=file.message_id).exists():
        raise _nowhere()
    return file


def _sent(file: Attachment) -> HttpResponseBase:
    kind = picture_type(_begins(file.blob))
    disposition = content_disposition_header(as_attachment=kind is None, filename=file.name)
    headers = {"Content-Disposition": disposition or "attachment", "Content-Length": str(file.blob.size)}
    content_type = kind or "application/octet-stream"
    if file.blob.inline is not None:
        return HttpResponse(bytes(file.blob.inline), content_type=content_type, headers=headers)
    try:
        opened = path_of(file.blob_id).open("rb")
    except FileNotFoundError as error:
        raise _nowhere() from error
    return FileResponse(opened, content_type=content_type, headers=headers)


def _begins(blob: Blob) -> bytes:
    if blob.inline is not None:
        return bytes(blob.inline[:16])
    try:
        with path_of(blob.digest).open("rb") as file:
            return file.read(16)
    except FileNotFoundError as error:
        raise _nowhere() from error


def picture_type(begins: bytes, known: Iterable[tuple[bytes, str]] = tuple(_PICTURES.items())) -> str | None:
    """Return the type of a safe picture by its first bytes, whatever it says it is."""
    if begins[:4] == b"RIFF" and begins[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for mark, kind in known if begins.startswith(mark)), None)


def _nowhere() -> NotThere:
    return NotThere(_("There is no such file."))
