"""Bytes kept under their digest: small ones in the row, large ones in a file."""

from __future__ import annotations

import hashlib

import pytest
from django.db import transaction

from firstline.commands import blobs
from firstline.core.intake.models import Blob
from firstline.core.intake.store import bytes_of, path_of
from tests import world

LARGE = b"x" * (blobs.INLINE_LIMIT + 1)


@pytest.mark.parametrize(
    "data", [b"", b"\x00\xff", b"x" * blobs.INLINE_LIMIT, LARGE], ids=["none", "raw", "limit", "large"]
)
def test_bytes_come_back_as_they_were(data: bytes):
    blob = blobs.keep_bytes(data, now=world.NINE)

    assert blob.digest == hashlib.sha256(data).hexdigest()
    assert bytes_of(Blob.objects.get(pk=blob.digest)) == data
    assert Blob.objects.get(pk=blob.digest).size == len(data)


@pytest.mark.parametrize("data", [b"same", LARGE], ids=["small", "large"])
def test_the_same_bytes_are_kept_once(data: bytes):
    first = blobs.keep_bytes(data, now=world.NINE)
    blobs.keep_bytes(data, now=world.now(minutes=5))

    assert Blob.objects.get().kept_at == first.kept_at == world.NINE


def test_a_file_whose_row_was_rolled_back_serves_whoever_comes_next():
    with transaction.atomic():
        digest = blobs.keep_bytes(LARGE, now=world.NINE).digest
        transaction.set_rollback(True)
    assert path_of(digest).exists()

    blobs.keep_bytes(LARGE, now=world.NINE)

    assert bytes_of(Blob.objects.get()) == LARGE


def test_half_written_files_are_not_left_behind():
    digest = blobs.keep_bytes(LARGE, now=world.NINE).digest

    assert [path.name for path in path_of(digest).parent.iterdir() if path.name.startswith(".")] == []


def test_what_was_not_dropped_is_not_erased():
    digest = blobs.keep_bytes(LARGE, now=world.NINE).digest

    blobs.erase(digest=digest)

    assert bytes_of(Blob.objects.get()) == LARGE
