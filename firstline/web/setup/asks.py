"""What a team must know before it takes a ticket over: fields asked of whoever hands over to it, edited as rows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.http import HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from firstline.commands.setup import rota
from firstline.core.duty.models import Practice
from firstline.core.duty.queries import practice_of
from firstline.core.kernel.refusals import BadInput
from firstline.core.kernel.texts import pick
from firstline.core.people.rosters import teams_at
from firstline.core.services.forms import WITH_FILES, checked_fields
from firstline.web.setup import forms as forming
from firstline.web.setup.access import Manager, managed

TYPES = [
    ("text", _("A line of text")),
    ("long_text", _("Several lines")),
    ("number", _("A number")),
    ("date", _("A date")),
    ("checkbox", _("Yes or no")),
    ("choice", _("One of several answers")),
    ("many", _("Any of several answers")),
    ("email", _("A mail address")),
    ("phone", _("A phone number")),
    ("file", _("A photo or a file")),
]
OF_CHOICES = ("choice", "many")

Fact = dict[str, Any]


class AsksForm(forms.Form):
    """The facts in their order, and an empty row for one more."""

    def __init__(self, data: Any = None, *, asks: Sequence[Mapping[str, Any]]) -> None:
        super().__init__(data)
        self.known = {ask["key"]: ask for ask in asks}
        self.facts: list[Fact] = []
        self.count = len(asks) + 1 if data is None else _rows_in(data)
        for at in range(self.count):
            self._add(at, asks[at] if at < len(asks) else {})

    def _add(self, at: int, ask: Mapping[str, Any]) -> None:
        self.fields[f"key_{at}"] = forms.CharField(
            required=False, max_length=40, widget=forms.HiddenInput, initial=ask.get("key")
        )
        words = forming.LanguagesField(
            label=gettext("Fact %(n)d") % {"n": at + 1}, required=False, initial=ask.get("label")
        )  # fmt: skip
        words.conditional = True  # type: ignore[attr-defined]  # needed once there is a fact
        self.fields[f"label_{at}"] = words
        self.fields[f"type_{at}"] = forms.ChoiceField(
            label=_("How it is answered"), choices=TYPES, initial=ask.get("type", "text")
        )
        answers = forming.LanguagesField(
            label=_("Answers to choose from"), rows=3, max_length=5000, required=False, initial=_lines(ask),
            help_text=_("One a line, in the same order in each language."),
        )  # fmt: skip
        answers.conditional = True  # type: ignore[attr-defined]  # as the kind of answer asks
        self.fields[f"choices_{at}"] = answers
        self.fields[f"required_{at}"] = forms.BooleanField(
            label=_("No hand-over without it"), required=False, initial=ask.get("required", False)
        )
        self.fields[f"gone_{at}"] = forms.BooleanField(label=_("Ask it no longer"), required=False)

    def rows(self) -> list[dict[str, BoundField]]:
        """Return the fields of each row by what they are for."""
        parts = ("key", "label", "type", "choices", "required", "gone")
        return [{part: self[f"{part}_{at}"] for part in parts} for at in range(self.count)]

    def clean(self) -> None:
        """Put the facts together, and say beside its row what is wrong with one."""
        if self.errors:
            return
        rows = [at for at in range(self.count) if self._filled(at)]
        for at in rows:
            self.facts.append(self._fact(at))
        self._move(rows)
        try:
            checked_fields(self.facts, WITH_FILES)
        except BadInput as refusal:
            wrong = max(number for number, fact in enumerate(self.facts) if fact["key"] == refusal.field)
            fact = self.facts[wrong]
            part = "choices" if fact["label"] and fact.get("choices") == [] else "label"
            self.add_error(f"{part}_{rows[wrong]}", refusal.in_words(gettext))

    def _move(self, rows: list[int]) -> None:
        """Let the fact whose arrow was pressed change places with its neighbour."""
        arrow = re.fullmatch(r"([0-9]{1,3})([+-])", self.data.get("move", ""))
        if arrow is None or int(arrow[1]) not in rows:
            return
        here = rows.index(int(arrow[1]))
        there = here + (1 if arrow[2] == "+" else -1)
        if 0 <= there < len(rows):
            self.facts[here], self.facts[there] = self.facts[there], self.facts[here]
            rows[here], rows[there] = rows[there], rows[here]

    def _filled(self, at: int) -> bool:
        given = self.cleaned_data
        written = given[f"key_{at}"] or given[f"label_{at}"] or given[f"choices_{at}"]
        return bool(written) and not given[f"gone_{at}"]

    def _fact(self, at: int) -> Fact:
        given = self.cleaned_data
        label = given[f"label_{at}"] or {}
        key = given[f"key_{at}"] or _name(label, {*self.known, *(fact["key"] for fact in self.facts)}, "fact")
        # What this page does not show (a help, a limit, a condition) stays as it is.
        fact = {**self.known.get(key, {}), "key": key, "label": label, "type": given[f"type_{at}"]}
        fact["required"] = given[f"required_{at}"]
        fact.pop("choices", None)
        if fact["type"] in OF_CHOICES:
            fact["choices"] = self._choices(at, self.known.get(key, {}).get("choices", []))
        return fact

    def _choices(self, at: int, before: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Return the answers; one whose words were there before keeps its value."""
        texts = self.cleaned_data[f"choices_{at}"] or {}
        lines = {code: [line.strip() for line in text.splitlines() if line.strip()] for code, text in texts.items()}
        if len({len(each) for each in lines.values()}) > 1:
            self.add_error(f"choices_{at}", gettext("Each language needs as many lines as the others."))
        kept: list[dict[str, Any]] = []
        for label in (dict(zip(lines, row, strict=True)) for row in zip(*lines.values(), strict=False)):
            same = (each["value"] for each in before if set(each["label"].items()) & set(label.items()))
            taken = {each["value"] for each in kept}
            value = next((one for one in same if one not in taken), "")
            others = taken | {each["value"] for each in before}
            kept.append({"value": value or _name(label, others, "answer"), "label": label})
        return kept


