"""Rules of the house that a reader of the syntax tree can check."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent.parent / "firstline"
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "managers", "signals", "mixins", "tools"}
NETWORK = (
    "socket",
    "http",
    "httpx",
    "smtplib",
    "urllib.request",
    "asyncio",
    "django.http",
    "django.core.mail",
)
CLOCKS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "timezone.now", "time.time"}
OVERRIDES = {"save", "delete", "refresh_from_db", "full_clean"}


@cache
def modules() -> dict[str, ast.Module]:
    """Return the syntax tree of every module of the product by its path in the package."""
    paths = sorted(path for path in PACKAGE.rglob("*.py") if path.parent.name != "migrations")
    return {path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text()) for path in paths}


def test_no_signals_are_used():
    assert [
        name for name, tree in modules().items() for imported in _imports(tree) if "signals" in imported
        or imported.startswith("django.dispatch")
    ] == []  # fmt: skip


def test_no_module_has_a_name_that_says_nothing():
    assert [name for name in modules() if set(Path(name).with_suffix("").parts) & VAGUE] == []


def test_models_hold_no_behaviour_and_no_order():
    assert [
        f"{name}: {node.name}.{fault}"
        for name, tree in modules().items()
        if name.endswith("models.py")
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        for fault in _behaviour(node)
    ] == []


def test_naive_instants_and_relative_imports_are_left_to_ruff_and_never_excused():
    chosen = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text())["tool"]["ruff"]["lint"]

    assert {"DTZ", "TID"} <= set(chosen["select"])
    assert not [code for code in chosen["ignore"] if code.startswith(("DTZ", "TID"))]
    assert [path for path in PACKAGE.rglob("*.py") if re.search(r"noqa:.*(DTZ|TID)", path.read_text())] == []


def test_core_reads_no_clock():
    assert [
        f"{name}:{node.lineno}"
        for name, tree in modules().items()
        if name.startswith("core/")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _dotted(node.func) in CLOCKS
    ] == []


def test_core_and_commands_know_no_network():
    assert [
        f"{name}: {imported}"
        for name, tree in modules().items()
        if name.startswith(("core/", "commands/"))
        for imported in _imports(tree)
        if any(imported == each or imported.startswith(f"{each}.") for each in NETWORK)
    ] == []


def test_every_module_opens_with_a_sentence():
    silent = [name for name, tree in modules().items() if tree.body and not ast.get_docstring(tree)]

    assert silent == []


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _behaviour(model: ast.ClassDef) -> Iterator[str]:
    for node in model.body:
        if isinstance(node, ast.FunctionDef) and node.name in OVERRIDES:
            yield node.name
        if isinstance(node, ast.ClassDef) and node.name == "Meta":
            yield from ("Meta.ordering" for each in node.body if _assigns(each, "ordering"))


def _assigns(node: ast.stmt, name: str) -> bool:
    return isinstance(node, ast.Assign) and any(getattr(target, "id", "") == name for target in node.targets)


def _dotted(node: ast.expr) -> str:
    """Return the last two names of `datetime.datetime.now` and its like."""
    return ".".join(ast.unparse(node).split(".")[-2:])
