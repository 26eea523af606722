"""The feed of a team's rota: whoever knows its signed address reads it, for calendars do not sign in."""

from __future__ import annotations

from datetime import timedelta

from django.core.signing import BadSignature, Signer
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from firstline.channels.rota.feed import feed
from firstline.core.duty.models import Shift
from firstline.core.people.models import Team

BACK, AHEAD = timedelta(days=30), timedelta(days=180)
_signer = Signer(salt="firstline.rota")


def address(team: Team) -> str:
    """Return the signed path of a team's feed."""
    return reverse("rota-feed", args=[_signer.sign(str(team.pk))])


@require_safe
def show(http: HttpRequest, signed: str) -> HttpResponse:
    """Answer with the team's shifts of the last month and the next half year."""
    try:
        team = Team.objects.filter(pk=int(_signer.unsign(signed)), ended_at=None).first()
    except (BadSignature, ValueError):
        team = None
    if team is None:
        raise Http404
    now = timezone.now()
    shifts = Shift.objects.filter(team=team, ended_at=None, ends_at__gt=now - BACK, starts_at__lt=now + AHEAD)
    rows = shifts.select_related("person", "team").order_by("starts_at", "pk")
    return HttpResponse(feed(team.name, rows), content_type="text/calendar; charset=utf-8")
