"""No file or function grows past its wall; the walls are those of the project's style."""

from __future__ import annotations

import ast
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WALLS = {".py": 400, ".html": 120, ".css": 250, ".js": 150}
WARNED = {".py": 300}
FUNCTION_WALL = 40
MEDIAN_WALL = 10


def main() -> int:
    """Print warnings, failures and the median; return 1 when a wall is passed."""
    files = tracked()
    lengths = {path: _lines(path) for path in files if path.suffix in WALLS}
    functions = [each for path in files if path.suffix == ".py" for each in _functions(path)]
    product = [length for name, length in functions if name.startswith("firstline/")]
    median = statistics.median(product) if product else 0

    broken = [
        f"{_name(path)} has {length} lines; the wall is {WALLS[path.suffix]}"
        for path, length in lengths.items()
        if length > WALLS[path.suffix]
    ]
    broken += [
        f"{name} has {length} lines; the wall is {FUNCTION_WALL}"
        for name, length in functions
        if length > FUNCTION_WALL
    ]
    if median >= MEDIAN_WALL:
        broken.append(f"half of the product's functions have {median:g} lines or more; the wall is {MEDIAN_WALL}")
    for path, length in lengths.items():
        if WARNED.get(path.suffix, length) < length <= WALLS[path.suffix]:
            print(f"warning: {_name(path)} has {length} lines")
    print(*broken, sep="\n", end="\n" if broken else "")
    print(f"{len(product)} functions of the product, {median:g} lines in the median")
    return 1 if broken else 0


def tracked() -> list[Path]:
    """Return the files that git holds or would hold, without generated migrations."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, text=True, capture_output=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    paths = [ROOT / line for line in listed if "/migrations/" not in line]
    return [path for path in paths if path.is_file()]


def _functions(path: Path) -> list[tuple[str, int]]:
    return [
        (f"{_name(path)}:{node.lineno} {node.name}", (node.end_lineno or node.lineno) - node.lineno + 1)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def _lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


if __name__ == "__main__":
    sys.exit(main())
