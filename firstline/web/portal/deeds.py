"""What a requester does with a request: read, answer, bring people in, withdraw, confirm, reopen, rate.

Whatever changes something is a POST; its address answers GET with a page whose button posts, because letters link to it
and mail scanners open every link.
"""

from __future__ import annotations

from io import BytesIO

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from firstline.commands import participants, progress, ratings, submission
from firstline.core.intake.store import bytes_of
from firstline.core.kernel.refusals import BadInput, Refused
from firstline.core.people.queries import by_contact
from firstline.core.tickets.models import Attachment
from firstline.core.tickets.states import Audience
from firstline.web.http import Http
from firstline.web.portal import limits, outages, standing
from firstline.web.portal.access import Access, on_request
from firstline.web.portal.forms import AnswerForm, PeopleForm, RatingForm, WhyForm

either = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@on_request
def page(http: Http, access: Access) -> HttpResponse:
    """Show the request: how it stands, the conversation, what can be done."""
    return _page(http, access, AnswerForm())


@require_POST
@on_request
def reply(http: Http, access: Access) -> HttpResponse:
    """Add the requester's words and files; shown again with the reason if they are refused."""
    form = AnswerForm(http.POST, http.FILES)
    if not form.is_valid():
        return _page(http, access, form, status=422)
    limits.spend_as_person(access.person_id)
    try:
        submission.answer(
            ticket_id=access.ticket.pk, by_id=access.person_id, key=form.cleaned_data["key"],
            text=form.cleaned_data["text"], files=form.attached(), now=timezone.now(),
            still_broken="still_broken" in http.POST,
        )  # fmt: skip
    except BadInput as refusal:
        form.refuse(refusal)
        return _page(http, access, form, status=422)
    return _back(http, access, _("Your message has been added."))


@either
@on_request
def confirm(http: Http, access: Access) -> HttpResponse:
    """The requester says that it is solved."""
    if http.method != "POST":
        return _deed(http, access, "confirm")
    progress.confirm(ticket_id=access.ticket.pk, by_id=access.person_id, now=timezone.now())
    return _back(http, access, _("Thank you. The request is closed."))


@either
@on_request
def still_broken(http: Http, access: Access) -> HttpResponse:
    """The requester says that it is not solved: work goes on where it stopped."""
    form = WhyForm(_posted(http))
    if http.method != "POST" or not form.is_valid():
        return _deed(http, access, "still-broken", form)
    why = form.cleaned_data["why"]
    progress.reopen(ticket_id=access.ticket.pk, by_id=access.person_id, why=why, now=timezone.now())
    return _back(http, access, _("The request is open again, and those who had it know."))


@either
@on_request
def withdraw(http: Http, access: Access) -> HttpResponse:
    """The requester needs it no more."""
    form = WhyForm(_posted(http))
    if http.method != "POST" or not form.is_valid():
        return _deed(http, access, "withdraw", form)
    why = form.cleaned_data["why"]
    progress.withdraw(ticket_id=access.ticket.pk, by_id=access.person_id, why=why, now=timezone.now())
    return _back(http, access, _("The request is withdrawn."))


@either
@on_request
def rating(http: Http, access: Access) -> HttpResponse:
    """The requester says how it went, from 1 to 5."""
    form = RatingForm(_posted(http))
    if http.method != "POST" or not form.is_valid():
        return _deed(http, access, "rating", form, status=422 if http.method == "POST" else 200)
    ratings.rate(
        ticket_id=access.ticket.pk, by_id=access.person_id, score=form.cleaned_data["score"],
        comment=form.cleaned_data["comment"], now=timezone.now(),
    )  # fmt: skip
    return _back(http, access, _("Thank you for saying how it went."))


@require_POST
@on_request
def people(http: Http, access: Access) -> HttpResponse:
    """Let somebody else follow the request."""
    form = PeopleForm(http.POST)
    if form.is_valid():
        person = by_contact("email", form.cleaned_data["mail"])
        person_id, now = person.pk if person else 0, timezone.now()
        try:
            participants.add_participant(
                ticket_id=access.ticket.pk, by_id=access.person_id, person_id=person_id, now=now
            )
            return _back(http, access, _("They can follow the request now."))
        except Refused as refusal:
            form.add_error("mail", refusal.in_words(_))
    return _page(http, access, AnswerForm(), people=form, status=422)


@require_safe
@on_request
def attachment(http: Http, access: Access, pk: int) -> FileResponse:
    """Send a file of the conversation, to be saved, never to be shown."""
    shown = Attachment.objects.filter(
        message__ticket=access.ticket, message__audience=Audience.PUBLIC, redacted_at=None
    )
    file = shown.select_related("blob").filter(pk=pk).first()
    if file is None:
        raise Http404
    return FileResponse(
        BytesIO(bytes_of(file.blob)), as_attachment=True, filename=file.name, content_type="application/octet-stream"
    )


def _posted(http: Http) -> QueryDict | None:
    return http.POST if http.method == "POST" else None


def _page(
    http: Http, access: Access, form: AnswerForm, people: PeopleForm | None = None, status: int = 200
) -> HttpResponse:
    language = get_language() or "en"
    context = {
        "place": "requests", "access": access, "ticket": access.ticket, "form": form,
        "people_form": people or PeopleForm(), "standing": standing.of(access.ticket, language),
        "known": [known] if (known := outages.around(access.ticket)) else [],
    }  # fmt: skip
    return render(http, "portal/request.html", context, status=status)


def _deed(
    http: Http, access: Access, deed: str, form: WhyForm | RatingForm | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "place": "requests",
        "access": access,
        "ticket": access.ticket,
        "deed": deed,
        "form": form,
        "stars": http.GET.get("score"),
    }
    return render(http, "portal/deed.html", context, status=status)


def _back(http: Http, access: Access, said: str) -> HttpResponseRedirect:
    messages.success(http, said)
    return redirect(access.base)
