"""How the entries of a ticket's story read on screen: one sentence each, its icon and its weight."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, gettext_lazy, pgettext

from firstline.channels.email import alarms
from firstline.commands import offers
from firstline.core.insight.beside import Row
from firstline.core.insight.timeline import Moment
from firstline.core.kernel.identifiers import number_of
from firstline.core.kernel.texts import pick
from firstline.core.tickets.states import Audience
from firstline.web import naming, wording
from firstline.web.console.ticket.kinds import KINDS, Kind
from firstline.web.console.ticket.posted import Posted, may_be_taken_back, posted
from firstline.web.console.ticket.seals import Seal, seals

FOLD_FROM = 3
# What came by mail in somebody's name must not read as a note they wrote here.
_REMARKS = {
    "unproven wrote": gettext_lazy("By mail, and nothing proves who wrote it"),
    "auto-reply came": gettext_lazy("Automatic answer"),
}
# Whose letters carry the words themselves; of other letters only what came back is told, by an entry of its own.
_POSTED = frozenset({"replied", "vendor written to"})


@dataclass(frozen=True)
class Line:
    """One entry of the story as it is drawn: a message with its audience, or one sentence."""

    key: str
    moment: Moment
    kind: Kind
    words: SafeString | str
    label: Promise | str
    side: str
    late_recorded: bool
    posted: Posted | None = None
    undo: bool = False

    @property
    def message(self) -> Any:
        """The message, where the entry is one."""
        return self.moment.message

    @property
    def seals(self) -> list[Seal]:
        """What is said of the mail's signature and encryption, where the entry is such a mail."""
        mail = getattr(self.message, "mail", None)
        return seals(mail.seal) if mail else []

    @property
    def recorded(self) -> str:
        """When it was recorded, exactly."""
        return wording.instant(self.moment.recorded_at)

    @property
    def quote(self) -> str | None:
        """What was written with it, where it is no message, and below it what was filled in."""
        if self.message:
            return None
        filled = _filled_in(self.moment.filled) if self.moment.filled else ""
        return "\n\n".join(part for part in (self.moment.text, filled) if part) or None

    @property
    def audience(self) -> str:
        """The name of the paper it is drawn on."""
        return "task" if self.moment.audience == Audience.TEAM else self.moment.audience


@dataclass(frozen=True)
class Group:
    """Lines of one day that stand together; `folded` where they are many and tell little."""

    day: date
    new_day: bool
    lines: Sequence[Line]
    folded: bool


def groups(
    story: Sequence[Moment],
    asker_id: int,
    *,
    letters: Iterable[Row] = (),
    reader: tuple[int, datetime] | None = None,
) -> list[Group]:
    """Return the story for the screen: by day, with runs of small changes folded.

    letters   those about the ticket; what became of them stands on the messages they carry
    reader    who reads it, and when: they may take back what they have just written
    """
    offered = {moment.facts.get("holding", 0): moment for moment in story if moment.kind == "offered"}
    posts = posted(letters)
    undoable = may_be_taken_back(story, *reader) if reader else set()
    lines = [_line(moment, asker_id, offered, posts, undoable) for moment in story]
    found: list[Group] = []
    before: date | None = None
    for run in _runs(lines):
        day = _day(run[0])
        folded = run[0].kind.small and len(run) >= FOLD_FROM
        found.append(Group(day, day != before, run, folded))
        before = day
    return found


def sentence(moment: Moment, offered: Mapping[int, Moment] | None = None) -> SafeString | str:
    """Return what happened as one sentence, names set off; everything from outside is escaped."""
    kind = KINDS.get(moment.kind)
    if kind is None:
        return moment.kind
    more = _MORE.get(moment.kind)
    words = more(moment, offered or {}) if more else _filled(str(kind.words), moment)
    return format_html("{} {}", words, _what(moment)) if moment.kind in _WITH_CHANGES else words


def _line(
    moment: Moment, asker_id: int, offered: Mapping[int, Moment], posts: Mapping[int, Posted],
    undoable: Collection[int],
) -> Line:  # fmt: skip
    kind = KINDS.get(moment.kind, KINDS["imported change"])
    return Line(
        key=f"e{moment.seq}",
        moment=moment,
        kind=kind,
        words=sentence(moment, offered),
        label=_label(moment),
        side="requester" if _from_requester(moment, asker_id) else "",
        late_recorded=moment.recorded_at - moment.at > timedelta(minutes=1),
        posted=posts.get(moment.entry_id) if moment.kind in _POSTED else None,
        undo=moment.seq in undoable,
    )


