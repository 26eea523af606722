"""What is shown while nobody has made a desk yet: how to make one."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpResponse
from django.shortcuts import render

from firstline.web.http import Http

View = Callable[..., HttpResponse]


def needs_desk(view: View) -> View:
    """Show how to make a desk, with status 503, where `view` would need one and there is none."""

    @wraps(view)
    def shown(http: Http, *arguments: object, **named: object) -> HttpResponse:
        if http.desk:
            return view(http, *arguments, **named)
        return render(http, "portal/first_run.html", status=503)

    return shown
