"""What `firstline intake mail` prints of a mail: the stable names of its JSON, and a short line for people."""

from __future__ import annotations

import hashlib

from firstline.core.intake.inbound import Address, Bounce, File, Inbound


def told(mail: Inbound) -> dict[str, object]:
    """Return what a mail says, by the names of the command's JSON."""
    return {
        "message_id": mail.message_id,
        "subject": mail.subject,
        "from": _one(mail.from_[0]) if mail.from_ else None,
        "to": [_one(each) for each in mail.to],
        "cc": [_one(each) for each in mail.cc],
        "reply_to": [_one(each) for each in mail.reply_to],
        "text": mail.text,
        "html": mail.html,
        "reply_text": mail.reply_text,
        "attachments": [_attached(each) for each in mail.files],
        "signed": mail.signed,
        "encrypted": mail.encrypted,
        "bounce": _bounced(mail.bounce) if mail.bounce else None,
        "auto_reply": mail.auto_reply,
        "trouble": list(mail.trouble),
    }


def shortly(line: dict[str, object]) -> str:
    """Return a line of JSON's values in a few words."""
    if line.get("parked"):
        kept = "parked" if line.get("outcome") else "would be parked"
        return f"{line['file']}: {kept}: {line['parked']}"
    sender = line["from"]
    address = sender["address"] if isinstance(sender, dict) else "nobody"
    ticket = f" #{line['ticket']}" if line.get("ticket") else ""
    became = f"{line['outcome']}{ticket}: " if line.get("outcome") else ""
    return f"{line['file']}: {became}{line['subject'] or '(no subject)'}, from {address}"


def _bounced(bounce: Bounce) -> dict[str, object]:
    told = [
        {"address": each.address, "status": each.status, "reason": each.reason, "hard": each.hard}
        for each in bounce.recipients
    ]
    return {"recipients": told, "message_id": bounce.message_id}


def _one(address: Address) -> dict[str, str]:
    return {"name": address.name, "address": address.address}


def _attached(file: File) -> dict[str, object]:
    digest = hashlib.sha1(file.data, usedforsecurity=False).hexdigest()
    return {"name": file.name, "size": len(file.data), "sha1": digest, "content_type": file.content_type}
