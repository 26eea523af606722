"""Finding articles that requesters and lines may read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.db.models.functions import Substr

from firstline.core.knowledge import matching
from firstline.core.knowledge.models import ArticleText

_SEARCHED = 2000


@dataclass(frozen=True)
class Shown:
    """An article as a reader of one language sees it; `body` is Markdown, and "" in a list."""

    key: str
    title: str
    language: str
    body: str
    published_at: datetime
    service_id: int | None


def listed(language: str, *, public: bool = True) -> list[Shown]:
    """Return every article without its body, in the reader's language or the nearest it has; one query."""
    return _nearest(_rows(public).order_by("article__position", "article_id"), language, body=False)


def article(key: str, language: str, *, public: bool = True) -> Shown | None:
    """Return one article with its body, in the reader's language or the nearest it has."""
    return next(iter(_nearest(_rows(public).filter(article__key=key).order_by("article_id"), language)), None)


def answering(words: str, language: str, *, public: bool = True, most: int = 4) -> list[Shown]:
    """Return the articles that may answer what somebody is typing, best first; any of their languages is searched."""
    rows = _rows(public).annotate(begins=Substr("body", 1, _SEARCHED))
    texts = [(key, title, begins) for key, title, begins in rows.values_list("article__key", "title", "begins")]
    keys = list(dict.fromkeys(matching.ranked(words, texts, most=most * 3)))[:most]
    if not keys:
        return []
    found = {shown.key: shown for shown in _nearest(_rows(public).filter(article__key__in=keys), language, body=False)}
    return [found[key] for key in keys if key in found]


def _rows(public: bool) -> QuerySet[ArticleText]:
    rows = ArticleText.objects.filter(superseded_at=None, article__ended_at=None, article__desk__ended_at=None)
    return rows.filter(article__public=True) if public else rows


def _nearest(rows: QuerySet[ArticleText], language: str, *, body: bool = True) -> list[Shown]:
    columns = ["article__key", "language", "title", "published_at", "article__service_id"]
    by_key: dict[str, list[Shown]] = {}
    for key, spoken, title, at, service_id, *rest in rows.values_list(*columns, *(["body"] if body else [])):
        shown = Shown(key, title, spoken, rest[0] if rest else "", at, service_id)
        by_key.setdefault(key, []).append(shown)
    order = [language[:2], "en", "ru", "uk"]
    return [min(texts, key=lambda text: order.index(text.language)) for texts in by_key.values()]
