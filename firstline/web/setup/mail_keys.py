"""Keys for signed and encrypted mail: what the desk opens, whom it believes; added from files, removed, never shown."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.urls import path
from django.utils import formats, timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from firstline.channels.email import key_files
from firstline.commands.setup import mail_keys
from firstline.core.mail.models import MailKey
from firstline.core.mail.queries import keys_of
from firstline.web.setup import forms as forming
from firstline.web.setup import frame, lists
from firstline.web.setup.access import Manager, managed
from firstline.web.templatetags.frame import ago

KINDS = {
    MailKey.Kind.SMIME: (_("S/MIME: opens mail to the desk"), "lock"),
    MailKey.Kind.TRUSTED: (_("S/MIME: signatures that rest on it are believed"), "shield-check"),
    MailKey.Kind.PGP: (_("PGP: opens mail to the desk"), "lock"),
    MailKey.Kind.KNOWN: (_("PGP: its owner's signatures are believed"), "shield-check"),
}


class KeyForm(forms.Form):
    """The files of a key, and what unlocks them."""

    file = forms.FileField(
        label=_("Certificate or key"),
        help_text=_("A certificate (.crt, .pem, .cer), one with its key (.p12, .pfx, .pem), or a PGP key (.asc)."),
    )
    private = forms.FileField(
        label=_("Its private key"), required=False,
        help_text=_("If it lies in a file of its own (.key). Without one a certificate is only believed."),
    )  # fmt: skip
    word = forms.CharField(
        label=_("Passphrase"), required=False, strip=False, max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip


@require_safe
@managed
def listed(http: Manager) -> HttpResponse:
    """Show the desk's keys, without what is secret in them."""
    about = _(
        "Signed mail is checked and encrypted mail is opened with these. Secrets are sealed and never shown again."
    )
    beside = _("The keys in the folder FIRSTLINE_MAIL_KEYS of the server hold for every desk besides.")
    return lists.page(
        http, "mail-keys", title=_("Mail keys"), rows=[_row(http, key) for key in keys_of(http.desk.pk)],
        new=lists.Link(_("Add a key"), frame.address(http, "mail-key-new"), icon="key-round"),
        about=f"{about} {beside}" if settings.MAIL_KEYS else about,
        empty=lists.Empty(
            _("No key yet"), _("Signed mail is shown as signed and not checked; encrypted mail is kept closed."),
            "key-round",
        ),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@managed
def add(http: Manager) -> HttpResponse:
    """Add a key from its files."""
    form = KeyForm(http.POST, http.FILES) if http.method == "POST" else KeyForm()

    def deed(values: dict[str, Any]) -> None:
        key = key_files.read(_read(values["file"]), private=_read(values["private"]), word=values["word"])
        mail_keys.add_key(desk_id=http.desk.pk, key=key, by_id=http.person.pk, now=timezone.now())

    if forming.done(form, deed):
        return forming.saved(
            http, "mail-keys", word=gettext("Mail that comes in some seconds from now is read with it.")
        )
    return forming.page(http, "mail-keys", form, title=_("Add a key"), save=_("Add it"))


@require_POST
@managed
def remove(http: Manager, pk: int) -> HttpResponse:
    """Remove a key; what is secret in it is gone."""
    key = forming.found(keys_of(http.desk.pk), pk)
    mail_keys.remove_key(key_id=pk, by_id=http.person.pk, now=timezone.now())
    return forming.saved(http, "mail-keys", word=gettext("%(name)s is removed.") % {"name": key.name})


def _read(file: UploadedFile[Any] | None) -> bytes:
    return file.read(key_files.LONGEST + 1) if file else b""


def _row(http: Manager, key: MailKey) -> lists.Row:
    word, icon = KINDS[MailKey.Kind(key.kind)]
    over = key.until is not None and key.until <= timezone.now()
    until = formats.date_format(timezone.localtime(key.until), "SHORT_DATE_FORMAT") if key.until else ""
    return lists.Row(
        title=key.name, icon=icon, faded=over,
        about=[word, ", ".join(key.addresses), gettext("until %(day)s") % {"day": until} if until else "",
               gettext("added %(when)s") % {"when": ago(key.added_at)},
               f"{key.fingerprint[:8]}…{key.fingerprint[-8:]}"],
        signs=[lists.Sign(pgettext_lazy("of a token", "Expired"), "soon", "clock-alert")] if over else [],
        deeds=[lists.Deed(_("Remove"), frame.address(http, "mail-key-end", key.pk), danger=True)],
    )  # fmt: skip


urlpatterns = [
    path("mail-keys", listed, name="mail-keys"),
    path("mail-keys/new", add, name="mail-key-new"),
    path("mail-keys/<int:pk>/end", remove, name="mail-key-end"),
]
