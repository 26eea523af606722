"""The desk's secret key: given by the environment, or made once and kept in the data folder."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from firstline.config import env


def key(folder: Path) -> str:
    """Return SECRET_KEY from the environment, or the one kept in `folder`, made at first need."""
    given = env.text("FIRSTLINE_SECRET_KEY")
    if given:
        return given
    path = folder / "secret.key"
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        return _make(path)
    except OSError as error:
        raise _refusing(folder, error) from error


def _make(path: Path) -> str:
    """Make the key under a name of its own, then link it into place: whoever reads finds it whole or not at all."""
    own = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        # Of processes that start together one link succeeds, and all read what it links.
        with contextlib.suppress(FileExistsError):
            os.link(own, path)
        own.unlink()
        return path.read_text().strip()
    except OSError as error:
        raise _refusing(path.parent, error) from error


def _refusing(folder: Path, error: OSError) -> env.BadSetting:
    return env.BadSetting(f"The data folder {folder} cannot be used ({error.strerror}); FIRSTLINE_DATA names it.")
