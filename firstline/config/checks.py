"""What can be wrong with the settings, one check per mistake, each with a hint; `firstline doctor` shows them."""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable, Sequence
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

Found = list[CheckMessage]
_LOCAL = {"localhost", "127.0.0.1", "::1"}
_LEVELS = {"debug", "info", "warning", "error", "critical"}
_SECRET_LENGTH = 32
_LARGEST_MB = 2000
_LARGEST_MAIL_MB = 100


def _check(look: Callable[[], Found]) -> Callable[[], Found]:
    def run(app_configs: Sequence[Any] | None = None, **_: Any) -> Found:
        return look()

    register(run, "firstline")
    return look


@_check
def data_folder_can_be_written() -> Found:
    """E001: everything the desk must not lose lies there."""
    folder = Path(settings.DATA)
    if folder.is_dir() and os.access(folder, os.W_OK | os.X_OK):
        return []
    hint = f"Make it and give it to the user Firstline runs as, or name another: FIRSTLINE_DATA ({folder})."
    return [Error("The data folder cannot be written to.", hint=hint, id="firstline.E001")]


@_check
def secret_key_is_long() -> Found:
    """E002: links in letters and sessions are signed with it."""
    if len(settings.SECRET_KEY) >= _SECRET_LENGTH:
        return []
    hint = f"Use at least {_SECRET_LENGTH} random characters, or leave it out: one is made in the data folder."
    return [Error("FIRSTLINE_SECRET_KEY is too short.", hint=hint, id="firstline.E002")]


@_check
def address_has_a_scheme() -> Found:
    """E003: links in letters begin with it."""
    parts = urlsplit(settings.PUBLIC_URL)
    if parts.scheme in {"http", "https"} and parts.hostname and not parts.path and not parts.query:
        return []
    hint = "Write it as in https://desk.example.org, with nothing behind the host and port."
    return [Error(f"FIRSTLINE_URL is {settings.PUBLIC_URL!r}.", hint=hint, id="firstline.E003")]


@_check
def address_is_answered() -> Found:
    """E004: the desk would refuse its own address."""
    host = _host()
    if not host or {host, f"[{host}]", "*"} & set(settings.ALLOWED_HOSTS) or _below_a_domain(host):
        return []
    hint = f"Add it: FIRSTLINE_HOSTS={','.join([host, *settings.ALLOWED_HOSTS])}"
    return [Error(f"FIRSTLINE_HOSTS does not hold {host}, the host of FIRSTLINE_URL.", hint=hint, id="firstline.E004")]


@_check
def hosts_are_named() -> Found:
    """W005: a forged Host header would be believed."""
    if "*" not in settings.ALLOWED_HOSTS:
        return []
    hint = "Name the hosts people use, separated by commas."
    return [Warning("FIRSTLINE_HOSTS lets any host name in.", hint=hint, id="firstline.W005")]


@_check
def address_is_encrypted() -> Found:
    """W006: passwords would travel in clear."""
    if not settings.PUBLIC_URL.startswith("http://") or _host() in _LOCAL:
        return []
    hint = "Put a proxy that speaks TLS before it, set FIRSTLINE_URL=https://... and FIRSTLINE_BEHIND_PROXY=yes."
    return [Warning("People reach this desk without encryption.", hint=hint, id="firstline.W006")]


@_check
def debugging_is_off() -> Found:
    """E007: pages of errors would show what is inside."""
    if not settings.DEBUG or _host() in _LOCAL:
        return []
    hint = "Leave FIRSTLINE_DEBUG out where others can reach the desk."
    return [Error("FIRSTLINE_DEBUG is on for all to see.", hint=hint, id="firstline.E007")]


@_check
def sender_is_an_address() -> Found:
    """E008: mail servers refuse letters without one."""
    address = parseaddr(settings.MAIL_FROM)[1]
    local, at, domain = address.rpartition("@")
    if at and local and domain:
        return []
    hint = 'Write it as in FIRSTLINE_MAIL_FROM="Service desk <desk@example.org>".'
    return [Error(f"FIRSTLINE_MAIL_FROM is {settings.MAIL_FROM!r}.", hint=hint, id="firstline.E008")]


