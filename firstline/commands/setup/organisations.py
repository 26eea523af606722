"""Customers and parts of one's own company: organisations, their mail domains, their sites."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.db.models import Q

from firstline.commands import founding
from firstline.core.kernel.refusals import BadInput, NotAllowed, NotThere, Refused, _
from firstline.core.people.models import Organisation, OrganisationDomain, Site
from firstline.core.people.queries import organisations_known_to, sites_known_to
from firstline.core.people.rights import Scope

_DOMAIN = re.compile(r"(?!-)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+")

COLUMNS: founding.Columns = {
    "name": founding.line("name"),
    "about": founding.body("about"),
    "vip": founding.yes_or_no(),
}
SITE_COLUMNS: founding.Columns = {
    "name": founding.line("name"),
    "address": founding.body("address", limit=1000),
    "time_zone": founding.time_zone(),
}


class DomainTaken(Refused):
    """The mail domain belongs to another organisation."""


class StillBound(Refused):
    """People, sites or a contract belong to it."""


class SiteChanges(TypedDict, total=False):
    """What can be changed about a site."""

    name: str
    address: str
    time_zone: str


class OrganisationChanges(TypedDict, total=False):
    """What can be changed about an organisation."""

    name: str
    about: str
    vip: bool


@transaction.atomic
def make_organisation(
    *, name: str, by_id: int | None, now: datetime, domains: Sequence[str] = (), about: str = "", vip: bool = False
) -> Organisation:
    """Make an organisation; unknown senders from its mail domains will belong to it.

    Raises DomainTaken, BadInput, NotAllowed; then nothing is written.
    """
    _may(by_id)
    values = founding.checked({"name": name, "about": about, "vip": vip}, COLUMNS)
    owned = list(dict.fromkeys(_free_domain(domain) for domain in domains))
    organisation = Organisation.objects.create(**values, made_at=now)
    OrganisationDomain.objects.bulk_create([OrganisationDomain(organisation=organisation, domain=d) for d in owned])
    facts = {**founding.told(values, COLUMNS), **({"domains": [founding.digest(d) for d in owned]} if owned else {})}
    founding.tell(_chain(organisation.pk), "organisation made", by_id=by_id, now=now, facts=facts, new=True)
    return organisation


@transaction.atomic
def change_organisation(
    *, organisation_id: int, by_id: int | None, now: datetime, **changes: Unpack[OrganisationChanges]
) -> Organisation:
    """Change what is said of an organisation; what is the same already is left alone."""
    organisation = _managed(organisation_id, by_id)
    facts = founding.change(organisation, changes, COLUMNS)
    if facts:
        founding.tell(_chain(organisation_id), "organisation changed", by_id=by_id, now=now, facts=facts)
    return organisation


@transaction.atomic
def add_domain(*, organisation_id: int, domain: str, by_id: int | None, now: datetime) -> OrganisationDomain:
    """Let an organisation own one more mail domain; raises DomainTaken, BadInput, NotThere, NotAllowed."""
    organisation = _managed(organisation_id, by_id)
    owned = OrganisationDomain.objects.create(organisation=organisation, domain=_free_domain(domain))
    facts = {"domain": founding.digest(owned.domain)}
    founding.tell(_chain(organisation_id), "domain added", by_id=by_id, now=now, facts=facts)
    return owned


@transaction.atomic
def remove_domain(*, organisation_id: int, domain: str, by_id: int | None, now: datetime) -> Organisation:
    """Let a mail domain belong to nobody; who came by it stays where they are. Raises NotThere, NotAllowed."""
    organisation = _managed(organisation_id, by_id)
    gone, _by_model = organisation.domains.filter(domain=domain).delete()
    if not gone:
        raise NotThere(_("This organisation does not own that domain."), field="domains")
    facts = {"domain": founding.digest(domain)}
    founding.tell(_chain(organisation_id), "domain removed", by_id=by_id, now=now, facts=facts)
    return organisation


@transaction.atomic
def end_organisation(*, organisation_id: int, by_id: int | None, now: datetime) -> Organisation:
    """End an organisation to which nobody belongs; its domains are free again, and its past stays.

    Raises StillBound, NotThere, NotAllowed; then nothing is written.
    """
    organisation = _managed(organisation_id, by_id)
    bound = Q(contracts__ended_at=None, contracts__isnull=False) | Q(sites__ended_at=None, sites__isnull=False)
    bound |= Q(people__ended_at=None, people__isnull=False)
    if Organisation.objects.filter(bound, pk=organisation_id).exists():
        raise StillBound(_("People, sites or a contract still belong to this organisation; move or end them first."))
    organisation.ended_at = now
    organisation.save(update_fields=["ended_at"])
    organisation.domains.all().delete()
    founding.tell(_chain(organisation_id), "organisation ended", by_id=by_id, now=now, facts={})
    return organisation


@transaction.atomic
def make_site(
    *, name: str, by_id: int | None, now: datetime, organisation_id: int | None = None, address: str = "",
    time_zone: str = "UTC",
) -> Site:  # fmt: skip
    """Make a place where people work: an organisation's, or one's own where none is named."""
    _may(by_id)
    values: dict[str, Any] = founding.checked({"name": name, "address": address, "time_zone": time_zone}, SITE_COLUMNS)
    if organisation_id is not None:
        _managed(organisation_id, by_id)
    site = Site.objects.create(**values, organisation_id=organisation_id)
    facts = {**founding.told(values, SITE_COLUMNS), "organisation": organisation_id}
    founding.tell(f"site:{site.pk}", "site made", by_id=by_id, now=now, facts=facts, new=True)
    return site


@transaction.atomic
def change_site(*, site_id: int, by_id: int | None, now: datetime, **changes: Unpack[SiteChanges]) -> Site:
    """Change what is said of a site; raises BadInput, NotThere, NotAllowed."""
    site = _managed_site(site_id, by_id)
    facts = founding.change(site, changes, SITE_COLUMNS)
    if facts:
        founding.tell(f"site:{site_id}", "site changed", by_id=by_id, now=now, facts=facts)
    return site


@transaction.atomic
def end_site(*, site_id: int, by_id: int | None, now: datetime) -> Site:
    """End a site: it is offered no more, and what was reported there still says so. Raises NotThere, NotAllowed."""
    site = _managed_site(site_id, by_id)
    site.ended_at = now
    site.save(update_fields=["ended_at"])
    founding.tell(f"site:{site_id}", "site ended", by_id=by_id, now=now, facts={})
    return site


def _may(by_id: int | None) -> Scope:
    scope = founding.scope(by_id)
    if not (scope.administrator or scope.desks_managed):
        raise NotAllowed(_("Only a desk manager or an administrator may do this."))
    return scope


def _managed(organisation_id: int, by_id: int | None) -> Organisation:
    """Return the organisation, locked; another desk's customer is not there."""
    known = organisations_known_to(_may(by_id)).filter(pk=organisation_id).values("pk")
    found = Organisation.objects.select_for_update().filter(pk__in=known).first()
    if found is None:
        raise NotThere(_("There is no such organisation."), field="organisation")
    return found


def _managed_site(site_id: int, by_id: int | None) -> Site:
    known = sites_known_to(_may(by_id)).filter(pk=site_id).values("pk")
    found = Site.objects.select_for_update().filter(pk__in=known).first()
    if found is None:
        raise NotThere(_("There is no such site."), field="site")
    return found


def _free_domain(given: str) -> str:
    domain = given.strip().lstrip("@").lower()
    try:
        domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        domain = ""
    if len(domain) > 253 or not _DOMAIN.fullmatch(domain):
        raise BadInput(_("%(given)s is not a mail domain, such as example.org."), field="domains", given=given[:60])
    owner = OrganisationDomain.objects.select_related("organisation").filter(domain=domain).first()
    if owner:
        raise DomainTaken(
            _("%(domain)s belongs to %(owner)s already."), field="domains", domain=domain, owner=str(owner.organisation)
        )
    return domain


def _chain(organisation_id: int) -> str:
    return f"organisation:{organisation_id}"
