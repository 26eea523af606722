"""Listen for mail by SMTP and LMTP; what is answered with 250 is kept."""

from __future__ import annotations

import argparse
import dataclasses
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connections

from firstline.cli import prepare
from firstline.cli.processes import spare_memory
from firstline.core.kernel.places import host_and_port
from firstline.core.kernel.refusals import BadInput, _

if TYPE_CHECKING:
    from firstline.channels.email.listening import Places

_EXAMPLE = """example:
  firstline listen --lmtp 127.0.0.1:2424      in Postfix: virtual_transport = lmtp:inet:127.0.0.1:2424
  FIRSTLINE_LISTEN_SMTP=0.0.0.0:25 FIRSTLINE_LISTEN_PEERS=10.0.0.0/8 firstline listen
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the words of `firstline listen`."""
    parser.epilog = _EXAMPLE
    parser.add_argument("--smtp", metavar="HOST:PORT", help="where to listen by SMTP (FIRSTLINE_LISTEN_SMTP)")
    parser.add_argument("--lmtp", metavar="PLACE", help="by LMTP: HOST:PORT or the path of a socket")


def run(options: argparse.Namespace) -> int:
    """Listen until told to stop; return the exit status. Raises BadInput when nothing is named or a place is taken."""
    places = settings.LISTEN
    if options.smtp:
        places = dataclasses.replace(places, smtp=host_and_port("--smtp", options.smtp))
    if options.lmtp:
        lmtp = options.lmtp if options.lmtp.startswith("/") else host_and_port("--lmtp", options.lmtp)
        places = dataclasses.replace(places, lmtp=lmtp)
    if not places.at_all:
        raise BadInput(_("Say where to listen: --smtp HOST:PORT, --lmtp HOST:PORT, or by the settings."))
    prepare.prepare()
    spare_memory()
    load()
    return listen(places)


def load() -> None:
    """Load everything that listening needs, so that processes forked from this one share it."""
    from firstline.channels.email import listening

    assert listening
    connections.close_all()


def listen(places: Places) -> int:
    """Listen there until told to stop; return the exit status. Raises BadInput when a place is taken."""
    from firstline.channels.email import listening

    try:
        listening.listen(places, limit=settings.MAIL_LIMIT)
    except OSError as error:
        raise BadInput(_("Cannot listen there: %(why)s."), why=error.strerror or str(error)) from error
    return 0
