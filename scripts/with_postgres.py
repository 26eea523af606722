"""Run a command with DATABASE_URL naming a PostgreSQL server made for it and thrown away after it.

    python scripts/with_postgres.py [--durable] COMMAND...

The server listens on a socket in a temporary folder only. It does not wait for the disk, unless --durable
is given: a killed process loses nothing by that, only a power cut would. Run by root, the server is an
unprivileged system user's, since PostgreSQL refuses to be root's.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HASTE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
SETTINGS = ("listen_addresses=", "max_connections=200", "shared_buffers=128MB")


@contextmanager
def server(*, durable: bool = False) -> Iterator[str]:
    """Start a server with an empty cluster and yield its URL; stop it and drop everything afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="firstline-pg-"))
    owner = _owner()
    if owner is not None:
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    try:
        _as(owner, "initdb", "-D", f"{folder}/data", "-U", "firstline", "-A", "trust", "-E", "UTF8",
            "--locale=C.UTF-8", "--no-sync")  # fmt: skip
        options = " ".join(f"-c {each}" for each in (*SETTINGS, *(() if durable else HASTE)))
        _as(owner, "pg_ctl", "start", "-w", "-D", f"{folder}/data", "-l", f"{folder}/log",
            "-o", f"-k {folder} {options}")  # fmt: skip
        yield f"postgresql://firstline@/postgres?host={folder}"
    finally:
        if (folder / "data" / "postmaster.pid").exists():
            _as(owner, "pg_ctl", "stop", "-m", "immediate", "-D", f"{folder}/data")
        shutil.rmtree(folder, ignore_errors=True)


def programs() -> Path | None:
    """Return the folder of PostgreSQL's server programs, the newest one, or None when there is none."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    return found[-1].parent if found else None


def _owner() -> pwd.struct_passwd | None:
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def _as(owner: pwd.struct_passwd | None, program: str, *arguments: str) -> None:
    folder = programs()
    if folder is None:
        raise SystemExit("PostgreSQL's server programs are not installed (Debian: apt-get install postgresql).")
    who: dict[str, Any] = {} if owner is None else {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
    done = subprocess.run(
        [str(folder / program), *arguments], cwd="/", text=True, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, check=False, **who,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"{program} failed:\n{done.stdout}")


def main(arguments: list[str]) -> int:
    """Run the command in `arguments` and return its exit code."""
    durable = arguments[:1] == ["--durable"]
    command = arguments[durable:]
    if not command:
        raise SystemExit(__doc__)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with server(durable=durable) as url:
        return subprocess.run(command, env={**os.environ, "DATABASE_URL": url}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
