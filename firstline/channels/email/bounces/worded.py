"""Reports made for people: who did not get the mail, from the ways in which servers put it.

A line that names a recipient begins a stretch; the words up to the next such line are about that recipient.
"""

from __future__ import annotations

import re

from firstline.channels.email.bounces.told import ADDRESS, Told, status_in

_ADDRESS = ADDRESS.pattern
# How lines that name a recipient begin. Postfix, qmail and Yahoo: <address>: - Exim and Gmail: the address
# alone on a line - sendmail: 550 <address>... - OpenSMTPD: address: - the rest: words before the address.
_NAMING = tuple(
    re.compile(pattern.replace("ADDRESS", f"({_ADDRESS})"), re.IGNORECASE)
    for pattern in (
        r"\s{0,20}<ADDRESS>(?=[:;,]|\s{0,3}$|\s{1,3}\(|\.\.\.)",
        r"\s{0,20}\"?ADDRESS\"?(?:<mailto:[^>\s]{1,320}>)?\s{0,3}$",
        r"\s{0,20}\"?ADDRESS\"?:",
        r"\s{0,20}ADDRESS(?= \[| on [A-Z0-9]| \.\.\. | [A-Z])",
        r"\s{0,9}\* ADDRESS",
        r">>> ADDRESS <",
        r"\s{0,9}(?:RCPT TO|Recipient|To be delivered to|Could not be delivered to|Unknown user):?\s{0,5}<?ADDRESS",
        r"Delivery failed \d{1,4} attempts: ADDRESS",
        r"Your message to <?ADDRESS>? (?:was|could)",
        r"There was an error delivering your mail to <ADDRESS>",
        r".{0,90}returned permanent errors: ADDRESS",
        r".{0,90}rejected recipient <ADDRESS>",
        r"\s{0,20}Delivery to <?ADDRESS>? (?:has )?failed",
    )
)
# sendmail's transcript: the conversation comes first, and whom it was about stands below it.
_CLOSING = re.compile(rf"[45]\d\d (?:[45]\.\d\.\d{{1,3}} )?<({_ADDRESS})>\.\.\.")
_LONGEST_LINE = 1_000
_MOST_LINES = 2_000
_MOST_RECIPIENTS = 200


def recipients(report: str, failed: str = "") -> list[Told]:
    """Return what the words of a report tell, in order.

    failed   the header X-Failed-Recipients: who is meant when the words name nobody, or a local user
    """
    lines = [line[:_LONGEST_LINE] for line in report.splitlines()[:_MOST_LINES]]
    stretches = _stretches(lines)
    if not stretches:
        listed = [each[0] for each in re.finditer(ADDRESS, failed[:20_000])][:_MOST_RECIPIENTS]
        return [Told(address, around=report, status=status_in(report)) for address in listed]
    told = [(address, "\n".join(stretch)) for address, stretch in stretches.items()]
    return [Told(address, words=words, status=status_in(words), around=report) for address, words in told]


def _stretches(lines: list[str]) -> dict[str, list[str]]:
    """Return the lines about each recipient, in order."""
    found: dict[str, list[str]] = {}
    now = ""
    free: list[str] = []  # lines that are about nobody yet
    for line in lines:
        closing = _CLOSING.match(line)
        named = closing[1] if closing else _named(line)
        if named and len(found) < _MOST_RECIPIENTS:
            found.setdefault(named, []).extend([*free, line] if closing else [line])
            now, free = "" if closing else named, []
        else:
            (found[now] if now else free).append(line)
    return found


def _named(line: str) -> str:
    for pattern in _NAMING:
        if found := pattern.match(line):
            return found[1]
    return ""
