"""The words of the desk's letters: the shipped ones or its own, in each language, with a look at how they read."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from firstline.channels.email import own_words
from firstline.commands.setup import wording
from firstline.core.kernel.refusals import BadInput, NotThere
from firstline.core.kernel.refusals import _ as sentence
from firstline.core.mail import places
from firstline.core.mail.queries import notice_text, notice_texts_of
from firstline.web import mailhtml
from firstline.web.context import LANGUAGES
from firstline.web.setup import forms as forming
from firstline.web.setup import frame, lists
from firstline.web.setup.access import Manager, managed

KINDS = {
    "registered": _("A request is received"),
    "replied": _("There is an answer"),
    "question": _("A question is asked"),
    "resolved": _("A request is solved"),
    "reopened": _("A request is open again"),
    "closed": _("A request is closed"),
    "merged": _("A request became part of another"),
    "followed": _("Somebody follows a request"),
    "status": _("News of a major incident"),
    "vendor": _("A letter to a vendor"),
}


class WordsForm(forms.Form):
    """Subject and body, with places in braces."""

    subject = forms.CharField(label=_("Subject"), max_length=wording.SUBJECT_LIMIT)
    body = forms.CharField(
        label=_("Text"), max_length=wording.BODY_LIMIT, widget=forms.Textarea({"rows": 12}),
        help_text=_("The first paragraph is the headline; an empty line begins a new one."),
    )  # fmt: skip


@require_safe
@managed
def listed(http: Manager) -> HttpResponse:
    """Show every notice, and in which languages the desk words it itself."""
    own = {(each.kind, each.language) for each in notice_texts_of(http.desk.pk)}
    spoken = [(code, name) for code, name in LANGUAGES if code in http.desk.languages]
    rows = [
        lists.Row(
            title=f"{word} · {name}", href=frame.address(http, "notice", kind, code), icon="mail",
            signs=[lists.Sign(_("own words"), icon="pencil")] if (kind, code) in own else [],
        )
        for kind, word in KINDS.items()
        for code, name in spoken
    ]  # fmt: skip
    return lists.page(
        http, "notices", title=_("Notices"), rows=rows, empty=lists.Empty(_("Nothing here")),
        about=_("What the desk writes by itself. Shipped words can be replaced by your own, and put back."),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@managed
def change(http: Manager, kind: str, language: str) -> HttpResponse:
    """Word a notice in one language."""
    _known(kind, language)
    own, now, by = notice_text(http.desk.pk, kind, language), timezone.now(), http.person.pk
    form = WordsForm(forming.given(http), initial=_present(own, kind, language))
    told: dict[str, Any] = {"desk_id": http.desk.pk, "kind": kind, "language": language, "by_id": by, "now": now}
    if forming.done(form, lambda values: wording.word_notice(**told, **values)):
        return forming.saved(http, "notice", kind, language)
    back = lists.Deed(_("Back to the shipped words"), frame.address(http, "notice-shipped", kind, language), "undo-2")
    preview = frame.address(http, "notice-preview", kind, language)
    return forming.page(
        http, "notices", form, title=f"{KINDS[kind]} · {dict(LANGUAGES)[language]}", deeds=[back] if own else [],
        template="setup/notice.html", preview=preview, places=[f"{{{name}}}" for name in places.PLACES],
    )  # fmt: skip


@require_POST
@managed
def put_back(http: Manager, kind: str, language: str) -> HttpResponse:
    """Put a notice back to the shipped words."""
    _known(kind, language)
    wording.use_shipped_words(
        desk_id=http.desk.pk, kind=kind, language=language, by_id=http.person.pk, now=timezone.now()
    )
    return forming.saved(http, "notice", kind, language, word=gettext("The shipped words are back."))


@require_http_methods(["GET", "HEAD", "POST"])
@managed
def preview(http: Manager, kind: str, language: str) -> HttpResponse:
    """Show how the letter reads in these words: a document for a frame that runs and fetches nothing."""
    _known(kind, language)
    present = _present(notice_text(http.desk.pk, kind, language), kind, language)
    given = http.POST if http.method == "POST" else present
    try:
        subject, body = wording.checked(
            kind=kind, language=language, subject=given.get("subject", ""), body=given.get("body", "")
        )
    except BadInput as refusal:
        words = mailhtml.plain(refusal.in_words(gettext))
        return HttpResponse(mailhtml.document(words, language=language), headers=mailhtml.headers(), status=422)
    shown = own_words.preview(kind, language, own_words.Words(subject, body))
    heading = f"<p><strong>{escape(shown.subject)}</strong></p><hr>"
    letter = heading + mailhtml.clean(shown.html, {}).html
    return HttpResponse(mailhtml.document(letter, language=language), headers=mailhtml.headers())


def _present(own: Any, kind: str, language: str) -> dict[str, str]:
    """Return the words in use."""
    words = own or own_words.shipped(kind, language)
    return {"subject": words.subject, "body": words.body}


def _known(kind: str, language: str) -> None:
    if kind not in KINDS or language not in dict(LANGUAGES):
        raise NotThere(sentence("There is no such page."))


urlpatterns = [
    path("notices", listed, name="notices"),
    path("notices/<slug:kind>/<slug:language>", change, name="notice"),
    path("notices/<slug:kind>/<slug:language>/shipped", put_back, name="notice-shipped"),
    path("notices/<slug:kind>/<slug:language>/preview", preview, name="notice-preview"),
]
