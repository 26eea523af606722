"""The one place that reads the process environment."""

from __future__ import annotations

import importlib.util
import os
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from firstline.core.kernel.places import host_and_port
from firstline.core.kernel.refusals import BadInput


class BadSetting(BadInput):
    """A setting in the environment cannot be understood; the text says what to do."""


@dataclass(frozen=True)
class Smtp:
    """How notices leave: the address of the SMTP server, and how to speak to it."""

    host: str
    port: int
    user: str
    password: str
    starttls: bool
    tls: bool


@dataclass(frozen=True)
class Listening:
    """Where mail is listened for, from whom, and how much of it.

    smtp, lmtp    (host, port), a path of a socket for LMTP, or None
    peers         who may speak to us; everybody else is told to go away
    certificate   path of the certificate and of its key, for STARTTLS
    a_minute      mails that one peer may hand in a minute; peers on this machine are not counted
    """

    smtp: tuple[str, int] | None
    lmtp: tuple[str, int] | str | None
    peers: tuple[IPv4Network | IPv6Network, ...]
    certificate: tuple[str, str] | None
    recipients: int
    a_minute: int

    @property
    def at_all(self) -> bool:
        """Whether anything is listened for."""
        return bool(self.smtp or self.lmtp)


@dataclass(frozen=True)
class Dkim:
    """The key by which letters of a domain are signed, and the selector of its public half."""

    domain: str
    selector: str
    private: bytes


def text(name: str, default: str = "") -> str:
    """Return setting `name`, or what the file named by `name`_FILE holds, or `default`."""
    file_name = os.environ.get(f"{name}_FILE")
    if file_name:
        try:
            return Path(file_name).read_text().strip()
        except OSError as error:
            raise BadSetting(f"{name}_FILE names {file_name}, which cannot be read: {error.strerror}.") from error
    return os.environ.get(name, default).strip()


def flag(name: str, default: bool = False) -> bool:
    """Return setting `name` as yes or no; raises BadSetting on anything else."""
    value = text(name).lower()
    if value in {"1", "yes", "true", "on"}:
        return True
    if value in {"0", "no", "false", "off"}:
        return False
    if value == "":
        return default
    raise BadSetting(f"{name} is {value!r}; write yes or no.")


def number(name: str, default: int) -> int:
    """Return setting `name` as a whole number; raises BadSetting on anything else."""
    value = text(name)
    if not value:
        return default
    try:
        return int(value)
    except ValueError as error:
        raise BadSetting(f"{name} is {value!r}; write a whole number.") from error


def names(name: str, default: str) -> list[str]:
    """Return setting `name` split at commas, blanks dropped."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def data_folder() -> Path:
    """Return the folder that holds everything the desk must not lose."""
    return Path(text("FIRSTLINE_DATA", "data")).absolute()


def database(folder: Path) -> dict[str, Any]:
    """Return Django's description of the database: DATABASE_URL, or SQLite in the data folder."""
    url = text("DATABASE_URL")
    if not url or url.startswith("sqlite:"):
        path = urlsplit(url).path if url else str(folder / "firstline.sqlite3")
        return _sqlite(path)
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise BadSetting(f"DATABASE_URL begins with {parts.scheme}://; write postgresql:// or leave it empty.")
    if importlib.util.find_spec("psycopg") is None:
        raise BadSetting("DATABASE_URL names PostgreSQL, whose driver is missing: pip install 'firstline[postgres]'.")
    query = dict(parse_qsl(parts.query))
    # How often a `Prepared` statement is run before the server keeps it; None for a pooler that cannot bear it.
    threshold = query.pop("prepare_threshold", "2")
    return {
        "ENGINE": "firstline.config.database.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", None) or parts.hostname or "",
        "PORT": str(_port(parts, "DATABASE_URL") or ""),
        "OPTIONS": {**query, "prepare_threshold": _threshold(threshold)},
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }


