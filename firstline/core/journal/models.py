"""The journal's tables: entries, their places in the tree, and the texts their digests stand for."""

from __future__ import annotations

from django.db import models


class Content(models.Model):
    """A text that somebody wrote; the journal holds its salted digest, so that erasing it leaves the chain whole."""

    digest = models.CharField(max_length=64, primary_key=True, help_text="hex SHA-256 of salt and text")
    salt = models.BinaryField(max_length=16, null=True)
    text = models.TextField(null=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.digest


class Entry(models.Model):
    """One fact, sealed to the one before it. Never changed and never deleted: triggers refuse."""

    chain = models.CharField(max_length=60)
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=40)
    by_id = models.BigIntegerField(null=True, help_text="the person; null is the desk itself")
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    # The canonical JSON of the whole entry, the very bytes under the seal.
    body = models.BinaryField()
    seal = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chain", "seq"], name="entry_has_one_place_in_its_chain")]

    def __str__(self) -> str:
        return f"{self.chain}/{self.seq} {self.kind}"


class Leaf(models.Model):
    """An entry's place in the tree under the checkpoints, given by the one sealer."""

    place = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="leaf")

    def __str__(self) -> str:
        return str(self.place)
