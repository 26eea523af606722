"""What a calendar invitation says, for a mail that says nothing else."""

from __future__ import annotations

import re

from firstline.channels.email import charsets
from firstline.core.intake.inbound import File

_SHOWN = ("SUMMARY", "DTSTART", "DTEND", "LOCATION", "ORGANIZER", "DESCRIPTION")
_MOST = 200_000
_ESCAPED = re.compile(r"\\([\\;,nN])")


def shown(file: File) -> str:
    """Return the first event of an invitation as lines of text, "" for any other file (RFC 5545)."""
    if file.content_type != "text/calendar":
        return ""
    text = charsets.cleaned(charsets.decode(file.data[:_MOST], "utf-8")[0])
    _, begun, event = re.sub(r"\n[ \t]", "", text).partition("BEGIN:VEVENT")
    found: dict[str, str] = {}
    for line in event.partition("END:VEVENT")[0].split("\n") if begun else ():
        name, _, value = line.partition(":")
        found.setdefault(name.partition(";")[0].upper(), _ESCAPED.sub(_plain, value.strip()))
    return "\n".join(found[name] for name in _SHOWN if found.get(name))


def _plain(escaped: re.Match[str]) -> str:
    return "\n" if escaped[1] in "nN" else escaped[1]
