"""Choosing a password by the link of a letter: on an invitation, or because the old one was forgotten."""

from __future__ import annotations

from django import forms
from django.contrib.auth import login
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from firstline.commands.setup import accounts
from firstline.core.kernel.refusals import BadInput, Refused
from firstline.core.people import contacts
from firstline.web.accounts import Adapter
from firstline.web.http import Http
from firstline.web.portal import limits

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class PasswordForm(forms.Form):
    """A new password, written once: the browser can show it."""

    password = forms.CharField(
        label=_("New password"),
        help_text=_("At least 10 characters; several words do well."),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class AddressForm(forms.Form):
    """The address somebody signs in with."""

    email = forms.CharField(
        label=_("Mail address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )

    def clean_email(self) -> str:
        """Return the address in the form it is compared by; raises ValidationError."""
        try:
            return contacts.mail_key(self.cleaned_data["email"])
        except BadInput as refusal:
            raise forms.ValidationError(refusal.in_words(gettext)) from refusal


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(http: Http, token: str) -> HttpResponse:
    """Show whom the letter was for and ask for a password; the one who gives it is signed in."""
    now = timezone.now()
    try:
        invited = accounts.open_invitation(token=token, now=now)
    except Refused as refusal:
        return render(http, "account/invitation.html", {"sentence": refusal.in_words(gettext)}, status=404)
    form = PasswordForm(http.POST if http.method == "POST" else None)
    if form.is_valid():
        try:
            account = accounts.accept_invitation(token=token, password=form.cleaned_data["password"], now=now)
        except Refused as refusal:
            form.add_error("password", refusal.in_words(gettext))
        else:
            login(http, account, backend=BACKEND)
            return redirect(Adapter().get_login_redirect_url(http))
    status = 422 if form.errors else 200
    return render(http, "account/invitation.html", {"invited": invited, "form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(http: Http) -> HttpResponse:
    """Owe a letter to the owner of an address; whether anybody signs in with it is not told."""
    form = AddressForm(http.POST if http.method == "POST" else None)
    if not form.is_valid():
        return render(http, "account/password_reset.html", {"form": form}, status=422 if form.errors else 200)
    try:
        limits.spend_as_guest(http, form.cleaned_data["email"])
    except limits.TooOften as refusal:
        form.add_error("email", refusal.in_words(gettext))
        return render(http, "account/password_reset.html", {"form": form}, status=422)
    accounts.request_password_reset(email=form.cleaned_data["email"], now=timezone.now())
    return redirect(reverse("account_reset_password_done"))
