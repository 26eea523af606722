"""What stands around every page of set-up: the table of its subjects, and the pages of each.

A page adds itself by one line here and its addresses in urls.py (docs/features/set-up-pages.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from firstline.web.setup.access import Manager


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a subject: the name of its address, and the word for it."""

    name: str
    word: Promise


@dataclass(frozen=True, slots=True)
class Subject:
    """Pages about one thing: its name, icon, and a sentence on what is set up there. Without pages it is not shown."""

    name: Promise
    icon: str
    about: Promise
    pages: tuple[Page, ...] = ()


SUBJECTS = (
    Subject(
        _("Desk"), "settings", _("Name, languages, time zone, and when silence closes a ticket."),
        (Page("desk", _("Desk")),),
    ),
    Subject(
        _("People and teams"), "users", _("Who works here, on which line, and what they may do."),
        (Page("people", pgettext_lazy("set-up", "People")), Page("teams", _("Teams"))),
    ),
    Subject(
        _("Customers"), "building-2", _("Whose people ask, by which domains they are known, and where they sit."),
        (Page("organisations", _("Organisations")), Page("sites", _("Sites"))),
    ),
    Subject(
        _("Services"), "layout-grid", _("What can be asked for, and how problems are sorted."),
        (
            Page("services", _("Services")), Page("instructions", _("Instructions")),
            Page("categories", _("Categories")),
        ),
    ),
    Subject(
        _("Promises"), "handshake", _("Agreements, tiers and contracts: who is promised what."),
        (Page("agreements", _("Agreements")), Page("rules", _("Rules")), Page("tiers", _("Tiers")),
         Page("contracts", _("Contracts")), Page("escalations", _("Escalation"))),
    ),
    Subject(
        _("Calendars"), "calendar", _("When work is done: hours, holidays and exceptions."),
        (Page("calendars", _("Calendars")),),
    ),
    Subject(
        _("Rota"), "calendar-clock", _("Who is on shift, and to whom work goes."),
        (Page("rota", _("Rota")), Page("practices", _("How work is given")), Page("abilities", _("Who takes what")),
         Page("needs", _("What work needs"))),
    ),
    Subject(
        _("Mail"), "mail", _("Mailboxes, what came in by them, and what became of it."),
        (
            Page("mailboxes", _("Mailboxes")),
            Page("mail-keys", _("Mail keys")),
            Page("intake", _("What came in")),
            Page("parked", _("Parked")),
            Page("ignored", _("Ignored")),
        ),
    ),
    Subject(
        _("Notices"), "bell", _("The words of the letters that the desk sends."), (Page("notices", _("Notices")),),
    ),
    Subject(
        _("Filters"), "list-filter", _("Rules for what arrives, and senders who are not wanted."),
        (Page("filters", _("Filters")), Page("blocklist", _("Blocked senders"))),
    ),
    Subject(
        _("Programs"), "plug", _("Keys with which other programs speak to the desk."),
        (Page("tokens", _("API tokens")),),
    ),
    Subject(
        _("Work that is stuck"), "hourglass", _("What could not be done, and waits for somebody to look at it."),
        (Page("stuck", _("Parked work")), Page("late-letters", _("Late letters"))),
    ),
)  # fmt: skip


def page(
    http: Manager, place: str, template: str, context: Mapping[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """Return a page of set-up; `place` is the name of the page of the table that it belongs to."""
    return render(http, template, {**around(http, place), **(context or {})}, status=status)


def around(http: Manager, place: str = "") -> dict[str, Any]:
    """Return the context of the frame; no statement."""
    subjects = [_subject(subject, http.desk.key, place) for subject in SUBJECTS if subject.pages]
    return {
        "pane": "page",
        "setup_desk": http.desk,
        "setup_desks": [_desk(desk.key, desk.name, http.desk.key, place) for desk in http.desks],
        "subjects": subjects,
        "subject": next((subject for subject in subjects if subject["current"]), None),
        "place": place,
    }


def address(http: Manager, name: str, *args: object) -> str:
    """Return the address of a page of the desk that is set up."""
    return reverse(f"setup:{name}", args=[http.desk.key, *args])


def _subject(subject: Subject, key: str, place: str) -> dict[str, Any]:
    pages = [
        {"word": one.word, "href": reverse(f"setup:{one.name}", args=[key]), "current": one.name == place}
        for one in subject.pages
    ]
    return {
        "name": subject.name,
        "icon": subject.icon,
        "about": subject.about,
        "pages": pages,
        "current": any(one["current"] for one in pages),
    }


def _desk(key: str, name: str, chosen: str, place: str) -> dict[str, Any]:
    return {"name": name, "href": reverse(f"setup:{place or 'home'}", args=[key]), "current": key == chosen}
