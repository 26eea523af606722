"""What the modules of the demo share: the ids of all that was made, by the names the stories use."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass
class Stage:
    """Ids by key, the instant of the demo's making, and the earlier one at which its desk was set up."""

    now: datetime
    founded_at: datetime
    desk_id: int = 0
    organisations: dict[str, int] = field(default_factory=dict)
    sites: dict[str, int] = field(default_factory=dict)
    teams: dict[str, int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    categories: dict[str, int] = field(default_factory=dict)
    services: dict[str, int] = field(default_factory=dict)
    tickets: dict[str, int] = field(default_factory=dict)
