"""A box in which a mail is tried: what it says, and which filters it would meet; nothing is kept."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import path
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from firstline.channels.email.reader import Limits, Reader, Unreadable
from firstline.core.intake.inbound import Inbound
from firstline.core.intake.models import Envelope
from firstline.core.intake.store import bytes_of
from firstline.core.mail.queries import filters_of, matching_filters
from firstline.web.setup import forms as forming
from firstline.web.setup import lists
from firstline.web.setup.access import Manager, managed
from firstline.web.setup.arrivals import glance_at, of_desk
from firstline.web.setup.filters import condition, effects

OFFERED = 30
LONGEST = 500_000


class TestForm(forms.Form):
    """A mail: pasted as its source, or one of the newest that came."""

    arrival = forms.TypedChoiceField(label=_("One that came"), required=False, coerce=int, empty_value=None)
    raw = forms.CharField(
        label=_("Or its source"), required=False, max_length=LONGEST,
        widget=forms.Textarea({"rows": 10, "spellcheck": "false", "placeholder": "From: ...\nSubject: ...\n\n..."}),
    )  # fmt: skip

    def __init__(self, *given: Any, newest: list[Envelope], **more: Any) -> None:
        super().__init__(*given, **more)
        offered = [(str(each.pk), f"{glance_at(each).subject[:80]} · {glance_at(each).sender[:60]}") for each in newest]
        self.fields["arrival"].choices = [("", "—"), *offered]  # type: ignore[attr-defined]
        for name in ("arrival", "raw"):
            self.fields[name].conditional = True  # type: ignore[attr-defined]  # one of the two

    def clean(self) -> dict[str, Any]:
        """See that there is a mail."""
        given = super().clean() or {}
        if not given.get("arrival") and not given.get("raw") and not self.errors:
            self.add_error("raw", gettext("Choose a mail, or paste one."))
        return given


@require_http_methods(["GET", "HEAD", "POST"])
@managed
def test(http: Manager) -> HttpResponse:
    """Show which filters a mail would meet."""
    mails = of_desk(http).filter(channel=Envelope.Channel.EMAIL)
    newest = list(mails.order_by("-pk")[:OFFERED])
    form = TestForm(forming.given(http), newest=newest)
    mail = _understood(http, form, newest) if form.is_valid() else None
    context = _result(http, mail) if mail else {}
    return forming.page(
        http, "filters", form, title=_("Try a mail"), save=_("Try it"), template="setup/filter_test.html",
        about=_("See which filters a mail would meet. Nothing of it is kept."), **context,
    )  # fmt: skip


def _understood(http: Manager, form: TestForm, newest: list[Envelope]) -> Inbound | None:
    """Return what the mail says; it is understood in a process of its own, like every other."""
    chosen = next((each for each in newest if each.pk == form.cleaned_data["arrival"]), None)
    reader = Reader(Limits(mails=1))
    try:
        raw = bytes_of(chosen.blob) if chosen else form.cleaned_data["raw"].replace("\r\n", "\n").encode()
        return reader.understand(raw)
    except FileNotFoundError:
        form.add_error("arrival", gettext("What came here was erased."))
    except Unreadable as refusal:
        form.add_error("arrival" if chosen else "raw", refusal.in_words(gettext))
    finally:
        reader.leave()
    return None


def _result(http: Manager, mail: Inbound) -> dict[str, Any]:
    met = matching_filters(http.desk.pk, mail)
    ids = {each.pk for each in met}
    rows = [
        lists.Row(
            title=each.name, about=[condition(each), *effects(each)], faded=each.pk not in ids,
            icon="check" if each.pk in ids else "minus",
            signs=[lists.Sign(_("met"), "well", "check")] if each.pk in ids else [],
        )
        for each in filters_of(http.desk.pk)
    ]  # fmt: skip
    said = [
        (pgettext("mail", "From"), ", ".join(f"{each.name} <{each.address}>" for each in mail.from_)),
        (_("Subject"), mail.subject),
        (_("What is new in it"), mail.reply_text[:500]),
    ]
    return {"rows": rows, "said": said, "met": met, "ignored": any(each.ignores for each in met)}


urlpatterns = [path("filters/test", test, name="filter-test")]
