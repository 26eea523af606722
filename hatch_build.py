"""What is made from the sources when Firstline is built or installed, and never kept in git.

Each step makes its files where they are missing or older than what they are made from, and returns them.
Hatch runs the steps for a wheel and for an editable install; `python hatch_build.py` runs them after a pull.
"""

from __future__ import annotations

import runpy
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PACKAGE = Path(__file__).resolve().parent / "firstline"


def compiled_messages() -> Iterator[Path]:
    """Compile each catalogue of translations."""
    for catalogue in sorted(PACKAGE.glob("locale/*/LC_MESSAGES/*.po")):
        compiled = catalogue.with_suffix(".mo")
        if is_stale(compiled, catalogue):
            import polib  # only here: a start with nothing to do need not wait for it

            polib.pofile(str(catalogue)).save_as_mofile(str(compiled))
        yield compiled


def icon_sprite() -> Iterator[Path]:
    """Draw the sprite of the icons that the templates use."""
    source, sprite = PACKAGE / "web" / "sprite.py", PACKAGE / "web" / "static" / "icons.svg"
    if is_stale(sprite, source):
        runpy.run_path(str(source))["build"](sprite)
    yield sprite


STEPS: tuple[Callable[[], Iterator[Path]], ...] = (compiled_messages, icon_sprite)


def is_stale(made: Path, *sources: Path) -> bool:
    """Tell whether `made` is missing or older than one of its sources."""
    if not made.exists():
        return True
    return any(source.stat().st_mtime_ns > made.stat().st_mtime_ns for source in sources)


class BuildHook(BuildHookInterface[Any]):
    """Runs the steps for hatch, and has the wheel carry what they made although git ignores it."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        for step in STEPS:
            build_data["artifacts"] += [f"/{path.relative_to(self.root)}" for path in step()]


if __name__ == "__main__":
    for run in STEPS:
        list(run())
    sys.exit()
