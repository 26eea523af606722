"""Whether somebody can take something: what a person can do against what it needs. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Able:
    """What one person can do. No capacity: any number; no languages: any."""

    person_id: int
    site_id: int | None = None
    capacity: int | None = None
    languages: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()
    own_site_only: bool = False

    def has_room(self, load: int) -> bool:
        """Whether one more fits, with `load` workable tickets in hand."""
        return self.capacity is None or load < self.capacity

    def speaks(self, languages: Iterable[str]) -> bool:
        """Whether they help in all these languages."""
        return not self.languages or self.languages.issuperset(languages)

    def meets(self, *, skills: Iterable[str], languages: Iterable[str]) -> bool:
        """Whether they have every skill and language that is needed."""
        return self.skills.issuperset(skills) and self.speaks(languages)

    def goes_to(self, site_id: int | None) -> bool:
        """Whether they take tickets of that site; one of no site is anybody's."""
        return not self.own_site_only or site_id is None or site_id == self.site_id
