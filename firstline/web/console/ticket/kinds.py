"""The kinds of journal entries on screen: icon, tone, sentence, and whether they tell little by themselves.

In a sentence {by} is who did it, {person} whom it names, {team} the team, {from} and {to} the teams it went between.
"""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Kind(NamedTuple):
    """How entries of one kind are shown; `small` ones fold when several stand together."""

    icon: str
    words: Promise
    tone: str = ""
    small: bool = False


KINDS: dict[str, Kind] = {
    "registered": Kind("inbox", _("{by} registered it"), "fresh"),
    "joined": Kind("message-square", _("{by} wrote")),
    "replied": Kind("reply", _("{by} replied")),
    "reply withdrawn": Kind("undo-2", _("{by} took the reply back before it was sent")),
    "vendor written to": Kind("truck", _("{by} wrote to the vendor")),
    "vendor wrote": Kind("truck", _("{by} wrote for the vendor")),
    "noted": Kind("notebook-pen", _("{by} noted")),
    "taken": Kind("hand", _("{by} took it for {team}")),
    "assigned": Kind("user-check", _("{by} gave it to {person}")),
    "steward changed": Kind("shield-check", _("{by} decided that {person} answers for it")),
    "offered": Kind("share-2", _("{by} offered it to {to}")),
    "accepted": Kind("handshake", _("{by} accepted it for {team}"), "well"),
    "declined": Kind("ban", _("{by} declined it for {team}"), "soon"),
    "resolution withdrawn": Kind("undo-2", _("{by} took the solution back before anybody was told")),
    "offer withdrawn": Kind("undo-2", _("{by} withdrew the offer to {team}")),
    "offer lapsed": Kind("hourglass", _("The offer to {team} lapsed"), "soon"),
    "shift accepted": Kind(
        "handshake", _("{by} accepted it at the change of shift, from {from}; {person} answers"), "well"
    ),
    "put back": Kind("undo-2", _("{person} had it; it lies unclaimed with {team} again"), "soon"),
    "returned": Kind("rotate-ccw", _("{by} returned it from {from} to {to}")),
    "waiting began": Kind("pause", _("{by} waits"), "soon"),
    "planned": Kind("calendar-clock", _("{by} planned it"), "later"),
    "resumed": Kind("play", _("{by} took it up again")),
    "resolved": Kind("check", _("{by} resolved it"), "well"),
    "confirmed": Kind("check-check", _("{by} confirmed that it is solved"), "well"),
    "reopened": Kind("refresh-cw", _("{by} reopened it: still broken"), "late"),
    "closed": Kind("check-check", _("{by} closed it")),
    "withdrawn": Kind("x", _("{by} withdrew the request")),
    "marked as spam": Kind("shield-x", _("{by} marked it as spam")),
    "unmarked as spam": Kind("undo-2", _("{by} says that it is no spam")),
    "rated": Kind("star", _("{by} rated the help")),
    "task asked": Kind("list-checks", _("{by} asked {team} for a task")),
    "task finished": Kind("circle-check", _("{by} finished the task of {team}"), "well"),
    "task withdrawn": Kind("undo-2", _("{by} withdrew the task of {team}")),
    "declined offer of task": Kind("ban", _("{by} declined the task of {team}"), "soon"),
    "called in": Kind("users", _("{by} called in {person}")),
    "participant added": Kind("user-plus", _("{by} added {person}"), small=True),
    "participant removed": Kind("user-x", _("{by} removed {person}"), small=True),
    "work logged": Kind("timer", _("{by} logged work"), small=True),
    "prioritised": Kind("flag", _("{by} set the priority")),
    "requester changed": Kind("user", _("{by} changed whose request it is: {person}")),
    "reclassified": Kind("layers", _("{by} classified it"), small=True),
    "retitled": Kind("pencil", _("{by} gave it another subject"), small=True),
    "tagged": Kind("tag", _("{by} tagged it"), small=True),
    "untagged": Kind("tag", _("{by} took a tag off"), small=True),
    "linked": Kind("link", _("{by} linked it with another ticket"), small=True),
    "unlinked": Kind("link", _("{by} ended a link with another ticket"), small=True),
    "merged": Kind("git-merge", _("{by} merged it into another ticket")),
    "absorbed": Kind("git-merge", _("{by} merged another ticket into this one")),
    "unmerged": Kind("split", _("{by} undid the merge")),
    "released": Kind("split", _("{by} took another ticket out of this one again")),
    "split off": Kind("split", _("{by} made a ticket of a message")),
    "redacted": Kind("scissors", _("{by} redacted something said here"), "soon"),
    "stranger wrote": Kind("shield-alert", _("A stranger answered a letter about it"), "soon"),
    "unproven wrote": Kind(
        "shield-alert", _("A mail in the name of {person}, without proof that they wrote it"), "soon"
    ),
    "auto-reply came": Kind("bot", _("An automatic answer of {person} came"), small=True),
    "notice bounced": Kind("mail", _("A notice could not be delivered"), "late"),
    "carried over": Kind("history", _("Brought over from an earlier desk"), small=True),
    "step ticked": Kind("circle-check", _("{by} did step {step} of the instruction"), small=True),
    "step unticked": Kind("undo-2", _("{by} took back step {step} of the instruction"), small=True),
    "major declared": Kind("siren", _("{by} declared it a major incident, commanded by {person}"), "late"),
    "commander changed": Kind("shield-check", _("{by} gave the command of the major incident to {person}")),
    "status told": Kind("megaphone", _("{by} told all who are hit")),
    "major ended": Kind("flag", _("{by} ended the major incident"), "well"),
    "clock warned": Kind("timer", _("A deadline comes near"), "soon", small=True),
    "clock breached": Kind("clock-alert", _("A deadline has passed"), "late"),
    "escalated": Kind("megaphone", _("A rule of escalation spoke"), "late"),
    "contract changed": Kind("scroll-text", _("Another contract brought other promises")),
    "imported event": Kind("archive", _("{by} changed it"), small=True),
    "imported change": Kind("archive", _("{by} changed it"), small=True),
}
