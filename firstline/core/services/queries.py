"""Finding what a desk offers."""

from __future__ import annotations

from functools import cache

from django.db.models import QuerySet

from firstline.core import rows
from firstline.core.kernel.prepared import Prepared
from firstline.core.people.models import Team
from firstline.core.services.models import FormVersion, InstructionVersion, Service


def offered(*, public: bool = True) -> QuerySet[Service]:
    """Return the services that can be asked for, in the order of the catalogue; with the desk's own if not `public`."""
    services = Service.objects.filter(ended_at=None, desk__ended_at=None)
    if public:
        services = services.filter(public=True)
    return services.order_by("desk_id", "position", "pk")


def named(desk_id: int, **named: int | str) -> Service | None:
    """Return the desk's service of this `id` or `key`, with its team, unless it has ended."""
    for service, team in rows.read([Service, Team], _named(tuple(named)), [desk_id, *named.values()]):
        service.team = team
        return service  # type: ignore[no-any-return]  # the first of the models
    return None


@cache
def _named(columns: tuple[str, ...]) -> Prepared:
    return Prepared(f"""
        SELECT {rows.columns(Service, "service")}, {rows.columns(Team, "team")}
        FROM services_service service LEFT JOIN people_team team ON team.id = service.team_id
        WHERE service.desk_id = %s AND service.ended_at IS NULL
        {"".join(f" AND service.{column} = %s" for column in columns)}
    """)


def form_of(service_id: int) -> FormVersion | None:
    """Return the newest version of the service's form, if it asks anything."""
    return FormVersion.objects.filter(service_id=service_id).order_by("-version").first()


def instruction_of(service_id: int) -> InstructionVersion | None:
    """Return the newest version of the steps bound to the service, if there are any."""
    return InstructionVersion.objects.filter(service_id=service_id).order_by("-version").first()