@_check
def sender_is_not_this_machine() -> Found:
    """W009: nobody could answer such a letter."""
    if settings.SMTP is None or not settings.MAIL_FROM.rstrip("> ").endswith("@localhost"):
        return []
    hint = "Set FIRSTLINE_MAIL_FROM to an address people can answer to."
    return [Warning("Letters leave in the name of localhost.", hint=hint, id="firstline.W009")]


@_check
def mail_password_is_encrypted() -> Found:
    """W010: anybody on the way could read it."""
    smtp = settings.SMTP
    if smtp is None or not smtp.password or smtp.tls or smtp.starttls or smtp.host in _LOCAL:
        return []
    hint = "Write smtps://... or add ?starttls to FIRSTLINE_SMTP."
    return [Warning("The password for the mail server travels in clear.", hint=hint, id="firstline.W010")]


@_check
def attachments_have_a_limit() -> Found:
    """E011: zero lets nothing in, too much fills the disk."""
    megabytes = settings.ATTACHMENT_LIMIT // (1024 * 1024)
    if 1 <= megabytes <= _LARGEST_MB:
        return []
    hint = f"Write a number of megabytes from 1 to {_LARGEST_MB}; 25 is what most mail servers take."
    return [Error(f"FIRSTLINE_ATTACHMENT_MB is {megabytes}.", hint=hint, id="firstline.E011")]


@_check
def log_level_is_known() -> Found:
    """W012: an unknown level is taken for info."""
    level = str(settings.LOGGING["level"]).lower()
    if level in _LEVELS:
        return []
    hint = f"Use one of: {', '.join(sorted(_LEVELS))}."
    return [Warning(f"FIRSTLINE_LOG is {level!r}.", hint=hint, id="firstline.W012")]


@_check
def leases_outlive_their_work() -> Found:
    """E013: work would be given to two workers at once."""
    seconds = settings.LEASE_FOR.total_seconds()
    if seconds >= 5:
        return []
    return [Error("FIRSTLINE_LEASE_SECONDS is below 5.", hint="Leave it out: 30 is right.", id="firstline.E013")]


@_check
def mail_has_a_limit() -> Found:
    """E014: zero lets no mail in, too much is more than the child that reads it may hold."""
    megabytes = settings.MAIL_LIMIT // (1024 * 1024)
    if 1 <= megabytes <= _LARGEST_MAIL_MB:
        return []
    hint = f"Write a number of megabytes from 1 to {_LARGEST_MAIL_MB}; 25 is what most mail servers take."
    return [Error(f"FIRSTLINE_MAIL_MB is {megabytes}.", hint=hint, id="firstline.E014")]


@_check
def certificate_can_be_used() -> Found:
    """E015: without it the desk could not begin to listen."""
    if settings.LISTEN.certificate is None:
        return []
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(*settings.LISTEN.certificate)
    except OSError as error:
        hint = "Name a certificate and its key in PEM that the user Firstline runs as may read."
        return [Error(f"FIRSTLINE_LISTEN_CERTIFICATE cannot be used: {error}.", hint=hint, id="firstline.E015")]
    return []


@_check
def mail_from_elsewhere_is_encrypted() -> Found:
    """W016: mail of other machines would travel in clear."""
    listen = settings.LISTEN
    elsewhere = [network for network in listen.peers if not network.is_loopback]
    if not listen.at_all or listen.certificate or not elsewhere:
        return []
    hint = "Set FIRSTLINE_LISTEN_CERTIFICATE, or take mail from this machine only."
    return [Warning("Mail is listened for without encryption.", hint=hint, id="firstline.W016")]


def _host() -> str:
    return urlsplit(settings.PUBLIC_URL).hostname or ""


def _below_a_domain(host: str) -> bool:
    return any(f".{host}".endswith(allowed) for allowed in settings.ALLOWED_HOSTS if allowed.startswith("."))
