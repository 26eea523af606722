"""Who comes into the console: people who work on a desk or audit it; for everybody else it is not there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponseBase
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from firstline.core.kernel.refusals import NotThere, _
from firstline.web.http import Http, SignedIn


class Staff(SignedIn):
    """An HTTP request of somebody whose place the console is; `scope` is what their roles reach."""


def staff(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let in who works or audits; others sign in first, or learn that there is no such page."""

    @wraps(view)
    def guarded(http: Http, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if http.person is None:
            return _to_sign_in(http)
        if not http.scope.works:
            raise NotThere(_("There is no such page."))
        return view(http, *args, **kwargs)

    return guarded


def _to_sign_in(http: Http) -> HttpResponseBase:
    sign_in = redirect_to_login(http.get_full_path(), reverse("account_login"))
    # A fragment cannot become a sign-in page: the whole window goes there.
    return HttpResponseClientRedirect(sign_in.url) if http.htmx else sign_in
