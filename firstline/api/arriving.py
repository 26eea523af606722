"""What programs bring: kept as an envelope, settled in the same transaction, and recognised when it comes again."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from ninja import Header

from firstline.api.callers import Http
from firstline.api.inputs import Mark
from firstline.commands import intake
from firstline.core.intake.models import Envelope

IdempotencyKey = Annotated[
    Mark,
    Header(
        "", alias="Idempotency-Key",
        description="the sender's own mark of this request: sent again with it, nothing happens twice",
    ),
]  # fmt: skip


def keep(
    http: Http, *, key: str, about: str, now: datetime, settle: Callable[[Envelope], intake.Settled],
    desk_id: int | None,
) -> intake.Settled:  # fmt: skip
    """Keep the body and settle it; `about` tells apart what one key may be used for."""
    mark = key or secrets.token_hex(16)
    return intake.receive(
        channel=Envelope.Channel.API, source_id=f"{http.auth.token.pk}:{about}:{mark}", raw=http.body,
        person_id=http.auth.person_id, now=now, settle=settle, desk_id=desk_id,
    )  # fmt: skip
