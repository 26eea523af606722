"""Ratings: what requesters said of the help they got."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from firstline.core.journal.models import Content
from firstline.core.people.models import Person
from firstline.core.tickets.models import Ticket


class Rating(models.Model):
    """One to five for a ticket, with a comment if they had one; a second rating supersedes the first."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="ratings")
    person = models.ForeignKey(Person, models.PROTECT, related_name="ratings", db_index=False)
    score = models.PositiveSmallIntegerField()
    comment = models.ForeignKey(Content, models.PROTECT, null=True, related_name="+", db_index=False)
    rated_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(score__gte=1, score__lte=5), name="rating_is_1_to_5"),
            models.UniqueConstraint(fields=["ticket"], condition=Q(superseded_at=None), name="rating_one_counts"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.score}"
