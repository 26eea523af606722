"""The catalogues of translations: `update` them from code and templates, or `check` that they are whole.

Needs no gettext: Python is read by its syntax tree, templates by Django's own extraction.
A catalogue keeps a translation for as long as its message is in use; nothing is ever guessed.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "firstline"
LANGUAGES = ("ru", "uk")
PLURALS = "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);"
# Which arguments of a call are context, message and plural.
SINGLE, PLURAL, CONTEXT, CONTEXT_PLURAL = (None, 0, None), (None, 0, 1), (0, 1, None), (0, 1, 2)
CALLS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), SINGLE),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), PLURAL),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), CONTEXT),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), CONTEXT_PLURAL),
}
TEMPLATE_CALL = re.compile(r"\b(?:n?p?gettext|_)\(")
COMPOSED = (ast.JoinedStr, ast.BinOp)
HOLE = re.compile(r"%\(\w+\)[sd]|\{\w*\}|%[sd]")
MARKUP = re.compile(r"<[^>]*>")


@dataclass(frozen=True, order=True)
class Message:
    """One text to translate: its context, itself, and its plural, each empty when there is none."""

    text: str
    plural: str = ""
    context: str = ""


def main(arguments: list[str]) -> int:
    """Update or check every catalogue; return 1 when a check finds something."""
    if arguments not in (["update"], ["check"]):
        print("Usage: python scripts/messages.py update | check")
        return 2
    found = sorted(used())
    if arguments == ["update"]:
        for language in LANGUAGES:
            _update(language, found)
        return 0
    faults = [*_unreadable(), *(fault for language in LANGUAGES for fault in _faults(language, found))]
    print(*faults[:40], sep="\n", end="\n" if faults else "")
    print(f"{len(found)} messages in {len(LANGUAGES)} languages, {len(faults)} faults")
    return 1 if faults else 0


def used() -> set[Message]:
    """Return every message that the package uses."""
    found: set[Message] = set()
    for path in sorted(PACKAGE.rglob("*.py")):
        found.update(_in_python(path.read_text()))
    for path in sorted([*PACKAGE.rglob("templates/**/*.html"), *PACKAGE.rglob("templates/**/*.txt")]):
        found.update(_in_template(path))
    return found


def _in_python(source: str) -> Iterator[Message]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            yield from _in_call(node)


def _in_call(node: ast.Call) -> Iterator[Message]:
    name = getattr(node.func, "id", getattr(node.func, "attr", ""))
    if name not in CALLS:
        return
    context, text, plural = (_constant(node, at) for at in CALLS[name])
    if text:
        yield Message(text, plural or "", context or "")


def _constant(node: ast.Call, at: int | None) -> str | None:
    if at is None or at >= len(node.args):
        return None
    argument = node.args[at]
    return argument.value if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else None


def _in_template(path: Path) -> Iterator[Message]:
    from django.utils.translation.template import templatize

    # What templatize returns is a row of calls among masked text; each is read by itself.
    masked = templatize(path.read_text(), origin=str(path))
    for call in TEMPLATE_CALL.finditer(masked):
        yield from _in_python(_whole_call(masked, call.start()))


def _whole_call(masked: str, start: int) -> str:
    for end in re.finditer(r"\)", masked[start:]):
        source = masked[start : start + end.end()]
        try:
            ast.parse(source)
        except SyntaxError:
            continue
        return source
    return ""


def _unreadable() -> Iterator[str]:
    for path in sorted(PACKAGE.rglob("*.py")):
        calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
        for call in calls:
            if getattr(call.func, "id", "") in CALLS and any(isinstance(each, COMPOSED) for each in call.args):
                yield f"{path.relative_to(ROOT)}:{call.lineno}: a message must be one literal, filled in afterwards"


def _update(language: str, found: list[Message]) -> None:
    path = _path(language)
    known = _entries(path)
    catalogue = polib.POFile(wrapwidth=110)
    catalogue.metadata = {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURALS,
    }
    catalogue.extend(known.get(message) or _new(message) for message in found)
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(path))
    missing = sum(not entry.translated() for entry in catalogue)
    print(f"{path.relative_to(ROOT)}: {len(catalogue)} messages, {missing} without a translation")


def _new(message: Message) -> polib.POEntry:
    entry = polib.POEntry(msgid=message.text, msgctxt=message.context or None)
    if message.plural:
        entry.msgid_plural = message.plural
        entry.msgstr_plural = {0: "", 1: "", 2: ""}
    return entry


def _faults(language: str, found: list[Message]) -> Iterator[str]:
    path = _path(language)
    if not path.exists():
        return
    known = _entries(path)
    for message in found:
        entry = known.get(message)
        if entry is None or not entry.translated():
            yield f"{language}: not translated: {message.text!r}"
        else:
            yield from (f"{language}: {fault}: {message.text!r}" for fault in _slips(message, entry))
    for message in sorted(set(known) - set(found)):
        yield f"{language}: no longer used (make messages): {message.text!r}"


def _slips(message: Message, entry: polib.POEntry) -> Iterator[str]:
    texts = list(entry.msgstr_plural.values()) if message.plural else [entry.msgstr]
    wanted = set(HOLE.findall(message.plural or message.text))
    for text in texts:
        holes = set(HOLE.findall(text))
        # A singular may say "one" in words, so a hole may be missing from a plural form, never added.
        if holes - wanted or (wanted - holes and not message.plural):
            yield f"placeholders differ: {text!r}"
        if sorted(MARKUP.findall(text)) != sorted(MARKUP.findall(message.text)) and not message.plural:
            yield f"tags differ: {text!r}"


def _entries(path: Path) -> dict[Message, polib.POEntry]:
    if not path.exists():
        return {}
    return {
        Message(entry.msgid, entry.msgid_plural or "", entry.msgctxt or ""): entry
        for entry in polib.pofile(str(path), wrapwidth=110)
        if not entry.obsolete
    }


def _path(language: str) -> Path:
    return PACKAGE / "locale" / language / "LC_MESSAGES" / "django.po"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
