"""The child that understands mail: python -m firstline.channels.email.child CPU-SECONDS BYTES-OF-MEMORY.

It reads framed mails from its standard input and answers each on its standard output, until there are no more.
"""

from __future__ import annotations

import gc
import os
import resource
import sys

from firstline.channels.email import wire
from firstline.channels.email.bounds import TooMuch
from firstline.channels.email.parse import understand


def main(cpu: int, memory: int) -> int:
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
            answers.write(wire.framed(_answer(raw)))
            answers.flush()
    except MemoryError:
        return wire.OUT_OF_MEMORY
    return 0


def _answer(raw: bytes) -> bytes:
    try:
        return wire.closed(understand(raw))
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
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
