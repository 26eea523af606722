"""How signing in is bound to the desk: nobody signs themselves up, and letters are the desk's own."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.shortcuts import resolve_url

from firstline.core.people.rights import scope_of


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """Accounts are made by invitation, and each role is led to its own place."""

    def is_open_for_signup(self, http: HttpRequest) -> bool:
        """Return no: people are invited, or registered by the desk."""
        return False

    def get_login_redirect_url(self, http: HttpRequest) -> str:
        """Return the console for those who work there, the portal for everybody else."""
        person = getattr(http.user, "person", None)
        return resolve_url("console:queue" if person and scope_of(person.pk).works else "portal:home")

    def format_email_subject(self, subject: str) -> str:
        """Return the subject as it is; the site's name stands in the sender."""
        return subject

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send nothing: invitations and forgotten passwords are letters of the desk, owed by commands.accounts."""
