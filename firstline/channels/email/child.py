"""The child that understands mail: python -m firstline.channels.email.child CPU-SECONDS BYTES-OF-MEMORY [keys].

It reads framed mails from its standard input and answers each on its standard output, until there are no more. With the
word "keys" it reads keys before the first mail, and opens what is encrypted and checks what is signed with them.
"""

from __future__ import annotations

import gc
import os
import resource
import sys
from datetime import UTC, datetime

from firstline.channels.email import wire
from firstline.channels.email.bounds import TooMuch
from firstline.channels.email.parse import understand
from firstline.channels.email.security import keys as keyed
from firstline.channels.email.security import opening
from firstline.channels.email.security.keys import Keys


def main(cpu: int, memory: int, keys: Keys | None = None) -> int:
    """Answer until the input ends; return an exit status, OUT_OF_MEMORY when a mail took more than there is."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    mails, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    gc.freeze()
    answers.write(wire.framed(b"ready"))
    answers.flush()
    try:
        while (raw := wire.unframed(mails)) is not None:
            _grant(cpu)
            answers.write(wire.framed(_answer(raw, keys)))
            answers.flush()
    except MemoryError:
        return wire.OUT_OF_MEMORY
    return 0


def _answer(raw: bytes, keys: Keys | None) -> bytes:
    try:
        return wire.closed(opening.opened(raw, keys, datetime.now(UTC)) if keys else understand(raw))
    except TooMuch as much:
        return wire.closed(str(much))
    except RecursionError:
        return wire.closed("It is nested too deeply to be understood.")


def _grant(seconds: int) -> None:
    """Let the next mail have so many seconds of computing; the kernel ends who takes more."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


if __name__ == "__main__":
    given = keyed.read(wire.unframed(sys.stdin.buffer) or b"") if sys.argv[3:] else None
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]), given))
