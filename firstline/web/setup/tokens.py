"""Keys with which programs speak to the API: made within scopes, shown once, ended.

A manager has those that speak as themselves; an administrator those of everybody.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import path
from django.utils import formats, timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from firstline.commands.setup import tokens
from firstline.core.kernel.refusals import NotThere
from firstline.core.kernel.refusals import _ as sentence
from firstline.core.people.models import Token
from firstline.core.people.queries import by_contact
from firstline.core.people.tokens import READ, REGISTER, REPLY, WORK
from firstline.web.setup import forms as forming
from firstline.web.setup import frame, lists
from firstline.web.setup.access import Manager, managed
from firstline.web.templatetags.frame import ago

SHOWN = 200
SCOPES = {
    READ: _("Read tickets"),
    REGISTER: _("Register tickets"),
    REPLY: _("Write in tickets"),
    WORK: _("Work on tickets: take, hand over, resolve"),
}
LASTS = [(30, _("30 days")), (90, _("90 days")), (365, _("a year")), (0, _("until it is ended"))]


class TokenForm(forms.Form):
    """What a token is for, what it may do, and how long."""

    name = forms.CharField(
        label=pgettext_lazy("of a token", "What it is for"),
        max_length=100,
        help_text=_("Such as the name of the program that gets it."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"), choices=list(SCOPES.items()), widget=forms.CheckboxSelectMultiple,
        help_text=_("Never more than the person themselves may."),
    )  # fmt: skip
    days = forms.TypedChoiceField(label=_("How long it holds"), choices=LASTS, coerce=int, initial=90)
    person = forming.MailField(
        label=_("As whom it speaks"),
        max_length=254,
        required=False,
        help_text=_("Their mail address; you, if it is empty."),
    )

    def __init__(self, *given: Any, http: Manager, **more: Any) -> None:
        super().__init__(*given, **more)
        if not http.scope.administrator:
            del self.fields["person"]


@require_safe
@managed
def listed(http: Manager) -> HttpResponse:
    """Show the live tokens, newest first."""
    found = list(_tokens(http)[:SHOWN])
    return lists.page(
        http, "tokens", title=_("API tokens"), rows=[_row(http, each) for each in found],
        new=lists.Link(_("New token"), frame.address(http, "token-new"), icon="key-round"),
        about=_("With a token a program speaks to the API as a person. What it is can be read once, when it is made."),
        empty=lists.Empty(_("No token yet"), _("Programs cannot speak to the desk until there is one."), "key-round"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@managed
def make(http: Manager) -> HttpResponse:
    """Make a token, and show it this once."""
    form = TokenForm(forming.given(http), http=http)
    made: list[str] = []
    if forming.done(form, lambda values: made.append(_given(http, **values))):
        context = {"title": form.cleaned_data["name"], "secret": made[0], "back": frame.address(http, "tokens")}
        response = frame.page(http, "tokens", "setup/token.html", context)
        add_never_cache_headers(response)
        return response
    return forming.page(http, "tokens", form, title=_("New token"), save=_("Make the token"))


@require_POST
@managed
def end(http: Manager, pk: int) -> HttpResponse:
    """End a token at once."""
    token = forming.found(_tokens(http), pk)
    tokens.end_token(token_id=pk, by_id=http.person.pk, now=timezone.now())
    return forming.saved(http, "tokens", word=gettext("%(name)s has ended.") % {"name": token.name})


def _given(http: Manager, *, name: str, scopes: list[str], days: int, person: str = "") -> str:
    now = timezone.now()
    whose = by_contact("email", person) if person else http.person
    if whose is None:
        raise NotThere(sentence("Nobody has the address %(mail)s."), field="person", mail=person)
    _token, secret = tokens.give_token(
        person_id=whose.pk, by_id=http.person.pk, name=name, scopes=scopes, now=now,
        expires_at=now + timedelta(days=days) if days else None,
    )  # fmt: skip
    return secret


def _tokens(http: Manager) -> QuerySet[Token]:
    live = Token.objects.filter(ended_at=None, person__ended_at=None).select_related("person").order_by("-pk")
    return live if http.scope.administrator else live.filter(person=http.person)


def _row(http: Manager, token: Token) -> lists.Row:
    over = token.expires_at is not None and token.expires_at <= timezone.now()
    until = formats.date_format(timezone.localtime(token.expires_at), "SHORT_DATE_FORMAT") if token.expires_at else ""
    used = gettext("used %(when)s") % {"when": ago(token.used_at)} if token.used_at else gettext("never used")
    return lists.Row(
        title=token.name, icon="key-round", faded=over,
        about=[token.person.name, ", ".join(str(SCOPES.get(one, one)) for one in token.scopes), used,
               gettext("until %(day)s") % {"day": until} if until else ""],
        signs=[lists.Sign(pgettext_lazy("of a token", "Expired"), "soon", "clock-alert")] if over else [],
        deeds=[lists.Deed(_("End"), frame.address(http, "token-end", token.pk), danger=True)],
    )  # fmt: skip


urlpatterns = [
    path("tokens", listed, name="tokens"),
    path("tokens/new", make, name="token-new"),
    path("tokens/<int:pk>/end", end, name="token-end"),
]
