"""Ticket numbers that a person can say over the phone: digits and one check digit."""

from __future__ import annotations

from firstline.core.kernel.refusals import BadInput, _

# Damm's quasigroup of order 10: the check digit catches every single wrong digit and every swap of
# neighbours. Source: H. M. Damm, "Total anti-symmetrische Quasigruppen", Marburg 2004.
_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)


class BadNumber(BadInput):
    """What was given is no ticket number; the text says why."""


def number_of(row: int) -> int:
    """Return the ticket number of row id `row`: its digits with the check digit behind them."""
    return row * 10 + _check(str(row))


def row_of(number: int | str) -> int:
    """Return the row id that ticket number `number` names.

    Spaces, hyphens and a leading # or "FL" are forgiven, as people write them.
    Raises BadNumber if it is not made of digits or its check digit is wrong.
    """
    digits = "".join(str(number).upper().removeprefix("FL").replace("#", "").replace("-", "").split())
    if not (digits.isascii() and digits.isdigit()) or not 2 <= len(digits) <= 18:
        raise BadNumber(_("%(given)s is not a ticket number; a number is made of digits only."), given=str(number)[:30])
    if _check(digits) != 0:
        raise BadNumber(
            _("%(given)s is not a ticket number: its check digit is wrong, so a digit was mistyped."),
            given=digits,
        )
    return int(digits[:-1])


def _check(digits: str) -> int:
    interim = 0
    for digit in digits:
        interim = int(_DAMM[interim][int(digit)])
    return interim
