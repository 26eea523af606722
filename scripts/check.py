"""All checks that need no running desk, side by side: `make check`, or `python scripts/check.py NAME...`."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
CODE = [name for name in ("firstline", "tests", "bench", "scripts", "hatch_build.py") if (ROOT / name).exists()]

# The slowest first: the others run beside it.
CHECKS: dict[str, list[str]] = {
    "types": [PYTHON, "-m", "mypy", *CODE],
    "imports": [PYTHON, "-c", "from importlinter.cli import lint_imports_command as run; run()"],
    "migrations": [PYTHON, "-m", "django", "makemigrations", "--check", "--dry-run"],
    "lint": [PYTHON, "-m", "ruff", "check", *CODE],
    "format": [PYTHON, "-m", "ruff", "format", "--check", *CODE],
    "documents": [PYTHON, "scripts/check_docs.py"],
    "dependencies": [PYTHON, "scripts/check_dependencies.py"],
    "sizes": [PYTHON, "scripts/check_sizes.py"],
    "messages": [PYTHON, "scripts/messages.py", "check"],
    "files": [PYTHON, "scripts/check_files.py"],
}
SHOWN_WHEN_PASSED = {"sizes", "messages"}


def main(names: list[str]) -> int:
    """Run the named checks, or all; print each as it ends; return 1 if any failed."""
    unknown = set(names) - set(CHECKS)
    if unknown:
        print(f"There is no check named {', '.join(sorted(unknown))}; there are: {', '.join(CHECKS)}.")
        return 2
    with tempfile.TemporaryDirectory(prefix="firstline-check-") as folder, ThreadPoolExecutor(3) as pool:
        started = [pool.submit(_run, name, folder) for name in CHECKS if name in names or not names]
        failed = [name for done in as_completed(started) for name in _shown(*done.result())]
    print(f"Failed: {', '.join(sorted(failed))}." if failed else "All checks passed.")
    return 1 if failed else 0


def _run(name: str, folder: str) -> tuple[str, int, str, float]:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "firstline.config.settings",
        "FIRSTLINE_DATA": f"{folder}/{name}",
        "PYTHONPATH": str(ROOT),
        "NO_COLOR": "1",
    }
    environment.pop("DATABASE_URL", None)
    began = time.monotonic()
    done = subprocess.run(
        CHECKS[name], cwd=ROOT, env=environment, text=True, check=False,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    return name, done.returncode, done.stdout.strip(), time.monotonic() - began


def _shown(name: str, code: int, output: str, took: float) -> list[str]:
    print(f"{'FAILED' if code else 'passed'}  {name:<12} {took:5.1f} s", flush=True)
    if output and (code or name in SHOWN_WHEN_PASSED):
        print("    " + output.replace("\n", "\n    "), flush=True)
    return [name] if code else []


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
