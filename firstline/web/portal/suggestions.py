"""What the one box offers while somebody types: answers, and services that fit."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language

from firstline.core.knowledge import matching
from firstline.core.knowledge import queries as knowledge
from firstline.core.services import queries as services


def to(words: str) -> dict[str, Any]:
    """Return the answers and services that fit the words, as a template's context."""
    if not matching.stems(words):
        return {"articles": [], "fitting": []}
    offered = list(services.offered())
    texts = [(service, " ".join(service.name.values()), " ".join(service.about.values())) for service in offered]
    return {
        "articles": knowledge.answering(words, get_language() or "en"),
        "fitting": matching.ranked(words, texts, most=3),
    }