def _from_requester(moment: Moment, asker_id: int) -> bool:
    author = moment.message.author_id if moment.message else moment.by_id
    return moment.kind in ("registered", "joined") and (moment.kind == "joined" or author == asker_id)


def _label(moment: Moment) -> Promise | str:
    message = moment.message
    if message is None:
        return ""
    if moment.kind in _REMARKS:
        return _REMARKS[moment.kind]
    if message.withdrawn_at:
        return gettext("Taken back before it was sent")
    if moment.kind == "registered":
        channel = str(naming.CHANNELS[message.channel].word) if message.channel in naming.CHANNELS else message.channel
        if moment.by and message.author_id != moment.by_id:
            return gettext("%(channel)s, registered by %(by)s") % {"channel": channel, "by": moment.by}
        return channel
    if message.audience == Audience.TEAM:
        return gettext("For %(team)s only") % {"team": message.team}
    if message.audience == Audience.PUBLIC and moment.kind == "joined":
        return naming.CHANNELS[message.channel].word if message.channel in naming.CHANNELS else ""
    return naming.AUDIENCES.get(message.audience, "")


def _filled_in(kept: str) -> str:
    """Return the answers a team asked for, a line each: label, answer."""
    language = get_language() or "en"

    def said(value: Any) -> str:
        if isinstance(value, list):
            return ", ".join(said(each) for each in value)
        if isinstance(value, bool):
            return gettext("yes") if value else gettext("no")
        return pick(value, language) if isinstance(value, dict) else str(value)

    return "\n".join(f"{pick(each['label'], language)}: {said(each['value'])}" for each in offers.read(kept))


def _runs(lines: Iterable[Line]) -> list[list[Line]]:
    found: list[list[Line]] = []
    for line in lines:
        last = found[-1] if found else None
        if last and last[0].kind.small and line.kind.small and _day(last[0]) == _day(line):
            last.append(line)
        else:
            found.append([line])
    return found


def _day(line: Line) -> date:
    return timezone.localtime(line.moment.at).date()


def _filled(words: str, moment: Moment, **more: object) -> SafeString:
    """Put the moment's names into a translated sentence, each set off."""
    team = next(iter(moment.teams.values()), "")
    names: dict[str, object] = {
        "by": moment.by or gettext("The desk"),
        "person": next(iter(moment.persons.values()), gettext("somebody")),
        "team": moment.teams.get("team_id") or moment.teams.get("team") or team,
        "from": moment.teams.get("from", ""),
        "to": moment.teams.get("to", ""),
        **more,
    }
    strong = {name: format_html("<strong>{}</strong>", value) for name, value in names.items()}
    # The sentence is ours (or a translator's), the names are not: those were escaped above.
    return mark_safe(conditional_escape(words).format(**strong))


def _offered(moment: Moment, _offers: Mapping[int, Moment]) -> SafeString:
    keeps = moment.facts.get("keeps_control", True)
    kept, given = gettext("{by} offered it to {to}; control stays"), gettext("{by} offered it to {to}, control too")
    return _filled(kept if keeps else given, moment)


def _accepted(moment: Moment, offers: Mapping[int, Moment]) -> SafeString:
    offer = offers.get(moment.facts.get("holding", 0))
    if offer is None:
        return _filled(gettext("{by} accepted it for {team}"), moment)
    since, waited = timezone.localtime(offer.at), wording.span(moment.at - offer.at)
    words = gettext("{by} accepted it for {team}; offered at {since}, {waited} before")
    return _filled(words, moment, since=f"{since:%H:%M}", waited=waited)


def _inherited(moment: Moment, _offers: Mapping[int, Moment]) -> SafeString:
    why = naming.SUCCESSIONS.get(moment.facts.get("because", ""))
    if why is None:
        return _filled(str(KINDS[moment.kind].words), moment)
    if moment.kind == "put back":
        words = gettext("{person} had it and is gone ({why}); it lies unclaimed with {team} again")
    elif moment.kind == "assigned":
        words = gettext("{person} was given it ({why})")
    elif moment.facts.get("person_id"):
        words = gettext("{person} answers for it now, in place of {former} ({why})")
    else:
        words = gettext("{team} as a whole answers for it now, in place of {former} ({why})")
    return _filled(words, moment, why=why, former=moment.persons.get("from_person", gettext("somebody")))


def _waiting(moment: Moment, _offers: Mapping[int, Moment]) -> SafeString:
    if moment.facts.get("state") == "waiting_requester":
        return _filled(gettext("{by} waits for the requester"), moment)
    return _filled(gettext("{by} waits for a third party"), moment)


