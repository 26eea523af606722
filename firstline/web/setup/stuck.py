"""Work that is stuck: jobs that failed too often and wait for somebody, and letters that do not leave."""

from __future__ import annotations

from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from firstline.commands import jobs
from firstline.core.outbox import queries
from firstline.core.outbox.models import Job, Letter
from firstline.core.tickets.models import Ticket
from firstline.web import wording
from firstline.web.setup import forms as forming
from firstline.web.setup import frame, lists
from firstline.web.setup.access import Manager, managed
from firstline.web.templatetags.frame import ago

SHOWN = 50


@require_safe
@managed
def listed_jobs(http: Manager) -> HttpResponse:
    """Show the parked jobs, first parked first; they belong to no desk, so only to administrators."""
    parked = queries.parked() if http.scope.administrator else queries.parked().none()
    found = list(parked.filter(pk__gt=_after(http))[: SHOWN + 1])
    rows = [_job(http, job) for job in found[:SHOWN]]
    more = f"?after={found[SHOWN - 1].pk}" if len(found) > SHOWN else ""
    empty = lists.Empty(_("Nothing is stuck"), _("What fails is tried again by itself, eight times."), "circle-check")
    return lists.page(
        http, "stuck", title=_("Parked work"), rows=rows, empty=empty, more=more,
        about=_("What failed eight times. Once its cause is gone, let it be tried again."),
    )  # fmt: skip


@require_safe
@managed
def listed_letters(http: Manager) -> HttpResponse:
    """Show the letters that were tried and have not left, first queued first."""
    late = queries.late_letters().select_related("person").filter(pk__gt=_after(http))
    of_desk = Exists(Ticket.objects.filter(pk=OuterRef("ticket_id"), desk=http.desk))
    found = list((late if http.scope.administrator else late.filter(of_desk))[: SHOWN + 1])
    rows = [_letter(letter) for letter in found[:SHOWN]]
    more = f"?after={found[SHOWN - 1].pk}" if len(found) > SHOWN else ""
    empty = lists.Empty(_("No letter is late"), _("Letters leave within a minute."), "circle-check")
    return lists.page(
        http, "late-letters", title=_("Late letters"), rows=rows, empty=empty, more=more,
        about=_("What the mail server did not take yet. It is tried again until it leaves or is refused."),
    )  # fmt: skip


@require_POST
@managed
def retry(http: Manager, pk: int) -> HttpResponse:
    """Let a parked job be tried again."""
    jobs.retry(job_id=pk, by_id=http.person.pk, now=timezone.now())
    return forming.saved(http, "stuck", word=gettext("It is being tried again."))


def _job(http: Manager, job: Job) -> lists.Row:
    tried = ngettext("tried %(n)s time", "tried %(n)s times", job.attempts) % {"n": job.attempts}
    again = lists.Deed(_("Try again"), frame.address(http, "stuck-retry", job.pk), icon="rotate-ccw")
    return lists.Row(
        title=job.kind.rpartition(".")[2].replace("_", " "), icon="hourglass", deeds=[again],
        about=[ago(job.owed_at), tried, job.trouble[:300]],
    )  # fmt: skip


def _letter(letter: Letter) -> lists.Row:
    waits = wording.span(timezone.now() - letter.queued_at)
    tried = ngettext("tried %(n)s time", "tried %(n)s times", letter.attempts) % {"n": letter.attempts}
    return lists.Row(
        title=letter.address, icon="mail",
        about=[letter.person.name, gettext("waits %(time)s") % {"time": waits}, tried, letter.trouble[:300]],
    )  # fmt: skip


def _after(http: Manager) -> int:
    given = http.GET.get("after", "")
    return int(given[:18]) if given.isdigit() else 0


urlpatterns = [
    path("stuck", listed_jobs, name="stuck"),
    path("stuck/letters", listed_letters, name="late-letters"),
    path("stuck/<int:pk>/retry", retry, name="stuck-retry"),
]
