"""The letter to a vendor, in words: what staff wrote to them, and nothing of the ticket besides."""

from __future__ import annotations

from django.utils.translation import gettext as _

from firstline.channels.email.said import Known, Said, Wording, files


def vendor(known: Known) -> Said:
    """Staff write to a vendor."""
    return Said(
        headline=_("%(who)s writes to you") % {"who": known.by},
        quote=known.text,
        rows=files(known),
        earlier=known.earlier,
        why=_("Please answer to this letter: your answer goes to those who work on this matter."),
    )


WORDS: dict[str, Wording] = {"vendor": vendor}
