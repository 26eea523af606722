"""The letters to those who help, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from firstline.channels.email.said import Button, Known, Said, Wording, files, promised


def requester_wrote(known: Known) -> Said:
    """Those who asked said something."""
    rows = (*promised(known), *files(known))
    return _said(known, _("%(who)s wrote") % {"who": known.by}, rows=rows)


def reopened(known: Known) -> Said:
    """What was solved is not."""
    return _said(known, _("%(who)s says that it is still broken") % {"who": known.by}, rows=promised(known))


def withdrawn(known: Known) -> Said:
    """It is not needed any more."""
    return _said(known, _("%(who)s withdrew the request") % {"who": known.by})


def assigned(known: Known) -> Said:
    """It is theirs to do now."""
    return _said(known, _("%(who)s gave you this ticket") % {"who": known.by}, rows=promised(known))


def stewarded(known: Known) -> Said:
    """It is theirs to answer for now."""
    return _said(known, _("You answer for this ticket from now on"), rows=promised(known))


def offered(known: Known) -> Said:
    """Their team is asked to take it."""
    headline = _("%(who)s hands this ticket over to %(team)s") % {"who": known.by, "team": known.team}
    return _said(known, headline, rows=promised(known), label=_("Accept or decline"))


def declined(known: Known) -> Said:
    """The other team did not take it."""
    return _said(known, _("%(team)s declined this ticket") % {"team": known.team})


def offer_lapsed(known: Known) -> Said:
    """The other team did not answer in time."""
    return _said(known, _("%(team)s did not answer in time; this ticket is still yours") % {"team": known.team})


def returned(known: Known) -> Said:
    """It is back with the first line."""
    return _said(known, _("%(who)s returned this ticket to you") % {"who": known.by}, rows=promised(known))


def task_asked(known: Known) -> Said:
    """Work is asked of their team."""
    return _said(known, _("%(who)s asks %(team)s to do something") % {"who": known.by, "team": known.team})


def task_finished(known: Known) -> Said:
    """What they asked for is done."""
    return _said(known, _("%(who)s has done what you asked for") % {"who": known.by})


def called_in(known: Known) -> Said:
    """Their help, or their word, is wanted."""
    return _said(known, _("%(who)s calls you in") % {"who": known.by}, rows=promised(known))


def low_rating(known: Known) -> Said:
    """Somebody is not content."""
    return _said(known, _("%(who)s rated the help %(score)d of 5") % {"who": known.by, "score": known.score})


def commanding(known: Known) -> Said:
    """A major incident is theirs to lead."""
    return _said(known, _("You command this major incident"), rows=promised(known))


def escalated(known: Known) -> Said:
    """A deadline is near, or has passed."""
    return _said(known, known.level, rows=promised(known))


def vendor_wrote(known: Known) -> Said:
    """The vendor answered."""
    return _said(known, _("%(who)s wrote for the vendor") % {"who": known.by}, rows=files(known))


def stranger_wrote(known: Known) -> Said:
    """Somebody who has no part in it answered a letter about it."""
    headline = _("%(who)s, who has no part in this ticket, answered a letter about it") % {"who": known.person}
    return _said(known, headline)


def unproven_wrote(known: Known) -> Said:
    """A mail came in a colleague's name, and nothing proves that they wrote it."""
    headline = _("A mail came in the name of %(who)s, without proof that they wrote it") % {"who": known.person}
    return _said(known, headline)


def notice_bounced(known: Known) -> Said:
    """A letter did not arrive."""
    return _said(known, _("A letter to %(who)s could not be delivered") % {"who": known.person})


WORDS: dict[str, Wording] = {
    "escalated": escalated,
    "requester_wrote": requester_wrote,
    "reopened": reopened,
    "withdrawn": withdrawn,
    "assigned": assigned,
    "stewarded": stewarded,
    "offered": offered,
    "declined": declined,
    "offer_lapsed": offer_lapsed,
    "returned": returned,
    "task_asked": task_asked,
    "task_finished": task_finished,
    "called_in": called_in,
    "low_rating": low_rating,
    "commanding": commanding,
    "vendor_wrote": vendor_wrote,
    "stranger_wrote": stranger_wrote,
    "unproven_wrote": unproven_wrote,
    "notice_bounced": notice_bounced,
}


def _said(known: Known, headline: str, *, rows: tuple[tuple[str, str], ...] = (), label: str = "") -> Said:
    return Said(
        headline=headline,
        quote=known.text,
        rows=((_("Requester"), known.requester), *rows),
        buttons=(Button(label or _("Open the ticket"), known.console),),
        why=_("You get this letter because you work on this ticket or are asked to. What you are told is up to you."),
        prefix=headline,
    )


def answers_go() -> str:
    """Return where an answer to one of notices.ANSWERED_OUTSIDE goes."""
    return _("What you answer to this letter is sent to the requester.")
