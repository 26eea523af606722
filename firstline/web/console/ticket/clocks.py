"""The promises of a ticket on screen: how each stands, in words, and why its deadline is what it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext

from firstline.channels.email.alarms import PROMISES
from firstline.core.insight.dossier import Dossier
from firstline.core.insight.stages import waits
from firstline.core.sla import workclock
from firstline.core.sla.models import Clock
from firstline.core.sla.openings import BeyondOpenings
from firstline.web import wording

NAMES: dict[str, Promise] = {
    kind: PROMISES[kind]
    for kind in (Clock.Kind.TAKE, Clock.Kind.FIRST_RESPONSE, Clock.Kind.NEXT_RESPONSE, Clock.Kind.RESOLVE)
}


@dataclass(frozen=True)
class Shown:
    """One clock on screen: running ones tick, all others say how they ended, or that they wait."""

    name: Promise | str
    clock: Clock
    tone: str
    icon: str
    words: str
    budget: str
    used: str
    pauses: Sequence[tuple[datetime, datetime | None]]

    @property
    def runs(self) -> bool:
        """Whether it ticks."""
        return self.clock.state == Clock.State.RUNNING


def shown(dossier: Dossier) -> list[Shown]:
    """Return the last clock of each kind, in the order in which they fall due; superseded ones are left out."""
    last: dict[str, Clock] = {}
    for clock in sorted(dossier.clocks, key=lambda one: (one.started_at, one.pk)):
        present = last.get(clock.kind)
        if present is None or clock.state != Clock.State.ENDED or present.state == Clock.State.ENDED:
            last[clock.kind] = clock
    pauses = waits(dossier.stages)
    promised = [_shown(last[kind], pauses, dossier) for kind in NAMES if kind in last]
    return promised + [_of_team(clock) for clock in dossier.team_clocks]


def _of_team(clock: Clock) -> Shown:
    """Return a team's running clock; how much of it is used stands in its derivation."""
    tone, icon, words = _standing(clock, None)
    name = f"{PROMISES[clock.kind]}: {clock.agreement.agreement.team}"
    return Shown(
        name=name, clock=clock, tone=tone, icon=icon, words=words, budget=wording.span(clock.budget_for), used="",
        pauses=(),
    )  # fmt: skip


def _shown(clock: Clock, pauses: Sequence[tuple[datetime, datetime | None]], dossier: Dossier) -> Shown:
    end = clock.ended_at or dossier.now
    own = [(begin, ended) for begin, ended in pauses if begin < end and (ended is None or ended > clock.started_at)]
    used = _used(clock, own, end, dossier)
    tone, icon, words = _standing(clock, used)
    return Shown(
        name=NAMES[clock.kind], clock=clock, tone=tone, icon=icon, words=words, budget=wording.span(clock.budget_for),
        used=wording.span(used) if used is not None else "", pauses=own,
    )  # fmt: skip


def _standing(clock: Clock, used: timedelta | None) -> tuple[str, str, str]:
    if clock.state == Clock.State.MET:
        said = gettext("met in %(time)s") % {"time": wording.span(used)} if used is not None else gettext("met")
        return "well", "circle-check", said
    if clock.state == Clock.State.MISSED:
        over = used - clock.budget_for if used is not None else None
        known = over is not None and over > timedelta(0)
        said = gettext("missed by %(time)s") % {"time": wording.span(over)} if over and known else gettext("missed")
        return "late", "clock-alert", said
    if clock.state == Clock.State.PAUSED:
        left = clock.budget_for - used if used is not None else None
        said = gettext("paused, %(time)s left") % {"time": wording.span(left)} if left else gettext("paused")
        return "still", "pause", said
    if clock.state == Clock.State.ENDED:
        return "still", "minus", gettext("ended without a verdict")
    return "well", "timer", ""


def _used(
    clock: Clock, pauses: Sequence[tuple[datetime, datetime | None]], end: datetime, dossier: Dossier
) -> timedelta | None:
    if dossier.openings is None:
        return None
    try:
        return workclock.elapsed_with_pauses(clock.started_at, end, pauses, dossier.openings)
    except BeyondOpenings:
        return None