def _planned(moment: Moment, _offers: Mapping[int, Moment]) -> SafeString:
    until = datetime.fromisoformat(moment.facts["until"])
    return _filled(gettext("{by} planned it for {until}"), moment, until=wording.moment(until, moment.at))


def _prioritised(moment: Moment, _offers: Mapping[int, Moment]) -> SafeString:
    now = naming.PRIORITIES.get(moment.facts.get("priority", 0), "")
    was = naming.PRIORITIES.get((moment.facts.get("was") or {}).get("priority", 0), now)
    return _filled(gettext("{by} set the priority to {priority}, from {was}"), moment, priority=now, was=was)


def _resolved(moment: Moment, _offers: Mapping[int, Moment]) -> SafeString:
    if moment.facts.get("cause"):
        return _filled(gettext("{by} resolved it; cause: {cause}"), moment, cause=moment.facts["cause"])
    return _filled(gettext("{by} resolved it"), moment)


def _closed(moment: Moment, _offers: Mapping[int, Moment]) -> SafeString:
    words = {
        "silence": gettext("Closed: nobody said otherwise"),
        "confirmed": gettext("{by} closed it: the requester confirmed"),
    }
    return _filled(words.get(moment.facts.get("closing", ""), gettext("{by} closed it")), moment)


def _other(words: Promise, *keys: str) -> Any:
    def told(moment: Moment, _offers: Mapping[int, Moment]) -> SafeString:
        row = next((moment.facts[key] for key in keys if moment.facts.get(key)), 0)
        return _filled(str(words), moment, number=number_of(row) if row else "")

    return told


def _level(moment: Moment, _offers: Mapping[int, Moment]) -> SafeString:
    said, action = alarms.in_words(moment.facts), moment.facts.get("action", "")
    follows = naming.ESCALATIONS.get(action)
    return format_html("{}; {}", said, follows) if follows else format_html("{}", said)


def _rated(moment: Moment, _offers: Mapping[int, Moment]) -> SafeString:
    return _filled(gettext("{by} rated the help {score} of 5"), moment, score=moment.facts.get("score", ""))


def _step(words: Promise) -> Any:
    def told(moment: Moment, _offers: Mapping[int, Moment]) -> SafeString:
        return _filled(str(words), moment, step=moment.facts.get("step", 0) + 1)

    return told


def _worked(moment: Moment, _offers: Mapping[int, Moment]) -> SafeString:
    spent = wording.span(timedelta(seconds=int(moment.facts.get("seconds", 0))))
    return _filled(gettext("{by} logged {spent} of work"), moment, spent=spent)


def _what(moment: Moment) -> str:
    """Return what an imported or classifying entry changed, in words."""
    facts, said = moment.facts, []
    if facts.get("state") in naming.STATES:
        said.append(str(naming.STATES[facts["state"]].word))
    if facts.get("kind") in naming.KINDS:
        said.append(str(naming.KINDS[facts["kind"]]))
    said += [str(name) for name in (*moment.teams.values(), *moment.persons.values())]
    if facts.get("priority") in naming.PRIORITIES:
        said.append(pgettext("priority", "priority %(level)s") % {"level": naming.PRIORITIES[facts["priority"]]})
    said += [str(_PARTS[name]) for name in _PARTS if name in facts]
    return f"({', '.join(said)})" if said else ""


_PARTS = {"service_id": gettext_lazy("service"), "category_id": gettext_lazy("category")}
_WITH_CHANGES = frozenset({"imported event", "imported change", "reclassified"})
_MORE = {
    "clock warned": _level,
    "clock breached": _level,
    "escalated": _level,
    "offered": _offered,
    "accepted": _accepted,
    "assigned": _inherited,
    "steward changed": _inherited,
    "put back": _inherited,
    "waiting began": _waiting,
    "planned": _planned,
    "prioritised": _prioritised,
    "resolved": _resolved,
    "closed": _closed,
    "rated": _rated,
    "work logged": _worked,
    "step ticked": _step(KINDS["step ticked"].words),
    "step unticked": _step(KINDS["step unticked"].words),
    "merged": _other(gettext_lazy("{by} merged it into {number}"), "into"),
    "absorbed": _other(gettext_lazy("{by} merged {number} into this one"), "ticket"),
    "released": _other(gettext_lazy("{by} took {number} out of this one again"), "ticket"),
    "stranger wrote": _other(
        gettext_lazy("{person}, who has no part in this, answered a letter about it; their mail became {number}"),
        "ticket",
    ),
    "split off": _other(gettext_lazy("{by} made {number} of a message"), "ticket"),
}
