"""Other times for one service, kind or priority of those an agreement binds: a copy and its rule, in one step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from firstline.commands.setup import agreement_rules
from firstline.core.kernel.refusals import NotThere
from firstline.core.kernel.refusals import _ as sentence
from firstline.core.sla.escalations import PROMISED
from firstline.web import naming
from firstline.web.setup import forms as forming
from firstline.web.setup import offers
from firstline.web.setup.access import Manager, managed
from firstline.web.setup.promises import TargetsForm, found_version, typed


class CopyForm(TargetsForm):
    """A copy of an agreement with other times, for one service, kind or priority of those it binds."""

    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=100)
    service = offers.OfDesk(label=_("Service"), empty=_("as before"))
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("any kind")), *naming.KINDS.items()], required=False)
    priority = forms.TypedChoiceField(
        label=_("Priority"), choices=[("", _("any priority")), *naming.PRIORITIES.items()], coerce=int,
        empty_value=None, required=False,
    )  # fmt: skip
    field_order = ("name", "service", "kind", "priority", "calendar")

    def __init__(self, *args: Any, http: Manager, **more: Any) -> None:
        super().__init__(*args, http=http, kinds=PROMISED, **more)
        offers.fill(self, http)


@require_http_methods(["GET", "HEAD", "POST"])
@managed
def copy(http: Manager, pk: int) -> HttpResponse:
    """Promise other times for a service, kind or priority of those an agreement binds: a copy and its rule at once."""
    version = found_version(http, pk)
    own = version.agreement
    if own.team_id:
        raise NotThere(sentence("There is no such page."))
    form = CopyForm(forming.given(http), http=http, initial=typed(version))

    def deed(values: Mapping[str, Any]) -> None:
        agreement_rules.copy_agreement(
            agreement_id=pk, name=values["name"], calendar_id=values["calendar"], targets=form.targets(),
            service_id=values["service"], kind=values["kind"], priority=values["priority"], by_id=http.person.pk,
            now=timezone.now(),
        )  # fmt: skip

    if forming.done(form, deed):
        return forming.saved(http, "rules", word=gettext("The copy is made, and a rule chooses it."))
    about = _HOW_COPIED if own.tier_id else _HOW_COPIED_FOR_ALL
    return forming.page(
        http, "agreements", form, title=gettext("Copy of %(name)s") % {"name": own.name}, about=about,
        save=_("Promise this"), template="setup/targets.html",
    )  # fmt: skip


_HOW_COPIED = _(
    "It holds for the same customers, for the service, kind or priority you name. A rule that chooses it is made "
    "with it and asked before all others."
)
_HOW_COPIED_FOR_ALL = _(
    "It holds for the service, kind or priority you name, and for the customers of every tier unless another rule "
    "comes first: a rule that chooses it is made with it and asked last."
)

urlpatterns = [path("agreements/<int:pk>/copy", copy, name="agreement-copy")]
