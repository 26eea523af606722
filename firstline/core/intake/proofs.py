"""What a receiving server found out about the sender of a mail (RFC 8601): whether the domain in From is proven.

Only what stands above that server's own trace counts: below it stands whatever the sender wrote.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_RESULT = re.compile(r"\s*(dkim|spf|dmarc|arc)\s*=\s*pass\b(.*)", re.I | re.S)
_PROPERTY = re.compile(r"([\w.-]+)\s*=\s*([^\s;]+)")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"?')
_COMMENT = re.compile(r"\([^()]*\)")
_LONGEST = 10_000


def proves(headers: Sequence[tuple[str, str]], authserv_id: str, from_domain: str) -> bool:
    """Return whether the server named `authserv_id` found `from_domain` to have sent the mail.

    headers    name in lower case and value, in the mail's order
    True when a DKIM signature of that domain (or one above it) holds, or when DMARC passed for it and with it SPF
    or the chain of servers (ARC) that handed the mail on.
    """
    if not authserv_id or not from_domain:
        return False
    said = [each for value in _own(headers) for each in _results(value, authserv_id)]
    passed = [_opened(found) for each in said if (found := _RESULT.match(each))]
    for_domain = {how for how, found in passed if _aligned(_domain(how, found), from_domain)}
    ways = {how for how, _found in passed}
    return "dkim" in for_domain or ("dmarc" in for_domain and bool(ways & {"spf", "arc"}))


def _own(headers: Sequence[tuple[str, str]]) -> list[str]:
    """Return the results that the receiving server can have written: those above its own trace, or the topmost."""
    trace = next((at for at, (name, _value) in enumerate(headers) if name == "received"), 0)
    results = [(at, value) for at, (name, value) in enumerate(headers) if name == "authentication-results"]
    return [value for at, value in results if at < trace] or [value for _at, value in results[:1]]


def _results(value: str, authserv_id: str) -> list[str]:
    """Return each thing a field says, if it is the trusted server's; quoted words and comments say nothing."""
    # What a sender chose, such as the address in smtp.mailfrom, may stand there quoted: it must not read as a result.
    plain = _QUOTED.sub(" ", value[:_LONGEST])
    for _nested in range(10):
        plain = _COMMENT.sub(" ", plain)
    server, *results = plain.split(";")
    return results if server.lower().split()[:1] == [authserv_id.lower()] else []


def _opened(found: re.Match[str]) -> tuple[str, dict[str, str]]:
    said = {name.lower(): value.lower() for name, value in _PROPERTY.findall(found[2])}
    return found[1].lower(), said


def _domain(how: str, said: dict[str, str]) -> str:
    if how == "dkim":
        return said.get("header.d") or said.get("header.i", "").rpartition("@")[2]
    return said.get("header.from", "").rpartition("@")[2]


def _aligned(domain: str, from_domain: str) -> bool:
    """Whether a domain speaks for the one in From: the same, or one above it that is no public suffix by itself."""
    domain, from_domain = domain.strip(".").lower(), from_domain.strip(".").lower()
    return bool(domain) and (domain == from_domain or ("." in domain and from_domain.endswith(f".{domain}")))
