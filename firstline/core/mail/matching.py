"""Whether a filter's condition holds for a mail: pure, so that a box can try it on any mail."""

from __future__ import annotations

from dataclasses import dataclass

from firstline.core.intake.inbound import Inbound
from firstline.core.mail.patterns import Pattern

FIELDS = ("from", "to", "subject", "body", "header")
WAYS = ("contains", "equals", "regex")
# What a condition reads of a text; the envelope has it all.
_READ = 20_000


@dataclass(frozen=True)
class Rule:
    """A condition: a field of the mail, how it is compared, with what; `header` names a field of another name."""

    field: str
    how: str
    pattern: str
    header: str = ""


def matches(rule: Rule, mail: Inbound) -> bool:
    """Return whether the condition holds for the mail; case does not matter. Raises BadPattern for a bad `regex`."""
    values = texts(rule, mail)
    if rule.how == "regex":
        pattern = Pattern(rule.pattern)
        return any(pattern.found_in(text) for text in values)
    wanted = rule.pattern.strip().casefold()
    if rule.how == "equals":
        return any(text.strip().casefold() == wanted for text in values)
    return any(wanted in text.casefold() for text in values)


def texts(rule: Rule, mail: Inbound) -> list[str]:
    """Return what the condition is asked of: the values of its field, addresses bare and with their names."""
    if rule.field in ("from", "to"):
        named = mail.from_ if rule.field == "from" else (*mail.to, *mail.cc)
        return [text for each in named for text in (each.address, f"{each.name} <{each.address}>")]
    if rule.field == "header":
        return [value[:_READ] for name, value in mail.headers if name == rule.header.strip().lower()]
    return [(mail.subject if rule.field == "subject" else mail.text)[:_READ]]
