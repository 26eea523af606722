"""The form of a mailbox: where its mail lies, what is done with it, and in whose name is answered."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from firstline.core.intake.models import Mailbox
from firstline.core.people.models import Desk
from firstline.core.people.rosters import teams_at
from firstline.web.setup.forms import LanguagesField, MailField

FETCHING = [
    (Mailbox.Fetching.NONE, _("A mail server hands it over (SMTP, LMTP or a pipe)")),
    (Mailbox.Fetching.IMAP, _("Fetch it by IMAP, as soon as it comes")),
    (Mailbox.Fetching.POP3, _("Fetch it by POP3, every few minutes")),
]
SECURITY = [
    (Mailbox.Security.TLS, "TLS"),
    (Mailbox.Security.STARTTLS, "STARTTLS"),
    (Mailbox.Security.NONE, _("None: only within one machine")),
]
SIGN_IN = [
    (Mailbox.SignIn.PASSWORD, _("Password")),
    (Mailbox.SignIn.MICROSOFT, _("Microsoft 365 (OAuth 2)")),
    (Mailbox.SignIn.GOOGLE, _("Google (OAuth 2)")),
]
THEN = [(Mailbox.Then.SEEN, _("Mark it as read")), (Mailbox.Then.MOVE, _("Move it to another folder"))]
OAUTH = ("client_id", "tenant", "authority")


class MailboxForm(forms.Form):
    """What can be set of a mailbox. Secrets that are there already are never shown; left empty, they stay."""

    address = MailField(label=_("Mail address"), max_length=320)
    name = forms.CharField(label=_("Sender's name"), required=False, max_length=200)
    team_id = forms.TypedChoiceField(label=_("Team its requests go to"), required=False, coerce=int, empty_value=None)
    fetching = forms.ChoiceField(label=_("How mail comes"), choices=FETCHING, widget=forms.RadioSelect)
    host = forms.CharField(label=_("Server"), required=False, max_length=253)
    security = forms.ChoiceField(label=_("Encryption"), choices=SECURITY, required=False)
    port = forms.IntegerField(
        label=_("Port"), required=False, min_value=0, max_value=65535,
        widget=forms.TextInput({"inputmode": "numeric", "placeholder": pgettext_lazy("port", "the usual one")}),
    )  # fmt: skip
    username = forms.CharField(label=_("User"), required=False, max_length=320)
    sign_in = forms.ChoiceField(label=_("Signing in"), choices=SIGN_IN, required=False)
    secret = forms.CharField(
        label=_("Password or secret"), required=False, max_length=10_000, strip=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip
    client_id = forms.CharField(label=_("Application's id"), required=False, max_length=300)
    tenant = forms.CharField(label=_("Tenant"), required=False, max_length=300)
    authority = forms.CharField(
        label=_("Address that gives tokens"), required=False, max_length=300, help_text=_("Empty means the usual one.")
    )
    folder = forms.CharField(label=_("Folder"), required=False, max_length=200)
    then = forms.ChoiceField(label=_("When it is kept"), choices=THEN, required=False)
    move_to = forms.CharField(label=_("Folder to move it to"), required=False, max_length=200)
    smtp = forms.CharField(
        label=_("Server that sends"), required=False, max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Such as: smtp://user:password@host:587. Without it letters leave as the desk's others do."),
    )  # fmt: skip
    signature = LanguagesField(label=_("Signature"), rows=3, max_length=5000, required=False)
    adds_copied = forms.BooleanField(
        label=_("People in Cc become participants"), required=False,
        help_text=_("They follow the ticket; they never see more than its requester."),
    )  # fmt: skip
    authserv_id = forms.CharField(
        label=_("Server whose checks are believed"), required=False, max_length=253,
        help_text=_("The name it writes into Authentication-Results. By them an agent's reply by mail is theirs."),
    )  # fmt: skip

    def __init__(self, *given: Any, desk: Desk, box: Mailbox | None = None, **more: Any) -> None:
        more.setdefault("initial", {"fetching": "none", "folder": "INBOX", "security": "tls"})
        super().__init__(*given, **more)
        teams = [(str(team.pk), team.name) for team in teams_at(desk.pk)]
        self.fields["team_id"].choices = [("", pgettext_lazy("team", "The front")), *teams]  # type: ignore[attr-defined]
        for name in ("host", "security", "port", "username", "sign_in", "secret", "folder", "then", "move_to"):
            self.fields[name].conditional = True  # type: ignore[attr-defined]  # needed or not as the others say
        if box is None:
            return
        del self.fields["address"]
        kept = _("One is kept. Write a new one to replace it.")
        for name in ("secret", "smtp"):
            if getattr(box, name):
                self.fields[name].help_text = kept

    def settings(self) -> dict[str, Any]:
        """Return what was filled in, as the commands take it; a secret left empty is left out."""
        values = {name: value for name, value in self.cleaned_data.items() if name not in ("address", *OAUTH)}
        for name in ("secret", "smtp"):
            if not values[name]:
                del values[name]
        values["port"] = values["port"] or 0
        values["folder"] = values["folder"] or "INBOX"
        for name, usual in (("security", "tls"), ("sign_in", "password"), ("then", "seen")):
            values[name] = values[name] or usual
        values["sign_in_settings"] = {name: self.cleaned_data[name] for name in OAUTH if self.cleaned_data[name]}
        return values


def present(box: Mailbox) -> dict[str, Any]:
    """Return what a mailbox is set to, without its secrets."""
    plain = {
        name: getattr(box, name)
        for name in MailboxForm.base_fields
        if name not in ("address", "secret", "smtp", *OAUTH)
    }
    return {**plain, **box.sign_in_settings, "port": box.port or None}
