"""Addresses of a ticket's page and of what can be done on it: each action is a noun."""

from __future__ import annotations

from django.urls import path

from firstline.web.console.ticket import acting, composing, explained, mail, page
from firstline.web.console.ticket.deeds import ACTIONS

urlpatterns = [
    path("tickets/<int:number>", page.show, name="ticket"),
    path("tickets/<int:number>/clocks", explained.show, name="clocks"),
    path("tickets/<int:number>/messages", composing.write, name="messages"),
    path("tickets/<int:number>/messages/<int:row>/whole", mail.whole, name="whole-mail"),
    *(
        path(f"tickets/<int:number>/{key}" + ("/<int:row>" if action.rows else ""), acting.act, {"key": key}, key)
        for key, action in ACTIONS.items()
    ),
]
