"""Finding what a desk offers."""

from __future__ import annotations

from django.db.models import QuerySet

from firstline.core.services.models import FormVersion, InstructionVersion, Service


def offered(*, public: bool = True) -> QuerySet[Service]:
    """Return the services that can be asked for, in the order of the catalogue; with the desk's own if not `public`."""
    services = Service.objects.filter(ended_at=None, desk__ended_at=None)
    if public:
        services = services.filter(public=True)
    return services.order_by("desk_id", "position", "pk")


def form_of(service_id: int) -> FormVersion | None:
    """Return the newest version of the service's form, if it asks anything."""
    return FormVersion.objects.filter(service_id=service_id).order_by("-version").first()


def instruction_of(service_id: int) -> InstructionVersion | None:
    """Return the newest version of the steps bound to the service, if there are any."""
    return InstructionVersion.objects.filter(service_id=service_id).order_by("-version").first()
