"""Each import contract is broken once on purpose, in a copy, to see that the check names what broke it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
CONTRACTS = {contract["id"]: contract for contract in SETTINGS["contracts"]}


@pytest.mark.parametrize("contract_id", sorted(CONTRACTS.keys() - {"circles"}))
def test_every_import_that_a_contract_forbids_is_named_by_the_check(contract_id: str, tmp_path: Path):
    forbidden = _imports_against(CONTRACTS[contract_id])
    _copy_of_the_house(tmp_path, with_imports=forbidden)

    done = _lint(contract_id, tmp_path)

    assert done.returncode == 1, done.stdout + done.stderr
    assert [each for each in forbidden if " -> ".join(each) not in done.stdout] == []


def test_a_circle_of_imports_is_named_by_the_check(tmp_path: Path):
    portal, console = "firstline.web.portal", "firstline.web.console"
    _copy_of_the_house(tmp_path, with_imports=[(portal, console), (console, portal)])

    done = _lint("circles", tmp_path)

    assert done.returncode == 1, done.stdout + done.stderr
    assert "No cycles are allowed in firstline.web." in done.stdout


def _imports_against(contract: dict[str, Any]) -> list[tuple[str, str]]:
    if contract["type"] == "layers":
        house = contract["containers"][0]
        floors = [[name.strip(" ()") for name in floor.split("|")] for floor in contract["layers"]]
        upwards = [(below[0], above[0]) for above, below in pairwise(floors)]
        sideways = [pair for floor in floors for pair in pairwise(floor)]
        return [(f"{house}.{importer}", f"{house}.{imported}") for importer, imported in upwards + sideways]
    return [(source, target) for source in contract["source_modules"] for target in contract["forbidden_modules"]]


def _copy_of_the_house(folder: Path, *, with_imports: list[tuple[str, str]]) -> None:
    shutil.copytree(ROOT / "firstline", folder / "firstline", ignore=_all_but_python)
    shutil.copy(ROOT / "pyproject.toml", folder)
    for importer, imported in with_imports:
        with _file_of(importer, folder).open("a") as file:
            file.write(f"\nimport {imported}\n")


def _all_but_python(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if not (name.endswith(".py") or Path(folder, name).is_dir())]


def _file_of(module: str, folder: Path) -> Path:
    path: Path = folder / Path(*module.split("."))
    # A module may stand beside a folder of its name that holds what it reads.
    alone = path.with_suffix(".py")
    return alone if alone.exists() else path / "__init__.py"


def _lint(contract_id: str, folder: Path) -> subprocess.CompletedProcess[str]:
    run = "from importlinter.cli import lint_imports_command as run; run()"
    return subprocess.run(
        [sys.executable, "-c", run, "--contract", contract_id, "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "COLUMNS": "400"},
        text=True,
        capture_output=True,
        check=False,
    )
