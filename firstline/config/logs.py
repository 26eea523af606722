"""Logs: structured events with ids, quiet by default, and never contents or secrets.

A terminal gets lines to read, anything else JSON. FIRSTLINE_LOG names the level from which events are written.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

# What lets somebody in must not be read in a log: signed links, tokens, invitations.
_SECRET = re.compile(r"(/(?:link|sent|hooks|invitation|key)/)[^\s\"'/?]+")


def configure(options: Mapping[str, Any]) -> None:
    """Set up structlog and the standard library's logging; `options` is settings.LOGGING."""
    level = getattr(logging, str(options["level"]).upper(), logging.INFO)
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _without_secrets,
    ]
    shown: Any = (
        structlog.dev.ConsoleRenderer(colors=True)
        if sys.stderr.isatty()
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[*shared, shown],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        # Asked for each time: what stands for standard error now need not be there later.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )
    _standard(shared, shown)


def _standard(shared: list[Any], shown: Any) -> None:
    """Let other packages' warnings come out the same way; a page not found is no warning."""
    handler = logging.StreamHandler(sys.stderr)
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, shown]
    )
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    django = logging.getLogger("django")
    django.handlers.clear()
    django.propagate = True
    logging.getLogger("django.request").setLevel(logging.ERROR)


def _without_secrets(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if isinstance(value, str) and "/" in value:
            event[key] = _SECRET.sub(r"\1...", value)
    return event
