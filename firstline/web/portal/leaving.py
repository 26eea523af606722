"""Getting no more letters about a request that one only follows: by a press, or by one's mail program (RFC 8058).

A GET shows a page with a button, since scanners open every link. A mail program posts without cookies: the signed token
in the address is all the right there is, and all it gives is leaving.
"""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from firstline.commands import participants
from firstline.core.kernel.identifiers import number_of
from firstline.core.people.models import Person
from firstline.core.tickets import links
from firstline.core.tickets.models import Participant
from firstline.web.http import Http


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def leave(http: Http, token: str) -> HttpResponse:
    """Show what leaving means; left by POST, however often it is sent."""
    let = links.read_leaving(token)
    if http.method == "POST":
        participants.leave(ticket_id=let.ticket_id, person_id=let.person_id, now=timezone.now())
    follows = Participant.objects.filter(ticket_id=let.ticket_id, person_id=let.person_id, ended_at=None).exists()
    person = Person.objects.only("language").get(pk=let.person_id)
    with translation.override(person.language):
        response = render(http, "portal/leave.html", {"number": number_of(let.ticket_id), "follows": follows})
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
