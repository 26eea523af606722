"""Reports made for programs: the fields of message/delivery-status (RFC 3464), and of Amazon's notices."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from firstline.channels.email.bounces.told import Told, address_in, status_in

_FIELD = re.compile(r"([A-Za-z][A-Za-z-]{2,60}[A-Za-z])[ \t]{0,20}:[ \t]{0,20}(.{0,4000})")
_RECIPIENT = ("final-recipient", "original-recipient", "x-actual-recipient")
_MOST = 200_000

Fields = dict[str, str]


def recipients(report: str) -> list[Told]:
    """Return what the fields of a report tell of each recipient, each of them once, in order."""
    groups = list(_groups(report[:_MOST]))
    by = next((fields["reporting-mta"] for fields in groups if "reporting-mta" in fields), "")
    told = [_told(fields, by) for fields in groups if any(name in fields for name in _RECIPIENT)]
    return list({each.address: each for each in reversed(told)}.values())[::-1]


def has_fields(text: str) -> bool:
    """Return whether a text holds the fields of a report, as in mails whose parts have come apart."""
    return re.search(r"^(Final|Original)-Recipient[ \t]{0,9}:", text, re.IGNORECASE | re.MULTILINE) is not None


def _groups(report: str) -> Iterator[Fields]:
    """Yield the fields of each recipient: empty lines part them, and so does a field that comes again."""
    fields: Fields = {}
    last = ""
    for line in report.splitlines():
        if not line.strip():
            yield fields
            fields, last = {}, ""
        elif line[0] in " \t" and last:
            fields[last] += " " + line.strip()
        elif found := _FIELD.fullmatch(line.strip()):
            name = found[1].lower()
            if name in fields and name in _RECIPIENT:
                yield fields
                fields = {}
            last = name
            fields.setdefault(name, found[2])
        else:
            last = ""
    yield fields


def _told(fields: Fields, by: str) -> Told:
    answer = fields.get("diagnostic-code", "")
    kind, found, rest = answer.partition(";")
    typed = bool(found) and " " not in kind.strip()
    piped = "x-unix" if "|" in fields.get("final-recipient", "") else ""  # not an address but a command
    return Told(
        address=_address(fields),
        action=fields.get("action", "").lower().strip(),
        status=status_in(fields.get("status", "")),
        words=(rest if typed else answer).strip(),
        around=f"{fields.get('status', '')} {fields.get('x-powermta-bouncecategory', '')}",
        kind=kind.strip().lower() if typed else piped,
        servers=f"{fields.get('remote-mta', '')} {by}",
    )


def _address(fields: Fields) -> str:
    raw = [fields[name].partition(";")[2] or fields[name] for name in _RECIPIENT if name in fields]
    # A route (@relay:user@host) or a command in place of an address: the original one says more.
    return next((address for each in raw if (address := address_in(each))), "") or (raw[0].strip() if raw else "")


def amazon(text: str) -> list[Told] | None:
    """Return what a notice of Amazon SES tells, None when the text is none or reports no failure."""
    if '"notificationType' not in text.replace("\\", "") or len(text) > _MOST:
        return None
    notice = _notice(text)
    bounce = notice.get("bounce") if isinstance(notice, dict) else None
    named = bounce.get("bouncedRecipients") if isinstance(bounce, dict) else None
    if not isinstance(named, list):
        return None
    return [_of_amazon(each) for each in named if isinstance(each, dict)]


def _notice(text: str) -> object:
    """Return the JSON object a notice begins with: lines may be folded, and it may lie wrapped in another one."""
    start = text.find("{")
    try:
        found, _ = json.JSONDecoder(strict=False).raw_decode(text.replace("!\n ", "").replace("\n ", " "), start)
        inner = found.get("Message") if isinstance(found, dict) else None
        return json.loads(inner) if isinstance(inner, str) else found
    except (ValueError, RecursionError):
        return None


def _of_amazon(named: dict[str, object]) -> Told:
    words = str(named.get("diagnosticCode", ""))
    return Told(
        address=address_in(str(named.get("emailAddress", ""))),
        action=str(named.get("action", "failed")).lower(),
        status=status_in(str(named.get("status", ""))),
        words=words.partition(";")[2].strip() or words,
    )
