"""The letters to those who asked, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from firstline.channels.email.said import Button, Known, Said, Wording, files, moment, promised


def registered(known: Known) -> Said:
    """Their request is known: its number, and what is promised."""
    return Said(
        headline=_("We have your request"),
        sentences=(
            _("Its number is #%(number)s. You need not do anything: we write as soon as there is something new.")
            % {"number": known.number},
        ),
        rows=(*promised(known), *files(known)),
        quote=known.text,
        buttons=_see(known, _("See your request")),
        why=_asked(),
    )


def replied(known: Known) -> Said:
    """Staff answered."""
    return Said(
        headline=_("%(who)s has answered you") % {"who": known.by},
        quote=known.text,
        rows=files(known),
        earlier=known.earlier,
        buttons=_see(known, _("Read and answer")),
        why=_asked(),
    )


def question(known: Known) -> Said:
    """The ticket waits until they answer."""
    return Said(
        headline=_("We need your answer to go on"),
        sentences=(_("Your request waits until you answer; its time does not run meanwhile."),),
        quote=known.text,
        buttons=_see(known, _("Answer")),
        why=_asked(),
    )


def resolved(known: Known) -> Said:
    """What was done, and what they can say to it with one click."""
    sentences = (_("This is what was done:"),) if known.text else ()
    return Said(
        headline=_("Your request is solved"),
        sentences=sentences,
        quote=known.text,
        buttons=(*_verdict(known), *_see(known, _("See your request"))),
        stars=known.pages.rate if known.pages else (),
        then=_("If we hear nothing, it is closed on %(day)s.") % {"day": moment(known.due_at, known.zone)}
        if known.due_at
        else "",
        why=_asked(),
    )


def reopened(known: Known) -> Said:
    """Work goes on."""
    return Said(
        headline=_("Your request is open again"),
        sentences=(_("%(who)s reopened it, and work goes on.") % {"who": known.by},),
        quote=known.text,
        rows=promised(known),
        buttons=_see(known, _("See your request")),
        why=_asked(),
    )


def closed(known: Known) -> Said:
    """It is over, unless they say otherwise."""
    silence = _("We heard nothing against it, so we take it that all is well.")
    return Said(
        headline=_("Your request is closed"),
        sentences=(silence if known.silent else _("%(who)s closed it.") % {"who": known.by},),
        buttons=(
            *((Button(_("It is still broken"), known.pages.still_broken),) if known.pages else ()),
            *_see(known, _("See your request")),
        ),
        stars=known.pages.rate if known.pages else (),
        why=_asked(),
    )


def merged(known: Known) -> Said:
    """It goes on in another one."""
    return Said(
        headline=_("Your request was joined with another one"),
        sentences=(_("Both are about the same, so they go on together. You are told as before."),),
        buttons=_see(known, _("See your request")),
        why=_asked(),
    )


def status(known: Known) -> Said:
    """How the outage they are hit by stands."""
    return Said(
        headline=_("How it stands"),
        sentences=(_("Your request is part of an outage that hits many. This is how it stands:"),),
        quote=known.text,
        buttons=_see(known, _("See your request")),
        why=_asked(),
    )


def followed(known: Known) -> Said:
    """They may read along."""
    return Said(
        headline=_("You follow this request now"),
        sentences=(_("%(who)s added you: you can read along and answer.") % {"who": known.by},),
        rows=((_("Requester"), known.requester),),
        buttons=_see(known, _("See the request")),
        why=_asked(),
    )


def invitation(link: str, days: int) -> Said:
    """They may sign in from now on."""
    lasts = ngettext("The link works once, for %(days)d day.", "The link works once, for %(days)d days.", days)
    return Said(
        headline=_("You are invited to sign in"),
        sentences=(
            _("Choose a password, and you can follow your requests and sign in whenever you like."),
            *((lasts % {"days": days},) if days else ()),
        ),
        buttons=(Button(_("Choose a password"), link),),
        why=_("You get this letter because somebody at this desk invited you. If it is a mistake, ignore it."),
    )


def password_reset(link: str, days: int) -> Said:
    """They, or somebody in their name, forgot the password."""
    return Said(
        headline=_("Choose a new password"),
        sentences=(_("Somebody, most likely you, asked to choose a new password for this address."),),
        buttons=(Button(_("Choose a new password"), link),),
        why=_("If it was not you, ignore this letter: nothing changes, and nobody learns anything."),
    )


WORDS: dict[str, Wording] = {
    "registered": registered,
    "replied": replied,
    "question": question,
    "resolved": resolved,
    "reopened": reopened,
    "closed": closed,
    "merged": merged,
    "followed": followed,
    "status": status,
}
ACCOUNT_WORDS = {"invitation": invitation, "password_reset": password_reset}


def _see(known: Known, label: str) -> tuple[Button, ...]:
    return (Button(label, known.pages.see if known.pages else known.console),)


def _verdict(known: Known) -> tuple[Button, ...]:
    if known.pages is None:
        return ()
    return (
        Button(_("Yes, it works"), known.pages.confirm),
        Button(_("It is still broken"), known.pages.still_broken),
    )  # fmt: skip


def _asked() -> str:
    return _("You get this letter because you asked for this or follow it.")
