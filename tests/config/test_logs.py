"""Logs name things by id and keep what lets somebody in to themselves."""

from __future__ import annotations

import json
import logging

import structlog

from firstline.config import logs


def test_a_signed_link_is_not_written(capsys):
    before = logging.getLogger().handlers[:]
    configured = structlog.get_config()
    try:
        logs.configure({"level": "info"})

        structlog.get_logger().error("page failed", path="http://desk/link/secret-token/confirm", ticket=17)
    finally:
        logging.getLogger().handlers[:] = before
        structlog.configure(**configured)

    line = json.loads(capsys.readouterr().err)
    assert line["path"] == "http://desk/link/.../confirm"
    assert line["ticket"] == 17


def test_what_is_below_the_level_is_not_written(capsys):
    before = logging.getLogger().handlers[:]
    configured = structlog.get_config()
    try:
        logs.configure({"level": "warning"})

        structlog.get_logger().info("all is well")
    finally:
        logging.getLogger().handlers[:] = before
        structlog.configure(**configured)

    assert capsys.readouterr().err == ""
