"""The documents are true to the tree: what they link to, name as a path, or list as a word exists."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ADRS = ROOT / "docs" / "adr"
GLOSSARY = ROOT / "docs" / "glossary.md"

FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)[^)]*\)")
CODE = re.compile(r"`([^`\n]+)`")
PATH = re.compile(r"[\w.*{},-]+(/[\w.*{},-]+)+/?|[\w-]+\.(py|md|html|css|js|toml|txt|sh)")
TARGET = re.compile(r"make ([a-z-]+)")
HEADING = re.compile(r"^#+ +(.*)$", re.MULTILINE)
# A path is taken for one of ours when it begins like one: `Europe/Kyiv` and `application/json` do not.
BASES = (ROOT, ROOT / "firstline")


def main() -> int:
    """Print each broken reference as `file: what`; return 1 when there is one."""
    pages = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
    broken = [f"{page.relative_to(ROOT)}: {fault}" for page in pages for fault in _faults(page)]
    broken += [f"docs/adr: {fault}" for fault in _index_faults()]
    broken += [f"docs/glossary.md: {fault}" for fault in _glossary_faults()]
    print(*broken, sep="\n", end="\n" if broken else "")
    return 1 if broken else 0


def _faults(page: Path) -> Iterator[str]:
    text = FENCE.sub("", page.read_text())
    for link in LINK.findall(CODE.sub("", text)):
        if not re.match(r"[a-z]+:", link):
            yield from _link_faults(page, link)
    for code in CODE.findall(text):
        reference = code.split(":")[0].split(" ")[0]
        if PATH.fullmatch(reference) and _is_ours(reference) and not _exists(page, reference):
            yield f"`{code}` is not in the tree"
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for target in {match for code in CODE.findall(text) for match in TARGET.findall(code)} - targets:
        yield f"`make {target}` is no target of the Makefile"


def _link_faults(page: Path, link: str) -> Iterator[str]:
    name, _, anchor = link.partition("#")
    target = (page.parent / name) if name else page
    if not target.exists():
        yield f"the link to {link} leads nowhere"
    elif anchor and target.suffix == ".md" and anchor not in _anchors(target):
        yield f"the link to {link} names no heading there"


def _anchors(page: Path) -> set[str]:
    titles = HEADING.findall(FENCE.sub("", page.read_text()))
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def _is_ours(reference: str) -> bool:
    first = reference.split("/")[0]
    if "/" not in reference:
        return False
    return any((base / first).exists() for base in BASES)


def _exists(page: Path, reference: str) -> bool:
    pattern = reference.rstrip("/")
    patterns = [pattern]
    braces = re.search(r"\{([^}]*)\}", pattern)
    if braces:
        patterns = [pattern.replace(braces[0], each) for each in braces[1].split(",")]
    return all(any(_found(base, each) for base in (*BASES, page.parent)) for each in patterns)


def _found(base: Path, pattern: str) -> bool:
    if "*" in pattern or pattern.startswith("/"):
        return any(base.glob(pattern.lstrip("/")))
    return (base / pattern).exists()


def _index_faults() -> Iterator[str]:
    records = {path.name for path in ADRS.glob("[0-9]*.md")}
    index = ADRS / "README.md"
    listed = set(re.findall(r"\((\d{4}-[\w.-]+\.md)\)", index.read_text())) if index.exists() else set()
    for name in sorted(records - listed):
        yield f"{name} is not listed in README.md"
    numbers = [name[:4] for name in sorted(records)]
    for number in sorted({number for number in numbers if numbers.count(number) > 1}):
        yield f"two records have the number {number}"


def _glossary_faults() -> Iterator[str]:
    if not GLOSSARY.exists():
        return
    known = _identifiers()
    column = None
    for line in GLOSSARY.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|"):
            column = None
        elif column is None:
            column = next((at for at, cell in enumerate(cells) if cell.lower() == "code"), None)
        else:
            for code in CODE.findall(cells[column]):
                if not all(part in known for part in re.findall(r"\w+", code)):
                    yield f"`{code}` is no name in the code"


def _identifiers() -> set[str]:
    found: set[str] = set()
    for path in (ROOT / "firstline").rglob("*.py"):
        found |= {path.stem, path.parent.name}
        for node in ast.walk(ast.parse(path.read_text())):
            for name in ("id", "attr", "name", "arg", "value"):
                value = getattr(node, name, None)
                if isinstance(value, str) and len(value) < 60:
                    found.add(value)
    return found | {word for name in found for word in name.split()}


if __name__ == "__main__":
    sys.exit(main())
