"""What states, priorities, channels and the like are called on screen, and the tone they are shown in."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from firstline.core.intake.models import Envelope
from firstline.core.tickets.states import Audience, Kind, State


class Name(NamedTuple):
    """A word, the tone of its chip, and its icon in the sprite."""

    word: Promise
    tone: str
    icon: str


STATES: dict[str, Name] = {
    State.NEW: Name(pgettext_lazy("state", "New"), "fresh", "circle-dot"),
    State.OPEN: Name(pgettext_lazy("state", "Open"), "well", "circle-play"),
    State.WAITING_REQUESTER: Name(_("Waiting on requester"), "soon", "pause"),
    State.WAITING_THIRD_PARTY: Name(_("Waiting on third party"), "soon", "hourglass"),
    State.PLANNED: Name(pgettext_lazy("state", "Planned"), "later", "calendar-clock"),
    State.RESOLVED: Name(pgettext_lazy("state", "Resolved"), "well", "check"),
    State.CLOSED: Name(pgettext_lazy("state", "Closed"), "still", "check-check"),
}

# The same states as a requester reads them.
STATES_FOR_REQUESTER: dict[str, Name] = {
    State.NEW: Name(_("Received"), "fresh", "circle-dot"),
    State.OPEN: Name(_("In work"), "well", "circle-play"),
    State.WAITING_REQUESTER: Name(_("Waiting for your answer"), "soon", "reply"),
    State.WAITING_THIRD_PARTY: Name(_("Waiting for a partner"), "later", "hourglass"),
    State.PLANNED: Name(_("Planned for later"), "later", "calendar-clock"),
    State.RESOLVED: Name(_("Solved: please confirm"), "well", "check"),
    State.CLOSED: Name(pgettext_lazy("state", "Closed"), "still", "check-check"),
}

PRIORITIES: dict[int, Promise] = {1: _("Critical"), 2: _("High"), 3: _("Normal"), 4: _("Low")}
IMPACTS: dict[int, Promise] = {1: _("Everyone"), 2: _("A site"), 3: _("A few people"), 4: _("One person")}
URGENCIES: dict[int, Promise] = {
    1: _("Work has stopped"),
    2: _("Work is hindered"),
    3: _("It disturbs"),
    4: _("It can wait"),
}
KINDS: dict[str, Promise] = {
    Kind.INCIDENT: _("Incident"),
    Kind.REQUEST: _("Service request"),
    Kind.QUESTION: _("Question"),
}

CHANNELS: dict[str, Name] = {
    Envelope.Channel.FORM: Name(_("Portal"), "still", "globe"),
    Envelope.Channel.API: Name(_("Program"), "still", "plug"),
    Envelope.Channel.PHONE: Name(pgettext_lazy("channel", "Phone"), "still", "phone"),
    Envelope.Channel.WALK_IN: Name(_("In person"), "still", "door-open"),
    Envelope.Channel.CORRIDOR: Name(_("In the corridor"), "still", "footprints"),
    Envelope.Channel.EMAIL: Name(_("Mail"), "still", "mail"),
    Envelope.Channel.TELEGRAM: Name(_("Telegram"), "still", "send"),
    Envelope.Channel.CHAT: Name(_("Chat"), "still", "message-circle"),
    Envelope.Channel.IMPORT: Name(_("Imported"), "still", "archive"),
    # No channel of arrival: what a major incident told all who are hit.
    "major": Name(_("To all who are hit"), "still", "megaphone"),
}

AUDIENCES: dict[str, Promise] = {
    Audience.PUBLIC: _("Reply"),
    Audience.INTERNAL: _("Note: the requester does not see it"),
    Audience.VENDOR: _("To the vendor"),
    Audience.TEAM: _("Within the task"),
}

# What a rule of escalation does when its level is reached.
ESCALATIONS: dict[str, Promise] = {
    "notify": _("those it names are told"),
    "raise_priority": _("the priority goes up"),
    "call_in": _("somebody is called in"),
    "hand_over": _("it is handed over"),
    "major_incident": _("a major incident begins"),
}

LINES: dict[int, Promise] = {1: _("First line"), 2: _("Second line"), 3: _("Third line"), 4: _("Vendor")}

# Why the desk itself passed a ticket on.
SUCCESSIONS = {
    "absent": _("absent"),
    "shift_ended": _("the shift ended"),
    "left": _("left the team"),
    "passed_on": _("the next shift took over"),
    "round_robin": _("in turn"),
    "least_loaded": _("has the least in hand"),
}
