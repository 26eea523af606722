"""A desk's filters, blocked senders, notice texts and keys, as they are in use."""

from __future__ import annotations

from functools import lru_cache

from django.db.models import QuerySet

from firstline.core import rows
from firstline.core.intake.inbound import Inbound
from firstline.core.kernel.prepared import Prepared
from firstline.core.mail import matching
from firstline.core.mail.models import BlockedSender, MailFilter, MailKey, NoticeText
from firstline.core.people.contacts import domain_and_above

# Written out, for every mail is held against them.
_FILTERS = Prepared(f"""
SELECT {rows.columns(MailFilter, "filter")} FROM mail_mailfilter filter
WHERE filter.desk_id = %s AND filter.ended_at IS NULL ORDER BY filter.position, filter.id
""")


def filters_of(desk_id: int) -> QuerySet[MailFilter]:
    """Return a desk's filters in the order in which they are asked."""
    filters = MailFilter.objects.filter(desk_id=desk_id, ended_at=None)
    return filters.select_related("service", "team").order_by("position", "pk")


def matching_filters(desk_id: int, mail: Inbound) -> list[MailFilter]:
    """Return the filters that a mail meets, in order; what stands after one that ignores it is not asked."""
    met: list[MailFilter] = []
    for (each,) in rows.read([MailFilter], _FILTERS, [desk_id]):
        if matching.matches(rule_of(each), mail):
            met.append(each)
            if each.ignores:
                break
    return met


def rule_of(found: MailFilter) -> matching.Rule:
    """Return the condition of a filter."""
    return matching.Rule(found.field, found.how, found.pattern, found.header)


def blocked(desk_id: int, mail_key: str) -> BlockedSender | None:
    """Return what blocks an address at a desk: itself, its domain, or a domain above it."""
    keys = [mail_key, *domain_and_above(mail_key)]
    found = rows.read([BlockedSender], _blocked(len(keys)), [desk_id, *keys])
    return found[0][0] if found else None


def blocked_of(desk_id: int) -> QuerySet[BlockedSender]:
    """Return whom a desk blocks, newest first."""
    senders = BlockedSender.objects.filter(desk_id=desk_id, ended_at=None)
    return senders.select_related("blocked_by").order_by("-blocked_at", "-pk")


def notice_text(desk_id: int, kind: str, language: str) -> NoticeText | None:
    """Return a desk's own words for a kind of notice, if it does not use the shipped ones."""
    return NoticeText.objects.filter(desk_id=desk_id, kind=kind, language=language, ended_at=None).first()


def notice_texts_of(desk_id: int) -> QuerySet[NoticeText]:
    """Return all of a desk's own words for notices."""
    return NoticeText.objects.filter(desk_id=desk_id, ended_at=None).order_by("kind", "language")


@lru_cache(maxsize=16)
def _blocked(keys: int) -> Prepared:
    return Prepared(f"""
        SELECT {rows.columns(BlockedSender, "sender")} FROM mail_blockedsender sender
        WHERE sender.desk_id = %s AND sender.ended_at IS NULL AND sender.key IN ({rows.marks(keys)})
        ORDER BY sender.id LIMIT 1
    """)


def keys_of(desk_id: int) -> QuerySet[MailKey]:
    """Return the keys by which a desk opens and checks mail, in the order in which they were added."""
    return MailKey.objects.filter(desk_id=desk_id, ended_at=None).order_by("pk")
