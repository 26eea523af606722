"""The portal's pages before a request exists: asking, answers, and what was sent."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core import signing
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from firstline.commands.submission import Form, submit
from firstline.core.kernel.refusals import BadInput
from firstline.core.knowledge import queries as knowledge
from firstline.core.people.queries import home_desk
from firstline.core.services import queries as services
from firstline.core.services.models import Service
from firstline.core.tickets.models import Ticket
from firstline.web.http import Http, SignedIn
from firstline.web.portal import limits, lists, markdown, outages, standing, suggestions
from firstline.web.portal.first_run import needs_desk
from firstline.web.portal.forms import RequestForm
from firstline.web.portal.sending import SENT, sender_of, to_confirmation
from firstline.web.zones import tell_time_in

_ELSE = "other"


@require_safe
@needs_desk
def home(http: Http) -> HttpResponse:
    """Ask what happened, and offer answers and services; the words so far may be in the address."""
    words = http.GET.get("what", "")[:300]
    offered = list(services.offered())
    context = {"place": "home", "words": words, "services": offered, **suggestions.to(words)}
    context["outages"] = outages.known(http.person)
    context["catch_all"] = all(service.key != _ELSE for service in offered)
    return render(http, "portal/home.html", context)


@require_http_methods(["GET", "POST"])
def suggest(http: Http) -> HttpResponse:
    """Return what may answer the words typed so far, as a fragment."""
    if http.method == "POST":  # beside a form the services are of no use any more
        return render(http, "portal/_beside.html", _offered(http, http.POST.get("text", "")[:300]))
    words = http.GET.get("what", "")[:300]
    return render(http, "portal/_suggestions.html", {"words": words, **_offered(http, words)})


@require_http_methods(["GET", "HEAD", "POST"])
@needs_desk
def ask(http: Http, key: str) -> HttpResponse:
    """Show a service's form, and register what it brings."""
    service = _service(key)
    version = services.form_of(service.pk) if service else None
    asked = version.fields if version else []
    posted = http.method == "POST"
    words = {"text": http.GET.get("what", "")[:2000]}
    form = RequestForm(
        http.POST if posted else None,
        http.FILES if posted else None,
        asked=asked,
        guest=http.person is None,
        initial=words,
    )
    if posted and form.is_valid():
        sent = _sent(http, service, form)
        if sent is not None:
            return sent
    answers = [
        shown for shown in knowledge.listed(get_language() or "en") if service and shown.service_id == service.pk
    ]
    known = outages.of_service(outages.known(http.person), service.pk if service else None)
    context = {"place": "home", "service": service, "form": form, "articles": answers[:5], "known": known}
    return render(http, "portal/ask.html", context, status=422 if posted else 200)


@require_safe
def sent(http: Http, token: str) -> HttpResponse:
    """Show the number, the promise in words, and what happens next."""
    try:
        pk, guest = signing.loads(token, salt=SENT, max_age=86_400)
    except signing.BadSignature as error:
        raise Http404 from error
    ticket = Ticket.objects.select_related("desk", "service", "requester").get(pk=pk)
    if http.person is None:
        tell_time_in(ticket.desk.time_zone)
    context = {"ticket": ticket, "guest": guest, "promises": standing.promises(pk)}
    return render(http, "portal/sent.html", context)


@require_safe
@login_required
def requests(http: SignedIn) -> HttpResponse:
    """List the person's requests, or, for its manager, the organisation's."""
    scope = http.scope
    shown = lists.chosen(http.GET.get("show", ""), scope)
    page = Paginator(lists.rows(shown, scope), 20).get_page(http.GET.get("page"))
    context = {"place": "requests", "shown": shown, "page": page, "manager": bool(scope.organisations)}
    return render(http, "portal/requests.html", context)


@require_GET
def answers(http: Http) -> HttpResponse:
    """List the answers for everybody, or those that match the words given."""
    words, language = http.GET.get("what", "")[:300], get_language() or "en"
    articles = knowledge.answering(words, language, most=20) if words else knowledge.listed(language)
    return render(http, "portal/answers.html", {"place": "answers", "articles": articles, "words": words})


@require_GET
def article(http: Http, key: str) -> HttpResponse:
    """Show one answer in the reader's language, or the nearest it has."""
    shown = knowledge.article(key, get_language() or "en")
    if shown is None:
        raise Http404
    service = services.offered().filter(pk=shown.service_id or 0).first()
    context = {"place": "answers", "article": shown, "body": markdown.html(shown.body), "service": service}
    return render(http, "portal/article.html", context)


def _offered(http: Http, words: str) -> dict[str, Any]:
    """Return what may spare somebody the request: answers, services, and outages that are known."""
    return {**suggestions.to(words), "known": outages.about(outages.known(http.person), words)}


def _service(key: str) -> Service | None:
    """Return the service of that key; None for the form without a service, unless a service has its key."""
    service = services.offered().select_related("desk").filter(key=key).first()
    if service is None and key != _ELSE:
        raise Http404
    return service


def _sent(http: Http, service: Service | None, form: RequestForm) -> HttpResponse | None:
    """Register the request and lead to its confirmation; None if it was refused, with the reason in the form."""
    filled: dict[str, Any] = form.cleaned_data
    desk = service.desk if service else home_desk()
    if filled["website"] or desk is None:
        raise Http404
    try:
        sender = sender_of(http, filled)
        wanted = Form(
            key=filled["key"], desk_id=desk.pk, service_id=service.pk if service else None, text=filled["text"],
            answers=form.answers, files=form.attached(),
        )  # fmt: skip
        settled = submit(form=wanted, sender=sender, now=timezone.now())
    except (BadInput, limits.TooOften) as refusal:
        form.refuse(refusal)
        return None
    return to_confirmation(http, settled.ticket_id or 0)
