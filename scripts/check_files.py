"""What must not be in git: addresses of package registries, other people's files, what a build makes."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# In parts, so that this file does not name them either.
REGISTRIES = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("files", "pythonhosted", "org"),
        ("registry", "npmjs"),
        ("registry", "yarnpkg"),
        ("deb", "debian", "org"),
        ("snapshot", "debian"),
        ("unpkg", "com"),
        ("cdn", "jsdelivr", "net"),
        ("cdnjs", "cloudflare"),
    )
]
ADDRESS = re.compile("|".join(re.escape(host) for host in REGISTRIES).encode())
FOREIGN_PLACE = re.compile(r"(^|/)(vendor|node_modules|third_party|bower_components)/|\.min\.(js|css)$")
FOREIGN_MARK = re.compile(rb"/\*!|@license|@preserve|sourceMappingURL=")
MADE = re.compile(r"\.(mo|pyc|sqlite3|woff2?|ttf|otf|whl|egg)$|(^|/)(\.env|uv\.lock)$")
LARGEST = 1024 * 1024


def main() -> int:
    """Print each file that breaks a rule; return 1 when there is one."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, text=True, capture_output=True, check=True).stdout
    broken = [line for name in listed.split("\0") if (ROOT / name).is_file() for line in _faults(name)]
    print(*broken, sep="\n", end="\n" if broken else "")
    return 1 if broken else 0


def _faults(name: str) -> Iterator[str]:
    content = (ROOT / name).read_bytes()
    if ADDRESS.search(content):
        yield f"{name} names a package registry's address"
    if FOREIGN_PLACE.search(name):
        yield f"{name} looks like a third party's file: it comes from a package, never from git"
    if name.endswith((".js", ".css")) and FOREIGN_MARK.search(content[:2000] + content[-2000:]):
        yield f"{name} bears a third party's licence mark or comes out of a bundler"
    if MADE.search(name):
        yield f"{name} is made by a build or kept out of git for another reason"
    if len(content) > LARGEST:
        yield f"{name} has {len(content) // 1024} KB; the largest file may have {LARGEST // 1024}"


if __name__ == "__main__":
    sys.exit(main())
