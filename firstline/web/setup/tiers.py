"""Tiers with their prices, contracts by which customers have them, and what last quarter would have cost under each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import path
from django.utils import formats, timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from firstline.channels.email.alarms import PROMISES
from firstline.commands.setup import contracts
from firstline.core.insight import tiers
from firstline.core.insight.comparison import quarter_before
from firstline.core.services.models import Contract, Tier
from firstline.core.sla import agreed
from firstline.web import wording
from firstline.web.money import money
from firstline.web.setup import forms as forming
from firstline.web.setup import frame, lists, offers
from firstline.web.setup.access import Manager, managed


class PriceForm(forms.Form):
    """What a tier costs, what is in the price, and what a broken promise gives back."""

    about = forming.LanguagesField(label=_("About"), required=False, max_length=2000)
    currency = forms.CharField(label=_("Currency"), max_length=3, initial="EUR")
    price_monthly = forms.DecimalField(label=_("Price a month"), min_value=0, decimal_places=2, max_digits=10)
    included_tickets = forms.IntegerField(
        label=_("Tickets included a month"), required=False, min_value=0, help_text=_("Left empty: all of them.")
    )
    price_ticket = forms.DecimalField(
        label=_("Price of a further ticket"), min_value=0, decimal_places=2, max_digits=10
    )
    price_overtime_hour = forms.DecimalField(
        label=_("Price of an hour of overtime"), min_value=0, decimal_places=2, max_digits=10,
        help_text=_("Work outside the hours of the agreement."),
    )  # fmt: skip
    penalty = forms.DecimalField(
        label=_("Paid back for each broken promise to resolve"), min_value=0, decimal_places=2, max_digits=10
    )
    penalty_cap = forms.IntegerField(
        label=_("At most, in percent of the monthly price"), min_value=0, max_value=100, initial=100
    )


class TierForm(PriceForm):
    """A new tier has a name, too."""

    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=80)
    field_order = ("name",)


class ContractForm(forms.Form):
    """Which customer has which tier, from a day on."""

    organisation = offers.OfDesk(label=_("Customer"), required=True)
    tier = offers.OfDesk(label=_("Tier"), required=True)
    number = forms.CharField(label=_("Number of the contract"), max_length=60, required=False)
    starts_on = forms.DateField(
        label=pgettext_lazy("time", "From"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    ends_on = forms.DateField(
        label=pgettext_lazy("time", "To"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The first day on which it no longer holds."),
    )  # fmt: skip

    def __init__(self, *args: Any, http: Manager, **more: Any) -> None:
        super().__init__(*args, **more)
        offers.fill(self, http)


class WhoForm(forms.Form):
    """Whose quarter is compared: the last whole one, or the one that runs."""

    organisation = offers.OfDesk(label=_("Customer"), required=True)
    quarter = forms.ChoiceField(
        label=_("Quarter"), choices=[("last", _("the last whole one")), ("this", _("this one, so far"))], required=False
    )

    def __init__(self, *args: Any, http: Manager, **more: Any) -> None:
        super().__init__(*args, **more)
        offers.fill(self, http)


@require_safe
@managed
def listed(http: Manager) -> HttpResponse:
    """Show the tiers with their prices, dearer last."""
    rows = [_row(http, tier) for tier in _tiers(http)]
    return lists.page(
        http, "tiers", title=_("Tiers"), rows=rows, new=lists.Link(_("New tier"), frame.address(http, "tier-new")),
        links=[lists.Link(_("Compare"), frame.address(http, "comparison"), "scale")],
        about=_("What customers can buy. What a tier promises stands in the agreements bound to it."),
        empty=lists.Empty(_("No tier yet"), _("Everybody is promised the same."), "layers"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@managed
def make(http: Manager) -> HttpResponse:
    """Offer a tier."""
    form = TierForm(forming.given(http), initial=dict.fromkeys(("price_ticket", "price_overtime_hour", "penalty"), 0))
    position = _tiers(http).count()

    def deed(values: dict[str, Any]) -> None:
        contracts.make_tier(
            desk_id=http.desk.pk, by_id=http.person.pk, now=timezone.now(), position=position, **values
        )  # fmt: skip

    if forming.done(form, deed):
        return forming.saved(http, "tiers")
    return forming.page(http, "tiers", form, title=_("New tier"), save=_("Offer it"))


@require_http_methods(["GET", "HEAD", "POST"])
@managed
def change(http: Manager, pk: int) -> HttpResponse:
    """Set another price."""
    tier = forming.found(_tiers(http), pk)
    form = PriceForm(forming.given(http), initial={name: getattr(tier, name) for name in PriceForm.base_fields})

    def deed(values: dict[str, Any]) -> None:
        contracts.change_tier(tier_id=pk, by_id=http.person.pk, now=timezone.now(), **values)

    if forming.done(form, deed):
        return forming.saved(http, "tiers")
    return forming.page(http, "tiers", form, title=tier.name)


@require_safe
@managed
def compare(http: Manager) -> HttpResponse:
    """Show what each tier would have cost a customer last quarter, and what it would have kept."""
    given = WhoForm(http.GET or None, http=http)
    context: dict[str, Any] = {"form": given, "title": _("Compare tiers"), "back": frame.address(http, "tiers")}
    if given.is_valid():
        now = timezone.now()
        today = timezone.localdate(now)
        begin, end = quarter_before(today)
        if given.cleaned_data["quarter"] == "this":
            begin, end = end, today + timedelta(days=1)
        told = tiers.comparison(http.desk, given.cleaned_data["organisation"], begin=begin, end=end, now=now)
        named = dict(given.fields["organisation"].choices)  # type: ignore[attr-defined]  # a field of choices
        context |= {
            "told": told, "rows": _rows(told), "who": named[given.cleaned_data["organisation"]],
            "totals": [money(one.column.total, one.tier.currency) for one in told.tiers],
        }  # fmt: skip
    return frame.page(http, "tiers", "setup/comparison.html", context, status=422 if given.errors else 200)


@require_safe
@managed
def contracted(http: Manager) -> HttpResponse:
    """Show who has which tier."""
    rows = [_contract(http, contract) for contract in agreed.contracts(http.desk.pk)]
    return lists.page(
        http, "contracts", title=_("Contracts"), rows=rows,
        new=lists.Link(_("New contract"), frame.address(http, "contract-new")),
        about=_("By a contract a customer has a tier, from a day to a day. The latest that has begun holds."),
        empty=lists.Empty(_("No contract yet"), _("Everybody is promised what the desk promises all."), "scroll-text"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@managed
def sign(http: Manager) -> HttpResponse:
    """Give a customer a tier."""
    form = ContractForm(forming.given(http), http=http, initial={"starts_on": timezone.localdate()})

    def deed(values: Mapping[str, Any]) -> None:
        contracts.make_contract(
            organisation_id=values["organisation"], tier_id=values["tier"], number=values["number"],
            starts_on=values["starts_on"], ends_on=values["ends_on"], by_id=http.person.pk, now=timezone.now(),
        )  # fmt: skip

    if forming.done(form, deed):
        return forming.saved(http, "contracts")
    return forming.page(http, "contracts", form, title=_("New contract"), save=_("Sign it"))


@require_POST
@managed
def end(http: Manager, pk: int) -> HttpResponse:
    """End a contract at once."""
    contract = forming.found(agreed.contracts(http.desk.pk), pk)
    contracts.end_contract(contract_id=contract.pk, by_id=http.person.pk, now=timezone.now())
    return forming.saved(http, "contracts")


def _tiers(http: Manager) -> Any:
    return Tier.objects.filter(desk=http.desk, ended_at=None).order_by("position", "pk")


def _rows(told: tiers.Comparison) -> list[tuple[Any, list[str]]]:
    """Return the lines of the comparison: a word, and a cell for each tier."""
    columns = [(one.tier.currency, one.column) for one in told.tiers]
    priced = (
        (_("Monthly price"), "monthly"), (_("Tickets beyond those included"), "beyond_price"),
        (_("Overtime"), "overtime_price"), (_("Paid back for broken promises"), "penalties"),
    )  # fmt: skip
    rows: list[tuple[Any, list[str]]] = [
        (word, [money(-getattr(c, name) if name == "penalties" else getattr(c, name), currency)
                for currency, c in columns])
        for word, name in priced
    ]  # fmt: skip
    for kind in ("take", "first_response", "next_response", "resolve"):
        if any(kind in column.kept for _currency, column in columns):
            rows.append((PROMISES[kind], [_kept(column, kind) for _currency, column in columns]))
    return rows


def _kept(column: Any, kind: str) -> str:
    met, due = column.kept.get(kind, (0, 0))
    if not due:
        return "–"
    said = gettext("%(met)s of %(due)s, slowest %(time)s")
    return said % {"met": met, "due": due, "time": wording.span(column.longest[kind])}


def _row(http: Manager, tier: Tier) -> lists.Row:
    included = tier.included_tickets
    volume = (
        gettext("all tickets included") if included is None else gettext("%(n)s tickets included") % {"n": included}
    )
    said = [gettext("%(price)s a month") % {"price": money(tier.price_monthly, tier.currency)}, volume]
    if included is not None:
        said.append(gettext("%(price)s a further ticket") % {"price": money(tier.price_ticket, tier.currency)})
    overtime = money(tier.price_overtime_hour, tier.currency)
    said.append(gettext("%(price)s an hour of overtime") % {"price": overtime})
    if tier.penalty:
        said.append(gettext("%(price)s back a broken promise") % {"price": money(tier.penalty, tier.currency)})
    return lists.Row(title=tier.name, icon="layers", href=frame.address(http, "tier", tier.pk), about=said)


def _contract(http: Manager, contract: Contract) -> lists.Row:
    today = timezone.localdate()
    held = contract.starts_on <= today and (contract.ends_on is None or contract.ends_on > today)
    until = gettext("until %(day)s") % {"day": _day(contract.ends_on)} if contract.ends_on else gettext("without end")
    said = [contract.tier.name, gettext("from %(day)s") % {"day": _day(contract.starts_on)}, until, contract.number]
    return lists.Row(
        title=contract.organisation.name, icon="scroll-text", about=said, faded=not held,
        signs=[lists.Sign(_("holds"), "well")] if held else [],
        deeds=[lists.Deed(_("End"), frame.address(http, "contract-end", contract.pk), danger=True)],
    )  # fmt: skip


def _day(day: date) -> str:
    return formats.date_format(day, "DATE_FORMAT")


urlpatterns = [
    path("tiers", listed, name="tiers"),
    path("tiers/new", make, name="tier-new"),
    path("tiers/comparison", compare, name="comparison"),
    path("tiers/<int:pk>", change, name="tier"),
    path("contracts", contracted, name="contracts"),
    path("contracts/new", sign, name="contract-new"),
    path("contracts/<int:pk>/end", end, name="contract-end"),
]
