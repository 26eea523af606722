"""The categories that what goes wrong is sorted by: listed as a tree, made, called something else, ended."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from firstline.commands.setup import catalogue
from firstline.core.services.models import Category
from firstline.web.setup import forms as forming
from firstline.web.setup import frame, lists
from firstline.web.setup.access import Manager, managed
from firstline.web.setup.forms import LanguagesField
from firstline.web.templatetags.frame import words


class NameForm(forms.Form):
    """What a category is called."""

    name = LanguagesField(label=_("What it is called"), max_length=120)


class CategoryForm(NameForm):
    """A new branch of the tree."""

    key = forms.CharField(label=_("Key"), max_length=60, help_text=_("Small letters, digits and hyphens."))
    parent_id = forms.TypedChoiceField(label=_("Below"), required=False, coerce=int, empty_value=None)

    def __init__(self, *given: Any, desk_id: int, **more: Any) -> None:
        super().__init__(*given, **more)
        branches = [(each.pk, words(each.name)) for each in of_desk(desk_id)]
        self.fields["parent_id"].choices = [("", "—"), *branches]  # type: ignore[attr-defined]


@require_safe
@managed
def listed(http: Manager) -> HttpResponse:
    """Show the tree by which the desk sorts what goes wrong."""
    found = list(of_desk(http.desk.pk))
    names = {each.pk: words(each.name) for each in found}
    rows = [
        lists.Row(
            title=names[each.pk], href=frame.address(http, "category", each.pk), icon="tag",
            about=[names.get(each.parent_id or 0, ""), each.key],
        )
        for each in found
    ]  # fmt: skip
    new = lists.Link(_("New category"), frame.address(http, "category-new"))
    return lists.page(
        http, "categories", title=_("Categories"), rows=rows, new=new,
        about=_("What goes wrong is sorted by them, and counted in reports."),
        empty=lists.Empty(_("No category yet"), _("Tickets can be sorted once there is one."), "tag"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@managed
def make(http: Manager) -> HttpResponse:
    """Add a branch to the tree."""
    form = CategoryForm(forming.given(http), desk_id=http.desk.pk)
    deed = partial(catalogue.make_category, desk_id=http.desk.pk)
    return forming.worked(http, "categories", form, deed, title=_("New category"), save=_("Add it"))


@require_http_methods(["GET", "HEAD", "POST"])
@managed
def change(http: Manager, pk: int) -> HttpResponse:
    """Call a category something else."""
    category = forming.found(of_desk(http.desk.pk), pk)
    form = NameForm(forming.given(http), initial={"name": category.name})
    ending = lists.Deed(_("Offer it no longer"), frame.address(http, "category-end", pk), danger=True)
    return forming.worked(
        http, "categories", form, partial(catalogue.change_category, category_id=pk), title=words(category.name),
        about=category.key, deeds=[ending],
    )  # fmt: skip


@require_POST
@managed
def end(http: Manager, pk: int) -> HttpResponse:
    """Offer a category no longer; tickets keep it."""
    category = forming.found(of_desk(http.desk.pk), pk)
    catalogue.end_category(category_id=pk, by_id=http.person.pk, now=timezone.now())
    return forming.saved(http, "categories", word=gettext("%(name)s has ended.") % {"name": words(category.name)})


def of_desk(desk_id: int) -> QuerySet[Category]:
    """Return the desk's live categories."""
    return Category.objects.filter(desk_id=desk_id, ended_at=None).order_by("key")


urlpatterns = [
    path("categories", listed, name="categories"),
    path("categories/new", make, name="category-new"),
    path("categories/<int:pk>", change, name="category"),
    path("categories/<int:pk>/end", end, name="category-end"),
]
