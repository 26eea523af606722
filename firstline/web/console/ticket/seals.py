"""What is said of a signed or encrypted mail: in a word, with its tone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Seal:
    """A sign on a message: its word, tone and icon; `who` signed, and `but` says what was not looked at."""

    word: Promise
    tone: str
    icon: str
    who: str = ""
    but: Promise | str = ""


SIGNATURES = {
    "valid": (_("Signed; the signature holds"), "well", "shield-check"),
    "untrusted": (_("Signed by somebody the desk does not know"), "still", "shield-check"),
    "broken": (_("The signature does not fit what was sent"), "late", "triangle-alert"),
    "unchecked": (_("Signed; not checked"), "still", "shield-check"),
}


# Lists of revoked certificates are fetched from whoever issued them, and reading a mail fetches nothing.
_NOT_ASKED = _("not asked whether the certificate was revoked")

_WEAK = _("by a cipher that is weak today")


def seals(kept: Mapping[str, Any] | None) -> list[Seal]:
    """Return the signs of a mail whose seal is kept so; none for any other."""
    if not kept:
        return []
    found = []
    if kept.get("signature") in SIGNATURES:
        word, tone, icon = SIGNATURES[kept["signature"]]
        asked = kept.get("standard") != "S/MIME" or kept["signature"] not in ("valid", "untrusted")
        found.append(Seal(word, tone, icon, ", ".join(kept.get("signers") or ()), "" if asked else _NOT_ASKED))
    if kept.get("encrypted"):
        opened = kept.get("opened")
        word = _("Encrypted; opened with the desk's key") if opened else _("Encrypted; the desk cannot open it")
        found.append(Seal(word, "still" if opened else "soon", "lock", but=_WEAK if kept.get("weak") else ""))
    return found
