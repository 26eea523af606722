"""A real Dovecot and a real Postfix, each started once for the run by the first test that asks for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bench import mail_servers


@pytest.fixture(scope="session")
def dovecot() -> Iterator[mail_servers.Dovecot]:
    """Return a Dovecot of this run's own; skips the test where it cannot be started."""
    try:
        with mail_servers.dovecot() as running:
            yield running
    except mail_servers.Unavailable as why:
        pytest.skip(str(why))


@pytest.fixture(scope="session")
def postfix(dovecot: mail_servers.Dovecot) -> Iterator[mail_servers.Postfix]:
    """Return a Postfix of this run's own that hands over to Dovecot and to the desk."""
    try:
        with mail_servers.postfix(dovecot) as running:
            yield running
    except mail_servers.Unavailable as why:
        pytest.skip(str(why))
