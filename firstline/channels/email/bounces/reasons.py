"""Why a recipient did not get a mail: one word for it, from what the server said.

Words go before codes, because servers give codes loosely (5.7.1 for anything at all). The meaning of a code
is the last resort: RFC 3463, RFC 5248 and the registry of enhanced status codes.
"""

from __future__ import annotations

import re

from firstline.channels.email.bounces.phrases import PHRASES
from firstline.channels.email.bounces.told import Told, code_in, status_in

# Reasons after which mail to the address should cease.
HARD = frozenset({"userunknown", "hostunknown", "hasmoved", "notaccept"})

_WORDS = tuple((reason, re.compile("|".join(f"(?:{each})" for each in patterns))) for reason, patterns in PHRASES)
_LONGEST = 4_000

# By the last two numbers of the code; the first only says whether it is for good.
_CODES = {
    "1.0": "rejected", "1.1": "userunknown", "1.2": "hostunknown", "1.3": "userunknown", "1.4": "filtered",
    "1.6": "hasmoved", "1.7": "rejected", "1.8": "rejected", "1.9": "systemerror", "1.10": "notaccept",
    "2.0": "filtered", "2.1": "filtered", "2.2": "mailboxfull", "2.3": "exceedlimit", "2.4": "filtered",
    "3.0": "systemerror", "3.1": "systemfull", "3.2": "notaccept", "3.3": "systemerror", "3.4": "mesgtoobig",
    "3.5": "systemerror",
    "4.0": "networkerror", "4.1": "expired", "4.2": "expired", "4.3": "systemerror", "4.4": "hostunknown",
    "4.5": "systemfull", "4.6": "networkerror", "4.7": "expired",
    "5.2": "syntaxerror", "5.3": "toomanyconn", "5.4": "syntaxerror", "5.6": "mesgtoobig",
    "6.0": "contenterror", "6.1": "contenterror", "6.2": "contenterror", "6.3": "contenterror", "6.5": "contenterror",
    "6.6": "contenterror", "6.9": "contenterror",
    "7.1": "rejected", "7.2": "rejected", "7.3": "securityerror", "7.4": "securityerror", "7.5": "securityerror",
    "7.6": "securityerror", "7.7": "securityerror", "7.8": "securityerror", "7.9": "securityerror",
    "7.13": "suspend", "7.20": "authfailure", "7.21": "authfailure", "7.22": "authfailure", "7.23": "authfailure",
    "7.24": "authfailure", "7.25": "requireptr", "7.26": "authfailure", "7.27": "notaccept", "7.28": "speeding",
}  # fmt: skip
# The part of the conversation after which a server answered, as reports word it.
_AFTER_CONTENT = re.compile(
    r"end of data|\(in reply to (end of )?data|final data|failed after i sent the message|\(state 18\)"
    r"|smtp command data|\binbound-smtp\."  # Amazon's rules for incoming mail are applied to the whole letter
)
_AFTER_RECIPIENT = re.compile(
    r"rcpt to|rcpt command|\[rcpt_to\]|does not like recipient|\(state 14\)|in reply to rcpt|bad-mailbox"
)
# As long as servers are told to try (RFC 5321, 4.5.4.1): then time ran out, however the last attempt ended.
_GIVEN_UP = re.compile(r"(could|can) ?not be delivered for ([4-9]|\d\d) days")
_AT_GREETING = re.compile(r"(after|in reply to) (the )?(ehlo|helo|initial connection|greeting|banner)\b")


def of(told: Told) -> str:
    """Return the reason in one word, "undefined" where the report gives none (list: docs/features/mail-in.md)."""
    if told.action in ("delivered", "relayed", "expanded"):
        return "delivered"
    words, around = _plain(told.words), _plain(f"{told.kind} {told.around}")
    if told.action == "failed" and _GIVEN_UP.search(f"{words} {around}"):
        return "expired"
    status = status_in(told.words) or told.status
    reason = _by_words(words) or _by_words(around) or ("expired" if told.action == "delayed" else _by_code(status))
    if reason == "userunknown" and _is_filter(told, f"{words} {around}"):
        return "filtered"
    if reason in ("", "rejected") and _AT_GREETING.search(f"{words} {around}"):
        return "blocked"  # neither sender nor recipient was named yet: it is our server that is not let in
    return reason or _by_reply(code_in(told.words), told)


def _is_filter(told: Told, said: str) -> bool:
    """Return whether an "unknown user" is a filter's doing: said after the letter, or of a mailbox that exists.

    Servers check addresses before they take a letter; who refuses later refuses the letter.
    """
    if _AFTER_RECIPIENT.search(said):
        return False
    if _AFTER_CONTENT.search(f"{said} {told.servers}"):
        return True
    codes = {
        code.partition(".")[2] for code in (status_in(told.words), told.status, status_in(told.around)) if code
    } - {"0.0"}
    if codes:
        return bool(codes & {"2.0", "2.1", "2.4", "7.1"}) and "1.1" not in codes
    # A bare 550 of another server, passed on without its place in the conversation: nothing is proved.
    return told.kind in ("", "smtp") and bool(told.status or code_in(told.words))


def _by_words(text: str) -> str:
    return next((reason for reason, pattern in _WORDS if pattern.search(text)), "") if text else ""


def _by_code(status: str) -> str:
    return _CODES.get(status.partition(".")[2], "")


def _by_reply(code: str, told: Told) -> str:
    if told.action == "delayed" or code.startswith("4") or told.status.startswith("4"):
        return "expired"
    return "rejected" if code else "undefined"


def _plain(text: str) -> str:
    return " ".join(text[:_LONGEST].lower().split())
