"""The firstline command: finds the module of its first word and runs it."""

from __future__ import annotations

import argparse
import ast
import importlib
import importlib.util
import os
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import NoReturn

from firstline.core.kernel.refusals import BadInput, Refused

# First word -> module. A module has a docstring (its first line is shown in the overview),
# add_arguments(parser), which also sets parser.epilog to an example, and run(options) -> exit status.
# Django is set up before the module is imported, unless the module says NEEDS_DJANGO = False.
COMMANDS: dict[str, str] = {
    "setup": "firstline.cli.setup",
    "demo": "firstline.cli.demo",
    "serve": "firstline.cli.serve",
    "doctor": "firstline.cli.doctor",
    "web": "firstline.cli.web",
    "worker": "firstline.cli.worker",
    "listen": "firstline.cli.listen",
    "import": "firstline.cli.history",
    "report": "firstline.cli.report",
    "journal": "firstline.cli.journal",
    "sla": "firstline.cli.sla",
    "token": "firstline.cli.token",
    "intake": "firstline.cli.intake",
}


class Parser(argparse.ArgumentParser):
    """Argument parser that answers a mistake with one sentence, and keeps examples as written."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        kwargs.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        kwargs.setdefault("allow_abbrev", False)
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}. Try: {self.prog} --help\n")


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command named by the arguments (sys.argv by default) and exit with its status."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if not words or words[0] in ("-h", "--help", "help"):
        print(overview())
        sys.exit(0 if words else 2)
    if words[0] not in COMMANDS:
        sys.exit(_say(f"There is no command '{words[0]}'. The commands are: {', '.join(COMMANDS)}.", 2))
    sys.exit(_run(words[0], words[1:]))


def overview() -> str:
    """Return what `firstline --help` shows: every command with the first line of its module."""
    lines = [f"  {word:<10} {_summary(module)}" for word, module in COMMANDS.items()]
    last = "Each command shows an example: firstline COMMAND --help"
    return "\n".join(["usage: firstline COMMAND ...", "", *lines, "", last])


def _run(word: str, rest: list[str]) -> int:
    try:
        module = _load(COMMANDS[word])
        options = _parser(word, module).parse_args(rest)
        return int(module.run(options))
    except BadInput as wrong:
        return _say(str(wrong), 2)
    except Refused as refused:
        return _say(str(refused), 1)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader (head, less) has gone: point stdout away, or its last flush would complain too.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141


def _parser(word: str, module: ModuleType) -> Parser:
    parser = Parser(prog=f"firstline {word}", description=_first_line(module.__doc__))
    module.add_arguments(parser)
    return parser


def _load(path: str) -> ModuleType:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "firstline.config.settings")
    if _needs_django(path):
        import django

        django.setup()
    return importlib.import_module(path)


def _needs_django(path: str) -> bool:
    # Asked of the source: a module that imports models could not be imported before django.setup().
    return "\nNEEDS_DJANGO = False\n" not in _source(path)


def _summary(path: str) -> str:
    return _first_line(ast.get_docstring(ast.parse(_source(path))))


def _source(path: str) -> str:
    spec = importlib.util.find_spec(path)
    if spec is None or spec.origin is None:
        return ""
    with open(spec.origin, encoding="utf-8") as file:
        return file.read()


def _first_line(docstring: str | None) -> str:
    return (docstring or "").strip().partition("\n")[0]


def _say(sentence: str, status: int) -> int:
    print(f"firstline: {sentence}", file=sys.stderr)
    return status
