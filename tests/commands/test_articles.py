"""Articles: published language by language in versions, with a chain of their own."""

from __future__ import annotations

import pytest

from firstline.commands import articles
from firstline.core.journal import queries as journal
from firstline.core.kernel.refusals import BadInput, NotAllowed, NotThere
from firstline.core.knowledge.models import Article
from firstline.core.people.models import Person
from tests import world

LATER = world.now(minutes=30)


@pytest.fixture
def olga() -> Person:
    return world.person("Olga", team=world.team())


@pytest.fixture
def article(olga: Person) -> Article:
    return articles.create_article(desk_id=world.desk().pk, by_id=olga.pk, key="reset-password", now=world.NINE)


def _published(article: Article, by: Person, *, language: str = "en", body: str = "Press **Reset**."):
    return articles.publish_article(
        article_id=article.pk, by_id=by.pk, language=language, title="Reset a password", body=body, now=LATER
    )


def test_an_article_has_a_chain_of_its_own(olga: Person):
    service = world.service()

    made = articles.create_article(
        desk_id=world.desk().pk, by_id=olga.pk, key="mail-full", service_id=service.pk, public=False, position=3,
        now=world.NINE,
    )  # fmt: skip

    assert (made.service, made.public, made.position) == (service, False, 3)
    [entry] = journal.told(f"article:{made.pk}")
    assert (entry.kind, entry.by_id) == ("article created", olga.pk)
    assert entry.facts == {"desk": world.desk().pk, "service": service.pk, "public": False, "position": 3}


def test_a_text_is_published_in_versions_by_language(article: Article, olga: Person):
    first = _published(article, olga)
    russian = _published(article, olga, language="ru")
    second = _published(article, olga, body="Press it twice.")

    first.refresh_from_db()
    assert (first.version, first.superseded_at) == (1, LATER)
    assert (second.version, second.superseded_at) == (2, None)
    assert (russian.version, russian.superseded_at) == (1, None)
    newest = journal.told(f"article:{article.pk}")[-1]
    assert newest.facts == {
        "text": second.pk, "language": "en", "version": 2,
        "digest": articles.digest_of("Reset a password", "Press it twice."),
    }  # fmt: skip


def test_a_text_or_the_whole_article_is_withdrawn(article: Article, olga: Person):
    english, russian = _published(article, olga), _published(article, olga, language="ru")

    articles.withdraw_article(article_id=article.pk, by_id=olga.pk, language="en", now=LATER)
    english.refresh_from_db()
    assert english.superseded_at == LATER
    articles.withdraw_article(article_id=article.pk, by_id=olga.pk, now=LATER)

    russian.refresh_from_db()
    article.refresh_from_db()
    assert (russian.superseded_at, article.ended_at) == (LATER, LATER)
    with world.refused(articles.ArticleEnded):
        _published(article, olga)
    with world.refused(articles.ArticleEnded):
        articles.withdraw_article(article_id=article.pk, by_id=olga.pk, now=LATER)


def test_what_has_no_words_in_a_language_is_not_withdrawn_in_it(article: Article, olga: Person):
    with world.refused(articles.NotPublished):
        articles.withdraw_article(article_id=article.pk, by_id=olga.pk, language="uk", now=LATER)


def test_a_key_is_used_once_per_desk(article: Article, olga: Person):
    with world.refused(articles.KeyTaken):
        articles.create_article(desk_id=world.desk().pk, by_id=olga.pk, key="reset-password", now=LATER)


@pytest.mark.parametrize("key", ["", "Reset Password", "a/b", "пароль", "x" * 81])
def test_a_key_fits_an_address(olga: Person, key: str):
    with world.refused(BadInput):
        articles.create_article(desk_id=world.desk().pk, by_id=olga.pk, key=key, now=LATER)


@pytest.mark.parametrize(
    ("language", "title", "body"), [("de", "T", "B"), ("en", "", "B"), ("en", "T", " "), ("en", "x" * 201, "B")]
)
def test_a_text_has_a_known_language_a_title_and_words(
    article: Article, olga: Person, language: str, title: str, body: str
):
    with world.refused(BadInput):
        articles.publish_article(
            article_id=article.pk, by_id=olga.pk, language=language, title=title, body=body, now=LATER
        )


def test_articles_of_nothing_are_not_there(olga: Person):
    far = world.service("mail", of=world.desk("far"))
    desk = world.desk().pk

    with world.refused(NotThere):
        articles.create_article(desk_id=999, by_id=olga.pk, key="a", now=LATER)
    with world.refused(NotThere):
        articles.create_article(desk_id=desk, by_id=olga.pk, key="a", service_id=far.pk, now=LATER)
    with world.refused(NotThere):
        articles.publish_article(article_id=999, by_id=olga.pk, language="en", title="T", body="B", now=LATER)


@pytest.mark.parametrize("who", ["requester", "auditor", "far"])
def test_only_those_who_work_at_the_desk_write(article: Article, olga: Person, who: str):
    person = {
        "requester": lambda: world.person("Rita"),
        "auditor": lambda: world.person("Anna", role=world.Role.AUDITOR),
        "far": lambda: world.person("Otto", team=world.team("Far desk", of=world.desk("far"))),
    }[who]()

    with world.refused(NotAllowed):
        articles.create_article(desk_id=world.desk().pk, by_id=person.pk, key="a", now=LATER)
    with world.refused(NotAllowed):
        _published(article, person)
    with world.refused(NotAllowed):
        articles.withdraw_article(article_id=article.pk, by_id=person.pk, now=LATER)
