"""Which agreement binds the desk, and why: the rules gone through in order, then the closest promise. Pure.

What the database is asked at every registration (queries.agreement_for) must say the same; a test holds it to that.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

CONDITIONS = ("organisation_id", "tier_id", "service_id", "kind", "priority")


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a ticket decides: its customer with the tier they bought, its service, kind and priority."""

    organisation_id: int | None = None
    tier_id: int | None = None
    service_id: int | None = None
    kind: str = ""
    priority: int | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that chooses an agreement where all its conditions hold; None or "" holds always."""

    pk: int
    position: int
    agreement_id: int
    organisation_id: int | None = None
    tier_id: int | None = None
    service_id: int | None = None
    kind: str = ""
    priority: int | None = None


@dataclass(frozen=True, slots=True)
class Bound:
    """An agreement, and what it is bound to; one that is `by_rule_only` is never the closest."""

    agreement_id: int
    tier_id: int | None = None
    service_id: int | None = None
    by_rule_only: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """The agreement that binds, and what was gone through to find it.

    rule    the one that chose it; None if it is the closest promise
    failed  the rules that come before, each with its conditions that do not hold
    """

    agreement_id: int | None
    rule: Rule | None
    failed: tuple[tuple[Rule, tuple[str, ...]], ...]


def choose(asked: Asked, rules: Iterable[Rule], bounds: Sequence[Bound]) -> Choice:
    """Return which of the agreements `bounds` binds a ticket; rules that name another are passed over."""
    present = {bound.agreement_id for bound in bounds}
    failed: list[tuple[Rule, tuple[str, ...]]] = []
    for rule in sorted(rules, key=lambda rule: (rule.position, rule.pk)):
        if rule.agreement_id not in present:
            continue
        against = failing(rule, asked)
        if not against:
            return Choice(rule.agreement_id, rule, tuple(failed))
        failed.append((rule, against))
    return Choice(closest(asked, bounds), None, tuple(failed))


def failing(rule: Rule, asked: Asked) -> tuple[str, ...]:
    """Return the conditions of a rule that do not hold."""
    wanted = ((name, getattr(rule, name)) for name in CONDITIONS)
    return tuple(name for name, value in wanted if value not in (None, "") and value != getattr(asked, name))


def closest(asked: Asked, bounds: Iterable[Bound]) -> int | None:
    """Return the agreement bound most closely: by tier before all others, by service before the rest, the newest."""
    fitting = [
        bound
        for bound in bounds
        if not bound.by_rule_only
        and bound.tier_id in (None, asked.tier_id)
        and bound.service_id in (None, asked.service_id)
    ]
    nearest = min(
        fitting, key=lambda b: (b.tier_id is None, b.service_id is None, -b.agreement_id), default=None
    )  # fmt: skip
    return nearest.agreement_id if nearest else None
