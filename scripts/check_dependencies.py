"""Every dependency has its reason in the decisions and its hashes in the lock files."""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REASONS = "docs/adr/0002-dependencies.md"


def main() -> int:
    """Print each dependency that lacks something; return 1 when there is one."""
    broken = list(_faults())
    print(*broken, sep="\n", end="\n" if broken else "")
    return 1 if broken else 0


def _faults() -> Iterator[str]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    project, groups = settings["project"], settings["dependency-groups"]
    runs = _names(project["dependencies"], *project["optional-dependencies"].values(), groups["build"])
    proves = _names(groups["dev"])

    for name in sorted((runs | proves) - _found(REASONS, r"^\| ([\w.-]+) \|")):
        yield f"{REASONS} gives no reason for {name}"
    for name in sorted(_found(REASONS, r"^\| ([\w.-]+) \|") - runs - proves - {"package"}):
        yield f"{REASONS} gives a reason for {name}, which pyproject.toml does not name"
    for lock, wanted in (("requirements.txt", runs), ("requirements-dev.txt", runs | proves)):
        yield from (f"{lock} lacks {name}: make lock" for name in sorted(wanted - _found(lock, r"^([\w.-]+)==")))


def _names(*groups: Iterable[str]) -> set[str]:
    return {re.split(r"[^\w.-]", requirement)[0] for group in groups for requirement in group}


def _found(file: str, pattern: str) -> set[str]:
    return set(re.findall(pattern, (ROOT / file).read_text(), re.MULTILINE))


if __name__ == "__main__":
    sys.exit(main())
