"""Articles: answers for requesters and knowledge for the lines, in several languages."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from firstline.core.people.models import LANGUAGES, Desk, Person
from firstline.core.services.models import Service


class Article(models.Model):
    """One thing worth knowing; its words are in its texts."""

    desk = models.ForeignKey(Desk, models.PROTECT, related_name="articles")
    key = models.SlugField(max_length=80)
    service = models.ForeignKey(Service, models.PROTECT, null=True, blank=True, related_name="articles")
    public = models.BooleanField(default=True, help_text="requesters read it too")
    position = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["desk", "key"], name="article_key_once_per_desk")]

    def __str__(self) -> str:
        return self.key


class ArticleText(models.Model):
    """An article's words in one language, in one version; the newest unsuperseded one is shown."""

    article = models.ForeignKey(Article, models.PROTECT, related_name="texts")
    language = models.CharField(max_length=2, choices=LANGUAGES)
    version = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    body = models.TextField(help_text="Markdown")
    published_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["article", "language", "version"], name="article_text_version_once"),
            models.UniqueConstraint(
                fields=["article", "language"], condition=Q(superseded_at=None), name="article_text_one_shown"
            ),
        ]

    def __str__(self) -> str:
        return self.title
