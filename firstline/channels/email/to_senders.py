"""The letter to somebody whose mail could not be taken, in words: nothing of what they wrote stands in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from firstline.channels.email.said import Said


def too_large(facts: Mapping[str, Any], address: str) -> Said:
    """It was larger than the desk takes, so nobody has read it."""
    return Said(
        headline=_("Your message is too large for us"),
        sentences=(
            _("It has %(size)d MB, and we take %(most)d MB at most. So nobody here has read it, and nothing follows.")
            % {"size": facts["size"], "most": facts["most"]},
            _("Please send it again with fewer or smaller files, or send us a link to them."),
        ),
        why=_("You get this letter because a message in your name came for %(address)s. It is sent once.")
        % {"address": address},
    )


WORDS: dict[str, Callable[[Mapping[str, Any], str], Said]] = {"too_large": too_large}
