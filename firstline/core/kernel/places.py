"""Where a server listens, read from what a person wrote."""

from __future__ import annotations

from firstline.core.kernel.refusals import BadInput, _


def host_and_port(name: str, given: str) -> tuple[str, int]:
    """Return host and port of text as in 127.0.0.1:2525 or [::1]:25; raises BadInput that says `name`."""
    host, colon, port = given.rpartition(":")
    if not colon or not port.isdecimal() or not 0 < int(port) < 65536:
        raise BadInput(_("%(name)s is '%(given)s'; write it as in 127.0.0.1:2525."), name=name, given=given[:100])
    return host.strip("[]"), int(port)