@require_http_methods(["GET", "HEAD", "POST"])
@managed
def edit(http: Manager, pk: int) -> HttpResponse:
    """Change what a team asks at a hand-over; how it gets its work stays as it is."""
    team = forming.found(teams_at(http.desk.pk), pk)
    own = practice_of(team.pk)
    form = AsksForm(forming.given(http), asks=own.asks)
    if forming.done(form, lambda _values: _set(http, own, form.facts)):
        return forming.saved(http, "asks", team.pk)
    about = gettext("Whoever hands a ticket to %(team)s is asked this, and it stands in the ticket's story.")
    return forming.page(
        http, "practices", form, title=gettext("What %(team)s asks at a hand-over") % {"team": team.name},
        about=about % {"team": team.name}, template="setup/asks.html",
    )  # fmt: skip


def _set(http: Manager, own: Practice, facts: Sequence[Fact]) -> None:
    rota.set_practice(
        team_id=own.team_id, by_id=http.person.pk, now=timezone.now(), mode=own.mode, asks=facts,
        lapse_for=own.lapse_for, by_rota=own.by_rota, calendar_id=own.calendar_id,
    )  # fmt: skip


def _rows_in(data: Mapping[str, Any]) -> int:
    """Return how many rows were sent: somebody else may have changed the facts since the page was shown."""
    count = 0
    while f"type_{count}" in data:
        count += 1
    return count


def _lines(ask: Mapping[str, Any]) -> dict[str, str]:
    """Return a fact's answers as lines by language; where a language lacks one, another's stands."""
    labels = [choice["label"] for choice in ask.get("choices", [])]
    codes = list(dict.fromkeys(code for label in labels for code in label))
    return {code: "\n".join(pick(label, code) for label in labels) for code in codes}


def _name(label: Mapping[str, str], taken: set[str], otherwise: str) -> str:
    """Return a key made from the words, one that is not taken."""
    plain = slugify(label.get("en", "")).replace("-", "_").lstrip("_0123456789")[:30] or otherwise
    tries = (plain if number == 1 else f"{plain}_{number}" for number in range(1, len(taken) + 2))
    return next(name for name in tries if name not in taken)


urlpatterns = [path("practices/<int:pk>/asks", edit, name="asks")]
