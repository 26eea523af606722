"""A mailbox's secrets under the desk's own key: sealed in the table, opened where they are used and nowhere else."""

from __future__ import annotations

from django.conf import settings

from firstline.core.kernel import sealed


def seal(secret: str) -> str:
    """Return the secret as the table holds it; "" stays ""."""
    return sealed.seal(secret, settings.SECRET_KEY)


def opened(text: str) -> str:
    """Return the secret; raises Unopened when the desk's key is another by now."""
    return sealed.opened(text, settings.SECRET_KEY)
