"""Amounts of money, as the reader's language writes them."""

from __future__ import annotations

from decimal import Decimal

from django.utils.formats import number_format


def money(amount: Decimal, currency: str) -> str:
    """Return an amount to the hundredth with its currency, which no line break parts from it."""
    return f"{number_format(amount, 2, use_l10n=True, force_grouping=True)}\N{NO-BREAK SPACE}{currency}"
