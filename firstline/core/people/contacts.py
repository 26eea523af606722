"""How addresses and numbers are compared: one person's forms of the same thing give the same key."""

from __future__ import annotations

import re
import unicodedata

from firstline.core.kernel.refusals import BadInput, _

_MAIL = re.compile(r"[^@\s<>\"(),:;\[\]\\\x00-\x1f]+@[^@\s<>\"(),:;\[\]\\\x00-\x1f]+\.[^@\s.]{2,}")


class BadContact(BadInput):
    """What was given is no address or number of its kind; the text says why."""


def key_of(kind: str, value: str) -> str:
    """Return the key under which `value` of `kind` (email, phone, telegram) is compared.

    Raises BadContact if it cannot be one.
    """
    if kind == "email":
        return mail_key(value)
    if kind == "phone":
        return phone_key(value)
    key = value.strip().lstrip("@").casefold()
    if not key:
        raise BadContact(_("An empty messenger id reaches nobody."))
    return key


def mail_key(value: str) -> str:
    """Return a mail address in lower case, its domain in ASCII; raises BadContact."""
    text = unicodedata.normalize("NFC", value.strip())
    if len(text) > 254 or not _MAIL.fullmatch(text):
        raise BadContact(_("%(given)s is not a mail address; it should look like name@example.org."), given=text[:60])
    local, domain = text.rsplit("@", 1)
    try:
        ascii_domain = domain.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise BadContact(_("%(given)s is not a domain name."), given=domain[:60]) from error
    return f"{local.casefold()}@{ascii_domain.lower()}"


def phone_key(value: str) -> str:
    """Return a phone number as digits, an international prefix as +; raises BadContact.

    A leading 00 is +. An eleven-digit number with a leading 8 is +7, as it is dialled in Russia.
    """
    digits = re.sub(r"\D", "", value)
    if not 3 <= len(digits) <= 15:
        raise BadContact(_("%(given)s is not a phone number; it should have 3 to 15 digits."), given=value[:40])
    if value.strip().startswith("+"):
        return f"+{digits}"
    if digits.startswith("00"):
        return f"+{digits[2:]}"
    if len(digits) == 11 and digits.startswith("8"):
        return f"+7{digits[1:]}"
    return digits


def domain_of(mail: str) -> str:
    """Return the domain of a mail address, in lower case."""
    return mail.rpartition("@")[2].lower()


def domain_and_above(mail: str) -> list[str]:
    """Return the domain of a mail address and those above it, the nearest first, without the topmost."""
    parts = domain_of(mail).split(".")
    return [".".join(parts[at:]) for at in range(len(parts) - 1)]
