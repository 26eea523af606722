"""What a person wrote, checked at the door: lengths, and characters no database can give back."""

from __future__ import annotations

from firstline.core.kernel.refusals import BadInput, _

SUBJECT_LIMIT = 300
TEXT_LIMIT = 200_000


def line(text: str, *, field: str, limit: int = SUBJECT_LIMIT, needed: bool = True) -> str:
    """Return `text` as one line without outer blanks; raises BadInput naming `field`."""
    whole = " ".join(checked(text, field=field, limit=limit * 4).split())
    if needed and not whole:
        raise BadInput(_("Please fill this in; it is needed to go on."), field=field)
    if len(whole) > limit:
        raise _too_long(len(whole), limit, field)
    return whole


def body(text: str, *, field: str, limit: int = TEXT_LIMIT, needed: bool = True) -> str:
    """Return `text` as it was written, line ends made one kind; raises BadInput naming `field`."""
    whole = checked(text, field=field, limit=limit).replace("\r\n", "\n").replace("\r", "\n")
    if needed and not whole.strip():
        raise BadInput(_("Please write something; an empty text helps nobody."), field=field)
    return whole


def checked(text: str, *, field: str, limit: int) -> str:
    """Return `text` unchanged if it can be stored and given back unchanged; raises BadInput naming `field`."""
    if "\x00" in text:
        raise BadInput(_("This text holds a NUL character, which cannot be stored; please remove it."), field=field)
    if len(text) > limit:
        raise _too_long(len(text), limit, field)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise BadInput(_("This text holds half of a character; please type it again."), field=field) from error
    return text


def _too_long(length: int, limit: int, field: str) -> BadInput:
    text = _("This text is %(length)d characters long; at most %(limit)d fit here.")
    return BadInput(text, field=field, length=length, limit=limit)
