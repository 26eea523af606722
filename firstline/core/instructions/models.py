"""Steps ticked on tickets."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from firstline.core.people.models import Person
from firstline.core.services.models import InstructionVersion
from firstline.core.tickets.models import Ticket


class Tick(models.Model):
    """A step of an instruction that was done on a ticket; undone, it stays with who and when."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="ticks")
    instruction = models.ForeignKey(InstructionVersion, models.PROTECT, related_name="ticks", db_index=False)
    step = models.PositiveSmallIntegerField(help_text="its place in the version, from 0")
    ticked_by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    ticked_at = models.DateTimeField()
    unticked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    unticked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "instruction", "step"], condition=Q(unticked_at=None), name="step_ticked_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.instruction_id}/{self.step}"
