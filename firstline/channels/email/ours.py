"""Whether a mail is one that this desk had sent: a letter that came round in a circle."""

from __future__ import annotations

import re
from dataclasses import dataclass

from firstline.core.intake.inbound import Inbound

# As the desk makes its Message-IDs: what the letter is about, then 128 random bits.
_OWN_ID = re.compile(r"[\w-]{1,60}\.[0-9a-f]{32}@(.{1,250})")


@dataclass(frozen=True)
class Desk:
    """What a reader of mail must know of the desk, all in lower case.

    addresses   every address by which mail comes to the desk, or from which it writes
    domains     what stands after the @ in the Message-IDs of its letters
    """

    addresses: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()


def is_ours(mail: Inbound, desk: Desk) -> bool:
    """Return whether the desk wrote the mail.

    The domain alone proves nothing, since colleagues write from it too, and nor does the desk's address
    alone, which an agent may write from: the id must have the form of ours, or the desk's address must
    stand on a mail that calls itself automatic.
    """
    own_id = _OWN_ID.fullmatch(mail.message_id.lower())
    if own_id and own_id[1] in desk.domains:
        return True
    from_desk = any(each.address.lower() in desk.addresses for each in mail.from_)
    said = mail.header("auto-submitted").lower().strip()
    return from_desk and said.startswith("auto-")
