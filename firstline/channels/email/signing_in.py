"""How the desk signs in to a mailbox: a password, or a token that Microsoft or Google gives for a while."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from firstline.core.intake import secrets
from firstline.core.intake.models import Mailbox

SignIn = Mailbox.SignIn
_MICROSOFT = "https://login.microsoftonline.com"
_MICROSOFT_SCOPE = "https://outlook.office365.com/.default"
_GOOGLE_SCOPE = "https://mail.google.com/"
_MISSING = "pip install 'firstline[mail]' to sign in by OAuth2."


class NotSignedIn(Exception):
    """No token was given, or the secret cannot be used; the text says why, without the secret."""


# Google's credentials renew themselves when their hour is over; by mailbox, and what they were made of.
_google: dict[int, tuple[str, Any]] = {}
_microsoft: dict[int, tuple[str, Any]] = {}


def password(mailbox: Mailbox) -> str:
    """Return the password of a mailbox."""
    return secrets.opened(mailbox.secret)


def access_token(mailbox: Mailbox) -> str:
    """Return a token for the IMAP server that holds for some minutes at least; raises NotSignedIn."""
    ask = _from_microsoft if mailbox.sign_in == SignIn.MICROSOFT else _from_google
    try:
        return ask(mailbox)
    except NotSignedIn:
        raise
    except ImportError as missing:
        raise NotSignedIn(_MISSING) from missing
    except Exception as error:
        # What these libraries raise has many names and may quote what was sent; its kind is enough.
        raise NotSignedIn(f"No token was given ({type(error).__name__}).") from error


def _from_microsoft(mailbox: Mailbox) -> str:
    application = _application(mailbox)
    answer: Mapping[str, Any] = application.acquire_token_for_client(scopes=[_MICROSOFT_SCOPE])
    token = answer.get("access_token")
    if not token:
        words = str(answer.get("error_description") or answer.get("error") or "no reason told").splitlines()[0]
        raise NotSignedIn(f"Microsoft gave no token: {words}"[:300])
    return str(token)


def _application(mailbox: Mailbox) -> Any:
    """Return msal's application of this mailbox; it keeps tokens until they expire."""
    import msal

    made_of = f"{mailbox.secret} {json.dumps(mailbox.sign_in_settings, sort_keys=True)}"
    known = _microsoft.get(mailbox.pk)
    if known is None or known[0] != made_of:
        given = mailbox.sign_in_settings
        application = msal.ConfidentialClientApplication(
            given["client_id"], client_credential=secrets.opened(mailbox.secret), instance_discovery=False,
            authority=given.get("authority") or f"{_MICROSOFT}/{given['tenant']}",
        )  # fmt: skip
        known = _microsoft[mailbox.pk] = (made_of, application)
    return known[1]


def _from_google(mailbox: Mailbox) -> str:
    from google.auth.transport.requests import Request

    known = _google.get(mailbox.pk)
    if known is None or known[0] != mailbox.secret:
        known = _google[mailbox.pk] = (mailbox.secret, _credentials(mailbox))
    credentials = known[1]
    if not credentials.valid:
        credentials.refresh(Request())
    return str(credentials.token)


def _credentials(mailbox: Mailbox) -> Any:
    """Return Google's credentials from the file it gives: a service account's key, or an authorised user's."""
    from google.oauth2 import credentials, service_account

    of_service: Any = service_account.Credentials
    of_user: Any = credentials.Credentials
    try:
        given = json.loads(secrets.opened(mailbox.secret))
        if given.get("type") == "service_account":
            return of_service.from_service_account_info(given, scopes=[_GOOGLE_SCOPE], subject=mailbox.username)
        return of_user(
            None, refresh_token=given["refresh_token"], client_id=given["client_id"],
            client_secret=given["client_secret"], scopes=[_GOOGLE_SCOPE],
            token_uri=given.get("token_uri") or "https://oauth2.googleapis.com/token",
        )  # fmt: skip
    except (ValueError, KeyError, AttributeError) as error:
        raise NotSignedIn("The secret is not the JSON file that Google gives for an account.") from error
