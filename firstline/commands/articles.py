"""Articles: made, published language by language in versions, withdrawn; each has a chain of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from firstline.core.journal import queries as journal
from firstline.core.journal.append import append
from firstline.core.kernel import written
from firstline.core.kernel.refusals import BadInput, NotAllowed, NotThere, Refused, _
from firstline.core.knowledge.models import Article, ArticleText
from firstline.core.people.models import LANGUAGES, Desk
from firstline.core.people.rights import scope_of
from firstline.core.services.models import Service


class KeyTaken(Refused):
    """Another article of the desk has this key."""


class ArticleEnded(Refused):
    """The article was withdrawn."""


class NotPublished(Refused):
    """There is no text in that language to withdraw."""


@transaction.atomic
def create_article(
    *, desk_id: int, by_id: int | None, key: str, now: datetime, service_id: int | None = None, public: bool = True,
    position: int = 0,
) -> Article:  # fmt: skip
    """Make an article that has no words yet; by staff of the desk.

    key     names it in addresses: lower-case letters, digits, hyphens; once per desk
    public  requesters read it too
    raises  KeyTaken, BadInput, NotThere, NotAllowed; then nothing is written
    """
    desk = Desk.objects.filter(pk=desk_id, ended_at=None).first()
    if desk is None:
        raise NotThere(_("There is no such desk."), field="desk")
    _may_write(desk.pk, by_id)
    word = written.line(key, field="key", limit=80)
    if word != slugify(word):
        raise BadInput(_("A key is made of lower-case letters, digits and hyphens."), field="key")
    if service_id is not None and not Service.objects.filter(pk=service_id, desk=desk, ended_at=None).exists():
        raise NotThere(_("This desk has no such service."), field="service")
    if Article.objects.filter(desk=desk, key=word).exists():
        raise KeyTaken(_("There is an article with this key already; choose another."), field="key")
    article = Article.objects.create(desk=desk, key=word, service_id=service_id, public=public, position=position)
    facts = {"desk": desk.pk, "service": service_id, "public": public, "position": position}
    append(_chain(article), "article created", by_id=by_id, at=now, recorded_at=now, facts=facts, new=True)
    return article


@transaction.atomic
def publish_article(
    *, article_id: int, by_id: int | None, language: str, title: str, body: str, now: datetime
) -> ArticleText:
    """Publish an article's words in one language; what was shown before stays as an earlier version.

    body    Markdown, at most 200,000 characters
    raises  ArticleEnded, BadInput, NotThere, NotAllowed; then nothing is written
    """
    article = _article(article_id, by_id)
    if language not in dict(LANGUAGES):
        raise BadInput(_("Articles are written in %(known)s."), field="language", known=", ".join(dict(LANGUAGES)))
    heading = written.line(title, field="title", limit=200)
    words = written.body(body, field="body")
    moment = _moment(article, now)
    shown = article.texts.filter(language=language).order_by("-version").first()
    article.texts.filter(language=language, superseded_at=None).update(superseded_at=moment)
    text = ArticleText.objects.create(
        article=article, language=language, version=shown.version + 1 if shown else 1, title=heading, body=words,
        published_by_id=by_id, published_at=moment,
    )  # fmt: skip
    _tell(article, "article published", by_id, moment, now, {"text": text.pk, "language": language,
          "version": text.version, "digest": digest_of(heading, words)})  # fmt: skip
    return text


@transaction.atomic
def withdraw_article(*, article_id: int, by_id: int | None, now: datetime, language: str | None = None) -> Article:
    """Take an article, or its words in one language, out of sight; nothing of it is deleted.

    Raises ArticleEnded, NotPublished, NotThere, NotAllowed; then nothing is written.
    """
    article = _article(article_id, by_id)
    moment = _moment(article, now)
    shown = article.texts.filter(superseded_at=None)
    if language is not None:
        shown = shown.filter(language=language)
        if not shown.exists():
            raise NotPublished(_("This article has no words in that language."), field="language")
    else:
        article.ended_at = moment
        article.save(update_fields=["ended_at"])
    shown.update(superseded_at=moment)
    _tell(article, "article withdrawn", by_id, moment, now, {"language": language} if language else {})
    return article


def digest_of(title: str, body: str) -> str:
    """Return the hex SHA-256 of what was published; published words are no secret, so it has no salt."""
    return hashlib.sha256(f"{title}\n{body}".encode()).hexdigest()


def _article(article_id: int, by_id: int | None) -> Article:
    article = Article.objects.select_for_update().filter(pk=article_id).first()
    if article is None:
        raise NotThere(_("There is no such article."))
    _may_write(article.desk_id, by_id)
    if article.ended_at is not None:
        raise ArticleEnded(_("This article was withdrawn; write a new one."))
    return article


def _may_write(desk_id: int, by_id: int | None) -> None:
    if by_id is None:
        return
    scope = scope_of(by_id)
    if not scope.manages(desk_id) and desk_id not in scope.desks_worked:
        raise NotAllowed(_("Articles are written by those who work at the desk."))


def _moment(article: Article, now: datetime) -> datetime:
    latest = journal.latest_at(_chain(article))
    return max(now, latest) if latest else now


def _tell(
    article: Article, kind: str, by_id: int | None, moment: datetime, now: datetime, facts: Mapping[str, Any]
) -> None:
    append(_chain(article), kind, by_id=by_id, at=moment, recorded_at=now, facts=facts)


def _chain(article: Article) -> str:
    return f"article:{article.pk}"