def _threshold(text: str) -> int | None:
    if text == "none":
        return None
    try:
        return int(text)
    except ValueError as error:
        raise BadSetting("DATABASE_URL has a prepare_threshold that is neither a whole number nor none.") from error


def _sqlite(path: str) -> dict[str, Any]:
    pragmas = (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;"
        "PRAGMA recursive_triggers=ON;PRAGMA cache_size=-16000;PRAGMA temp_store=MEMORY;"
        "PRAGMA mmap_size=268435456;"
    )
    return {
        "ENGINE": "firstline.config.database.sqlite3",
        "NAME": path,
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": pragmas},
        "CONN_MAX_AGE": None,
        # A file, so that threads and processes of one test share the database as they do in earnest.
        "TEST": {"NAME": f"{path}.test"},
    }


def _port(parts: SplitResult, name: str) -> int | None:
    try:
        return parts.port
    except ValueError as error:
        raise BadSetting(f"{name} has a port that is no number from 1 to 65535.") from error


def smtp() -> Smtp | None:
    """Return the SMTP server of FIRSTLINE_SMTP (smtp://user:password@host:port, smtps:// for TLS), if set."""
    url = text("FIRSTLINE_SMTP")
    return smtp_server(url) if url else None


def dkim() -> Dkim | None:
    """Return the key of FIRSTLINE_DKIM_KEY (PEM, or FIRSTLINE_DKIM_KEY_FILE) with its domain and selector, if set."""
    private = text("FIRSTLINE_DKIM_KEY")
    if not private:
        return None
    domain, selector = text("FIRSTLINE_DKIM_DOMAIN"), text("FIRSTLINE_DKIM_SELECTOR", "firstline")
    if not domain or "PRIVATE KEY" not in private:
        raise BadSetting("FIRSTLINE_DKIM_KEY is a private key in PEM; FIRSTLINE_DKIM_DOMAIN names its domain.")
    return Dkim(domain=domain, selector=selector, private=private.encode())


def folder(name: str) -> str:
    """Return the folder that setting `name` names, "" when it is not set; raises BadSetting when there is none."""
    path = text(name)
    if path and not Path(path).is_dir():
        raise BadSetting(f"{name} names {path}, and that is no folder.")
    return path


def smtp_server(url: str) -> Smtp:
    """Return the SMTP server that an address names: the desk's, or one that a mailbox has for itself."""
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise BadSetting("FIRSTLINE_SMTP must look like smtp://user:password@host:port.")
    tls = parts.scheme == "smtps"
    return Smtp(
        host=parts.hostname,
        port=_port(parts, "FIRSTLINE_SMTP") or (465 if tls else 25),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        starttls="starttls" in parts.query,
        tls=tls,
    )


def listening() -> Listening:
    """Return where mail is listened for: FIRSTLINE_LISTEN_SMTP, FIRSTLINE_LISTEN_LMTP and what belongs to them."""
    smtp, lmtp = text("FIRSTLINE_LISTEN_SMTP"), text("FIRSTLINE_LISTEN_LMTP")
    certificate, key = text("FIRSTLINE_LISTEN_CERTIFICATE"), text("FIRSTLINE_LISTEN_KEY")
    return Listening(
        smtp=host_and_port("FIRSTLINE_LISTEN_SMTP", smtp) if smtp else None,
        lmtp=lmtp if not lmtp or lmtp.startswith("/") else host_and_port("FIRSTLINE_LISTEN_LMTP", lmtp),
        peers=tuple(_network(each) for each in names("FIRSTLINE_LISTEN_PEERS", "127.0.0.0/8,::1")),
        certificate=(certificate, key or certificate) if certificate else None,
        recipients=number("FIRSTLINE_LISTEN_RECIPIENTS", 100),
        a_minute=number("FIRSTLINE_LISTEN_A_MINUTE", 600),
    )


def _network(given: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(given, strict=False)
    except ValueError as error:
        raise BadSetting(f"FIRSTLINE_LISTEN_PEERS holds {given!r}; write addresses as in 10.0.0.0/8.") from error
